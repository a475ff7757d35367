"""The one-time link as a person opens it: a page without scripts, and a link that is then spent."""

import re
import shutil
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.serve.api.conftest import Running, Start
from tests.serve.api.test_handbook import Loads

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"
PASSWORD = "four unrelated words here"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Fields(HTMLParser):
    """Gathers the values of a page's fields by name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "input":
            self.found[str(said["name"])] = said.get("value") or ""


def invited(running: Running, name: str = "Zoe") -> str:
    new = {"login": "zoe@x.org", "name": name, "roles": ["analyst"]}
    return str(running.ask("adm", "POST", "/people", json=new).json()["link"])


def fields(text: str) -> dict[str, str]:
    reader = Fields()
    reader.feed(text)
    return reader.found


def see(running: Running, link: str, language: str = "en"):
    return running.ask("", "GET", "/welcome", params={"link": link, "language": language})


def send(running: Running, link: str, headers: dict[str, str] | None = None, **more: str):
    form = {"link": link, "name": "Zoë", "password": PASSWORD, "again": PASSWORD, "language": "en"}
    url = running.url + "/welcome"
    return httpx.post(url, data=form | more, headers=headers, timeout=60)


def signs_in(running: Running, password: str = PASSWORD) -> bool:
    asked = {"login": "zoe@x.org", "password": password}
    return running.ask("", "POST", "/sessions", json=asked).status_code == 201


def test_a_person_sets_name_and_password_and_the_link_is_spent(running: Running) -> None:
    link = invited(running)
    for _ in range(2):  # to look at it changes nothing
        page = see(running, link)
        assert page.status_code == 200
        assert "zoe@x.org" in page.text
    assert fields(page.text)["link"] == link
    done = send(running, fields(page.text)["link"], name=" Zoë\u3000X ")
    assert (done.status_code, "Your password is set" in done.text) == (200, True)
    assert link not in done.text
    assert signs_in(running)
    rows = running.ask("aud", "GET", "/people?n=200").json()["rows"]
    assert [row["name"] for row in rows if row["login"] == "zoe@x.org"] == ["Zoë X"]
    for again in (see(running, link), send(running, link, password="x" * 12, again="x" * 12)):
        assert (again.status_code, "was used" in again.text) == (401, True)
    assert signs_in(running)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"again": "something else"}, "not the same"),
        ({"password": "short", "again": "short"}, "12 to 512"),
        ({"name": "x" * 201}, "A name has 200"),
        ({"name": "a\x00b"}, "A name has 200"),
    ],
)
def test_what_is_wrong_is_told_and_the_link_stays(running: Running, more, said: str) -> None:
    link = invited(running)
    answer = send(running, link, **more)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert 'role="alert"' in answer.text
    assert PASSWORD not in answer.text
    assert not signs_in(running)
    assert send(running, fields(answer.text)["link"]).status_code == 200


@pytest.mark.parametrize("link", ["", "ub_link_x", HOSTILE, "\x00", "ub_link_é" * 900])
def test_a_wrong_link_is_explained_in_both_languages(running: Running, link: str) -> None:
    for language, said in (("zh", "此链接无效"), ("en", "This link does not work")):
        for page in (see(running, link, language), send(running, link, language=language)):
            assert (page.status_code, said in page.text) == (401, True)
            assert "<script" not in page.text
            assert "<img" not in page.text


def test_hostile_names_do_not_break_out(running: Running) -> None:
    link = invited(running, HOSTILE)
    pages = [see(running, link), send(running, link, name=HOSTILE, again="no")]
    for page in pages:
        loads = Loads()
        loads.feed(page.text)
        assert loads.found == ["form"]
        assert fields(page.text)["name"] == HOSTILE


def test_nothing_comes_from_elsewhere_nor_is_kept_or_told(running: Running) -> None:
    page = see(running, invited(running))
    assert not re.search(r"https?://|//[a-z]", page.text)
    policy = page.headers["content-security-policy"]
    for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers


def test_another_site_sends_nothing(running: Running) -> None:
    link = invited(running)
    for site in ("cross-site", "same-site"):
        refused = send(running, link, {"Sec-Fetch-Site": site})
        assert (refused.status_code, "Another site" in refused.text) == (403, True)
    assert not signs_in(running)
    assert send(running, link, {"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_the_language_is_asked_for_or_the_browsers(running: Running) -> None:
    def tongue(accept: str, language: str = "") -> str:
        url = f"{running.url}/welcome?language={language}"
        text = httpx.get(url, headers={"Accept-Language": accept}, timeout=60).text
        return text.partition('lang="')[2].partition('"')[0]

    assert [tongue("de, en;q=0.8, zh;q=0.5"), tongue("zh-CN"), tongue("fr")] == [
        "en", "zh-CN", "zh-CN",
    ]  # fmt: skip
    assert tongue("zh", "en") == "en"


def test_guessing_is_slowed_down_whatever_key_is_made_up(start: Start) -> None:
    running = start(requests_a_minute=5)
    statuses = [
        send(running, "ub_link_x", {"Authorization": f"Bearer {i}"}).status_code for i in range(8)
    ]
    assert statuses[-1] == 429


@pytest.mark.browser
def test_a_browser_without_scripts_does_it(running: Running) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    link = invited(running)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{running.url}/welcome?link={link}")
        assert "设置登录密码" in page.inner_text("h1")
        page.click("nav a")
        assert page.inner_text("h1") == "Set your password"
        page.fill("#name", "左伊")
        page.fill("#password", PASSWORD)
        page.fill("#again", PASSWORD)
        page.click("button")
        assert page.inner_text("h1") == "Your password is set"
        browser.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(running.url).netloc}
    assert parse_qs(urlsplit(asked[0]).query) == {"link": [link]}
    assert signs_in(running)

"""The page that describes the API: complete, and readable where there is no way out."""

import re
from html.parser import HTMLParser

from tests.serve.api.conftest import Running


class Loads(HTMLParser):
    """Gathers what a page would load, and the elements that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "form"):
            self.found.append(tag)
        self.found += [str(value) for name, value in attrs if name.startswith(("on", "src"))]


def test_every_route_is_told_with_whom_it_is_for(running: Running) -> None:
    page = running.ask("", "GET", "/docs")
    assert page.status_code == 200
    described = running.ask("", "GET", "/openapi.json").json()
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page.text
    one = page.text.partition("POST /cases/{case_id}/move</code>")[2].partition("</details>")[0]
    for said in ("For: analyst, reviewer", "expected_version", "investigating, waiting, closed"):
        assert said in one, said
    assert "string or null (optional)" in page.text


def test_nothing_comes_from_elsewhere_and_nothing_runs(running: Running) -> None:
    page = running.ask("", "GET", "/docs")
    loads = Loads()
    loads.feed(page.text)
    assert loads.found == []
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for gone in ("/redoc", "/docs/oauth2-redirect"):
        assert running.ask("", "GET", gone).status_code == 404
    assert not re.search(r"P-\d|s1", page.text), "and nothing of the records"

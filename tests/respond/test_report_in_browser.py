"""The report in a real browser: no network, both languages, keyboard, paper, small screens."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.respond.organiser_run import organiser_run
from tests.respond.small_run import small_run
from tests.respond.test_page import HOSTILE
from unbrush.base.run_folder import RunFolder
from unbrush.respond import respond
from unbrush.store.duckdb_engine import DuckDBEngine

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose every id and text tries to break out."""
    folder = RunFolder(tmp_path_factory.mktemp("report"))
    with DuckDBEngine(threads=2) as engine:
        naming = lambda number: f"{number}{HOSTILE}<b>%{{x}}"  # noqa: E731
        respond(engine, folder, small_run(engine, naming=naming, text=HOSTILE))
    return folder.report


@pytest.fixture(scope="module")
def organised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with large organisers."""
    folder = RunFolder(tmp_path_factory.mktemp("organised"))
    with DuckDBEngine(threads=2) as engine:
        manifest = organiser_run(engine, n_rings=20, n_shops=30, n_regions=20, n_hands=5)
        respond(engine, folder, manifest)
    return folder.report


class Reader:
    """A page with what it complained about and what it asked the network for."""

    def __init__(self, browser: "playwright.Browser", report: Path, **options: object) -> None:
        defaults = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}}
        self.context = browser.new_context(**{**defaults, **options})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda line: self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(report.as_uri())
        self.page.locator("#headline .chart").scroll_into_view_if_needed()
        self.page.wait_for_selector("#headline .chart .main-svg")

    def texts_of_picture(self) -> list[dict[str, float | str]]:
        """Every visible text of the first organiser's picture, with its edges in pixels."""
        found: list[dict[str, float | str]] = self.page.evaluate(
            """Array.from(document.querySelectorAll("#organiser-1 svg.board text"))
            .filter((each) => each.getClientRects().length)
            .map((each) => { const box = each.getBoundingClientRect();
              return { text: each.textContent, left: box.left, right: box.right,
                       top: box.top, bottom: box.bottom }; })"""
        )
        return found

    def language(self) -> str:
        return self.page.evaluate("document.documentElement.lang")

    def chart_text(self) -> str:
        return self.page.locator("#headline .chart").text_content() or ""


@pytest.fixture
def read(browser: "playwright.Browser", report: Path) -> Iterator[object]:
    readers: list[Reader] = []

    def open_report(**options: object) -> Reader:
        readers.append(Reader(browser, report, **options))
        return readers[-1]

    yield open_report
    for reader in readers:
        reader.context.close()


def test_it_asks_the_network_for_nothing_and_no_hostile_text_runs(read, report: Path):
    reader = read()
    reader.page.evaluate("places.forEach(draw)")
    for chart in reader.page.locator("#rings .chart").all():
        chart.scroll_into_view_if_needed()
        chart.hover(position={"x": 100, "y": 100})
    assert reader.requests == [report.as_uri()]
    assert reader.complaints == []
    assert reader.page.evaluate("window.pwned") is None
    assert reader.page.locator("main img, main script, main a[href^=http]").count() == 0


def test_the_first_language_is_the_readers(read):
    assert read(locale="zh-CN").language() == "zh-CN"
    assert read(locale="de-DE").language() == "en"


def test_the_switch_turns_texts_and_charts_and_is_remembered(read):
    reader = read(locale="zh-CN")
    page = reader.page
    assert "订单" in reader.chart_text()
    assert page.locator("h1").inner_text().endswith("暂不计入。")
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text().endswith("do not count.")
    assert "Orders" in reader.chart_text()
    assert "订单" not in reader.chart_text()
    assert page.title() == "Fake trade report"
    page.reload()
    assert reader.language() == "en"


def test_the_keyboard_is_enough(read):
    page = read(locale="zh-CN").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    shop = page.locator("#shop-2")
    shop.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert shop.evaluate("each => each.open")


def test_charts_wait_until_they_are_looked_at(read):
    page = read().page
    assert page.locator("#ranks .main-svg").count() == 0
    page.locator("#ranks").scroll_into_view_if_needed()
    page.wait_for_selector("#ranks .main-svg")


def test_a_link_opens_what_is_folded(read):
    page = read().page
    page.locator("table.shops a[href='#shop-3']").click()
    page.wait_for_selector("#shop-3[open] .chart .main-svg")


def test_dark_readers_get_a_dark_page_and_paper_stays_white(read):
    page = read(color_scheme="dark").page
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(18, 22, 26)"
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    drawn, places = (page.locator(css).count() for css in (".chart .plot-container", ".chart"))
    assert drawn == places
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).display") == "none"


@pytest.mark.parametrize("width", [360, 768])
def test_nothing_runs_over_the_edge_of_a_small_screen(read, width: int):
    page = read(viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_drawing_has_a_name_for_those_who_cannot_see_it(read):
    page = read(locale="en-GB").page
    for chart in page.locator(".chart").all():
        assert chart.get_attribute("role") == "img"
        assert (chart.get_attribute("aria-label") or "").isascii()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_no_text_of_a_picture_covers_another_or_leaves_it(
    browser: "playwright.Browser", organised: Path, width: int, locale: str
):
    reader = Reader(browser, organised, locale=locale, viewport={"width": width, "height": 900})
    texts = reader.texts_of_picture()
    assert len(texts) > 40
    card = reader.page.locator("#organiser-1").bounding_box()
    for each in texts:
        assert card["x"] <= each["left"], each
        assert each["right"] <= card["x"] + card["width"], each
    # Lines of type stand close: only an overlap of more than a third of a line is one.
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            height = min(one["bottom"] - one["top"], other["bottom"] - other["top"])
            assert across < 1 or down < height / 3, (one, other)
    assert reader.complaints == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    reader.context.close()


def test_a_number_in_the_picture_opens_its_claim(browser: "playwright.Browser", organised: Path):
    reader = Reader(browser, organised)
    reader.page.locator("#organiser-1 svg.board-wide a").first.click()
    assert reader.page.locator("#organiser-1-claim-1").evaluate("each => each.open")
    reader.context.close()


def test_a_phone_gets_the_narrow_picture_and_paper_the_wide_one(
    browser: "playwright.Browser", organised: Path
):
    reader = Reader(browser, organised, viewport={"width": 390, "height": 800})
    seen = reader.page.locator("#organiser-1 svg.board:visible")
    assert "board-narrow" in (seen.get_attribute("class") or "")
    reader.page.emulate_media(media="print")
    assert "board-wide" in (seen.get_attribute("class") or "")
    reader.context.close()

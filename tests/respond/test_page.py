import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.respond.small_run import quiet_run, small_run
from unbrush.base.engine import Engine
from unbrush.base.run_folder import RunFolder
from unbrush.respond import respond
from unbrush.respond.limits import EVIDENCE_SHOWN
from unbrush.store.duckdb_engine import DuckDBEngine

HOSTILE = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>"


class Page(HTMLParser):
    """The page as a browser takes it apart: tags with their attributes, scripts, visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.text += data


def page_of(engine: Engine, folder: Path, **options: object) -> str:
    respond(engine, RunFolder(folder), small_run(engine, **options))
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    with DuckDBEngine(threads=2) as engine:
        return page_of(engine, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def charts_of(page: Page) -> dict:
    return json.loads(page.scripts[1])["charts"]


def test_it_points_to_nothing_outside_itself(page: Page):
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "form")
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
        assert not any(name.startswith("on") for name in attributes)


def test_only_its_own_scripts_may_run(page: Page, html: str):
    policy = next(
        attributes["content"]
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    run = [page.scripts[0], *page.scripts[2:]]
    assert len(run) == 3
    assert allowed == {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in run
    }
    assert "unsafe-eval" not in policy


def test_the_chart_library_is_there_once(html: str):
    assert html.count("plotly.js v") == 1


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    pages = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads) as engine:
            pages.append(page_of(engine, tmp_path))
    assert pages[0] == pages[1]


def test_every_text_is_there_in_both_languages(page: Page):
    spoken = [
        attributes["lang"]
        for tag, attributes in page.tags
        if tag == "span" and attributes.get("lang")
    ]
    assert spoken.count("zh") == spoken.count("en") > 300
    for attributes in (attributes for _, attributes in page.tags):
        assert ("data-label-zh" in attributes) == ("data-label-en" in attributes)


def test_no_language_is_left_empty(html: str):
    assert not re.search(r'<span lang="(zh|en)"></span>', html)


def test_sections_come_in_the_order_of_the_data(page: Page):
    sections = [attributes.get("id") for tag, attributes in page.tags if tag == "section"]
    assert sections == ["headline", "coverage", "rings", "shops", "ranks", "method"]


def test_the_headline_says_how_many_orders_do_not_count(page: Page):
    assert "508 (8.2%)" in page.text
    assert "508 笔（8.2%）" in page.text


def test_hostile_ids_and_texts_stay_text(engine: Engine, tmp_path: Path):
    html = page_of(engine, tmp_path, naming=lambda number: f"{HOSTILE}{number}", text=HOSTILE * 2)
    page = Page(html)
    assert len(page.scripts) == 4
    assert "<script>window" not in html
    assert not any(tag == "img" for tag, _ in page.tags)
    assert charts_of(page)["ring-1"]["shops"][0]["id"].startswith("</script><script>")


def test_whole_ids_keep_every_digit_and_text_ids_their_value(engine: Engine, tmp_path: Path):
    big = 9_007_199_254_740_993  # one more than a browser's numbers can tell apart
    html = page_of(engine, tmp_path, naming=lambda number: big + number)
    assert f'"id":"{big + 103}"' in html


def test_a_proposal_is_not_shown_as_in_force(html: str):
    shop = html[html.index('id="shop-2"') : html.index('id="shop-3"')]
    assert "L4" in shop
    assert "proposal, not in force" in shop
    assert "two persons" in shop


def test_a_possible_victim_is_told_apart(html: str):
    shop = html[html.index('id="shop-4"') : html.index('id="shop-5"')]
    assert "not established" in shop
    assert "a rival may have bought these orders" in shop


def test_evidence_rows_are_cut_and_the_cut_is_stated(html: str):
    shop = html[html.index('id="shop-1"') : html.index('id="shop-2"')]
    burst = shop[shop.index("order-burst") : shop.index("repeated-text")]
    assert burst.count("<tr") == 1 + EVIDENCE_SHOWN
    assert f"{EVIDENCE_SHOWN} of 171 rows shown" in burst
    assert "events/orders.parquet" in burst


def test_evidence_rows_are_the_ones_that_the_finding_names(engine: Engine, tmp_path: Path):
    html = page_of(engine, tmp_path)
    ids = (
        engine.query("SELECT evidence_ids FROM signals WHERE signal_id = 'order-burst-104'")
        .column(0)[0]
        .as_py()
    )
    shop = html[html.index('id="shop-1"') : html.index('id="shop-2"')]
    burst = shop[shop.index("order-burst") : shop.index("repeated-text")]
    for number in ids[:EVIDENCE_SHOWN]:
        assert f'<bdi class="id">{number}</bdi>' in burst
    assert f'<bdi class="id">{ids[EVIDENCE_SHOWN]}</bdi>' not in burst


def test_tokens_are_shortened(html: str):
    assert "f00d0001…" in html
    assert "f00d0001ab12cd34" not in html


def test_a_timeline_adds_up_to_the_counts(page: Page, html: str):
    orders = charts_of(page)["market"]["orders"]
    assert sum(orders["raw"]) == 6158
    assert sum(orders["raw"]) - sum(orders["clean"]) == 508
    shop = charts_of(page)["shop-1"]
    assert sum(shop["orders"]["raw"]) - sum(shop["orders"]["clean"]) == 171
    assert len(shop["orders"]["raw"]) == len(shop["rating"]["clean"])


def test_every_chart_has_its_place_and_every_place_its_chart(page: Page):
    places = {a["data-chart"] for _, a in page.tags if a.get("class") == "chart"}
    assert places == set(charts_of(page))


def test_what_could_not_be_looked_for_is_said(page: Page):
    for words in ("数据中没有 shipments", "the data has no shipments", "it ran out of memory"):
        assert words in page.text
    assert "looked, found nothing" in page.text


def test_a_row_kept_without_a_value_is_told_from_a_row_left_out(page: Page):
    assert page.text.count("row left out") == page.text.count("row kept, value left out") == 1


def test_finding_nothing_differs_from_not_looking(engine: Engine, tmp_path: Path):
    texts = {}
    for status in ("ran", "not applicable"):
        respond(engine, RunFolder(tmp_path), quiet_run(engine, status))
        texts[status] = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text
    assert "No order or review was left out." in texts["ran"]
    assert "No order or review was left out." not in texts["not applicable"]
    assert "No detector could run: nothing can be concluded." in texts["not applicable"]
    for text in texts.values():
        assert "No accounts were found to act together." in text
        assert "Could not be looked at" in text

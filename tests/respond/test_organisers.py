import re
from pathlib import Path

import pytest

from tests.respond.organiser_run import PAYER, SENDER, organiser_run, wallet
from tests.respond.small_run import quiet_run, small_run
from tests.respond.test_page import HOSTILE, Page, charts_of
from unbrush.base.engine import Engine
from unbrush.base.evidence import cluster_member_schema, cluster_schema
from unbrush.base.run_folder import RunFolder
from unbrush.respond import respond
from unbrush.respond.limits import CLAIM_ROWS_SHOWN, ORGANISER_RINGS_TOLD
from unbrush.store.duckdb_engine import DuckDBEngine


def page_of(engine: Engine, folder: Path, **plan: object) -> str:
    respond(engine, RunFolder(folder), organiser_run(engine, **plan))
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    with DuckDBEngine(threads=2) as engine:
        return page_of(engine, tmp_path_factory.mktemp("organisers"))


def text_of(html: str, language: str) -> str:
    return " ".join(re.findall(rf'<(?:span|text) lang="{language}"[^>]*>([^<]*)<', html))


def claim_that_says(html: str, words: str) -> str:
    claims = re.findall(r'<details class="claim".*?</details>', html, re.S)
    return next(claim for claim in claims if words in claim)


def test_a_run_without_organisers_has_no_such_section(engine: Engine, tmp_path: Path):
    respond(engine, RunFolder(tmp_path), small_run(engine))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="organisers"' not in html
    assert '"#organisers"' not in html
    assert 'id="ring-1"' in html


def test_a_run_that_looked_and_found_none_says_so(engine: Engine, tmp_path: Path):
    manifest = quiet_run(engine, "ran")
    engine.put("clusters", cluster_schema().empty_table())
    engine.put(
        "cluster_members",
        cluster_member_schema(engine.query("SELECT 1 AS x").schema[0].type).empty_table(),
    )
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "there is no organiser to look for" in html


def test_the_organiser_comes_before_its_rings(html: str):
    assert html.index('id="coverage"') < html.index('id="organisers"') < html.index('id="rings"')


def test_a_wallet_is_claimed_to_have_paid_back_what_findings_say_came_back(
    engine: Engine, tmp_path: Path
):
    html = page_of(engine, tmp_path)
    token = wallet(0, 0)
    # The dinner that the wallet paid, which no finding names, is not among them.
    paid = engine.query(
        f"""SELECT count(*) AS n, CAST(sum(amount_minor) AS BIGINT) AS minor FROM transfers
        WHERE from_token = '{token}' AND transfer_id >= 300000"""
    ).to_pylist()[0]
    claim = claim_that_says(html, "paid back")
    assert f"{paid['n']} transfers, ¥{paid['minor'] / 100:,.0f} in all." in claim
    assert f"共 ¥{paid['minor'] / 100:,.0f}" in claim
    assert claim.count("<tr") == 1 + CLAIM_ROWS_SHOWN
    assert f"{CLAIM_ROWS_SHOWN} of {paid['n']} rows shown" in claim
    assert "events/transfers.parquet" in claim
    assert token[:8] in claim
    assert token not in html


def test_every_hand_opens_into_its_own_rows(engine: Engine, tmp_path: Path):
    html = page_of(engine, tmp_path)
    orders = engine.value(f"SELECT count(*) FROM orders WHERE payer_token = '{PAYER}'")
    assert f"paid for {orders} orders" in claim_that_says(html, "paid for")
    parcels = engine.value(f"SELECT count(*) FROM shipments WHERE shipper_token = '{SENDER}'")
    sent = claim_that_says(html, "half weigh")
    assert f"sent {parcels} parcels" in sent
    assert '<bdi class="id">700000</bdi>' in sent
    assert (
        "invited 12 accounts of the rings to register, directly or through others"
        in claim_that_says(html, "invited")
    )
    assert "日结" in claim_that_says(html, "wrote 1 post ")
    assert "received 1 transfer from the own accounts of 1 shop: ¥8,800" in html


def test_money_to_wallets_is_told_apart_from_money_for_orders(html: str):
    claim = claim_that_says(html, "accounts pay with")
    assert "paid 1 wallet" in claim
    assert "in 1 transfer: ¥7,700" in claim
    assert "ca4d0001" in claim


def test_a_crowd_of_recruiters_leaves_room_for_the_sender(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine)
    engine.create(
        "cluster_members",
        """SELECT * FROM cluster_members UNION ALL
        SELECT c.* REPLACE (CAST(8000 + n AS BIGINT) AS subject_id, 99 AS n_deeds)
        FROM cluster_members c, range(40) t(n) WHERE subject_id = 4001""",
    )
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "sent 120 parcels" in html
    picture = re.findall(r'<svg class="board board-narrow".*?</svg>', html, re.S)[0]
    assert "sends parcels" in picture
    assert "2 of 44 drawn" in picture
    assert "more who pay, recruit or send are not told here" in html


def test_a_hand_without_rows_is_told_in_words_alone(html: str):
    claim = claim_that_says(html, "Account 4002: Seen in 4 rings.")
    assert "cannot be opened here" in claim
    assert "<table" not in claim


def test_a_ring_is_set_against_everybody_else(engine: Engine, tmp_path: Path):
    html = page_of(engine, tmp_path)
    claim = claim_that_says(html, "Ring ring-0001:")
    assert "100.0% was in these shops; of what everybody else did, 0%" in claim
    assert "5 of them were in one and the same shop" in claim
    assert "fewer than 1 in 10^300" in claim
    assert "46 times as likely" in claim


def test_what_strangers_do_is_counted_without_the_ring(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine, n_rings=2)
    # Honest accounts too buy in a shop of the ring, and the ring elsewhere.
    engine.create(
        "orders",
        """SELECT * REPLACE (CASE WHEN account_id = 1000 THEN 100000
            WHEN order_id = 900401 THEN 50000 ELSE shop_id END AS shop_id) FROM orders""",
    )
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    own = engine.value("SELECT count(*) FROM orders WHERE account_id BETWEEN 5000 AND 5011")
    rest = engine.value("SELECT count(*) FROM orders WHERE account_id NOT BETWEEN 5000 AND 5011")
    strangers = engine.value("SELECT count(*) FROM orders WHERE account_id = 1000")
    claim = claim_that_says(html, "Ring ring-0001:")
    assert f"{100 * (own - 1) / own:.1f}% was in these shops" in claim
    assert f"everybody else did, {100 * strangers / rest:.2f}%" in claim


def test_orders_from_a_live_stream_are_no_rings_doing(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine)
    engine.create(
        "orders",
        """SELECT * REPLACE (CASE WHEN order_id < 900411 THEN 1 END AS live_session_id)
        FROM orders""",
    )
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "made 20 orders" in claim_that_says(html, "Ring ring-0001:")


def test_a_picture_links_every_number_to_its_claim(html: str):
    anchors = set(re.findall(r'<details class="claim" id="([^"]+)"', html))
    pictures = re.findall(r"<svg class=\"board .*?</svg>", html, re.S)
    assert len(pictures) == 2
    for picture in pictures:
        linked = re.findall(r'<a href="#([^"]+)"', picture)
        assert linked
        assert set(linked) <= anchors
        assert len(re.findall(r'lang="zh"', picture)) == len(re.findall(r'lang="en"', picture))
        assert "<title>" in picture
        assert "<desc>" in picture
    table = html[html.index('class="same"') :]
    table = table[: table.index("</table>")]
    assert set(re.findall(r'<a href="#([^"]+)"', table)) == anchors


def test_every_text_is_there_in_both_languages(html: str):
    page = Page(html)
    spoken = [a["lang"] for tag, a in page.tags if tag in ("span", "text") and a.get("lang")]
    assert spoken.count("zh") == spoken.count("en")
    assert not re.search(r'<(?:span|text) lang="(zh|en)"[^>]*></', html)
    section = html[html.index('id="organisers"') : html.index('id="rings"')]
    for language in ("zh", "en"):
        assert "None" not in text_of(section, language)


def test_a_large_organiser_still_reads_and_says_what_is_left_out(engine: Engine, tmp_path: Path):
    html = page_of(engine, tmp_path, n_rings=20, n_shops=30, n_regions=20, n_clusters=5)
    wide = re.findall(r'<svg class="board board-wide".*?</svg>', html, re.S)[0]
    assert "5 of 20 drawn" in wide
    assert "15 other rings" in wide
    assert wide.count("<circle") == 6
    first = html[html.index('id="organiser-1"') : html.index('id="organiser-2"')]
    assert f"{20 - ORGANISER_RINGS_TOLD} more rings are not told here" in first
    assert first.count('<table class="regions"') == 1
    assert 'id="organiser-3"' in html
    assert 'id="organiser-4"' not in html
    assert "cluster-0005" in html[html.index("Further organisers") :]


def test_a_ring_that_nothing_joins_is_no_organiser(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine, n_rings=1)
    engine.create(
        "cluster_members",
        "SELECT * FROM cluster_members WHERE role IN ('brusher', 'merchant')",
    )
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="organiser-1"' not in html
    assert "with nothing to join them to another or to one hand: 1." in html


def test_growth_has_every_week_and_a_week_without_orders_is_zero(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine)
    week = 7 * 86_400_000
    growth = f'[{{"week_at": {3 * week}, "n_orders": 5}}, {{"week_at": {week}, "n_orders": 2}}]'
    engine.create("clusters", f"SELECT * REPLACE ('{growth}' AS growth) FROM clusters")
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert charts_of(Page(html))["growth-1"] == {
        "accounts": [0, 0, 0],
        "first_day": 7,
        "orders": [2, 0, 5],
        "shops": [0, 0, 0],
    }


def test_members_open_to_why_how_strongly_and_without_them(html: str):
    ring = html[html.index('id="ring-1"') : html.index('id="ring-2"')]
    assert "How strongly" in ring
    assert "Without it, about 20 in 100 such rings would be chance" in ring
    assert "Without it the ring still stands" in ring
    assert 'href="#organiser-1"' in ring


def test_a_market_of_reviews_alone_is_told_by_its_reviews(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine)
    engine.create(
        "reviews",
        """SELECT r.* REPLACE (o.order_id AS review_id, o.account_id AS account_id,
            o.shop_id AS shop_id, o.placed_at AS posted_at)
        FROM orders o LEFT JOIN reviews r ON false""",
    )
    engine.create("orders", "SELECT * FROM orders WHERE false")
    respond(engine, RunFolder(tmp_path), manifest)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    claim = claim_that_says(html, "Ring ring-0001:")
    assert "12 accounts made 30 reviews in 6 shops." in claim
    assert "events/reviews.parquet" in claim


def test_hostile_names_stay_text(engine: Engine, tmp_path: Path):
    html = page_of(engine, tmp_path, hostile=HOSTILE)
    page = Page(html)
    assert len(page.scripts) == 4
    assert "<script>window" not in html
    assert not any(tag == "img" for tag, _ in page.tags)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    pages = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads) as engine:
            pages.append(page_of(engine, tmp_path, n_rings=8, n_clusters=2, n_hands=3))
    assert pages[0] == pages[1]


def test_it_leaves_nothing_of_its_own_in_the_engine(engine: Engine, tmp_path: Path):
    manifest = organiser_run(engine)
    tables = "SELECT table_name FROM information_schema.tables ORDER BY 1"
    before = engine.query(tables)
    respond(engine, RunFolder(tmp_path), manifest)
    assert engine.query(tables) == before

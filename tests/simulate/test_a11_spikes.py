"""A11: a hundred honest shops surge, most with what explains it on record, and nothing is fake."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate import simulate_case
from unbrush.simulate.season import START_AT

each_level = pytest.mark.parametrize("level", [0, 3])
SURGED = """(SELECT o.*, look_alike FROM orders AS o JOIN labels
    ON subject_kind = 'order' AND subject_id = order_id AND look_alike LIKE '%-spike%')"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("a11")
        simulate_case(out, case="A11", level=level, seed=8)
        return out

    return folder


def rows(folder: Path, sql: str) -> list[tuple]:
    with opened(folder) as engine:
        return [tuple(row.values()) for row in engine.query(sql).to_pylist()]


@each_level
def test_nothing_is_fake_and_more_than_a_hundred_shops_surge(made, level: int):
    [(fake, shops)] = rows(
        made(level),
        f"""SELECT (SELECT count(*) FROM labels WHERE is_fake),
            (SELECT count(DISTINCT shop_id) FROM {SURGED})""",
    )
    assert fake == 0
    assert shops == facts_of(made(level))["n_merchants"] >= 100


@each_level
def test_every_shop_sells_many_times_as_much_on_its_busiest_day(made, level: int):
    folder = made(level)
    ratios = rows(
        folder,
        f"""WITH days AS (SELECT shop_id, (placed_at - {START_AT}) // {DAY_MS} AS day,
                count(*) AS n FROM orders WHERE shop_id IN (SELECT shop_id FROM {SURGED})
                GROUP BY 1, 2)
        SELECT max(n) / (greatest(1, sum(n) - max(n)) / 79) FROM days GROUP BY shop_id""",
    )
    assert len(ratios) >= 100
    assert sorted(ratio for (ratio,) in ratios)[len(ratios) // 20] > 4


@each_level
@pytest.mark.parametrize(
    ("cause", "known"),
    [
        ("double-11-spike", "bool_and(campaign_id = (SELECT campaign_id FROM campaigns "
                            "WHERE kind = 'double-11'))"),
        ("stream-spike", "count(DISTINCT live_session_id) = 1 AND bool_and(live_session_id > 0)"),
        ("news-spike", "bool_and(item_id IN (SELECT item_id FROM posts WHERE channel = 'news' "
                       "AND captured_at <= placed_at))"),
    ],
)  # fmt: skip
def test_what_explains_a_surge_is_there_unless_it_is_bare(made, level: int, cause, known):
    def told(name: str) -> list[bool]:
        return [
            bool(is_known)
            for (is_known,) in rows(
                made(level),
                f"SELECT {known} FROM {SURGED} WHERE look_alike = '{name}' GROUP BY shop_id",
            )
        ]

    explained, bare = told(cause), told(f"{cause}-bare")
    assert all(explained)
    assert not any(bare)
    assert len(explained) + len(bare) == 40
    assert len(bare) == 40 * (0.1 if level == 0 else 0.5)


def test_buyers_come_from_everywhere_and_some_have_just_registered(made):
    [(regions, new, devices)] = rows(
        made(1),
        f"""SELECT min(r), avg(n), min(d) FROM (
            SELECT count(DISTINCT region) AS r,
                avg((placed_at - registered_at < {4 * DAY_MS})::INT) AS n,
                count(DISTINCT device_token) / count(DISTINCT account_id) AS d
            FROM {SURGED} JOIN accounts USING (account_id)
            WHERE look_alike NOT LIKE 'double%' GROUP BY shop_id)""",
    )
    assert regions >= 10
    assert 0.05 < new < 0.35
    assert devices > 0.95


def test_a_stream_is_over_within_hours_and_news_takes_days(made):
    spans = dict(
        rows(
            made(1),
            f"""SELECT look_alike, max(span) FROM (
                SELECT look_alike, shop_id, max(placed_at) - min(placed_at) AS span
                FROM {SURGED} GROUP BY ALL) GROUP BY ALL""",
        )
    )
    assert spans["stream-spike"] < 6 * HOUR_MS
    assert spans["news-spike"] > 3 * DAY_MS


def test_what_is_undone_is_undone_as_elsewhere(made):
    [(surged, others)] = rows(
        made(1),
        f"""SELECT avg((status IN ('refunded', 'cancelled'))::INT) FILTER (
                WHERE order_id IN (SELECT order_id FROM {SURGED})),
            avg((status IN ('refunded', 'cancelled'))::INT) FILTER (
                WHERE order_id NOT IN (SELECT order_id FROM {SURGED}))
        FROM orders""",
    )
    assert 0.5 < surged / others < 1.5

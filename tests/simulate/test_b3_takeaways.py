"""B3: the numbers that were published, the sign, and guests who write as brushers do."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.simulate import simulate_case
from unbrush.simulate.cases import b3_shanghai_takeaways as b3

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
FAKE = "(SELECT subject_id FROM labels WHERE subject_kind = 'order' AND is_fake)"
RIDDEN = """order_id IN (SELECT order_id FROM shipments JOIN scans USING (waybill_id)
    WHERE kind = 'collected')"""


def of(name: str) -> str:
    chosen = f"look_alike = '{name}' AND subject_kind = 'order'"
    return f"(SELECT subject_id FROM labels WHERE {chosen})"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("b3")
        simulate_case(out, case="B3", level=level, seed=8)
        return out

    return folder


def one(folder: Path, sql: str) -> tuple:
    with opened(folder) as engine:
        return tuple(engine.query(sql).to_pylist()[0].values())


@each_level
def test_200_shops_of_one_city_and_fewer_than_half_picked_up(made, level: int):
    n, n_shops, n_regions, picked, picked_in_truth = one(
        made(level),
        f"""SELECT count(*), count(DISTINCT shop_id), count(DISTINCT region),
            count(*) FILTER (WHERE {RIDDEN}),
            count(*) FILTER (WHERE order_id IN (SELECT order_id FROM shipments))
        FROM orders JOIN shops USING (shop_id) WHERE order_id IN {FAKE}""",
    )
    assert (n, n_shops, n_regions) == (4_000, 200, 1)
    assert 0.15 * n < picked < 0.5 * n
    assert picked_in_truth == facts_of(made(level))["n_picked_up"]


def test_the_full_tier_takes_what_the_studios_took(made):
    takings = facts_of(made(0))["studio_takings_minor"]
    more = b3._N_FAKE["full"] // b3._N_FAKE["ci"]
    assert [minor * more for minor in takings] == [70_000_000, 90_000_000]
    assert b3._N_BRUSHERS["full"] > 3_000
    with opened(made(0)) as engine:
        fees = engine.value("SELECT CAST(sum(fees_minor) AS BIGINT) FROM plans WHERE is_fake")
    assert fees > sum(takings)  # and what brushers keep


def test_at_first_every_fake_remark_ends_as_published(made):
    n, marked = one(
        made(0),
        f"""SELECT count(*), count(*) FILTER (WHERE remark LIKE '%!!')
        FROM orders WHERE order_id IN {FAKE}""",
    )
    assert marked == n
    assert facts_of(made(0))["marks"] == ["!!"]


def test_signs_are_rarer_and_more_the_better_studios_hide(made):
    marked, signs, lift = [], [], []
    for level in range(4):
        known = facts_of(made(level))["marks"]
        ends = " OR ".join(f"ends_with(remark, '{sign}')" for sign in known)
        share, elsewhere = one(
            made(level),
            f"""SELECT count(*) FILTER (WHERE order_id IN {FAKE} AND ({ends}))
                    / count(*) FILTER (WHERE order_id IN {FAKE}),
                count(*) FILTER (WHERE order_id IN {of(b3.TRADE)} AND ({ends}))
                    / count(*) FILTER (WHERE order_id IN {of(b3.TRADE)})
            FROM orders""",
        )
        marked.append(share)
        signs.append(len(known))
        lift.append(share / max(elsewhere, 1e-4))
    assert marked == sorted(marked, reverse=True)
    assert marked[3] > 0.5
    assert signs[0] == 1
    assert signs[1] <= 2 < signs[2]
    assert lift[3] < 0.5 * min(lift[:3])


@each_level
def test_guests_eat_what_they_order(made, level: int):
    ridden, remarks = one(
        made(level),
        f"""SELECT count(*) FILTER (WHERE {RIDDEN}) / count(*), count(remark) / count(*)
        FROM orders WHERE order_id IN {of(b3.TRADE)} AND status <> 'cancelled'""",
    )
    assert ridden > 0.9
    assert 0.2 < remarks < 0.5
    minutes, marked = one(
        made(level),
        f"""SELECT median(signed."at" - placed_at) / 60000,
            count(*) FILTER (WHERE remark LIKE '%!!')
        FROM orders JOIN shipments USING (order_id)
        JOIN (SELECT * FROM scans WHERE kind = 'signed') AS signed USING (waybill_id)
        WHERE order_id IN {of(b3.TRADE)}""",
    )
    assert 20 < minutes < 60
    assert marked > 10


def test_others_shout_or_have_no_rider_and_are_honest(made):
    shouts, ridden = one(
        made(0),
        f"""SELECT count(*) FILTER (WHERE remark LIKE '%!!'), count(*) FILTER (WHERE {RIDDEN})
                / count(*) FROM orders WHERE order_id IN {of("shouting-guests")}""",
    )
    assert shouts > 100
    assert ridden > 0.9
    said, ridden = one(
        made(0),
        f"""SELECT count(*) FILTER (WHERE remark LIKE '%自取'), count(*) FILTER (WHERE {RIDDEN})
                / count(*) FROM orders WHERE order_id IN {of("self-collection")}""",
    )
    assert said > 100
    assert ridden < 0.4
    share, n_fake = one(
        made(0),
        f"""SELECT max(n) / sum(n), sum(fake) FROM (SELECT remark, count(*) AS n,
                count(*) FILTER (WHERE order_id IN {FAKE}) AS fake FROM orders
            WHERE order_id IN {of("standard-remark")} AND remark IS NOT NULL GROUP BY remark)""",
    )
    assert share > 0.3
    assert n_fake == 0


def test_nobody_elsewhere_orders_from_the_kitchens(made):
    n, n_known = one(
        made(1),
        f"""SELECT count(*), count(*) FILTER (WHERE order_id IN {FAKE} OR order_id IN {
            of(b3.TRADE)
        })
        FROM orders WHERE shop_id IN (SELECT subject_id FROM gang WHERE role = 'merchant')""",
    )
    assert n == n_known

"""A6, B4 and B6: the numbers that were published, and what the detectors make of them.

What is asked is what was asked of the article's cases beforehand; nothing was set by these results.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, found, members, opened
from unbrush.base.clock import DAY_MS
from unbrush.detect import insider_override, self_approval, subsidy_farming, subsidy_leak
from unbrush.simulate import simulate_case
from unbrush.simulate.season import START_AT

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
FAKE = "(SELECT subject_id FROM labels WHERE subject_kind = 'order' AND is_fake)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    @cache
    def folder(case: str, level: int = 1) -> Path:
        out = tmp_path_factory.mktemp(case)
        simulate_case(out, case=case, level=level, seed=8)
        return out

    return folder


def one(folder: Path, sql: str) -> tuple:
    with opened(folder) as engine:
        return tuple(engine.query(sql).to_pylist()[0].values())


@pytest.mark.parametrize(
    ("case", "at_least", "at_most", "n_days"),
    [("A6", 1_500_000, 1_620_100, 62), ("B4", 5_099_000, 5_101_000, 68),
     ("B6", 119_900, 120_100, 60)],
)  # fmt: skip
@pytest.mark.parametrize("level", [0, 3])
def test_the_subsidy_is_what_was_published(made, case, level, at_least, at_most, n_days):
    folder = made(case, level)
    yuan, first, last = one(
        folder,
        f"""SELECT CAST(sum(amount_minor) AS BIGINT) // 100, min("at"), max("at")
        FROM subsidies WHERE order_id IN {FAKE}""",
    )
    assert at_least <= yuan <= at_most
    assert (last - first) / DAY_MS <= n_days


def test_forty_alerts_thirty_closed_by_one_and_one_rule_changed(made):
    folder = made("A6")
    [insider] = members(folder, "insider")
    shops = ", ".join(map(str, members(folder, "merchant")))
    start = START_AT + facts_of(folder)["first_day"] * DAY_MS
    n, n_own = one(
        folder,
        f"""SELECT count(*), count(*) FILTER (WHERE staff_id = {insider}) FROM staff_actions
        WHERE kind = 'alert_close' AND subject_kind = 'shop' AND subject_id IN ({shops})
            AND "at" >= {start}""",
    )
    assert n_own == 30
    assert 40 <= n <= 43  # the rota closes what would have come up anyway
    [n_rules] = one(
        folder,
        f"SELECT count(*) FROM staff_actions WHERE kind = 'parameter' AND staff_id = {insider}",
    )
    assert n_rules == 1


def test_the_managers_do_as_much_as_the_insider(made):
    folder = made("A6")
    [insider] = members(folder, "insider")
    controls = ", ".join(map(str, facts_of(folder)["controls"]))
    assert len(facts_of(folder)["controls"]) == 20
    with opened(folder) as engine:
        counts = engine.query(
            f"""SELECT count(*) AS n FROM staff_actions
            WHERE kind IN ('override', 'allow_list', 'alert_close')
                AND staff_id IN ({controls}) GROUP BY staff_id ORDER BY n"""
        )["n"].to_pylist()
        own = engine.value(f"SELECT count(*) FROM staff_actions WHERE staff_id = {insider}")
    assert len(counts) == 20
    assert counts[10] >= 40
    assert own <= 2.5 * counts[10]


def test_brushers_of_phones_are_more_than_ten_and_have_no_insider(made):
    folder = made("B4")
    assert 10 <= facts_of(folder)["n_brushers"] <= 16
    assert not members(folder, "insider")
    assert len(members(folder, "brusher")) > 100


def test_more_than_five_thousand_orders_in_shops_of_different_owners(made):
    folder = made("B6")
    n, n_owners, n_shops = one(
        folder,
        f"""SELECT count(*), count(DISTINCT owner_id), count(DISTINCT shop_id)
        FROM orders JOIN shops USING (shop_id) WHERE order_id IN {FAKE}""",
    )
    assert 5_000 <= n <= 5_300
    assert n_owners == n_shops >= 3


@pytest.mark.parametrize("case", ["A6", "B6"])
@each_level
def test_the_insider_is_found_and_nobody_else(made, case, level):
    folder = made(case, level)
    rows = found(folder, insider_override.DETECTOR)
    assert set(rows) == members(folder, "insider")
    # At level 3 every parcel weighs something: the tie alone is left, and it is weak.
    assert {row["strength"] for row in rows.values()} <= ({"E2"} if level < 2 else {"E1", "E2"})


@each_level
def test_the_ledger_of_the_haidian_case_is_within_two_per_cent(made, level):
    folder = made("A6", level)
    [row] = found(folder, insider_override.DETECTOR).values()
    truth = facts_of(folder)["subsidy_minor"]
    assert abs(row["granted_minor"] / truth - 1) <= 0.02


def test_the_chain_is_in_the_order_of_time(made):
    [row] = found(made("A6"), insider_override.DETECTOR).values()
    steps = ["parameter_at", "alert_at", "override_at", "order_at", "payout_at"]
    times = [row[step] for step in steps]
    assert times == sorted(times)
    assert row["n_hops"] == 2


@each_level
def test_who_approves_alone_is_the_insider_or_nobody(made, level):
    folder = made("A6", level)
    assert set(found(folder, self_approval.DETECTOR)) <= members(folder, "insider")


def test_it_is_seen_weeks_before_it_ends(made):
    folder = made("A6")
    start = facts_of(folder)["first_day"]
    assert found(folder, insider_override.DETECTOR, until_day=start) == {}
    assert set(found(folder, insider_override.DETECTOR, until_day=start + 31)) == members(
        folder, "insider"
    )


@pytest.mark.parametrize("case", ["A6", "B4", "B6"])
def test_farmed_subsidies_are_found_where_accounts_share_anything(made, case):
    folder = made(case, 0)
    rows = found(folder, subsidy_farming.DETECTOR)
    with opened(folder) as engine:
        fake = set(engine.query(FAKE[1:-1])["subject_id"].to_pylist())
    assert len(fake & set(rows)) >= 0.9 * len(fake)
    assert len(set(rows) - fake) <= 0.001 * len(rows)


@pytest.mark.parametrize("case", ["A6", "B4", "B6"])
@pytest.mark.parametrize("level", [0, 3])
def test_a_campaign_leaks_at_the_firms_or_nowhere(made, case, level):
    folder = made(case, level)
    assert set(found(folder, subsidy_leak.DETECTOR)) <= members(folder, "merchant")

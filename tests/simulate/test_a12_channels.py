"""A12: what the truth says of a block is what the transfers say, and most of it can be stopped."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.base.clock import DAY_MS
from unbrush.simulate import simulate_case
from unbrush.simulate.season import START_AT

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
PAYERS = "(SELECT token FROM gang WHERE role = 'payer')"
MOST_INNOCENTS = 0.001


def orders(*names: str) -> str:
    """Return orders with a review of these plans, honest or not."""
    plans = " OR ".join(f"plan_id LIKE '{name}-%'" for name in names)
    return f"""(SELECT o.* FROM orders AS o JOIN labels
        ON subject_kind = 'order' AND subject_id = order_id AND ({plans}))"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("a12")
        simulate_case(out, case="A12", level=level, seed=8)
        return out

    return folder


def rows(folder: Path, sql: str) -> list[tuple]:
    with opened(folder) as engine:
        return [tuple(row.values()) for row in engine.query(sql).to_pylist()]


@each_level
def test_few_payers_pay_the_buyers_of_many_shops(made, level: int):
    [(payers, shops, n)] = rows(
        made(level),
        f"""SELECT (SELECT count(*) FROM gang WHERE role = 'payer'),
            count(DISTINCT shop_id), count(*)
        FROM {orders("channel-free-order", "channel-praise-packet")}""",
    )
    assert 4 <= payers <= 6
    assert shops == 10
    assert n == facts_of(made(level))["n_paid_orders"] == 1_500


@each_level
def test_whoever_is_paid_for_praise_of_what_they_wanted_is_honest_and_the_praise_is_not(
    made, level: int
):
    found = rows(
        made(level),
        """SELECT subject_kind, split_part(plan_id, '-', 2), bool_and(is_fake), bool_or(is_fake)
        FROM labels WHERE plan_id LIKE 'channel-%' AND subject_kind IN ('order', 'review')
        GROUP BY ALL ORDER BY ALL""",
    )
    assert found == [
        ("order", "free", True, True),
        ("order", "praise", False, False),
        ("review", "free", True, True),
        ("review", "praise", True, True),
    ]


@each_level
def test_the_facts_of_a_block_are_those_of_the_transfers(made, level: int):
    folder, facts = made(level), facts_of(made(level))
    assert {each["payer"] for each in facts["payers"]} == {t for (t,) in rows(folder, PAYERS[1:-1])}
    for each in facts["payers"]:
        for block in each["blocks"]:
            since = START_AT + block["from_day"] * DAY_MS
            [(moved,)] = rows(
                folder,
                f"""SELECT CAST(coalesce(sum(amount_minor), 0) AS BIGINT) FROM transfers
                WHERE from_token = '{each["payer"]}' AND "at" >= {since}""",
            )
            # The rest is packets to relatives and buyers who get cash-back, too.
            assert block["stopped_minor"] + block["innocent_minor"] <= moved
            assert block["stopped_minor"] + block["innocent_minor"] >= 0.85 * moved
    [(seen,)] = rows(folder, "SELECT CAST(sum(seen_minor) AS BIGINT) FROM plans WHERE is_fake")
    assert facts["all_payers"]["blocks"][0]["stopped_minor"] == seen


@each_level
def test_later_blocks_stop_less_and_hit_fewer(made, level: int):
    facts = facts_of(made(level))
    for each in [*facts["payers"], *facts["channels"], facts["all_payers"]]:
        for name in ("stopped_minor", "n_stopped", "innocents", "innocent_minor"):
            values = [block[name] for block in each["blocks"]]
            assert values == sorted(values, reverse=True)
        assert each["blocks"][0]["innocents"] > 0


@each_level
def test_some_payers_can_be_closed_and_others_pay_too_many_innocents(made, level: int):
    shares = [each["blocks"][0]["innocent_share"] for each in facts_of(made(level))["payers"]]
    assert min(shares) <= MOST_INNOCENTS < max(shares)


@each_level
def test_innocents_are_paid_by_the_same_wallets(made, level: int):
    found = dict(
        rows(
            made(level),
            f"""SELECT memo, count(DISTINCT to_token) FROM transfers WHERE from_token IN {PAYERS}
            AND memo IN ('售后补偿', '抽奖', '红包') GROUP BY 1""",
        )
    )
    assert found["售后补偿"] > 20
    assert found["抽奖"] > 15
    assert found["红包"] >= 8


def test_others_share_the_channel_as_far_as_it_is_used(made):
    stopped = []
    for level in range(4):
        folder = made(level)
        facts = facts_of(folder)
        every = facts["all_payers"]["blocks"][0]["stopped_minor"]
        stopped.append(sum(c["blocks"][0]["stopped_minor"] for c in facts["channels"]) / every)
        [(shops,)] = rows(
            folder,
            f"""SELECT count(DISTINCT from_token) FROM transfers
            WHERE channel LIKE 'packet-agency-%' AND from_token NOT IN {PAYERS}""",
        )
        assert shops == 6
    assert stopped[0] == stopped[1] == 1
    assert stopped[1] > stopped[2] > stopped[3]


def test_packets_are_small_and_come_after_the_praise(made):
    [(low, high, sizes)] = rows(
        made(0),
        f"""SELECT min(amount_minor), max(amount_minor), count(DISTINCT amount_minor)
        FROM transfers WHERE memo = '好评返现' AND from_token IN {PAYERS}""",
    )
    assert (low, high, sizes) == (500, 500, 1)
    [(low, high, sizes)] = rows(
        made(3),
        f"""SELECT min(amount_minor), max(amount_minor), count(DISTINCT amount_minor)
        FROM transfers JOIN {orders("channel-praise-packet")} ON payer_token = to_token
        WHERE from_token IN {PAYERS} AND memo IS NULL AND amount_minor <= 2000""",
    )
    assert low >= 200
    assert sizes > 30
    [(early,)] = rows(
        made(0),
        f"""SELECT count(*) FROM (SELECT to_token, min("at") AS paid_at FROM transfers
            WHERE memo = '好评返现' GROUP BY 1)
        JOIN (SELECT payer_token, min(posted_at) AS praised_at
            FROM {orders("channel-praise-packet")} JOIN reviews USING (order_id) GROUP BY 1)
            ON payer_token = to_token WHERE paid_at < praised_at""",
    )
    assert early == 0

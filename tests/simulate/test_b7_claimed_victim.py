"""B7: one brushes and complains, one is attacked and complains, and only the money tells."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.simulate import simulate_case

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
FAKE = "(SELECT subject_id FROM labels WHERE subject_kind = 'order' AND is_fake)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("b7")
        simulate_case(out, case="B7", level=level, seed=8)
        return out

    return folder


def one(folder: Path, sql: str) -> tuple:
    with opened(folder) as engine:
        return tuple(engine.query(sql).to_pylist()[0].values())


def paid_by(owner_of: int, to_fakes_of: int) -> str:
    """SQL of how often the owner of one shop paid whoever placed fake orders in another."""
    return f"""SELECT count(*) FROM transfers
        WHERE from_token = (SELECT bank_token FROM owners JOIN shops USING (owner_id)
                WHERE shop_id = {owner_of})
            AND to_token IN (SELECT payer_token FROM orders
                WHERE shop_id = {to_fakes_of} AND order_id IN {FAKE})"""


@each_level
def test_the_truth_says_who_is_the_victim(made, level: int):
    folder, facts = made(level), facts_of(made(level))
    with opened(folder) as engine:
        rows = engine.query("SELECT * FROM labels WHERE subject_kind = 'shop'").to_pylist()
    by_shop = {row["subject_id"]: row for row in rows}
    assert by_shop[facts["claimed_victim"]]["kind"] == "claimed-victim"
    assert by_shop[facts["rival"]]["kind"] == "rival-attack"
    assert by_shop[facts["true_victim"]]["look_alike"] == "rival-attack-victim"
    assert {by_shop[shop]["look_alike"] for shop in facts["mistaken"]} == {"mistaken-claim"}
    fakes = {shop for shop, row in by_shop.items() if row["is_fake"]}
    assert fakes == {facts["claimed_victim"], facts["rival"]}
    assert [claim["is_true"] for claim in facts["claims"]] == [False, True, False, False]


@each_level
def test_all_complain_and_a_rival_sells_the_same(made, level: int):
    folder, facts = made(level), facts_of(made(level))
    with opened(folder) as engine:
        said = engine.query("SELECT shop_id, captured_at, text FROM posts "
                            "WHERE channel = 'complaint'").to_pylist()  # fmt: skip
        same = engine.value(f"""SELECT count(DISTINCT category) FROM shops
            WHERE shop_id IN ({facts["rival"]}, {facts["true_victim"]})""")
    assert {(row["shop_id"], row["captured_at"]) for row in said} == {
        (claim["shop_id"], claim["at"]) for claim in facts["claims"]
    }
    assert same == 1
    n_warned, n_shops = one(
        folder,
        """SELECT count(*), count(DISTINCT shop_id) FROM messages
        WHERE text LIKE '%已向平台举报%' OR text LIKE '%已上报平台%'""",
    )
    assert n_warned > 20
    assert n_shops == 4


def test_money_of_the_claimed_victim_goes_to_its_attackers_and_of_the_true_one_does_not(made):
    folder, facts = made(0), facts_of(made(0))
    claimed, true, rival = facts["claimed_victim"], facts["true_victim"], facts["rival"]
    assert one(folder, paid_by(claimed, claimed))[0] > 300
    assert one(folder, paid_by(true, true))[0] == 0
    assert one(folder, paid_by(rival, true))[0] > 0


@each_level
def test_the_true_victims_purse_stays_shut(made, level: int):
    true = facts_of(made(level))["true_victim"]
    assert one(made(level), paid_by(true, true))[0] == 0


@each_level
def test_the_staged_attack_is_cancelled_before_the_claim(made, level: int):
    folder, facts = made(level), facts_of(made(level))
    claim = facts["claims"][0]
    n, cancelled, last, brushed, refunded = one(
        folder,
        f"""WITH own AS (SELECT * FROM orders
                WHERE shop_id = {claim["shop_id"]} AND order_id IN {FAKE})
            SELECT (SELECT count(*) FROM own),
                (SELECT count(*) FROM own WHERE status = 'cancelled'),
                (SELECT max(placed_at) FROM own WHERE status = 'cancelled'),
                (SELECT count(*) FROM own WHERE status NOT IN ('cancelled', 'refunded')),
                (SELECT count(*) FROM own WHERE status = 'refunded')""",
    )
    assert 540 <= n <= 710
    assert 40 <= cancelled <= 90
    assert last < claim["at"]
    assert brushed > 400
    assert 0 < refunded < 0.15 * n


def test_attackers_undo_less_the_better_they_hide(made):
    undone = []
    for level in range(4):
        true = facts_of(made(level))["true_victim"]
        [share] = one(
            made(level),
            f"""SELECT count(*) FILTER (WHERE status IN ('cancelled', 'refunded')) / count(*)
            FROM orders WHERE shop_id = {true} AND order_id IN {FAKE}""",
        )
        undone.append(share)
    assert undone == sorted(undone, reverse=True)
    assert undone[0] > 0.8
    assert undone[3] < 0.3


def test_nobody_pays_those_whom_the_mistaken_take_for_attackers(made):
    for shop in facts_of(made(0))["mistaken"]:
        n, n_fake = one(
            made(0),
            f"""SELECT count(*), count(*) FILTER (WHERE order_id IN {FAKE})
            FROM orders WHERE shop_id = {shop}""",
        )
        assert n > 100
        assert n_fake == 0

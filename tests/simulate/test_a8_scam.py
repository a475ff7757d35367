"""A8: victims and mules as published, no order for any task, and honest people beside them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.simulate import simulate_case
from unbrush.simulate.cases.a8_prepaid_scam import MOST_YUAN

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
VICTIMS = "(SELECT subject_id FROM labels WHERE look_alike = 'scam-branch-victim')"
WALLETS = f"""(SELECT token FROM account_links
    WHERE kind = 'card' AND account_id IN {VICTIMS})"""
MULES = "(SELECT token FROM gang WHERE role = 'payer')"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("a8")
        simulate_case(out, case="A8", level=level, seed=8)
        return out

    return folder


def rows(folder: Path, sql: str) -> list[tuple]:
    with opened(folder) as engine:
        return [tuple(row.values()) for row in engine.query(sql).to_pylist()]


@each_level
def test_there_are_as_many_victims_and_mules_as_published(made, level: int):
    folder = made(level)
    [(victims, fake, mules, paid)] = rows(
        folder,
        f"""SELECT (SELECT count(*) FROM labels WHERE look_alike = 'scam-branch-victim'),
            (SELECT count(*) FROM labels WHERE is_fake),
            (SELECT count(*) FROM gang WHERE role = 'payer'),
            (SELECT count(DISTINCT to_token) FROM transfers WHERE to_token IN {MULES})""",
    )
    assert (victims, fake, mules, paid) == (200, 0, 60, 60)


@each_level
def test_no_order_is_paid_for_a_task_nor_placed_for_the_gang(made, level: int):
    folder = made(level)
    assert rows(folder, f"SELECT 1 FROM orders WHERE payer_token IN {MULES}") == []
    assert facts_of(folder)["n_fake_orders"] == 0
    [(each, others)] = rows(
        folder,
        f"""SELECT count(*) FILTER (WHERE account_id IN {VICTIMS})
                / count(DISTINCT account_id) FILTER (WHERE account_id IN {VICTIMS}),
            count(*) FILTER (WHERE account_id NOT IN {VICTIMS})
                / count(DISTINCT account_id) FILTER (WHERE account_id NOT IN {VICTIMS})
        FROM orders""",
    )
    # Some were customers of a shop whose name was used, once; else they shop like anybody.
    assert 0.8 < each / others < 1.3


def test_they_earn_little_get_back_some_and_lose_more_and_more(made):
    folder = made(0)
    per_victim = rows(
        folder,
        f"""SELECT list(amount_minor ORDER BY "at") FILTER (WHERE memo = '任务佣金'),
            list(amount_minor ORDER BY "at") FILTER (WHERE memo = '做单垫付'),
            list(amount_minor ORDER BY "at") FILTER (WHERE memo = '补单修复'),
            max("at") FILTER (WHERE memo = '做单垫付') < min("at") FILTER (WHERE memo = '补单修复')
        FROM (SELECT *, CASE WHEN to_token IN {MULES} THEN from_token ELSE to_token END AS victim
            FROM transfers WHERE (to_token IN {MULES}) <> (from_token IN {MULES}))
        WHERE victim IN {WALLETS} GROUP BY victim""",
    )
    assert len(per_victim) > 180  # cards that the platform knows
    for given, trials, lost, in_order in per_victim:
        assert 1 <= len(trials) <= 3
        assert 2 <= len(lost) <= 6
        assert lost == sorted(lost)
        assert lost[0] < lost[-1] or lost[0] == 100 * MOST_YUAN
        assert min(given) <= 2_000
        assert sum(given) < sum(trials) * 1.4 + 3 * 2_000
        assert in_order
    facts = facts_of(folder)
    [(moved,)] = rows(
        folder,
        f"""SELECT CAST(sum(CASE WHEN to_token IN {MULES} THEN amount_minor
                ELSE -amount_minor END) AS BIGINT) FROM transfers
        WHERE memo IN ('任务佣金', '做单垫付', '补单修复')""",
    )
    assert moved == facts["lost_minor"]


def test_less_is_seen_the_better_they_hide(made):
    shares, payees, calls = [], [], []
    for level in range(4):
        folder = made(level)
        facts = facts_of(folder)
        shares.append(facts["lost_seen_minor"] / facts["prepaid_minor"])
        [(most,)] = rows(
            folder,
            f"""SELECT avg(n) FROM (SELECT count(DISTINCT to_token) / count(*) AS n FROM transfers
                WHERE to_token IN {MULES} GROUP BY from_token HAVING count(*) > 2)""",
        )
        payees.append(most)
        calls += rows(folder, "SELECT count(*) FROM posts WHERE text LIKE '%0rw%'")[0]
    assert shares == sorted(shares, reverse=True)
    assert payees == sorted(payees)
    assert calls[0] > 2 * calls[3]


@each_level
def test_shops_whose_name_was_used_are_honest_and_say_so(made, level: int):
    folder = made(level)
    [(shops, asked, answered)] = rows(
        folder,
        """SELECT count(DISTINCT shop_id), count(*) FILTER (WHERE text LIKE '%转%'
                OR text LIKE '%垫付%'), count(*) FILTER (WHERE text LIKE '%报警%'
                OR text LIKE '%不要再转账%')
        FROM messages WHERE shop_id IN (SELECT subject_id FROM labels
            WHERE subject_kind = 'shop' AND look_alike = 'shop-named-by-scam')""",
    )
    assert shops == 3
    assert asked > 20
    assert answered > 20


@each_level
def test_gig_workers_get_back_what_they_lay_out(made, level: int):
    [(out, back, wages, workers)] = rows(
        made(level),
        """SELECT sum(amount_minor) FILTER (WHERE memo IN ('材料款', '工服押金')),
            sum(amount_minor) FILTER (WHERE memo IN ('报销', '退押金')),
            sum(amount_minor) FILTER (WHERE memo = '日结工资'),
            count(DISTINCT to_token) FILTER (WHERE memo = '报销')
        FROM transfers""",
    )
    # Some of it comes back after the market's last day.
    assert 0.8 < back / out < 1.1
    assert wages > 3 * out
    assert workers > 60

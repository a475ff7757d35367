"""A10: the usual levels, and at the deepest nothing is left of devices and networks."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.insiders import facts_of, opened
from unbrush.simulate import simulate_case
from unbrush.simulate.lexicon import ABROAD, REGIONS

each_level = pytest.mark.parametrize("level", [0, 1, 2, 3])
FAKE = """(SELECT o.* FROM orders AS o JOIN labels
    ON subject_kind = 'order' AND subject_id = order_id AND is_fake)"""


def of(role: str, column: str = "subject_id") -> str:
    return f"(SELECT {column} FROM gang WHERE role = '{role}' AND {column} IS NOT NULL)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    @cache
    def folder(level: int) -> Path:
        out = tmp_path_factory.mktemp("a10")
        simulate_case(out, case="A10", level=level, seed=8)
        return out

    return folder


def rows(folder: Path, sql: str) -> list[tuple]:
    with opened(folder) as engine:
        return [tuple(row.values()) for row in engine.query(sql).to_pylist()]


@each_level
def test_the_numbers_are_those_of_the_tier(made, level: int):
    [(orders, merchants, groups)] = rows(
        made(level),
        f"""SELECT count(*), count(DISTINCT shop_id), (SELECT count(*) FROM plans WHERE is_fake)
        FROM {FAKE}""",
    )
    assert orders == 1_500
    assert 10 <= merchants <= 14
    assert 3 <= groups <= 5


def test_at_the_deepest_level_each_device_and_address_is_seen_once(made):
    folder = made(3)
    for token in ("device_token", "ip_token"):
        [(orders, tokens)] = rows(folder, f"SELECT count(*), count(DISTINCT {token}) FROM {FAKE}")
        assert orders == tokens
        # And by nobody else: not by other orders, other accounts, or what is liked in between.
        [(others,)] = rows(
            folder,
            f"""SELECT (SELECT count(*) FROM orders WHERE {token} IN (SELECT {token} FROM {FAKE})
                AND order_id NOT IN (SELECT order_id FROM {FAKE}))
            + (SELECT count(*) FROM interactions WHERE {token} IN (SELECT {token} FROM {FAKE})
                AND kind IN ('like', 'favourite') AND account_id NOT IN {of("brusher")})""",
        )
        assert others == 0
    [(liked, devices)] = rows(
        folder,
        f"""SELECT count(*), count(DISTINCT device_token) FROM interactions
        WHERE kind = 'like' AND account_id IN {of("brusher")} AND shop_id IN {of("merchant")}""",
    )
    assert liked > 700
    assert devices > 0.98 * liked  # what people like on the side comes from their own phones


def test_what_was_made_is_abroad_at_the_deepest_level_and_nowhere_else(made):
    places = ", ".join(f"'{place}'" for place in ABROAD)
    for level in range(4):
        folder = made(level)
        [(abroad, crew, honest)] = rows(
            folder,
            f"""SELECT count(*) FILTER (WHERE region IN ({places})
                    AND account_id IN {of("brusher")}),
                count(*) FILTER (WHERE account_id IN {of("brusher")}),
                count(*) FILTER (WHERE region IN ({places})
                    AND account_id NOT IN (SELECT subject_id FROM labels
                        WHERE subject_kind = 'account' AND is_fake))
            FROM accounts""",
        )
        assert honest > 20  # people who live there
        if level < 3:
            assert abroad == 0
        else:
            assert 0.4 <= abroad / crew <= 0.7
        assert abroad == facts_of(folder)["n_abroad"]


@each_level
def test_nothing_is_sent_abroad(made, level: int):
    found = rows(made(level), "SELECT DISTINCT destination_region FROM shipments")
    assert {place for (place,) in found} <= set(REGIONS)


def test_levels_show_ever_less_but_money_and_parcels_stay(made):
    seen = [facts_of(made(level))["visible"] for level in range(4)]
    for name in ("money", "device_of_several", "ip_of_several", "gang_shipper"):
        values = [each[name] for each in seen]
        assert values == sorted(values, reverse=True), name
    assert seen[3]["device_of_several"] == seen[3]["ip_of_several"] == 0
    assert seen[3]["money"] > 0.1
    assert seen[3]["gang_shipper"] > 0.5


@each_level
def test_what_the_facts_call_visible_is_what_the_tables_show(made, level: int):
    folder = made(level)
    [(by_gang,)] = rows(
        folder,
        f"""SELECT avg((shipper_token IN {of("shipper", "token")})::INT)
        FROM shipments WHERE order_id IN (SELECT order_id FROM {FAKE})""",
    )
    assert by_gang == pytest.approx(facts_of(folder)["visible"]["gang_shipper"], abs=0.01)
    [(shared,)] = rows(
        folder,
        f"""SELECT avg((n > 1)::INT) FROM {FAKE} JOIN (SELECT device_token,
                count(DISTINCT account_id) AS n FROM {FAKE} GROUP BY 1) USING (device_token)""",
    )
    assert shared == pytest.approx(facts_of(folder)["visible"]["device_of_several"], abs=0.001)


@each_level
@pytest.mark.parametrize("name", ["buyer-abroad", "private-browser"])
def test_honest_people_look_as_strange_at_every_level(made, level: int, name: str):
    [(fakes, orders, addresses)] = rows(
        made(level),
        f"""SELECT count(*) FILTER (WHERE is_fake), count(*), count(DISTINCT ip_token)
        FROM orders JOIN labels ON subject_kind = 'order' AND subject_id = order_id
        WHERE look_alike = '{name}'""",
    )
    assert fakes == 0
    assert orders > 150
    assert addresses > orders * 0.4

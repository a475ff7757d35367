import re
from typing import Any

import pytest

from unbrush.base.words import Words
from unbrush.respond.board import NARROW, WIDE, Sheet, draw_board
from unbrush.respond.lettering import squeezed

Row = dict[str, Any]


def claim(number: str, carries: str = "money", *, has_rows: bool = True) -> Row:
    return {
        "number": number,
        "anchor": f"claim-{number}",
        "carries": carries,
        "deed": Words("返还", "paid back"),
        "brief": Words("4 笔 · ¥5", "4 orders · ¥5"),
        "rest": {} if has_rows else None,
    }


def hand(role: str, *, is_first: bool, flows: Row | None = None, **more: Any) -> Row:
    return {
        "is_first": is_first,
        "n_tier": 4,
        "role_words": [Words(role, role)],
        "name": Words("钱包 1", "wallet 1"),
        "claims": [claim("1", **more)],
        "flows": [
            {"ring_id": ring, "n": n, "carries": "money"} for ring, n in (flows or {}).items()
        ],
    }


def ring(name: str, n_accounts: int = 9, n_acts: int = 40) -> Row:
    return {
        "ring_id": name,
        "n_accounts": n_accounts,
        "n_acts": n_acts,
        "claims": [claim("9", "orders")],
    }


def region(n: int) -> Row:
    return {
        "words": Words(f"省 {n}", f"Province {n}"),
        "n_shops": 10 + n,
        "n_orders": 1000 - n,
        "n_accounts": 0,
    }


def board(sheet: Sheet, hands: list[Row], rings: list[Row], n_regions: int = 3) -> Row:
    whole = {
        "n_hands": len(hands),
        "n_rings": len(rings),
        "n_ring_accounts": sum(each["n_accounts"] for each in rings),
        "n_acts": sum(each["n_acts"] for each in rings),
        "regions": [region(n) for n in range(n_regions)],
        "shops": claim("12", "orders"),
        "act": Words("笔订单", "order"),
    }
    return draw_board(sheet, hands, rings, whole)


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_what_does_not_fit_is_drawn_as_one_and_counted(sheet: Sheet):
    drawn = board(sheet, [], [ring(f"r{n}") for n in range(25)], n_regions=30)
    assert len(drawn["circles"]) == sheet.rings
    rest = drawn["circles"][-1]
    n_named = sheet.rings - 1
    assert rest["name"]["en"] == f"{25 - n_named} other rings"
    assert rest["n"] == str(9 * (25 - n_named))
    assert rest["briefs"][0]["en"] == f"{40 * (25 - n_named):,} orders"
    cells = drawn["panel"]["cells"]
    assert len(cells) == sheet.regions
    assert cells[-1]["name"]["en"] == f"{30 - sheet.regions + 1} more"
    left_out = sum(10 + n for n in range(sheet.regions - 1, 30))
    assert cells[-1]["text"]["en"].startswith(f"{left_out} shops")
    assert [title["cut"].en for title in drawn["titles"]] == [f"{n_named} of 25 drawn"]


def test_what_fits_is_not_cut():
    drawn = board(WIDE, [], [ring(f"r{n}") for n in range(6)], n_regions=16)
    assert not any(circle["is_rest"] for circle in drawn["circles"])
    assert not any(cell["is_rest"] for cell in drawn["panel"]["cells"])
    assert [title["cut"] for title in drawn["titles"]] == [None]


def test_flows_to_rings_that_are_not_drawn_go_to_the_others():
    rings = [ring(f"r{n}") for n in range(9)]
    pays = hand("pays", is_first=True, flows={"r0": 3, "r7": 5, "r8": 6})
    drawn = board(WIDE, [pays], rings)
    money = [link for link in drawn["links"] if link["carries"] == "money"]
    assert len(money) == 2
    ends = sorted(float(re.findall(r"([\d.]+),", link["d"])[-1]) for link in money)
    assert ends == [drawn["circles"][0]["x"], drawn["circles"][-1]["x"]]
    assert money[1]["width"] > money[0]["width"]


def test_a_circle_grows_with_its_accounts():
    few, many = board(WIDE, [], [ring("a", 400), ring("b", 100)])["circles"]
    assert (few["r"], many["r"]) == (WIDE.radius, WIDE.radius / 2)


def test_one_of_each_role_is_drawn_before_a_second_one_and_rows_before_words():
    hands = [
        hand("recruits", is_first=False, has_rows=False),
        hand("recruits", is_first=False),
        hand("recruits", is_first=False),
        hand("sends", is_first=False),
    ]
    drawn = board(NARROW, hands, [ring("a")])
    assert [card["role"]["en"] for card in drawn["cards"]] == ["recruits", "sends"]
    assert drawn["titles"][0]["cut"].en == "2 of 4 drawn"


def test_arrows_from_the_top_go_between_the_cards_below_them():
    hands = [hand("pays", is_first=True, flows={f"r{n}": 3 for n in range(6)}) for _ in range(4)]
    hands += [hand("sends", is_first=False) for _ in range(4)]
    drawn = board(WIDE, hands, [ring(f"r{n}") for n in range(6)])
    below = [card for card in drawn["cards"] if not card["is_first"]]
    for link in drawn["links"]:
        if link["carries"] == "money":
            lane = float(re.findall(r"([\d.]+),[\d.]+ V", link["d"])[0])
            assert not any(card["x"] <= lane <= card["x"] + card["w"] for card in below)


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_nothing_stands_outside_the_paper(sheet: Sheet):
    hands = [hand("pays", is_first=True, flows={"r0": 3}) for _ in range(9)]
    drawn = board(sheet, hands, [ring(f"r{n}") for n in range(9)], n_regions=40)
    for card in drawn["cards"]:
        assert card["x"] >= 0
        assert card["x"] + card["w"] <= sheet.width
    for circle in drawn["circles"]:
        assert circle["r"] <= circle["x"] <= sheet.width - circle["r"]
    assert drawn["panel"]["y"] + drawn["panel"]["h"] <= drawn["height"]


def test_a_number_without_room_is_set_closer_and_never_cut():
    brief = squeezed(Words("1,204,412 笔订单", "1,204,412 orders · ¥39,120,000"), 100, 12)
    assert brief["en"] == "1,204,412 orders · ¥39,120,000"
    assert brief["en_length"] == 100
    assert squeezed(Words("1", "1"), 100, 12)["en_length"] is None

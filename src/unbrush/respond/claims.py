"""The numbered claims under an organiser's picture, each with the rows that carry it."""

from collections.abc import Iterable
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.tables import TABLES as EVENT_TABLES
from unbrush.base.tables import Column
from unbrush.base.words import Words, counted
from unbrush.respond import figures
from unbrush.respond.deeds import DEEDS, Deed
from unbrush.respond.evidence_rows import row_table
from unbrush.respond.figures import Money
from unbrush.respond.limits import CLAIM_ROWS_SHOWN
from unbrush.respond.terms import HANDS, ROLES, said

Row = dict[str, Any]
Claim = dict[str, Any]
"""number, sentence, more (further sentences), table, n_rows, rest (where the others lie), brief."""

_COUNTED = {
    "n_orders": "order_id",
    "n_accounts": "account_id",
    "n_shops": "shop_id",
    "n_wallets": "to_token",
}


def hands_with_claims(engine: Engine, money: Money) -> list[Row]:
    """Return each hand of `_hands` with its claims and, by ring, how much of each deed it got.

    Args:
        engine: Holds what `hands.gather` and `deed_rows.make_deeds` leave.
        money: How amounts are written.
    """
    hands: list[Row] = engine.query("SELECT * FROM _hands ORDER BY place, hand").to_pylist()
    by_key = {(hand["place"], hand["hand"]): hand for hand in hands}
    for hand in hands:
        hand["name"] = _name(hand)
        hand["role_words"] = [said(ROLES, role) for role in dict.fromkeys(hand["roles"])]
        hand["claims"], hand["flows"] = [], []
    for deed in DEEDS:
        rows = _first_rows(engine, deed)
        for numbers in _numbers(engine, deed):
            key = (numbers["place"], numbers["hand"])
            by_key[key]["claims"].append(_deed_claim(deed, by_key[key], numbers, rows[key], money))
        for flow in _flows(engine, deed):
            by_key[flow["place"], flow["hand"]]["flows"].append({**flow, "carries": deed.carries})
    for hand in hands:
        if not hand["claims"]:
            hand["claims"].append(_word_only(hand))
        # Who recruits is counted here to the last chain; its own sentence would count twice.
        elif hand["claims"][0]["carries"] != "words" and hand["reason_zh"]:
            hand["claims"][0]["more"].append(Words(hand["reason_zh"], hand["reason_en"] or ""))
    return hands


def numbered(claims: Iterable[Claim], place: int) -> list[Claim]:
    """Give claims their numbers and the names by which the picture points to them."""
    told = list(claims)
    for number, claim in enumerate(told, start=1):
        claim["number"] = circled(number)
        claim["anchor"] = f"organiser-{place}-claim-{number}"
    return told


def circled(number: int) -> str:
    """Return a number as one sign as far as there are signs: ①, ②, …, ㊿, then (51)."""
    for first, most, sign in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= most:
            return chr(sign + number - first)
    return f"({number})"


def _name(hand: Row) -> Words:
    """A hand's kind and its id, or the beginning of its token."""
    kind = said(HANDS, hand["subject_kind"])
    own = figures.token(hand["token"]) if hand["token"] else figures.outside(hand["subject_id"])
    return Words(f"{kind.zh} {own}", f"{kind.en} {own}")


def _at_start(name: Words) -> Words:
    """A name as a sentence begins with it."""
    return Words(name.zh, name.en[:1].upper() + name.en[1:])


def _numbers(engine: Engine, deed: Deed) -> list[Row]:
    table = f"_deed_{deed.name}"
    there = engine.columns(table)
    counts = ", ".join(
        f"count(DISTINCT {column}) AS {name}" if column in there else f"0 AS {name}"
        for name, column in _COUNTED.items()
    )
    minor = deed.minor or "NULL"
    weight = "weight_g" if "weight_g" in there else "CAST(NULL AS DOUBLE)"
    rows: list[Row] = engine.query(
        f"""WITH things AS (
            SELECT DISTINCT place, hand, {deed.thing} AS thing, {minor} AS minor,
                {weight} AS weight FROM {table}),
        sums AS (
            SELECT place, hand, count(DISTINCT thing) AS n_things,
                CAST(sum(minor) AS BIGINT) AS minor, quantile_disc(weight, 0.5) AS middle
            FROM things GROUP BY ALL)
        SELECT * FROM (
            SELECT place, hand, count(*) AS n_rows, {counts} FROM {table} GROUP BY place, hand)
        JOIN sums USING (place, hand) ORDER BY place, hand"""
    ).to_pylist()
    return rows


def _flows(engine: Engine, deed: Deed) -> list[Row]:
    rows: list[Row] = engine.query(
        f"""SELECT place, hand, ring_id, count(DISTINCT {deed.thing}) AS n FROM _deed_{deed.name}
        WHERE ring_id IS NOT NULL GROUP BY ALL ORDER BY place, hand, ring_id"""
    ).to_pylist()
    return rows


def _first_rows(engine: Engine, deed: Deed) -> dict[tuple[int, int], list[Row]]:
    names = [column for _, column in deed.columns]
    moments = [column for column in names if column == "at" or column.endswith("_at")]
    order = ", ".join(f"d.{each}" for each in (*moments, *(c for c in names if c.endswith("_id"))))
    rows = engine.query(
        f"""SELECT d.* FROM _deed_{deed.name} d
        QUALIFY row_number() OVER (PARTITION BY d.place, d.hand ORDER BY {order})
            <= {CLAIM_ROWS_SHOWN}
        ORDER BY d.place, d.hand, {order}"""
    ).to_pylist()
    found: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        found.setdefault((row["place"], row["hand"]), []).append(row)
    return found


def _deed_claim(deed: Deed, hand: Row, numbers: Row, rows: list[Row], money: Money) -> Claim:
    table, column = deed.found_by
    own = hand["token"]
    return {
        "sentence": deed.sentence(_at_start(hand["name"]), numbers, money),
        "more": [],
        "deed": deed.words,
        "brief": deed.brief(numbers, money),
        "carries": deed.carries,
        "who": hand["name"],
        "table": row_table([column_of(*each) for each in deed.columns], rows, money),
        "has_counts": any(each == "order_id" for _, each in deed.columns),
        "n_rows": figures.count(numbers["n_rows"]),
        "rest": {
            "table": table,
            "column": column,
            "value": figures.token(own) if own else figures.outside(hand["subject_id"]),
        },
    }


def _word_only(hand: Row) -> Claim:
    """What is said of a hand whose rows are none of those that `deed_rows` can read."""
    n = hand["n_deeds"] or 0
    return {
        "sentence": Words(
            f"{hand['name'].zh}：{hand['reason_zh'] or ''}",
            f"{_at_start(hand['name']).en}: {hand['reason_en'] or ''}",
        ),
        "more": [],
        "deed": hand["role_words"][0],
        "brief": Words(f"{n:,} 次", counted(n, "deed")),
        "carries": "words",
        "who": hand["name"],
        "table": None,
        "n_rows": "",
        "rest": None,
    }


def column_of(table: str, name: str) -> Column:
    """Return the column ``name`` of an event table."""
    return EVENT_TABLES[table].column(name)

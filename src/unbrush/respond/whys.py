"""Explanations inside the report: of what it shows, as many as one page can hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.respond import figures
from unbrush.respond.explaining import Subject, explain
from unbrush.respond.explaining.changes import WeighAgain
from unbrush.respond.explaining.page import shown
from unbrush.respond.limits import (
    ACCOUNTS_EXPLAINED,
    EXPLAINED_PARTS,
    EXPLAINED_ROWS,
    ROWS_EXPLAINED,
    TEXT_SHOWN,
)

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Why:
    """What it takes to explain.

    Attributes:
        weigh_again: Weighs suppositions as `judge` does.
        spares: The families that each look-alike takes away, by the policy in force.
        made_by: Policy, detectors and software of the run.
    """

    weigh_again: WeighAgain
    spares: Mapping[str, Sequence[str]]
    made_by: Mapping[str, Any]


def tell_whys(
    engine: Engine,
    manifest: Manifest,
    ring_places: Mapping[str, int],
    shops: Mapping[str, Any],
    why: Why | None,
) -> Row:
    """Return the explanations of the shops and rings told in full, of accounts and of rows.

    Args:
        engine: Holds the event tables and what the stages up to `judge` left.
        manifest: What was collected.
        ring_places: Rings that have a place in the page.
        shops: What the section on shops says.
        why: What it takes; None for a page without explanations.

    Returns:
        cards, and places: by kind and id as it is shown, the number of its card.
    """
    if why is None:
        return {"cards": [], "places": {}}
    wanted = [
        *_shops(manifest, shops),
        *(Subject("ring", ring) for ring in ring_places),
        *_accounts(engine, list(ring_places)),
        *_rows(manifest, shops),
    ]
    documents = explain(
        engine,
        manifest,
        list(dict.fromkeys(wanted)),
        weigh_again=why.weigh_again,
        spares=why.spares,
        made_by=why.made_by,
        most_rows=EXPLAINED_ROWS,
        most_parts=EXPLAINED_PARTS,
    )
    told = [each for each in documents if each["decision"] or each["subject"]["kind"] == "ring"]
    cards = [shown(each, place=number) for number, each in enumerate(told, start=1)]
    return {
        "cards": cards,
        "places": {(each["subject"]["kind"], each["id"]): each["place"] for each in cards},
    }


def _shops(manifest: Manifest, shops: Mapping[str, Any]) -> list[Subject]:
    if not shops["is_shop"]:
        return []  # a market that names no shop
    found = (_subject(manifest, "shop", page["id"]) for page in shops["pages"])
    return [each for each in found if each]


def _accounts(engine: Engine, rings: Sequence[str]) -> list[Subject]:
    """The accounts that the tables of members begin with, ring by ring."""
    columns = {"ring_id": pa.array(rings, pa.string()), "place": pa.array(range(len(rings)))}
    engine.put("_rings_placed", pa.table(columns))
    rows = engine.query(
        f"""SELECT subject_id, min(place) AS place, max(n_orders) AS n
        FROM ring_members JOIN _rings_placed USING (ring_id) WHERE subject_kind = 'account'
        GROUP BY subject_id ORDER BY place, n DESC, subject_id LIMIT {ACCOUNTS_EXPLAINED}"""
    ).to_pylist()
    engine.drop("_rings_placed")
    return [Subject("account", row["subject_id"]) for row in rows]


def _rows(manifest: Manifest, shops: Mapping[str, Any]) -> list[Subject]:
    """Orders and reviews in the tables of evidence, shop by shop, the same number of each."""
    pages = [list(dict.fromkeys(_rows_of(manifest, page))) for page in shops["pages"]]
    if not pages:
        return []
    most = max(1, ROWS_EXPLAINED // len(pages))
    return [each for rows in pages for each in rows[:most]]


def _rows_of(manifest: Manifest, page: Mapping[str, Any]) -> Iterator[Subject]:
    for finding in page["findings"]:
        for signal in finding["shown"]:
            evidence = signal["evidence"]
            if not evidence or evidence["table"] not in ("orders", "reviews"):
                continue
            kind = evidence["table"].removesuffix("s")
            key = [column["name"] for column in evidence["columns"]].index(f"{kind}_id")
            for row in evidence["rows"][:1]:
                if row["is_removed"] and (found := _subject(manifest, kind, row["cells"][key])):
                    yield found


def _subject(manifest: Manifest, kind: str, text: str) -> Subject | None:
    """Return the subject that a page names; None if its name there is not its whole id."""
    if len(text) >= TEXT_SHOWN or text == figures.NOTHING:
        return None
    return Subject(kind, int(text) if manifest.subject_id_type == "BIGINT" else text)

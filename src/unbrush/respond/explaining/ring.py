"""Rings: what makes them more than chance, who carries them, and what hangs by them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond.chances import (
    HANGS_BY,
    chance_sentence,
    robustness_sentence,
    weight_sentence,
    without_sentence,
)
from unbrush.respond.explaining.subjects import Subject
from unbrush.respond.explaining.telling import sentence
from unbrush.respond.terms import KIND, ROLES, TIES, said

Row = dict[str, Any]

MEMBERS_TOLD = 12
"""Members of one ring, those whose going would weaken it most."""


def tell_rings_asked(engine: Engine, subjects: Sequence[Subject]) -> Mapping[Subject, Row]:
    """Return what is known of each ring itself.

    Args:
        engine: Holds `_rings` and `_ring_members`, as `seams.name_rings` leaves them.
        subjects: Of whom rings are told, and no others.

    Returns:
        For each ring: sentence, chance, robustness, ties, members (weight, what is left without
        each), n_members, and facts: score, q_value, n_accounts, n_shops, n_orders, n_reviews,
        turnover_minor, first_at, last_at, cluster_id.
    """
    wanted = {str(each.id): each for each in subjects if each.kind == "ring"}
    engine.put("_rings_told", pa.table({"ring_id": pa.array(list(wanted), pa.string())}))
    rings = engine.query("SELECT * FROM _rings SEMI JOIN _rings_told USING (ring_id)").to_pylist()
    members = engine.query(
        f"""SELECT *, count(*) OVER (PARTITION BY ring_id) AS n_members
        FROM _ring_members SEMI JOIN _rings_told USING (ring_id)
        QUALIFY row_number() OVER (
            PARTITION BY ring_id
            ORDER BY weight DESC NULLS LAST, n_orders DESC, subject_kind, subject_id)
            <= {MEMBERS_TOLD}
        ORDER BY ring_id, weight DESC NULLS LAST, n_orders DESC, subject_kind, subject_id"""
    ).to_pylist()
    engine.drop("_rings_told")
    return {
        wanted[ring["ring_id"]]: _told(
            ring, [each for each in members if each["ring_id"] == ring["ring_id"]]
        )
        for ring in rings
    }


_FACTS = (
    "score", "q_value", "n_accounts", "n_shops", "n_orders", "n_reviews", "turnover_minor",
    "first_at", "last_at", "cluster_id",
)  # fmt: skip


def _told(ring: Row, members: list[Row]) -> Row:
    ties = sorted(json.loads(ring["ties"] or "{}").items(), key=lambda tie: (-tie[1], tie[0]))
    return {
        "sentence": sentence(ring),
        "chance": chance_sentence(ring["q_value"]),
        "robustness": robustness_sentence(ring["robustness"]),
        "ties": [{"name": name, "words": said(TIES, name), "n": n} for name, n in ties],
        "members": [_member(each) for each in members],
        "n_members": members[0]["n_members"] if members else 0,
        "facts": {name: ring[name] for name in _FACTS},
    }


def _member(row: Row) -> Row:
    q_without = row["q_without"]
    return {
        "kind": row["subject_kind"],
        "id": row["subject_id"],
        "kind_words": said(KIND, row["subject_kind"]),
        "role": row["role"],
        "role_words": said(ROLES, row["role"] or ""),
        "weight": row["weight"],
        "q_without": q_without,
        "carries_it": q_without is not None and q_without >= HANGS_BY,
        "sentence": sentence(row),
        "weight_words": weight_sentence(row["weight"]),
        "without_words": without_sentence(q_without),
    }


def headline_of(ring: Row) -> Words:
    """Return what a ring is in one sentence."""
    return ring["sentence"] if ring["sentence"].zh else Words("协同圈", "a ring")

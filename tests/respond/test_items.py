"""A market of reviews alone names no shop: it is told by its items."""

from pathlib import Path

import pyarrow as pa

from tests.respond.small_run import quiet_run
from tests.worlds import DAY, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import ring_member_schema, ring_schema
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.respond import respond


def reviews_only(engine: Engine) -> Manifest:
    """Six accounts praise item 7; the reviews of the first three do not count."""
    quiet_run(engine, "ran")
    reviews = [
        {"review_id": n, "account_id": n, "item_id": 7, "posted_at": T0 + n * DAY, "rating": 5.0}
        for n in range(6)
    ]
    manifest = build(engine, {"reviews": reviews})
    engine.create(
        "decisions",
        """SELECT 'review' AS subject_kind, review_id AS subject_id, 'L1' AS rung,
            0.9 AS probability, true AS is_neutralised, 'a' AS elements, 'text' AS families,
            'E1' AS strength, 'r' AS ring_id, 'system' AS approver, true AS is_in_force,
            'two-families' AS rule
        FROM reviews WHERE review_id < 3""",
    )
    engine.create(
        "clean_counts",
        """SELECT 'item' AS subject_kind, 7 AS subject_id, NULL AS category, 0 AS orders_raw,
            0 AS orders_clean, 0 AS turnover_minor_raw, 0 AS turnover_minor_clean,
            6 AS reviews_raw, 3 AS reviews_clean, 5.0 AS rating_raw, 5.0 AS rating_clean,
            1 AS rank_raw, 1 AS rank_clean, 1 AS n_in_category""",
    )
    ring = {"ring_id": "r", "n_accounts": 3, "n_shops": 1, "n_orders": 0, "n_reviews": 3}
    engine.put("rings", pa.Table.from_pylist([ring], schema=ring_schema()))
    members = [
        {"ring_id": "r", "subject_kind": kind, "subject_id": subject, "n_orders": 1}
        for kind, subject in (("account", 0), ("account", 1), ("account", 2), ("shop", 7))
    ]
    engine.put("ring_members", pa.Table.from_pylist(members, schema=ring_member_schema(pa.int64())))
    return manifest


def test_items_stand_where_shops_would(engine: Engine, tmp_path: Path):
    summary = respond(engine, RunFolder(tmp_path), reviews_only(engine))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert summary["neutralised"]["reviews"] == {
        "raw": 6,
        "clean": 3,
        "removed": 3,
        "removed_share": 0.5,
    }
    assert summary["affected"]["items"] == {"affected": 1, "counted": 1}
    assert "Of 6 reviews, " in html
    assert "Affected items" in html
    assert '"shop-1":{"first_day"' in html


def test_a_ring_of_reviewers_is_drawn_by_what_it_reviewed(engine: Engine, tmp_path: Path):
    respond(engine, RunFolder(tmp_path), reviews_only(engine))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '"lines":[[0,0,1,1],[1,0,1,1],[2,0,1,1]]' in html

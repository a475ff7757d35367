"""A tiny market: what little is public, taken through the same stages as a whole platform.

Reviews go through collect, detect, group and judge; posts and pages through detect. What is not
public is not invented: a column that the source lacks is absent from the manifest, and detectors
that ask for it say so. Only detectors of wording, which ask who wrote and when just to count people
and to find the earliest, look all the same: every review then counts as one person's, and the order
of the file as the order in time. That is said with the result.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.base.detector import Detector
from unbrush.base.engine import Engine
from unbrush.base.evidence import Family
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.market import open_market
from unbrush.base.progress import Progress, silent
from unbrush.base.run_folder import RunFolder
from unbrush.base.tables import TABLES
from unbrush.check.fields import MAPPING
from unbrush.check.standing_in import Staged
from unbrush.collect import collect
from unbrush.detect import detect, detectors
from unbrush.group import group
from unbrush.judge import judge

Rows = list[dict[str, Any]]

_WORDING = (Family.TEXT, Family.OFF_PLATFORM)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the stages said of a tiny market of reviews.

    Attributes:
        manifest: What the market had; columns that were stood in for are not named.
        signals: Rows of `signals`.
        decisions: Rows of `decisions`.
        reasons: Rows of `reasons`.
        coverage: Rows of `coverage`.
        rejects: Rows of `rejects`.
        reviews: Rows of `reviews`: review_id, item_id, rating, text_source as collected.
    """

    manifest: Manifest
    signals: Rows
    decisions: Rows
    reasons: Rows
    coverage: Rows
    rejects: Rows
    reviews: Rows


def judge_reviews(
    engine: Engine,
    staged: Staged,
    folder: Path,
    *,
    now_ms: int,
    progress: Progress = silent,
) -> Judged:
    """Take reviews through collect, detect, group and judge.

    Args:
        engine: Where SQL runs; its tables are ours until the next call.
        staged: Reviews as text under our names, with stand-ins for what was not public.
        folder: An empty folder for what comes between.
        now_ms: The present (epoch ms UTC).
        progress: Told the step and the share that is done.

    Raises:
        InputError: No row can be used.
    """
    pq.write_table(staged.reviews, folder / "reviews.parquet")
    if staged.items is not None:
        pq.write_table(staged.items, folder / "items.parquet")
    out = RunFolder(folder / "out")
    progress("collect", 0.0)
    manifest = collect(
        engine,
        folder,
        out,
        mapping=MAPPING,
        key=b"nothing personal is kept: the folder goes when the check ends",
        max_reject_share=1.0,
        now_ms=now_ms,
    )
    manifest = _without(manifest, staged.absent)
    open_market(engine, out.events, manifest)
    progress("detect", 0.2)
    detect(engine, manifest, chosen=_able(detectors(), set(staged.absent)))
    progress("group", 0.6)
    group(engine, manifest)
    progress("judge", 0.8)
    judge(engine, manifest)
    found = Judged(
        manifest=manifest,
        signals=_rows(engine, "signals", "subject_id, detector"),
        decisions=_rows(engine, "decisions", "subject_kind, subject_id"),
        reasons=_rows(engine, "reasons", ""),
        coverage=_rows(engine, "coverage", "detector"),
        rejects=engine.query(f"SELECT * FROM {engine.scan(out.output('rejects'))}").to_pylist(),
        reviews=engine.query(
            "SELECT review_id, item_id, rating, text_source FROM reviews ORDER BY review_id"
        ).to_pylist(),
    )
    progress("", 1.0)
    return found


def _rows(engine: Engine, table: str, order: str) -> Rows:
    tail = f" ORDER BY {order}" if order else ""
    rows: Rows = engine.query(f"SELECT * FROM {table}{tail}").to_pylist()
    return rows


def _without(manifest: Manifest, absent: Iterable[str]) -> Manifest:
    """Take columns that were stood in for out of what the market can be asked."""
    table = manifest.tables["reviews"]
    fill = {name: share for name, share in table.fill.items() if name not in set(absent)}
    return replace(manifest, tables={**manifest.tables, "reviews": replace(table, fill=fill)})


def _able(chosen: Sequence[Detector], absent: set[str]) -> list[Detector]:
    """Let detectors of wording look without the columns that stand-ins are there for."""
    return [_relaxed(each, absent) if each.family in _WORDING else each for each in chosen]


def _relaxed(detector: Detector, absent: set[str]) -> Detector:
    needs = dict(detector.needs)
    moved = {
        table: tuple(name for name in names if name in absent and table in _STANDS_IN)
        for table, names in needs.items()
    }
    uses = dict(detector.uses)
    for table, names in moved.items():
        if names:
            needs[table] = tuple(name for name in needs[table] if name not in names)
            uses[table] = (*uses.get(table, ()), *names)
    return replace(detector, needs=needs, uses=uses)


_STANDS_IN = ("reviews", "posts")


class PostMarket:
    """A market of nothing but posts, asked again and again with other ones.

    Args:
        engine: Where SQL runs.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.manifest = Manifest(
            tables={
                "posts": TableCapability(n_rows=1, fill={"post_id": 1.0, "text": 1.0}),
            },
            id_types={"post": "BIGINT"},
        )
        nothing = Manifest(tables={}, id_types=self.manifest.id_types)
        open_market(engine, Path(), nothing)
        self.chosen = [
            _relaxed(each, {"captured_at"})
            for each in detectors()
            if each.subject == "post" and set(each.needs) == {"posts"}
        ]

    def signals(self, texts: Sequence[str], *, names: Iterable[str] = ()) -> tuple[Rows, Rows]:
        """Return the signals about texts, whose ``subject_id`` is their place, and the coverage.

        Args:
            texts: What was posted.
            names: Detectors to ask; all that speak of posts if empty.
        """
        wanted = set(names)
        chosen = [each for each in self.chosen if not wanted or each.name in wanted]
        self.engine.put("posts", _posts(texts))
        detect(self.engine, self.manifest, chosen=chosen)
        return (
            _rows(self.engine, "signals", "subject_id, score DESC, detector"),
            _rows(self.engine, "coverage", "detector"),
        )


def _posts(texts: Sequence[str]) -> pa.Table:
    """Return the whole table of posts, empty but for ids and texts."""
    n = len(texts)
    kinds: Mapping[str, pa.DataType] = {"post_id": pa.int64(), "captured_at": pa.int64()}
    columns = {
        column.name: pa.nulls(n, kinds.get(column.name, pa.string()))
        for column in TABLES["posts"].columns
    }
    columns["post_id"] = pa.array(range(n), pa.int64())
    columns["text"] = pa.array(texts, pa.string())
    # A post is seen when it is checked; which moment that is must not matter.
    columns["captured_at"] = pa.array([0] * n, pa.int64())
    return pa.table(columns)

"""Learn from labels, and compare with what is in force."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush import __version__
from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, NotReady, TooFewLabels
from unbrush.base.labels import known_sql
from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.progress import Progress, silent
from unbrush.base.run_folder import RunFolder
from unbrush.judge import Policy
from unbrush.judge.learned.features import KINDS, features_of, needs_of
from unbrush.judge.learned.figures import figures
from unbrush.judge.learned.model import Learned, Model
from unbrush.judge.learned.speaking import check_fits
from unbrush.judge.learned.train import train
from unbrush.learn.comparing import Group, Said, compared, what_is_worse
from unbrush.learn.seeing import judge_later, moments, see
from unbrush.learn.slices import Slices, slices, too_few

LEAST_RUNS, MOST_RUNS = 5, 200
RUNS = 6


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What came of learning.

    Attributes:
        model: What was learned.
        rows: Figures of the later part: in force, learned alone, judged with it.
        worse: Why it must not be used; empty if it may.
        skipped: Why nothing was learned of a kind, by kind.
        runs: Moments at which the market was seen (epoch ms UTC).
    """

    model: Model
    rows: list[dict[str, Any]]
    worse: list[str]
    skipped: dict[str, str]
    runs: list[int]


def learn(
    engine: Engine,
    folder: RunFolder,
    labels: pa.Table | None = None,
    *,
    n_runs: int = RUNS,
    is_unknown_honest: bool = True,
    policy: Policy | None = None,
    against: Model | None = None,
    progress: Progress = silent,
) -> Lesson:
    """Learn from a collected market and its labels; nothing is written.

    Args:
        engine: Where SQL runs.
        folder: A run in which `collect` has run.
        labels: subject_kind, subject_id, is_fake; the market's own table if left out.
        n_runs: At how many moments the market is seen.
        is_unknown_honest: Whether an order or review without a label is taken for honest, which
            can only make the model say less; else it is left out.
        policy: What is judged by.
        against: A model in force; none if left out.
        progress: Told the step and the share of the whole that is done.

    Raises:
        BadParameter: ``n_runs`` is out of bounds.
        NotReady: The run is not collected.
        TooFewLabels: Nothing can be learned or measured.
        MissingExtra: LightGBM is not installed.
        BadModel: ``against`` does not fit the market.
    """
    if not LEAST_RUNS <= n_runs <= MOST_RUNS:
        raise BadParameter(
            f"--runs is {n_runs}.", hint=f"{LEAST_RUNS} to {MOST_RUNS}; {RUNS} if left out."
        )
    if not folder.manifest.is_file():
        raise NotReady(
            f"{folder.root} holds no collected market.",
            hint=f"Run `unbrush collect SOURCE --out {folder.root}` first.",
        )
    manifest, policy = Manifest.read(folder.manifest), policy or Policy()
    if against is not None:
        check_fits(against, manifest)
    open_market(engine, folder.events, manifest)
    _put_known(engine, labels)
    runs = moments(engine, n_runs)
    skipped = {
        kind: too_few(engine, kind, runs, is_unknown_honest=is_unknown_honest) for kind in KINDS
    }
    kinds = [kind for kind, why in skipped.items() if not why]
    if not kinds:
        raise TooFewLabels(
            " ".join(skipped.values()), hint="Give more labels, or labels of more days."
        )
    see(engine, folder, manifest, runs, policy=policy, against=against, progress=progress)
    progress("learn", 0.86)
    found = [slices(engine, kind, manifest, is_unknown_honest=is_unknown_honest) for kind in kinds]
    learned = {each.kind: _learned(each) for each in found}
    model = Model(learned=learned, data=_fingerprint(manifest, found), made_by=__version__)
    judge_later(engine, folder, manifest, runs, policy=policy, model=model, progress=progress)
    rows = [row for each in found for row in _compared(engine, each, learned[each.kind])]
    n_shops = len({shop for each in found for shop in each.later.shops.tolist()})
    progress("", 1.0)
    return Lesson(
        model=model,
        rows=rows,
        worse=[*what_is_worse(rows, n_shops), *_what_is_mute(learned.values())],
        skipped={kind: why for kind, why in skipped.items() if why},
        runs=[each.at_ms for each in runs],
    )


def _put_known(engine: Engine, labels: pa.Table | None) -> None:
    """Leave `_known`: one row for each labelled order and review, see `labels.known_sql`.

    Raises:
        TooFewLabels: There is none, or none of them is of this market.
    """
    if labels is not None:
        engine.put("_given", labels)
    source = "labels" if labels is None else "_given"
    n = engine.create(
        "_known",
        f"""SELECT subject_kind AS kind, subject_id AS id, is_fake
            FROM ({known_sql(engine, source)}) WHERE subject_kind IN ('order', 'review')""",
    )
    if not n:
        raise TooFewLabels(
            "No order and no review has a label."
            if labels is not None
            else "The market has no table of labels about orders or reviews.",
            hint="Give one with --labels: subject_kind (order, review), subject_id, is_fake.",
        )
    here = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, CAST({kind}_id AS VARCHAR) AS id FROM {kind}s" for kind in KINDS
    )
    if not engine.value(f"SELECT count(*) FROM _known SEMI JOIN ({here}) USING (kind, id)"):
        [first] = engine.query("SELECT kind, id FROM _known ORDER BY kind, id LIMIT 1").to_pylist()
        raise TooFewLabels(
            f"None of {n:,} labels names an order or review of this market.",
            hint=f"Ids are those of the source; there is no {first['kind']} {first['id']!r}.",
        )


def _learned(rows: Slices) -> Learned:
    features = features_of(rows.kind, rows.names)
    first, second, third, later = (
        rows.parts[part] for part in ("first", "second", "third", "later")
    )
    grown = train(first, second, third, features)
    said = figures(grown.probability(later.values), later.is_fake)
    used = sorted(grown.forest.used())
    return Learned(
        kind=rows.kind,
        names=rows.names,
        forest=grown.forest,
        trees=grown.trees,
        slope=grown.slope,
        offset=grown.offset,
        speaks_from=grown.speaks_from,
        needs=tuple(
            f"{table}.{column}"
            for table, columns in needs_of(rows.kind, [rows.names[each] for each in used]).items()
            for column in columns
        ),
        measured=said.rounded(),
    )


def _what_is_mute(learned: Iterable[Learned]) -> list[str]:
    """Return why a model would change nothing, whatever it is shown; nothing if it may speak."""
    said = list(learned)
    if any(math.isfinite(each.speaks_from) for each in said):
        return []
    return [
        f"{each.kind}s: it is nowhere sure enough to be heard, with at most one honest in a hundred"
        for each in said
    ]


def _fingerprint(manifest: Manifest, found: list[Slices]) -> dict[str, Any]:
    """Return what identifies the data: rows by table, and a hash of what was learned from."""
    content = hashlib.sha256()
    for each in found:
        for part, rows in each.parts.items():
            if part != "later":
                content.update("\n".join((each.kind, part, *each.names)).encode())
                content.update(np.ascontiguousarray(rows.values, "<f8").tobytes())
                content.update(rows.is_fake.tobytes())
    return {
        "tables": {name: table.n_rows for name, table in sorted(manifest.tables.items())},
        "sha256": content.hexdigest(),
        "labelled": {
            each.kind: {
                part: {"n": len(rows.is_fake), "fake": rows.n_fake}
                for part, rows in each.parts.items()
            }
            for each in found
        },
    }


def _compared(engine: Engine, rows: Slices, learned: Learned) -> list[dict[str, Any]]:
    later, who = rows.parts["later"], rows.later
    said = [
        _said(engine, "in force", "_force", rows.kind, who.ids),
        Said(what="learned", probability=learned.probability(later.values), is_out=None),
        _said(engine, "with it", "_with", rows.kind, who.ids),
    ]
    groups = [
        Group(name="all later", rows=np.ones(len(who.ids), bool)),
        Group(name="accounts not seen before", rows=who.is_new),
    ]
    return compared(rows.kind, said, groups, later.is_fake, who.shops)


def _said(engine: Engine, what: str, table: str, kind: str, ids: npt.NDArray[np.object_]) -> Said:
    decided = engine.query(f"SELECT * FROM {table} WHERE kind = '{kind}'")
    by_id = {
        each: (probability, is_out)
        for each, probability, is_out in zip(
            decided["id"].to_pylist(),
            decided["probability"].to_pylist(),
            decided["is_neutralised"].to_pylist(),
            strict=True,
        )
    }
    found = [by_id.get(each, (0.0, False)) for each in ids]
    return Said(
        what=what,
        probability=np.array([each[0] for each in found], np.float64),
        is_out=np.array([each[1] for each in found], bool),
    )

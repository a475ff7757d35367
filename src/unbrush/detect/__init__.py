"""Event tables → signals. One file per detector, found by folder: adding one edits nothing here.

What comes in: the market's event tables. What goes out: `signals` (findings) and `coverage` (which
detector ran, which could not and why).
"""

import dataclasses
import hashlib
import importlib
import inspect
import json
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from unbrush.base.detector import Columns, Detector, Facts
from unbrush.base.engine import Engine
from unbrush.base.engine import name as quoted
from unbrush.base.errors import BadParameter, CannotWrite, DoesNotFit, did_you_mean
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import COVERAGE, signal_schema
from unbrush.base.manifest import Manifest
from unbrush.base.params import with_values
from unbrush.base.progress import Progress, silent
from unbrush.base.words import Words

_ARROW = {"BIGINT": pa.int64(), "VARCHAR": pa.string()}
_OWN = ("subject_id", "score", "evidence_ids", "strength", "element")
SCORE_DIGITS = 6
PIECE = 50_000


def detectors() -> list[Detector]:
    """Return every detector in this folder, by name; a broken file names itself and fails."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        detector = importlib.import_module(f"{__name__}.{module.name}").DETECTOR
        found.append(detector)
    return sorted(found, key=lambda detector: detector.name)


def detect(
    engine: Engine,
    manifest: Manifest,
    *,
    chosen: Sequence[Detector] | None = None,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress = silent,
) -> None:
    """Run detectors over the market in ``engine`` and leave tables `signals` and `coverage` there.

    Args:
        engine: Holds the event tables (see `unbrush.base.market.open_market`).
        manifest: What the market has; its own parameters apply before ``params``.
        chosen: Detectors to run; all of them if None.
        params: Parameter values by detector name.
        progress: Told which detector runs.

    Raises:
        BadParameter: Parameters, the source's or the caller's, of no detector or out of bounds.
        DoesNotFit: A detector needs more memory than is allowed.
        CannotWrite: The disk ended.
    """
    chosen = detectors() if chosen is None else chosen
    _check_names(manifest.params, where=f"The mapping {manifest.source} has parameters for it.")
    _check_names(params or {}, where="")
    tuned = [_tuned(detector, manifest, params or {}) for detector in chosen]
    engine.put("signals", signal_schema(_ARROW[manifest.subject_id_type]).empty_table())
    coverage: list[dict[str, Any]] = []
    for number, detector in enumerate(tuned):
        progress(detector.name, number / len(tuned))
        coverage.append(_run(engine, manifest, detector))
    engine.put("coverage", pa.Table.from_pylist(coverage, schema=COVERAGE))
    progress("", 1.0)


def describe(
    manifest: Manifest, params: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """Return what a market is looked at by: each detector, its parameters, a version of them all.

    The version is twelve hexadecimal digits of a hash of every detector's own file and parameters:
    it changes when a finding may.

    Args:
        manifest: What the market has; its own parameters apply before ``params``.
        params: Parameter values by detector name.
    """
    tuned = [_tuned(detector, manifest, params or {}) for detector in detectors()]
    described = [
        {
            "name": detector.name,
            "since": detector.since,
            "code": _code_of(detector),
            "params": dataclasses.asdict(detector.params),
        }
        for detector in tuned
    ]
    text = json.dumps(described, sort_keys=True, ensure_ascii=False)
    return {"version": hashlib.sha256(text.encode()).hexdigest()[:12], "detectors": described}


def _code_of(detector: Detector) -> str:
    """Return a hash of the file that a detector is written in."""
    module = importlib.import_module(f"{__name__}.{detector.name.replace('-', '_')}")
    source = inspect.getsource(module).encode()
    return hashlib.sha256(source).hexdigest()[:12]


def _check_names(params: Mapping[str, Any], *, where: str) -> None:
    known = [detector.name for detector in detectors()]
    for name in params:
        if name not in known:
            hint = f"{where} {did_you_mean(name, known)}".strip()
            raise BadParameter(f"There is no detector {name!r}.", hint=hint)


def _tuned(
    detector: Detector, manifest: Manifest, params: Mapping[str, Mapping[str, Any]]
) -> Detector:
    values = {**manifest.params.get(detector.name, {}), **params.get(detector.name, {})}
    tuned = with_values(detector.params, values, owner=detector.name)
    return replace(detector, params=tuned)


def _run(engine: Engine, manifest: Manifest, detector: Detector) -> dict[str, Any]:
    """Run one detector, add its rows to `signals`, return its `coverage` row."""
    missing = ", ".join(manifest.lacks(detector.needs))
    if missing:
        because = Words(f"数据中没有 {missing}", f"the data has no {missing}")
        return _coverage(detector, "not applicable", because, 0)
    try:
        rows = find(engine, detector)
        # In pieces: as Python objects, rows take many times their room.
        pieces = [
            to_signals(pa.Table.from_batches([batch]), detector, _ARROW[manifest.subject_id_type])
            for batch in rows.to_batches(max_chunksize=PIECE)
        ]
    except (DoesNotFit, CannotWrite):
        raise  # the machine's limit, which the user can move; no fault of the detector
    except Exception as error:
        # One broken detector must not silence the others; that it could not look is said.
        what = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
        return _coverage(detector, "failed", Words(f"运行出错：{what}", f"it failed: {what}"), 0)
    for signals in pieces:
        engine.append("signals", signals)
    return _coverage(detector, "ran", Words("", ""), rows.num_rows)


def _coverage(detector: Detector, status: str, because: Words, n_signals: int) -> dict[str, Any]:
    return {
        "detector": detector.name,
        "title_zh": detector.title.zh,
        "title_en": detector.title.en,
        "status": status,
        "because_zh": because.zh,
        "because_en": because.en,
        "n_signals": n_signals,
    }


def find(engine: Engine, detector: Detector) -> pa.Table:
    """Run one detector's finder over the market in ``engine`` and return its rows, sorted."""
    if detector.sql is not None:
        if (ready := detector.prepared) is not None:
            engine.put(ready.name, ready.make(_columns_of(engine, ready.reads)))
        engine.create("_rows", detector.sql(detector.params))
        if ready is not None:
            engine.drop(ready.name)
    elif detector.stream is not None:
        engine.put("_rows", detector.stream(detector.params, EventRows(engine)))
    else:
        assert detector.compute is not None, f"{detector.name} has no finder"
        tables = _columns_of(engine, detector.needs, detector.uses)
        engine.put("_rows", detector.compute(detector.params, tables))
    rows = engine.query(
        f"SELECT * FROM _rows WHERE score > {0.5 * 10**-SCORE_DIGITS} ORDER BY subject_id"
    )
    engine.drop("_rows")
    return rows


def _columns_of(engine: Engine, *wanted: Columns) -> dict[str, pa.Table]:
    """Return the wanted columns of the event tables."""
    names: dict[str, dict[str, None]] = {}
    for columns in wanted:
        for table, its_names in columns.items():
            names.setdefault(table, {}).update(dict.fromkeys(its_names))
    return {
        table: engine.query(f"SELECT {', '.join(map(quoted, its_names))} FROM {table}")
        for table, its_names in names.items()
    }


def to_signals(rows: pa.Table, detector: Detector, id_type: pa.DataType) -> pa.Table:
    """Turn a finder's rows into rows of `signals`: facts as JSON, the reason in both languages."""
    fact_names = [name for name in rows.column_names if name not in _OWN]
    out: dict[str, list[Any]] = {field.name: [] for field in signal_schema(id_type)}
    for row in rows.to_pylist():
        score = round(min(1.0, float(row["score"])), SCORE_DIGITS)
        facts: Facts = {name: row[name] for name in fact_names}
        words = detector.explain({**facts, "score": score})
        out["signal_id"].append(_signal_id(detector, row["subject_id"]))
        out["detector"].append(detector.name)
        out["subject_kind"].append(detector.subject)
        out["subject_id"].append(row["subject_id"])
        out["score"].append(score)
        out["family"].append(detector.family.value)
        out["strength"].append(row.get("strength") or detector.strength.value)
        out["element"].append(row.get("element") or detector.element.value)
        out["implicates"].append(detector.implicates.value)
        known = {name: fact for name, fact in facts.items() if fact is not None}
        out["facts"].append(json.dumps(known, ensure_ascii=False))
        out["evidence_table"].append(detector.evidence)
        out["evidence_ids"].append(row["evidence_ids"])
        out["reason_zh"].append(words.zh)
        out["reason_en"].append(words.en)
    if id_type == pa.string():
        out["subject_id"] = [str(value) for value in out["subject_id"]]
        out["evidence_ids"] = [[str(value) for value in ids] for ids in out["evidence_ids"]]
    return pa.table(out, schema=signal_schema(id_type))


def _signal_id(detector: Detector, subject_id: object) -> str:
    text = f"{detector.name}|{detector.subject}|{subject_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""The five calls, in order. The only file that knows the order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from unbrush.base.earlier import STATE, check_is_there, open_earlier
from unbrush.base.engine import Engine
from unbrush.base.errors import BadModel, NotReady
from unbrush.base.labels import known_sql
from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.progress import Progress, silent
from unbrush.base.reversals import (
    Reversal,
    append_reversals,
    carry_over,
    put_reversals,
    read_reversals,
)
from unbrush.base.run_folder import RunFolder
from unbrush.collect import collect
from unbrush.detect import describe, detect
from unbrush.group import group
from unbrush.judge import Policy, judge
from unbrush.judge.clean_counts import COUNTS
from unbrush.judge.comparing import compare
from unbrush.judge.learned import Model
from unbrush.judge.policy_file import file_values, read_kept_model, read_kept_policy
from unbrush.judge.reversing import Change, reverse
from unbrush.judge.what_if import weigh_again
from unbrush.respond import respond

OUTPUTS = {
    "collect": ("rejects",),
    "detect": ("signals", "coverage"),
    "group": ("searches", "rings", "ring_members", "clusters", "cluster_members"),
    "judge": (
        "decisions",
        "adjudications",
        "contributions",
        "evidence_worth",
        "learned",
        "reasons",
        "rests_on",
        *COUNTS,
    ),
    "respond": (),
}
"""Stages in order, and the tables that each leaves in the run folder."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What to collect, and how.

    Attributes:
        path: A folder or file of records.
        mapping: Name or path of a mapping; None for tables in our own shape.
        key: Key for hashing personal fields; None to make and keep one beside the output.
        max_reject_share: Most bad rows per table (0-1); None for the default.
        now_ms: The present (epoch ms UTC), to tell dates in the future.
        time_zone: Whose midnight ends the platform's day; the mapping's if empty.
    """

    path: Path
    now_ms: int
    mapping: str | Path | None = None
    key: bytes | None = field(default=None, repr=False)
    max_reject_share: float | None = None
    time_zone: str = ""


def run(
    engine: Engine,
    source: Source,
    folder: RunFolder,
    *,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    since: RunFolder | None = None,
    policy: Policy | None = None,
    model: Model | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Take a market from raw records to a report; return the summary.

    Args:
        engine: Where SQL runs.
        source: What to collect.
        folder: Where everything goes.
        params: Detector parameters by detector name.
        since: An earlier day's run, which `group` goes on from.
        policy: What to judge by; the default if left out.
        model: What was learned from labels, for `judge`.
        progress: Told the stage's step and the share of the whole that is done.
    """
    if since is not None:
        check_is_there(since)
    run_collect(engine, source, folder, progress=_part("collect", progress))
    summary: dict[str, Any] = {}
    for stage in list(OUTPUTS)[1:]:
        summary = run_stage(
            engine,
            stage,
            folder,
            params=params,
            since=since,
            policy=policy,
            model=model,
            progress=_part(stage, progress),
        )
    return summary


def _part(stage: str, progress: Progress) -> Progress:
    """Report a stage's progress as its part of the whole."""
    stages = list(OUTPUTS)
    done = stages.index(stage)

    def report(what: str, share: float) -> None:
        progress(f"{stage}: {what}" if what else stage, (done + share) / len(stages))

    return report


def run_collect(
    engine: Engine, source: Source, folder: RunFolder, *, progress: Progress = silent
) -> Manifest:
    """Collect ``source`` into ``folder``; return the manifest.

    What stages made of an earlier market goes only when the new one is there.
    """
    manifest = collect(
        engine,
        source.path,
        folder,
        mapping=source.mapping,
        key=source.key,
        max_reject_share=source.max_reject_share,
        now_ms=source.now_ms,
        time_zone=source.time_zone,
        progress=progress,
    )
    _forget_after("detect", folder)
    return manifest


def run_stage(
    engine: Engine,
    stage: str,
    folder: RunFolder,
    *,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    since: RunFolder | None = None,
    policy: Policy | None = None,
    model: Model | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Run one stage after `collect` on what earlier stages left in ``folder``.

    ``since`` is an earlier day's run: `group` looks only at what is new since. ``policy`` is what
    `judge` goes by, and ``model`` what it hears beside.

    Returns:
        The summary after ``respond``, else an empty dict.

    Raises:
        NotReady: An earlier stage has not run.
        DoesNotFollow: ``since`` is not an earlier day of the same market.
    """
    manifest = _open(engine, stage, folder)
    if since is not None and stage == "group":
        open_earlier(engine, since, folder, manifest)
        carry_over(since.reversals, folder.reversals)
    _forget_after(stage, folder)
    summary: dict[str, Any] = {}
    if stage == "detect":
        detect(engine, manifest, params=params, progress=progress)
        _write_json(describe(manifest, params), folder.detectors)
    elif stage == "group":
        group(engine, manifest, is_update=since is not None, progress=progress)
        for table in STATE:
            engine.write(f"SELECT * FROM state_{table}", folder.state(table))
    elif stage == "judge":
        policy = policy or Policy()
        judge(engine, manifest, policy=policy, model=model, progress=progress)
        _write_policy(policy, folder, model)
    else:
        summary = _respond(engine, folder, manifest, progress)
    for table in OUTPUTS[stage]:
        engine.write(f"SELECT * FROM {table}", folder.output(table))
    return summary


def run_restore(
    engine: Engine, folder: RunFolder, reversal: Reversal, *, progress: Progress = silent
) -> Change:
    """Let a person's word stand above a judged run's decisions, at once in every count.

    The report and the summary are made again if they were there.

    Args:
        engine: Where SQL runs.
        folder: A run in which `judge` has run.
        reversal: What is said, by whom, when and why.
        progress: Told the step and the share of the whole that is done.

    Raises:
        NotReady: The run is not judged.
        SubjectNotFound: Nothing in the market has this id.
    """
    manifest = _open(engine, "respond", folder)
    said = read_reversals(folder.reversals)
    progress("clean counts", 0.1)
    change = reverse(engine, manifest, said, reversal)
    if change.is_new:
        append_reversals(folder.reversals, [reversal])
    # Also where nothing is new: somebody may have stopped in between, the last time.
    for table in COUNTS:
        engine.write(f"SELECT * FROM {table}", folder.output(table))
    if folder.report.is_file():
        _respond(engine, folder, manifest, progress)
    return change


def _respond(
    engine: Engine, folder: RunFolder, manifest: Manifest, progress: Progress
) -> dict[str, Any]:
    policy = read_kept_policy(folder.policy)
    return respond(
        engine,
        folder,
        manifest,
        weigh_again=partial(weigh_again, engine, policy),
        spares=policy.spares,
        progress=progress,
    )


def run_backtest(
    engine: Engine,
    folder: RunFolder,
    old: Policy,
    new: Policy,
    *,
    model: Model | None = None,
    truth: str = "",
    progress: Progress = silent,
) -> dict[str, list[dict[str, Any]]]:
    """Judge a grouped run by two policies and return what changes; nothing is written.

    Args:
        engine: Where SQL runs.
        folder: A run in which `group` has run.
        old: What it was, or would have been, judged by.
        new: What is proposed.
        model: What was learned, heard on either side.
        truth: Table in ``engine`` of labels (subject_kind, subject_id, is_fake, at if known); the
            market's own if left out.
        progress: Told the step and the share of the whole that is done.

    Raises:
        BadModel: The run heard a model, and none is given.
    """
    _check_heard(folder, model)
    manifest = _open(engine, "judge", folder)
    for side, policy in (("old", old), ("new", new)):
        progress(f"judge by {policy.name}", 0.0 if side == "old" else 0.5)
        judge(engine, manifest, policy=policy, model=model)
        _set_aside(engine, side)
    return _compared(engine, truth)


def run_shadow(
    engine: Engine,
    folder: RunFolder,
    policy: Policy,
    *,
    model: Model | None = None,
    progress: Progress = silent,
) -> tuple[Path, dict[str, list[dict[str, Any]]]]:
    """Judge a judged run by another policy beside it; return where that is, and what differs.

    What is in force stays as it is: the shadow's tables go to a folder of their own. ``model`` is
    heard in the shadow: the run's own, or one that is tried.

    Raises:
        BadModel: The run heard a model, and none is given.
    """
    _check_heard(folder, model)
    manifest = _open(engine, "respond", folder)
    for table in OUTPUTS["judge"]:
        engine.create(f"old_{table}", f"SELECT * FROM {table}")
        engine.drop(table)
    progress(f"judge by {policy.name}", 0.1)
    judge(engine, manifest, policy=policy, model=model)
    beside = RunFolder(folder.shadow(policy.version))
    beside.root.mkdir(parents=True, exist_ok=True)
    for table in OUTPUTS["judge"]:
        engine.write(f"SELECT * FROM {table}", beside.output(table))
    _write_policy(policy, beside, model)
    _set_aside(engine, "new")
    return beside.root, _compared(engine, "")


def _check_heard(folder: RunFolder, model: Model | None) -> None:
    """Refuse to compare a run that heard a model with one that hears none: both would differ."""
    heard = read_kept_model(folder.policy)
    if heard and model is None:
        raise BadModel(
            f"{folder.root} was judged with the model {heard}, and none is given.",
            hint="Give the same with --model FILE, so that only the policy differs.",
        )


def _set_aside(engine: Engine, side: str) -> None:
    for table in OUTPUTS["judge"]:
        engine.create(f"{side}_{table}", f"SELECT * FROM {table}")
        engine.drop(table)


def _compared(engine: Engine, truth: str) -> dict[str, list[dict[str, Any]]]:
    engine.create("truth", known_sql(engine, truth or "labels"))
    return compare(engine)


def _write_policy(policy: Policy, folder: RunFolder, model: Model | None = None) -> None:
    """Keep what was judged by beside the decisions."""
    said = {
        "name": policy.name,
        "version": policy.version,
        "values": file_values(policy),
        "reasons": dict(policy.reasons),
    }
    if model is not None:
        said["model"] = {"version": model.version, "data": dict(model.data)}
    _write_json(said, folder.policy)


def _write_json(said: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _open(engine: Engine, stage: str, folder: RunFolder) -> Manifest:
    """Make the market and all earlier outputs readable in ``engine``."""
    if not folder.manifest.is_file():
        raise NotReady(
            f"{folder.root} holds no collected market.",
            hint=f"Run `unbrush collect SOURCE --out {folder.root}` first.",
        )
    manifest = Manifest.read(folder.manifest)
    open_market(engine, folder.events, manifest)
    for earlier, tables in OUTPUTS.items():
        if earlier == stage:
            break
        for table in tables:
            path = folder.output(table)
            if not path.is_file():
                raise NotReady(
                    f"{folder.root} has no {path.name}, which `{stage}` builds on.",
                    hint=f"Run `unbrush {earlier} {folder.root}` first.",
                )
            engine.view(table, f"SELECT * FROM {engine.scan(path)}")
    put_reversals(engine, read_reversals(folder.reversals))
    return manifest


def _forget_after(stage: str, folder: RunFolder) -> None:
    """Remove what later stages left: it no longer follows from what is about to change."""
    stages = list(OUTPUTS)
    for later in stages[stages.index(stage) :]:
        for table in OUTPUTS[later]:
            folder.output(table).unlink(missing_ok=True)
        if later == "group":
            for table in STATE:
                folder.state(table).unlink(missing_ok=True)
    if "judge" in stages[stages.index(stage) :]:
        folder.policy.unlink(missing_ok=True)
    if "detect" in stages[stages.index(stage) :]:
        folder.detectors.unlink(missing_ok=True)
    folder.summary.unlink(missing_ok=True)
    folder.report.unlink(missing_ok=True)

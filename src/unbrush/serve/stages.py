"""The five stages as commands, one by one and all of them: `unbrush run`, `unbrush demo`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.judge.learned import Model
from unbrush.judge.policy import Policy
from unbrush.serve import screen
from unbrush.serve.options import (
    Collecting,
    Common,
    Out,
    Settings,
    key_from_environment,
    now_ms,
    params_of,
)
from unbrush.serve.policies import ModelFile, PolicyFile, model_of, policy_of
from unbrush.serve.progress import shown
from unbrush.serve.summary import say_notes, say_summary

_SINCE = Parameter(
    help="Folder of an earlier day's run of the same market, in which `group` has run: rings are"
    " searched only where something is new, and keep their ids."
)


def collect(
    data: Path,
    /,
    *,
    out: Out,
    collecting: Collecting = Collecting(),
    common: Common = Common(),
) -> None:
    """Read a platform's records into event tables; bad rows go to rejects, with a reason.

    Personal fields are hashed with the key in UNBRUSH_KEY, or with one that is made and kept in
    OUT/.unbrush-key. Example: `unbrush collect my-export --out out`

    Args:
        data: Folder (or one file) of CSV, Parquet or JSONL named after the tables.
        out: Folder for everything that comes out.
        collecting: Shared options.
        common: Shared options.
    """
    from unbrush.run import run_collect

    folder = RunFolder(out)
    with common.engine() as engine, shown("collect", is_quiet=common.json) as progress:
        manifest = run_collect(engine, _source(data, collecting), folder, progress=progress)
    tables = [
        {
            "table": name,
            "rows": table.n_rows,
            "rejects": table.n_rejects,
            "merged": table.n_merged,
            "columns": len(table.fill),
            "ignored": ", ".join(table.ignored),
        }
        for name, table in manifest.tables.items()
    ]
    if common.json:
        notes = [asdict(note) for note in manifest.notes]
        screen.say_json({"out": str(out), "tables": tables, "notes": notes})
    else:
        screen.say_table(f"Collected into {out}", tables)
        say_notes(manifest.notes)


def detect(run: Path, /, *, set_: Settings = (), common: Common = Common()) -> None:
    """Find suspicious patterns in a collected market: signals and coverage.

    Example: `unbrush detect out --set order-concentration.window_s=1800`

    Args:
        run: Folder that `unbrush collect` or `unbrush run` made.
        set_: Detector parameters.
        common: Shared options.
    """
    _stage("detect", run, common, params=params_of(set_))


def group(
    run: Path, /, *, since: Annotated[Path | None, _SINCE] = None, common: Common = Common()
) -> None:
    """Find accounts that act together: rings and their members.

    Example, each day in a folder of its own: `unbrush group tuesday --since monday`

    Args:
        run: Folder in which `unbrush detect` has run.
        since: An earlier day's run of the same market.
        common: Shared options.
    """
    _stage("group", run, common, since=since)


def judge(
    run: Path,
    /,
    *,
    policy: PolicyFile = "default",
    model: ModelFile = None,
    common: Common = Common(),
) -> None:
    """Weigh the evidence: decisions, reasons and clean counts.

    Args:
        run: Folder in which `unbrush group` has run.
        policy: What to judge by.
        model: What was learned from labels.
        common: Shared options.
    """
    _stage("judge", run, common, policy=policy_of(policy), model=model_of(model))


def respond(run: Path, /, *, common: Common = Common()) -> None:
    """Write the report and the summary of a judged run.

    Args:
        run: Folder in which `unbrush judge` has run.
        common: Shared options.
    """
    _stage("respond", run, common)


def run_(
    data: Path,
    /,
    *,
    out: Out,
    set_: Settings = (),
    since: Annotated[Path | None, _SINCE] = None,
    policy: PolicyFile = "default",
    model: ModelFile = None,
    collecting: Collecting = Collecting(),
    common: Common = Common(),
) -> None:
    """Take a market all the way: collect, detect, group, judge, respond.

    Examples: `unbrush run my-export --out out` for files named after the tables (orders.csv, ...),
    `unbrush run olist/ --source olist --out out` for an export that a mapping describes. Then open
    OUT/report.html.

    Args:
        data: Folder (or one file) of CSV, Parquet or JSONL.
        out: Folder for everything that comes out.
        set_: Detector parameters.
        since: An earlier day's run of the same market.
        policy: What to judge by.
        model: What was learned from labels.
        collecting: Shared options.
        common: Shared options.
    """
    params, chosen, learned = params_of(set_), policy_of(policy), model_of(model)
    summary = _run(
        data,
        RunFolder(out),
        collecting,
        common,
        params,
        since=since,
        policy=chosen,
        model=learned,
    )
    _say_summary(summary, RunFolder(out), common)


def demo(
    *, out: Path = Path("demo"), scale: str = "small", seed: int = 7, common: Common = Common()
) -> None:
    """Simulate a small market with planted brushing, run all five stages, say what was found.

    Args:
        out: Folder for the market and the run.
        scale: Size of the market, as for `unbrush simulate`.
        seed: The same seed makes the same market.
        common: Shared options.
    """
    from unbrush.serve.scoring import score_run
    from unbrush.simulate import parse_scale
    from unbrush.simulate import simulate as make

    market, folder = out / "market", RunFolder(out / "run")
    with shown("simulate", is_quiet=common.json) as progress:
        make(market, n_orders=parse_scale(scale), seed=seed, level=1, progress=progress)
    summary = _run(market, folder, Collecting(), common, {})
    with common.engine() as engine:
        result = score_run(engine, folder, market / "truth")
    if common.json:
        screen.say_json({"report": str(folder.report), "summary": summary, "score": result})
        return
    _say_summary(summary, folder, common)
    screen.say_table("Against the planted truth", result["overall"])


def _source(data: Path, collecting: Collecting) -> Any:
    from unbrush.run import Source

    return Source(
        path=data,
        mapping=collecting.source,
        key=key_from_environment(),
        max_reject_share=collecting.max_rejects,
        now_ms=now_ms(collecting.now),
        time_zone=collecting.time_zone,
    )


def _run(
    data: Path,
    folder: RunFolder,
    collecting: Collecting,
    common: Common,
    params: dict[str, dict[str, Any]],
    *,
    since: Path | None = None,
    policy: Policy | None = None,
    model: Model | None = None,
) -> dict[str, Any]:
    from unbrush.run import run

    source, earlier = _source(data, collecting), RunFolder(since) if since else None
    with common.engine() as engine, shown("run", is_quiet=common.json) as progress:
        return run(
            engine,
            source,
            folder,
            params=params,
            since=earlier,
            policy=policy,
            model=model,
            progress=progress,
        )


def _stage(
    stage: str,
    run: Path,
    common: Common,
    *,
    params: dict[str, dict[str, Any]] | None = None,
    since: Path | None = None,
    policy: Policy | None = None,
    model: Model | None = None,
) -> None:
    from unbrush.run import OUTPUTS, run_stage

    folder = RunFolder(run)
    with common.engine() as engine, shown(stage, is_quiet=common.json) as progress:
        earlier = RunFolder(since) if since else None
        summary = run_stage(
            engine,
            stage,
            folder,
            params=params,
            since=earlier,
            policy=policy,
            model=model,
            progress=progress,
        )
        counts = {
            table: engine.value(f"SELECT count(*) FROM {engine.scan(folder.output(table))}")
            for table in OUTPUTS[stage]
        }
    if stage == "respond":
        _say_summary(summary, folder, common)
    elif common.json:
        screen.say_json({"run": str(run), "rows": counts})
    else:
        screen.say_table(f"{stage} → {run}", [{"table": k, "rows": v} for k, v in counts.items()])


def _say_summary(summary: dict[str, Any], folder: RunFolder, common: Common) -> None:
    if common.json:
        screen.say_json({"report": str(folder.report), "summary": summary})
        return
    say_notes(Manifest.read(folder.manifest).notes)
    say_summary(summary, folder.report)

"""The command line. Verbs are the five stages in order; `run` is all of them.

Exit codes: 0 done, 1 the input cannot be used, 2 the command was called wrongly, 70 our fault, 130
interrupted.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter

from unbrush import __version__
from unbrush.base.errors import CannotWrite, DoesNotFit, UnbrushError, UsageError
from unbrush.base.manifest import Manifest
from unbrush.base.memory import ADVICE
from unbrush.base.run_folder import RunFolder
from unbrush.judge.learned import Model
from unbrush.judge.policy import Policy
from unbrush.serve import reference, screen
from unbrush.serve.checking import check_
from unbrush.serve.desk import audit_app, serve
from unbrush.serve.desk_import import desk_app
from unbrush.serve.dossier import dossier_app
from unbrush.serve.explaining import explain
from unbrush.serve.learning import ModelFile, learn, learn_text, model_of
from unbrush.serve.losses import losses
from unbrush.serve.options import (
    Collecting,
    Common,
    Settings,
    key_from_environment,
    now_ms,
    params_of,
)
from unbrush.serve.policies import PolicyFile, backtest, policy_app, policy_of, shadow
from unbrush.serve.progress import shown
from unbrush.serve.restoring import restore
from unbrush.serve.sharing import sharing_app
from unbrush.serve.summary import say_notes, say_summary

app = App(
    name="unbrush",
    version=__version__,
    help="""Find fake orders and fake reviews, show who organised them, and count without them.

    Start with `unbrush demo`, or with your own export: `unbrush run DATA --out OUT`, where DATA is
    a folder of CSV, Parquet or JSONL files named after unbrush's tables (orders.csv, reviews.csv,
    ...), and open OUT/report.html.""",
    help_format="markdown",
    suppress_keyboard_interrupt=False,  # run_command turns it into an exit code
)

app.command(check_, name="check", sort_key=1)
app.command(explain, sort_key=9)
app.command(policy_app)
app.command(backtest, sort_key=12)
app.command(shadow, sort_key=13)
app.command(learn, sort_key=14)
app.command(learn_text, sort_key=20)
app.command(serve, sort_key=30)
app.command(audit_app)
app.command(desk_app)
app.command(dossier_app)
app.command(sharing_app)
app.command(losses, sort_key=15)
app.command(restore, sort_key=7)

INTERRUPTED = 130

Names = Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")]
"""Names that may be missing after their option, so that we can answer with the names there are."""

Out = Annotated[Path, Parameter(help="Folder for everything that comes out.")]

_SINCE = Parameter(
    help="Folder of an earlier day's run of the same market, in which `group` has run: rings are"
    " searched only where something is new, and keep their ids."
)


@app.command(sort_key=2)
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


@app.command(sort_key=3)
def detect(run: Path, /, *, set_: Settings = (), common: Common = Common()) -> None:
    """Find suspicious patterns in a collected market: signals and coverage.

    Example: `unbrush detect out --set order-concentration.window_s=1800`

    Args:
        run: Folder that `unbrush collect` or `unbrush run` made.
        set_: Detector parameters.
        common: Shared options.
    """
    _stage("detect", run, common, params=params_of(set_))


@app.command(sort_key=4)
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


@app.command(sort_key=5)
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


@app.command(sort_key=6)
def respond(run: Path, /, *, common: Common = Common()) -> None:
    """Write the report and the summary of a judged run.

    Args:
        run: Folder in which `unbrush judge` has run.
        common: Shared options.
    """
    _stage("respond", run, common)


@app.command(name="run", sort_key=0)
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


@app.command(sort_key=7)
def simulate(
    *,
    out: Out,
    scale: str = "",
    case: Names | None = None,
    tier: str = "",
    texts: str = "",
    n: int = 0,
    seed: int = 1,
    level: int = 1,
    kind: Names | None = None,
    without_fakes: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),
) -> None:
    """Make a market with known truth: honest trade, look-alikes and planted brushing.

    Examples: `unbrush simulate --scale tiny --out market`, or the gang of a public case,
    `unbrush simulate --case A5 --tier ci --level 2 --out market`, or texts for `unbrush check`,
    `unbrush simulate --texts posts --n 500 --out posts`.

    Args:
        out: Folder for the tables; the truth goes to its subfolder truth/.
        scale: tiny, small (if left out), medium, large, huge, or a number of orders such as 50k or
            1.5M.
        case: A public case, such as A5, instead of a scale.
        tier: How large the case is made: ci (if left out), nightly, full.
        texts: Write posts, reviews or pages instead of a market.
        n: How many texts; 1000 if left out.
        seed: The same seed makes the same market.
        level: Camouflage, 0 (none) to 3 (careful).
        kind: Plant only these kinds of brushing, such as `--kind red-packet`, or all of
            them; if left out, the five of the usual market.
        without_fakes: Honest trade and look-alikes only.
        common: Shared options.
    """
    from unbrush.simulate import parse_scale, simulate_case
    from unbrush.simulate import simulate as make
    from unbrush.simulate.texts import write_texts

    _refuse("--n", is_given=bool(n) and not texts, why="needs --texts")
    with shown("simulate", is_quiet=common.json) as progress:
        if texts:
            is_market = bool(scale or tier) or case is not None or kind is not None
            _refuse("--texts", is_given=is_market or without_fakes, why="makes no market")
            counts = write_texts(out, sort=texts, n=n or 1_000, level=level, seed=seed)
        elif case is None:
            _refuse("--tier", is_given=bool(tier), why="needs --case")
            is_honest = kind is not None and without_fakes
            _refuse("--kind", is_given=is_honest, why="has no meaning beside --without-fakes")
            counts = make(
                out,
                n_orders=parse_scale(scale or "small"),
                seed=seed,
                level=level,
                with_fakes=not without_fakes,
                kinds=kind or ([""] if kind is not None else ()),
                progress=progress,
            )
        else:
            _refuse("--scale", is_given=bool(scale), why="has no meaning beside --case")
            _refuse("--kind", is_given=kind is not None, why="has no meaning beside --case")
            _refuse("--without-fakes", is_given=without_fakes, why="would leave no case")
            counts = simulate_case(
                out,
                case=" ".join(case),
                tier=tier or "ci",
                seed=seed,
                level=level,
                progress=progress,
            )
    if common.json:
        screen.say_json({"out": str(out), **counts})
    else:
        screen.say_table(f"Simulated into {out}", [{"what": k, "n": v} for k, v in counts.items()])


@app.command(sort_key=8)
def score(run: Path, /, *, truth: Path, common: Common = Common()) -> None:
    """Compare a run's decisions with labels: precision, recall, per kind and per look-alike.

    Args:
        run: Folder of a judged run.
        truth: Folder or file of labels: subject_kind, subject_id, is_fake, and kind and look_alike
            where known (Parquet, CSV or CSV.gz).
        common: Shared options.
    """
    from unbrush.serve.scoring import score_run

    with common.engine() as engine:
        result = score_run(engine, RunFolder(run), truth)
    if common.json:
        screen.say_json(result)
        return
    for title, rows in result.items():
        screen.say_table(title.replace("_", " "), rows)


@app.command(sort_key=1)
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


@app.command(sort_key=9)
def tables(name: str = "", /, *, common: Common = Common()) -> None:
    """List the event tables that you can give, or the columns of one.

    Args:
        name: A table, such as orders; all of them if left out.
        common: Shared options.
    """
    rows = reference.table_rows(name)
    if common.json:
        screen.say_json(rows)
    else:
        screen.say_table(f"Columns of {name}" if name else "Event tables", rows)


@app.command(sort_key=10)
def detectors(name: str = "", /, *, common: Common = Common()) -> None:
    """List the detectors, or show one: what it finds, whom it spares, its parameters for --set.

    Args:
        name: A detector, such as shared-device; all of them if left out.
        common: Shared options.
    """
    from unbrush.detect import detectors as discover

    found = discover()
    if not name:
        rows = reference.detector_rows(found)
        screen.say_json(rows) if common.json else screen.say_table("Detectors", rows)
        return
    detector, text = reference.page(name, found)
    rows = reference.parameter_rows(detector)
    if common.json:
        screen.say_json({"detector": name, "page": text, "parameters": rows})
        return
    screen.say(f"{name} · {detector.title.zh}\n\n{text}\n")
    screen.say_table("Parameters", rows)


def _refuse(option: str, *, is_given: bool, why: str) -> None:
    """Refuse an option that would be ignored."""
    if is_given:
        raise UsageError(f"{option} {why}.", hint="See `unbrush simulate --help`.")


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


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; a user never sees a trace back."""
    sys.exit(run_command(sys.argv[1:] if words is None else words))


def run_command(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        app(list(words), exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return 2
    except UnbrushError as error:
        screen.complain(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be written to it at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as error:
        # What is read is guarded where it is read; what is left is the place to write to.
        what = f"{error.filename or 'The output'} cannot be written: {error.strerror or error}."
        screen.complain(CannotWrite(what, hint="Choose another --out, or make room."))
        return CannotWrite.exit_code
    except MemoryError:
        # The engine speaks for itself; this is an array of ours that the machine did not give.
        screen.complain(DoesNotFit("The machine has no memory left for this work.", hint=ADVICE))
        return DoesNotFit.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("UNBRUSH_DEBUG"):
            raise
        screen.say_fault(error)
        return 70
    return 0

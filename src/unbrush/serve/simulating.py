"""`unbrush simulate` and `unbrush score`: markets with a known truth, and runs against it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from unbrush.base.errors import UsageError
from unbrush.base.run_folder import RunFolder
from unbrush.serve import screen
from unbrush.serve.options import Common, Out
from unbrush.serve.progress import shown

Names = Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")]
"""Names that may be missing after their option, so that we can answer with the names there are."""


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


def _refuse(option: str, *, is_given: bool, why: str) -> None:
    """Refuse an option that would be ignored."""
    if is_given:
        raise UsageError(f"{option} {why}.", hint="See `unbrush simulate --help`.")

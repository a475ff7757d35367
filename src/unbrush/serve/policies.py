"""Commands about policies: read one, try one on a run, let one judge in the shadow."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from unbrush.base.errors import CannotWrite
from unbrush.base.run_folder import RunFolder
from unbrush.judge.learned.model import Model, read_model
from unbrush.judge.policy import Policy
from unbrush.serve import screen
from unbrush.serve.options import Common
from unbrush.serve.progress import shown

TITLES = {
    "subjects": "Subjects that change 变动的对象",
    "merchants": "Counts of all shops 全部店铺的计数",
    "accusations": "Accused, by what is known of them 按已知真伪计的被指对象",
    "examples": "Examples 例子",
}

policy_app = App(
    name="policy", sort_key=11, help="Read a policy: what must be shown before anything is done."
)

PolicyFile = Annotated[
    str,
    Parameter(
        name="--policy",
        help="What to judge by: a TOML file, see `unbrush policy show`; ours if left out.",
    ),
]


ModelFile = Annotated[
    Path | None,
    Parameter(
        name="--model",
        help="What `unbrush learn` wrote, to be heard beside everything else; none if left out.",
    ),
]


def model_of(path: Path | None) -> Model | None:
    """Read the model that an option names, if it names one."""
    return None if path is None else read_model(path)


def policy_of(source: str) -> Policy:
    """Read the policy that an option names; detectors that it switches off must exist."""
    from unbrush.detect import detectors
    from unbrush.judge.policy_file import read_policy

    return read_policy(source, detectors=[detector.name for detector in detectors()])


@policy_app.command
def show(*, out: Path | None = None) -> None:
    """Print the default policy, with the reason for each value, to be copied and changed.

    Example: `unbrush policy show --out mine.toml`

    Args:
        out: Write it to this file instead, which must not be there yet.
    """
    from unbrush.judge.policy_file import default_text

    if out is None:
        print(default_text(), end="", flush=True)
    elif out.exists():
        raise CannotWrite(f"{out} is there already.", hint="Choose another name for --out.")
    else:
        out.write_text(default_text(), encoding="utf-8", newline="\n")


@policy_app.command
def check(file: str, /, *, common: Common = Common()) -> None:
    """Check a policy, and say what each value means and how it differs from the default.

    Args:
        file: A TOML file, or `default`.
        common: Shared options.
    """
    from unbrush.judge.policy_file import described

    policy = policy_of(file)
    rows = described(policy)
    if common.json:
        screen.say_json({"name": policy.name, "version": policy.version, "values": rows})
        return
    screen.say_table(
        f"Policy {policy.name}, version {policy.version}",
        [
            {
                "key": row["key"],
                "value": _said(row["value"]),
                "default": _said(row["default"]) if row["is_changed"] else "",
                "why, or what it means": row["why"] or row["meaning"],
            }
            for row in rows
        ],
    )
    silent = [row["key"] for row in rows if row["is_changed"] and not row["why"]]
    if silent:
        screen.say(f"Changed without a reason; add them to [reasons]: {', '.join(silent)}.")


def backtest(
    old: str,
    new: str,
    run: Path,
    /,
    *,
    model: ModelFile = None,
    truth: Path | None = None,
    common: Common = Common(),
) -> None:
    """Judge a run by two policies and say what changes: subjects, merchants, money, accusations.

    Nothing is written. Example: `unbrush backtest default mine.toml out`

    Args:
        old: `default` or a TOML file.
        new: A TOML file.
        run: Folder in which `unbrush group` has run.
        model: What was learned, heard on either side; the run's own, if it heard one.
        truth: Folder or file of labels, as for `unbrush score`; the market's own if left out.
        common: Shared options.
    """
    from unbrush.run import run_backtest
    from unbrush.serve.labels import read_labels

    before, after, learned = policy_of(old), policy_of(new), model_of(model)
    with common.engine() as engine, shown("backtest", is_quiet=common.json) as progress:
        if truth is not None:
            engine.put("given_labels", read_labels(truth))
        result = run_backtest(
            engine,
            RunFolder(run),
            before,
            after,
            model=learned,
            truth="given_labels" if truth is not None else "",
            progress=progress,
        )
    _say(result, {"old": before.version, "new": after.version}, common)


def shadow(
    run: Path, /, *, policy: PolicyFile, model: ModelFile = None, common: Common = Common()
) -> None:
    """Judge a run by another policy beside the one in force: written and compared, not acted on.

    Its decisions go to RUN/shadow/VERSION; those of the run stay as they are.

    Args:
        run: Folder of a judged run.
        policy: A TOML file.
        model: What was learned, heard in the shadow: the run's own, or another that is tried.
        common: Shared options.
    """
    from unbrush.run import run_shadow

    chosen, learned = policy_of(policy), model_of(model)
    with common.engine() as engine, shown("shadow", is_quiet=common.json) as progress:
        beside, result = run_shadow(
            engine, RunFolder(run), chosen, model=learned, progress=progress
        )
    _say(result, {"new": chosen.version, "written_to": str(beside)}, common)


def _say(result: dict[str, list[dict[str, Any]]], about: dict[str, str], common: Common) -> None:
    if common.json:
        screen.say_json({**about, **result})
        return
    screen.say(", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in about.items()))
    if not result["subjects"]:
        screen.say("No decision changes. 判定没有变化。")
    if not result["accusations"]:
        screen.say("Whom each accuses wrongly is not known: there are no labels.")
        screen.say("没有标签，各自误伤多少不得而知。")
    for title, rows in result.items():
        screen.say_table(TITLES[title], rows)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)

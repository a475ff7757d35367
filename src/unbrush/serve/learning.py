"""`unbrush learn` and `unbrush learn-text`: train what judges, and what knows a machine's words."""

import json
from pathlib import Path

from unbrush.base.errors import BadParameter, CannotWrite, NotBetter
from unbrush.base.run_folder import RunFolder
from unbrush.serve import screen
from unbrush.serve.options import Common
from unbrush.serve.policies import PolicyFile, model_of, policy_of
from unbrush.serve.progress import shown


def learn(
    run: Path,
    /,
    *,
    out: Path,
    labels: Path | None = None,
    unlabelled: str = "honest",
    runs: int = 6,
    against: Path | None = None,
    policy: PolicyFile = "default",
    common: Common = Common(),
) -> None:
    """Learn from labels how to judge, and write it down if it is better than what is in force.

    The market is seen as it was known at several moments; three stretches of time teach, a later
    one compares. A worse model is refused, with the reasons. The file is JSON; the same market and
    labels give the same bytes. Example: `unbrush learn out --labels verdicts.csv --out model.json`,
    then `unbrush judge out --model model.json`.

    Args:
        run: Folder in which `unbrush collect` or `unbrush run` has run.
        out: File to write; one that is there is replaced only by a better one.
        labels: Folder or file of labels, as for `unbrush score`; the market's own if left out.
        unlabelled: What an order or review without a label is: honest, or unknown and left out.
        runs: At how many moments the market is seen, 5 to 200; more take longer, and see events
            sooner after they happened.
        against: A model in force, to be compared with.
        policy: What is judged by.
        common: Shared options.
    """
    from unbrush.learn import learn as learn_from
    from unbrush.serve.labels import read_labels

    if unlabelled not in ("honest", "unknown"):
        raise BadParameter(f"--unlabelled is {unlabelled!r}.", hint="honest or unknown.")
    if not out.parent.is_dir():
        raise CannotWrite(f"{out.parent} is no folder.", hint="Choose another --out.")
    if out.is_dir():
        raise CannotWrite(f"{out} is a folder.", hint="Name a file, such as --out model.json.")
    known = None if labels is None else read_labels(labels)
    in_force, chosen = model_of(against), policy_of(policy)
    with common.engine() as engine, shown("learn", is_quiet=common.json) as progress:
        lesson = learn_from(
            engine,
            RunFolder(run),
            known,
            n_runs=runs,
            is_unknown_honest=unlabelled == "honest",
            policy=chosen,
            against=in_force,
            progress=progress,
        )
    if not lesson.worse:
        out.write_text(lesson.model.text(), encoding="utf-8", newline="\n")
    if common.json:
        screen.say_json(
            {
                "out": None if lesson.worse else str(out),
                "version": lesson.model.version,
                "compared": lesson.rows,
                "worse": lesson.worse,
                "skipped": lesson.skipped,
            }
        )
    else:
        screen.say_table("On the later part, which nothing was set on", lesson.rows)
        for kind, why in lesson.skipped.items():
            screen.say(f"Nothing was learned of {kind}s. {why}")
    if lesson.worse:
        raise NotBetter(
            f"What was learned is worse than what is in force: {'; '.join(lesson.worse)}.",
            hint="Nothing was written. Keep what is in force, or learn again with more labels.",
        )
    if not common.json:
        screen.say(f"Model {lesson.model.version} written to {out}.")


def learn_text(data: Path, /, *, out: Path, common: Common = Common()) -> None:
    """Train the model that knows machine-written reviews; the same data give the same file.

    For who builds unbrush, which ships the result. Example: `unbrush learn-text DATA --out
    model.json`

    Args:
        data: Folder with the sets maide-up-hotel, cgor-home-kitchen-sample, ott-deceptive-hotel.
        out: File to write; it is replaced.
        common: Shared options.
    """
    from unbrush.base.text.invented_text_training import learn

    model = learn(data)
    out.write_text(model, encoding="utf-8", newline="\n")
    figures = {
        language: own["measured"] for language, own in json.loads(model)["languages"].items()
    }
    if common.json:
        screen.say_json({"out": str(out), "measured": figures})
        return
    columns = ("n_generated", "n_genuine", "false_alarms", "auroc", "recall")
    rows = [
        {"language": language, "set": name, **{key: of.get(key, "") for key in columns}}
        for language, own in figures.items()
        for name, of in own.items()
        if isinstance(of, dict)
    ]
    screen.say_table(f"Learned into {out}; texts held out by group", rows)

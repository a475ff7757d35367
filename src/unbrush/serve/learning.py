"""`unbrush learn-text`: train the model of machine-written text from labelled reviews."""

import json
from pathlib import Path

from unbrush.serve import screen
from unbrush.serve.options import Common


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

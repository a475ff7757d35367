"""Pages made from the code, so that they cannot differ from it: tables, detectors, policy."""

import dataclasses
import importlib

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from unbrush.base.tables import TABLES
from unbrush.detect import detectors
from unbrush.group import JoinParams
from unbrush.group import Params as RingParams
from unbrush.judge.look_alikes import LOOK_ALIKES
from unbrush.judge.policy import Policy


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site."""
    pages = {
        "tables.md": tables_page(),
        "detectors.md": detectors_page(),
        "decisions.md": policy_page(),
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def tables_page() -> str:
    """Every event table with its columns."""
    lines = [
        "# Event tables\n",
        "Only `orders` or `reviews` is needed to start; every other table makes more detectors",
        "apply. Times are epoch milliseconds UTC, money is whole minor units, weights are grams.",
        "A `*_token` is a keyed hash: give the raw value (or the column without `_token`), it is",
        "hashed at the door and never stored.\n",
    ]
    for table in TABLES.values():
        lines += [f"## {table.name}\n", f"Key: `{'`, `'.join(table.key)}`\n"]
        lines += ["| column | holds | needed | known values |", "| --- | --- | --- | --- |"]
        for column in table.columns:
            needed = "yes" if column.is_required else ""
            lines.append(
                f"| `{column.name}` | {column.kind} | {needed} | {', '.join(column.allowed)} |"
            )
        lines.append("")
    return "\n".join(lines)


def detectors_page() -> str:
    """Every detector's own page: its docstring, needs, parameters and look-alikes."""
    lines = ["# Detectors\n", "What each one sees, whom it spares, and how to check it by hand.\n"]
    for detector in detectors():
        module = importlib.import_module(f"unbrush.detect.{detector.name.replace('-', '_')}")
        lines += [
            f"## {detector.name}\n",
            f"*{detector.title.en}* · {detector.title.zh}\n",
            f"About: {detector.subject} · family: {detector.family} · strength: {detector.strength}"
            f" · supports element ({detector.element})\n",
            f"Needs: {_columns(detector.needs)}\n",
            f"Uses where present: {_columns(detector.uses) or '–'}\n",
            _sections(module.__doc__ or ""),
            "",
            "Look-alikes it spares: "
            + "; ".join(
                f"**{name}** ({words.en} · {words.zh})"
                for name, words in detector.look_alikes.items()
            )
            + "\n",
            *parameter_table(detector.params),
            "",
        ]
    return "\n".join(lines)


def policy_page() -> str:
    """The policy's thresholds and the look-alikes that judge tests."""
    lines = [
        "# Decisions\n",
        "What `judge` asks for before anything stops counting. Within a family only the best",
        "witness counts; a shop rises above L1 only with elements (b) and (c).\n",
        *parameter_table(Policy()),
        "\n## Look-alikes tested for every suspected order and review\n",
        "| name | what it is | takes away the witnesses of |",
        "| --- | --- | --- |",
    ]
    spares = Policy().spares
    lines += [
        f"| {each.name} | {each.words.en} · {each.words.zh} | {', '.join(spares[each.name])} |"
        for each in LOOK_ALIKES
    ]
    lines += ["\n## When accounts are a ring\n", *parameter_table(RingParams())]
    lines += ["\n## When rings belong to one organiser\n", *parameter_table(JoinParams())]
    return "\n".join(lines) + "\n"


def parameter_table(params: object) -> list[str]:
    """Parameters with default, bounds and meaning, as Markdown rows."""
    rows = ["| parameter | default | from | to | meaning |", "| --- | --- | --- | --- | --- |"]
    for field in dataclasses.fields(params):  # type: ignore[arg-type]
        bounds = field.metadata
        if not bounds:
            continue  # names and switches have no bounds; their page tells them
        rows.append(
            f"| `{field.name}` | {field.default} | {bounds['at_least']} | {bounds['at_most']}"
            f" | {bounds['doc']} |"
        )
    return rows


def _columns(columns: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(f"`{table}` ({', '.join(names)})" for table, names in columns.items())


def _sections(docstring: str) -> str:
    """Turn the headings of a detector's docstring into bold words."""
    lines = []
    for line in docstring.strip().splitlines()[1:]:
        head, colon, rest = line.partition(":")
        is_heading = colon and line[:1].isupper() and len(head) < 20
        lines.append(f"\n**{head}.**{rest}" if is_heading else line.strip())
    return "\n".join(lines)

"""`unbrush explain`: why one order, review, account, shop, ring or member of staff is so judged."""

import shlex
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, NotReady
from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.serve import screen
from unbrush.serve.checking import Lang
from unbrush.serve.options import Common

MOST_ROWS = 1_000
MOST_PARTS = 2_000
"""Suspected rows of one account, shop or ring that are weighed again."""

NEEDED = ("signals", "coverage", "rings", "ring_members", "decisions", "reasons")
LATER = ("contributions", "evidence_worth", "learned", "restored")
"""Tables that are read, and those that runs of earlier versions do not have."""


def explain(
    run: Path,
    subject: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    lang: Lang = "both",
    rows: int = 3,
    html: Path | None = None,
    common: Common = Common(),
) -> None:
    """Say why one subject is judged as it is, on what rows, and what would change it.

    Examples: `unbrush explain out order:1001`, `unbrush explain out shop:88 --lang zh`,
    `unbrush explain out 1001 --html why.html`.

    Args:
        run: Folder of a judged run.
        subject: order:ID, review:ID, account:ID, shop:ID, ring:ID or staff:ID; a bare id if only
            one kind has it.
        lang: Language of what is shown: zh, en or both.
        rows: Rows shown behind each finding, 0 to 1000.
        html: Write it as a page that needs no network to this file, too.
        common: Shared options.
    """
    if not 0 <= rows <= MOST_ROWS:
        raise BadParameter(f"--rows is {rows}.", hint=f"0 to {MOST_ROWS:,}.")
    with common.engine() as engine:
        document = explain_run(engine, RunFolder(run), subject, most_rows=rows)
    if restore := document["restore"]:
        restore["command"] = restore["command"].replace("RUN", shlex.quote(str(run)), 1)
    if html is not None:
        from unbrush.respond.explaining.page import write_page

        write_page(document, html, lang=lang)
    if common.json:
        screen.say_json(in_json(document))
    else:
        from unbrush.serve.explained import say_explanation

        say_explanation(document, lang)


def explain_run(
    engine: Engine,
    folder: RunFolder,
    subject: str,
    *,
    most_rows: int,
    most_parts: int = MOST_PARTS,
) -> dict[str, Any]:
    """Return why one subject of a judged run is judged as it is; nothing is written.

    It opens what it needs and no more: a person waits for it.

    Args:
        engine: Where SQL runs.
        folder: A judged run.
        subject: ``kind:id``, or an id that only one kind has.
        most_rows: Rows behind one finding.
        most_parts: Suspected rows of one account, shop or ring that are weighed again.

    Raises:
        NotReady: `judge` has not run.
        SubjectNotFound: Nothing in the market has this id.
        BadParameter: Several kinds have it.
    """
    from unbrush.judge.policy_file import read_kept_policy
    from unbrush.judge.what_if import weigh_again
    from unbrush.respond.explaining import explain, find_subject
    from unbrush.respond.made_by import made_by

    manifest = _open(engine, folder)
    found = find_subject(engine, manifest, subject)
    policy = read_kept_policy(folder.policy)
    return explain(
        engine,
        manifest,
        [found],
        weigh_again=partial(weigh_again, engine, policy),
        spares=policy.spares,
        made_by=made_by(folder, manifest),
        most_rows=most_rows,
        most_parts=most_parts,
    )[0]


def _open(engine: Engine, folder: RunFolder) -> Manifest:
    """Make the market and what was concluded of it readable in ``engine``."""
    needed = [folder.manifest, *(folder.output(table) for table in NEEDED)]
    if absent := [path.name for path in needed if not path.is_file()]:
        raise NotReady(
            f"{folder.root} is no judged run: it has no {absent[0]}.",
            hint=f"Run `unbrush run DATA --out {folder.root}` first, or its stages up to `judge`.",
        )
    manifest = Manifest.read(folder.manifest)
    open_market(engine, folder.events, manifest)
    for table in (*NEEDED, *LATER):
        if folder.output(table).is_file():
            engine.view(table, f"SELECT * FROM {engine.scan(folder.output(table))}")
    return manifest


def in_json(value: Any) -> Any:
    """Return a document with its words as objects of ``zh`` and ``en``."""
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dict):
        return {key: in_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_json(each) for each in value]
    return value

"""`unbrush dossier`: make the case file of a merchant, an organiser or a case, and check one."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, CannotWrite, NotReady, SourceNotFound, missing_extra
from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.respond.desk.signing import Signer
from unbrush.respond.dossier.decisions import Decided
from unbrush.respond.dossier.document import Dossier
from unbrush.respond.dossier.scope import Scope
from unbrush.respond.dossier.thresholds import Counted
from unbrush.respond.losses.given import (
    NOTHING_GIVEN,
    Given,
    given_again,
    read_confirmed,
    stated_of,
)
from unbrush.serve import screen
from unbrush.serve.options import Common, now_ms

Audience = Literal["regulator", "police", "court", "public-interest"]

LARGEST_ATTACHMENT = 50_000_000

dossier_app = App(
    name="dossier", sort_key=16, help="Case files for those who have to decide: make, verify."
)


@dataclass(frozen=True, kw_only=True)
class Making:
    """Who makes a file, when and of what.

    Attributes:
        operator: Who; empty if not stated.
        at_ms: When, epoch ms UTC.
        time_source: By which clock.
        counts: Counts to set beside numbers that provisions name.
        attachments: Files that go with it, by name.
        most_rows: Rows of one table.
        with_pdf: Whether a PDF is set.
        fonts: Folder with further fonts.
        given: What was stated for the losses.
        documents: What documents count, which two people of a desk stand for.
        decisions: Of authorities, which two people of a desk stand for.
    """

    operator: str
    at_ms: int
    time_source: str
    counts: Mapping[str, int]
    attachments: Mapping[str, bytes]
    most_rows: int = 100_000
    with_pdf: bool = True
    fonts: Path | None = None
    given: Given = NOTHING_GIVEN
    documents: Sequence[Counted] = ()
    decisions: Sequence[Decided] = ()


@dossier_app.command
def make(
    run: Path,
    /,
    *,
    out: Path,
    for_: Annotated[Audience, Parameter(name="--for")],
    case: str = "",
    shop: str = "",
    cluster: str = "",
    operator: str = "",
    at: str = "",
    attach: tuple[Path, ...] = (),
    count: tuple[str, ...] = (),
    assume: tuple[str, ...] = (),
    documents: Path | None = None,
    confirmed: Path | None = None,
    desk: Path = Path("desk"),
    most_rows: int = 100_000,
    pdf: bool = True,
    fonts: Path | None = None,
    sealed: Path | None = None,
    common: Common = Common(),
) -> None:
    """Make a case file: one zip with pages, rows, check values and a signature.

    Nothing in the run is changed. The same run gives the same content on any machine. Examples:
    `unbrush dossier make out --cluster gang-1a2b --for regulator --out case.zip`,
    `unbrush dossier make out --shop 88 --for court --operator "Li Ming" --out shop.zip`.

    Args:
        run: Folder of a judged run.
        out: The zip to write.
        for_: For whom: regulator, police, court or public-interest.
        case: A case of the run, by one of its rings or its shop.
        shop: A merchant.
        cluster: An organiser.
        operator: Who makes it, as it shall stand in the record of custody.
        at: When, as an ISO date or time; the clock's if left out.
        attach: A file that goes with it; may be repeated.
        count: A count to set beside a number that provisions name, such as personal-trades=500.
        assume: A share that no table has, for the losses: see `unbrush losses`; may be repeated.
        documents: CSV of what documents say was paid: see `unbrush losses`.
        confirmed: CSV of the shops and rings that people have confirmed: see `unbrush losses`.
        desk: Folder of the key that signs.
        most_rows: Rows of one table that go in, 1 to 1000000.
        pdf: Set a PDF, too.
        fonts: A folder with further fonts for the PDF.
        sealed: Write who is behind each label to this file, for an authority that asks; keep it
            apart.
        common: Shared options.
    """
    from unbrush.respond.desk.signing import signer_of

    if sum(map(bool, (case, shop, cluster))) != 1:
        raise BadParameter(
            "A case file is about one case, shop or cluster.",
            hint="Name exactly one of --case, --shop and --cluster.",
        )
    if not 1 <= most_rows <= 1_000_000:
        raise BadParameter(f"--most-rows is {most_rows}.", hint="1 to 1000000.")
    making = Making(
        operator=operator, at_ms=now_ms(at),
        time_source="given by the operator" if at else "clock of the machine",
        counts=counts_of(count), attachments=_attachments(attach), most_rows=most_rows,
        with_pdf=pdf, fonts=fonts, given=given_of(assume, documents, confirmed),
    )  # fmt: skip
    desk.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = signer_of(desk)
    folder = RunFolder(run)
    with common.engine() as engine:
        manifest = open_run(engine, folder)
        scope = _scope(engine, case=case, shop=shop, cluster=cluster)
        data, made, note = make_dossier(engine, manifest, folder, scope, for_, making, signer)
    _write(out, data)
    if sealed is not None:
        _write(sealed, sealed_list(made))
    document = made.document
    said = {
        "out": str(out), "n_bytes": len(data), "shops": len(document["shops"]),
        "orders": document["n_orders"], "reviews": document["n_reviews"],
        "key_id": signer.key_id, "pdf": note,
    }  # fmt: skip
    if common.json:
        screen.say_json(said)
        return
    screen.say_table(f"{out}", [{"": key, "value": str(value)} for key, value in said.items()])


def make_dossier(
    engine: Engine,
    manifest: Manifest,
    folder: RunFolder,
    scope: Scope,
    audience: str,
    making: Making,
    signer: Signer,
) -> tuple[bytes, Dossier, str]:
    """Return the zip, what it says, and what became of the PDF."""
    from unbrush.base.clock import minute_of
    from unbrush.respond.dossier.custody import environment
    from unbrush.respond.dossier.document import make_document
    from unbrush.respond.dossier.packing import pack

    made = make_document(
        engine, manifest, folder, scope, audience=audience, counts=making.counts,
        attachments=tuple(sorted(making.attachments)), most_rows=making.most_rows,
        given=making.given, documents=making.documents, decisions=making.decisions,
    )  # fmt: skip
    pdf, font = None, ""
    if making.with_pdf:
        from unbrush.respond.dossier.pdf import make_pdf

        pdf, font = make_pdf(made.document, fonts=making.fonts)
    custody = {
        "operator": making.operator or "not stated / 未说明",
        "made_at": making.at_ms,
        "made_at_utc": minute_of(making.at_ms),
        "time_source": making.time_source,
        "environment": environment(),
        "font": font,
        "method": "unbrush dossier make",
    }
    data = pack(made, custody=custody, signer=signer, attachments=making.attachments, pdf=pdf)
    return data, made, f"set in {font}" if font else "none"


def open_run(engine: Engine, folder: RunFolder) -> Manifest:
    """Make a judged run readable in ``engine``.

    Raises:
        NotReady: It is none.
    """
    from unbrush.respond.dossier.custody import READ

    needed = [table for table in READ if table != "restored"]
    paths = [folder.manifest, folder.policy, *(folder.output(table) for table in needed)]
    if absent := [path.name for path in paths if not path.is_file()]:
        raise NotReady(
            f"{folder.root} is no judged run: it has no {absent[0]}.",
            hint=f"Run `unbrush run DATA --out {folder.root}` first.",
        )
    manifest = Manifest.read(folder.manifest)
    open_market(engine, folder.events, manifest)
    for table in READ:
        if folder.output(table).is_file():
            engine.view(table, f"SELECT * FROM {engine.scan(folder.output(table))}")
    return manifest


def sealed_list(made: Dossier) -> bytes:
    """Return who is behind each label, as CSV."""
    lines = ["label,kind,id"]
    lines += [f"{row['label']},{row['kind']},{row['id']}" for row in made.labels.sealed()]
    return ("\r\n".join(lines) + "\r\n").encode()


def given_of(assume: tuple[str, ...], documents: Path | None, confirmed: Path | None) -> Given:
    """Return what was stated for the losses of a case file.

    Raises:
        BadParameter: Single orders were confirmed: their ids may not stand in every file.
    """
    from unbrush.respond.losses.documents import read_entries

    said = read_confirmed(confirmed)
    if any(kind == "order" for kind, _ in said):
        raise BadParameter(
            "A case file takes no single orders as confirmed.",
            hint="Confirm shops and rings; `unbrush losses` takes orders, too.",
        )
    entries = read_entries(documents) if documents else []
    return Given(stated=stated_of(assume), entries=entries, confirmed=said)


def counts_of(texts: tuple[str, ...]) -> dict[str, int]:
    """Turn ``name=count`` texts into counts.

    Raises:
        BadParameter: A text that is not of that form.
    """
    counts = {}
    for text in texts:
        name, _, number = text.partition("=")
        if not name or not number.isdecimal():
            raise BadParameter(
                f"--count {text} is not of the form name=number.",
                hint="For example: --count personal-trades=500",
            )
        counts[name] = int(number)
    return counts


def _scope(engine: Engine, *, case: str, shop: str, cluster: str) -> Scope:
    from unbrush.respond.dossier.scope import scope_of_cluster, scope_of_key, scope_of_shop

    if case:
        return scope_of_key(engine, case)
    return scope_of_shop(engine, shop) if shop else scope_of_cluster(engine, cluster)


def _attachments(paths: tuple[Path, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        if not path.is_file():
            raise SourceNotFound(f"There is no file {path}.", hint="Name a file with --attach.")
        name = PurePosixPath(path.name).name
        if name.casefold() in {each.casefold() for each in found}:
            raise BadParameter(f"Two attachments are called {name}.", hint="Rename one of them.")
        if path.stat().st_size > LARGEST_ATTACHMENT:
            raise BadParameter(
                f"{path} is too large.", hint=f"At most {LARGEST_ATTACHMENT:,} bytes each."
            )
        found[name] = path.read_bytes()
    return found


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written: {error.strerror or error}.", hint="Choose another file."
        ) from None


@dossier_app.command
def verify(
    file: Path, /, *, key: str = "", run: Path | None = None, common: Common = Common()
) -> None:
    """Recompute every check value of a case file and say what does not match.

    Exit code 0 if it is whole, 1 if not. Example: `unbrush dossier verify case.zip --run out`

    Args:
        file: The zip.
        key: Public key that must have signed it, in base 64.
        run: The run that it was made from: it is made again, and the content compared.
        common: Shared options.
    """
    try:
        from unbrush.respond.dossier.verifying import verify_file
    except ImportError:
        raise missing_extra("desk", "Checking a case file") from None

    checked = verify_file(file, key=key)
    faults = list(checked.faults)
    if run is not None and not faults:
        faults += _made_again(file, RunFolder(run), common)
    if common.json:
        screen.say_json(
            {"is_whole": not faults, "faults": [list(each) for each in faults],
             "key_id": checked.key_id, "n_files": checked.n_files, "n_rows": checked.n_rows}
        )  # fmt: skip
    else:
        for each in faults:
            print(f"{each.zh} {each.en}")
        if not faults:
            n, rows, key_id = checked.n_files, checked.n_rows, checked.key_id
            print(f"卷宗完整：{n:,} 个文件、{rows:,} 行校验值相符，签名密钥 {key_id}。")
            print(f"The case file is whole: {n:,} files, {rows:,} rows, signed with {key_id}.")
            if run is not None:
                print(
                    "由原运行重新生成的内容一致。The content made again from the run is the same."
                )
    if faults:
        sys.exit(1)


def _made_again(file: Path, folder: RunFolder, common: Common) -> list[Any]:
    """Make the content again from the run, and return which files differ."""
    import json

    from unbrush.respond.desk.importing import run_id_of
    from unbrush.respond.dossier.verifying import open_zip

    files = open_zip(file.read_bytes())
    said, told = json.loads(files["manifest.json"]), json.loads(files["case.json"])
    if (there := run_id_of(folder)) != said["run_id"]:
        return [Words(f"该运行是 {there}，卷宗取自 {said['run_id']}。",
                      f"That run is {there}; the file is from {said['run_id']}.")]  # fmt: skip
    shown = {
        each["table"]: each["n_rows"] for each in told["evidence"] if each["n_rows"] < each["n"]
    }
    making = Making(
        operator="", at_ms=0, time_source="",
        counts={each["threshold"]["id"]: each["n"] for each in told["legal"]["reckoned"]},
        attachments={path.removeprefix("attachments/"): data for path, data in files.items()
                     if path.startswith("attachments/")},
        most_rows=max(shown.values(), default=100_000), with_pdf=False,
        given=given_again(told["losses"]["given"]) if "losses" in told else NOTHING_GIVEN,
        documents=[Counted(**each | {"day": _day(each["day"])})
                   for each in told.get("documents", [])],
        decisions=[_decided_again(each) for each in told.get("decisions", [])],
    )  # fmt: skip
    with common.engine() as engine:
        manifest = open_run(engine, folder)
        scope = _scope_again(engine, told["scope"], told["shops"])
        data, _, _ = make_dossier(
            engine, manifest, folder, scope, said["audience"], making, Signer(bytes(32))
        )
    again = json.loads(open_zip(data)["manifest.json"])
    known = {each["path"]: each["sha256"] for each in again["files"] if each["part"] == "content"}
    return [
        Words(f"{each['path']} 与由原运行重新生成的不同。", f"{each['path']} differs from the run.")
        for each in said["files"]
        if each["part"] == "content" and known.get(each["path"]) != each["sha256"]
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decided_again(told: Mapping[str, Any]) -> Decided:
    """Return a decision as it was told: what was masked in it stays so when it is masked again."""
    return Decided(
        shop_id=told["shop"], authority=told["authority"], document_no=told["document_no"],
        day=date.fromisoformat(told["day"]), sha256=told["sha256"],
        facts=Words(told["facts"]["zh"], told["facts"]["en"]),
    )  # fmt: skip


def _scope_again(engine: Engine, scope: Mapping[str, Any], shops: list[Any]) -> Scope:
    from unbrush.respond.dossier.scope import scope_of_case

    kind, name = scope["kind"], str(scope["name"])
    if kind == "case":
        again = scope_of_case(engine, scope["rings"], [str(shop["id"]) for shop in shops], name)
        return again
    return _scope(
        engine, case="", shop=name if kind == "shop" else "",
        cluster=name if kind == "cluster" else "",
    )  # fmt: skip

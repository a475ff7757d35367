"""`unbrush desk`: take a judged run into the records, and labels out of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, cast

import pyarrow as pa
from cyclopts import App, Parameter

from unbrush.base.errors import BadParameter, SourceNotFound
from unbrush.base.run_folder import RunFolder
from unbrush.serve.desk import Folder, existing_records, open_records, present
from unbrush.serve.progress import shown

desk_app = App(
    name="desk",
    sort_key=29,
    help="The desk's records: take runs into them, and labels out of them.",
)


@desk_app.command(name="import")
def import_(
    out: Annotated[Path, Parameter(help="Folder of a judged run.")],
    /,
    *,
    desk: Folder = Path("desk"),
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Take a judged run into the records: decisions, and a case for each organiser and merchant.

    The same run again changes nothing. What people decided stands, and money that the run no longer
    disputes is let go. The desk may be running: people wait for a moment at most. An import that
    was broken off goes on from where it was. Example: `unbrush desk import OUT --desk desk`

    Args:
        out: Folder of a judged run.
        desk: The desk's folder; made if there is none.
        json_: Print JSON.
    """
    from unbrush.respond.desk.importing import import_run
    from unbrush.store.duckdb_engine import DuckDBEngine

    if not out.is_dir():
        raise SourceNotFound(f"There is no run at {out}.", hint="Make one: `unbrush run DATA`.")
    folder = RunFolder(out.resolve())  # the desk reads it later, from wherever it was started
    desk.mkdir(parents=True, exist_ok=True, mode=0o700)
    records = open_records(desk)
    try:
        with shown("import", is_quiet=json_) as progress, DuckDBEngine() as engine:
            done = import_run(
                records, engine, folder, present(), by="command line", progress=progress
            )
    finally:
        records.close()
    if json_:
        print(json.dumps(vars(done)))
        return
    if done.completed:
        print(f"先前中断的运行 {done.completed} 的导入已先行完成。")
        print(f"The import of run {done.completed}, which was broken off, was completed first.")
    if not done.is_new:
        print(f"运行 {done.run_id} 已在记录中，未作改动。")
        print(f"The run {done.run_id} is in the records already; nothing was changed.")
    else:
        print(
            f"运行 {done.run_id}：{done.n_decisions:,} 项判定，新开案件 {done.n_opened}，"
            f"更新案件 {done.n_renewed}，保留人工结论 {done.n_kept}。"
        )
        print(
            f"The run {done.run_id}: {done.n_decisions:,} decisions, {done.n_opened} cases opened, "
            f"{done.n_renewed} brought up to date, {done.n_kept} words of people kept."
        )


@desk_app.command
def labels(
    out: Annotated[Path, Parameter(help="Folder of a judged run.")],
    /,
    *,
    to: Annotated[Path, Parameter(help="File to write: .csv or .parquet.")],
    desk: Folder = Path("desk"),
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Write what people found in cases as labels of a run, to be learned from.

    Labelled are orders and reviews that the run leaves out, of shops and rings of closed cases, up
    to the moment of the verdict. Example: `unbrush desk labels OUT --to labels.csv`, then
    `unbrush learn OUT --labels labels.csv --out model.json`

    Args:
        out: Folder of a judged run.
        to: File to write.
        desk: The desk's folder.
        json_: Print JSON.
    """
    from unbrush.respond.desk.importing import run_id_of
    from unbrush.respond.desk.labelling import labels_of
    from unbrush.store.duckdb_engine import DuckDBEngine

    write = _writer(to)
    run_id_of(RunFolder(out))  # is it judged?
    records = existing_records(desk)
    try:
        with DuckDBEngine() as engine, records.reading() as transaction:
            found = labels_of(transaction, engine, RunFolder(out))
    finally:
        records.close()
    to.parent.mkdir(parents=True, exist_ok=True)
    write(found, to)
    n_fake = sum(found["is_fake"].to_pylist())
    if json_:
        print(json.dumps({"file": str(to), "labels": len(found), "fake": n_fake}))
    else:
        print(f"{to}：{len(found):,} 个标签，其中虚假 {n_fake:,}，真实 {len(found) - n_fake:,}。")
        print(
            f"{to}: {len(found):,} labels, {n_fake:,} of them fake and "
            f"{len(found) - n_fake:,} genuine."
        )


@desk_app.command(name="staff-actions")
def staff_actions_(
    *,
    to: Annotated[Path, Parameter(help="File to write: .csv or .parquet.")],
    desk: Folder = Path("desk"),
) -> None:
    """Write what people at the desk did against a warning, for the detectors that watch staff.

    Cases closed as refuted, steps refused or lifted, holds let go, appeals that turned a step over:
    put the file beside the platform's own export. Example: `unbrush desk staff-actions --to
    my-export/staff_actions.csv`

    Args:
        to: File to write.
        desk: The desk's folder.
    """
    from unbrush.respond.desk.staff_actions import staff_actions

    write = _writer(to)
    records = existing_records(desk)
    try:
        with records.reading() as transaction:
            found = staff_actions(transaction)
    finally:
        records.close()
    to.parent.mkdir(parents=True, exist_ok=True)
    write(found, to)
    print(f"{to}：{len(found):,} 项与警示相反的处理。")
    print(f"{to}: {len(found):,} deeds against a warning.")


def _writer(to: Path) -> Callable[[pa.Table, Path], None]:
    """Return what writes a table to such a file.

    Raises:
        BadParameter: It ends in nothing that is known.
    """
    import pyarrow.csv
    import pyarrow.parquet

    write = {".csv": pyarrow.csv.write_csv, ".parquet": pyarrow.parquet.write_table}.get(to.suffix)
    if write is None:
        raise BadParameter(f"{to.name} is no file of a table.", hint="It ends in .csv or .parquet.")
    return cast("Callable[[pa.Table, Path], None]", write)

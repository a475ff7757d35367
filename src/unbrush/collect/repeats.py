"""Repeats: rows that say the same thing twice, and rows that share an id and do not.

Of rows with the same key the first in file order stays. A later one is merged into it if every
value is equal, or if the table has no id of its own (then its key is what makes rows the same);
otherwise it is rejected.
"""

from unbrush.base.engine import Engine, name
from unbrush.collect.reading import Reading
from unbrush.collect.rejects import duplicate_reason, select_of

DUPLICATE = "duplicate-id"


def find_repeats(engine: Engine, reading: Reading) -> tuple[int, int]:
    """Store the rows to leave out as ``_gone_<table>``; return how many are merged and rejected."""
    table = reading.table
    present = {column.name for column in reading.columns}
    keys = [name(f"v_{key}") for key in table.key if key in present]
    good = f"FROM {reading.view} WHERE NOT {reading.is_bad}"
    gone = gone_table(reading)
    # A hash of the key is enough to find the few keys that may repeat, at 8 bytes a row.
    n_suspects = engine.create(
        "_suspects",
        f"SELECT hash({', '.join(keys)}) AS suspect {good} GROUP BY suspect HAVING count(*) > 1",
    )
    if not n_suspects:
        engine.drop("_suspects")
        engine.drop(gone)
        return 0, 0
    values = ", ".join(f"v_{c.name} := {name(f'v_{c.name}')}" for c in reading.columns)
    is_same = "content IS NOT DISTINCT FROM first_content" if table.is_keyed else "true"
    engine.create(
        gone,
        f"""
        WITH suspects AS (
          SELECT _part, _row, {", ".join(keys)}, struct_pack({values}) AS content {good}
          AND hash({", ".join(keys)}) IN (SELECT suspect FROM _suspects)
        ),
        ordered AS (
          SELECT *, row_number() OVER w AS place, first_value(content) OVER w AS first_content
          FROM suspects WINDOW w AS (PARTITION BY {", ".join(keys)} ORDER BY _part, _row)
        )
        SELECT _part, _row, {keys[0]} AS id, {is_same} AS is_same FROM ordered WHERE place > 1
        """,
    )
    engine.drop("_suspects")
    n_merged = engine.value(f"SELECT count(*) FROM {gone} WHERE is_same")
    return n_merged, engine.value(f"SELECT count(*) FROM {gone} WHERE NOT is_same")


def gone_table(reading: Reading) -> str:
    """Return the name of the table of rows that `find_repeats` leaves out."""
    return f"_gone_{reading.table.name}"


def duplicate_rejects(reading: Reading) -> str:
    """Return a SELECT of the rejects that `find_repeats` found."""
    table = reading.table
    key = table.key[0]
    select = select_of(
        table.name, key, DUPLICATE, duplicate_reason(key), value="id", is_kept="false"
    )
    return f"{select} FROM {gone_table(reading)} WHERE NOT is_same"

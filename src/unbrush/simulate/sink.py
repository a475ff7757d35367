"""The sink: writes tables as Parquet, a chunk at a time, beside the making of the next chunk."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.base.tables import TABLES, sql_type

_ARROW = {
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
}
_REPEATING = ("kind", "status", "currency", "carrier", "category", "region", "branch", "query",
              "origin_region", "destination_region", "text_source", "channel", "memo", "reason",
              "funder", "address_type", "remark", "shop_id", "item_id")  # fmt: skip


def schema_of(table: str) -> pa.Schema:
    """Return the columns of one of our tables with whole-number ids."""
    columns = TABLES[table].columns
    every_id_whole = {column.domain: "BIGINT" for column in columns}
    return pa.schema([(c.name, _ARROW[sql_type(c, every_id_whole)]) for c in columns])


class Sink:
    """Open Parquet files of one market; a context, since files must be closed.

    Args:
        folder: Where the files go, one per table.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._pending: list[Future[None]] = []
        self.counts: dict[str, int] = {}

    def __enter__(self) -> "Sink":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._wait(0)
        finally:
            self._pool.shutdown()
            for writer in self._writers.values():
                writer.close()

    def write(self, table: str, columns: Mapping[str, pa.Array]) -> None:
        """Add rows to a table; columns left out are missing in every row."""
        schema = schema_of(table)
        n = len(next(iter(columns.values())))
        if unknown := set(columns) - set(schema.names):
            raise KeyError(f"{table} has no {unknown}")
        arrays = [columns.get(f.name, pa.nulls(n, f.type)) for f in schema]
        batch = pa.Table.from_arrays(arrays, names=schema.names)
        self.counts[table] = self.counts.get(table, 0) + n
        # Few chunks wait at a time: that is what bounds memory.
        self._wait(12)
        self._pending.append(self._pool.submit(self._append, table, batch))

    def _wait(self, n_left: int) -> None:
        while len(self._pending) > n_left:
            self._pending.pop(0).result()

    def _append(self, table: str, batch: pa.Table) -> None:
        if table not in self._writers:
            # Without the Arrow schema, dictionary columns read back as the plain text they are.
            self._writers[table] = pq.ParquetWriter(
                self._folder / f"{table}.parquet",
                batch.schema,
                compression="zstd",
                use_dictionary=[name for name in batch.schema.names if name in _REPEATING],
                store_schema=False,
            )
        self._writers[table].write_table(batch, row_group_size=1_000_000)

"""Event tables as a finder reads them in parts: texts of millions of rows are never all held.

Rows come in the order of the table, the same each time, and are known by their place in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.engine import name as quoted

BATCH = 131_072

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class EventRows:
    """The event tables of one market, to be read whole, in batches, or by place.

    Attributes:
        engine: Holds them; nothing else may be asked of it while batches are being read.
    """

    engine: Engine

    def table(self, table: str, columns: Sequence[str]) -> pa.Table:
        """Return some columns of ``table`` whole."""
        return self.engine.query(_select(table, columns))

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of ``table``, up to `BATCH` rows at a time."""
        for batch in self.engine.batches(_select(table, columns), BATCH):
            yield pa.Table.from_batches([batch])

    def take(self, table: str, columns: Sequence[str], rows: Ints) -> pa.Table:
        """Return some columns of the rows at the places ``rows``, in the order of ``rows``."""
        order = np.argsort(rows, kind="stable")
        ahead, first, picked = rows[order], 0, []
        if len(rows):
            for batch in self.batches(table, columns):
                ends = np.searchsorted(ahead, (first, first + len(batch)))
                if ends[0] < ends[1]:
                    picked.append(batch.take(pa.array(ahead[ends[0] : ends[1]] - first)))
                first += len(batch)
        if not picked:
            return self.engine.query(f"{_select(table, columns)} LIMIT 0")
        found = pa.concat_tables(picked)
        if (np.diff(rows) >= 0).all():
            return found
        place = np.empty(len(rows), np.int64)
        place[order] = np.arange(len(rows))
        return found.take(pa.array(place))


def _select(table: str, columns: Sequence[str]) -> str:
    return f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(table)}"

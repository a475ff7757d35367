"""Signals about items that rest on some of their reviews."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def per_item(
    reviews: pa.Table,
    items: Ints,
    odd: Bools,
    found: Bools,
    facts: Mapping[str, npt.NDArray[np.generic]],
) -> pa.Table:
    """Return one row for each item found, resting on its odd reviews.

    Args:
        reviews: With review_id and item_id.
        items: Number of the item of each review.
        odd: Which reviews the findings rest on.
        found: Which items are found, by number.
        facts: Further columns, the score among them, by item number.
    """
    numbers = np.flatnonzero(found)
    rows = np.flatnonzero(odd & found[items]) if len(items) else np.zeros(0, np.int64)
    rows = rows[np.argsort(items[rows], kind="stable")]
    ends = np.searchsorted(items[rows], numbers, side="right")
    ids = reviews["review_id"].combine_chunks().take(pa.array(rows))
    offsets = pa.array(np.concatenate(([0], ends)), pa.int32())
    first = np.zeros(len(found), np.int64)
    first[items[::-1]] = np.arange(len(items))[::-1]
    columns = {name: pa.array(values[numbers]) for name, values in facts.items()}
    return pa.table(
        {
            "subject_id": reviews["item_id"].combine_chunks().take(pa.array(first[numbers])),
            "evidence_ids": pa.ListArray.from_arrays(offsets, ids),
            **columns,
        }
    )

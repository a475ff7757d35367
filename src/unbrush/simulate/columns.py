"""From NumPy arrays to Parquet columns: where a negative number stands for "missing"."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.simulate.chance import Array


def numbers(values: Array) -> pa.Array:
    """Return whole numbers, missing where negative."""
    return pa.array(values.astype(np.int64, copy=False), mask=values < 0)


def weights(values: Array) -> pa.Array:
    """Return numbers, missing where NaN or negative."""
    return pa.array(values, mask=~(values >= 0))


def tokens(prefix: str, values: Array) -> pa.Array:
    """Return texts ``prefix`` + number, missing where negative."""
    digits = pc.cast(numbers(values), pa.string())
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, pa.scalar(""))


def words(choices: Sequence[str], codes: Array) -> pa.Array:
    """Return the choice that each code stands for, missing where negative."""
    place = {text: number for number, text in enumerate(dict.fromkeys(choices))}
    if len(place) < len(choices):
        # A dictionary that names a text twice is written with stray bytes: not the same each time.
        same = np.array([place[text] for text in choices])
        codes = np.where(codes >= 0, same[codes], -1)
    index = pa.array(codes.astype(np.int32, copy=False), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(list(place), pa.string()))


def flags(values: Array) -> pa.Array:
    """Return truth values, missing where negative."""
    return pa.array(values > 0, mask=values.astype(np.int8) < 0)


def texts(choices: Sequence[str] | pa.Array, codes: Array) -> pa.Array:
    """Return the choice that each code stands for as plain text, missing where negative."""
    index = pa.array(codes.astype(np.int64, copy=False), mask=codes < 0)
    return pa.array(choices, pa.string()).take(index)

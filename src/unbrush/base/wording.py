"""Free text in the one form in which texts are compared: letters and digits, nothing else."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_IDEOGRAPHS_FROM = 0x2E80
IDEOGRAPH_LETTERS = 3


def plain(texts: pa.Array) -> pa.Array:
    """Return texts with form, case, spaces, punctuation and pictures taken away; null stays null.

    Width and compatibility forms are folded (NFKC), letters lowered; what remains are letters,
    their marks and digits of any script.
    """
    folded = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
    return pc.replace_substring_regex(folded, pattern=r"[^\p{L}\p{M}\p{N}]+", replacement="")


def code_points(texts: pa.Array) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return all characters of ``texts`` in one row, and where each text starts.

    Returns:
        Code points, and ``len(texts) + 1`` offsets into them; a null counts as empty.
    """
    whole = pc.fill_null(texts, "").cast(pa.string())
    lengths = pc.utf8_length(whole).to_numpy(zero_copy_only=False)
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    joined = "".join(whole.to_pylist())
    return np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32), offsets


def letter_weights(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Return how much each character says, in Latin letters: an ideograph says three."""
    return np.where(points >= _IDEOGRAPHS_FROM, IDEOGRAPH_LETTERS, 1)

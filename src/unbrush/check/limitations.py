"""What a check could not judge, and why: said beside every figure, for silence is not "clean"."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from unbrush.base.text.invented_text import told
from unbrush.base.text.wording import code_points, letter_weights, plain
from unbrush.check.documents import Document, words_of
from unbrush.check.gathering import Given
from unbrush.check.market import Judged
from unbrush.check.standing_in import Staged
from unbrush.check.terms import LIMITS

SHORT_LETTERS = 30
"""Letters below which copies meet by chance; an ideograph counts as three."""

FEW_RATINGS = 10


def limitations(
    judged: Judged, staged: Staged, given: Sequence[Given], reviews: Sequence[Document]
) -> list[Document]:
    """Return what could not be judged of one item's reviews, each with how many it is about.

    Args:
        judged: What the stages said.
        staged: What they were given.
        given: The reviews of the item.
        reviews: Their documents.
    """
    n_rated = sum(each["rating"] is not None for each in reviews)
    n_numbers = sum("rating" in each.values for each in given)
    no_text, short = _short(given)
    n_items = len({each["item_id"] for each in judged.reviews})
    found = {
        "no-accounts": len(given) if "account_id" in staged.absent else 0,
        "no-times": len(given) if "posted_at" in staged.absent else 0,
        "no-orders": len(given),
        "no-market": len(given) if n_items == 1 else 0,
        "no-ratings": len(given) if not n_rated else 0,
        "off-scale": n_numbers - n_rated,
        "few-ratings": n_rated if 0 < n_rated < FEW_RATINGS else 0,
        "no-text": no_text,
        "short-text": short,
        "no-style": _no_style(given) - no_text,
    }
    said = [{"code": code, "n": n, **words_of(LIMITS[code])} for code, n in found.items() if n]
    return said + [
        {
            "code": "detector-failed",
            "n": len(given),
            "zh": f"{row['title_zh']}：{row['because_zh']}",
            "en": f"{row['detector']}: {row['because_en']}",
        }
        for row in judged.coverage
        if row["status"] == "failed"
    ]


def _short(given: Sequence[Given]) -> tuple[int, int]:
    """Return how many reviews have no text, and how many one that is too short to compare."""
    texts = [each.values.get("text", "") for each in given]
    points, offsets = code_points(plain(pa.array(texts, pa.string())))
    weights = np.concatenate(([0], np.cumsum(letter_weights(points))))
    letters = weights[offsets[1:]] - weights[offsets[:-1]]
    n_empty = int(np.count_nonzero(letters == 0))
    return n_empty, int(np.count_nonzero(letters < SHORT_LETTERS)) - n_empty


def _no_style(given: Sequence[Given]) -> int:
    """Return of how many reviews it cannot be told whether a machine wrote them."""
    texts = pa.array([each.values.get("text", "") for each in given], pa.string())
    return int(np.count_nonzero(np.isnan(told(texts).log_odds)))

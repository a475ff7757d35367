"""Texts with known truth: posts, reviews and pages, written without looking at what looks for them.

`unbrush check` reads what is written here; the truth stands apart. Each module is one sort of
writer: `reviewing` (buyers), `supplied` (those who are paid), `calls` (those who pay), `baits`
(frauds), `neutral` (everybody else), `doorways` and `plain_pages`. `edits` and `masks` are what the
dishonest do to their texts; `voices` is how people differ.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from unbrush.base.errors import BadParameter
from unbrush.simulate.chance import Streams
from unbrush.simulate.texts.page_set import pages
from unbrush.simulate.texts.post_set import posts
from unbrush.simulate.texts.review_set import reviews

Pairs = Iterator[tuple[dict[str, Any], dict[str, Any]]]

SORTS: Mapping[str, Callable[..., Pairs]] = {"pages": pages, "posts": posts, "reviews": reviews}
"""What can be written, by name."""
N_LEVELS = 4


def write_texts(
    out: Path, *, sort: str, n: int = 1_000, level: int = 1, seed: int = 1
) -> dict[str, int]:
    """Write texts to be checked and the truth about them; the same arguments give the same bytes.

    Args:
        out: Folder for ``input.jsonl`` and ``truth.jsonl``, a line for each text, in one order;
            made if missing.
        sort: One of `SORTS`.
        n: Texts; the first of many are those of few.
        level: How well the dishonest hide, 0 (not at all) to 3.
        seed: Same seed, same texts.

    Returns:
        How many of each label.

    Raises:
        BadParameter: There is no such sort or level, or a number is out of bounds.
    """
    if sort not in SORTS:
        raise BadParameter(f"There are no texts called {sort}.", hint=f"{', '.join(SORTS)}.")
    if level not in range(N_LEVELS):
        raise BadParameter(f"There is no level {level}.", hint="0, 1, 2 or 3.")
    if seed < 0 or n < 1:
        raise BadParameter(f"{n} texts by seed {seed}.", hint="At least 1 text, a seed from 0 on.")
    pairs = SORTS[sort](Streams(seed), n, level=level)
    return write_pairs(out / "input.jsonl", out / "truth.jsonl", pairs)


def write_pairs(inputs: Path, truths: Path, pairs: Pairs) -> dict[str, int]:
    """Write records and their truth to two files, line by line; return how many of each label."""
    counts: dict[str, int] = {}
    for path in (inputs, truths):
        path.parent.mkdir(parents=True, exist_ok=True)
    with inputs.open("w", encoding="utf-8") as given, truths.open("w", encoding="utf-8") as known:
        for record, truth in pairs:
            given.write(json.dumps(record, ensure_ascii=False) + "\n")
            known.write(json.dumps(truth, ensure_ascii=False) + "\n")
            label = truth["label"] if "label" in truth else truth["kind"]
            counts[label] = counts.get(label, 0) + 1
    return {"texts": sum(counts.values()), **dict(sorted(counts.items()))}

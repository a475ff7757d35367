"""How likely a machine wrote a text: a small model of Chinese and English reviews, shipped with us.

It knows the style of two old generators (GPT-4 on hotels, GPT-2 on kitchen goods) beside people's;
what it says of newer ones is not known. Weights only, no texts: `invented_text_data/README.md`.
"""

import base64
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.text.grams import BUCKETS, LANGUAGES, STYLE, grams, languages, run_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Model:
    """What was learned of one language.

    Attributes:
        runs: The shortest and the longest run of characters that is looked at.
        weights: Of each run, `BUCKETS` of them, above 0 for a machine's.
        style: Of each share in `STYLE`.
        bias: Of every text.
        slope: What turns the sum into log-odds, both kinds being as frequent.
        offset: The same.
        threshold: Log-odds that at most one in a hundred held-out genuine texts of any set reached.
        min_letters: Letters from which something can be told; an ideograph counts as three.
    """

    runs: tuple[int, int]
    weights: Floats
    style: Floats
    bias: float
    slope: float
    offset: float
    threshold: float
    min_letters: int


class Told(NamedTuple):
    """What can be told of some texts, an element each.

    Attributes:
        language: The place of its language in `LANGUAGES`; 0 for one that is not known.
        letters: How long it is; an ideograph counts as three letters.
        log_odds: That a machine wrote it, both kinds being as frequent; not a number where that
            cannot be told, as the text is too short or in another language.
    """

    language: npt.NDArray[np.int8]
    letters: Ints
    log_odds: Floats

    @property
    def probability(self) -> Floats:
        """Return the probability that a machine wrote it, if half of all texts were a machine's."""
        return 1 / (1 + np.exp(-self.log_odds))

    @property
    def is_beyond(self) -> npt.NDArray[np.bool_]:
        """Return where hardly any genuine text is as high; False where nothing can be told."""
        least = [np.inf, *(models()[name].threshold for name in LANGUAGES[1:])]
        return self.log_odds >= np.array(least)[self.language]


def told(texts: pa.Array | pa.ChunkedArray) -> Told:
    """Say of each text how likely a machine wrote it, or that this cannot be told."""
    language, letters = languages(texts)
    log_odds = np.full(len(texts), np.nan)
    for number, name in enumerate(LANGUAGES):
        if not name:
            continue
        model = models()[name]
        rows = np.flatnonzero((language == number) & (letters >= model.min_letters))
        if len(rows):
            log_odds[rows] = _log_odds(model, texts.take(pa.array(rows)))
    return Told(language, letters, log_odds)


def _log_odds(model: Model, texts: pa.Array | pa.ChunkedArray) -> Floats:
    shortest, longest = model.runs
    found = grams(texts, shortest=shortest, longest=longest)
    # Every text that is long enough has at least one run.
    sums = np.add.reduceat(model.weights[found.buckets], found.starts[:-1])
    scores = sums / np.sqrt(np.diff(found.starts)) + found.style @ model.style + model.bias
    return model.slope * scores + model.offset


def telling(text: str, language: str, *, most: int = 3) -> list[str]:
    """Return the runs of a text that speak most for a machine, none within another."""
    model = models()[language]
    shortest, longest = model.runs
    found = run_of(text, shortest=shortest, longest=longest)
    weighed = sorted(found, key=lambda run: (-model.weights[found[run]], -len(run), run))
    kept: list[str] = []
    for run in weighed:
        word = run.strip()
        if len(word) < 2 or any(word in other or other in word for other in kept):
            continue
        kept.append(word)
        if len(kept) == most:
            break
    return kept


@cache
def models() -> dict[str, Model]:
    """Return the models that are shipped, by language."""
    path = files("unbrush.base.text").joinpath("invented_text_data", "model.json")
    return read_models(path.read_text(encoding="utf-8"))


def read_models(text: str) -> dict[str, Model]:
    """Read what `invented_text_training.learn` returned.

    Raises:
        ValueError: It is of another format, or was made for other features.
    """
    whole = json.loads(text)
    if whole.get("format") != FORMAT:
        raise ValueError(f"The model has format {whole.get('format')}, this version reads {FORMAT}")
    found = {}
    for language, own in whole["languages"].items():
        weights = np.frombuffer(base64.b64decode(own["weights"]), np.int8)
        if len(weights) != BUCKETS or set(own["style"]) != set(STYLE):
            raise ValueError(f"The model of {language} was made for other features; learn it anew")
        found[language] = Model(
            runs=(own["runs"][0], own["runs"][1]),
            weights=weights.astype(np.float64) * own["step"],
            style=np.array([own["style"][name] for name in STYLE]),
            **{key: own[key] for key in ("bias", "slope", "offset", "threshold", "min_letters")},
        )
    return found

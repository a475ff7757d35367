"""Learn which reviews a machine wrote, from labelled reviews; the same data give the same bytes.

Logistic regression on `unbrush.base.text.grams`, one for Chinese and one for English, by
accelerated gradient descent in one fixed order of sums. Each text is scored by a model that has
seen no text of its group (the hotel where the data have one): by these scores the probabilities are
calibrated (Platt, with his targets) and the threshold is set.
"""

import base64
import csv
import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.errors import SourceNotFound, UnreadableFile
from unbrush.base.text.grams import BUCKETS, LANGUAGES, STYLE, Grams, grams, languages

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SETS = ("cgor-home-kitchen-sample", "maide-up-hotel", "ott-deceptive-hotel")
FILE = "reviews.csv.gz"
FORMAT = 1
N_FOLDS = 5
RUNS = {"zh": (1, 3), "en": (2, 5)}  # characters
MIN_LETTERS = {"zh": 90, "en": 90}  # thirty ideographs, some twenty English words
RIDGE = 1e-4
N_STEPS = 600
FALSE_ALARMS = 0.01
STEPS = 127  # of a weight, so that it fits a byte


@dataclass(frozen=True, kw_only=True)
class Example:
    """A labelled review.

    Attributes:
        set: The data set that it is from.
        language: ``zh`` or ``en``.
        group: What it shares its words with: the hotel, or itself where none is known.
        text: What was written.
        is_generated: Whether a machine wrote it.
    """

    set: str
    language: str
    group: str
    text: str
    is_generated: bool


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What was learned of one language, before it is calibrated."""

    runs: Floats
    style: Floats
    bias: float

    def scores(self, found: Grams) -> Floats:
        """Return the score of each text; above 0 it resembles a machine's."""
        n_runs = np.maximum(np.diff(found.starts), 1)
        by_run = np.append(self.runs[found.buckets], 0.0)
        by_text = np.add.reduceat(by_run, found.starts[:-1])
        return by_text / np.sqrt(n_runs) + found.style @ self.style + self.bias


def read_examples(data: Path) -> list[Example]:
    """Read the labelled reviews under ``data``, in an order of their own.

    Raises:
        SourceNotFound: A set is not there.
        UnreadableFile: A set is not what it should be.
    """
    found: list[Example] = []
    for name in SETS:
        path = data / name / FILE
        if not path.is_file():
            raise SourceNotFound(
                f"{path} does not exist.", hint=f"DATA is a folder that has {', '.join(SETS)}."
            )
        try:
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                found += [_example(name, row) for row in csv.DictReader(file)]
        except (OSError, EOFError, KeyError, UnicodeDecodeError, csv.Error, zlib.error) as error:
            raise UnreadableFile(
                f"{path} cannot be read as labelled reviews: {error}.",
                hint="The columns are told in the README.md beside it.",
            ) from error
    return sorted(found, key=lambda each: (each.set, each.group, each.text))


def _example(name: str, row: dict[str, str]) -> Example:
    if name == "maide-up-hotel":
        # What was liked and what was disliked are two fields of a form; the longer one is taken, as
        # a text joined of two would be told by its joint and by what fills an empty field.
        text = max(row["upside"], row["downside"], key=len)
        language, group = row["language"], row["hotel_id"]
    else:
        text, language, group = row["text"], "en", row.get("hotel_id") or row["review_id"]
    # Paid people wrote the deceptive ones of Ott: people, for what is learned here.
    return Example(
        set=name,
        language=language,
        group=f"{name}/{group}",
        text=text,
        is_generated=row.get("is_generated") == "1",
    )


def fold_of(group: str) -> int:
    """Return to which of `N_FOLDS` a group belongs, wherever it stands."""
    return zlib.crc32(group.encode()) % N_FOLDS


def fitted(found: Grams, is_generated: Bools, rows: npt.NDArray[np.intp]) -> Weights:
    """Return a model of some texts; both kinds weigh the same, whatever their number."""
    share = np.array([(~is_generated[rows]).sum(), is_generated[rows].sum()], np.float64)
    weight = 0.5 / np.maximum(share[is_generated[rows].astype(np.intp)], 1)
    learned = _descend(
        found.starts, found.buckets, found.style, is_generated, rows, weight, RIDGE, N_STEPS
    )
    return Weights(runs=learned[:BUCKETS], style=learned[BUCKETS:-1], bias=float(learned[-1]))


@numba.njit(cache=True)
def _descend(starts, buckets, style, is_generated, rows, weight, ridge, n_steps):  # type: ignore[no-untyped-def]  # compiled
    """Minimise the weighted logistic loss (weights sum to one) by Nesterov's method."""
    n_style = style.shape[1]
    size = BUCKETS + n_style + 1
    at, ahead, slope = np.zeros(size), np.zeros(size), np.zeros(size)
    step = 1.0 / (0.25 * (2.0 + n_style) + ridge)
    for turn in range(n_steps):
        slope[:] = ridge * ahead
        slope[-1] = 0.0
        for place in range(len(rows)):
            text = rows[place]
            first, last = starts[text], starts[text + 1]
            unit = 1.0 / np.sqrt(max(last - first, 1))
            score = ahead[-1]
            for entry in range(first, last):
                score += ahead[buckets[entry]] * unit
            for mark in range(n_style):
                score += ahead[BUCKETS + mark] * style[text, mark]
            off = weight[place] * (1.0 / (1.0 + math.exp(-score)) - is_generated[text])
            for entry in range(first, last):
                slope[buckets[entry]] += off * unit
            for mark in range(n_style):
                slope[BUCKETS + mark] += off * style[text, mark]
            slope[-1] += off
        pull = turn / (turn + 3.0)
        for number in range(size):
            before = at[number]
            at[number] = ahead[number] - step * slope[number]
            ahead[number] = at[number] + pull * (at[number] - before)
    return at


def cross_scores(found: Grams, is_generated: Bools, folds: npt.NDArray[np.intp]) -> Floats:
    """Return the score of each text by a model that saw none of its fold."""
    scores = np.zeros(len(folds))
    for fold in range(N_FOLDS):
        model = fitted(found, is_generated, np.flatnonzero(folds != fold))
        own = folds == fold
        scores[own] = model.scores(found)[own]
    return scores


def platt(scores: Floats, is_generated: Bools) -> tuple[float, float]:
    """Return slope and offset that turn scores into log-odds, both kinds being as frequent.

    Newton's method on Platt's smoothed targets (J. Platt, 1999; H.-T. Lin et al., 2007).
    """
    n_generated = is_generated.sum()
    n_genuine = len(scores) - n_generated
    target = np.where(is_generated, (n_generated + 1) / (n_generated + 2), 1 / (n_genuine + 2))
    weight = np.where(is_generated, 0.5 / max(n_generated, 1), 0.5 / max(n_genuine, 1))
    line = np.array([1.0, 0.0])
    inputs = np.stack([scores, np.ones(len(scores))])
    for _ in range(50):
        said = 1 / (1 + np.exp(-(line @ inputs)))
        slope = inputs @ (weight * (said - target)) + 1e-6 * line
        bend = (inputs * (weight * said * (1 - said))) @ inputs.T + 1e-6 * np.eye(2)
        line = line - np.linalg.solve(bend, slope)
    return float(line[0]), float(line[1])


def threshold(genuine: Floats, share: float = FALSE_ALARMS) -> float:
    """Return the score that at most ``share`` of genuine texts reach, and not one text more."""
    allowed = math.floor(share * len(genuine))
    return float(np.nextafter(np.sort(genuine)[len(genuine) - allowed - 1], np.inf))


def auroc(scores: Floats, is_generated: Bools) -> float:
    """Return the chance that a generated text scores above a genuine one."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n = int(is_generated.sum())
    total = float(ranks[is_generated].sum())
    return (total - n * (n + 1) / 2) / (n * (len(scores) - n))


def expected_error(probability: Floats, is_generated: Bools, n_bins: int = 10) -> float:
    """Return the expected calibration error, both kinds being as frequent.

    The mean distance, over bins of equal width, between what is said and what is so.
    """
    kinds = np.bincount(is_generated.astype(np.intp), minlength=2)
    weight = 0.5 / np.maximum(kinds[is_generated.astype(np.intp)], 1)
    bins = np.minimum((probability * n_bins).astype(np.intp), n_bins - 1)
    off = np.bincount(bins, weight * (probability - is_generated), minlength=n_bins)
    return float(np.abs(off).sum())


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """Texts of one language that are long enough, each scored by a model that saw none like it.

    Attributes:
        sets: The data set of each.
        is_generated: Whether a machine wrote it.
        scores: The score of each.
        folds: The fold that it was held out with.
    """

    sets: npt.NDArray[np.str_]
    is_generated: Bools
    scores: Floats
    folds: npt.NDArray[np.intp]

    def threshold(self) -> float:
        """Return the score that at most one in a hundred genuine texts of *any* set reach."""
        genuine = [self.scores[~self.is_generated & (self.sets == name)] for name in SETS]
        return max(threshold(each) for each in genuine if len(each))

    def probability(self) -> Floats:
        """Return the calibrated probability of each, by what the other folds say."""
        found = np.zeros(len(self.scores))
        for fold in range(N_FOLDS):
            own = self.folds == fold
            slope, offset = platt(self.scores[~own], self.is_generated[~own])
            found[own] = 1 / (1 + np.exp(-(slope * self.scores[own] + offset)))
        return found


def held_out(examples: Sequence[Example], language: str) -> HeldOut:
    """Score the examples of a language by models that have seen nothing of their group."""
    own = [each for each in examples if each.language == language]
    texts = pa.array([each.text for each in own], pa.string())
    shortest, longest = RUNS[language]
    found = grams(texts, shortest=shortest, longest=longest)
    is_generated = np.array([each.is_generated for each in own])
    folds = np.array([fold_of(each.group) for each in own], np.intp)
    scores = cross_scores(found, is_generated, folds)
    known, letters = languages(texts)
    is_told = (known == LANGUAGES.index(language)) & (letters >= MIN_LETTERS[language])
    sets = np.array([each.set for each in own])
    return HeldOut(
        sets=sets[is_told],
        is_generated=is_generated[is_told],
        scores=scores[is_told],
        folds=folds[is_told],
    )


def learn(data: Path) -> str:
    """Return the trained model as the text of a JSON file.

    Args:
        data: A folder with the data sets `SETS`.

    Raises:
        SourceNotFound: A set is not there.
        UnreadableFile: A set is not what it should be.
    """
    examples = read_examples(data)
    model = {
        "format": FORMAT,
        "data": {name: fingerprint(data / name / FILE) for name in SETS},
        "languages": {language: learned(examples, language) for language in RUNS},
    }
    return json.dumps(model, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def fingerprint(path: Path) -> dict[str, Any]:
    """Return what identifies a set: of its content, not of how it was packed."""
    content = gzip.decompress(path.read_bytes())
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def learned(examples: Sequence[Example], language: str) -> dict[str, Any]:
    """Return the model of one language as it stands in the file, and its measured figures."""
    own = [each for each in examples if each.language == language]
    shortest, longest = RUNS[language]
    texts = pa.array([each.text for each in own], pa.string())
    is_generated = np.array([each.is_generated for each in own])
    found = grams(texts, shortest=shortest, longest=longest)
    weights = fitted(found, is_generated, np.arange(len(own)))
    test = held_out(examples, language)
    slope, offset = platt(test.scores, test.is_generated)
    step = float(np.abs(weights.runs).max()) / STEPS
    runs = np.rint(weights.runs / step).astype(np.int8)
    return {
        "runs": [shortest, longest],
        "min_letters": MIN_LETTERS[language],
        "step": round(step, 9),
        "weights": base64.b64encode(runs.tobytes()).decode("ascii"),
        "style": dict(zip(STYLE, np.round(weights.style, 5).tolist(), strict=True)),
        "bias": round(weights.bias, 5),
        "slope": round(slope, 5),
        "offset": round(offset, 5),
        "threshold": round(slope * test.threshold() + offset, 5),
        "measured": measured(test),
    }


def measured(test: HeldOut) -> dict[str, Any]:
    """Return the figures of held-out texts: of all, and of each set."""
    least = test.threshold()
    said = test.probability()
    figures: dict[str, Any] = {"expected_error": round(expected_error(said, test.is_generated), 4)}
    for name in ("all", *SETS):
        own = (test.sets == name) | (name == "all")
        scores, kind = test.scores[own], test.is_generated[own]
        n_generated, n_genuine = int(kind.sum()), int((~kind).sum())
        if not len(scores):
            continue
        of: dict[str, Any] = {"n_generated": n_generated, "n_genuine": n_genuine}
        of["false_alarms"] = round(float((scores[~kind] >= least).mean()), 4)
        if n_generated:
            of["auroc"] = round(auroc(scores, kind), 4)
            of["recall"] = round(float((scores[kind] >= least).mean()), 4)
        figures[name] = of
    return figures

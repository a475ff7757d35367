"""Invented text: what is told of machine-written reviews, held out by group, across generators.

Nothing is fitted to what it is measured on: the figures "by group" are of models that saw no
text of the hotel; those "across" of models that saw one set and are asked of the other.
Genuine Chinese reviews of goods, takeaway and hotels were never learned from.
"""

import sys

import numpy as np
import pyarrow as pa
from measured import DATA
from measured import table as rows_table
from review_words import texts as genuine_texts

from unbrush.base.text import invented_text_training as training
from unbrush.base.text.grams import LANGUAGES, grams, languages
from unbrush.base.text.invented_text import told

BANDS = ((1, 60), (60, 90), (90, 150), (150, 300), (300, 10**9))
SHORT = {
    "cgor-home-kitchen-sample": "GPT-2, kitchen",
    "maide-up-hotel": "GPT-4, hotels",
    "ott-deceptive-hotel": "Ott, people",
}


class Texts:
    """The examples of one language, in numbers."""

    def __init__(self, examples: list[training.Example], language: str) -> None:
        own = [each for each in examples if each.language == language]
        texts = pa.array([each.text for each in own], pa.string())
        shortest, longest = training.RUNS[language]
        self.language = language
        self.grams = grams(texts, shortest=shortest, longest=longest)
        self.sets = np.array([each.set for each in own])
        self.is_generated = np.array([each.is_generated for each in own])
        self.folds = np.array([training.fold_of(each.group) for each in own], np.intp)
        known, self.letters = languages(texts)
        self.is_known = known == LANGUAGES.index(language)
        self.is_long = self.is_known & (self.letters >= training.MIN_LETTERS[language])


def main() -> None:
    """Print the tables of docs/benchmarks.md."""
    if not (DATA / "maide-up-hotel").is_dir():
        sys.exit(f"maide-up-hotel is not under {DATA}; set UNBRUSH_DATA to where it is")
    examples = training.read_examples(DATA)
    for language in training.RUNS:
        found = Texts(examples, language)
        by_group(found)
        by_length(found)
    across(Texts(examples, "en"))
    genuine()


def table(title: str, rows: list[dict]) -> None:
    print(f"{title}\n")
    rows_table(rows)


def by_group(found: Texts) -> None:
    scores = training.cross_scores(found.grams, found.is_generated, found.folds)
    long = found.is_long
    test = training.HeldOut(
        sets=found.sets[long],
        is_generated=found.is_generated[long],
        scores=scores[long],
        folds=found.folds[long],
    )
    found.scores = scores
    rows = []
    for name in ("all", *training.SETS):
        own = (test.sets == name) | (name == "all")
        rows.append(row_of(name, test.scores[own], test.is_generated[own], test.threshold()))
    table(f"{found.language}: held out by group, 90 letters or more", [row for row in rows if row])
    error = training.expected_error(test.probability(), test.is_generated)
    print(f"expected calibration error {error:.3f}")


def row_of(name: str, scores: np.ndarray, kind: np.ndarray, least: float) -> dict:
    """Return the figures of some texts; the threshold is given, "at 1 %" is by their own."""
    if not len(scores):
        return {}
    genuine, generated = scores[~kind], scores[kind]
    row = {"set": SHORT.get(name, name), "generated": len(generated), "genuine": len(genuine)}
    row |= {"AUROC": "–", "recall at 1 %": "–", "recall at threshold": "–"}
    if len(generated) and len(genuine):
        row["AUROC"] = f"{training.auroc(scores, kind):.3f}"
        row["recall at 1 %"] = f"{(generated >= training.threshold(genuine)).mean():.3f}"
        row["recall at threshold"] = f"{(generated >= least).mean():.3f}"
    alarms = int((genuine >= least).sum())
    return row | {"false alarms": f"{alarms} ({alarms / max(len(genuine), 1):.2%})"}


def by_length(found: Texts) -> None:
    rows = []
    for first, last in BANDS:
        own = found.is_known & (found.letters >= first) & (found.letters < last)
        own &= found.sets == "maide-up-hotel"
        kind, scores = found.is_generated[own], found.scores[own]
        rows.append(
            {
                "letters from": first,
                "generated": int(kind.sum()),
                "genuine": int((~kind).sum()),
                "AUROC": f"{training.auroc(scores, kind):.3f}",
            }
        )
    table(f"{found.language}: GPT-4 on hotels by length", rows)


def across(found: Texts) -> None:
    """Learn from one set of generated texts, ask of the other; and of Ott without Ott."""
    cgor, maide, ott = training.SETS
    rows = []
    for learned, asked in ((cgor, maide), (maide, cgor), (cgor, ott), (maide, ott)):
        rows.append(transfer(found, (learned,), asked))
    rows.append(transfer(found, (cgor, maide), ott))
    rows.append(transfer(found, (cgor, ott), maide))
    rows.append(transfer(found, (maide, ott), cgor))
    table("en: learned from one, asked of another", rows)


def transfer(found: Texts, learned: tuple[str, ...], asked: str) -> dict:
    inside = np.isin(found.sets, learned)
    rows = np.flatnonzero(inside)
    model = training.fitted(found.grams, found.is_generated, rows)
    scores = model.scores(found.grams)
    held = np.zeros(len(scores))
    for fold in range(training.N_FOLDS):
        part = inside & (found.folds == fold)
        own = training.fitted(
            found.grams, found.is_generated, np.flatnonzero(inside & (found.folds != fold))
        )
        held[part] = own.scores(found.grams)[part]
    known = inside & found.is_long & ~found.is_generated
    least = max(training.threshold(held[known & (found.sets == name)]) for name in learned)
    own = (found.sets == asked) & found.is_long
    row = row_of(asked, scores[own], found.is_generated[own], least)
    return {"learned from": " + ".join(SHORT[name] for name in learned), **row}


def genuine() -> None:
    """Ask the model that is shipped of genuine reviews that it has never seen."""
    rows = []
    every = genuine_texts()
    for kind in ("", *sorted({kind for kind, _, _ in every})):
        own = pa.array([text for of, text, _ in every if not kind or of == kind], pa.string())
        said = told(own)
        n = int((~np.isnan(said.log_odds)).sum())
        alarms = int(said.is_beyond.sum())
        rows.append(
            {
                "category": kind or "all",
                "reviews": len(own),
                "cannot tell": f"{1 - n / len(own):.1%}",
                "flagged": alarms,
                "of those told": f"{alarms / max(n, 1):.3%}",
            }
        )
    table("zh: genuine reviews that were never learned from, the shipped model", rows)


if __name__ == "__main__":
    main()

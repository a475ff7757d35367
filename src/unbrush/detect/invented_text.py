"""Invented text: a written review in the style of a machine's.

What it finds: Chinese and English reviews whose short runs of characters and way of dividing
    sentences resemble what two generators wrote more than what people write: at most one in a
    hundred genuine reviews of any set held out in training was as high.
Why it is fake: Who has been somewhere writes of it; who has not, and has a hundred reviews to
    deliver, lets a machine write them.
Look-alikes: Short texts, of which nothing can be told. Default praise, tags, and texts that the
    platform helped to write or translated (``text_source``), which are a machine's and honest.
    Fluent people who write whole sentences. Languages and scripts that the model does not know.
Score: Half of the probability that a machine wrote it, were half of all reviews a machine's: never
    above 0.5, for a text alone is never enough. E1. Who lets a machine polish what is true
    looks the same, and so may people; what newer machines write may not be found at all.
Check by hand: 1. Read it: is there anything that only a guest or buyer knows? 2. Read the author's
    other reviews beside it. 3. Look for evidence of another kind; without it do nothing.
Cost: Reads reviews; one compiled pass, some 20 µs for a review of fifty characters on one core.
References: docs/benchmarks.md, Invented text; `unbrush.base.text.invented_text`; the data and
    licences of its model in ``base/text/invented_text_data/README.md``; calibration by J. Platt
    (1999).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text.grams import LANGUAGES
from unbrush.base.text.invented_text import telling, told
from unbrush.base.text.stock_phrases import is_default
from unbrush.base.words import Words

NOT_WRITTEN = ["default", "tag", "assisted"]
BATCH = 65_536  # reviews whose texts are worked on at a time
MOST_SCORE = 0.5  # of a text alone
NAMES = {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")}


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a text resembles a machine's too much."""

    min_probability: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Least probability that a machine wrote it."
    )
    min_letters: int = bounded(
        90, at_least=90, doc="Letters below which nothing is told; an ideograph is three."
    )


def compute(params: Params, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the reviews that read like a machine's."""
    reviews = tables["reviews"]
    by_machine = pc.is_in(reviews["text_source"], value_set=pa.array(NOT_WRITTEN))
    written = pc.and_(pc.is_valid(reviews["text"]), pc.invert(by_machine)).to_numpy()
    found: list[dict[str, Any]] = []
    for first in range(0, reviews.num_rows, BATCH):
        rows = first + np.flatnonzero(written[first : first + BATCH])
        found += _found(params, reviews.select(["review_id", "text"]).take(pa.array(rows)))
    return pa.Table.from_pylist(found, schema=_schema(reviews.schema.field("review_id").type))


def _found(params: Params, reviews: pa.Table) -> list[dict[str, Any]]:
    """Return the signals of some written reviews."""
    texts = reviews["text"].combine_chunks()
    said = told(texts)
    probability = said.probability
    is_odd = said.is_beyond & (probability >= params.min_probability)
    is_odd &= said.letters >= params.min_letters
    is_odd &= ~np.asarray(pc.fill_null(is_default(texts), False))
    found = []
    for place in np.flatnonzero(is_odd).tolist():
        review = reviews["review_id"][place].as_py()
        language = LANGUAGES[said.language[place]]
        found.append(
            {
                "subject_id": review,
                "evidence_ids": [review],
                "score": round(MOST_SCORE * float(probability[place]), 6),
                "probability": round(float(probability[place]), 4),
                "language": language,
                "n_letters": int(said.letters[place]),
                "telling": telling(texts[place].as_py(), language),
            }
        )
    return found


def _schema(id_type: pa.DataType) -> pa.Schema:
    return pa.schema(
        {
            "subject_id": id_type,
            "evidence_ids": pa.list_(id_type),
            "score": pa.float64(),
            "probability": pa.float64(),
            "language": pa.string(),
            "n_letters": pa.int64(),
            "telling": pa.list_(pa.string()),
        }
    )


def explain(facts: Facts) -> Words:
    """Say how alike it is to a machine's, by what, and that this alone proves nothing."""
    language = NAMES[facts["language"]]
    share = min(facts["probability"], 0.99)  # nothing of the kind is certain
    runs = facts["telling"]
    zh, en = "、".join(f"“{run}”" for run in runs), ", ".join(f"“{run}”" for run in runs)
    return Words(
        zh=f"这条{language.zh}评价的文字风格像机器生成"
        f"（若机器与真人各占一半，概率为 {share:.0%}），最明显的片段：{zh}。"
        "真人原创约有百分之一也会如此，仅凭文字不足以认定。",
        en=f"This {language.en} review reads like a machine's (probability {share:.0%}, were half "
        f"of all reviews a machine's), most of all by {en}. Of people's own reviews about 1 in 100 "
        "do, too: the text alone is never enough.",
    )


DETECTOR = Detector(
    name="invented-text",
    title=Words("疑似机器生成的评价", "a review in the style of a machine"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "text")},
    uses={"reviews": ("text_source",)},
    evidence="reviews",
    look_alikes={
        "short-text": Words("太短、无从判断的文字", "texts too short to tell"),
        "default-praise": Words("系统默认好评、标签", "default praise and tags"),
        "assisted-writing": Words(
            "平台辅助填写或翻译的文字", "texts that the platform helped with or translated"
        ),
        "fluent-people": Words("文笔流畅的真人", "people who write fluently"),
        "other-language": Words("模型不懂的语言和文字", "languages and scripts it does not know"),
    },
    params=Params(),
    compute=compute,
    explain=explain,
)

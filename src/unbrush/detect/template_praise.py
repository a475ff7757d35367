"""Template praise: one frame of stock clauses, filled in by many accounts.

What it finds: Praise in one shop that is the same row of clauses with slots ("宝贝{…}，物流很快，
    {…}，好评"), by at least ``min_accounts`` accounts in at least ``min_texts`` different fills,
    and far more often than these clauses meet by chance there.
Why it is fake: Who is paid to praise many things works from skeletons and changes a word here and
    there, so that no two texts are the same. Buyers share the clauses but not their combination.
Look-alikes: Stock clauses in free combination meet as often as their own frequencies say. Default
    praise, tags and assisted texts are known by ``text_source``, by the platform's own sentences,
    or by standing letter for letter in the market's shops. A form that asks everybody the same
    questions gives the same frame in other shops too, and its labels ("外观：") do not count. One
    phrase that everybody uses is less than three clauses. One person who writes alike about
    everything is one account. The same text over and over is `repeated-text`. Complaints that
    agree (a rating of ``complaint`` or less) are not praise.
Score: e / (e + min_accounts), where e is the number of accounts beyond those expected; two thirds
    of it where there are no other shops to compare with: a form's questions cannot be told there.
    E1.
Check by hand: 1. Read the fills side by side. 2. See whether the slots say anything that only this
    item has. 3. See whether its buyers were asked these questions by the platform.
Cost: Reads reviews and items; 7 s a million reviews on one core, most of it to split the texts;
    works through some shops at a time.
References: docs/architecture.md, Evidence; Poisson tail bound (Chernoff), shared among all that is
    tested in a shop (Bonferroni).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text.frames import Frame, Rules, frames
from unbrush.base.text.own_words import own_words
from unbrush.base.words import Words, counted

UNCOMPARED = 2 / 3  # of the score


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a row of clauses is a template. An ideograph counts as three letters."""

    min_accounts: int = bounded(5, at_least=3, doc="Accounts in one shop that fill it.")
    min_texts: int = bounded(3, at_least=2, doc="Different fills among theirs.")
    min_reviews: int = bounded(30, at_least=10, doc="Written reviews of a shop to be judged.")
    min_letters: int = bounded(24, at_least=12, doc="Letters that are the same in all fills.")
    min_lift: float = bounded(8.0, at_least=1.5, doc="Times as many accounts as chance gives.")
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance of one by chance in a shop."
    )
    complaint: float = bounded(3.0, at_least=0, doc="Rating up to which a review is no praise.")


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the reviews that fill a frame of their shop."""
    own = own_words(events, columns=["rating"])
    is_praise = pc.fill_null(pc.greater(own.reviews["rating"], params.complaint), True)
    rows = np.flatnonzero(is_praise.to_numpy())
    rules = Rules(
        min_accounts=params.min_accounts,
        min_texts=params.min_texts,
        min_place=params.min_reviews,
        min_letters=params.min_letters,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
    )
    found = frames(own.texts_of(rows), own.accounts[rows], own.shops[rows], rules=rules)
    shops = _shops_with(found)
    ids = own.reviews["review_id"].combine_chunks()
    out = [
        {**_facts(params, frame, shops[frame.template]), "row": int(rows[row])}
        for frame in found
        for row in frame.rows
    ]
    if not out:
        return pa.table({"subject_id": ids[:0], "score": pa.array([], pa.float64())})
    table = pa.Table.from_pylist(out)
    subjects = ids.take(table["row"].combine_chunks())
    alone = pa.array(np.arange(len(out) + 1), pa.int32())
    return (
        table.drop_columns("row")
        .append_column("subject_id", subjects)
        .append_column("evidence_ids", pa.ListArray.from_arrays(alone, subjects))
    )


def _shops_with(found: list[Frame]) -> dict[str, int]:
    """Return in how many shops each template was found."""
    n_shops: dict[str, int] = {}
    for frame in found:
        n_shops[frame.template] = n_shops.get(frame.template, 0) + 1
    return n_shops


def _facts(params: Params, frame: Frame, n_shops: int) -> dict[str, object]:
    excess = frame.n_accounts - frame.expected
    score = excess / (excess + params.min_accounts)
    return {
        "score": round(score if frame.is_compared else UNCOMPARED * score, 6),
        "template": frame.template,
        "n_accounts": frame.n_accounts,
        "n_texts": frame.n_texts,
        "n_in_shop": frame.n_place,
        "n_shops": n_shops,
        "expected_accounts": round(frame.expected, 4),
        "is_compared": frame.is_compared,
    }


def explain(facts: Facts) -> Words:
    """Show the template, who filled it in, and how many would by chance."""
    usual, accounts, texts = facts["expected_accounts"], facts["n_accounts"], facts["n_texts"]
    alone_zh = "" if facts["is_compared"] else "（没有其他店铺可比，不能排除平台统一提问）"
    alone_en = (
        ""
        if facts["is_compared"]
        else " There are no other shops to compare with: the platform may have asked for it."
    )
    return Words(
        zh=f"{accounts} 个账号在本店以 {texts} 种填法套用同一模板“{facts['template']}”，"
        f"按这些短句各自的频率约应有 {usual:.3g} 个{alone_zh}。",
        en=f"{counted(accounts, 'account')} filled in the same template in this shop in "
        f"{counted(texts, 'way')}, “{facts['template']}”; by the frequency of its clauses "
        f"about {usual:.3g} would.{alone_en}",
    )


DETECTOR = Detector(
    name="template-praise",
    title=Words("套用模板的好评", "praise filled into a template"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "account_id", "item_id", "text")},
    uses={
        "reviews": ("shop_id", "text_source", "append_of", "rating"),
        "items": ("item_id", "shop_id"),
    },
    evidence="reviews",
    look_alikes={
        "free-combination": Words("常用短句的自由组合", "stock clauses in free combination"),
        "default-praise": Words(
            "系统默认好评、标签、辅助文字", "default praise, tags, assisted texts"
        ),
        "unmarked-default": Words("未标明来源的系统默认好评", "default praise that nothing marks"),
        "same-questions": Words("平台统一提问的评价表单", "a form that asks everybody the same"),
        "short-phrase": Words("人人都用的短语", "phrases that everybody uses"),
        "own-words-again": Words("同一人的习惯写法", "one person who always writes alike"),
        "agreeing-complaints": Words("内容相近的差评", "complaints that agree"),
    },
    params=Params(),
    stream=stream,
    explain=explain,
)

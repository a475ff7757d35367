"""Copied from the listing: reviews that are made of the item's title, by many accounts.

What it finds: Reviews of one item by at least ``min_accounts`` accounts that each contain at least
    ``min_span`` letters in a row of its title, and at least ``min_title`` of it, where other items
    have few such reviews.
Why it is fake: Whoever writes without the goods has only the page to write from; and keywords
    copied from a title into reviews help the item to be found.
Look-alikes: A customer who quotes the title, to say what was delivered or what was not, is one of
    few. The name of the product ("iPhone 15 Pro Max") is part of the title, not most of it. A
    platform that prints the title into every review does so everywhere: other shops have as many.
    Short titles are no more than names. Default praise, tags and assisted texts do not count. Who
    complains (a rating of ``complaint`` or less) quotes what was promised.
Score: (1 - expected / found) × the share of the review that is copied, two thirds of it where
    there are no other shops to compare with. E1.
Check by hand: 1. Lay title and reviews side by side. 2. What do the reviews add of their own? 3.
    See whether the platform's form inserts the title.
Cost: Reads reviews and items; 6 s a million reviews on one core.
References: docs/architecture.md, Evidence; Poisson tail bound (Chernoff).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.beside_category import beside_category
from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text.own_words import OwnWords, numbers, own_words
from unbrush.base.text.passages import longest_common
from unbrush.base.text.wording import code_points, letter_weights, plain
from unbrush.base.words import Words, counted

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
UNCOMPARED = 2 / 3  # of the score


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a review is taken from the title. An ideograph counts as three letters."""

    min_span: int = bounded(36, at_least=12, doc="Letters in a row that review and title share.")
    min_title: float = bounded(
        0.5, at_least=0.2, at_most=1.0, doc="Share of the title that these are."
    )
    min_accounts: int = bounded(5, at_least=2, doc="Accounts that copy from one title.")
    min_lift: float = bounded(5.0, at_least=1.5, doc="Times as many as in other shops.")
    min_others: int = bounded(
        200, at_least=50, doc="Reviews of other shops by which a share is usual."
    )
    anywhere: float = bounded(
        0.002, at_least=1e-5, at_most=1.0, doc="Share of such reviews that is usual anywhere."
    )
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Largest chance of any by chance in a market."
    )
    complaint: float = bounded(3.0, at_least=0, doc="Rating up to which a review is a complaint.")


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the reviews that copy their item's title."""
    own = own_words(events, columns=["rating"], of_items=["title"])
    span, title_letters, letters = _spans(own)
    calm = pc.fill_null(pc.greater(own.reviews["rating"], params.complaint), True).to_numpy()
    odd = (span >= params.min_span) & (span >= params.min_title * title_letters) & calm
    items = numbers(own.reviews["item_id"])
    shares = beside_category(
        odd,
        items=items,
        shops=own.shops,
        categories=np.zeros_like(items),
        accounts=own.accounts,
        min_others=params.min_others,
        anywhere=params.anywhere,
    )
    found = shares.beyond(
        min_odd=params.min_accounts,
        min_lift=params.min_lift,
        min_share=0.0,
        max_chance=params.max_chance,
    )
    rows = np.flatnonzero(odd & found[items]) if len(items) else np.zeros(0, np.int64)
    item = items[rows]
    copied = span[rows] / np.maximum(letters[rows], 1)
    excess = 1 - shares.expected[item] / np.maximum(shares.accounts[item], 1)
    weight = np.where(shares.n_others[item] > 0, 1.0, UNCOMPARED)
    ids = own.reviews["review_id"].combine_chunks().take(pa.array(rows))
    alone = pa.array(np.arange(len(rows) + 1), pa.int32())
    return pa.table(
        {
            "subject_id": ids,
            "score": pa.array(np.round(excess * weight * copied, 6)),
            "evidence_ids": pa.ListArray.from_arrays(alone, ids),
            "n_letters": pa.array(span[rows]),
            "share_copied": pa.array(np.round(copied, 4)),
            "share_of_title": pa.array(np.round(span[rows] / title_letters[rows], 4)),
            "n_accounts": pa.array(shares.accounts[item]),
            "n_reviews": pa.array(shares.n[item]),
            "usual_share": pa.array(np.round(shares.usual[item], 5)),
        }
    )


def _spans(own: OwnWords) -> tuple[Ints, Ints, Ints]:
    """Return letters of the longest run that each review shares with its title, of both whole."""
    items = own.items
    at = pc.fill_null(
        pc.index_in(own.reviews["item_id"], value_set=items["item_id"].combine_chunks()), -1
    )
    known = at.to_numpy().astype(np.int64)
    titles, title_offsets = code_points(plain(items["title"].cast(pa.string()).combine_chunks()))
    title_offsets = np.append(title_offsets, title_offsets[-1])  # the unknown item's, empty
    known = np.where(known >= 0, known, len(title_offsets) - 2)
    run = np.zeros(len(known), np.int64)
    for which, texts in own.texts():
        bare = code_points(plain(texts))
        run[which] = longest_common(*bare, titles, title_offsets, known[which])
    title_weights = np.concatenate(([0], np.cumsum(letter_weights(titles))))
    letters = own.letters
    title_letters = np.diff(title_weights[title_offsets])[known]
    # A run's letters by the title's mean weight: which of several longest it is does not matter.
    mean = title_letters / np.maximum(np.diff(title_offsets)[known], 1)
    span = np.minimum(np.minimum((run * mean).astype(np.int64), title_letters), letters)
    return span, title_letters, letters


def explain(facts: Facts) -> Words:
    """Say how much was copied, and how many did the same."""
    accounts, of_title = facts["n_accounts"], facts["share_of_title"]
    return Words(
        zh=f"该评价有 {facts['share_copied']:.0%} 照抄商品标题（标题的 {of_title:.0%}）；"
        f"该商品 {facts['n_reviews']} 条评价中有 {accounts} 个账号如此，"
        f"其他店铺通常为 {facts['usual_share']:.2%}。",
        en=f"{facts['share_copied']:.0%} of this review is copied from the title ({of_title:.0%} "
        f"of it); {counted(accounts, 'account')} among "
        f"the {counted(facts['n_reviews'], 'review')} of "
        f"this item did so, {facts['usual_share']:.2%} is usual in other shops.",
    )


DETECTOR = Detector(
    name="copied-from-listing",
    title=Words("照抄商品标题的评价", "reviews copied from the listing"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "reviews": ("review_id", "account_id", "item_id", "text"),
        "items": ("item_id", "title"),
    },
    uses={
        "reviews": ("shop_id", "text_source", "append_of", "rating"),
        "items": ("shop_id",),
    },
    evidence="reviews",
    look_alikes={
        "quoted-title": Words("个别引用标题的顾客", "customers who quote the title, a few"),
        "product-name": Words("说出品名型号的评价", "reviews that name the product"),
        "printed-title": Words("平台自动带出标题", "a platform that prints the title into reviews"),
        "short-title": Words("标题本身很短", "a title that is no more than a name"),
        "complaint": Words("引用标题投诉货不对板", "complaints that quote what was promised"),
        "default-praise": Words(
            "系统默认好评、标签、辅助文字", "default praise, tags, assisted texts"
        ),
    },
    params=Params(),
    stream=stream,
    explain=explain,
)

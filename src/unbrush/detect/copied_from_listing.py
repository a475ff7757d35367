"""Copied from the listing: reviews that are made of the item's title, by many accounts.

What it finds: Reviews of one item by at least ``min_accounts`` accounts that repeat its page, where
    other items have few such reviews. A review repeats the page if it has ``min_span`` letters in a
    row, and ``min_title``, of the title; or if at least ``min_copied`` of it are clauses that are
    nothing but lines of the title, or of other titles of the category. By such lines an item is
    found if its reviews have ``min_lines`` different ones.
Why it is fake: Whoever writes without the goods has only the page to write from; and keywords
    copied from a title into reviews help the item to be found.
Look-alikes: A customer who quotes the title, to say what was delivered or what was not, is one of
    few, and says something about the quotation in the same clause. The name of the product ("iPhone
    15 Pro Max", or all that stands before the first gap) is part of the title, not most of it, and
    no line. One line that everybody agrees with is one; what the reviews of ``saying`` shops say is
    a saying. A platform that prints the title into every review does so everywhere: what more than
    ``custom`` of the shops do is usual. Short titles are no more than names. Default praise, tags
    and assisted texts do not count, nor do lines of stock praise. Who complains (a rating of
    ``complaint`` or less) quotes what was promised.
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

from unbrush.base.beside_category import Shares
from unbrush.base.beside_custom import beside_custom
from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text.listing_lines import listing, repeated, titles_of
from unbrush.base.text.own_words import OwnWords, numbers, of_item, own_words
from unbrush.base.text.passages import longest_common
from unbrush.base.text.wording import code_points, letter_weights, plain
from unbrush.base.words import Words, counted

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Marks = npt.NDArray[np.uint64]
UNCOMPARED = 2 / 3  # of the score
NOWHERE = -2  # the category of an item that is not known


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a review is taken from the title. An ideograph counts as three letters."""

    min_span: int = bounded(36, at_least=12, doc="Letters in a row that review and title share.")
    min_title: float = bounded(
        0.5, at_least=0.2, at_most=1.0, doc="Share of the title that these are."
    )
    min_line: int = bounded(14, at_least=9, doc="Letters of a clause that can be a line.")
    min_copied: float = bounded(
        0.25, at_least=0.05, at_most=1.0, doc="Share of a review that such clauses make up."
    )
    min_lines: int = bounded(3, at_least=1, doc="Different lines in the reviews of one item.")
    saying: int = bounded(
        8, at_least=2, doc="Shops in whose reviews a line is said, from which it is a saying."
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
    custom: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of shops; what more of them do is usual."
    )
    complaint: float = bounded(3.0, at_least=0, doc="Rating up to which a review is a complaint.")


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the reviews that copy their item's page."""
    own = own_words(events, columns=["rating"], of_items=["title", "category"])
    items = numbers(own.reviews["item_id"])
    calm = pc.fill_null(pc.greater(own.reviews["rating"], params.complaint), True).to_numpy()
    span, title_letters = _spans(own)
    reviews, marks, listed = _lines(own, params)
    whole = (span >= params.min_span) & (span >= params.min_title * title_letters) & calm
    lines = (listed >= params.min_copied * own.letters) & (listed > 0) & calm
    shares, found = _found(params, own, items, whole)
    n_lines = _different(items, lines, reviews, marks, size=len(found))
    by_lines, found_by_lines = _found(params, own, items, whole | lines)
    found_by_lines &= n_lines >= params.min_lines
    copied = (whole & found[items]) | ((whole | lines) & found_by_lines[items])
    rows = np.flatnonzero(copied)
    item = items[rows]
    accounts, n, expected, usual, n_others = (
        np.where(found_by_lines, getattr(by_lines, name), getattr(shares, name))[item]
        for name in ("accounts", "n", "expected", "usual", "n_others")
    )
    letters = np.maximum(span, listed)[rows]
    share = np.minimum(letters / np.maximum(own.letters[rows], 1), 1.0)
    of_title = span[rows] / np.maximum(title_letters[rows], 1)
    excess = 1 - expected / np.maximum(accounts, 1)
    weight = np.where(n_others > 0, 1.0, UNCOMPARED)
    ids = own.reviews["review_id"].combine_chunks().take(pa.array(rows))
    alone = pa.array(np.arange(len(rows) + 1), pa.int32())
    return pa.table(
        {
            "subject_id": ids,
            "score": pa.array(np.round(excess * weight * share, 6)),
            "evidence_ids": pa.ListArray.from_arrays(alone, ids),
            "n_letters": pa.array(letters),
            "share_copied": pa.array(np.round(share, 4)),
            "share_of_title": pa.array(np.round(of_title, 4)),
            "n_lines": pa.array(n_lines[item]),
            "n_accounts": pa.array(accounts),
            "n_reviews": pa.array(n),
            "usual_share": pa.array(np.round(usual, 5)),
        }
    )


def _found(params: Params, own: OwnWords, items: Ints, odd: Bools) -> tuple[Shares, Bools]:
    """Return the share of odd reviews of each item, and which items have far more than usual."""
    shares = beside_custom(
        odd,
        items=items,
        shops=own.shops,
        categories=numbers(of_item(own.reviews, own.items, "category")),
        accounts=own.accounts,
        min_others=params.min_others,
        anywhere=params.anywhere,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
        custom=params.custom,
    )
    return shares, shares.beyond(
        min_odd=params.min_accounts,
        min_lift=params.min_lift,
        min_share=0.0,
        max_chance=params.max_chance,
    )


def _lines(own: OwnWords, params: Params) -> tuple[Ints, Marks, Ints]:
    """Return clauses that are lines of listings, by review and hash; and letters by review."""
    categories = numbers(own.items["category"])
    page = listing(own.items["title"].cast(pa.string()).combine_chunks(), categories)
    title, category = titles_of(own), np.append(categories, NOWHERE)
    reviews, marks, letters = [np.empty(0, np.int64)], [np.empty(0, np.uint64)], [np.empty(0, int)]
    for which, texts in own.texts():
        at = title[which]
        text, mark, size = repeated(texts, page, at, category[at], params.min_line)
        reviews.append(which[text])
        marks.append(mark)
        letters.append(size)
    review, mark = np.concatenate(reviews), np.concatenate(marks)
    _, codes = np.unique(mark, return_inverse=True)
    span = int(codes.max(initial=0)) + 1
    n_shops = np.bincount(np.unique(own.shops[review] * span + codes) % span, minlength=span)
    kept = n_shops[codes] < params.saying
    n = np.bincount(review[kept], np.concatenate(letters)[kept], minlength=len(own.letters))
    return review[kept], mark[kept], n.astype(np.int64)


def _different(items: Ints, odd: Bools, reviews: Ints, marks: Marks, *, size: int) -> Ints:
    """Return how many different lines the odd reviews of each item have."""
    said = odd[reviews]
    _, codes = np.unique(marks[said], return_inverse=True)
    span = int(codes.max(initial=0)) + 1
    return np.bincount(np.unique(items[reviews[said]] * span + codes) // span, minlength=size)


def _spans(own: OwnWords) -> tuple[Ints, Ints]:
    """Return letters of the longest run that each review shares with its title, and of that."""
    known = titles_of(own)
    titles, title_offsets = code_points(
        plain(own.items["title"].cast(pa.string()).combine_chunks())
    )
    title_offsets = np.append(title_offsets, title_offsets[-1])  # the unknown item's, empty
    known = np.where(known >= 0, known, len(title_offsets) - 2)
    run = np.zeros(len(known), np.int64)
    for which, texts in own.texts():
        bare = code_points(plain(texts))
        run[which] = longest_common(*bare, titles, title_offsets, known[which])
    title_weights = np.concatenate(([0], np.cumsum(letter_weights(titles))))
    title_letters = np.diff(title_weights[title_offsets])[known]
    # A run's letters by the title's mean weight: which of several longest it is does not matter.
    mean = title_letters / np.maximum(np.diff(title_offsets)[known], 1)
    span = np.minimum(np.minimum((run * mean).astype(np.int64), title_letters), own.letters)
    return span, title_letters


def explain(facts: Facts) -> Words:
    """Say how much was copied, and how many did the same."""
    accounts, of_title = facts["n_accounts"], facts["share_of_title"]
    return Words(
        zh=f"该评价有 {facts['share_copied']:.0%} 照抄商品页面用语"
        f"（最长一段为标题的 {of_title:.0%}）；该商品 {facts['n_reviews']} 条评价中"
        f"有 {accounts} 个账号如此，共抄 {facts['n_lines']} 句不同的话，"
        f"其他店铺通常为 {facts['usual_share']:.2%}。",
        en=f"{facts['share_copied']:.0%} of this review is copied from listings (its longest run "
        f"is {of_title:.0%} of the title); {counted(accounts, 'account')} among "
        f"the {counted(facts['n_reviews'], 'review')} of this item did so, with "
        f"{counted(facts['n_lines'], 'different line')}; {facts['usual_share']:.2%} is usual in "
        "other shops.",
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
        "items": ("shop_id", "category"),
    },
    evidence="reviews",
    look_alikes={
        "quoted-title": Words("个别引用标题的顾客", "customers who quote the title, a few"),
        "product-name": Words("说出品名型号的评价", "reviews that name the product"),
        "agreed-line": Words("众人都认同的同一句卖点", "one line that everybody agrees with"),
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

"""Generic praise: an item most of whose reviews say nothing of it, where those of its kind do.

What it finds: Items with a far larger share than their category of reviews that are praise from
    beginning to end and fit anything sold ("超赞，物美价廉", "great product, fast shipping").
Why it is fake: Who is paid by the piece has not seen the thing and writes what fits every thing.
Look-alikes: Any single such review: many honest people write so, and no review is condemned for
    it; the finding is about the item. Categories in which everybody does (cheap and common goods)
    are their own measure. Default praise, tags and assisted texts do not count. Items with few
    reviews, and markets with too few others of the kind, are not judged. One person is counted
    once. A rush in which the whole category is asked for a review lifts what is usual. A crowd
    that shouts the exclamation of the day (one word, "yyds") says little too, but whoever is paid
    has to fill a line: shorter praise than ``min_letters`` does not count. After a rush (the item
    was in the news) busy people write little, all in the same days: most of the praise within
    ``rush_days``, where the item has been reviewed for ``rush_lift`` times as long, is left alone.
    Of a newer item nobody can tell; that finding and a burst of its orders are one witness.
Score: 1 - expected / found, where expected is the category's share elsewhere. E1, as an item loved
    by people of few words looks the same.
Check by hand: 1. Read twenty of the item's reviews: could they be of anything? 2. Do the same with
    two others of its kind. 3. Was there a campaign that asked these buyers for a word?
Cost: Reads reviews and items; one pass of regular expressions, 6 s a million reviews.
References: docs/architecture.md, Evidence; Poisson tail bound (Chernoff). The phrases are those of
    ``base/text/stock_phrases.toml``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.beside_category import Shares, beside_category
from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.per_item import per_item
from unbrush.base.text.own_words import numbers, of_item, own_words
from unbrush.base.text.stock_phrases import is_stock_praise
from unbrush.base.words import Words, counted

Times = npt.NDArray[np.float64]

RUSH = "rush"
"""What praise that comes all at once rests on, as a burst of orders does (see `judge.hearing`)."""


@dataclass(frozen=True, kw_only=True)
class Params:
    """From which share on an item's praise is too empty."""

    min_accounts: int = bounded(15, at_least=5, doc="Accounts with such praise of the item.")
    min_share: float = bounded(
        0.4, at_least=0.05, at_most=1.0, doc="Share of the item's written reviews."
    )
    min_lift: float = bounded(3.0, at_least=1.5, doc="Times the share usual in its category.")
    min_others: int = bounded(
        200, at_least=50, doc="Reviews of other shops by which a share is usual."
    )
    anywhere: float = bounded(
        0.1, at_least=0.001, at_most=1.0, doc="Share of such praise that is usual anywhere."
    )
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Largest chance of any by chance in a market."
    )
    min_letters: int = bounded(
        12, at_least=0, doc="Letters below which praise is an exclamation; an ideograph is three."
    )
    rush_days: float = bounded(
        10.0,
        at_least=0.0,
        doc="Days within which praise that a rush explains is written; 0: never.",
    )
    rush_share: float = bounded(
        0.6,
        at_least=0.0,
        at_most=1.0,
        doc="Share of the praise written then, from which it is one.",
    )
    rush_lift: float = bounded(
        3.0,
        at_least=1.0,
        doc="Times those days that the item has been reviewed for; less tells nothing.",
    )
    complaint: float = bounded(3.0, at_least=0, doc="Rating up to which a review is no praise.")


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the items whose praise says nothing of them."""
    own = own_words(events, columns=["rating", "posted_at"], of_items=["category"])
    reviews = own.reviews
    odd = pc.fill_null(pc.greater(reviews["rating"], params.complaint), True).to_numpy()
    odd = odd & (own.letters >= params.min_letters)
    for which, texts in own.texts():
        odd[which] &= is_stock_praise(texts).to_numpy(zero_copy_only=False)
    items = numbers(reviews["item_id"])
    shares = beside_category(
        odd,
        items=items,
        shops=own.shops,
        categories=numbers(of_item(reviews, own.items, "category")),
        accounts=own.accounts,
        min_others=params.min_others,
        anywhere=params.anywhere,
    )
    found = (shares.n_others > 0) & shares.beyond(
        min_odd=params.min_accounts,
        min_lift=params.min_lift,
        min_share=params.min_share,
        max_chance=params.max_chance,
    )
    at = reviews["posted_at"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    shared = np.full(len(found), None, object)
    for item in np.flatnonzero(found):
        if _is_at_once(at[odd & (items == item)], params):
            shared[item] = RUSH
            found[item] = not _is_old(at[items == item], params)
    return per_item(reviews, items, odd, found, {**_facts(shares), "shared": shared})


def _is_at_once(praised_at: Times, params: Params) -> bool:
    """Whether most of the praise was written within the days of a rush."""
    praised_at = np.sort(praised_at[np.isfinite(praised_at)])
    window = params.rush_days * DAY_MS
    if not len(praised_at) or not window:
        return False
    ends = np.searchsorted(praised_at, praised_at + window, side="right")
    return bool((ends - np.arange(len(ends))).max() >= params.rush_share * len(ends))


def _is_old(at: Times, params: Params) -> bool:
    """Whether the item was reviewed for so long that the days of a rush are few of them."""
    return bool(np.ptp(at[np.isfinite(at)]) >= params.rush_lift * params.rush_days * DAY_MS)


def _facts(shares: Shares) -> dict[str, np.ndarray]:
    found = np.minimum(shares.n_odd, shares.accounts)
    return {
        "score": np.round(1 - shares.expected / np.maximum(found, 1), 6),
        "n_reviews": shares.n,
        "n_generic": shares.n_odd,
        "n_accounts": shares.accounts,
        "share": np.round(shares.n_odd / np.maximum(shares.n, 1), 4),
        "usual_share": np.round(shares.usual, 4),
        "n_others": shares.n_others,
    }


def explain(facts: Facts) -> Words:
    """Say how many of the item's reviews fit anything, beside its category."""
    generic, all_, share, usual = (
        facts[key] for key in ("n_generic", "n_reviews", "share", "usual_share")
    )
    return Words(
        zh=f"该商品 {all_} 条自写评价中有 {generic} 条（{share:.0%}）全是放之四海皆准的好话，"
        f"没有一句说到商品本身；同类商品约为 {usual:.1%}。单条这样的评价并不可疑。",
        en=f"Of {counted(all_, 'written review')} of this item {generic:,} ({share:.0%}) praise it "
        f"in words that fit anything and say nothing of it; {usual:.1%} is usual for its kind. "
        "A single review of this sort means nothing.",
    )


DETECTOR = Detector(
    name="generic-praise",
    title=Words("言之无物的好评占比过高", "too much praise that says nothing of the item"),
    subject="item",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "account_id", "item_id", "text")},
    uses={
        "reviews": ("shop_id", "text_source", "append_of", "rating", "posted_at"),
        "items": ("item_id", "shop_id", "category"),
    },
    evidence="reviews",
    look_alikes={
        "lone-reviews": Words("零星的套话好评", "single reviews of few words"),
        "terse-category": Words("大家都写得简短的品类", "a category in which all are brief"),
        "default-praise": Words(
            "系统默认好评、标签、辅助文字", "default praise, tags, assisted texts"
        ),
        "few-reviews": Words("评价很少的商品", "an item with few reviews"),
        "nothing-beside-it": Words("没有同类商品可比", "nothing of its kind to compare with"),
        "viral-phrase": Words("跟风喊一句流行语", "a crowd that shouts the word of the day"),
        "rush": Words("抢购之后大家匆匆几句", "a rush, after which busy people write little"),
        "one-person": Words("同一人反复评价", "one person who reviews again and again"),
    },
    params=Params(),
    stream=stream,
    explain=explain,
)

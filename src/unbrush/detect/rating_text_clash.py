"""Stars against words: an item at which many ratings say the opposite of their text.

What it finds: Items with a far larger share than their category of reviews with the highest rating
    under words that only complain, or the lowest under words that only praise.
Why it is fake: A script that draws stars and texts from separate lists mixes them; and stars that
    were bought or forced from an angry buyer leave the words as they were.
Look-alikes: A slip of the hand, irony and sentences that a word list misreads happen everywhere,
    and are measured where nothing is wrong: in other shops of the category, and never taken for
    less than ``anywhere``. Who says why (five stars so that it is seen, stars for the courier
    only, an addition, a change of mind) is left out; so is who both praises and complains. Where
    people take one star for the best, the whole category does.
Score: (1 - expected / found), two thirds of it where nothing of its kind is there to compare with.
    E1.
Check by hand: 1. Read the clashing reviews: do they mean what the lists say? 2. Look at edits and
    messages: were stars changed and words left? 3. Are the texts known from elsewhere?
Cost: Reads reviews and items; a few passes of regular expressions, 7 s a million reviews.
References: docs/architecture.md, Evidence; Poisson tail bound (Chernoff). The words are those of
    ``base/text/stock_phrases.toml``; negations turn them around.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.beside_category import Shares, beside_category
from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.per_item import per_item
from unbrush.base.text.own_words import OwnWords, numbers, of_item, own_words
from unbrush.base.text.stock_phrases import gives_reason, tone
from unbrush.base.words import Words, counted

UNCOMPARED = 2 / 3  # of the score


@dataclass(frozen=True, kw_only=True)
class Params:
    """When stars and words clash too often. A strong word counts as two."""

    min_words: int = bounded(
        2, at_least=1, doc="Words of one tone, none of the other, to be clear."
    )
    high: float = bounded(5.0, at_least=0, doc="Rating from which stars praise.")
    low: float = bounded(1.0, at_least=0, doc="Rating up to which stars complain.")
    min_accounts: int = bounded(8, at_least=3, doc="Accounts whose stars and words clash.")
    min_share: float = bounded(
        0.1,
        at_least=0.01,
        at_most=1.0,
        doc="Share of the item's reviews with clear stars and words.",
    )
    min_lift: float = bounded(3.0, at_least=1.5, doc="Times the share usual in its category.")
    min_others: int = bounded(
        200, at_least=50, doc="Reviews of other shops by which a share is usual."
    )
    anywhere: float = bounded(
        0.05, at_least=0.001, at_most=1.0, doc="Share of clashes that is usual anywhere."
    )
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Largest chance of any by chance in a market."
    )


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the items at which stars and words clash."""
    own = own_words(events, columns=["rating"], of_items=["category"])
    clear, is_clash, is_high = _clashes(params, own)
    rows = np.flatnonzero(clear)
    reviews, odd = own.reviews.take(pa.array(rows)), is_clash[rows]
    items = numbers(reviews["item_id"])
    shares = beside_category(
        odd,
        items=items,
        shops=own.shops[rows],
        categories=numbers(of_item(reviews, own.items, "category")),
        accounts=own.accounts[rows],
        min_others=params.min_others,
        anywhere=params.anywhere,
    )
    found = shares.beyond(
        min_odd=params.min_accounts,
        min_lift=params.min_lift,
        min_share=params.min_share,
        max_chance=params.max_chance,
    )
    n_high = np.bincount(items[odd & is_high[rows]], minlength=len(shares.n))
    return per_item(reviews, items, odd, found, _facts(shares, n_high))


def _clashes(
    params: Params, own: OwnWords
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which reviews are clear in stars and words, which clash, and which have high stars."""
    n = own.reviews.num_rows
    praise, complaint = np.zeros(n, np.int64), np.zeros(n, np.int64)
    told = np.zeros(n, np.bool_)
    for which, texts in own.texts():
        praise[which], complaint[which] = (np.asarray(part) for part in tone(texts))
        told[which] = gives_reason(texts).to_numpy(zero_copy_only=False)
    rating = pc.fill_null(own.reviews["rating"], float("nan")).to_numpy().astype(np.float64)
    is_high, is_low = rating >= params.high, rating <= params.low
    praises = (praise >= params.min_words) & (complaint <= 0)
    complains = (complaint >= params.min_words) & (praise <= 0)
    clear = (is_high | is_low) & (praises | complains) & ~told
    return clear, clear & ((is_high & complains) | (is_low & praises)), is_high


def _facts(shares: Shares, n_high: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.generic]]:
    found = np.minimum(shares.n_odd, shares.accounts)
    score = 1 - shares.expected / np.maximum(found, 1)
    return {
        "score": np.round(np.where(shares.n_others > 0, score, UNCOMPARED * score), 6),
        "n_clear": shares.n,
        "n_clashing": shares.n_odd,
        "n_stars_over_complaint": n_high,
        "n_accounts": shares.accounts,
        "share": np.round(shares.n_odd / np.maximum(shares.n, 1), 4),
        "usual_share": np.round(shares.usual, 4),
        "n_others": shares.n_others,
    }


def explain(facts: Facts) -> Words:
    """Say how often stars and words clash, in which direction, beside what is usual."""
    clear, clash, high, share, usual = (
        facts[key]
        for key in ("n_clear", "n_clashing", "n_stars_over_complaint", "share", "usual_share")
    )
    return Words(
        zh=f"星级和文字都明确的 {clear} 条评价中，{clash} 条（{share:.0%}）星级与文字相反，"
        f"其中满星却抱怨的 {high} 条、最低星却夸赞的 {clash - high} 条；通常约为 {usual:.1%}。",
        en=f"Of {counted(clear, 'review')} clear in both stars and words {clash:,} ({share:.0%}) "
        f"say the opposite: full stars over complaints {high:,}, lowest stars over praise "
        f"{clash - high:,}; {usual:.1%} is usual.",
    )


DETECTOR = Detector(
    name="rating-text-clash",
    title=Words("星级与文字相反的评价过多", "too many ratings that contradict their text"),
    subject="item",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "account_id", "item_id", "text", "rating")},
    uses={
        "reviews": ("shop_id", "text_source", "append_of"),
        "items": ("item_id", "shop_id", "category"),
    },
    evidence="reviews",
    look_alikes={
        "slips": Words("手滑、反话等零星误差", "slips of the hand and irony, here and there"),
        "stars-to-be-seen": Words(
            "打五星只为让大家看到的差评", "five stars so that a complaint is seen"
        ),
        "stars-for-the-courier": Words(
            "星级只给快递或客服", "stars for the courier or the service only"
        ),
        "mixed-feelings": Words("有褒有贬的评价", "praise and complaint in one text"),
        "negated-words": Words("“没有异味”一类的否定说法", "negations such as “no smell”"),
        "one-star-is-best": Words(
            "误以为一星最好的品类", "a category that takes one star for the best"
        ),
        "default-praise": Words(
            "系统默认好评、标签、辅助文字", "default praise, tags, assisted texts"
        ),
    },
    params=Params(),
    stream=stream,
    explain=explain,
)

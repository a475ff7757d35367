"""Stars against words: an item at which many ratings say the opposite of their text.

What it finds: Items with a far larger share than their category of reviews with the highest rating
    under words that complain, or the lowest under words that praise; highest ratings that say
    themselves what they were given for ("five stars for the gift card") are among them.
Why it is fake: A script that draws stars and texts from separate lists mixes them; a rival who
    buys low stars saves the words; and stars that were bought or forced from an angry buyer leave
    the words as they were.
Words: A list knows some of them. The rest is learned from other shops: what stands under low stars
    in many of them and under high ones in few complains, whatever it means, and the reverse.
Look-alikes: A slip of the hand, irony and sentences that a list misreads happen everywhere, and are
    measured where nothing is wrong: in other shops of the category, without the few that are far
    beyond the rest, and never taken for less than ``anywhere``. Who says why (five stars so that it
    is seen, stars for the courier only, an addition, a change of mind) is left out; so is who
    weighs one thing against another ("but", "except for"), and who praises as much as he complains.
    Words of the title name the thing: a bin ("垃圾桶") is no rubbish ("垃圾"). Where people take
    one star for the best, the whole category does.
Score: (1 - expected / found), two thirds of it where nothing of its kind is there to compare with.
    E1.
Check by hand: 1. Read the clashing reviews: do they mean what was read? 2. Look at edits and
    messages: were stars changed and words left? 3. Are the texts known from elsewhere?
Cost: Reads reviews and items, the texts three times; 17 s a million reviews on one core.
References: docs/architecture.md, Evidence; Poisson tail bound (Chernoff). The listed words are
    those of ``base/text/stock_phrases.toml``; negations turn them around.
"""

from dataclasses import dataclass
from typing import NamedTuple

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
from unbrush.base.per_item import per_item
from unbrush.base.text.learned_tone import learned_tone
from unbrush.base.text.listing_lines import titles_of
from unbrush.base.text.own_words import OwnWords, numbers, of_item, own_words
from unbrush.base.text.stock_phrases import gives_reason, is_bought, is_stock_praise, tone, weighs
from unbrush.base.words import Words, counted

Bools = npt.NDArray[np.bool_]

UNCOMPARED = 2 / 3  # of the score


@dataclass(frozen=True, kw_only=True)
class Params:
    """When stars and words clash too often. A strong word counts as two."""

    min_words: int = bounded(
        2, at_least=1, doc="Words of one tone, none of the other, to be clear."
    )
    clear: float = bounded(
        3.0,
        at_least=1.5,
        doc="Times as often that a clause's words stand under such stars in other shops.",
    )
    min_learned: float = bounded(
        100, at_least=20, doc="Other shops with reviews of each side, to learn words from them."
    )
    poor: float = bounded(2.0, at_least=0, doc="Rating up to which words of complaint are learned.")
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
    custom: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of shops; what more of them do is usual."
    )
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Largest chance of any by chance in a market."
    )


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the items at which stars and words clash."""
    own = own_words(events, columns=["rating"], of_items=["title", "category"])
    clear, is_clash, is_high = _clashes(params, own)
    rows = np.flatnonzero(clear)
    reviews, odd = own.reviews.take(pa.array(rows)), is_clash[rows]
    items = numbers(reviews["item_id"])
    shares = beside_custom(
        odd,
        items=items,
        shops=own.shops[rows],
        categories=numbers(of_item(reviews, own.items, "category")),
        accounts=own.accounts[rows],
        min_others=params.min_others,
        anywhere=params.anywhere,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
        custom=params.custom,
    )
    found = shares.beyond(
        min_odd=params.min_accounts,
        min_lift=params.min_lift,
        min_share=params.min_share,
        max_chance=params.max_chance,
    )
    n_high = np.bincount(items[odd & is_high[rows]], minlength=len(shares.n))
    return per_item(reviews, items, odd, found, _facts(shares, n_high))


def _clashes(params: Params, own: OwnWords) -> tuple[Bools, Bools, Bools]:
    """Return which reviews are clear in stars and words, which clash, and which have high stars."""
    rating = pc.fill_null(own.reviews["rating"], float("nan")).to_numpy().astype(np.float64)
    is_high, is_low = rating >= params.high, rating <= params.low
    known = _known(params, own)
    # A review whose known words contradict its stars must not teach what such stars stand over.
    learned = learned_tone(
        own,
        is_high & ~known.gripes & ~known.mixed & ~known.bought,
        (rating <= params.poor) & ~known.likes & ~known.mixed,
        clear=np.log(params.clear),
        least=params.min_learned,
    )
    praises = known.praises | (learned.praise > learned.complaint)
    complains = (known.complains | (learned.complaint > learned.praise)) & ~known.stock
    clear = (is_high | is_low) & (praises != complains) & ~known.mixed
    bought = known.bought & is_high
    clash = (clear & ((is_high & complains) | (is_low & praises))) | bought
    return clear | bought, clash, is_high


class _Known(NamedTuple):
    """What the lists know of each review.

    Attributes:
        praises: Clear praise and nothing else.
        complains: Clear complaint and nothing else.
        likes: Some praise, no complaint.
        gripes: Some complaint, no praise.
        stock: Stock praise from beginning to end.
        mixed: Weighs one thing against another, or says why stars and words differ.
        bought: Owns up that the stars had a price.
    """

    praises: Bools
    complains: Bools
    likes: Bools
    gripes: Bools
    stock: Bools
    mixed: Bools
    bought: Bools


def _known(params: Params, own: OwnWords) -> _Known:
    out = np.zeros((len(_Known._fields), own.reviews.num_rows), np.bool_)
    # Listed words that the title has name the thing: "垃圾桶", a bin, is no "垃圾", rubbish.
    titles, title = own.items["title"].cast(pa.string()).combine_chunks(), titles_of(own)
    named = [np.append(np.asarray(part) > 0, False) for part in tone(titles)]
    for which, texts in own.texts():
        praise, complaint = (np.asarray(part) for part in tone(texts))
        no_praise, no_complaint = (side[title[which]] for side in named)
        likes = (praise > 0) & (complaint <= 0) & ~no_praise
        gripes = (complaint > 0) & (praise <= 0) & ~no_complaint
        stock = np.asarray(is_stock_praise(texts)) & (complaint <= 0)
        out[:, which] = _Known(
            praises=(likes & (praise >= params.min_words)) | stock,
            complains=gripes & (complaint >= params.min_words),
            likes=likes | stock,
            gripes=gripes,
            stock=stock,
            mixed=np.asarray(gives_reason(texts)) | np.asarray(weighs(texts)),
            bought=np.asarray(is_bought(texts)),
        )
    return _Known(*out)


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
        "items": ("item_id", "shop_id", "category", "title"),
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
        "named-thing": Words(
            "名称里就有贬义字的商品（垃圾桶）", "a thing whose name has a word of complaint"
        ),
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

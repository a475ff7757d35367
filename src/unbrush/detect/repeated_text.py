"""The same text, or nearly the same, in reviews of different accounts.

What it finds: Written reviews that say what others said, letter for letter or nearly so: by at
    least ``min_accounts`` accounts in one shop and far more often than texts of that length meet by
    chance or this text occurs elsewhere; or a long one (``stock_letters``) by ``min_spread``
    accounts wherever they are.
Why it is fake: The text was handed out or copied to meet a task. Who writes about an experience of
    their own does not find somebody else's forty words for it.
Look-alikes: Default praise, tags and assisted texts (marked in ``text_source``). Short phrases that
    everybody uses (too few letters). Phrases and greetings of the season (as frequent elsewhere).
    One person who says the same of every item, or appends it (one account). Customers who quote the
    listing (most of the text stands in the item's title).
Score: e / (e + min_accounts) × similarity, where e is the number of accounts beyond those expected.
    Half of it for the earliest review of a text, which may be the honest one that was copied, and
    for a long text without a shop where it gathers. E2 from ``long_letters`` on, else E1.
Check by hand: 1. Read the reviews side by side. 2. See whether the wording is known from elsewhere:
    a greeting, the listing, an advertisement. 3. Compare the days they were posted.
Cost: Reads reviews and items; one pass of MinHash over the distinct texts, about 10 µs each.
References: docs/architecture.md, Evidence; leaders instead of connected pairs, as chains of small
    changes would join every templated review into one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base import near_text
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.wording import code_points, letter_weights, plain
from unbrush.base.words import Words, counted

Ints = npt.NDArray[np.int64]
NOT_WRITTEN = ["default", "tag", "assisted"]


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a text is repeated too often. An ideograph counts as three letters."""

    min_similarity: float = bounded(
        0.6, at_least=0.3, at_most=1.0, doc="Share of character pairs in common to be the same."
    )
    min_accounts: int = bounded(3, at_least=2, doc="Accounts with the text in one shop.")
    min_letters: int = bounded(30, at_least=1, doc="Letters below which a text says too little.")
    long_letters: int = bounded(75, at_least=1, doc="Letters from which a copy is strong, E2.")
    stock_letters: int = bounded(
        120, at_least=1, doc="Letters from which copies count wherever they are."
    )
    min_spread: int = bounded(5, at_least=2, doc="Accounts with such a long text anywhere.")
    tenfold_letters: float = bounded(
        12.0, at_least=1.0, doc="Letters that make meeting by chance ten times rarer."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance that the copies met by chance."
    )
    quote_share: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of a text in the item's title: a quotation."
    )


@dataclass(frozen=True, kw_only=True)
class _Copies:
    """The reviews that share their text with somebody, one array element each."""

    rows: Ints  # in the table of written reviews
    text: Ints  # which text it is a copy of
    shop: Ints
    account: Ints
    letters: Ints
    similarity: npt.NDArray[np.float64]


def compute(params: Params, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return reviews whose text is repeated across accounts."""
    reviews, items = _written(tables["reviews"]), tables["items"]
    shops = _shops(reviews, items)
    points, offsets = code_points(plain(reviews["text"].combine_chunks()))
    copies = _copies(params, points, offsets, shops, _codes(reviews["account_id"]))
    if not len(copies.rows):
        return _table(reviews, copies.rows, {})
    facts = _counted(params, copies, n_by_shop=np.bincount(shops))
    kept = (facts["gathers"] | facts["stock"]) & ~_quotes(
        params, copies.rows[facts["gathers"] | facts["stock"]], points, offsets, reviews, items
    )[copies.rows]
    return _scored(params, reviews, copies, facts, kept)


def _written(reviews: pa.Table) -> pa.Table:
    """Return reviews that their authors wrote themselves, and not as an addition, by id."""
    by_machine = pc.is_in(reviews["text_source"], value_set=pa.array(NOT_WRITTEN))
    own = pc.and_(pc.is_valid(reviews["text"]), pc.invert(by_machine))
    return reviews.filter(pc.and_(own, pc.is_null(reviews["append_of"]))).sort_by("review_id")


def _codes(column: pa.ChunkedArray) -> Ints:
    """Return a whole number for each value, equal for equal values; null is -1."""
    codes = column.combine_chunks().dictionary_encode().indices
    return np.asarray(pc.fill_null(codes, -1)).astype(np.int64)


def _shops(reviews: pa.Table, items: pa.Table) -> Ints:
    """Return the shop of each review: its own, its item's, or the item itself, as a number."""
    place = pc.index_in(reviews["item_id"], value_set=items["item_id"].combine_chunks())
    of_item = items["shop_id"].take(place)
    shops = _codes(pc.coalesce(reviews["shop_id"], of_item.cast(reviews["shop_id"].type)))
    return np.where(shops >= 0, shops, shops.max(initial=-1) + 1 + _codes(reviews["item_id"]))


def _copies(
    params: Params,
    points: npt.NDArray[np.uint32],
    offsets: Ints,
    shops: Ints,
    accounts: Ints,
) -> _Copies:
    """Find the reviews that share their text, exactly or nearly, with another account's."""
    weights = np.concatenate(([0], np.cumsum(letter_weights(points))))
    letters = weights[offsets[1:]] - weights[offsets[:-1]]
    rows = np.nonzero(letters >= params.min_letters)[0]
    marks = near_text.fingerprints(points, offsets)[rows]
    _, first, text, n_copies = np.unique(
        marks, return_index=True, return_inverse=True, return_counts=True
    )
    # The most copied first, so that it leads; then by hash: an order that no row order changes.
    order = np.lexsort((marks[first], -n_copies))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    shingles, starts = near_text.pairs(*_picked(points, offsets, rows[first[order]]))
    lead, similarity = near_text.leaders(shingles, starts, min_similarity=params.min_similarity)
    # A character repeated over and over says no more than once.
    said = letters[rows] * (np.diff(starts)[place[text]] + 1) // np.diff(offsets)[rows]
    lead_of_row, alike = lead[place[text]], similarity[place[text]]
    n_accounts = _distinct(lead_of_row, accounts[rows])[lead_of_row]
    shared = (n_accounts >= params.min_accounts) & (said >= params.min_letters)
    return _Copies(
        rows=rows[shared],
        text=lead_of_row[shared],
        shop=shops[rows[shared]],
        account=accounts[rows[shared]],
        letters=said[shared],
        similarity=alike[shared],
    )


def _picked(
    points: npt.NDArray[np.uint32], offsets: Ints, rows: Ints
) -> tuple[npt.NDArray[np.uint32], Ints]:
    """Return code points and offsets of some of the texts, in the order given."""
    lengths = np.diff(offsets)[rows]
    ends = np.concatenate(([0], np.cumsum(lengths)))
    within = np.arange(ends[-1]) - np.repeat(ends[:-1], lengths)
    return points[np.repeat(offsets[rows], lengths) + within], ends


def _distinct(groups: Ints, members: Ints) -> Ints:
    """Return how many distinct members each group has, by group number."""
    pairs = np.unique(np.stack((groups, members)), axis=1)
    return np.bincount(pairs[0], minlength=int(groups.max(initial=-1)) + 1)


def _counted(params: Params, copies: _Copies, *, n_by_shop: Ints) -> dict[str, Any]:
    """Return for each copy how many accounts share it, where, and how many by chance."""
    _, text = np.unique(copies.text, return_inverse=True)
    spots, spot = np.unique(np.stack((text, copies.shop)), axis=1, return_inverse=True)
    spot = spot.ravel()
    in_shop = _distinct(spot, copies.account)
    n_shops = np.bincount(spots[0])
    n_accounts = _distinct(text, copies.account)
    everywhere = np.bincount(spots[0], weights=in_shop).astype(np.int64)
    n_reviews, n_here = int(n_by_shop.sum()), n_by_shop[spots[1]]
    elsewhere = (everywhere[spots[0]] - in_shop) / np.maximum(n_reviews - n_here, 1)
    shortest = np.full(len(n_accounts), np.iinfo(np.int64).max)
    np.minimum.at(shortest, text, copies.letters)
    by_length = 10.0 ** (-shortest / params.tenfold_letters)
    expected = n_here * np.maximum(elsewhere, by_length[spots[0]])
    expected_anywhere = n_reviews * by_length
    gathers = (in_shop >= params.min_accounts) & _beyond(params, in_shop, expected)
    stock = (
        (n_accounts >= params.min_spread)
        & (shortest >= params.stock_letters)
        & _beyond(params, n_accounts, expected_anywhere)
    )
    return {
        "n_accounts": n_accounts[text],
        "n_in_shop": in_shop[spot],
        "n_shops": n_shops[text],
        "n_letters": shortest[text],
        "expected": np.where(gathers[spot], expected[spot], expected_anywhere[text]),
        "gathers": gathers[spot],
        "stock": stock[text],
    }


def _beyond(
    params: Params, found: Ints, expected: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Say where a Poisson count of ``expected`` would hardly reach ``found`` (Chernoff bound)."""
    expected = np.maximum(expected, 1e-300)
    log_chance = found - expected + found * np.log(expected / found)
    return (found > expected) & (log_chance <= math.log(params.max_chance))


def _quotes(
    params: Params,
    rows: Ints,
    points: npt.NDArray[np.uint32],
    offsets: Ints,
    reviews: pa.Table,
    items: pa.Table,
) -> npt.NDArray[np.bool_]:
    """Return for each written review whether most of it stands in its item's title."""
    quotes = np.zeros(reviews.num_rows, bool)
    place = pc.index_in(reviews["item_id"].take(rows), value_set=items["item_id"].combine_chunks())
    titles, title_offsets = code_points(plain(items["title"].take(place).combine_chunks()))
    for number, row in enumerate(rows.tolist()):
        title = titles[title_offsets[number] : title_offsets[number + 1]]
        if len(title) > 1:
            text = points[offsets[row] : offsets[row + 1]]
            quotes[row] = near_text.overlap(text, title) >= params.quote_share
    return quotes


def _scored(
    params: Params,
    reviews: pa.Table,
    copies: _Copies,
    facts: dict[str, Any],
    kept: npt.NDArray[np.bool_],
) -> pa.Table:
    """Return the signals of the copies ``kept``."""
    posted = reviews["posted_at"].take(copies.rows).to_numpy()
    by_time = np.lexsort((copies.rows, posted, copies.text))
    first_of_text = by_time[np.unique(copies.text[by_time], return_index=True)[1]]
    _, text = np.unique(copies.text, return_inverse=True)
    first = first_of_text[text]
    is_first = first == np.arange(len(first))
    gathers = facts["gathers"]
    excess = np.where(gathers, facts["n_in_shop"], facts["n_accounts"]) - facts["expected"]
    score = excess / (excess + params.min_accounts) * copies.similarity
    score = np.where(is_first | ~gathers, score / 2, score)
    strong = gathers & ~is_first & (facts["n_letters"] >= params.long_letters)
    columns = {
        "score": np.round(score, 6),
        "strength": np.where(strong, "E2", "E1").astype(object),
        **{name: facts[name] for name in ("n_accounts", "n_in_shop", "n_shops", "n_letters")},
        "expected_accounts": np.round(facts["expected"], 6),
        "similarity": np.round(copies.similarity, 4),
        "is_first": is_first,
        "gathers_in_shop": gathers,
    }
    chosen = {name: pa.array(values[kept]) for name, values in columns.items()}
    ids = reviews["review_id"].combine_chunks()
    chosen["first_review_id"] = ids.take(pa.array(copies.rows[first[kept]]))
    return _table(reviews, copies.rows[kept], chosen)


def _table(reviews: pa.Table, rows: Ints, columns: Mapping[str, pa.Array]) -> pa.Table:
    """Return signals about the reviews in ``rows``, each resting on itself."""
    ids = reviews["review_id"].combine_chunks().take(pa.array(rows, pa.int64()))
    alone = pa.array(np.arange(len(rows) + 1), pa.int32())
    own = {"subject_id": ids, "evidence_ids": pa.ListArray.from_arrays(alone, ids)}
    return pa.table({**own, "score": pa.array([], pa.float64()), **columns})


def explain(facts: Facts) -> Words:
    """Say how many accounts wrote it, here and elsewhere, and how alike they are."""
    accounts, here, shops = facts["n_accounts"], facts["n_in_shop"], facts["n_shops"]
    alike = facts["similarity"]
    first_zh = "（本条最早，也可能是被抄的原文）" if facts["is_first"] else ""
    first_en = " This one is the earliest and may be what was copied." if facts["is_first"] else ""
    return Words(
        zh=f"{accounts} 个账号在 {shops} 家店铺写了几乎相同的评价，其中本店 {here} 个，"
        f"文字相似度 {alike:.0%}{first_zh}。",
        en=f"{counted(accounts, 'account')} wrote nearly the same review in "
        f"{counted(shops, 'shop')}, {here:,} of them in this one; "
        f"the texts are {alike:.0%} alike.{first_en}",
    )


DETECTOR = Detector(
    name="repeated-text",
    title=Words(zh="不同账号的雷同评价", en="the same review text from different accounts"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "account_id", "item_id", "posted_at", "text")},
    uses={
        "reviews": ("shop_id", "text_source", "append_of"),
        "items": ("item_id", "shop_id", "title"),
    },
    evidence="reviews",
    look_alikes={
        "default-praise": Words(
            zh="默认好评、标签、辅助文字", en="default praise, tags and assisted texts"
        ),
        "short-phrase": Words(zh="人人都用的短语", en="short phrases that everybody uses"),
        "greeting": Words(zh="节日祝福等套话", en="greetings and stock phrases of the season"),
        "own-words-again": Words(
            zh="同一人重复自己的话", en="one person who says the same of everything"
        ),
        "quoted-listing": Words(zh="照抄商品标题", en="customers who quote the listing"),
    },
    params=Params(),
    compute=compute,
    explain=explain,
)

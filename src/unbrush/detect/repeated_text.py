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
    listing (most of the text stands in the item's title, or it quotes the title and says too little
    else).
Score: e / (e + min_accounts) × similarity, where e is the number of accounts beyond those expected.
    Half of it for the earliest review of a text, which may be the honest one that was copied, and
    for a long text without a shop where it gathers. E2 from ``long_letters`` on, else E1.
Check by hand: 1. Read the reviews side by side. 2. See whether the wording is known from elsewhere:
    a greeting, the listing, an advertisement. 3. Compare the days they were posted.
Cost: Reads reviews and items; folds each text, sorts the distinct ones into 16 lists and compares
    each with a few neighbours: some 7 µs of one core and 360 bytes a review (of 8 million).
References: docs/architecture.md, Evidence; leaders instead of connected pairs, as chains of small
    changes would join every templated review into one; `unbrush.base.text.near_text`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text import near_text
from unbrush.base.text.distinct_texts import DistinctTexts
from unbrush.base.text.skeletons import SLOT, sample, skeleton
from unbrush.base.words import Words, counted

Ints = npt.NDArray[np.int64]
NOT_WRITTEN = ["default", "tag", "assisted"]
SHOWN = 60  # characters of a template in the explanation; the fact has all


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
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of a text in the item's title, or of the title in a text that says little else: "
        "a quotation.",
    )


@dataclass(frozen=True, kw_only=True)
class _Copies:
    """The reviews that share their text with somebody, one array element each, by review id."""

    rows: Ints  # in the table of all reviews
    ids: pa.Array
    posted: Ints
    text: Ints  # the number of the text it is a copy of
    shop: Ints
    account: Ints
    letters: Ints
    similarity: npt.NDArray[np.float64]


def stream(params: Params, rows: EventRows) -> pa.Table:
    """Return reviews whose text is repeated across accounts."""
    items = rows.table("items", ["item_id", "shop_id", "title"])
    shops = _shops(rows.table("reviews", ["shop_id", "item_id"]), items)
    written, copies = _copies(params, rows, shops)
    if not len(copies.rows):
        return _table(copies.ids, {})
    facts = _counted(params, copies, n_by_shop=np.bincount(shops[written]))
    found = np.flatnonzero(facts["gathers"] | facts["stock"])
    quotes = _quotes(params, copies.rows[found], copies.letters[found], rows, items)
    kept = found[~quotes]
    if not len(kept):
        return _table(copies.ids[:0], {})
    return _scored(params, rows, copies, facts, kept)


def _written(reviews: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which reviews their authors wrote themselves, and not as an addition."""
    by_machine = pc.is_in(reviews["text_source"], value_set=pa.array(NOT_WRITTEN))
    own = pc.and_(pc.is_valid(reviews["text"]), pc.invert(by_machine))
    return pc.and_(own, pc.is_null(reviews["append_of"])).to_numpy()  # type: ignore[no-any-return]


def _codes(column: pa.ChunkedArray) -> Ints:
    """Return a whole number for each value, equal for equal values; null is -1."""
    codes = column.combine_chunks().dictionary_encode().indices
    return np.asarray(pc.fill_null(codes, -1)).astype(np.int64)


def _shops(reviews: pa.Table, items: pa.Table) -> Ints:
    """Return the shop of each review: its own, its item's, or the item itself, as a number."""
    shops = reviews["shop_id"]
    if shops.null_count:
        place = pc.index_in(reviews["item_id"], value_set=items["item_id"].combine_chunks())
        shops = pc.coalesce(shops, items["shop_id"].take(place).cast(shops.type))
    codes = _codes(shops)
    if (codes >= 0).all():
        return codes
    return np.where(codes >= 0, codes, codes.max(initial=-1) + 1 + _codes(reviews["item_id"]))


def _copies(params: Params, rows: EventRows, shops: Ints) -> tuple[npt.NDArray[np.bool_], _Copies]:
    """Return which reviews were written, and those that share a text with another account."""
    texts = DistinctTexts(min_letters=params.min_letters)
    written = np.zeros(len(shops), np.bool_)
    number = np.full(len(shops), -1, np.int32)
    numbers = list(texts.add_all(_batches(rows, written)))
    number[written] = np.concatenate([np.empty(0, np.int32), *numbers])
    found = near_text.clusters(texts, min_similarity=params.min_similarity)
    said = texts.said()
    # Only what enough reviews share can be shared by enough accounts.
    least = min(params.min_accounts, params.min_spread)
    chosen = np.flatnonzero(number >= 0)
    leader = found.leader[number[chosen]]
    often = np.bincount(leader, minlength=1)[leader] >= least if len(leader) else leader >= 0
    chosen, leader = chosen[often], leader[often]
    known = rows.take("reviews", ["review_id", "account_id", "posted_at"], chosen)
    account = _codes(known["account_id"])
    enough = _distinct(leader, account)[leader] >= params.min_accounts
    enough &= said[number[chosen]] >= params.min_letters
    known = known.filter(pa.array(enough))
    chosen, leader, account = chosen[enough], leader[enough], account[enough]
    by_id = pc.sort_indices(known["review_id"]).to_numpy()
    chosen = chosen[by_id]
    return written, _Copies(
        rows=chosen,
        ids=known["review_id"].combine_chunks().take(pa.array(by_id)),
        posted=known["posted_at"].to_numpy()[by_id],
        text=leader[by_id].astype(np.int64),
        shop=shops[chosen],
        account=account[by_id],
        letters=said[number[chosen]].astype(np.int64),
        similarity=found.similarity[number[chosen]].astype(np.float64),
    )


def _batches(rows: EventRows, written: npt.NDArray[np.bool_]) -> Iterator[pa.ChunkedArray]:
    """Yield the texts that were written, batch by batch, and note which these are."""
    first = 0
    for batch in rows.batches("reviews", ["text", "text_source", "append_of"]):
        own = _written(batch)
        written[first : first + len(own)] = own
        first += len(own)
        yield batch["text"].filter(own)


def _distinct(groups: npt.NDArray[Any], members: Ints) -> Ints:
    """Return how many distinct members each group has, by group number."""
    if not len(groups):
        return np.zeros(1, np.int64)
    pairs = np.unique(groups.astype(np.int64) << 32 | members)
    return np.bincount(pairs >> 32)


def _counted(params: Params, copies: _Copies, *, n_by_shop: Ints) -> dict[str, Any]:
    """Return for each copy how many accounts share it, where, and how many by chance."""
    _, text = np.unique(copies.text, return_inverse=True)
    pairs, spot = np.unique(text << 32 | copies.shop, return_inverse=True)
    spots = pairs >> 32, pairs & 0xFFFFFFFF  # text and shop
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
    params: Params, places: Ints, letters: Ints, rows: EventRows, items: pa.Table
) -> npt.NDArray[np.bool_]:
    """Return for each of some reviews, of so many letters, whether it quotes its item's title.

    Most of it stands there; or it has most of the title, and what is left would be too short.
    """
    asked = rows.take("reviews", ["item_id", "text"], places)
    place = pc.index_in(asked["item_id"], value_set=items["item_id"].combine_chunks())
    titles = items["title"].take(place)
    share = near_text.overlaps(asked["text"], titles)
    has_title = near_text.overlaps(titles, asked["text"]) >= params.quote_share
    left = letters * (1 - share)
    return (share >= params.quote_share) | (has_title & (left < params.min_letters))


def _scored(
    params: Params, rows: EventRows, copies: _Copies, facts: dict[str, Any], kept: Ints
) -> pa.Table:
    """Return the signals of the copies ``kept``."""
    place = np.arange(len(copies.rows))
    by_time = np.lexsort((place, copies.posted, copies.text))
    first_of_text = by_time[np.unique(copies.text[by_time], return_index=True)[1]]
    _, text = np.unique(copies.text, return_inverse=True)
    first = first_of_text[text]
    is_first = first == place
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
    chosen["first_review_id"] = copies.ids.take(pa.array(first[kept]))
    in_time = by_time[np.isin(by_time, kept)]
    templates, typical = _templates(rows, copies, in_time)
    _, text = np.unique(copies.text[kept], return_inverse=True)
    chosen["template"] = pa.array(templates).take(pa.array(text))
    chosen["typical_review_id"] = copies.ids.take(pa.array(typical[text]))
    return _table(copies.ids.take(pa.array(kept)), chosen)


def _templates(rows: EventRows, copies: _Copies, places: Ints) -> tuple[list[str], Ints]:
    """Return the template of each text, by its number, and which copy is the most typical.

    Args:
        rows: The reviews.
        copies: Those that share a text.
        places: Some of them, by text and then by time.
    """
    text = copies.text[places]
    starts = np.flatnonzero(np.diff(text, prepend=-1))
    chosen = [
        places[first + np.array(sample(last - first))]
        for first, last in pairwise([*starts.tolist(), len(places)])
    ]
    wanted = copies.rows[np.concatenate(chosen)]
    wording = rows.take("reviews", ["text"], wanted)["text"].to_pylist()
    templates, typical, at = [], [], 0
    for some in chosen:
        common = skeleton(wording[at : at + len(some)])
        templates.append(common.template)
        typical.append(some[common.representative])
        at += len(some)
    return templates, np.array(typical, np.int64)


def _table(ids: pa.Array, columns: Mapping[str, pa.Array]) -> pa.Table:
    """Return signals about the reviews ``ids``, each resting on itself."""
    alone = pa.array(np.arange(len(ids) + 1), pa.int32())
    own = {"subject_id": ids, "evidence_ids": pa.ListArray.from_arrays(alone, ids)}
    return pa.table({**own, "score": pa.array([], pa.float64()), **columns})


def explain(facts: Facts) -> Words:
    """Say how many accounts wrote it, here and elsewhere, and how alike they are."""
    accounts, here, shops = facts["n_accounts"], facts["n_in_shop"], facts["n_shops"]
    alike = facts["similarity"]
    template = facts["template"]
    if len(template) > SHOWN:
        template = template[:SHOWN].removesuffix("{").removesuffix("{…") + "……"
    what_zh, what_en = ("模板", "template") if SLOT in template else ("原文", "text")
    first_zh = "（本条最早，也可能是被抄的原文）" if facts["is_first"] else ""
    first_en = " This one is the earliest and may be what was copied." if facts["is_first"] else ""
    return Words(
        zh=f"{accounts} 个账号在 {shops} 家店铺写了几乎相同的评价，其中本店 {here} 个，"
        f"文字相似度 {alike:.0%}{first_zh}。{what_zh}：“{template}”",
        en=f"{counted(accounts, 'account')} wrote nearly the same review in "
        f"{counted(shops, 'shop')}, {here:,} of them in this one; "
        f"the texts are {alike:.0%} alike.{first_en} The {what_en}: “{template}”",
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
    stream=stream,
    explain=explain,
)

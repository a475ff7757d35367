"""Shared draft: reviews that tell the same facts in the same order, each in slightly other words.

What it finds: Reviews of at least ``min_accounts`` accounts that share at least ``min_passages``
    passages with one of them, in the same order and apart from each other, made of runs of
    characters that hardly any other review has. The shops may differ.
Why it is fake: Agencies send one draft to all reviewers and ask each to change the words. The
    order of the facts and the odd turns of phrase remain.
Look-alikes: Stock phrases and whatever many reviews have are not rare, and do not count. Who
    quotes a paragraph (a blurb, a poem, a manual) shares one passage, however long. Words of the
    item's title do not count; labels of a form ("外观：") are no part of the text. A couple that
    writes together is two accounts. One person who edits an own text is one. Default praise, tags
    and assisted texts.
Score: n / (n + min_accounts) for n other accounts than the one in the middle. E1.
Check by hand: 1. Lay the reviews side by side and mark what they share. 2. Search the shared
    passages on the web: a press release, a product page? 3. Compare the days, and who else these
    accounts reviewed.
Cost: Reads reviews and items; 44 s and 2.5 GiB a million reviews on one core, all of it compiled;
    above 40 M runs of characters they are thinned evenly.
References: docs/architecture.md, Evidence; leaders instead of chains, so that small changes cannot
    tie together texts that have nothing in common.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text.clauses import clauses
from unbrush.base.text.own_words import OwnWords, of_item, own_words
from unbrush.base.text.passages import gram_counts, in_order, kin, shared_passages
from unbrush.base.text.stock_phrases import is_stock
from unbrush.base.text.wording import code_points, plain
from unbrush.base.words import Words, counted

Ints = npt.NDArray[np.int64]
SHOWN = 3  # passages


@dataclass(frozen=True, kw_only=True)
class Params:
    """When texts are edits of one draft."""

    min_accounts: int = bounded(3, at_least=2, doc="Accounts that share it with one of them.")
    min_passages: int = bounded(3, at_least=2, doc="Passages in common, in order and apart.")
    max_texts: int = bounded(
        30, at_least=2, at_most=200, doc="Reviews that may have a run of characters that is rare."
    )
    min_reviews: int = bounded(30, at_least=10, doc="Written reviews by which anything is rare.")
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Largest chance of any such pair in a market."
    )


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the reviews that are edits of a draft."""
    own = own_words(events, of_items=["title"])
    n_texts = own.reviews.num_rows
    texts = _without_stock(own.texts_of(np.arange(n_texts)))
    titles = plain(of_item(own.reviews, own.items, "title").cast(pa.string()).combine_chunks())
    listing = code_points(titles)
    if n_texts < params.min_reviews:
        return _signals(params, own, texts, np.zeros((3, 0), np.int64))
    points, offsets = code_points(texts)
    counters = gram_counts(points, offsets)
    ones, twos = kin(points, offsets, counters, listing, params.max_texts)
    other = own.accounts[ones] != own.accounts[twos]
    ones, twos = ones[other], twos[other]
    n, surprise = in_order(points, offsets, counters, listing, ones, twos, n_texts)
    limit = math.log(n_texts**2 / 2) - math.log(params.max_chance)
    same = (n >= params.min_passages) & (surprise >= limit)
    return _signals(params, own, texts, np.stack((ones[same], twos[same], n[same])))


def _without_stock(texts: pa.Array) -> pa.Array:
    """Return the clauses of each text that are not stock, with a bar between them."""
    split = clauses(texts)
    stock = is_stock(split.words).to_numpy(zero_copy_only=False)
    kept = ~stock[split.codes]
    ends = np.concatenate(([0], np.cumsum(kept)))[split.offsets]
    words = split.words.take(pa.array(split.codes[kept]))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), words), "|")


def _signals(params: Params, own: OwnWords, texts: pa.Array, pairs: Ints) -> pa.Table:
    """Return the signals of the reviews that belong to a draft's middle."""
    ids = own.reviews["review_id"].combine_chunks()
    rows = []
    for middle, members, n_passages in _drafts(params, own, pairs):
        every = [middle, *members]
        n_accounts = len(np.unique(own.accounts[every]))
        shown = shared_passages(texts[middle].as_py(), texts[members[0]].as_py())
        facts = {
            "score": round((n_accounts - 1) / (n_accounts - 1 + params.min_accounts), 6),
            "n_accounts": n_accounts,
            "n_shops": len(np.unique(own.shops[every])),
            "n_passages": n_passages,
            "passages": sorted(shown, key=lambda text: (-len(text), text))[:SHOWN],
        }
        rows += [{**facts, "row": row} for row in every]
    if not rows:
        return pa.table({"subject_id": ids[:0], "score": pa.array([], pa.float64())})
    table = pa.Table.from_pylist(rows)
    subjects = ids.take(table["row"].combine_chunks())
    alone = pa.array(np.arange(len(rows) + 1), pa.int32())
    return (
        table.drop_columns("row")
        .append_column("subject_id", subjects)
        .append_column("evidence_ids", pa.ListArray.from_arrays(alone, subjects))
    )


def _drafts(params: Params, own: OwnWords, pairs: Ints) -> list[tuple[int, list[int], int]]:
    """Return the middle of each draft, the others around it, and how many passages they share.

    The middle is who has most company; a review belongs to one draft only.
    """
    beside: dict[int, dict[int, int]] = {}
    for one, two, n in pairs.T.tolist():
        beside.setdefault(one, {})[two] = n
        beside.setdefault(two, {})[one] = n
    rows = sorted(beside)
    bare = plain(own.texts_of(np.array(rows, np.int64))).to_pylist()
    text_of = dict(zip(rows, bare, strict=True))
    taken: set[int] = set()
    out = []
    for middle in sorted(beside, key=lambda row: (-len(beside[row]), text_of[row])):
        members = sorted(
            (row for row in beside[middle] if row not in taken),
            key=lambda row: (-beside[middle][row], text_of[row]),
        )
        accounts = {int(own.accounts[row]) for row in (middle, *members)}
        if middle in taken or len(accounts) < params.min_accounts:
            continue
        taken |= {middle, *members}
        out.append((middle, members, int(np.median([beside[middle][row] for row in members]))))
    return out


def explain(facts: Facts) -> Words:
    """Say how many accounts share what."""
    accounts, shops, n = facts["n_accounts"], facts["n_shops"], facts["n_passages"]
    zh = "、".join(f"“{text}”" for text in facts["passages"])
    en = ", ".join(f"“{text}”" for text in facts["passages"])
    return Words(
        zh=f"{accounts} 个账号在 {shops} 家店铺的评价以相同次序写了 {n} 处几乎无人再用的相同语句，"
        f"像是同一底稿的改写，例如{zh}。",
        en=f"Reviews of {counted(accounts, 'account')} in {counted(shops, 'shop')} share "
        f"{counted(n, 'passage')} in the same order that hardly anybody else writes, as edits of "
        f"one draft do; among them {en}.",
    )


DETECTOR = Detector(
    name="shared-draft",
    title=Words("同一底稿改写的评价", "reviews edited from one draft"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "account_id", "item_id", "text")},
    uses={
        "reviews": ("shop_id", "text_source", "append_of"),
        "items": ("item_id", "shop_id", "title"),
    },
    evidence="reviews",
    look_alikes={
        "stock-phrases": Words("人人都用的套话", "stock phrases that everybody uses"),
        "quoted-paragraph": Words("引用同一段文字", "a paragraph that several quote"),
        "words-of-the-title": Words("商品标题里的词语", "words of the item's title"),
        "form-labels": Words("评价表单的栏目名", "labels of a review form"),
        "couple": Words("一同购物的两个人", "two people who shop together"),
        "own-words-again": Words("同一人改写自己的话", "one person who edits an own text"),
        "default-praise": Words(
            "系统默认好评、标签、辅助文字", "default praise, tags, assisted texts"
        ),
    },
    params=Params(),
    stream=stream,
    explain=explain,
)

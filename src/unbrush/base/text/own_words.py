"""Which reviews their authors wrote themselves, and where each of them stands.

Not own words are: what ``text_source`` says the platform wrote, offered or helped with; the
platform's known sentences for buyers who wrote nothing; and, learned from the market, any text that
stands letter for letter in so many shops that only the platform can have put it there.

Texts are read in batches and let go: of each, a hash and its letters stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.event_rows import EventRows
from unbrush.base.text.distinct_texts import mixed
from unbrush.base.text.stock_phrases import is_default
from unbrush.base.text.wording import IDEOGRAPH_LETTERS, IDEOGRAPHS_FROM, folded

NOT_WRITTEN = ["default", "tag", "assisted"]
MIN_SHOPS = 8  # from which a text in most of them is the platform's
MIN_REVIEWS = 20  # of a shop, for its lacking a text to say something
PLATFORM_SHARE = 0.5  # of such shops
MIN_LETTERS = 30  # of a text: shorter ones are what people everywhere write

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """Reviews in their authors' words.

    Attributes:
        rows: The event tables, from which texts are read again.
        reviews: Their rows without the texts, by review_id.
        items: The items asked for.
        places: The place of each in the table of all reviews.
        letters: How much each says, in Latin letters; an ideograph says three.
        shops: A number for the shop of each: its own, its item's, or the item's.
        accounts: A number for the author of each.
    """

    rows: EventRows
    reviews: pa.Table
    items: pa.Table
    places: Ints
    letters: Ints
    shops: Ints
    accounts: Ints

    def texts(self) -> Iterator[tuple[Ints, pa.Array]]:
        """Yield texts batch by batch, with which of ``reviews`` has each."""
        order = np.argsort(self.places)
        ahead, first = self.places[order], 0
        for batch in self.rows.batches("reviews", ["text"]):
            start, end = np.searchsorted(ahead, (first, first + len(batch)))
            if start < end:
                texts = batch["text"].take(pa.array(ahead[start:end] - first))
                yield order[start:end], _whole(texts)
            first += len(batch)

    def texts_of(self, which: Ints) -> pa.Array:
        """Return the texts of some of ``reviews``, all at once."""
        return _whole(self.rows.take("reviews", ["text"], self.places[which])["text"])


def own_words(
    rows: EventRows, *, columns: Sequence[str] = (), of_items: Sequence[str] = ()
) -> OwnWords:
    """Return the reviews that were written, without additions to earlier ones.

    Args:
        rows: With the tables reviews and items.
        columns: Columns of reviews to have, besides review_id, account_id, item_id and shop_id.
        of_items: Columns of items to have, besides item_id and shop_id.
    """
    places, marks, letters = _written(rows)
    ids = ["review_id", "account_id", "item_id", "shop_id"]
    reviews = rows.take("reviews", [*ids, *columns], places)
    items = rows.table("items", ["item_id", "shop_id", *of_items])
    shops = shop_numbers(reviews, items)
    said = (letters > 0) & ~_by_platform(marks, letters, shops)
    order = pc.sort_indices(reviews["review_id"]).to_numpy()
    kept = order[said[order]]
    reviews = reviews.take(pa.array(kept))
    return OwnWords(
        rows=rows,
        reviews=reviews,
        items=items,
        places=places[kept],
        letters=letters[kept],
        shops=shops[kept],
        accounts=numbers(reviews["account_id"]),
    )


def _written(rows: EventRows) -> tuple[Ints, npt.NDArray[np.uint64], Ints]:
    """Return the places of reviews that somebody wrote, with the hash and letters of each text."""
    found: list[tuple[Ints, npt.NDArray[np.uint64], Ints]] = []
    first = 0
    for batch in rows.batches("reviews", ["text", "text_source", "append_of"]):
        by_platform = pc.is_in(batch["text_source"], value_set=pa.array(NOT_WRITTEN))
        own = pc.and_(pc.is_valid(batch["text"]), pc.invert(by_platform))
        own = pc.and_(own, pc.is_null(batch["append_of"])).to_numpy()
        places = np.flatnonzero(own)
        texts = _whole(batch["text"].take(pa.array(places)))
        default = np.asarray(pc.fill_null(is_default(texts), False))
        marks, letters = _marked(*folded(texts))
        found.append((first + places[~default], marks[~default], letters[~default]))
        first += len(batch)
    nothing = (np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, np.int64))
    places, marks, letters = (np.concatenate(parts) for parts in zip(nothing, *found, strict=True))
    return places, marks, letters


@numba.njit(cache=True, nogil=True)
def _marked(points, offsets):  # type: ignore[no-untyped-def]  # compiled
    """A hash of each text and how many letters it says."""
    marks = np.empty(len(offsets) - 1, np.uint64)
    letters = np.zeros(len(offsets) - 1, np.int64)
    for text in range(len(marks)):
        mark = np.uint64(0xCBF29CE484222325)
        for place in range(offsets[text], offsets[text + 1]):
            letters[text] += IDEOGRAPH_LETTERS if points[place] >= IDEOGRAPHS_FROM else 1
            mark = (mark ^ np.uint64(points[place])) * np.uint64(0x9E3779B97F4A7C15)
            mark ^= mark >> np.uint64(32)
        marks[text] = mixed(mark)
    return marks, letters


def shop_numbers(reviews: pa.Table, items: pa.Table) -> Ints:
    """Return the shop of each review: its own, its item's, or the item itself, as a number."""
    place = pc.index_in(reviews["item_id"], value_set=_whole(items["item_id"]))
    of_item = items["shop_id"].take(place)
    shops = numbers(pc.coalesce(reviews["shop_id"], of_item.cast(reviews["shop_id"].type)))
    return np.where(shops >= 0, shops, shops.max(initial=-1) + 1 + numbers(reviews["item_id"]))


def numbers(column: pa.ChunkedArray) -> Ints:
    """Return a whole number for each value, equal for equal values; null is -1."""
    codes = _whole(column).dictionary_encode().indices
    return np.asarray(pc.fill_null(codes, -1)).astype(np.int64)


def of_item(reviews: pa.Table, items: pa.Table, column: str) -> pa.ChunkedArray:
    """Return a column of each review's item; null where the item is not known."""
    place = pc.index_in(reviews["item_id"], value_set=_whole(items["item_id"]))
    return items[column].take(place)


def _by_platform(
    marks: npt.NDArray[np.uint64], letters: Ints, shops: Ints
) -> npt.NDArray[np.bool_]:
    """Say of each text whether it is learned to be the platform's."""
    n_by_shop = np.bincount(shops) if len(shops) else np.zeros(1, np.int64)
    n_large = int((n_by_shop >= MIN_REVIEWS).sum())
    out = np.zeros(len(marks), np.bool_)
    able = np.flatnonzero(letters >= MIN_LETTERS)
    if not len(able):
        return out
    _, codes = np.unique(marks[able], return_inverse=True)
    large = n_by_shop[shops[able]] >= MIN_REVIEWS
    span = int(shops.max()) + 1
    pairs = np.unique(codes[large].astype(np.int64) * span + shops[able][large])
    spread = np.bincount(pairs // span, minlength=int(codes.max()) + 1)
    learned = (spread >= MIN_SHOPS) & (spread >= PLATFORM_SHARE * n_large)
    out[able] = learned[codes]
    return out


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)

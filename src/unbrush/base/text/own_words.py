"""Which reviews their authors wrote themselves, and where each of them stands.

Not own words are: what ``text_source`` says the platform wrote, offered or helped with; the
platform's known sentences for buyers who wrote nothing; and, learned from the market, any text that
stands letter for letter in so many shops that only the platform can have put it there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.text.stock_phrases import is_default
from unbrush.base.text.wording import code_points, letter_weights, plain

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
        reviews: Their rows, by review_id.
        plain: Their texts as `wording.plain` leaves them.
        shops: A number for the shop of each: its own, its item's, or the item's.
        accounts: A number for the author of each.
    """

    reviews: pa.Table
    plain: pa.Array
    shops: Ints
    accounts: Ints


def own_words(reviews: pa.Table, items: pa.Table) -> OwnWords:
    """Return the reviews that were written, without additions to earlier ones.

    Args:
        reviews: With review_id, account_id, item_id, shop_id, text, text_source and append_of.
        items: With item_id and shop_id.
    """
    by_platform = pc.is_in(reviews["text_source"], value_set=pa.array(NOT_WRITTEN))
    own = pc.and_(pc.is_valid(reviews["text"]), pc.invert(by_platform))
    kept = reviews.filter(pc.and_(own, pc.is_null(reviews["append_of"]))).sort_by("review_id")
    kept = kept.filter(pc.invert(is_default(_whole(kept["text"]))))
    shops, bare = shop_numbers(kept, items), plain(_whole(kept["text"]))
    said = pc.and_(pc.greater(pc.utf8_length(bare), 0), pc.invert(_by_platform(bare, shops)))
    places = np.flatnonzero(said.to_numpy(zero_copy_only=False))
    kept = kept.take(pa.array(places))
    return OwnWords(
        reviews=kept,
        plain=bare.take(pa.array(places)),
        shops=shops[places],
        accounts=numbers(kept["account_id"]),
    )


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


def letters(texts: pa.Array) -> Ints:
    """Return how much each text says, in Latin letters; an ideograph says three."""
    points, offsets = code_points(texts)
    return np.diff(np.concatenate(([0], np.cumsum(letter_weights(points))))[offsets])


def _by_platform(bare: pa.Array, shops: Ints) -> pa.Array:
    """Say of each text whether it is learned to be the platform's."""
    n_by_shop = np.bincount(shops) if len(shops) else np.zeros(1, np.int64)
    large = n_by_shop[shops] >= MIN_REVIEWS
    n_large = int((n_by_shop >= MIN_REVIEWS).sum())
    encoded = bare.dictionary_encode()
    codes = np.asarray(encoded.indices).astype(np.int64)
    pairs = np.unique(np.stack((codes[large], shops[large])), axis=1)
    spread = np.bincount(pairs[0], minlength=len(encoded.dictionary))
    learned = (spread >= MIN_SHOPS) & (spread >= PLATFORM_SHARE * n_large)
    learned &= letters(encoded.dictionary) >= MIN_LETTERS
    return pa.array(learned[codes])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)

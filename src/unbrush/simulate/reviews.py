"""Reviews: puts into words what `fates` and plans decided, and writes the table."""

import numpy as np
import pyarrow as pa

from unbrush.simulate import columns as col
from unbrush.simulate import ids, phrases, wording
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.season import END_AT
from unbrush.simulate.sheet import ASSISTED, DEFAULT, TAG, TEXT_SOURCES, Sheet, rows
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import World

SHORT_SHARE = 0.34
_ASSISTED = pa.array(
    [form.format(c.goods[g]) for form in phrases.ASSISTED for c in CATEGORIES for g in (0, 1, 2)]
)


def write_reviews(
    world: World,
    rng: Rng,
    sheet: Sheet,
    *,
    order_ids: Array,
    account_ids: Array,
    first: int,
    sink: Sink,
) -> tuple[Array, Array]:
    """Write the reviews that the orders of a chunk led to within the span.

    Returns:
        Rows of the sheet that were reviewed, and the id of each review.
    """
    chosen = np.flatnonzero((sheet["review_at"] > 0) & (sheet["review_at"] < END_AT))
    said = rows(sheet, chosen)
    n = len(chosen)
    review_ids = first + np.arange(n)
    written = (said["text_source"] == 0) & (said["text"] < 0)
    photo = np.where(said["photo"] >= 0, said["photo"], -1)
    own_photo = written & (rng.random(n) < 0.14) & (photo < 0)
    photo = np.where(own_photo, OWN_PHOTOS + review_ids, photo)
    edited = (rng.random(n) < 0.01) & written
    edited_at = said["review_at"] + rng.integers(60_000, 5 * 86_400_000, n)
    decided = said["edited_at"] >= 0
    edited_at = np.where(decided, said["edited_at"], edited_at)
    edited |= decided
    sink.write(
        "reviews",
        {
            "review_id": col.numbers(review_ids),
            "account_id": col.numbers(account_ids[said["account"]]),
            "item_id": col.numbers(ids.FIRST_ITEM + said["item"]),
            "posted_at": col.numbers(said["review_at"]),
            "rating": col.weights(said["rating"].astype(np.float64)),
            "text": texts_of(world, rng, said),
            "shop_id": col.numbers(ids.FIRST_SHOP + world.items.shop[said["item"]]),
            "order_id": col.numbers(order_ids[chosen]),
            "text_source": col.words(TEXT_SOURCES, said["text_source"]),
            "edited_at": col.numbers(np.where(edited & (edited_at < END_AT), edited_at, -1)),
            "photo_hashes": col.tokens("img", photo),
            "is_disclosed_incentive": col.flags(said["disclosed"]),
        },
    )
    return chosen, review_ids


OWN_PHOTOS = 1 << 32
"""Photos below were decided by plans, which may show one photo twice."""


def texts_of(world: World, rng: Rng, said: Sheet) -> pa.Array:
    """Return the text of every review of ``said``, in its order."""
    category = world.category_when(said["item"], said["at"])
    source, planted = said["text_source"], said["text"] >= 0
    is_short = rng.random(len(source)) < SHORT_SHARE
    written = ~planted & (source == 0)
    sorts: list[tuple[Array, pa.Array]] = []

    def put(mask: Array, texts: pa.Array) -> None:
        sorts.append((np.flatnonzero(mask), texts))

    put(planted, col.texts(world.texts.texts, said["text"][planted]))
    long_ = written & ~is_short
    put(
        long_,
        wording.compose(world.rules, rng, category=category[long_], rating=said["rating"][long_]),
    )
    put(
        written & is_short,
        wording.shorts(world.rules, rng, rating=said["rating"][written & is_short]),
    )
    for kind, choices in (
        (DEFAULT, phrases.DEFAULT_PRAISE),
        (TAG, phrases.TAGS),
        (ASSISTED, _ASSISTED),
    ):
        mask = ~planted & (source == kind)
        drawn = (rng.random(int(mask.sum())) ** 1.5 * len(choices)).astype(np.int64)
        put(mask, col.texts(choices, drawn))
    where = np.concatenate([index for index, _ in sorts])
    back = np.empty(len(where), np.int64)
    back[where] = np.arange(len(where))
    return pa.concat_arrays([texts for _, texts in sorts]).take(pa.array(back))

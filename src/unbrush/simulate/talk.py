"""Talk: messages between buyers and shops, and public posts seen outside the platform."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array
from unbrush.simulate.planting import Post, Talk
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import World


def write_messages(
    world: World, talk: Sequence[tuple[Talk, Array, Array, Array]], account_ids: Array, sink: Sink
) -> None:
    """Write conversations; each comes with ids, accounts and shops of its planting's orders."""
    if not talk:
        return
    order, at, text, shop, sender = [], [], [], [], []
    for said, order_ids, accounts, shops in talk:
        staff = account_ids.max() + 1 + shops[said.order]
        order.append(order_ids[said.order])
        at.append(said.at)
        text.append(said.text)
        shop.append(shops[said.order])
        sender.append(np.where(said.from_shop > 0, staff, account_ids[accounts[said.order]]))
    joined = [np.concatenate(column) for column in (order, at, text, shop, sender)]
    seen = np.flatnonzero((joined[1] < END_AT) & (joined[1] >= START_AT))
    seen = seen[np.argsort(joined[1][seen], kind="stable")]
    orders, ats, texts, shops_, senders = (column[seen] for column in joined)
    sink.write(
        "messages",
        {
            "message_id": col.numbers(ids.FIRST_MESSAGE + np.arange(len(seen))),
            "thread_id": col.numbers(orders),
            "sender_id": col.numbers(senders),
            "at": col.numbers(ats),
            "text": col.texts(world.phrases.texts, texts),
            "shop_id": col.numbers(ids.FIRST_SHOP + shops_),
            "order_id": col.numbers(orders),
        },
    )


def write_posts(posts: Sequence[Post], sink: Sink) -> None:
    """Write public posts in the order in which they were seen."""
    if not posts:
        return
    posts = sorted(posts, key=lambda post: (post.at, post.text))
    item = np.array([post.item for post in posts])
    shop = np.array([post.shop for post in posts])
    sink.write(
        "posts",
        {
            "post_id": col.numbers(ids.FIRST_POST + np.arange(len(posts))),
            "text": pa.array([post.text for post in posts]),
            "captured_at": col.numbers(np.array([post.at for post in posts])),
            "channel": pa.array([post.channel for post in posts]),
            "author_token": col.tokens("au", np.array([post.author for post in posts])),
            "contact_token": pa.array([_token(post.contacts) for post in posts], pa.string()),
            "shop_id": col.numbers(np.where(shop >= 0, ids.FIRST_SHOP + shop, -1)),
            "item_id": col.numbers(np.where(item >= 0, ids.FIRST_ITEM + item, -1)),
        },
    )


def _token(contact: str) -> str | None:
    """Return what a platform keeps of how to reach an author."""
    return hashlib.sha256(contact.encode()).hexdigest()[:16] if contact else None

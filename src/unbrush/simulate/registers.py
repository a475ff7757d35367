"""Registers: what the platform knows of owners, shops, items, campaigns and accounts."""

import numpy as np
import pyarrow as pa

from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.lexicon import CATEGORIES, PLACES, REGIONS
from unbrush.simulate.relisting import shown
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import OWNER_WALLETS, World

ROWS_AT_ONCE = 250_000
_LATER_VERSIONS = ("3", "4", "5")
CATEGORY_NAMES = tuple(category.name for category in CATEGORIES)


def write_market(world: World, rng: Rng, sink: Sink) -> None:
    """Write owners, shops, items and campaigns."""
    shops, items = world.shops, world.items
    n_owners = shops.n_owners
    owners = np.arange(n_owners)
    # Relatives register shops for one another: now and then a phone or address stands twice.
    kin = np.where(rng.random(n_owners) < 0.03, np.maximum(0, owners - 1), owners)
    phone = col.tokens("ph9", kin).to_pylist()
    for owner, account in world.contacts.items():
        phone[owner] = f"ph{world.people['phone'][account]}"
    sink.write(
        "owners",
        {
            "owner_id": col.numbers(ids.FIRST_OWNER + owners),
            "legal_rep_token": col.tokens("id9", owners),
            "phone_token": pa.array(phone, pa.string()),
            "address_token": col.tokens("ad9", kin),
            "bank_token": col.tokens("wa", OWNER_WALLETS + owners),
        },
    )
    sink.write(
        "shops",
        {
            "shop_id": col.numbers(ids.FIRST_SHOP + np.arange(shops.n)),
            "owner_id": col.numbers(ids.FIRST_OWNER + shops.owner),
            "category": col.words(CATEGORY_NAMES, shops.category),
            "region": col.words(REGIONS, shops.region),
            "opened_at": col.numbers(shops.opened_at),
        },
    )
    title, listed = shown(world.relistings, items, shops, world.titles)
    version = (rng.random(items.n) < 0.1).astype(np.int32)
    for relisting in world.relistings:
        version[relisting.item] = relisting.version - 1
    sink.write(
        "items",
        {
            "item_id": col.numbers(ids.FIRST_ITEM + np.arange(items.n)),
            "shop_id": col.numbers(ids.FIRST_SHOP + items.shop),
            "category": col.words(CATEGORY_NAMES, listed["category"]),
            "title": pa.array(title),
            "price_minor": col.numbers(listed["price_minor"]),
            "net_weight_g": col.weights(listed["listed_weight_g"]),
            "listed_at": col.numbers(items.listed_at),
            "version": col.words(
                ("1", "2", *_LATER_VERSIONS) if world.relistings else ("1", "2"), version
            ),
        },
    )
    _write_campaigns(world, sink)


def _write_campaigns(world: World, sink: Sink) -> None:
    numbers = np.arange(len(world.campaigns))
    sink.write(
        "campaigns",
        {
            "campaign_id": col.numbers(ids.FIRST_CAMPAIGN + numbers),
            "kind": pa.array([campaign.kind for campaign in world.campaigns]),
            "category": col.words(CATEGORY_NAMES, np.array([c.category for c in world.campaigns])),
            "starts_at": col.numbers(np.array([c.starts_at for c in world.campaigns])),
            "ends_at": col.numbers(np.array([c.ends_at for c in world.campaigns])),
        },
    )


def write_accounts(world: World, account_ids: Array, sink: Sink) -> None:
    """Write the accounts in the order of their ids."""
    people = world.people
    order = np.argsort(account_ids)
    for start in range(0, people.n, ROWS_AT_ONCE):
        who = order[start : start + ROWS_AT_ONCE]
        inviter, staff = people["invited_by"][who], people["staff_of"][who]
        sink.write(
            "accounts",
            {
                "account_id": col.numbers(account_ids[who]),
                "registered_at": col.numbers(people["registered_at"][who]),
                "region": col.words(PLACES, people["region"][who]),
                "phone_token": col.tokens("ph", people["phone"][who]),
                "identity_token": col.tokens("id", people["identity"][who]),
                "invited_by": col.numbers(np.where(inviter >= 0, account_ids[inviter], -1)),
                "staff_of_shop_id": col.numbers(np.where(staff >= 0, ids.FIRST_SHOP + staff, -1)),
            },
        )

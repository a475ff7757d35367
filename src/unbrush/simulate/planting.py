"""What a planted scheme or look-alike brings into the market: its orders, money, ties and truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unbrush.simulate.chance import Array
from unbrush.simulate.sheet import Sheet


def _none() -> Array:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Money:
    """Transfers between wallets, one array a column; texts are codes of the world's phrase book."""

    sender: Array
    receiver: Array
    amount_minor: Array
    at: Array
    channel: Array
    memo: Array


@dataclass(frozen=True)
class Ties:
    """What accounts used besides what `People` says of them; times in epoch ms."""

    account: Array
    kind: str  # device, address, card, phone, ip
    token: Array
    first_at: Array
    last_at: Array
    address_type: int = -1


@dataclass(frozen=True)
class Reactions:
    """Interactions that belong to no order: likes, favourites, shares, follows, bare views."""

    at: Array
    kind: Array  # index of KINDS in `paths`
    account: Array
    item: Array
    device: Array
    ip: Array
    dwell_ms: Array | None = None  # unknown if left out
    visit: Array | None = None  # those of one number within a plan are one session; else each is
    query: Array | None = None  # what was searched for, code of the world's queries


@dataclass(frozen=True)
class Talk:
    """Messages between a buyer and a shop, about orders of this planting."""

    order: Array  # row in the planting's sheet
    from_shop: Array
    at: Array
    text: Array


@dataclass(frozen=True)
class Post:
    """One public post seen outside the platform."""

    at: int
    text: str
    channel: str
    author: int  # wallet or phone number that signs it
    shop: int = -1
    item: int = -1
    contacts: str = ""  # how to reach the author, as written in it


@dataclass(frozen=True)
class Acts:
    """What staff of the platform did, one array a column; codes are those of `staff`."""

    staff: Array
    kind: Array  # index of ACTS
    about: Array  # index of ABOUT
    subject: Array  # index of the shop or campaign
    at: Array
    reason: Array  # index of REASONS
    approver: Array  # -1 where nobody approved


@dataclass(frozen=True)
class Understated:
    """Shops whose owners declare their honest sales, and of the fake ones only a part."""

    shop: Array
    declared_share: float  # of fake sales


@dataclass(frozen=True)
class Plan:
    """One planted scheme or instance of a look-alike, for the truth."""

    name: str
    is_fake: bool
    level: int
    organiser: str = ""  # who is behind it: shop, agent, vendor, rival
    shops: tuple[int, ...] = ()
    n_accounts: int = 0
    returned_minor: int = 0  # principal that goes back to buyers, seen or unseen
    fees_minor: int = 0
    seen_minor: int = 0  # of both, what the platform's own transfers show


@dataclass
class Planting:
    """Everything that one plan adds.

    Attributes:
        plan: What it is.
        orders: Its orders, with what it decides about them.
        accounts: Accounts to be labelled (fake, or members of the look-alike).
        shops: Shops to be labelled.
        staff: Staff of the platform to be labelled.
        victims: Shops that honest look-alike labels belong to though the plan is fake.
        honest: Kinds of subject that are honest though the plan is fake (buyers who do not know,
            people who are cheated), with the population that they are.
        camouflage: Honest purchases of the same accounts; not labelled, not fake.
    """

    plan: Plan
    orders: Sheet
    accounts: Array = field(default_factory=_none)
    shops: Array = field(default_factory=_none)
    staff: Array = field(default_factory=_none)
    victims: Array = field(default_factory=_none)
    honest: Mapping[str, str] = field(default_factory=dict)
    camouflage: Sheet | None = None
    money: list[Money] = field(default_factory=list)
    ties: list[Ties] = field(default_factory=list)
    reactions: list[Reactions] = field(default_factory=list)
    talk: list[Talk] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    acts: list[Acts] = field(default_factory=list)
    understated: Understated | None = None


def look_alike(
    name: str,
    orders: Sheet,
    *,
    accounts: Array | None = None,
    shops: Array | None = None,
    **more: Any,
) -> Planting:
    """Return an instance of an honest population.

    Args:
        name: The population.
        orders: Its orders; they and their reviews are labelled.
        accounts: Accounts that belong to it, where it is about accounts.
        shops: Shops that belong to it, where it is about shops.
        more: What else it brings; fields of `Planting`.
    """
    return Planting(
        plan=Plan(name, is_fake=False, level=0),
        orders=orders,
        accounts=_none() if accounts is None else np.unique(accounts),
        shops=_none() if shops is None else np.unique(shops),
        **more,
    )

"""Ties: devices, addresses, cards, phones and networks of accounts, their own and planted ones."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from unbrush.base.clock import DAY_MS
from unbrush.simulate import columns as col
from unbrush.simulate.chance import Array, Rng, fixed
from unbrush.simulate.people import ADDRESS_TYPES, OFFICE, first_seen
from unbrush.simulate.planting import Ties
from unbrush.simulate.season import END_AT
from unbrush.simulate.sheet import Sheet
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import World

ROWS_AT_ONCE = 250_000
LINK_KINDS = ("device", "address", "card", "phone", "ip")
PREFIX = {"device": "dv", "address": "ad", "card": "wa", "phone": "ph", "ip": "ip"}
_OWN = (
    # kind, field of People, share that the platform knows of
    ("device", "device", 1.0),
    ("device", "second_device", 1.0),
    ("address", "address", 1.0),
    ("address", "work_address", 1.0),
    ("card", "card", 0.97),
    ("phone", "phone", 0.97),
    ("ip", "ip", 1.0),
    ("ip", "mobile_ip", 0.5),
)


def ties_of(world: World, sheet: Sheet, *kinds: str, address_type: int = -1) -> list[Ties]:
    """Return what the accounts of ``sheet`` used in these orders that is not their own.

    Args:
        world: Where accounts say what is their own.
        sheet: Orders.
        kinds: Of ``device``, ``ip``, ``address``.
        address_type: Sort of address, index of `ADDRESS_TYPES`.
    """
    people, account, found = world.people, sheet["account"], []
    for kind in kinds:
        token = sheet[kind]
        own = np.zeros(len(token), bool)
        for own_kind, field, _ in _OWN:
            if own_kind == kind:
                own |= people[field][account] == token
        used = np.flatnonzero(~own & (token >= 0))
        if not len(used):
            continue
        order = used[np.lexsort((sheet["at"][used], token[used], account[used]))]
        new = np.ones(len(order), bool)
        new[1:] = (account[order][1:] != account[order][:-1]) | (
            token[order][1:] != token[order][:-1]
        )
        first = order[new]
        last = order[np.append(np.flatnonzero(new)[1:] - 1, len(order) - 1)]
        type_ = address_type if kind == "address" else -1
        found.append(
            Ties(account[first], kind, token[first], sheet["at"][first], sheet["at"][last], type_)
        )
    return found


def write_links(
    world: World, rng: Rng, ties: Sequence[Ties], account_ids: Array, sink: Sink
) -> None:
    """Write what accounts are tied to: their own things, then what plans made them use."""
    people = world.people
    since = first_seen(people)
    last = END_AT - (fixed(np.arange(people.n), salt=13) ** 2 * 60 * DAY_MS).astype(np.int64)
    last = np.maximum(last, since + 1)
    extra = _joined(ties, account_ids, people["registered_at"])
    order = np.argsort(account_ids)
    for start in range(0, people.n, ROWS_AT_ONCE):
        who = order[start : start + ROWS_AT_ONCE]
        parts = _own_links(world, rng, who, since, last, account_ids)
        here = account_ids[who]
        low, high = np.searchsorted(extra["account"], [here[0], here[-1] + 1])
        parts.append({name: column[low:high] for name, column in extra.items()})
        _write_some(parts, sink)


def _own_links(
    world: World, rng: Rng, who: Array, since: Array, last: Array, account_ids: Array
) -> list[dict[str, Array]]:
    people, parts = world.people, []
    for kind, field, known in _OWN:
        token = people[field][who]
        here = np.flatnonzero((token >= 0) & (rng.random(len(who)) < known))
        chosen = who[here]
        if field == "address":
            address_type = people["address_type"][chosen].astype(np.int64)
        else:
            address_type = np.full(len(here), OFFICE if field == "work_address" else -1)
        parts.append(
            {
                "account": account_ids[chosen],
                "kind": np.full(len(here), LINK_KINDS.index(kind)),
                "token": token[here],
                "first": since[chosen],
                "last": last[chosen],
                "address_type": address_type,
            }
        )
    return parts


def _joined(ties: Sequence[Ties], account_ids: Array, registered_at: Array) -> dict[str, Array]:
    """Return planted ties as columns, by account id, each (account, kind, token) once."""
    empty = np.zeros(0, np.int64)
    columns = {
        "account": np.concatenate([empty, *(account_ids[tie.account] for tie in ties)]),
        "kind": np.concatenate(
            [empty, *(np.full(len(tie.account), LINK_KINDS.index(tie.kind)) for tie in ties)]
        ),
        "token": np.concatenate([empty, *(tie.token for tie in ties)]),
        "first": np.concatenate([empty, *(tie.first_at for tie in ties)]),
        "last": np.concatenate([empty, *(tie.last_at for tie in ties)]),
        "address_type": np.concatenate(
            [empty, *(np.full(len(tie.account), tie.address_type) for tie in ties)]
        ),
    }
    since = np.concatenate([empty, *(registered_at[tie.account] for tie in ties)])
    columns["first"] = np.maximum(columns["first"], since)
    order = np.lexsort((columns["first"], columns["token"], columns["kind"], columns["account"]))
    columns = {name: column[order] for name, column in columns.items()}
    key = [columns[name] for name in ("account", "kind", "token")]
    repeat = np.zeros(len(order), bool)
    repeat[1:] = np.logical_and.reduce([column[1:] == column[:-1] for column in key])
    return {name: column[~repeat] for name, column in columns.items()}


def _write_some(parts: Sequence[dict[str, Array]], sink: Sink) -> None:
    links = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((links["token"], links["account"], links["kind"]))
    links = {name: column[order] for name, column in links.items()}
    bounds = np.searchsorted(links["kind"], np.arange(len(LINK_KINDS) + 1))
    token = [
        col.tokens(PREFIX[kind], links["token"][bounds[number] : bounds[number + 1]])
        for number, kind in enumerate(LINK_KINDS)
    ]
    sink.write(
        "account_links",
        {
            "account_id": col.numbers(links["account"]),
            "kind": col.words(LINK_KINDS, links["kind"]),
            "token": pa.concat_arrays(token),
            "first_seen_at": col.numbers(np.minimum(links["first"], END_AT - 1)),
            "last_seen_at": col.numbers(np.clip(links["last"], links["first"], END_AT - 1)),
            "address_type": col.words(ADDRESS_TYPES, links["address_type"]),
        },
    )

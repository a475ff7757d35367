"""Paths: what accounts did before they bought, and while they did not buy.

One session before most orders: a search, views of other goods, a view of the one bought, perhaps a
favourite or the cart. Times run backwards from the order, by what each step took.
"""

from collections.abc import Sequence

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate import columns as col
from unbrush.simulate.chance import Array, Rng, around, pick, pick_at
from unbrush.simulate.ids import FIRST_CAMPAIGN, FIRST_ITEM, FIRST_SHOP
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Reactions
from unbrush.simulate.season import START_AT, time_of_day
from unbrush.simulate.sheet import BROWSING, DIRECT, LIVE, MACHINE, NO_PATH, TASK, Sheet
from unbrush.simulate.sink import Sink
from unbrush.simulate.trade import Slice, old_enough
from unbrush.simulate.world import N_QUERY_FORMS, World

KINDS = (
    "search",
    "view",
    "favourite",
    "cart",
    "like",
    "follow",
    "share",
    "live_enter",
    "live_leave",
)
SEARCH, VIEW, FAVOURITE, CART, LIKE, FOLLOW, SHARE, LIVE_ENTER, LIVE_LEAVE = range(9)

# By way of coming: chance of a search, fewest and mean further views, chance of favourite and cart.
_WAYS = {
    BROWSING: (0.62, 0, 1.1, 0.10, 0.38),
    DIRECT: (0.05, 0, 0.05, 0.02, 0.15),
    TASK: (1.0, 2, 0.5, 0.35, 0.45),
    MACHINE: (0.8, 0, 0.0, 0.9, 0.0),
    LIVE: (0.0, 0, 0.1, 0.02, 0.25),
    NO_PATH: (0.0, 0, 0.0, 0.0, 0.0),
}
BROWSE_PER_ORDER = 0.55
_GOOD_OFFSET = np.cumsum([0, *(len(c.goods) for c in CATEGORIES[:-1])])


def write_paths(
    world: World, rng: Rng, sheet: Sheet, sink: Sink, *, part: Slice, ids: Array, session: int
) -> int:
    """Write the interactions of a chunk; return how many sessions there were.

    Args:
        world: The market.
        rng: Chance of this part.
        sheet: Orders of the chunk.
        sink: Where they go.
        part: The slice that the chunk fills, for sessions without an order.
        ids: Account id by index.
        session: First session id.
    """
    buying = _buying(world, rng, sheet, session=session)
    n_sessions = len(sheet["at"])
    idle, n_idle = _idle(world, rng, part, session=session + n_sessions)
    _write(world, sink, [buying, idle], ids)
    return n_sessions + n_idle


def _steps(rng: Rng, way: Array) -> tuple[Array, Array, Array, Array]:
    """Draw how many searches, views, favourites and cart steps each session has."""
    chances = np.array([_WAYS[number] for number in range(len(_WAYS))])[way]
    n = len(way)
    searches = (rng.random(n) < chances[:, 0]).astype(np.int64)
    views = 1 + chances[:, 1].astype(np.int64) + rng.poisson(chances[:, 2])
    views[way == NO_PATH] = 0
    favourites = (rng.random(n) < chances[:, 3]).astype(np.int64)
    carts = (rng.random(n) < chances[:, 4]).astype(np.int64)
    return searches, views, favourites, carts


def _buying(world: World, rng: Rng, sheet: Sheet, *, session: int) -> dict[str, Array]:
    way = sheet["path"]
    searches, views, favourites, carts = _steps(rng, way)
    lives = np.where(way == LIVE, 2, 0)
    total = lives + searches + views + favourites + carts
    order = np.repeat(np.arange(len(way)), total)
    place = np.arange(len(order)) - np.repeat(np.cumsum(total) - total, total)
    # Where each sort of step ends within the session, in the order in which people do them.
    at_search = (lives > 0).astype(np.int64)
    at_view = at_search + searches
    at_favourite = at_view + views
    at_cart = at_favourite + favourites
    at_leave = at_cart + carts
    kind = np.full(len(order), SEARCH)
    kind[place >= at_view[order]] = VIEW
    kind[place >= at_favourite[order]] = FAVOURITE
    kind[place >= at_cart[order]] = CART
    kind[place >= at_leave[order]] = LIVE_LEAVE
    kind[(place == 0) & (lives[order] > 0)] = LIVE_ENTER
    bought = sheet["item"][order]
    others = (kind == VIEW) & (place < at_favourite[order] - 1)
    item = np.where(others, _rivals(world, rng, bought, is_told=way[order] == TASK), bought)
    item[kind == SEARCH] = -1
    dwell = _dwell(rng, kind)
    dwell = np.where(way[order] == MACHINE, 2_000 + rng.integers(0, 80, len(order)), dwell)
    told = (sheet["dwell_ms"][order] >= 0) & (kind == VIEW) & ~others
    dwell[told] = sheet["dwell_ms"][order][told]
    since = world.people["registered_at"][sheet["account"]]
    known_for = np.maximum(0, sheet["at"] - since - HOUR_MS)
    early = np.minimum(_laid_aside(rng, way), known_for)
    events = {
        "at": sheet["at"][order] - early[order] - _until_order(order, dwell),
        "kind": kind,
        "account": sheet["account"][order],
        "item": item,
        "dwell": dwell,
        "device": sheet["device"][order],
        "ip": sheet["ip"][order],
        "session": session + order,
        "campaign": sheet["campaign"][order],
    }
    asked = np.where(
        sheet["query"] >= 0, sheet["query"], _queries(world, rng, sheet["item"], sheet["at"])
    )
    events["query"] = np.where(kind == SEARCH, asked[order], -1)
    return events


def _laid_aside(rng: Rng, way: Array) -> Array:
    """Return how long before the order its session ended: minutes, or days in the cart."""
    n = len(way)
    wait = np.where(rng.random(n) < 0.16, around(rng, 20 * 60, 1.3, n), around(rng, 1.2, 0.9, n))
    wait = np.where(np.isin(way, (TASK, MACHINE)), 0.3, wait)
    return np.asarray((np.minimum(wait, 20 * 24 * 60) * MINUTE_MS).astype(np.int64))


def _until_order(order: Array, dwell: Array) -> Array:
    """Return the time from the start of each step to the end of its session."""
    running = np.cumsum(dwell)
    ends = np.append(np.flatnonzero(np.diff(order)), len(order) - 1) if len(order) else order
    n_of = np.diff(np.append(-1, ends))
    return np.asarray(np.repeat(running[ends], n_of) - running + dwell)


def _dwell(rng: Rng, kind: Array) -> Array:
    median = np.array([9_000, 24_000, 1_500, 2_500, 900, 900, 1_500, 1_000, 240_000])[kind]
    drawn = median * np.exp(rng.normal(0, 0.85, len(kind)))
    return np.asarray(np.clip(drawn, 300, 3_600_000).astype(np.int64))


def _rivals(world: World, rng: Rng, item: Array, *, is_told: Array) -> Array:
    """Return goods that one looks at beside ``item``: of its category, or if not told, its shop."""
    n, shop = len(item), world.items.shop[item]
    first, size = world.shops.first_item[shop], world.shops.n_items[shop]
    step = 1 + (rng.random(n) * (size - 1)).astype(np.int64)
    found = first + (item - first + step) % size
    category = world.shops.category[shop]
    elsewhere = is_told | (rng.random(n) < 0.75)
    for number in range(len(CATEGORIES)):
        here = np.flatnonzero(elsewhere & (category == number))
        pool = world.items_of_category(number)
        found[here] = pool[(rng.random(len(here)) * len(pool)).astype(np.int64)]
    return np.asarray(found)


def _queries(world: World, rng: Rng, item: Array, at: Array) -> Array:
    """Return what somebody types who ends up with ``item``: the goods, mostly with a trait."""
    n = len(item)
    good = _GOOD_OFFSET[world.category_when(item, at)] + world.good_when(item, at)
    form = np.where(
        rng.random(n) < 0.35, 0, 1 + (rng.random(n) ** 1.6 * (N_QUERY_FORMS - 1)).astype(int)
    )
    return np.asarray(good * N_QUERY_FORMS + form)


def _idle(world: World, rng: Rng, part: Slice, *, session: int) -> tuple[dict[str, Array], int]:
    """Draw sessions that end without an order, at the same hours."""
    n = int(len(part.days) * BROWSE_PER_ORDER)
    days = part.days[rng.integers(0, max(1, len(part.days)), n)] if n else part.days[:0]
    u = part.low + rng.random(n) * (part.high - part.low)
    start = START_AT + days * DAY_MS + time_of_day(u)
    account = old_enough(world, rng, pick(rng, world.people.share, n), start)
    total = 1 + rng.poisson(1.5, n)
    visit = np.repeat(np.arange(n), total)
    place = np.arange(len(visit)) - np.repeat(np.cumsum(total) - total, total)
    sought = rng.random(n) < 0.45
    kind = np.where((place == 0) & sought[visit], SEARCH, VIEW)
    react = rng.random(len(visit))
    kind[(place > 0) & (react < 0.05)] = FAVOURITE
    kind[(place > 0) & (react > 0.97)] = LIKE
    shop = pick_at(world.shops.share, rng.random(len(visit)))
    item = world.shops.first_item[shop] + (
        rng.random(len(visit)) ** 2 * world.shops.n_items[shop]
    ).astype(np.int64)
    dwell = _dwell(rng, kind)
    people = world.people
    asked = _queries(world, rng, item, start[visit])
    return {
        "at": start[visit] + place * 30_000 + rng.integers(0, 20_000, len(visit)),
        "kind": kind,
        "account": account[visit],
        "item": np.where(kind == SEARCH, -1, item),
        "dwell": dwell,
        "device": people["device"][account][visit],
        "ip": people["ip"][account][visit],
        "session": session + visit,
        "campaign": np.full(len(visit), -1),
        "query": np.where(kind == SEARCH, asked, -1),
    }, n


def write_reactions(
    world: World, sink: Sink, reactions: Sequence[Reactions], *, ids: Array, session: int
) -> int:
    """Write planted interactions that belong to no order; return how many sessions they took."""
    n = sum(len(r.at) for r in reactions)
    if not n:
        return 0
    joined = {
        name: np.concatenate([getattr(r, name) for r in reactions])
        for name in ("at", "kind", "account", "item", "device", "ip", "dwell_ms", "visit", "query")
    }
    visit, number = np.unique(joined["visit"], return_inverse=True)
    first = np.full(len(visit), n)
    np.minimum.at(first, number, np.arange(n))
    place = np.argsort(np.argsort(first))  # sessions are numbered as they begin
    events = {**joined, "dwell": joined["dwell_ms"], "campaign": np.full(n, -1)}
    events["session"] = session + place[number]
    events["item"] = np.where(joined["kind"] == SEARCH, -1, joined["item"])
    _write(world, sink, [events], ids)
    return len(visit)


def _write(world: World, sink: Sink, parts: Sequence[dict[str, Array]], ids: Array) -> None:
    event = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if int(event["at"].min(initial=START_AT)) < START_AT:
        seen = event["at"] >= START_AT
        event = {name: column[seen] for name, column in event.items()}
    item = event["item"]
    shop = FIRST_SHOP + world.items.shop[item]
    sink.write(
        "interactions",
        {
            "at": col.numbers(event["at"]),
            "kind": col.words(KINDS, event["kind"]),
            "account_id": col.numbers(ids[event["account"]]),
            "item_id": col.numbers(np.where(item >= 0, FIRST_ITEM + item, -1)),
            "shop_id": col.numbers(np.where(item >= 0, shop, -1)),
            "session_id": col.numbers(event["session"]),
            "query": col.words(world.queries.texts, event["query"]),
            "dwell_ms": col.numbers(event["dwell"]),
            "device_token": col.tokens("dv", event["device"]),
            "ip_token": col.tokens("ip", event["ip"]),
            "campaign_id": col.numbers(
                np.where(event["campaign"] >= 0, event["campaign"] + FIRST_CAMPAIGN, -1)
            ),
        },
    )

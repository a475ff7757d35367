"""Unfolding: the planted and the ordinary orders, slice by slice, through everything that follows.

Planted orders are mixed among the ordinary ones before anything is numbered or written: ids, the
place in a file and the order of rows say nothing about who is fake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from unbrush.base.progress import Progress
from unbrush.simulate import ids
from unbrush.simulate.chance import Array
from unbrush.simulate.declarations import no_sales, sales, write_declared
from unbrush.simulate.fates import settle
from unbrush.simulate.ledger import (
    N_WEEKS,
    due,
    write_orders,
    write_payouts,
    write_refunds,
    write_subsidies,
)
from unbrush.simulate.parcels import schedule, write_parcels
from unbrush.simulate.paths import write_paths, write_reactions
from unbrush.simulate.planting import Planting, Reactions, Talk
from unbrush.simulate.registers import write_accounts, write_market
from unbrush.simulate.reviews import write_reviews
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sheet import Sheet, join, rows
from unbrush.simulate.sink import Sink
from unbrush.simulate.staff import ordinary, write_acts, write_staff
from unbrush.simulate.talk import write_messages, write_posts
from unbrush.simulate.ties import write_links
from unbrush.simulate.trade import Slice, honest_orders, join_campaigns, slices
from unbrush.simulate.transfers import write_transfers
from unbrush.simulate.truth import Truth
from unbrush.simulate.world import World


@dataclass
class _Counters:
    """The next number of everything that is numbered as it is written."""

    order: int = ids.FIRST_ORDER
    review: int = ids.FIRST_REVIEW
    refund: int = ids.FIRST_REFUND
    grant: int = ids.FIRST_GRANT
    session: int = 1
    owed: Array = field(default_factory=lambda: np.zeros((0, 0)))
    sold: Array | None = None  # kept only where somebody's declarations are wanted


def unfold(
    world: World, plantings: Sequence[Planting], truth: Truth, sink: Sink, progress: Progress
) -> Array:
    """Write every table of the market; return the account id by index."""
    book, row_of = _book(plantings)
    reactions = _sorted_reactions(plantings)
    acted = [book["account"], reactions.account], [book["at"], reactions.at]
    world.people.register_before(*map(np.concatenate, acted))
    account_ids = world.people.account_ids()
    write_market(world, world.streams.part("registers"), sink)
    write_accounts(world, account_ids, sink)
    n_honest = world.sizes.n_orders - len(book["at"])
    parts = slices(world, world.streams.part("slices"), n_orders=n_honest)
    count = _Counters(owed=np.zeros((world.shops.n, N_WEEKS)))
    understated = [p.understated for p in plantings if p.understated is not None]
    if understated or world.declares:
        count.sold = no_sales(world)
    order_of_row = np.zeros(len(book["at"]), np.int64)
    low = 0
    for part in parts:
        progress("orders", 0.05 + 0.85 * part.number / len(parts))
        high = int(np.searchsorted(book["at"], part.until))
        honest = honest_orders(world, world.streams.part("trade", part.number), part)
        sheet = join([honest, rows(book, slice(low, high))])
        row = np.concatenate([np.full(len(part.days), -1), np.arange(low, high)])
        order = np.argsort(sheet["at"], kind="stable")
        sheet, row = rows(sheet, order), row[order]
        order_ids = count.order + np.arange(len(row))
        order_of_row[row[row >= 0]] = order_ids[row >= 0]
        since = START_AT - 1 if part.number == 0 else parts[part.number - 1].until
        seen = (reactions.at >= since) & (reactions.at < part.until)
        _write_slice(world, sheet, order_ids, account_ids, part, count, truth, sink)
        count.session += write_reactions(
            world, sink, [_some(reactions, seen)], ids=account_ids, session=count.session
        )
        low = high
    progress("money and ties", 0.92)
    write_payouts(world, count.owed, sink)
    if count.sold is not None:
        write_declared(world, world.streams.part("declared"), count.sold, understated, sink)
    money = [money for planting in plantings for money in planting.money]
    write_transfers(world, world.streams.part("transfers"), money, sink)
    ties = [ties for planting in plantings for ties in planting.ties]
    write_links(world, world.streams.part("ties"), ties, account_ids, sink)
    write_messages(world, _talk(world, plantings, order_of_row, row_of), account_ids, sink)
    write_posts([post for planting in plantings for post in planting.posts], sink)
    write_staff(world.people, world.staff, account_ids, sink)
    planted = [acts for planting in plantings for acts in planting.acts]
    usual = ordinary(
        world.streams.part("staff days"),
        world.staff,
        world.shops,
        world.campaigns,
        n_orders=world.sizes.n_orders,
    )
    write_acts([*usual, *planted], account_ids, sink)
    return account_ids


def _write_slice(
    world: World,
    sheet: Sheet,
    order_ids: Array,
    account_ids: Array,
    part: Slice,
    count: _Counters,
    truth: Truth,
    sink: Sink,
) -> None:
    number = part.number
    streams = world.streams
    join_campaigns(world, streams.part("campaigns", number), sheet)
    schedule(world, streams.part("schedule", number), sheet)
    ends = settle(world, streams.part("fates", number), sheet)
    write_orders(world, sheet, ends, order_ids=order_ids, account_ids=account_ids, sink=sink)
    count.session += write_paths(
        world,
        streams.part("paths", number),
        sheet,
        sink,
        part=part,
        ids=account_ids,
        session=count.session,
    )
    write_parcels(world, streams.part("parcels", number), sheet, order_ids, sink)
    reviewed, review_ids = write_reviews(
        world,
        streams.part("reviews", number),
        sheet,
        order_ids=order_ids,
        account_ids=account_ids,
        first=count.review,
        sink=sink,
    )
    refunds = streams.part("refunds", number)
    count.refund += write_refunds(
        refunds, sheet, ends, order_ids=order_ids, first=count.refund, sink=sink
    )
    count.grant += write_subsidies(sheet, order_ids=order_ids, first=count.grant, sink=sink)
    truth.orders(order_ids, sheet["plan"])
    truth.reviews(review_ids, sheet["plan"][reviewed])
    count.owed += due(world, sheet, ends)
    if count.sold is not None:
        count.sold += sales(world, sheet, ends)
    count.order += len(order_ids)
    count.review += len(review_ids)


def _book(plantings: Sequence[Planting]) -> tuple[Sheet, list[Array]]:
    """Return all planted orders by time, and where each planting's own orders went."""
    sheets, sizes = [], []
    for number, planting in enumerate(plantings):
        planting.orders["plan"][:] = number
        planting.orders["is_fake"][:] = planting.plan.is_fake and "order" not in planting.honest
        sheets.append(planting.orders)
        sizes.append(len(planting.orders["at"]))
    extra = [planting.camouflage for planting in plantings if planting.camouflage is not None]
    book = join([*sheets, *extra])
    outside = (book["at"] < START_AT) | (book["at"] >= END_AT)
    if outside.any():
        raise AssertionError(f"{int(outside.sum())} planted orders lie outside the span")
    order = np.argsort(book["at"], kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    starts = np.cumsum([0, *sizes])
    return rows(book, order), [place[a:b] for a, b in pairwise(starts)]


def _sorted_reactions(plantings: Sequence[Planting]) -> Reactions:
    every = [reaction for planting in plantings for reaction in planting.reactions]
    empty, visits = np.zeros(0, np.int64), 0
    visit = [empty]
    for part in every:
        own = np.arange(len(part.at)) if part.visit is None else part.visit
        visit.append(visits + own)
        visits += int(own.max(initial=-1)) + 1
    names = ("at", "kind", "account", "item", "device", "ip")
    columns = {
        name: np.concatenate([empty, *(getattr(part, name) for part in every)]) for name in names
    }
    joined = Reactions(
        **columns,
        dwell_ms=np.concatenate([empty, *(_known(part, part.dwell_ms) for part in every)]),
        visit=np.concatenate(visit),
        query=np.concatenate([empty, *(_known(part, part.query) for part in every)]),
    )
    return _some(joined, np.argsort(joined.at, kind="stable"))


def _known(part: Reactions, column: Array | None) -> Array:
    return np.full(len(part.at), -1) if column is None else column


def _some(reactions: Reactions, chosen: Array) -> Reactions:
    columns = {name: column[chosen] for name, column in vars(reactions).items()}
    return Reactions(**columns)


def _talk(
    world: World, plantings: Sequence[Planting], order_of_row: Array, row_of: Sequence[Array]
) -> list[tuple[Talk, Array, Array, Array]]:
    found = []
    for planting, own in zip(plantings, row_of, strict=True):
        shops = world.items.shop[planting.orders["item"]]
        found += [
            (talk, order_of_row[own], planting.orders["account"], shops) for talk in planting.talk
        ]
    return found

"""Parcels: when orders are sent and received, what the parcel weighs, and its trail of scans."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate import columns as col
from unbrush.simulate.chance import Array, Rng, around, fixed, running
from unbrush.simulate.lexicon import CARRIERS, REGIONS
from unbrush.simulate.season import END_AT
from unbrush.simulate.sheet import (
    CANCELLED,
    COPIED,
    COPIED_NEAR,
    FEW_SCANS,
    FULL_TRACK,
    NO_PARCEL,
    NO_SCANS,
    TWO_NODES,
    Sheet,
)
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import World

FIRST_WAYBILL = 7_300_000_000_001
SECOND_PARCELS = 400_000_000_000
"""Added to the number of an order's first parcel, for its second."""
SCAN_KINDS = ("collected", "departed", "arrived", "out_for_delivery", "signed")
COLLECTED, DEPARTED, ARRIVED, OUT, SIGNED = range(5)
N_BRANCHES = 24
N_WAREHOUSES = 40
WAREHOUSES = 1 << 31
"""Senders below are shops by index."""
_BRANCHES = [f"{region}{n:02d}网点" for region in REGIONS for n in range(N_BRANCHES)]
_CARRIER_SHARE = running(1.0 / (np.arange(len(CARRIERS)) + 1.5))
_STEPS = {  # share of the way from sending to signing, and how often the scan is lost
    COLLECTED: (0.0, 0.02),
    DEPARTED: (0.22, 0.10),
    ARRIVED: (0.62, 0.12),
    OUT: (0.93, 0.35),
    SIGNED: (1.0, 0.03),
}


def schedule(world: World, rng: Rng, sheet: Sheet) -> None:
    """Decide when undecided orders are sent and received, in place."""
    n, at = len(sheet["at"]), sheet["at"]
    by_wire = sheet["parcel"] == NO_PARCEL
    paid_at = at + 40_000
    ready = np.where(by_wire, around(rng, 2, 1.2, n) * MINUTE_MS, around(rng, 19, 0.7, n) * HOUR_MS)
    sent = paid_at + ready.astype(np.int64)
    sheet["shipped_at"] = np.where(sheet["shipped_at"] < 0, sent, sheet["shipped_at"])
    origin = origin_of(world, sheet)
    gap = np.abs(origin - sheet["to_region"])  # regions are listed from near the coast inwards
    days = around(rng, 1.9, 0.28, n) * (1 + gap * 0.035)
    arrival = sheet["shipped_at"] + np.where(by_wire, 5_000, days * DAY_MS).astype(np.int64)
    sheet["delivered_at"] = np.where(sheet["delivered_at"] < 0, arrival, sheet["delivered_at"])
    sheet["delivered_at"] = np.maximum(sheet["delivered_at"], sheet["shipped_at"] + 1_000)


def weigh(world: World, rng: Rng, sheet: Sheet) -> Array:
    """Return what the carrier's scale shows (g): goods, packing, rounding; NaN if unread."""
    n, item = len(sheet["at"]), sheet["item"]
    net = world.weight_when(item, sheet["at"]) * sheet["quantity"]
    packing = around(rng, 55, 0.4, n) + 0.04 * net
    real = np.maximum(10.0, np.round((net * rng.normal(1, 0.015, n) + packing) / 10) * 10)
    weight = np.where(np.isnan(sheet["weight_g"]), real, sheet["weight_g"])
    return np.asarray(np.where(rng.random(n) < 0.1, np.nan, weight))


def write_parcels(world: World, rng: Rng, sheet: Sheet, order_ids: Array, sink: Sink) -> None:
    """Write shipments and scans of the orders of a chunk that were sent within the span."""
    sent = np.flatnonzero(
        (sheet["parcel"] != NO_PARCEL)
        & (sheet["shipped_at"] < END_AT)
        & ((sheet["fate"] != CANCELLED) | (sheet["parcel"] > FULL_TRACK))
    )
    shop = world.items.shop[sheet["item"][sent]]
    carrier = _carrier_of(rng, shop)
    shipper = np.where(sheet["shipper"][sent] >= 0, sheet["shipper"][sent], sender_of(shop))
    origin, to = origin_of(world, sheet)[sent], sheet["to_region"][sent]
    weight = weigh(world, rng, sheet)[sent]
    # A copied number shows the parcel that it was copied from, which is scanned once.
    shown = _shown(sheet, sent)
    waybills = FIRST_WAYBILL + order_ids[sent][shown]
    carrier, shipper, weight = carrier[shown], shipper[shown], weight[shown]
    origin, to = origin[shown], to[shown]
    sink.write(
        "shipments",
        {
            "waybill_id": col.numbers(waybills),
            "order_id": col.numbers(order_ids[sent]),
            "carrier": col.words(CARRIERS, carrier),
            "shipper_token": col.tokens("sp", shipper),
            "origin_region": col.words(REGIONS, origin),
            "destination_region": col.words(REGIONS, to),
            "weight_g": col.weights(weight),
            "sent_at": col.numbers(sheet["shipped_at"][sent][shown]),
        },
    )
    track = np.maximum(sheet["parcel"][sent], 0)
    own = np.flatnonzero(shown == np.arange(len(sent)))
    _write_scans(
        rng,
        sheet,
        sent[own],
        waybills[own],
        track[own],
        shipper[own],
        origin[own],
        to[own],
        sink,
    )
    more = np.flatnonzero(~np.isnan(sheet["extra_g"][sent]))
    if not len(more):
        return
    also = sent[more]
    second = waybills[more] + SECOND_PARCELS
    sink.write(
        "shipments",
        {
            "waybill_id": col.numbers(second),
            "order_id": col.numbers(order_ids[also]),
            "carrier": col.words(CARRIERS, carrier[more]),
            "shipper_token": col.tokens("sp", shipper[more]),
            "origin_region": col.words(REGIONS, origin[more]),
            "destination_region": col.words(REGIONS, to[more]),
            "weight_g": col.weights(sheet["extra_g"][also]),
            "sent_at": col.numbers(sheet["shipped_at"][also]),
        },
    )
    _write_scans(rng, sheet, also, second, track[more], shipper[more], origin[more], to[more], sink)


def _shown(sheet: Sheet, sent: Array) -> Array:
    """Return the parcel whose number each order shows, as a place in ``sent``: mostly its own.

    Numbers are sold twice, or copied from strangers, among the orders of one chunk.
    """
    shown, number = np.arange(len(sent)), sheet["waybill"][sent]
    sold = np.flatnonzero(number >= 0)
    _, first, which = np.unique(number[sold], return_index=True, return_inverse=True)
    shown[sold] = sold[first[which]]
    at, to = sheet["shipped_at"][sent], sheet["to_region"][sent]
    real = np.flatnonzero((sheet["plan"][sent] < 0) & (sheet["parcel"][sent] <= FULL_TRACK))
    real = real[np.argsort(at[real], kind="stable")]
    for row in np.flatnonzero((number == COPIED) | (number == COPIED_NEAR)):
        near = number[row] == COPIED_NEAR
        those = real[to[real] == to[row]] if near else real
        earlier = 0 if near else int(fixed(sent[row : row + 1], salt=41)[0] * 6 * DAY_MS) + DAY_MS
        place = int(np.searchsorted(at[those], at[row] - earlier))
        if len(those):
            shown[row] = those[min(place, len(those) - 1)]
    return shown


def origin_of(world: World, sheet: Sheet) -> Array:
    """Return the region that each parcel starts from: its shipper's if decided, else its shop's."""
    home = world.shops.region[world.items.shop[sheet["item"]]]
    return np.asarray(np.where(sheet["from_region"] >= 0, sheet["from_region"], home))


def sender_of(shop: Array) -> Array:
    """Return who sends for shops: themselves; for one in seven a warehouse of many."""
    warehouse = WAREHOUSES + (fixed(shop, salt=37) * N_WAREHOUSES).astype(np.int64)
    return np.where(fixed(shop, salt=31) < 0.14, warehouse, shop)


def _carrier_of(rng: Rng, shop: Array) -> Array:
    """Return the carrier: a shop keeps to one, but for one parcel in eight."""
    other = rng.random(len(shop))
    usual = fixed(shop, salt=17)
    return np.minimum(
        np.searchsorted(_CARRIER_SHARE, np.where(other < 0.125, other * 8, usual), side="right"),
        len(CARRIERS) - 1,
    )


def _write_scans(
    rng: Rng,
    sheet: Sheet,
    sent: Array,
    waybills: Array,
    track: Array,
    shipper: Array,
    origin: Array,
    to: Array,
    sink: Sink,
) -> None:
    n = len(sent)
    start, end = sheet["shipped_at"][sent], sheet["delivered_at"][sent]
    local = (fixed(shipper, salt=23) * N_BRANCHES).astype(np.int64)  # one branch collects a shop's
    far = rng.integers(0, N_BRANCHES, n)
    at = np.empty((n, len(_STEPS)), np.int64)
    kept = np.empty((n, len(_STEPS)), bool)
    region = np.empty((n, len(_STEPS)), np.int64)
    branch = np.empty((n, len(_STEPS)), np.int64)
    for kind, (share, loss) in _STEPS.items():
        jitter = rng.normal(0, 0.02, n) if 0 < share < 1 else 0.0
        at[:, kind] = start + ((end - start) * np.clip(share + jitter, 0, 1)).astype(np.int64)
        is_lost = rng.random(n) < np.where(track == FEW_SCANS, np.maximum(loss, 0.65), loss)
        is_end = kind in (COLLECTED, SIGNED)
        kept[:, kind] = np.where(track == TWO_NODES, is_end, ~is_lost) & (track != NO_SCANS)
        region[:, kind] = origin if kind <= DEPARTED else to
        branch[:, kind] = region[:, kind] * N_BRANCHES + (local if kind <= DEPARTED else far)
    kept &= at < END_AT
    row, step = np.nonzero(kept)
    sink.write(
        "scans",
        {
            "waybill_id": col.numbers(waybills[row]),
            "kind": col.words(SCAN_KINDS, step),
            "at": col.numbers(at[row, step]),
            "region": col.words(REGIONS, region[row, step]),
            "branch": col.words(_BRANCHES, branch[row, step]),
        },
    )

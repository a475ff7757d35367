"""The order sheet: what is decided about orders before they are written, one array per column.

A value of -1 (or NaN) says "not decided": honest nature decides it further down the path, in
`parcels`, `paths`, `reviews` and `ledger`. A planted order decides exactly what its scheme decides
in life, and leaves the rest to nature like everybody else.
"""

from collections.abc import Sequence

import numpy as np

from unbrush.simulate.chance import Array

Sheet = dict[str, Array]
"""Arrays of equal length by column name; see `FIELDS`."""

# Ways to come to an order (`path`).
BROWSING, DIRECT, TASK, MACHINE, LIVE, NO_PATH = range(6)
# What travels (`parcel`).
FULL_TRACK, TWO_NODES, FEW_SCANS, NO_PARCEL, NO_SCANS = range(5)
# How an order ends (`fate`).
KEPT, REFUNDED, CANCELLED = range(3)
# Who wrote a review (`text_source`); the order of TEXT_SOURCES.
WRITTEN, DEFAULT, TAG, ASSISTED = range(4)
TEXT_SOURCES = ("written", "default", "tag", "assisted")
NEVER = -2
"""For ``review_at``: this order is not reviewed."""
COPIED, COPIED_NEAR = -2, -3
"""For ``waybill``: the number of a stranger's parcel sent some days before; of one sent to the
same region at about the same time."""

FIELDS: dict[str, tuple[str, float]] = {
    "account": ("i8", -1),
    "item": ("i8", -1),
    "at": ("i8", -1),
    "quantity": ("i4", 1),
    "paid_minor": ("i8", -1),  # price times quantity
    "device": ("i8", -1),
    "ip": ("i8", -1),
    "address": ("i8", -1),
    "payer": ("i8", -1),
    "campaign": ("i4", -1),
    "live": ("i4", -1),
    "group": ("i4", -1),
    "is_gift": ("?", 0),
    "remark": ("i4", -1),
    "subsidy_minor": ("i8", 0),
    "path": ("i1", BROWSING),
    "query": ("i4", -1),
    "dwell_ms": ("i8", -1),  # on the page of the item bought
    "parcel": ("i1", -1),
    "weight_g": ("f8", np.nan),
    "extra_g": ("f8", np.nan),  # of a second parcel of the same order; NaN if there is none
    "waybill": ("i8", -1),  # orders with the same number from 0 on show one parcel's
    "shipper": ("i8", -1),
    "from_region": ("i2", -1),  # where the shipper is; else where the shop is
    "to_region": ("i2", -1),
    "shipped_at": ("i8", -1),
    "delivered_at": ("i8", -1),
    "fate": ("i1", -1),
    "closed_at": ("i8", -1),  # when it was undone, if it was
    "review_at": ("i8", -1),
    "edited_at": ("i8", -1),  # when its author changed it; by default one in a hundred did
    "rating": ("i1", -1),
    "text": ("i4", -1),
    "text_source": ("i1", -1),
    "disclosed": ("i1", -1),
    "photo": ("i8", -1),
    "population": ("i2", 0),  # 0 is none, else 1 + its place in POPULATIONS
    "plan": ("i4", -1),
    "is_fake": ("?", 0),
}
"""Type and undecided value of every column."""


def blank(n: int) -> Sheet:
    """Return a sheet of ``n`` orders about which nothing is decided."""
    return {name: np.full(n, default, dtype) for name, (dtype, default) in FIELDS.items()}


def join(sheets: Sequence[Sheet]) -> Sheet:
    """Return the orders of all ``sheets``, one after the other."""
    if not sheets:
        return blank(0)
    return {name: np.concatenate([sheet[name] for sheet in sheets]) for name in FIELDS}


def rows(sheet: Sheet, chosen: Array | slice) -> Sheet:
    """Return the ``chosen`` orders (indices, mask or slice)."""
    return {name: column[chosen] for name, column in sheet.items()}


def decide(sheet: Sheet, chosen: Array, **values: Array | float) -> None:
    """Set columns of the ``chosen`` orders (a mask), in place."""
    for name, value in values.items():
        sheet[name][chosen] = value[chosen] if isinstance(value, np.ndarray) else value


def length(sheet: Sheet) -> int:
    """Return the number of orders."""
    return len(sheet["at"])

"""The accounts: who they are, what they share at home and at work, and how much they buy.

Inside the simulation an account is an index; `account_ids` gives the ids that are written, in the
order of registration, so that an id says nothing about why an account was made.
"""

from typing import Any

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Array, Rng, around, fixed, pick, running
from unbrush.simulate.market import region_shares
from unbrush.simulate.season import END_AT, OLDEST_DAYS, START_AT

HOME, OFFICE, SCHOOL, STATION, LOCKER, FORWARDER = range(6)
ADDRESS_TYPES = ("home", "office", "school", "station", "locker", "forwarder")
FIRST_ACCOUNT_ID = 100_001

_FIELDS: dict[str, Any] = {
    "region": np.int16,
    "household": np.int64,  # -1 for those who join
    "registered_at": np.int64,
    "device": np.int64,
    "second_device": np.int64,  # -1 for most
    "card": np.int64,
    "phone": np.int64,
    "identity": np.int64,  # -1 if not verified
    "address": np.int64,
    "address_type": np.int8,
    "work_address": np.int64,  # -1 if nothing is sent to work
    "ip": np.int64,  # at home
    "mobile_ip": np.int64,  # shared with whoever is in the same cell
    "invited_by": np.int64,
    "staff_of": np.int64,
}


class People:
    """All accounts of a market; more join while look-alikes and gangs are planted.

    Args:
        rng: Chance of this part.
        n: Accounts before anybody joins.
    """

    def __init__(self, rng: Rng, *, n: int) -> None:
        self.n = self.n_ordinary = n
        self._next = {"device": 2 * n, "card": 2 * n, "phone": n, "address": 2 * n, "ip": 3 * n}
        self._arrays = {name: np.full(n + n // 8 + 512, -1, t) for name, t in _FIELDS.items()}
        self._fill(rng, n)
        self.share = running(around(rng, 1.0, 1.1, n))

    def __getitem__(self, field: str) -> Array:
        return self._arrays[field][: self.n]

    def _fill(self, rng: Rng, n: int) -> None:
        ids = np.arange(n)
        starts = np.cumsum(rng.random(n) < 0.72)  # one to a few accounts live together
        household = starts - starts[0]
        work = rng.integers(0, max(2, n // 25), n)
        cells = max(4, n // 80)
        region = pick(rng, region_shares(), int(household[-1]) + 1)
        own = self._arrays
        own["household"][:n] = household
        own["region"][:n] = region[household]
        own["registered_at"][:n] = registered(rng, n)
        own["device"][:n] = ids
        own["second_device"][:n] = np.where(rng.random(n) < 0.15, n + household, -1)
        lends = (rng.random(n) < 0.12) & (np.append(-1, household[:-1]) == household)
        own["card"][:n] = np.where(lends, ids - 1, ids)
        own["phone"][:n] = ids
        own["identity"][:n] = np.where(rng.random(n) < 0.85, ids, -1)
        own["address"][:n] = household
        own["address_type"][:n] = HOME
        own["work_address"][:n] = np.where(rng.random(n) < 0.18, n + work, -1)
        own["ip"][:n] = household
        own["mobile_ip"][:n] = n + (fixed(ids, salt=3) * cells).astype(np.int64)
        own["invited_by"][:n] = np.where(rng.random(n) < 0.04, rng.integers(0, n, n), -1)

    def new(self, kind: str, n: int) -> Array:
        """Return ``n`` tokens of a kind (device, card, phone, address, ip) that nobody has."""
        first = self._next[kind]
        self._next[kind] = first + n
        return np.arange(first, first + n)

    def join(self, n: int, **fields: Array | int) -> Array:
        """Register ``n`` more accounts and return their indices.

        Args:
            n: How many.
            fields: What they are; whatever is left out is new and their own.
        """
        joined = np.arange(self.n, self.n + n)
        self.n += n
        for name, old in self._arrays.items():
            if len(old) < self.n:
                longer = np.full(2 * self.n, -1, old.dtype)
                longer[: len(old)] = old
                self._arrays[name] = longer
        for kind in ("device", "card", "phone", "address", "ip"):
            if kind not in fields:
                fields[kind] = self.new(kind, n)
        fields.setdefault("address_type", HOME)
        fields.setdefault("mobile_ip", fields["ip"])
        for name, value in fields.items():
            self._arrays[name][joined] = value
        return joined

    def register_before(self, account: Array, at: Array) -> None:
        """Let accounts that planting made buy before they existed register shortly before."""
        first = np.full(self.n, np.iinfo(np.int64).max)
        np.minimum.at(first, account, at)
        late = np.flatnonzero(self["registered_at"] >= first - HOUR_MS)
        early = (fixed(late, salt=29) ** 2 * 3 * DAY_MS).astype(np.int64) + HOUR_MS
        self["registered_at"][late] = first[late] - early

    def account_ids(self) -> Array:
        """Return the id of every account, given in order of registration."""
        order = np.argsort(self["registered_at"], kind="stable")
        ids = np.empty(self.n, np.int64)
        ids[order] = FIRST_ACCOUNT_ID + np.arange(self.n)
        return ids


def registered(rng: Rng, n: int) -> Array:
    """Return moments of registration: most accounts are years old, a few came this season."""
    old = np.minimum(around(rng, 900, 0.8, n), OLDEST_DAYS) + 75
    age = np.where(rng.random(n) < 0.06, rng.random(n) * 70, old)
    return np.asarray(END_AT - (age * DAY_MS).astype(np.int64))


def young(rng: Rng, n: int, *, until: int, within_days: float) -> Array:
    """Return moments of registration within some days before ``until``, never before the span's."""
    return np.asarray(until - (rng.random(n) * within_days * DAY_MS).astype(np.int64))


def first_seen(people: People) -> Array:
    """Return when each account was first seen with what it has (epoch ms)."""
    ids = np.arange(people.n)
    since = people["registered_at"]
    return np.asarray(
        since + (fixed(ids, salt=11) ** 3 * np.maximum(0, START_AT - since)).astype(np.int64)
    )

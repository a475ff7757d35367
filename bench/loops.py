"""Loops of payments in simulated ledgers: what is passed on, and how surely it is no chance.

The money detectors ask three things of transfers beside orders: whether what came in goes out again
(payout-roundtrip), whether each hand keeps the same share (cash-out), and whether one payer's sums
are fixed (red-packet-channel). A ledger has no orders, so here they stand alone. Two transfers are
linked if the second passes on what the first brought, whole or less the same share as the pass
before it; or if they are of one sum, to or from one account. How many links of that kind the
account's activity and the market's sums would give says how surprising a link is; a group of linked
transfers is reported if the surprise of its tree exceeds that of the whole market's best by chance.
"""

import argparse
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from measured import DATA, table

from unbrush.judge.score import ranking
from unbrush.store.duckdb_engine import DuckDBEngine

KEPT = 0.2  # the most that a hand keeps
ROUNDED = 0.006  # two sums that are one, in money units: half a cent
FORESEEN = 0.02  # a sum foreseen from the two before it, each of them rounded
LINKED = 0.01  # links that chance gives more often are none
WINDOW = 30  # days
SAMPLES = ("cycle200", "fanin200", "fanin200cycle200")
FLOORS = {
    "cycle200": "account AP 0.158",
    "fanin200": "account AP 0.140",
    "fanin200cycle200": "account AP 0.250",
    "tx-labelled": "transfer AP 0.590",
}
MODES = {
    "passes, in order, 30 days": (("pass",), True),
    "passes, any order": (("pass",), False),
    "and fixed sums, any order": (("pass", "gather", "spread"), False),
}


@dataclass(frozen=True)
class Ledger:
    """Transfers as arrays of equal length; ``ring`` is 0 for none."""

    payer: np.ndarray
    payee: np.ndarray
    amount: np.ndarray
    day: np.ndarray
    ring: np.ndarray
    pattern: dict[int, str]
    suspicious: np.ndarray  # accounts that the source marks


def amlsim(name: str) -> Ledger:
    root = DATA / "amlsim-samples"
    with DuckDBEngine() as engine:
        rows = engine.query(
            f"""SELECT from_account, to_account, amount, step, coalesce(ring_id, 0) AS ring_id
                FROM read_parquet('{root}/{name}_transfers.parquet')
                LEFT JOIN read_csv('{root}/{name}_ring_transfers.csv.gz') USING (transfer_id)
                ORDER BY transfer_id"""
        )
        rings = engine.query(
            f"""SELECT DISTINCT ring_id, pattern
                FROM read_csv('{root}/{name}_ring_transfers.csv.gz')"""
        ).to_pylist()
        marked = engine.query(
            f"""SELECT account_id FROM read_csv('{root}/{name}_accounts.csv.gz')
                WHERE is_suspicious = 1"""
        )
    return Ledger(
        *(column.to_numpy() for column in rows.columns),
        {row["ring_id"]: row["pattern"] for row in rings},
        marked["account_id"].to_numpy(),
    )


def labelled() -> Ledger:
    root = DATA / "amlsim-tx-labelled"
    with DuckDBEngine() as engine:
        rows = engine.query(
            f"""SELECT from_account, to_account, amount, sent_on - DATE '2020-01-01' AS day,
                       coalesce(ring_id, 0) AS ring_id
                FROM read_parquet('{root}/transfers.parquet') ORDER BY transfer_id"""
        )
        rings = engine.query(f"SELECT ring_id, pattern FROM read_csv('{root}/rings.csv.gz')")
    ledger = Ledger(
        *(column.to_numpy() for column in rows.columns),
        {row["ring_id"]: row["pattern"] for row in rings.to_pylist()},
        np.array([]),
    )
    in_ring = ledger.ring > 0
    members = np.unique(np.concatenate([ledger.payer[in_ring], ledger.payee[in_ring]]))
    return Ledger(**{**vars(ledger), "suspicious": members})


class Chances:
    """Share of all transfers whose sum is about a given one."""

    def __init__(self, amount: np.ndarray):
        self.sorted = np.sort(amount)

    def near(self, amount: np.ndarray, off: float) -> np.ndarray:
        first = np.searchsorted(self.sorted, amount - off, "left")
        last = np.searchsorted(self.sorted, amount + off, "right")
        return (last - first) / len(self.sorted)


def pairs(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places in ``left`` and ``right`` of equal value, and how many each left one met."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, "left")
    n = np.searchsorted(right[order], left, "right") - first
    one = np.repeat(np.arange(len(left)), n)
    within = np.arange(len(one)) - np.repeat(np.cumsum(n) - n, n)
    return one, order[np.repeat(first, n) + within], n


def links(
    ledger: Ledger, kinds: tuple[str, ...], *, in_order: bool
) -> list[tuple[float, int, int]]:
    """Return (surprise, transfer, transfer), the most surprising first."""
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    chances, amount = Chances(ledger.amount), ledger.amount
    if "pass" in kinds:
        found += _passes(ledger, chances, in_order=in_order)
    for kind, side in (("gather", ledger.payee), ("spread", ledger.payer)):
        if kind in kinds:
            one, two, n = pairs(side, side)
            is_same = np.abs(amount[two] - amount[one]) <= ROUNDED
            one, two = one[is_same], two[is_same]
            # A crowd must not excuse itself: its sum is as common as it is with other accounts.
            n_own = np.bincount(one, minlength=len(amount))[one]
            elsewhere = chances.near(amount[one], ROUNDED) - (n_own - 1) / len(amount)
            expected = n[one] * elsewhere
            is_once = one < two
            expected, one, two = expected[is_once], one[is_once], two[is_once]
            found.append((expected, one, two))
    merged = [
        (-math.log(expected), int(one), int(two))
        for parts in found
        for expected, one, two in zip(*(part.tolist() for part in parts), strict=True)
        if 0 < expected <= LINKED
    ]
    return sorted(merged, key=lambda link: (-link[0], link[1], link[2]))


def _passes(
    ledger: Ledger, chances: Chances, *, in_order: bool
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Passes of the whole sum; and of two in a row that each lose the same share."""
    amount = ledger.amount
    one, two, _ = pairs(ledger.payee, ledger.payer)
    kept = amount[two] / amount[one]
    is_pass = (kept >= 1 - KEPT) & (amount[two] <= amount[one] + ROUNDED)
    wait = ledger.day[two] - ledger.day[one]
    is_due = (wait >= 0) & (wait <= WINDOW) if in_order else np.full(len(wait), True)
    n_out = np.bincount(one[is_due], minlength=len(amount))
    one, two, kept = one[is_pass & is_due], two[is_pass & is_due], kept[is_pass & is_due]
    n_in = np.bincount(two, minlength=len(amount))
    whole = np.abs(amount[two] - amount[one]) <= ROUNDED
    expected = n_out[one[whole]] * chances.near(amount[one[whole]], ROUNDED)
    parts = [(expected, one[whole], two[whole])]
    # Pass p, then pass q: the middle transfer is p's second and q's first.
    one, two, kept = one[~whole], two[~whole], kept[~whole]
    p, q, _ = pairs(two, one)
    middle, last = two[p], two[q]
    foreseen = amount[middle] * kept[p]
    is_alike = np.abs(amount[last] - foreseen) <= FORESEEN
    first, middle, last, foreseen = (
        one[p][is_alike],
        middle[is_alike],
        last[is_alike],
        foreseen[is_alike],
    )
    expected = n_in[middle] * n_out[middle] * chances.near(foreseen, FORESEEN)
    half = np.sqrt(expected)  # two links share what the three say together
    return [*parts, (half, first, middle), (half, middle, last)]


def groups(found: list[tuple[float, int, int]], n: int) -> list[tuple[float, set[int]]]:
    """Return trees of linked transfers whose surprise exceeds what ``n`` transfers give once."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    surprise: dict[int, float] = defaultdict(float)
    for worth, one, two in found:  # the most surprising first: a maximal tree
        a, b = root(one), root(two)
        if a != b:
            parent[b] = a
            surprise[a] += surprise.pop(b, 0.0) + worth
    members: dict[int, set[int]] = defaultdict(set)
    for node in parent:
        members[root(node)].add(node)
    return [(surprise[at], nodes) for at, nodes in members.items() if surprise[at] > math.log(n)]


def accounts(ledger: Ledger, transfers: set[int] | np.ndarray) -> set[int]:
    at = np.fromiter(transfers, np.int64)
    return {*ledger.payer[at].tolist(), *ledger.payee[at].tolist()}


def measure(name: str, ledger: Ledger) -> list[dict[str, Any]]:
    n = len(ledger.amount)
    rings = {ring: accounts(ledger, np.flatnonzero(ledger.ring == ring)) for ring in ledger.pattern}
    everybody = np.unique(np.concatenate([ledger.payer, ledger.payee]))
    lines = []
    for mode, (kinds, in_order) in MODES.items():
        found = links(ledger, kinds, in_order=in_order)
        told = [accounts(ledger, nodes) for _, nodes in groups(found, n)]
        score, standing = np.zeros(n), defaultdict(float)
        for worth, one, two in found:
            score[one] += worth
            score[two] += worth
        for at in np.flatnonzero(score):
            for account in (ledger.payer[at], ledger.payee[at]):
                standing[int(account)] = max(standing[int(account)], score[at])
        worth_of = np.array([standing.get(int(account), 0.0) for account in everybody])
        hits = {
            ring for ring, members in rings.items() if any(_holds(group, members) for group in told)
        }
        right = sum(
            any(len(group & members) >= 2 / 3 * len(group) for members in rings.values())
            for group in told
        )
        by_pattern = ", ".join(
            f"{pattern} {sum(ledger.pattern[r] == pattern for r in hits)}"
            f"/{sum(p == pattern for p in ledger.pattern.values())}"
            for pattern in sorted(set(ledger.pattern.values()))
        )
        lines.append(
            {
                "ledger": name,
                "links": mode,
                "rings found": by_pattern,
                "groups": len(told),
                "of one ring": f"{right / len(told):.2f}" if told else "–",
                "transfer AP": ranking(score, ledger.ring > 0)[1],
                "account AP": ranking(worth_of, np.isin(everybody, ledger.suspicious))[1],
                "base rate": float((ledger.ring > 0).mean()),
                "floor": FLOORS[name],
            }
        )
    return lines


def _holds(group: set[int], members: set[int]) -> bool:
    return 3 * len(group & members) >= 2 * len(members)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", choices=[*SAMPLES, "tx-labelled"])
    given = arguments.parse_args()
    lines = []
    for name in (*SAMPLES, "tx-labelled"):
        if given.only in (None, name):
            lines += measure(name, labelled() if name == "tx-labelled" else amlsim(name))
    table(lines)


if __name__ == "__main__":
    main()

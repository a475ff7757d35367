"""Whether the audit is whole, and if not, which entry was changed, removed, moved or cut off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.audit import CHECKPOINT, GENESIS, canonical, entry_hash
from unbrush.respond.desk.signing import is_signed, key_id_of

BATCH = 10_000
NEEDS = {
    "audit_log": frozenset({
        "seq", "noted_at", "actor", "action", "subject_kind", "subject_id", "detail", "previous",
        "hash",
    }),
    "audit_head": frozenset({"id", "seq", "hash"}),
    "audit_checkpoints": frozenset(CHECKPOINT),
    "people": frozenset({"person_id"}),
    "runs": frozenset({"run_id"}),
}  # fmt: skip
"""Tables that are read here, with their columns."""

LAST = 2**63 - 1
"""The highest number that an entry can have."""


@dataclass(frozen=True)
class Fault:
    """One place where the audit is not what was written.

    Attributes:
        seq: The entry; 0 for what stands at no place of the chain.
        kind: changed, removed, moved, added, cut-off, forged-checkpoint, unknown-key; gone: a
            table or column of the records.
        words: What is wrong.
    """

    seq: int
    kind: str
    words: Words


def audit_faults(
    transaction: Transaction, public_keys: list[str], kept: Sequence[Mapping[str, Any]] = ()
) -> list[Fault]:
    """Read the whole chain and every checkpoint; return what is wrong, in order of entries.

    Whoever can write to the file can put anything into it, so that no column is trusted to be of
    its type.

    Args:
        transaction: Where the audit is.
        public_keys: Keys that checkpoints may be signed with, in base 64.
        kept: Checkpoints that were kept elsewhere: they hold where those beside the audit are gone.
    """
    gone = _gone(transaction)
    if gone:
        return gone  # nothing else can be told before it is back
    faults: list[Fault] = []
    checkpoints = [
        *transaction.all("SELECT * FROM audit_checkpoints ORDER BY seq"),
        *({part: each[part] for part in CHECKPOINT} for each in kept),
    ]
    hashes = {row["seq"]: "" for row in checkpoints}
    previous, expected, start, n_read = GENESIS, 1, 1, 0
    while True:
        rows = transaction.all(
            "SELECT * FROM audit_log WHERE seq >= :start AND seq <= :last ORDER BY seq LIMIT :n",
            start=start,
            last=LAST,
            n=BATCH,
        )
        for row in rows:
            if not isinstance(row["seq"], int):
                faults.append(_added(1))
                continue
            faults += _entry_faults(row, expected, previous)
            previous, expected = row["hash"], row["seq"] + 1
            if row["seq"] in hashes:
                hashes[row["seq"]] = row["hash"]
        n_read += len(rows)
        if len(rows) < BATCH:
            break
        start = max(expected, int(rows[-1]["seq"]) + 1)
    counted = transaction.one("SELECT count(*) AS n FROM audit_log")
    n_beside = int(counted["n"]) - n_read if counted else 0
    if n_beside:
        faults.append(_added(n_beside))
    faults += _end_faults(transaction, expected - 1, previous)
    for checkpoint in checkpoints:
        faults += _checkpoint_faults(checkpoint, hashes[checkpoint["seq"]], public_keys)
    once = {(fault.seq, fault.kind, fault.words.en): fault for fault in faults}
    return sorted(once.values(), key=lambda fault: (fault.seq, fault.kind))


def _gone(transaction: Transaction) -> list[Fault]:
    """Return a fault for each table that is needed here and is not there as it was made."""
    faults = []
    for table, columns in NEEDS.items():
        found = transaction.columns_of(table)
        lost = ", ".join(sorted(columns - found))
        if not found:
            words = Words(
                f"表 {table} 不见了：被人整个删去；在它找回之前，审计是否完整无从得知。",
                f"The table {table} is gone: somebody took it away. Whether the audit is whole "
                "cannot be told before it is back.",
            )
        elif lost:
            words = Words(
                f"表 {table} 缺少列 {lost}：被人删去或改名；在找回之前，审计是否完整无从得知。",
                f"The table {table} lacks {lost}: taken away, or renamed. Whether the audit is "
                "whole cannot be told before it is back.",
            )
        else:
            continue
        faults.append(Fault(0, "gone", words))
    return faults


def _added(n: int) -> Fault:
    """Return the fault of records whose number no entry is ever given: below 1, or no number."""
    entries = "1 record" if n == 1 else f"{n:,} records"
    return Fault(0, "added", Words(
        f"有 {n:,} 条记录的编号不在链上：是后来塞入的。",
        f"{entries} with a number that is at no place of the chain: put in from outside.",
    ))  # fmt: skip


def _entry_faults(row: Row, expected: int, previous: str) -> list[Fault]:
    seq = int(row["seq"])
    if seq != expected:
        gap = f"{expected}" if seq == expected + 1 else f"{expected}–{seq - 1}"
        words = Words(f"第 {gap} 条记录缺失。", f"Entry {gap} is missing.")
        return [Fault(expected, "removed", words), *_changed(row)]
    if row["previous"] != previous:
        words = Words(
            f"第 {seq} 条记录接不上前一条：顺序被动过，或前一条被改过。",
            f"Entry {seq} does not follow the one before: one of them was moved or rewritten.",
        )
        return [Fault(seq, "moved", words), *_changed(row)]
    return _changed(row)


def _changed(row: Row) -> list[Fault]:
    seq = int(row["seq"])
    try:
        if entry_hash(row) == row["hash"]:
            return []
    except TypeError:  # bytes, in the place of text
        pass
    words = Words(f"第 {seq} 条记录的内容被改过。", f"The content of entry {seq} was changed.")
    return [Fault(seq, "changed", words)]


def _end_faults(transaction: Transaction, last: int, last_hash: object) -> list[Fault]:
    head = transaction.one("SELECT seq, hash FROM audit_head WHERE id = 1")
    if head is None and last == 0:
        return _nothing_left(transaction)
    seq = head["seq"] if head else 0
    if seq == last and (last == 0 or (head and head["hash"] == last_hash)):
        return []
    words = Words(
        f"记录到第 {last} 条为止，而链头写的是第 {seq} 条：末尾被截断或替换。",
        f"Entries end at {last}, while the head of the chain names {seq}: the end was cut off "
        "or replaced.",
    )
    return [Fault(last + 1, "cut-off", words)]


def _nothing_left(transaction: Transaction) -> list[Fault]:
    """Return a fault if there is no entry at all, though nobody is at a desk without one."""
    if not transaction.one("SELECT 1 AS there FROM people UNION ALL SELECT 1 FROM runs LIMIT 1"):
        return []
    words = Words(
        "一条审计记录也没有，而库中已有账号或运行：审计被整个删去。",
        "There is no entry at all, though the records hold accounts or runs: all of the audit was "
        "taken away.",
    )
    return [Fault(1, "cut-off", words)]


def _checkpoint_faults(
    checkpoint: Mapping[str, Any], found: str, public_keys: list[str]
) -> list[Fault]:
    seq = checkpoint["seq"] if isinstance(checkpoint["seq"], int) else 0
    said = {part: checkpoint[part] for part in ("seq", "hash", "signed_at")}
    known = [key for key in public_keys if key_id_of(key) == checkpoint["key_id"]]
    if not known:
        words = Words(
            f"第 {seq} 条处的检查点由未知密钥 {checkpoint['key_id']} 签名。",
            f"The checkpoint at entry {seq} is signed with an unknown key, {checkpoint['key_id']}.",
        )
        return [Fault(seq, "unknown-key", words)]
    try:
        is_true = is_signed(known[0], canonical(said).encode(), checkpoint["signature"])
    except TypeError:  # bytes or numbers, in the place of text
        is_true = False
    if not is_true:
        words = Words(
            f"第 {seq} 条处的检查点签名不成立。", f"The checkpoint at entry {seq} is forged."
        )
        return [Fault(seq, "forged-checkpoint", words)]
    if found != checkpoint["hash"]:
        words = Words(
            f"第 {seq} 条与已签名的检查点不符：此前的记录被截断或重写。",
            f"Entry {seq} is not what the signed checkpoint says: the chain was cut off or "
            "rewritten before it.",
        )
        return [Fault(seq, "cut-off" if not found else "changed", words)]
    return []

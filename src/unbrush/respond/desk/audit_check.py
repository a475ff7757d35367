"""Whether the audit is whole, and if not, which entry was changed, removed, moved or cut off."""

from dataclasses import dataclass

from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.audit import GENESIS, canonical, entry_hash
from unbrush.respond.desk.signing import is_signed, key_id_of

BATCH = 10_000


@dataclass(frozen=True)
class Fault:
    """One place where the audit is not what was written.

    Attributes:
        seq: The entry.
        kind: changed, removed, moved, cut-off, forged-checkpoint, unknown-key.
        words: What is wrong.
    """

    seq: int
    kind: str
    words: Words


def audit_faults(transaction: Transaction, public_keys: list[str]) -> list[Fault]:
    """Read the whole chain and every checkpoint; return what is wrong, in order of entries.

    Args:
        transaction: Where the audit is.
        public_keys: Keys that checkpoints may be signed with, in base 64.
    """
    faults: list[Fault] = []
    checkpoints = transaction.all("SELECT * FROM audit_checkpoints ORDER BY seq")
    hashes = {int(row["seq"]): "" for row in checkpoints}
    previous, expected = GENESIS, 1
    while True:
        rows = transaction.all(
            "SELECT * FROM audit_log WHERE seq >= :start ORDER BY seq LIMIT :n",
            start=expected,
            n=BATCH,
        )
        for row in rows:
            faults += _entry_faults(row, expected, previous)
            previous, expected = row["hash"], int(row["seq"]) + 1
            if int(row["seq"]) in hashes:
                hashes[int(row["seq"])] = row["hash"]
        if len(rows) < BATCH:
            break
    faults += _end_faults(transaction, expected - 1, previous)
    for checkpoint in checkpoints:
        faults += _checkpoint_faults(checkpoint, hashes[int(checkpoint["seq"])], public_keys)
    return sorted(faults, key=lambda fault: (fault.seq, fault.kind))


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
    if entry_hash({**row, "seq": seq, "noted_at": int(row["noted_at"])}) == row["hash"]:
        return []
    words = Words(f"第 {seq} 条记录的内容被改过。", f"The content of entry {seq} was changed.")
    return [Fault(seq, "changed", words)]


def _end_faults(transaction: Transaction, last: int, last_hash: str) -> list[Fault]:
    head = transaction.one("SELECT seq, hash FROM audit_head WHERE id = 1")
    seq = int(head["seq"]) if head else 0
    if seq == last and (head is None or last == 0 or head["hash"] == last_hash):
        return []
    words = Words(
        f"记录到第 {last} 条为止，而链头写的是第 {seq} 条：末尾被截断或替换。",
        f"Entries end at {last}, while the head of the chain names {seq}: the end was cut off "
        "or replaced.",
    )
    return [Fault(last + 1, "cut-off", words)]


def _checkpoint_faults(checkpoint: Row, found: str, public_keys: list[str]) -> list[Fault]:
    seq = int(checkpoint["seq"])
    said = {"seq": seq, "hash": checkpoint["hash"], "signed_at": int(checkpoint["signed_at"])}
    known = [key for key in public_keys if key_id_of(key) == checkpoint["key_id"]]
    if not known:
        words = Words(
            f"第 {seq} 条处的检查点由未知密钥 {checkpoint['key_id']} 签名。",
            f"The checkpoint at entry {seq} is signed with an unknown key, {checkpoint['key_id']}.",
        )
        return [Fault(seq, "unknown-key", words)]
    if not is_signed(known[0], canonical(said).encode(), checkpoint["signature"]):
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

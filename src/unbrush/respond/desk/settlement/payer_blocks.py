"""A block of payers as it stands: read, put in force, narrowed, ended, and told to the platform."""

import json
from collections.abc import Sequence

from unbrush.base.errors import Conflict, NoSuchRecord, Stale
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.settlement.payer_pairs import (
    Pair,
    count_pairs,
    end_pairs,
    enter,
    fallen_purses,
    pairs_of,
    take_fallen,
    without_others,
)
from unbrush.respond.desk.settlement.payer_simulation import MOST_INNOCENTS


def blocks_of(transaction: Transaction, case_id: str) -> list[Row]:
    """Return the blocks of a case, the newest first, each as `block_of` does."""
    rows = transaction.all(
        """SELECT block_id FROM payer_blocks WHERE case_id = :id
           ORDER BY proposed_at DESC, block_id DESC""",
        id=case_id,
    )
    return [block_of(transaction, row["block_id"]) for row in rows]


def block_of(transaction: Transaction, block_id: str) -> Row:
    """Return a block with its payers, its approvals and what either scope would have done.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM payer_blocks WHERE block_id = :id", id=block_id)
    if row is None:
        raise NoSuchRecord(f"No block has the id {block_id}.", hint="GET /payer-blocks lists them.")
    approvals = transaction.all(
        """SELECT person_id, verdict, reason, given_at FROM block_approvals
           WHERE block_id = :id ORDER BY given_at, person_id""",
        id=block_id,
    )
    narrow = row["simulated_narrow"]
    return {
        **{column: value for column, value in row.items() if column != "simulated_narrow"},
        "simulated": {
            "everybody": json.loads(row["simulated"]),
            "brushers": json.loads(narrow) if narrow else None,
        },
        **count_pairs(transaction, block_id),
        "needs_panel": _needs_panel(row),
        "tokens": tokens_of(transaction, block_id),
        "approvals": approvals,
    }


def tokens_of(transaction: Transaction, block_id: str) -> list[str]:
    """Return the payers of a block."""
    rows = transaction.all(
        "SELECT token FROM blocked_tokens WHERE block_id = :id ORDER BY token", id=block_id
    )
    return [str(row["token"]) for row in rows]


def read_list(transaction: Transaction, after: int, n: int) -> list[Row]:
    """Return entries of the block list that come after a number, in order."""
    return transaction.all(
        "SELECT * FROM block_list WHERE seq > :after ORDER BY seq LIMIT :n", after=after, n=n
    )


def expire_blocks(transaction: Transaction, at_ms: int) -> int:
    """Unblock every payer whose term is over; return how many blocks. To be called now and then."""
    due = transaction.all(
        """SELECT * FROM payer_blocks WHERE state = 'in-force' AND ends_at <= :at_ms
           ORDER BY ends_at, block_id""",
        at_ms=at_ms,
    )
    for block in due:
        change(transaction, at_ms, block["block_id"], int(block["version"]))
        end_block(transaction, at_ms, block, "expired", reason="term over", by="system")
    return len(due)


def follow_reversals(transaction: Transaction, at_ms: int) -> int:
    """Take from narrow blocks whom people cleared since; return how many pairs.

    Whom the newest run does not find any more leaves, too. To be called now and then: the platform
    is told in the same transaction.
    """
    rows = transaction.all(
        """SELECT block_id FROM payer_blocks
           WHERE scope = 'brushers' AND state IN ('proposed', 'in-force') ORDER BY block_id"""
    )
    n = 0
    for block_id in (row["block_id"] for row in rows):
        if not fallen_purses(transaction, block_id):
            continue
        # Takes the block's lock, and reads it anew: it may be in force, or over, by now.
        transaction.run(
            "UPDATE payer_blocks SET changed_at = :at_ms WHERE block_id = :id",
            at_ms=at_ms,
            id=block_id,
        )
        block = block_of(transaction, block_id)
        gone = take_fallen(transaction, at_ms, block_id)
        let_go(transaction, at_ms, block, gone, "ground gone")
        n += len(gone)
    return n


def put_in_force(transaction: Transaction, at_ms: int, block: Row) -> None:
    """Close the wallets of a block that was confirmed, and tell the platform.

    Raises:
        Conflict: Nobody is left whom a narrow one would stop.
    """
    block_id, ends_at = block["block_id"], at_ms + int(block["term_ms"])
    pairs: Sequence[Pair] = [(token, None) for token in block["tokens"]]
    if block["scope"] == "brushers":
        take_fallen(transaction, at_ms, block_id)  # who was cleared a moment ago is not hit
        pairs = pairs_of(transaction, block_id)
        if not pairs:
            raise Conflict(
                f"Nobody whom {block_id} would stop is found any more.",
                hint="Refuse it, or simulate it again.",
            )
    transaction.run(
        """UPDATE payer_blocks SET state = 'in-force', starts_at = :at_ms, ends_at = :ends_at
           WHERE block_id = :id""",
        at_ms=at_ms,
        ends_at=ends_at,
        id=block_id,
    )
    _list(transaction, at_ms, block, "block", pairs, ends_at)
    note(
        transaction, at_ms, "system", "block.in-force", "payer-block", block_id,
        ends_at=ends_at, n_pairs=len(pairs),
    )  # fmt: skip


def end_block(
    transaction: Transaction, at_ms: int, block: Row, state: str, /, *, reason: str, by: str
) -> None:
    """End a block as lifted, expired or refused, with every pair of it, and tell the platform."""
    block_id = block["block_id"]
    transaction.run(
        "UPDATE payer_blocks SET state = :state, end_reason = :reason WHERE block_id = :id",
        state=state,
        reason=reason,
        id=block_id,
    )
    note(transaction, at_ms, by, f"block.{state}", "payer-block", block_id, reason=reason)
    pairs = end_pairs(transaction, at_ms, block_id)
    if block["scope"] == "everybody":
        pairs = [(token, None) for token in tokens_of(transaction, block_id)]
    if block["state"] == "in-force":
        _list(transaction, at_ms, block, "unblock", pairs, None)


def let_go(
    transaction: Transaction, at_ms: int, block: Row, gone: Sequence[Pair], because: str
) -> None:
    """Say that pairs left a narrow block; one in force that has none left is lifted."""
    if not gone:
        return
    block_id = block["block_id"]
    note(
        transaction, at_ms, "system", "block.narrowed", "payer-block", block_id,
        n_pairs=len(gone), reason=because,
    )  # fmt: skip
    if block["state"] != "in-force":
        return
    _list(transaction, at_ms, block, "unblock", gone, None)
    if not count_pairs(transaction, block_id)["n_pairs"]:
        latest = block_of(transaction, block_id)
        change(transaction, at_ms, block_id, int(latest["version"]))
        end_block(transaction, at_ms, latest, "lifted", reason="nobody left", by="system")


def change(
    transaction: Transaction, at_ms: int, block_id: str, version: int, /, **values: object
) -> None:
    """Write columns of a block that is still at ``version``; names are ours."""
    columns = "".join(f"{column} = :{column}, " for column in values)
    touched = transaction.run(
        f"""UPDATE payer_blocks SET {columns}changed_at = :changed_at, version = version + 1
            WHERE block_id = :block_id AND version = :version""",
        **values,
        changed_at=at_ms,
        block_id=block_id,
        version=version,
    )
    if not touched:
        raise Stale(
            f"{block_id} was changed since version {version}.",
            hint="Read it again and repeat the change on its new version.",
        )


def _list(
    transaction: Transaction,
    at_ms: int,
    block: Row,
    action: str,
    pairs: Sequence[Pair],
    ends_at: int | None,
) -> None:
    """Let the platform know, after `note`, which lets one writer at a time go on."""
    block_id = block["block_id"]
    if action == "unblock" and block["scope"] == "brushers":
        pairs = without_others(transaction, block_id, pairs)
    if not pairs:
        return
    enter(transaction, at_ms, block_id, action, pairs, ends_at)
    tell(
        transaction, at_ms, f"payer.{action}ed", "payer-block", block_id, scope=block["scope"],
        n_tokens=len({token for token, _ in pairs}), n_entries=len(pairs), ends_at=ends_at,
    )  # fmt: skip


def _needs_panel(block: Row) -> bool:
    return int(block["n_innocents"]) > MOST_INNOCENTS * int(block["n_accounts"])

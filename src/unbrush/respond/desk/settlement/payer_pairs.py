"""Pairs of payer and purse: what a narrow block stops, for as long as each of them has its ground.

Pairs only leave a block by themselves, as holds only shrink: when people reverse what speaks
against an account, or the newest run does not leave its orders and reviews out any more. To add
some takes a proposal and somebody who confirms it.
"""

from collections.abc import Sequence
from itertools import groupby

from unbrush.base.records import Row, Transaction, add_many, next_numbers
from unbrush.respond.desk.settlement.payer_simulation import Pairs

_AT_ONCE = 5_000
"""Values of one IN."""

_PAIR = ("block_id", "token", "payee")
_GROUND = (
    "block_id", "payee", "account_id", "ground", "rests_kind", "rests_id", "happened_at",
    "is_itself",
)  # fmt: skip
_ENTRY = ("seq", "token", "payee", "action", "block_id", "at_ms", "ends_at")

Pair = tuple[str, str | None]
"""Payer and purse; None: whoever is paid."""

_FALLEN = """
    SELECT DISTINCT payee FROM (
        SELECT payee, account_id, max(stands) AS stands FROM (
            SELECT g.payee, g.account_id, g.ground, min(CASE
                WHEN d.human_outcome = 'reversed' AND d.human_at >= g.happened_at THEN 0
                WHEN g.is_itself = 1 AND coalesce(d.rung, 'L0') = 'L0'
                    AND coalesce(d.human_outcome, '') <> 'upheld' THEN 0 ELSE 1 END) AS stands
            FROM block_grounds g
            LEFT JOIN decisions d
                ON d.subject_kind = g.rests_kind AND d.subject_id = g.rests_id
            WHERE g.block_id = :id GROUP BY g.payee, g.account_id, g.ground) AS of_ground
        GROUP BY payee, account_id) AS of_account
    WHERE stands = 0 ORDER BY payee"""
"""Purses of which an account has no ground left: it is innocent, and would be hit."""


def put_pairs(transaction: Transaction, block_id: str, pairs: Pairs, /) -> None:
    """Give a block these pairs in the place of those that it had."""
    transaction.run("DELETE FROM block_pairs WHERE block_id = :id", id=block_id)
    rows = [(block_id, *pair) for pair in pairs.pairs]
    add_many(transaction, "block_pairs", _PAIR, rows)
    _put_grounds(transaction, block_id, pairs)


def keep_pairs(transaction: Transaction, at_ms: int, block_id: str, pairs: Pairs, /) -> list[Pair]:
    """Take from a block what is not among these pairs, and renew the grounds; return what left."""
    still = set(pairs.pairs)
    gone = [pair for pair in pairs_of(transaction, block_id) if pair not in still]
    _leave(transaction, at_ms, block_id, gone)
    _put_grounds(transaction, block_id, pairs)
    return gone


def pairs_of(transaction: Transaction, block_id: str, /) -> list[Pair]:
    """Return the pairs of a block that have not left it, in order."""
    rows = transaction.all(
        """SELECT token, payee FROM block_pairs
           WHERE block_id = :id AND left_at IS NULL ORDER BY token, payee""",
        id=block_id,
    )
    return [(row["token"], row["payee"]) for row in rows]


def count_pairs(transaction: Transaction, block_id: str, /) -> dict[str, int]:
    """Return how many pairs a block has, and how many have left it."""
    row = transaction.one(
        """SELECT count(*) AS n, count(left_at) AS n_left FROM block_pairs
           WHERE block_id = :id""",
        id=block_id,
    )
    assert row is not None
    return {"n_pairs": row["n"] - row["n_left"], "n_left": row["n_left"]}


def fallen_purses(transaction: Transaction, block_id: str, /) -> set[str]:
    """Return purses of a block of which an account has no ground left."""
    return {str(row["payee"]) for row in transaction.all(_FALLEN, id=block_id)}


def take_fallen(transaction: Transaction, at_ms: int, block_id: str, /) -> list[Pair]:
    """Take from a block every purse of which an account has no ground left; return the pairs."""
    fallen = fallen_purses(transaction, block_id)
    if not fallen:
        return []
    gone = [pair for pair in pairs_of(transaction, block_id) if pair[1] in fallen]
    _leave(transaction, at_ms, block_id, gone)
    return gone


def end_pairs(transaction: Transaction, at_ms: int, block_id: str, /) -> list[Pair]:
    """Take every pair from a block that ends; return them."""
    gone = pairs_of(transaction, block_id)
    transaction.run(
        "UPDATE block_pairs SET left_at = :at_ms WHERE block_id = :id AND left_at IS NULL",
        at_ms=at_ms,
        id=block_id,
    )
    transaction.run("DELETE FROM block_grounds WHERE block_id = :id", id=block_id)
    return gone


def without_others(transaction: Transaction, block_id: str, pairs: Sequence[Pair], /) -> list[Pair]:
    """Return the pairs that no other block in force stops: the platform may let them go."""
    rows = transaction.all(
        """SELECT DISTINCT o.token, o.payee FROM block_pairs o
           JOIN payer_blocks b ON b.block_id = o.block_id
           JOIN block_pairs p ON p.token = o.token AND p.payee = o.payee AND p.block_id = :id
           WHERE o.block_id <> :id AND o.left_at IS NULL AND b.state = 'in-force'""",
        id=block_id,
    )
    stopped = {(row["token"], row["payee"]) for row in rows}
    return [pair for pair in pairs if pair not in stopped]


def enter(
    transaction: Transaction,
    at_ms: int,
    block_id: str,
    action: str,
    pairs: Sequence[Pair],
    ends_at: int | None,
    /,
) -> None:
    """Put pairs at the end of the list that the platform reads."""
    if not pairs:
        return
    numbers = next_numbers(transaction, "block-list", len(pairs))
    rows = [
        (seq, token, payee, action, block_id, at_ms, ends_at)
        for seq, (token, payee) in zip(numbers, pairs, strict=True)
    ]
    add_many(transaction, "block_list", _ENTRY, rows)


def list_pairs(
    transaction: Transaction, block_id: str, after: tuple[str, str], n: int, /
) -> list[Row]:
    """Return pairs of a block that come after one of them, those that have left it, too."""
    return transaction.all(
        """SELECT token, payee, left_at FROM block_pairs
           WHERE block_id = :id AND (token > :token OR (token = :token AND payee > :payee))
           ORDER BY token, payee LIMIT :n""",
        id=block_id,
        token=after[0],
        payee=after[1],
        n=n,
    )


def _leave(transaction: Transaction, at_ms: int, block_id: str, pairs: Sequence[Pair]) -> None:
    for token, group in groupby(pairs, key=lambda pair: pair[0]):
        payees = [payee for _, payee in group]
        for start in range(0, len(payees), _AT_ONCE):
            transaction.run(
                """UPDATE block_pairs SET left_at = :at_ms
                   WHERE block_id = :id AND token = :token AND payee IN :payees""",
                at_ms=at_ms,
                id=block_id,
                token=token,
                payees=payees[start : start + _AT_ONCE],
            )
    transaction.run(
        """DELETE FROM block_grounds WHERE block_id = :id AND payee NOT IN (
               SELECT payee FROM block_pairs WHERE block_id = :id AND left_at IS NULL)""",
        id=block_id,
    )


def _put_grounds(transaction: Transaction, block_id: str, pairs: Pairs) -> None:
    transaction.run("DELETE FROM block_grounds WHERE block_id = :id", id=block_id)
    there = {payee for _, payee in pairs_of(transaction, block_id)}
    rows = [(block_id, *ground) for ground in pairs.grounds if ground[0] in there]
    add_many(transaction, "block_grounds", _GROUND, rows)

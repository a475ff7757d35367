"""Blocked payers: wallets that pay for fake orders and praise, closed for a term.

States: proposed → in-force → lifted or expired; proposed → refused. Nobody confirms a block without
having been shown whom else it would hit. Up to `MOST_INNOCENTS` of all accounts one other person
confirms it; above, the panel has to: three people, each of them approver or counsel.
"""

import json
from collections.abc import Sequence

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work, shops_of
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.settlement.payer_simulation import FEWEST_BRUSHERS, Simulated

MOST_INNOCENTS = 0.001
"""Innocents hit, of all accounts, up to which one other person confirms a block."""

LONGEST_MS = 180 * DAY_MS
"""For how long a payer is blocked at most."""

MOST_TOKENS = 50
"""Payers of one block."""

N_PANEL = 3
_PANEL = frozenset({Role.APPROVER, Role.COUNSEL})


def block_of(transaction: Transaction, block_id: str) -> Row:
    """Return a block with its payers, its approvals and what it would have done.

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
    return {
        **row,
        "simulated": json.loads(row["simulated"]),
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


def propose_block(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    tokens: Sequence[str],
    /,
    *,
    caller: Caller,
    simulated: Simulated,
    run_id: str,
    reason: Words,
    basis: str,
    term_ms: int,
) -> Row:
    """Propose to block payers of a case; nothing is blocked by that.

    Args:
        transaction: A writing one.
        at_ms: The present.
        case_id: The case.
        tokens: The payers, as the run knows them: keyed hashes.
        caller: Who proposes.
        simulated: What the block would have done in the newest run.
        run_id: That run.
        reason: Why, in both languages.
        basis: Rules or provisions that it rests on, with their version.
        term_ms: For how long.

    Raises:
        BadRecord: Something is missing, or not allowed.
        Conflict: One pays too few brushers, or is blocked already, or a newer run is there.
    """
    check_work(transaction, caller, case_id, "payers.propose")
    wanted = sorted(set(tokens))
    if not 0 < len(wanted) <= MOST_TOKENS:
        raise BadRecord("A block names no payer, or too many.", hint=f"1 to {MOST_TOKENS}.")
    for text in (*reason, basis):
        if not text.strip():
            raise BadRecord(
                "A block without its reason or basis is not written.",
                hint="The reason in both languages, and the rules that it rests on.",
            )
    if not 0 < term_ms <= LONGEST_MS:
        raise BadRecord(f"{term_ms} ms is no term.", hint=f"It is 1 to {LONGEST_MS} ms.")
    block_id = f"B-{next_number(transaction, 'block')}"  # takes the lock of all blocks
    if simulated.fewest_brushers < FEWEST_BRUSHERS:
        raise Conflict(
            f"One of these wallets pays {simulated.fewest_brushers} brushers of {case_id}.",
            hint=f"Who pays fewer than {FEWEST_BRUSHERS} may be a friend: GET /cases/…/payers.",
        )
    there = transaction.one(
        """SELECT t.token, b.block_id FROM blocked_tokens t
           JOIN payer_blocks b ON b.block_id = t.block_id
           WHERE t.token IN :tokens AND b.state IN ('proposed', 'in-force') LIMIT 1""",
        tokens=wanted,
    )
    if there:
        raise Conflict(
            f"{there['block_id']} blocks {there['token']}, or is to.", hint="Decide or lift it."
        )
    _check_newest(transaction, run_id)
    add(
        transaction, "payer_blocks", block_id=block_id, case_id=case_id, state="proposed",
        reason_zh=reason.zh, reason_en=reason.en, basis=basis, term_ms=term_ms,
        **_measured(simulated, run_id), proposed_by=caller.person_id, proposed_at=at_ms,
        changed_at=at_ms, version=1,
    )  # fmt: skip
    for token in wanted:
        add(transaction, "blocked_tokens", block_id=block_id, token=token)
    note(
        transaction, at_ms, caller.person_id, "block.proposed", "payer-block", block_id,
        case=case_id, n_tokens=len(wanted), simulated=simulated.told(),
    )  # fmt: skip
    return block_of(transaction, block_id)


def simulate_again(
    transaction: Transaction,
    at_ms: int,
    block_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    simulated: Simulated,
    run_id: str,
) -> Row:
    """Put in what a newer run says of a proposed block; who has approved has to look again."""
    block = block_of(transaction, block_id)
    check_work(transaction, caller, block["case_id"], "payers.propose")
    if block["state"] != "proposed":
        raise Conflict(f"{block_id} is {block['state']}.", hint="Only proposed ones are simulated.")
    _check_newest(transaction, run_id)
    _change(transaction, at_ms, block_id, expected_version, **_measured(simulated, run_id))
    transaction.run("DELETE FROM block_approvals WHERE block_id = :id", id=block_id)
    note(
        transaction, at_ms, caller.person_id, "block.simulated", "payer-block", block_id,
        simulated=simulated.told(),
    )  # fmt: skip
    return block_of(transaction, block_id)


def decide_block(
    transaction: Transaction,
    at_ms: int,
    block_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Confirm or refuse a block that somebody else proposed, having seen whom it would hit.

    Raises:
        NotAllowed: The caller proposed it, has a tie, or is not of the panel that it takes.
        Conflict: It is not proposed any more, or was simulated on an older run.
        Stale: Somebody was faster.
    """
    caller.check("payers.approve")
    block = block_of(transaction, block_id)
    caller.check_shops(shops_of(transaction, block["case_id"]))
    if caller.person_id == block["proposed_by"]:
        raise NotAllowed(
            "Who proposed a block never confirms or refuses it.", hint="It takes somebody else."
        )
    if block["state"] != "proposed":
        raise Conflict(f"{block_id} is {block['state']}.", hint="Only proposed ones are decided.")
    if any(each["person_id"] == caller.person_id for each in block["approvals"]):
        raise Conflict(f"You have decided {block_id} already.", hint="One person, one voice.")
    if not reason.strip():
        raise BadRecord("A decision needs a reason.", hint="One sentence that others can follow.")
    if is_approved:
        if block["needs_panel"] and not caller.roles & _PANEL:
            raise NotAllowed(
                f"{block_id} would hit {block['n_innocents']} innocent accounts of "
                f"{block['n_accounts']}: more than {MOST_INNOCENTS:.1%}.",
                hint=f"It takes {N_PANEL} of the panel (approver, counsel); or block fewer payers.",
            )
        _check_newest(transaction, block["run_id"])
    _change(transaction, at_ms, block_id, expected_version)
    add(
        transaction, "block_approvals", block_id=block_id, person_id=caller.person_id,
        verdict="approve" if is_approved else "refuse", reason=reason, given_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id,
        "block.approved" if is_approved else "block.refused", "payer-block", block_id,
        reason=reason,
    )  # fmt: skip
    n_approvals = 1 + sum(each["verdict"] == "approve" for each in block["approvals"])
    if not is_approved:
        transaction.run(
            "UPDATE payer_blocks SET state = 'refused' WHERE block_id = :id", id=block_id
        )
    elif n_approvals >= (N_PANEL if block["needs_panel"] else 1):
        _put_in_force(transaction, at_ms, block)
    return block_of(transaction, block_id)


def lift_block(
    transaction: Transaction,
    at_ms: int,
    block_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Unblock payers before the term, or withdraw a block that is proposed."""
    caller.check("payers.lift")
    block = block_of(transaction, block_id)
    caller.check_shops(shops_of(transaction, block["case_id"]))
    if block["state"] not in ("proposed", "in-force"):
        raise Conflict(f"{block_id} is {block['state']}.", hint="There is nothing to lift.")
    if not reason.strip():
        raise BadRecord("Lifting needs a reason.", hint="One sentence that others can follow.")
    _change(transaction, at_ms, block_id, expected_version)
    state = "lifted" if block["state"] == "in-force" else "refused"
    _end(transaction, at_ms, block, state, reason=reason, by=caller.person_id)
    return block_of(transaction, block_id)


def expire_blocks(transaction: Transaction, at_ms: int) -> int:
    """Unblock every payer whose term is over; return how many blocks. To be called now and then."""
    due = transaction.all(
        """SELECT * FROM payer_blocks WHERE state = 'in-force' AND ends_at <= :at_ms
           ORDER BY ends_at, block_id""",
        at_ms=at_ms,
    )
    for block in due:
        _change(transaction, at_ms, block["block_id"], int(block["version"]))
        _end(transaction, at_ms, block, "expired", reason="term over", by="system")
    return len(due)


def read_list(transaction: Transaction, after: int, n: int) -> list[Row]:
    """Return entries of the block list that come after a number, in order."""
    return transaction.all(
        "SELECT * FROM block_list WHERE seq > :after ORDER BY seq LIMIT :n", after=after, n=n
    )


def _needs_panel(block: Row) -> bool:
    return int(block["n_innocents"]) > MOST_INNOCENTS * int(block["n_accounts"])


def _measured(simulated: Simulated, run_id: str) -> dict[str, object]:
    return {
        "run_id": run_id,
        "simulated": json.dumps(simulated.told(), sort_keys=True),
        "n_innocents": simulated.innocents,
        "n_accounts": simulated.accounts,
        "stopped_minor": simulated.stopped_minor,
    }


def _put_in_force(transaction: Transaction, at_ms: int, block: Row) -> None:
    ends_at = at_ms + int(block["term_ms"])
    transaction.run(
        """UPDATE payer_blocks SET state = 'in-force', starts_at = :at_ms, ends_at = :ends_at
           WHERE block_id = :id""",
        at_ms=at_ms,
        ends_at=ends_at,
        id=block["block_id"],
    )
    _list(transaction, at_ms, block["block_id"], "block", ends_at)
    note(
        transaction, at_ms, "system", "block.in-force", "payer-block", block["block_id"],
        ends_at=ends_at,
    )  # fmt: skip


def _end(
    transaction: Transaction, at_ms: int, block: Row, state: str, /, *, reason: str, by: str
) -> None:
    transaction.run(
        "UPDATE payer_blocks SET state = :state, end_reason = :reason WHERE block_id = :id",
        state=state,
        reason=reason,
        id=block["block_id"],
    )
    note(transaction, at_ms, by, f"block.{state}", "payer-block", block["block_id"], reason=reason)
    if block["state"] == "in-force":
        _list(transaction, at_ms, block["block_id"], "unblock", None)


def _list(
    transaction: Transaction, at_ms: int, block_id: str, action: str, ends_at: int | None
) -> None:
    for token in tokens_of(transaction, block_id):
        add(
            transaction, "block_list", seq=next_number(transaction, "block-list"), token=token,
            action=action, block_id=block_id, at_ms=at_ms, ends_at=ends_at,
        )  # fmt: skip
    tell(
        transaction, at_ms, f"payer.{action}ed", "payer-block", block_id,
        n_tokens=len(tokens_of(transaction, block_id)), ends_at=ends_at,
    )  # fmt: skip


def _check_newest(transaction: Transaction, run_id: str) -> None:
    if newest_run(transaction)[0] != run_id:
        raise Conflict(
            "A newer run was imported since this was simulated.",
            hint="Simulate it again: whom it would hit may be others now.",
        )


def _change(
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

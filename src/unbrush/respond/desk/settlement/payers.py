"""Blocked payers: wallets that pay for fake orders and praise, closed for a term.

States: proposed → in-force → lifted or expired; proposed → refused. Nobody confirms a block without
having been shown whom else it would hit. Up to `MOST_INNOCENTS` of all accounts one other person
confirms it; above, the panel has to: three people, each of them approver or counsel. A block is for
everybody whom the wallets pay, or for brushers of the case alone; the bound goes by the scope.
"""

import json
from collections.abc import Sequence

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NotAllowed
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work, shops_of
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.respond.desk.settlement.payer_blocks import (
    block_of,
    change,
    end_block,
    let_go,
    put_in_force,
)
from unbrush.respond.desk.settlement.payer_pairs import end_pairs, keep_pairs, put_pairs
from unbrush.respond.desk.settlement.payer_simulation import (
    FEWEST_BRUSHERS,
    MOST_INNOCENTS,
    Pairs,
    Scope,
    Tried,
)

LONGEST_MS = 180 * DAY_MS
"""For how long a payer is blocked at most."""

MOST_TOKENS = 50
"""Payers of one block."""

N_PANEL = 3
_PANEL = frozenset({Role.APPROVER, Role.COUNSEL})


def propose_block(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    tokens: Sequence[str],
    /,
    *,
    caller: Caller,
    scope: Scope,
    tried: Tried,
    pairs: Pairs,
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
        scope: For whom they are closed.
        tried: What the block would have done in the newest run, in either scope.
        pairs: What a narrow one stops.
        run_id: That run.
        reason: Why, in both languages.
        basis: Rules or provisions that it rests on, with their version.
        term_ms: For how long.

    Raises:
        BadRecord: Something is missing, or not allowed.
        Conflict: One pays too few brushers, or is blocked already, or a newer run is there, or a
            narrow block would stop nothing.
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
    fewest = tried.everybody.fewest_brushers
    if fewest < FEWEST_BRUSHERS:
        raise Conflict(
            f"One of these wallets pays {fewest} brushers of {case_id}.",
            hint=f"Who pays fewer than {FEWEST_BRUSHERS} may be a friend: GET /cases/…/payers.",
        )
    _check_pairs(scope, pairs)
    _check_not_there(transaction, case_id, wanted, scope)
    _check_newest(transaction, run_id)
    add(
        transaction, "payer_blocks", block_id=block_id, case_id=case_id, state="proposed",
        scope=scope, reason_zh=reason.zh, reason_en=reason.en, basis=basis, term_ms=term_ms,
        **_measured(scope, tried, run_id), proposed_by=caller.person_id, proposed_at=at_ms,
        changed_at=at_ms, version=1,
    )  # fmt: skip
    for token in wanted:
        add(transaction, "blocked_tokens", block_id=block_id, token=token)
    if scope == "brushers":
        put_pairs(transaction, block_id, pairs)
    note(
        transaction, at_ms, caller.person_id, "block.proposed", "payer-block", block_id,
        case=case_id, n_tokens=len(wanted), scope=scope, simulated=tried.told(),
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
    tried: Tried,
    pairs: Pairs,
    run_id: str,
) -> Row:
    """Put in what a newer run says of a block.

    Of a proposed one, pairs are those of the newer run, and who has approved has to look again. A
    narrow one in force is still the one that was confirmed: pairs that the newer run does not find
    leave it, and none is added.
    """
    block = block_of(transaction, block_id)
    check_work(transaction, caller, block["case_id"], "payers.propose")
    is_narrow = block["scope"] == "brushers"
    if block["state"] != "proposed" and not (is_narrow and block["state"] == "in-force"):
        raise Conflict(
            f"{block_id} is {block['state']}.",
            hint="Proposed ones are simulated, and narrow ones in force.",
        )
    _check_newest(transaction, run_id)
    is_proposed = block["state"] == "proposed"
    if is_proposed:
        _check_pairs(block["scope"], pairs)
    values = _measured(block["scope"], tried, run_id) if is_proposed else {}
    change(transaction, at_ms, block_id, expected_version, **values)
    note(
        transaction, at_ms, caller.person_id, "block.simulated", "payer-block", block_id,
        run=run_id, simulated=tried.told(),
    )  # fmt: skip
    if not is_proposed:
        gone = keep_pairs(transaction, at_ms, block_id, pairs)
        let_go(transaction, at_ms, block, gone, f"run {run_id}")
        return block_of(transaction, block_id)
    if is_narrow:
        put_pairs(transaction, block_id, pairs)
    transaction.run("DELETE FROM block_approvals WHERE block_id = :id", id=block_id)
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
        Conflict: It is not proposed any more, or was simulated on an older run, or nobody is left
            whom a narrow one would stop.
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
    change(transaction, at_ms, block_id, expected_version)
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
        end_pairs(transaction, at_ms, block_id)
    elif n_approvals >= (N_PANEL if block["needs_panel"] else 1):
        put_in_force(transaction, at_ms, block)
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
    change(transaction, at_ms, block_id, expected_version)
    state = "lifted" if block["state"] == "in-force" else "refused"
    end_block(transaction, at_ms, block, state, reason=reason, by=caller.person_id)
    return block_of(transaction, block_id)


def _check_pairs(scope: Scope, pairs: Pairs) -> None:
    if scope == "brushers" and not pairs.pairs:
        raise Conflict(
            "No purse that these wallets pay is of brushers of the case alone.",
            hint="A narrow block would stop nothing: others use the purses, or nobody is known.",
        )


def _check_not_there(
    transaction: Transaction, case_id: str, tokens: Sequence[str], scope: Scope
) -> None:
    """Raise Conflict if one is closed for everybody, or the like is proposed in the same case.

    A narrow one in force stands in nobody's way: a newer run knows purses that it does not have.
    """
    there = transaction.one(
        """SELECT t.token, b.block_id FROM blocked_tokens t
           JOIN payer_blocks b ON b.block_id = t.block_id
           WHERE t.token IN :tokens AND b.state IN ('proposed', 'in-force')
               AND (b.scope = 'everybody'
                   OR (b.scope = :scope AND b.case_id = :case_id AND b.state = 'proposed'))
           ORDER BY t.token, b.block_id LIMIT 1""",
        tokens=list(tokens),
        scope=scope,
        case_id=case_id,
    )
    if there:
        raise Conflict(
            f"{there['block_id']} blocks {there['token']}, or is to.", hint="Decide or lift it."
        )


def _measured(scope: Scope, tried: Tried, run_id: str) -> dict[str, object]:
    simulated = tried.of(scope)
    return {
        "run_id": run_id,
        "simulated": json.dumps(tried.everybody.told(), sort_keys=True),
        "simulated_narrow": json.dumps(tried.brushers.told(), sort_keys=True),
        "n_innocents": simulated.innocents,
        "n_accounts": simulated.accounts,
        "stopped_minor": simulated.stopped_minor,
    }


def _check_newest(transaction: Transaction, run_id: str) -> None:
    if newest_run(transaction)[0] != run_id:
        raise Conflict(
            "A newer run was imported since this was simulated.",
            hint="Simulate it again: whom it would hit may be others now.",
        )

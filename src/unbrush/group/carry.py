"""Carry: blocks of an earlier run, tested again by what the market is today.

Where nothing of a block is new, it is what it was, and only the market around it grew. Where it was
found again, the surer of both stays: growth makes a block surer, a search that saw only a part of
it does not.
"""

import math
from typing import Any

import numpy as np
import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.group.blocks import Block
from unbrush.group.chance import ln_chance, robustness
from unbrush.group.columns import Longs
from unbrush.group.narrow import FIRSTS
from unbrush.group.params import Params

SAME = 0.5
"""Share of the smaller block's accounts in the other from which both are of one gang."""


def carried(
    engine: Engine, channel: str, window_ms: int, found: list[Block], params: Params
) -> list[Block]:
    """Return ``found`` and the earlier blocks of the same search that still stand.

    Args:
        engine: Holds what `recall_state` and `narrow` left.
        channel: What was searched.
        window_ms: Within which windows.
        found: Blocks of today's search.
        params: What counts as beyond chance.
    """
    slot = f"done_at // {window_ms}" if window_ms else "0::BIGINT"
    old = _retested(engine, channel, window_ms, slot, params)
    if not old:
        return found
    gone = _less_sure(old, found)
    return [block for at, block in enumerate([*old, *found]) if at not in gone]


def _less_sure(old: list[Block], found: list[Block]) -> set[int]:
    """Places, in the earlier blocks and then today's, of those that a surer one stands for."""
    homes: dict[int, list[int]] = {}
    for at, block in enumerate(old):
        for account in block.accounts.tolist():
            homes.setdefault(account, []).append(at)
    gone: set[int] = set()
    for number, block in enumerate(found, start=len(old)):
        shared: dict[int, int] = {}
        for account in block.accounts.tolist():
            for at in homes.get(account, ()):
                shared[at] = shared.get(at, 0) + 1
        for at, n in shared.items():
            if n >= SAME * min(len(block.accounts), len(old[at].accounts)):
                gone.add(at if block.ln_chance < old[at].ln_chance else number)
    return gone


def _retested(
    engine: Engine, channel: str, window_ms: int, slot: str, params: Params
) -> list[Block]:
    here = f"channel = '{channel}' AND window_ms = {window_ms}"
    engine.create("_here", f"SELECT block FROM _old_blocks WHERE {here}")
    if not engine.value("SELECT count(*) FROM _here"):
        engine.drop("_here")
        return []
    whole = engine.query(
        f"""SELECT count(*) AS n_edges, count(DISTINCT account) AS n_accounts,
                   (SELECT count(*) FROM (SELECT DISTINCT shop, {slot} FROM {FIRSTS})) AS n_columns
            FROM {FIRSTS}"""
    ).to_pylist()[0]
    counts = engine.query(_counts_sql(slot)).to_pylist()
    accounts = _by_block(
        engine.query(
            "SELECT block, account FROM _old_accounts SEMI JOIN _here USING (block) ORDER BY ALL"
        )
    )
    columns = _by_block(
        engine.query(
            """SELECT block, shop, slot FROM _old_columns SEMI JOIN _here USING (block)
               ORDER BY ALL"""
        )
    )
    engine.drop("_here")
    blocks = [
        _tested(row, whole, accounts[row["block"]], columns[row["block"]], params) for row in counts
    ]
    return [block for block in blocks if block is not None]


def _by_block(rows: pa.Table) -> dict[int, list[Longs]]:
    """Columns of a table that is sorted by block, for each block."""
    block = rows["block"].to_numpy()
    named, starts = np.unique(block, return_index=True)
    values = [rows[name].to_numpy() for name in rows.column_names[1:]]
    pieces = [np.split(value, starts[1:]) for value in values]
    return {int(name): [piece[at] for piece in pieces] for at, name in enumerate(named)}


def _counts_sql(slot: str) -> str:
    """For each earlier block: its meetings, those of its accounts, those of its columns."""
    return f"""
        WITH who AS (SELECT block, account FROM _old_accounts SEMI JOIN _here USING (block)),
        what AS (SELECT block, shop, slot FROM _old_columns SEMI JOIN _here USING (block)),
        firsts AS (SELECT account, shop, {slot} AS slot FROM {FIRSTS}),
        theirs AS (SELECT block, shop, slot FROM who JOIN firsts USING (account)),
        active AS (SELECT block, count(*) AS n FROM theirs GROUP BY block),
        met AS (SELECT block, count(*) AS n FROM theirs SEMI JOIN what USING (block, shop, slot)
                GROUP BY block),
        crowds AS (SELECT shop, slot, count(*) AS n FROM firsts SEMI JOIN what USING (shop, slot)
                   GROUP BY shop, slot),
        crowd AS (SELECT block, CAST(sum(n) AS BIGINT) AS n FROM what
                  JOIN crowds USING (shop, slot) GROUP BY block)
        SELECT block, met.n AS seen, active.n AS activity, crowd.n AS crowd
        FROM met JOIN active USING (block) JOIN crowd USING (block) ORDER BY block"""


def _tested(
    row: dict[str, Any],
    whole: dict[str, Any],
    who: list[Longs],
    what: list[Longs],
    params: Params,
) -> Block | None:
    """The block if chance does not explain it today."""
    (accounts,), (shops, slots) = who, what

    def chance(taste: float) -> float:
        return float(
            ln_chance(
                row["seen"],
                row["activity"],
                row["crowd"],
                len(accounts),
                len(shops),
                whole["n_edges"],
                whole["n_accounts"],
                whole["n_columns"],
                taste,
            )
        )

    ln_allowed = math.log(params.max_q) if params.max_q > 0 else -math.inf
    if chance(params.taste) > ln_allowed:
        return None
    mean = row["activity"] * row["crowd"] / whole["n_edges"]
    return Block(
        accounts=accounts.astype(np.int32),
        targets=shops.astype(np.int32),
        windows=slots.astype(np.int64),
        n_edges=row["seen"],
        expected=float(mean),
        ln_chance=chance(params.taste),
        robustness=robustness(chance(1.0), row["seen"], mean, ln_allowed),
    )

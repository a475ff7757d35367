"""Who deals with the same rare shops, ever or within the same week, day or hours: blocks of them.

Each channel (bought, reviewed, liked) and each window is searched on its own. A gang in a hurry
shows within hours, a patient one only by what its accounts have in common over months.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.engine import Engine
from unbrush.base.evidence import SEARCHES
from unbrush.base.memory import need
from unbrush.base.progress import Progress
from unbrush.group.blocks import Block, blocks
from unbrush.group.carry import carried
from unbrush.group.columns import Ints, Longs
from unbrush.group.narrow import forget_narrow, narrow
from unbrush.group.params import Params
from unbrush.group.prune import Pruned, forget, prune, rest_of

WINDOWS_MS = (0, 7 * DAY_MS, DAY_MS, 2 * HOUR_MS)
"""How close in time is "together": ever, a week's task, a day's quota, a batch within hours."""

BYTES_PER_DEED = 80
"""Most memory that a search takes for each deed it looks at, measured at 10 and 60 million."""

BLOCKS = pa.schema(
    [
        ("block", pa.int64()),
        ("channel", pa.string()),
        ("window_ms", pa.int64()),
        ("n_seen", pa.int64()),
        ("n_expected", pa.float64()),
        ("ln_chance", pa.float64()),
        ("robustness", pa.float64()),
    ]
)


def lockstep(
    engine: Engine,
    channels: list[str],
    params: Params,
    progress: Progress,
    *,
    is_update: bool = False,
) -> None:
    """Leave `_blocks`, its accounts and columns, and `searches` in ``engine``.

    `_block_accounts`: block, account. `_block_columns`: block, shop, slot (number of the window).

    Args:
        engine: Holds `_deeds`; and for an update `_fresh`, and what `recall_state` leaves.
        channels: Those that have deeds.
        params: What counts as beyond chance.
        progress: Told which channel and window is searched.
        is_update: Look only where deeds are new, and carry the blocks of the earlier run.
    """
    searches: list[dict[str, object]] = []
    found: list[tuple[str, int, Block]] = []
    for number, channel in enumerate(channels):
        pruned = narrow(engine, channel, params) if is_update else prune(engine, channel)
        need(engine, len(pruned.account) * BYTES_PER_DEED, _graph_of(pruned))
        for place, window_ms in enumerate(WINDOWS_MS):
            share = (number + place / len(WINDOWS_MS)) / len(channels)
            progress(f"search {channel}", share)
            here = _search(engine, pruned, window_ms, params)
            if is_update:
                here = carried(engine, channel, window_ms, here, params)
            found += [(channel, window_ms, block) for block in here]
            searches.append(_told(engine, pruned, window_ms, len(here)))
        forget(engine)
        forget_narrow(engine)
    engine.put("searches", pa.Table.from_pylist(searches, schema=SEARCHES))
    _put(engine, found)


def _graph_of(pruned: Pruned) -> str:
    return f"The graph of {len(pruned.account):,} deeds ({pruned.channel}) that could be a ring's"


def _search(engine: Engine, pruned: Pruned, window_ms: int, params: Params) -> list[Block]:
    return blocks(
        pruned.account,
        pruned.shop,
        window=pruned.done_at // window_ms if window_ms else None,
        rest=rest_of(engine, pruned, window_ms),
        min_accounts=params.min_accounts,
        min_targets=params.min_shops,
        taste=params.taste,
        max_chance=params.max_q,
    )


def _told(engine: Engine, pruned: Pruned, window_ms: int, n_blocks: int) -> dict[str, object]:
    return {
        "channel": pruned.channel,
        "window_ms": window_ms,
        "n_deeds": pruned.n_deeds,
        "n_deeds_left": len(pruned.account),
        "n_accounts": pruned.n_accounts,
        "n_accounts_left": engine.value("SELECT count(*) FROM _left"),
        "n_blocks": n_blocks,
    }


def _put(engine: Engine, found: list[tuple[str, int, Block]]) -> None:
    rows = [
        {
            "block": number,
            "channel": channel,
            "window_ms": window_ms,
            "n_seen": block.n_edges,
            "n_expected": block.expected,
            "ln_chance": block.ln_chance,
            "robustness": block.robustness,
        }
        for number, (channel, window_ms, block) in enumerate(found)
    ]
    engine.put("_blocks", pa.Table.from_pylist(rows, schema=BLOCKS))
    held = [block for _, _, block in found]
    engine.put("_block_accounts", _listed(account=[block.accounts for block in held]))
    columns = _listed(
        shop=[block.targets for block in held], slot=[block.windows for block in held]
    )
    engine.put("_block_columns", columns)


def _listed(**columns: Sequence[Ints | Longs]) -> pa.Table:
    """One row for each entry of each block's arrays, with the block's number."""
    sizes = [len(values) for values in next(iter(columns.values()))]
    listed = {"block": np.repeat(np.arange(len(sizes)), sizes)}
    for name, parts in columns.items():
        listed[name] = np.concatenate([np.empty(0, np.int64), *parts])
    return pa.table({name: pa.array(values, pa.int64()) for name, values in listed.items()})

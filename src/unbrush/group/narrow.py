"""Narrow: as `prune`, but only whom new deeds concern is looked at; all others are but crowds."""

import numpy as np
import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.memory import need
from unbrush.group.columns import Ints
from unbrush.group.near import near
from unbrush.group.params import Params
from unbrush.group.prune import Pruned

FIRSTS = "_all_firsts"
"""The first deed of every account with each shop of the channel."""

BYTES_PER_PAIR = 60
"""Most memory that `near` takes for each account and shop that dealt."""


def narrow(engine: Engine, channel: str, params: Params) -> Pruned:
    """Leave what `prune` leaves, and `_all_firsts` (account, shop, done_at).

    Left are accounts with new deeds, those that share shops with them, and the members of every
    earlier block that one of its accounts moved.

    Args:
        engine: Holds `_deeds`, `_fresh`, and what `recall_state` left.
        channel: bought, reviewed or liked.
        params: How many shops to share.
    """
    engine.view(
        "_channel",
        f"""SELECT account, shop, done_at FROM _deeds
            WHERE channel = '{channel}' AND NOT is_bargain""",
    )
    engine.create(
        FIRSTS, "SELECT account, shop, min(done_at) AS done_at FROM _channel GROUP BY account, shop"
    )
    n_pairs = engine.value(f"SELECT count(*) FROM {FIRSTS}")
    need(engine, n_pairs * BYTES_PER_PAIR, f"Who shares shops with whom ({channel})")
    engine.put("_near", pa.table({"account": _near(engine, channel, params)}))
    engine.create(
        "_left",
        f"""WITH moved AS (
                SELECT DISTINCT block FROM _old_accounts
                SEMI JOIN (SELECT block FROM _old_blocks WHERE channel = '{channel}') USING (block)
                SEMI JOIN (SELECT account FROM _fresh WHERE channel = '{channel}') USING (account))
            SELECT account FROM _near
            UNION SELECT account FROM _old_accounts SEMI JOIN moved USING (block)""",
    )
    engine.drop("_near")
    engine.create("_firsts", f"SELECT shop, done_at FROM {FIRSTS} ANTI JOIN _left USING (account)")
    engine.create("_left", f"SELECT account FROM _left SEMI JOIN {FIRSTS} USING (account)")
    deeds = engine.query(
        f"SELECT account, shop, done_at FROM {FIRSTS} SEMI JOIN _left USING (account)"
    )
    return Pruned(
        channel=channel,
        account=_indexes(deeds, "account"),
        shop=_indexes(deeds, "shop"),
        done_at=np.ascontiguousarray(deeds["done_at"].to_numpy(), np.int64),
        n_deeds=engine.value("SELECT count(*) FROM _channel"),
        n_accounts=engine.value(f"SELECT count(DISTINCT account) FROM {FIRSTS}"),
    )


def forget_narrow(engine: Engine) -> None:
    """Drop what `narrow` left beside what `prune` leaves."""
    engine.drop(FIRSTS)


def _near(engine: Engine, channel: str, params: Params) -> Ints:
    fresh = engine.query(f"SELECT account FROM _fresh WHERE channel = '{channel}' ORDER BY account")
    pairs = engine.query(f"SELECT account, shop FROM {FIRSTS}")
    return near(
        _indexes(pairs, "account"),
        _indexes(pairs, "shop"),
        _indexes(fresh, "account"),
        taste=params.taste,
        min_shared=params.min_shops,
    )


def _indexes(table: pa.Table, column: str) -> Ints:
    return np.ascontiguousarray(table[column].to_numpy(), np.int32)

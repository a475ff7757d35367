"""Prune in SQL: keep only accounts that could be in a ring, so that memory follows the suspicious.

A ring's accounts deal with two of its shops or more, and a shop of a ring has three of them or
more. Whoever has no two shops in such company can be in no ring and goes, with all their deeds;
only the crowds that they made are kept, since chance is measured by the whole market. Nothing that
could be found is lost: the conditions are those of company.py, and those here are weaker.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.group.blocks import Rest
from unbrush.group.columns import Ints, Longs
from unbrush.group.company import MIN_SHARED


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """What is left of a channel: one row per deed of an account that could be in a ring.

    Attributes:
        channel: bought, reviewed or liked.
        account, shop: Numbers of both.
        done_at: Epoch milliseconds.
        n_deeds: Deeds of the channel before.
        n_accounts: Accounts of the channel before.
    """

    channel: str
    account: Ints
    shop: Ints
    done_at: Longs
    n_deeds: int
    n_accounts: int


def prune(engine: Engine, channel: str) -> Pruned:
    """Leave `_left` (account) in ``engine``, those that could be in a ring, and return their deeds.

    Also leaves `_firsts` (shop, done_at): the first deed of every other account with each shop.
    """
    engine.view(
        "_channel",
        f"""SELECT account, shop, done_at FROM _deeds
            WHERE channel = '{channel}' AND NOT is_bargain""",
    )
    several = "HAVING min(shop) <> max(shop)"
    engine.create("_left", f"SELECT account FROM _channel GROUP BY account {several}")
    engine.create(
        "_met",
        f"""SELECT shop FROM _channel SEMI JOIN _left USING (account)
            GROUP BY shop HAVING count(*) >= {MIN_SHARED}""",
    )
    engine.create(
        "_left",
        f"""SELECT account FROM _channel SEMI JOIN _left USING (account) SEMI JOIN _met USING (shop)
            GROUP BY account {several}""",
    )
    engine.create(
        "_firsts",
        """SELECT shop, min(done_at) AS done_at FROM _channel ANTI JOIN _left USING (account)
           GROUP BY account, shop""",
    )
    deeds = engine.query(
        "SELECT account, shop, done_at FROM _channel SEMI JOIN _left USING (account)"
    )
    n_deeds = engine.value("SELECT count(*) FROM _channel")
    n_accounts = engine.value("SELECT count(DISTINCT account) FROM _channel")
    return Pruned(
        channel=channel,
        account=np.ascontiguousarray(deeds["account"].to_numpy(), np.int32),
        shop=np.ascontiguousarray(deeds["shop"].to_numpy(), np.int32),
        done_at=_numbers(deeds, "done_at"),
        n_deeds=n_deeds,
        n_accounts=n_accounts,
    )


def rest_of(engine: Engine, pruned: Pruned, window_ms: int) -> Rest:
    """Count the crowds that the pruned accounts made in each shop and window (0: no windows)."""
    crowds = engine.query(
        f"""SELECT shop, {slot_sql(window_ms)} AS slot, count(*) AS n FROM _firsts
            GROUP BY shop, slot ORDER BY shop, slot"""
    )
    n_left = engine.value("SELECT count(*) FROM _left")
    return Rest(
        target=_numbers(crowds, "shop"),
        window=_numbers(crowds, "slot"),
        crowd=_numbers(crowds, "n"),
        n_accounts=pruned.n_accounts - n_left,
    )


def slot_sql(window_ms: int) -> str:
    """SQL for the number of a deed's window as numpy has it, rounded down also before 1970."""
    if not window_ms:
        return "0::BIGINT"
    return f"(done_at - (done_at % {window_ms} + {window_ms}) % {window_ms}) // {window_ms}"


def forget(engine: Engine) -> None:
    """Drop what `prune` left."""
    for name in ("_channel", "_left", "_met", "_firsts"):
        engine.drop(name)


def _numbers(table: pa.Table, column: str) -> Longs:
    return np.ascontiguousarray(table[column].to_numpy(), np.int64)

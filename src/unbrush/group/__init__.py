"""Signals and events → rings: subjects that act together beyond what chance explains.

What comes in: the event tables and `signals`. What goes out: `rings` and `ring_members`, and the
organisers behind them, `clusters` and `cluster_members`. The path is deeds (who bought, reviewed or
liked what), link (ties by tokens and money, in SQL), prune (who could be in a ring, in SQL),
lockstep (blocks of accounts and shops, in numba: peel, split, grow, each tested against chance),
assemble (one ring from what each way found of it, named under a false-discovery rate), describe
(shops, roles, dates, sentences) and join (one organiser from rings that share hands and money).

Where a day is added to a market that was grouped before, fresh says what is new, narrow and near
keep the search to it, carry, state and names bring along what is not.

Beside the path stands burst, which ranks the edges of a live stream and decides nothing.
"""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress, silent
from unbrush.group.assemble import assemble
from unbrush.group.deeds import make_deeds
from unbrush.group.describe import describe
from unbrush.group.fresh import find_fresh
from unbrush.group.join import join
from unbrush.group.join_params import JoinParams
from unbrush.group.link import link
from unbrush.group.lockstep import lockstep
from unbrush.group.params import Params
from unbrush.group.state import forget_state, keep_state, recall_state

__all__ = ["JoinParams", "Params", "group"]


def group(
    engine: Engine,
    manifest: Manifest,
    *,
    params: Params | None = None,
    is_update: bool = False,
    progress: Progress = silent,
) -> None:
    """Find rings in the market in ``engine``, and the organisers behind them.

    Leaves tables `searches`, `rings`, `ring_members`, `clusters` and `cluster_members` there,
    and the tables of `state.py`, which the next day goes on from.

    Args:
        engine: Holds the event tables and `signals`.
        manifest: What the market has.
        params: When ties and rings count.
        is_update: Go on from the earlier run that `open_earlier` put into ``engine``.
        progress: Told which step runs.
    """
    params = params or Params()
    progress("deeds", 0.0)
    channels = make_deeds(engine, manifest, params)
    if is_update:
        find_fresh(engine, manifest)
        recall_state(engine)
    progress("link", 0.1)
    link(engine, manifest, params, is_update=is_update)
    lockstep(
        engine,
        channels,
        params,
        lambda what, share: progress(what, 0.3 + 0.4 * share),
        is_update=is_update,
    )
    progress("assemble", 0.7)
    assemble(engine, channels, params)
    progress("describe", 0.8)
    describe(engine, manifest, params, is_update=is_update)
    keep_state(engine)
    if is_update:
        forget_state(engine)
    for name in ("_companies", "_blocks", "_block_accounts", "_block_columns", "_fresh"):
        engine.drop(name)
    for name in ("_members", "_tested", "_accounts", "_deeds", "_helped", "_allowances"):
        engine.drop(name)
    progress("join", 0.9)
    join(engine, manifest, is_update=is_update)
    progress("", 1.0)

"""Signals and events → rings: subjects that act together beyond what chance explains.

What comes in: the event tables and `signals`. What goes out: `rings` and `ring_members`, and the
organisers behind them, `clusters` and `cluster_members`. The path is deeds (who bought, reviewed or
liked what), link (ties by tokens and money, in SQL), prune (who could be in a ring, in SQL),
lockstep (blocks of accounts and shops, in numba: peel, split, grow, each tested against chance),
assemble (one ring from what each way found of it, named under a false-discovery rate), describe
(shops, roles, dates, sentences) and join (one organiser from rings that share hands and money).

Beside the path stands burst, which ranks the edges of a live stream and decides nothing.
"""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress, silent
from unbrush.group.assemble import assemble
from unbrush.group.deeds import make_deeds
from unbrush.group.describe import describe
from unbrush.group.join import join
from unbrush.group.join_params import JoinParams
from unbrush.group.link import link
from unbrush.group.lockstep import lockstep
from unbrush.group.params import Params

__all__ = ["JoinParams", "Params", "group"]


def group(
    engine: Engine,
    manifest: Manifest,
    *,
    params: Params | None = None,
    progress: Progress = silent,
) -> None:
    """Find rings in the market in ``engine``, and the organisers behind them.

    Leaves tables `searches`, `rings`, `ring_members`, `clusters` and `cluster_members` there.

    Args:
        engine: Holds the event tables and `signals`.
        manifest: What the market has.
        params: When ties and rings count.
        progress: Told which step runs.
    """
    params = params or Params()
    progress("deeds", 0.0)
    channels = make_deeds(engine, manifest)
    progress("link", 0.1)
    link(engine, manifest, params)
    lockstep(engine, channels, params, lambda what, share: progress(what, 0.3 + 0.4 * share))
    progress("assemble", 0.7)
    assemble(engine, channels, params)
    progress("describe", 0.8)
    describe(engine, manifest, params)
    for name in ("_companies", "_blocks", "_block_accounts"):
        engine.drop(name)
    for name in ("_members", "_tested", "_accounts", "_deeds"):
        engine.drop(name)
    progress("join", 0.9)
    join(engine, manifest)
    progress("", 1.0)

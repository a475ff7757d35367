"""Signals and rings → decisions: weigh evidence, spare the look-alikes, neutralise, give reasons.

What comes in: event tables, `signals`, `rings`, `ring_members`. What goes out: `decisions`,
`reasons`, `learned`, `clean_counts`. The path is witnesses (what each signal says about which
order or review), look_alikes (what an honest explanation takes away), weigh (orders and reviews),
attribute (accounts and shops), reasons and clean_counts.

Two principles are code here, not habit. An order or review stops counting as soon as it is likely
fake; a shop rises above L1 only when somebody is shown to have organised it *and* the shop itself
is shown to be behind it, so that fake orders bought for a rival never punish the rival.
"""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress, silent
from unbrush.judge.attribution import attribute
from unbrush.judge.clean_counts import count_clean
from unbrush.judge.contributions import contribute
from unbrush.judge.learned import Model, speak, write_down
from unbrush.judge.look_alikes import spare_look_alikes
from unbrush.judge.policy import Policy
from unbrush.judge.probability import say_how_sure
from unbrush.judge.reasons import give_reasons
from unbrush.judge.resting import tell_what_rests, weigh_without_each
from unbrush.judge.weigh import weigh_all
from unbrush.judge.witnesses import call_witnesses

__all__ = ["Policy", "judge"]


def judge(
    engine: Engine,
    manifest: Manifest,
    *,
    policy: Policy | None = None,
    model: Model | None = None,
    progress: Progress = silent,
) -> None:
    """Leave tables `decisions`, `reasons` and `clean_counts` in ``engine``.

    Args:
        engine: Holds the event tables, `signals`, `rings` and `ring_members`.
        manifest: What the market has.
        policy: Thresholds and weights.
        model: What was learned from labels, to be heard as one weak witness; none if left out.
        progress: Told which step runs.
    """
    policy = policy or Policy()
    progress("witnesses", 0.0)
    call_witnesses(engine, manifest, policy)
    if model is not None:
        speak(engine, manifest, model)
    progress("look-alikes", 0.2)
    spare_look_alikes(engine, manifest, policy)
    progress("weigh", 0.4)
    weigh_all(engine, policy)
    weigh_without_each(engine, policy)
    tell_what_rests(engine)
    contribute(engine, policy)
    say_how_sure(engine)
    progress("attribute", 0.6)
    attribute(engine, manifest, policy)
    progress("reasons", 0.7)
    give_reasons(engine, manifest)
    write_down(engine, manifest)
    progress("clean counts", 0.85)
    count_clean(engine, manifest)
    for table in (
        "_orders",
        "_reviews",
        "_witnesses",
        "_look_alikes",
        "_atoms",
        "_sureness",
        "_heard",
        "_explained",
        "_company",
        "_passing",
        "_parties",
        "_attackers",
    ):
        engine.drop(table)
    progress("", 1.0)

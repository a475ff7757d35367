"""Why a model says what it says: the topics that moved it most, each by its strongest number."""

import numpy as np
import numpy.typing as npt

from unbrush.base.words import Words
from unbrush.judge.learned.feature import TOPICS, Feature
from unbrush.judge.learned.model import Learned

MOST_TOPICS = 3
LEAST_SHARE = 0.1
"""Of what speaks for it, that a topic must make up to be told."""

Floats = npt.NDArray[np.float64]


def tell(learned: Learned, values: Floats, probability: Floats) -> list[Words]:
    """Return a sentence for each row: what speaks for its being fake, and what against.

    Args:
        learned: What was learned.
        values: Numbers of the rows, shape (n, number of names).
        probability: What it said of them.
    """
    if not len(values):
        return []
    moved = learned.forest.contributions(values)
    features = learned.features
    return [
        _sentence(features, values[row], moved[row], float(probability[row]))
        for row in range(len(values))
    ]


def _sentence(features: list[Feature], values: Floats, moved: Floats, probability: float) -> Words:
    by_topic = {
        topic: [place for place, each in enumerate(features) if each.topic == topic]
        for topic in TOPICS
    }
    sums = {topic: float(moved[places].sum()) for topic, places in by_topic.items() if places}
    total = sum(each for each in sums.values() if each > 0)
    rising = [
        topic
        for topic in sorted(sums, key=lambda each: (-sums[each], each))[:MOST_TOPICS]
        if sums[topic] > 0 and sums[topic] >= LEAST_SHARE * total
    ]
    falling = min(sums, key=lambda each: (sums[each], each))
    told = [_part(topic, by_topic[topic], features, values, moved) for topic in rising]
    zh = f"与核实过的假案相比，模型估计可能性为 {probability:.0%}。主要依据：" + "；".join(
        each.zh for each in told
    )
    en = (
        f"Learned from checked cases, the model puts it at {probability:.0%}. What speaks for it: "
        + "; ".join(each.en for each in told)
    )
    if sums[falling] < 0:
        against = _part(falling, by_topic[falling], features, values, moved, is_against=True)
        zh += f"。相反的：{against.zh}"
        en += f". Against it: {against.en}"
    return Words(f"{zh}。仅凭模型不作任何处理。", f"{en}. Nothing is decided by a model alone.")


def _part(
    topic: str,
    places: list[int],
    features: list[Feature],
    values: Floats,
    moved: Floats,
    *,
    is_against: bool = False,
) -> Words:
    """Return a topic with the number that moved it most."""
    turn = -1.0 if is_against else 1.0
    place = max(places, key=lambda each: (turn * float(moved[each]), -each))
    words, value = features[place].words, f"{values[place]:.4g}"
    return Words(
        f"{TOPICS[topic].zh}（{words.zh} {value}）", f"{TOPICS[topic].en} ({words.en}: {value})"
    )

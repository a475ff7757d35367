"""From tests to a verdict and its sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.words import Words
from unbrush.judge.adjudication.tests import Test

VICTIM, BENEFICIARY, UNDECIDED = "victim", "beneficiary", "undecided"

ENOUGH = 2.0
"""Weight for the victim, and beyond what speaks against it, from which it is called one: about 7
to 1. Being called a victim clears nobody: it says whom to warn and to ask."""

VERDICTS: Mapping[str, Words] = {
    VICTIM: Words("很可能是受害者，停在 L1", "likely a victim: held at L1"),
    BENEFICIARY: Words(
        "店铺自己的钱或行为表明它是受益者",
        "the shop's own money or acts show that it had them placed",
    ),
    UNDECIDED: Words("尚不能断定，停在 L1", "not decided: held at L1"),
}


def reached(*, is_shown: bool, weights: Mapping[str, float]) -> str:
    """Return the verdict.

    Args:
        is_shown: Whether rows establish organisation and the shop's own part in it. This alone
            makes a beneficiary: no sum of weaker tests does, and none undoes it.
        weights: Sum of weights by side.
    """
    if is_shown:
        return BENEFICIARY
    for_victim = weights["victim"]
    if for_victim >= ENOUGH and for_victim - weights["beneficiary"] >= ENOUGH:
        return VICTIM
    return UNDECIDED


def sentence(verdict: str, outcomes: Sequence[tuple[Test, Mapping[str, Any]]]) -> Words:
    """Return the verdict in words, with what spoke for which side and what could not be asked."""
    zh, en = [VERDICTS[verdict].zh], [VERDICTS[verdict].en]
    for side, of_zh, of_en in (
        (BENEFICIARY, "指向店铺自己", "Against the shop"),
        (VICTIM, "指向他人", "For somebody else"),
        ("nobody", "不作依据", "Noted only"),
    ):
        held = [
            (test, one)
            for test, one in outcomes
            if one["outcome"] == side and (side != "nobody" or (one["n"] and not test.weight))
        ]
        if held:
            zh.append(f"{of_zh}：" + "；".join(f"{t.words.zh}（{_of(one)}）" for t, one in held))
            en.append(f"{of_en}: " + "; ".join(f"{t.words.en} ({_of(one)})" for t, one in held))
    untested = [test for test, one in outcomes if one["outcome"] == "untested"]
    if untested:
        zh.append("数据缺列、无法检验：" + "；".join(test.words.zh for test in untested))
        en.append("The data cannot tell: " + "; ".join(test.words.en for test in untested))
    return Words("。".join(zh) + "。", ". ".join(part[0].upper() + part[1:] for part in en) + ".")


def _of(one: Mapping[str, Any]) -> str:
    return f"{one['n']}/{one['n_of']}" if one["n_of"] else f"{one['n']}"

"""How surprising a ring is, in words: what its q-value and robustness say and what they do not."""

import math

from unbrush.base.words import Words

LEAST_EXPONENT = -300
"""Numbers below ten to this are told as less than it: no double is smaller by much."""

HANGS_BY = 0.05
"""From this q-value on a ring is no longer established; a member whose absence brings it there
carries it alone."""


LITTLE = 1.5
"""Below this robustness a ring says little against honest tastes."""

NOTHING_LEFT = 0.95
"""From this q-value on no ring is left."""


def odds(q_value: float) -> Words:
    """Return a share of chance (0-1) as a person says it, such as ``about 1 in 20,000``."""
    if q_value >= 0.01:
        n = round(100 * q_value)
        return Words(f"约百分之 {n}", f"about {n} in 100")
    exponent = math.log10(q_value) if q_value > 0 else -math.inf
    if exponent <= LEAST_EXPONENT:
        return Words(
            f"不到 1/{_power(-LEAST_EXPONENT)}", f"fewer than 1 in {_power(-LEAST_EXPONENT)}"
        )
    if exponent <= -6:
        # Rounded towards chance, never away from it.
        return Words(
            f"不到 1/{_power(int(-exponent))}", f"fewer than 1 in {_power(int(-exponent))}"
        )
    n = _two_digits(1 / q_value)
    return Words(f"约 1/{n:,}", f"about 1 in {n:,}")


def chance_sentence(q_value: float | None) -> Words | None:
    """Return what a ring's q-value means, and what it does not; None if there is none."""
    if q_value is None:
        return None
    said = odds(q_value)
    return Words(
        f"在至少与它同样出人意料的协同圈中，纯属偶然的比例预计{said.zh}。"
        "这只说明并非巧合，不说明是谁的主意，也不是任何人违法的证明。",
        f"Among rings at least as surprising as this one, {said.en} can be expected to be chance. "
        "This says that it is no coincidence; not whose idea it was, and it proves nobody's guilt.",
    )


def robustness_sentence(robustness: float | None) -> Words | None:
    """Return what a ring's robustness means, and what it does not; None if there is none."""
    if robustness is None:
        return None
    if robustness < LITTLE:
        return Words(
            "成员只要稍有共同的正当偏好，就可能解释它：请先排查正当原因。",
            "A slight honest taste that its members share could explain it: look for one first.",
        )
    n = times(robustness)
    return Words(
        f"若要用正当的共同偏好来解释，成员选择这些店铺的可能性须是店铺热度所示的 {n} 倍。"
        "这不等于没有正当原因（同村、同校、同好）：仍须逐一询问。",
        f"For a shared honest taste to explain it, members would have to be {n} times as likely to "
        "choose these shops as the shops' popularity says. This does not mean that there is no "
        "honest reason (a village, a school, a hobby): it still has to be asked for.",
    )


def weight_sentence(weight: float | None) -> Words | None:
    """Return how strongly a member is tied in; None if it was not measured."""
    if weight is None:
        return None
    # A natural-log unit is a factor of e; said as a factor, which needs no logarithm to read.
    n = _factor(weight)
    return Words(
        f"有它之后，巧合之说的可能性降为原来的 1/{n}（{weight:.1f} 个自然对数单位）。",
        f"With it, coincidence is {n} times less likely ({weight:.1f} natural-log units).",
    )


def without_sentence(q_without: float | None) -> Words | None:
    """Return what would remain of the ring without a member; None if it was not measured."""
    if q_without is None:
        return None
    said = odds(q_without)
    if q_without >= NOTHING_LEFT:
        return Words(
            "去掉它，协同圈便不复存在：应先核实它。",
            "Without it nothing is left of the ring, so check it first.",
        )
    if q_without >= HANGS_BY:
        return Words(
            f"去掉它，{said.zh}会是偶然：整个协同圈主要靠它成立，应先核实它。",
            f"Without it, {said.en} such rings would be chance: the ring hangs on it, so check "
            "it first.",
        )
    return Words(
        f"去掉它，协同圈仍然成立（{said.zh}会是偶然）。",
        f"Without it the ring still stands ({said.en} would be chance).",
    )


def times(value: float) -> str:
    """Return a factor of 1 and up with about two digits."""
    return f"{_two_digits(value):,}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def _factor(weight: float) -> str:
    exponent = weight / math.log(10)
    return _power(int(exponent)) if exponent >= 6 else times(max(1.0, math.exp(weight)))


def _power(exponent: int) -> str:
    # Raised figures are hard to tell apart in the small print of some faces.
    return f"10^{exponent}"


def _two_digits(value: float) -> int:
    """Round to two digits that count, downwards: a surprise is never overstated."""
    step = 10 ** max(0, int(math.log10(value)) - 1)
    return int(value // step * step)

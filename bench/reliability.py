"""The reliability diagram: what was said beside what is true, drawn as SVG without any library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10, sqrt

SIDE, EDGE, LEGEND = 360, 60, 210
COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280", "#4a5568", "#975a16")
STYLE = "font-family: system-ui, sans-serif; font-size: 13px; fill: #4a5568"


@dataclass(frozen=True)
class Group:
    """Rows of one market that were given one probability.

    Attributes:
        kind: order or review.
        probability: What was said (0-1).
        low: Where it likely lies, from
        high: to.
        is_neutralised: Whether they stopped counting.
        n: How many.
        n_fake: How many of them are.
    """

    kind: str
    probability: float
    low: float
    high: float
    is_neutralised: bool
    n: int
    n_fake: int

    def agrees(self) -> bool:
        """Whether the share of fakes, as far as chance tells it, can be what was said."""
        low, high = _wilson(self.n_fake / self.n, self.n)
        return low <= self.high and self.low <= high


def drawn(parts: Mapping[str, Sequence[Group]], n_bins: int) -> str:
    """Return the diagram: a dot for each bin of each part, the larger the more rows it has."""
    width, height = EDGE + SIDE + LEGEND, SIDE + 2 * EDGE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" style="{STYLE}">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _line((0, 0), (1, 1), "#a0aec0", dash="4 4"),
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        lines += [_line((tick, 0), (tick, 1), "#e2e8f0"), _line((0, tick), (1, tick), "#e2e8f0")]
        lines += [_text(_x(tick), _y(0) + 18, f"{tick:g}", "middle")]
        lines += [_text(EDGE - 8, _y(tick) + 4, f"{tick:g}", "end")]
    lines.append(_text(EDGE + SIDE / 2, height - 14, "said: probability · 所称概率", "middle"))
    lines.append(_text(EDGE, 36, "true: share of fakes · 实际造假占比", "start"))
    for number, (part, groups) in enumerate(parts.items()):
        lines += _part(part, groups, n_bins, number)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _part(part: str, groups: Sequence[Group], n_bins: int, number: int) -> list[str]:
    colour = COLOURS[number % len(COLOURS)]
    lines = []
    for place in range(n_bins):
        inside = [g for g in groups if min(int(g.probability * n_bins), n_bins - 1) == place]
        n = sum(group.n for group in inside)
        if not n:
            continue
        said = sum(group.probability * group.n for group in inside) / n
        share = sum(group.n_fake for group in inside) / n
        lines.append(_line(*((said, bound) for bound in _wilson(share, n)), colour))
        lines.append(
            f'<circle cx="{_x(said):.1f}" cy="{_y(share):.1f}" r="{2 + 1.6 * log10(n):.1f}"'
            f' fill="{colour}" fill-opacity="0.6"><title>{part}: {said:.3f} said,'
            f" {share:.3f} true, {n:,} rows</title></circle>"
        )
    top = EDGE + 20 * number
    lines.append(f'<circle cx="{EDGE + SIDE + 24}" cy="{top - 4}" r="5" fill="{colour}"/>')
    return [*lines, _text(EDGE + SIDE + 36, top, part, "start")]


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Return where a share lies by chance, 95 %."""
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _x(share: float) -> float:
    return EDGE + SIDE * share


def _y(share: float) -> float:
    return EDGE + SIDE * (1 - share)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, dash: str = "") -> str:
    ends = f'x1="{_x(start[0]):.1f}" y1="{_y(start[1]):.1f}"'
    ends += f' x2="{_x(end[0]):.1f}" y2="{_y(end[1]):.1f}"'
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line {ends} stroke="{colour}"{dashes}/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'

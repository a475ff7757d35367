"""What a stretch of a page says for and against being made to catch searches."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from unbrush.base.pages.hotlines import written
from unbrush.base.pages.marks import NUMBER, PLACE, Marks
from unbrush.base.pages.words import Sort
from unbrush.base.words import Words, counted

Span = tuple[int, int]


class Known(NamedTuple):
    """What other pages say of a number.

    Attributes:
        n_brands: Brands that it stands under.
        n_pages: Different pages on which it does.
        n_fills: Ways in which one sentence with it is filled, a page each.
    """

    n_brands: int = 0
    n_pages: int = 0
    n_fills: int = 0


Ints = npt.NDArray[np.int64]

FEWEST_PLACES, MANY_PLACES = 5, 10
USUAL_CALLS = 4
"""Mentions of one number that an honest page makes: at its head, twice in its text, at its foot."""
FEWEST_BRANDS = 3
FEWEST_FILLS = 5
KNOWN_PUSH = 0.6
"""How hard a page presses at least whose number is known from pages of other brands or cities."""
FEWEST_LETTERS = 60
USUAL_DRIVE, FULL_DRIVE = 0.3, 0.6
"""Mentions of repeated numbers per line or sentence: where an honest page ends, where none is."""
FEWEST_DRIVEN, FEW_DRIVEN = 6, 4
"""Mentions of repeated numbers from which that share shows whom a page fishes for; from which it
shows that it presses, where places or brands show the rest."""
OWN_NUMBERS = 0.6
"""Numbers per mention from which a list has a number for each entry, as branches have."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Counts over one or several stretches of a page.

    Attributes:
        n_letters: Letters, an ideograph as one and a Latin letter as a fifth.
        n_places: Places named, outside postal addresses.
        n_distinct: Different ones.
        n_in_address: Places that belong to an address.
        n_addresses: Addresses.
        numbers: How often each telephone number stands there.
        fan: By number, how many brands stand beside it anywhere on the page.
        brands: How often each brand is named.
        n_push: Words that offer and press.
        said_again: Share of the letters in phrases that the page repeats, 0-1.
        n_stops: Ends of sentences.
        n_lines: Lines and sentences with a letter or number in them.
        n_disguised: Mentions of numbers that are written so that no filter reads them.
        known: What other pages say of the numbers that stand there.
    """

    n_letters: float
    n_places: int
    n_distinct: int
    n_in_address: int
    n_addresses: int
    numbers: Counter[str]
    fan: dict[str, int]
    brands: Counter[str]
    n_push: int
    said_again: float
    n_stops: int
    n_lines: int = 0
    n_disguised: int = 0
    known: dict[str, Known] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The number that stands there most often; '' if there is none."""
        return min(self.numbers, key=lambda number: (-self.numbers[number], number), default="")

    @property
    def calls(self) -> int:
        """How often it does."""
        return self.numbers[self.number]

    @property
    def brands_of_number(self) -> int:
        """Brands beside that number of the stretch that has most, if it is repeated as often."""
        fans = [n for number, n in self.fan.items() if self.numbers[number] >= FEWEST_BRANDS]
        return max(fans, default=0)

    @property
    def stops_per_100(self) -> float:
        """Ends of sentences per hundred letters."""
        return 100 * self.n_stops / max(self.n_letters, 1.0)

    def reach(self) -> float:
        """How widely it fishes, 0-1: many places, many brands, one phrase over and over."""
        places = 0.0
        if self.n_distinct >= FEWEST_PLACES:
            places = self.n_distinct / (self.n_distinct + MANY_PLACES)
        beyond = max(0, self.brands_of_number - FEWEST_BRANDS + 1)
        brands = beyond / (beyond + 1.0)
        elsewhere = self._elsewhere()
        left = (1 - places) * (1 - brands) * (1 - 0.6 * self._stuffed()) * (1 - elsewhere)
        return 1 - left * (1 - 0.6 * self._hidden()) * (1 - 0.6 * self.drive(FEWEST_DRIVEN))

    def push(self) -> float:
        """How hard it presses to call, 0-1: one number again and again, words that sell."""
        beyond = max(0, self.calls - USUAL_CALLS)
        calls = beyond / (beyond + 2.0)
        per_100 = 100 * self.n_push / max(self.n_letters, FEWEST_LETTERS)
        words = min(1.0, max(0.0, (per_100 - 1.5) / 5)) * min(1.0, self.n_push / 10)
        stuffed = self._stuffed() * min(1.0, self.n_push / 5)
        left = (1 - calls) * (1 - (0.3 + 0.4 * stuffed) * words) * (1 - 0.4 * stuffed)
        push = 1 - left * (1 - 0.5 * self._hidden()) * (1 - 0.7 * self.drive(FEW_DRIVEN))
        if self.n_again < USUAL_CALLS - 1:
            push /= 4 if self.stops_per_100 >= 1 else 2  # nothing of that leads anywhere
        return max(push, KNOWN_PUSH * (self._elsewhere() > 0) * (self.n_push > 0))

    @property
    def n_again(self) -> int:
        """How often numbers stand there that do so more than once: one, or several in turn."""
        return sum(n for n in self.numbers.values() if n > 1)

    def drive(self, fewest: int) -> float:
        """How far every other line has one of the same few numbers, 0-1; 0 for fewer mentions."""
        if self.n_again < fewest or not self.n_push:
            return 0.0
        per_line = self.n_again / max(self.n_lines, 1)
        return min(1.0, max(0.0, (per_line - USUAL_DRIVE) / (FULL_DRIVE - USUAL_DRIVE)))

    def _hidden(self) -> float:
        """How far its numbers hide, 0-1: no firm spells its number so that none reads it."""
        return self.n_disguised / (self.n_disguised + 1.0) if self.n_push else 0.0

    def _elsewhere(self) -> float:
        """What other pages say of its numbers, 0-1: more brands, more fillings of one sentence."""
        best = 0.0
        for number in self.numbers:
            known = self.known.get(number, Known())
            brands = max(0, known.n_brands - FEWEST_BRANDS + 1)
            fills = 0 if self.n_in_address else max(0, known.n_fills - FEWEST_FILLS + 1)
            best = max(best, 1 - (1 - brands / (brands + 1.0)) * (1 - fills / (fills + 2.0)))
        return best

    def _stuffed(self) -> float:
        often = min(1.0, max(0.0, (self.said_again - 0.35) / 0.35))
        return often * min(1.0, self.n_letters / (3 * FEWEST_LETTERS))

    def spared(self) -> float:
        """What is left of a score, 0-1, where entries have addresses or numbers of their own."""
        left = 1.0
        n_calls = sum(self.numbers.values())
        if n_calls >= 4 and len(self.numbers) >= OWN_NUMBERS * n_calls:
            left *= 0.2
        if self.n_addresses >= 3 and self.n_in_address >= 0.4 * (self.n_places + self.n_in_address):
            left *= 0.3
        return left

    def score(self) -> float:
        """How surely it was made to catch searches, 0-1; from 0.5 on it is."""
        return round(float(np.sqrt(self.reach() * self.push())) * self.spared(), 4)


def evidence_of(
    marks: Marks, spans: Sequence[Span], known: Mapping[str, Known] | None = None
) -> Evidence:
    """Count over ``spans`` (code points of the page, in order, apart); linear in their length."""
    kinds, points = (np.concatenate([x[a:b] for a, b in spans] or [x[:0]]) for x in _rows(marks))
    repeated = np.concatenate([marks.is_repeated[a:b] for a, b in spans] or [np.zeros(0, bool)])
    ends = np.concatenate([marks.is_end[a:b] for a, b in spans] or [np.zeros(0, bool)])
    is_han, is_latin = (points >= 0x3400) & (points < 0xA000), (points >= 97) & (points <= 122)
    places = _within(marks.place_starts, spans)
    listed = places[~marks.is_address[places]]
    lines = [marks.hotlines[n].number for n in _within(marks.hotline_starts, spans).tolist()]
    names = [marks.brands[n].name for n in _within(marks.brand_starts, spans).tolist()]
    shown = _within(marks.hotline_starts, spans)
    sorts = marks.word_sorts[_within(marks.word_starts, spans)]
    running = (is_han | is_latin) & (kinds != PLACE) & (kinds != NUMBER)
    numbers = Counter(lines)
    return Evidence(
        n_letters=float(is_han.sum() + is_latin.sum() / 5),
        n_places=len(listed),
        n_distinct=len(np.unique(marks.place_names[listed])),
        n_in_address=len(places) - len(listed),
        n_addresses=len(_within(marks.addresses - 1, spans)),
        numbers=numbers,
        fan={number: marks.fan.get(number, 0) for number in numbers},
        brands=Counter(names),
        n_push=int(((sorts == Sort.NAMED) | (sorts == Sort.PUSH)).sum()),
        said_again=float(repeated[running].mean()) if running.any() else 0.0,
        n_lines=_lines(points, ends),
        n_disguised=int(marks.is_disguised[shown].sum()),
        n_stops=int((ends & (points != ord("\n"))).sum()),
        known={number: known[number] for number in numbers if number in known} if known else {},
    )


def _lines(points: npt.NDArray[np.uint32], ends: npt.NDArray[np.bool_]) -> int:
    """Lines and sentences that hold something."""
    if not len(points):
        return 0
    which = np.cumsum(np.concatenate(([False], ends[:-1])))
    says = (
        (points >= 0x3400) | ((points >= 48) & (points <= 57)) | ((points >= 97) & (points <= 122))
    )
    return len(np.unique(which[says]))


def _rows(marks: Marks) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    return marks.kinds, marks.page.points


def _within(starts: Ints, spans: Sequence[Span]) -> Ints:
    """Indices of the finds that begin in one of the spans."""
    edges = np.searchsorted(starts, np.array(spans, np.int64).reshape(-1, 2))
    return np.concatenate([np.arange(a, b) for a, b in edges] or [np.zeros(0, np.int64)])


def reasons_for(evidence: Evidence) -> list[Words]:
    """Say what speaks for a doorway, the strongest first, with its numbers."""
    said = []
    number, calls, brands = evidence.number, evidence.calls, evidence.brands_of_number
    if brands >= FEWEST_BRANDS:
        said.append(
            Words(
                f"同一号码 {written(number)} 挂在 {brands} 个品牌名下",
                f"one number, {written(number)}, stands under {counted(brands, 'brand')}",
            )
        )
    said += _known_from_elsewhere(evidence)
    if evidence.n_distinct >= FEWEST_PLACES:
        said.append(
            Words(
                f"罗列 {evidence.n_places} 个地名（{evidence.n_distinct} 个不同）",
                f"lists {counted(evidence.n_places, 'place')} ({evidence.n_distinct:,} different)",
            )
        )
    if calls > USUAL_CALLS:
        said.append(
            Words(
                f"号码 {written(number)} 重复 {calls} 次",
                f"repeats the number {written(number)} {counted(calls, 'time')}",
            )
        )
    if evidence.n_disguised:
        said.append(
            Words(
                f"{evidence.n_disguised} 处号码用汉字、符号等变体书写",
                f"writes numbers in disguise {counted(evidence.n_disguised, 'time')}",
            )
        )
    if evidence.drive(FEWEST_DRIVEN) > 0:
        said.append(
            Words(
                f"{evidence.n_lines} 行中有 {evidence.n_again} 处是同样几个号码",
                f"has the same few numbers {counted(evidence.n_again, 'time')} "
                f"in {counted(evidence.n_lines, 'line')}",
            )
        )
    if evidence.said_again >= 0.35:
        said.append(
            Words(
                f"{evidence.said_again:.0%} 的文字是反复填空的同一套话",
                f"{evidence.said_again:.0%} of its words are phrases repeated with slots filled",
            )
        )
    if evidence.brands:
        name = min(evidence.brands, key=lambda one: (-evidence.brands[one], one))
        if evidence.brands[name] >= 4:
            n_named = evidence.brands[name]
            said.append(
                Words(f"“{name}”出现 {n_named} 次", f"names {name} {counted(n_named, 'time')}")
            )
    said.append(
        Words(
            f"每百字 {evidence.stops_per_100:.2f} 个句号，{evidence.n_push} 个招揽用语",
            f"{evidence.stops_per_100:.2f} full stops per 100 characters, "
            f"{counted(evidence.n_push, 'word')} that sell",
        )
    )
    return said


def _known_from_elsewhere(evidence: Evidence) -> list[Words]:
    said = []
    for number, known in sorted(evidence.known.items()):
        pages = counted(known.n_pages, "page")
        if known.n_brands >= FEWEST_BRANDS:
            said.append(
                Words(
                    f"号码 {written(number)} 在 {known.n_pages} 个页面上"
                    f"挂着 {known.n_brands} 个品牌",
                    f"on {pages} the number {written(number)} stands under "
                    f"{counted(known.n_brands, 'brand')}",
                )
            )
        if known.n_fills >= FEWEST_FILLS:
            said.append(
                Words(
                    f"同一句话换地名或品牌，带着号码 {written(number)} "
                    f"出现在 {known.n_fills} 个页面上",
                    f"one sentence with {written(number)} is filled in {known.n_fills:,} ways, "
                    "a page each",
                )
            )
    return said

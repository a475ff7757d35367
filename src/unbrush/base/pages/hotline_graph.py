"""The graph number → brands → pages: one hotline that answers for many names."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from unbrush.base.pages.evidence import FEWEST_BRANDS, FEWEST_FILLS, Known
from unbrush.base.pages.hotlines import written
from unbrush.base.pages.marks import own_names

OWN_SHARE = 0.7
"""Share of its pages on which a number stands under one brand, from which it is that brand's."""

FEWEST_PAGES = 3
"""Different pages before one number under several brands is more than a slip."""


class Said(NamedTuple):
    """What one page says of numbers; equal pages count once.

    Attributes:
        page: Its id, url or name.
        mark: Equal for pages of the same text.
        host: Where it stands; '' if unknown.
        pairs: Numbers with the brands beside them (`Page.pairs`).
        sentences: `Page.sentences`.
        numbers: Its numbers, whether or not a brand stands beside them.
    """

    page: str
    mark: object
    host: str
    pairs: Iterable[tuple[str, str]]
    sentences: Iterable[tuple[str, int, str]] = ()
    numbers: Iterable[str] = ()


@dataclass(frozen=True, kw_only=True)
class NumberNode:
    """A number with all that stands around it.

    Attributes:
        number: Its digits.
        label: As people read it, a mobile without its middle.
        brands: Names beside it, with the different pages that name them, most first.
        pages: Pages that say so, in the order given.
        hosts: The hosts of those pages, with how many, most first.
        known: The counts that speak against a page with this number.
    """

    number: str
    label: str
    brands: tuple[tuple[str, int], ...]
    pages: tuple[str, ...]
    hosts: tuple[tuple[str, int], ...]
    known: Known

    @property
    def is_suspect(self) -> bool:
        """Whether it answers for several brands, or for one sentence filled again and again."""
        return self.known.n_brands >= FEWEST_BRANDS or self.known.n_fills >= FEWEST_FILLS


class HotlineGraph(NamedTuple):
    """Numbers by how many brands, then pages, they have; nodes and edges for whoever draws."""

    numbers: tuple[NumberNode, ...]

    def nodes(self) -> list[dict[str, object]]:
        """Return nodes with id, kind (number, brand, page), label and how many edges they have."""
        ends: Counter[str] = Counter()
        for edge in self.edges():
            ends.update((str(edge["from"]), str(edge["to"])))
        labels = {f"number:{node.number}": node.label for node in self.numbers}
        listed: list[dict[str, object]] = []
        for end, n in sorted(ends.items(), key=lambda one: (-one[1], one[0])):
            kind, _, name = end.partition(":")
            listed.append({"id": end, "kind": kind, "label": labels.get(end, name), "n": n})
        return listed

    def edges(self) -> list[dict[str, object]]:
        """Return edges from pages to numbers and from numbers to brands, with how many pages."""
        edges: list[dict[str, object]] = []
        for node in self.numbers:
            own = f"number:{node.number}"
            edges += [{"from": f"page:{page}", "to": own, "n": 1} for page in node.pages]
            edges += [{"from": own, "to": f"brand:{name}", "n": n} for name, n in node.brands]
        return edges


def host_of(url: str | None) -> str:
    """Return the host of an address, in small letters and without www; '' if there is none."""
    if not url:
        return ""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def hotline_graph(pages: Iterable[Said], *, only_suspect: bool = True) -> HotlineGraph:
    """Return the graph of what ``pages`` say.

    Args:
        pages: In any order; pages of the same text are one.
        only_suspect: Leave out numbers that answer for one brand, as a hotline should.
    """
    said = sorted(pages, key=lambda one: one.page)
    brands: dict[str, dict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
    on: dict[str, list[Said]] = defaultdict(list)
    fills: dict[str, dict[int, dict[str, object]]] = defaultdict(lambda: defaultdict(dict))
    for page in said:
        for number, brand in page.pairs:
            brands[number][brand].add(page.mark)
        for number, mark, fill in page.sentences:
            fills[number][mark].setdefault(fill, page.mark)
        touched = {number for number, _ in page.pairs} | {number for number, *_ in page.sentences}
        for number in touched | set(page.numbers):
            on[number].append(page)
    numbers = [_node(number, brands[number], on[number], fills[number]) for number in on]
    chosen = [node for node in numbers if node.is_suspect or not only_suspect]
    chosen.sort(key=lambda node: (-node.known.n_brands, -node.known.n_pages, node.number))
    return HotlineGraph(tuple(chosen))


def _node(
    number: str,
    brands: Mapping[str, set[object]],
    pages: list[Said],
    fills: Mapping[int, Mapping[str, object]],
) -> NumberNode:
    of_brand: dict[str, set[object]] = {}
    for name in own_names(brands):
        of_brand[name] = set().union(*(marks for long, marks in brands.items() if name in long))
    listed = sorted(of_brand.items(), key=lambda one: (-len(one[1]), one[0]))
    named = set().union(*of_brand.values()) if of_brand else set()
    is_its_own = bool(listed) and len(listed[0][1]) > OWN_SHARE * len(named)
    n_brands = len(listed) if len(named) >= FEWEST_PAGES and not is_its_own else min(1, len(listed))
    # A filling counts once, and so does a page.
    n_fills = max((min(len(own), len(set(own.values()))) for own in fills.values()), default=0)
    n_pages = len({page.mark for page in pages})
    hosts = Counter(page.host for page in pages if page.host)
    return NumberNode(
        number=number,
        label=written(number),
        brands=tuple((name, len(marks)) for name, marks in listed),
        pages=tuple(dict.fromkeys(page.page for page in pages)),
        hosts=tuple(sorted(hosts.items(), key=lambda one: (-one[1], one[0]))),
        known=Known(n_brands, n_pages, n_fills),
    )


def known_numbers(graph: HotlineGraph) -> dict[str, Known]:
    """Return what the graph says of each number, for `page_segments.read_page`."""
    return {node.number: node.known for node in graph.numbers}

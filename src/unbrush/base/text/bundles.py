"""Bundles: praise that was spun, each clause of a template drawn from a few ways of saying it.

"朋友推荐的，小白鞋很赞，物超所值，祝老板大卖" and "性价比高！闺蜜介绍来的！愿掌柜发财" are two
fills of one bundle. They may share no run of characters, and their order may differ; but clause by
clause they take from the same few ways, and these hardly meet outside it.

A bundle is gathered around one text: those that share pieces of several clauses with it
(`clause_pieces`), then whoever is made of pieces that the gathered ones have more often than others
of the place. Pieces are put together to slots (`bundle_slots`). What decides is how many accounts
fill so many and so rare slots, beside how many would if each slot were filled by itself, as often
as the place's other texts fill it (`bundle_chance`); and, where there are other places, how many
fill it there. Rows of clauses in one order are another matter (`frames`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.rarity import is_rare
from unbrush.base.text import bundle_kernels as kernels
from unbrush.base.text.bundle_elsewhere import fills_elsewhere
from unbrush.base.text.bundle_place import SAMPLE, Found, Place, Rules
from unbrush.base.text.bundle_template import is_form, read_slots, template_of
from unbrush.base.text.clause_pieces import Pieces, marks, pieces, spread

MIN_ELSEWHERE = 200  # texts of other places from which they say what is usual

Ints = npt.NDArray[np.int64]

__all__ = ["Bundle", "Rules", "bundles"]


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One bundle in one place.

    Attributes:
        template: Its slots with the ways in which they are filled; see `template_of`.
        rows: The texts that fill it, as places in what was given, in order.
        n_filled: How many of its slots each of them fills.
        n_slots: How many slots it has that a third of its fills have.
        n_accounts: How many accounts wrote them.
        n_ways: How many different texts they are, nearly equal ones counted once.
        n_place: How many texts its place has.
        expected: Accounts that chance would have fill it.
        is_compared: Whether other places were there to say what is usual.
    """

    template: str
    rows: Ints
    n_filled: Ints
    n_slots: int
    n_accounts: int
    n_ways: int
    n_place: int
    expected: float
    is_compared: bool


def bundles(
    texts: pa.Array,
    accounts: Ints,
    places: Ints | None = None,
    *,
    quoted: pa.Array | None = None,
    rules: Rules | None = None,
) -> list[Bundle]:
    """Return the bundles that texts were spun from, the most filled first.

    Platform texts and tags must have been taken out before (`own_words`). Without ``places`` all
    texts are of one place, an item's reviews for instance: what is usual is then only known from
    themselves.

    Args:
        texts: As they were written, with punctuation.
        accounts: A number for the author of each.
        places: A number for the shop or item of each.
        quoted: What each may be quoting (the item's title): its pieces count in none of its place.
        rules: From where on clauses are a bundle.
    """
    rules = rules or Rules()
    where = np.zeros(len(texts), np.int64) if places is None else places
    own = pieces(texts)
    found = list(_found(own, accounts, where, quoted, rules))
    n_place = {place: int((where == place).sum()) for place in {place for place, *_ in found}}
    others = fills_elsewhere(own, where, accounts, [(p, f.slots, f.sizes) for p, _, f in found])
    out = []
    for (place, rows, each), n_others in zip(found, others.tolist(), strict=True):
        n_else = len(texts) - n_place[place]
        is_compared = n_else >= MIN_ELSEWHERE
        usual = n_place[place] * n_others / n_else if is_compared else 0.0
        if each.n_accounts < rules.min_lift * usual:
            continue
        if not is_rare(each.n_accounts, usual, max_chance=rules.max_chance):
            continue
        order = np.argsort(rows)
        said = texts.take(pa.array(rows[:SAMPLE])).to_pylist()
        slots = read_slots(said, each.slots, each.sizes)
        if is_form(slots):
            continue
        out.append(
            Bundle(
                template=template_of(slots),
                rows=rows[order],
                n_filled=each.n_filled[order],
                n_slots=len(each.slots),
                n_accounts=each.n_accounts,
                n_ways=each.n_ways,
                n_place=n_place[place],
                expected=max(each.expected, usual),
                is_compared=is_compared,
            )
        )
    return sorted(out, key=lambda bundle: (-bundle.n_accounts, bundle.template))


def _found(
    own: Pieces, accounts: Ints, places: Ints, quoted: pa.Array | None, rules: Rules
) -> Iterator[tuple[int, Ints, Found]]:
    """Yield the bundles of each place with the place and the rows of their texts."""
    everywhere = spread(own)
    # By what they say, so that neither ids nor the order of rows change anything.
    order = np.lexsort((marks(own), places))
    cuts = np.flatnonzero(np.diff(places[order])) + 1
    titles = _Titles(quoted)
    for rows in np.split(order, cuts):
        if len(rows) < rules.min_place:
            continue
        place = Place(own.of(rows), accounts[rows], rules)
        n_else = len(places) - len(rows)
        if n_else >= MIN_ELSEWHERE:
            usual = kernels.elsewhere(place.names, place.n_texts, everywhere)
            place.usual = np.minimum(usual / n_else, 1.0)
        place.usual[np.isin(place.names, titles.of(rows))] = 1.0
        for found in place.bundles():
            yield int(places[rows[0]]), rows[found.rows], found


class _Titles:
    """The pieces of what texts may be quoting, each title cut once."""

    def __init__(self, quoted: pa.Array | None) -> None:
        self.codes: Ints | None = None
        if quoted is not None and quoted.null_count < len(quoted):
            titles = quoted.dictionary_encode()
            self.codes = titles.indices.fill_null(-1).to_numpy().astype(np.int64)
            self.own = pieces(titles.dictionary)

    def of(self, rows: Ints) -> npt.NDArray[np.uint32]:
        """Return the pieces that some texts may have from what they quote."""
        if self.codes is None:
            return np.zeros(0, np.uint32)
        codes = np.unique(self.codes[rows])
        return self.own.of(codes[codes >= 0]).hashes

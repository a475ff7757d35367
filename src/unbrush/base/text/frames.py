"""Frames: the same stock clauses in the same order, with slots between them, in many texts.

"宝贝很漂亮，物流很快，超赞，好评" and "宝贝颜色正，物流很快，物美价廉，好评" are two fills of
"宝贝{…}，物流很快，{…}，好评". A clause is known whole, by its beginning or by its end. A frame is
three of them in order in the texts of several accounts of one place (a shop, an item), far more
often than chance has them meet there. Chance takes each as often as the place's other texts have
it, or all other places, whichever is more: what everybody says there in free combination meets as
often as it should, while the clauses of a frame hardly occur outside it. And it takes into account
that who writes one stock clause writes several.

Near-duplicate texts are another matter (`near_text`); here the slots may be most of the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.rarity import is_rare, surprise
from unbrush.base.text import triples
from unbrush.base.text.clauses import HEAD, IDEOGRAPHS_FROM, LATIN_HEAD, clauses, marks
from unbrush.base.text.wording import plain

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MAX_CLAUSES = 10  # of a text, that are looked at
BATCH = 20_000_000  # triples held at once
FIXED = 0.6  # share of a frame's texts in which a part is the same, to be shown as fixed
MIN_ELSEWHERE = 200  # texts of other places from which they say what is usual
FEW = 10  # other texts of a place, below which they do not say what is usual
STOCK = 0.05  # share of texts that have a common stock clause, where nothing else is known
MIN_WHOLE = 12  # letters of the longest whole clause of a frame
SLOT = "{…}"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """From where on a sequence of clauses is a frame.

    Attributes:
        min_accounts: Accounts in one place that fill it.
        min_texts: Different texts among theirs.
        min_place: Texts of a place below which nothing is said of it.
        min_letters: Letters that are fixed in it; an ideograph counts as three.
        min_lift: Times as many as chance gives.
        max_chance: Largest chance of finding any by chance, in one place.
    """

    min_accounts: int = 5
    min_texts: int = 3
    min_place: int = 30
    min_letters: int = 24
    min_lift: float = 8.0
    max_chance: float = 1e-4


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One frame in one place.

    Attributes:
        template: Its fixed parts in order, ``{…}`` where they vary.
        rows: The texts that fill it, as places in what was given, in order.
        n_accounts: How many accounts wrote them.
        n_texts: How many different texts they are.
        n_place: How many texts its place has.
        expected: Accounts that chance would let meet in it.
        is_compared: Whether other places were there to say what is usual.
    """

    template: str
    rows: Ints
    n_accounts: int
    n_texts: int
    n_place: int
    expected: float
    is_compared: bool


def frames(
    texts: pa.Array, accounts: Ints, places: Ints | None = None, *, rules: Rules | None = None
) -> list[Frame]:
    """Return the frames that texts were made from, the most filled first.

    Platform texts and tags must have been taken out before (`own_words`). Without ``places`` all
    texts are of one place, an item's reviews for instance: what is usual is then only known from
    themselves.

    Args:
        texts: As they were written, with punctuation.
        accounts: A number for the author of each.
        places: A number for the shop or item of each.
        rules: From where on a sequence is a frame.
    """
    rules = rules or Rules()
    where = np.zeros(len(texts), np.int64) if places is None else places
    found = list(_Search(texts, accounts, where, rules).frames())
    return sorted(found, key=lambda frame: (-frame.n_accounts, frame.template))


class _Search:
    """The texts of one call, with what is counted over all of them."""

    def __init__(self, texts: pa.Array, accounts: Ints, places: Ints, rules: Rules) -> None:
        self.rules, self.accounts, self.places = rules, accounts, places
        self.split = clauses(texts)
        hashes, letters = marks(self.split.words)
        _, tokens = np.unique(hashes, return_inverse=True)
        self.tokens = tokens.reshape(hashes.shape).astype(np.int64)
        if not (hashes == 0).any():
            self.tokens += 1  # 0 means none
        self.letters = letters
        self.texts = plain(texts).dictionary_encode().indices.to_numpy().astype(np.int64)
        self.n_tokens = int(self.tokens.max(initial=0)) + 1
        self.usual = self._usual()
        _, self.place_of, self.n_place = np.unique(places, return_inverse=True, return_counts=True)

    def _usual(self) -> Ints:
        """Return how often each token occurs anywhere."""
        words = np.bincount(self.split.codes, minlength=len(self.split.words))
        usual = np.zeros(self.n_tokens, np.int64)
        for side in range(3):
            np.add.at(usual, self.tokens[:, side], words)
        return usual

    def frames(self) -> Iterator[Frame]:
        """Find the triples, compare them with other places, let each text choose its best."""
        kept = [triple for batch in self._batches() for triple in [self._tested(batch)]]
        found = triples.joined(kept)
        found = self._compared(found)
        yield from self._described(found)

    def _batches(self) -> Iterator[Ints]:
        """Yield the texts of some whole places at a time, few enough to be held at once."""
        order = np.argsort(self.place_of, kind="stable")
        n_clauses = np.minimum(np.diff(self.split.offsets)[order], MAX_CLAUSES)
        work = np.cumsum(27 * n_clauses * (n_clauses - 1) * (n_clauses - 2) // 6)
        ends = np.cumsum(self.n_place)
        start = 0
        done = 0
        for end in ends:
            if end == ends[-1] or work[end - 1] - done > BATCH:
                yield order[start:end]
                start, done = end, work[end - 1]

    def _tested(self, rows: Ints) -> triples.Triples:
        """Return the triples of clauses of these texts that chance hardly makes."""
        rules = self.rules
        words, starts = triples.picked(self.split.codes, self.split.offsets, rows, MAX_CLAUSES)
        tokens = self.tokens[words]
        spot = self.place_of[rows]
        of_clause = np.repeat(np.arange(len(rows)), np.diff(starts))
        own = triples.counts_in_place(tokens, spot[of_clause], of_clause)
        large = self.n_place[spot[of_clause]] >= rules.min_place
        tokens = triples.useful(tokens, own, large, rules.min_accounts)
        met = triples.met(tokens, starts, spot, rules.min_accounts)
        if not len(met.row):
            return met
        n = self.n_place[spot[met.row]].astype(np.float64)
        total = float(len(self.places))
        together = triples.several(tokens, starts, spot, self.n_place)[:, spot[met.row]]
        together = np.where(met.tokens[2] < 0, together[0], together[1])
        n_having = own.reshape(-1)[np.maximum(met.at, 0)]
        # Of the texts without the frame: else its own fills would make its clauses usual.
        n_filled = np.bincount(met.group)[met.group]
        rest, outside = n - n_filled, n_having - n_filled
        apart = np.where(
            rest >= FEW, (outside + 1) / (rest + 1), np.maximum(outside / (rest + 1), STOCK)
        )
        elsewhere = (self.usual[np.maximum(met.tokens, 0)] - n_having) / np.maximum(total - n, 1)
        compared = total - n >= MIN_ELSEWHERE
        usual = np.where(compared, np.maximum(apart, elsewhere), apart)
        return self._rare(met, rows, n * together * met.product(usual))

    def _rare(self, met: triples.Triples, rows: Ints, expected: Floats) -> triples.Triples:
        """Return the triples that enough accounts fill in enough ways, beyond chance."""
        rules = self.rules
        n_accounts = met.distinct(self.accounts[rows[met.row]])
        n_texts = met.distinct(self.texts[rows[met.row]])
        found = (n_accounts >= rules.min_accounts) & (n_texts >= rules.min_texts)
        found &= n_accounts >= rules.min_lift * expected
        found &= is_rare(
            n_accounts, expected, max_chance=rules.max_chance, n_tests=float(met.n_tested)
        )
        return met.kept(found, rows, expected, n_accounts)

    def _compared(self, found: triples.Triples) -> triples.Triples:
        """Leave out what other places have as often: a form's questions, a season's words."""
        if not len(found.row):
            return found
        asked = np.zeros(self.n_tokens, bool)
        asked[found.tokens[found.tokens > 0]] = True
        everywhere = np.zeros(len(found.names), np.int64)
        for rows in self._batches():
            words, starts = triples.picked(self.split.codes, self.split.offsets, rows, MAX_CLAUSES)
            tokens = np.where(asked[self.tokens[words]], self.tokens[words], 0)
            everywhere += triples.occurrences(tokens, starts, found.names, self.accounts[rows])
        spot = self.place_of[found.row]
        n, total = self.n_place[spot].astype(np.float64), float(len(self.places))
        rate = (everywhere[found.name] - found.n_accounts) / np.maximum(total - n, 1)
        usual = np.where(total - n >= MIN_ELSEWHERE, np.maximum(n * rate, 0), 0.0)
        expected = np.maximum(found.expected, usual)
        rules = self.rules
        rare = (found.n_accounts >= rules.min_lift * expected) | (usual < found.expected)
        rare &= is_rare(found.n_accounts, usual, max_chance=rules.max_chance)
        return found.kept(rare, np.arange(len(self.places)), expected, found.n_accounts)

    def _described(self, found: triples.Triples) -> Iterator[Frame]:
        """Let each text choose the frame that surprises most, and say what is fixed in each."""
        spot = self.place_of[found.row]
        merit = surprise(found.n_accounts, found.expected)
        group = found.grouped(spot)
        chosen = triples.chosen(
            found.row,
            group,
            merit,
            found.names[found.name],
            self.accounts,
            self.rules.min_accounts,
        )
        for number in np.unique(group[chosen]):
            mine = chosen[group[chosen] == number]
            rows = np.sort(found.row[mine])
            template, letters = self._template(rows)
            n_texts = len(np.unique(self.texts[rows]))
            if letters < self.rules.min_letters or n_texts < self.rules.min_texts:
                continue
            n_place = int(self.n_place[self.place_of[rows[0]]])
            yield Frame(
                template=template,
                rows=rows,
                n_accounts=len(np.unique(self.accounts[rows])),
                n_texts=n_texts,
                n_place=n_place,
                expected=float(found.expected[mine[0]]),
                is_compared=len(self.places) - n_place >= MIN_ELSEWHERE,
            )

    def _template(self, rows: Ints) -> tuple[str, int]:
        """Return the fixed parts of some texts in order, and how many letters they have."""
        own = [self._clauses_of(row) for row in rows]
        n_with: dict[int, int] = {}
        for words in own:
            for token in set(self.tokens[words].ravel().tolist()) - {0}:
                n_with[token] = n_with.get(token, 0) + 1
        fixed = {token for token, n in n_with.items() if n >= FIXED * len(rows)}
        shown = max(
            (self._shown(words, fixed) for words in own), key=lambda shown: (shown[1], shown[0])
        )
        return shown

    def _clauses_of(self, row: int) -> Ints:
        start, end = self.split.offsets[row], self.split.offsets[row + 1]
        return self.split.codes[start : min(end, start + MAX_CLAUSES)]

    def _shown(self, words: Ints, fixed: set[int]) -> tuple[str, int]:
        parts: list[str] = []
        n_letters, longest = 0, 0
        for word in words:
            whole, head, tail = self.tokens[word].tolist()
            text = self.split.words[int(word)].as_py()
            part = HEAD if sum(ord(c) >= IDEOGRAPHS_FROM for c in text) * 3 >= len(text) else 0
            part = part or LATIN_HEAD
            weights = self.letters[word]
            if whole in fixed:
                shown, said = text, weights[0]
                longest = max(longest, int(said))
            elif head in fixed and tail in fixed and len(text) > 2 * part:
                shown, said = text[:part] + SLOT + text[-part:], weights[1] + weights[2]
            elif head in fixed:
                shown, said = text[:part] + SLOT, weights[1]
            elif tail in fixed:
                shown, said = SLOT + text[-part:], weights[2]
            else:
                shown, said = SLOT, 0
            n_letters += int(said)
            if not (shown == SLOT and parts and parts[-1] == SLOT):
                parts.append(shown)
        # "昨天…，今天…到了" is how things happen: beginnings and ends alone make no frame.
        return "，".join(parts), n_letters if longest >= MIN_WHOLE else 0

"""Near copies: found, and nothing else tied to them."""

import random

import numpy as np
import pyarrow as pa

from unbrush.base.near_text import fingerprints, leaders, overlap, pairs
from unbrush.base.wording import code_points

LETTERS = "".join(chr(0x4E00 + n) for n in range(800))


def lead(texts: list[str], min_similarity: float = 0.6) -> tuple[list[int], list[float]]:
    leader, similarity = leaders(
        *pairs(*code_points(pa.array(texts))), min_similarity=min_similarity
    )
    return leader.tolist(), similarity.tolist()


def written(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randrange(15, 50)))


def edited(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chance.choice(LETTERS) + text[place + 1 :]


def test_equal_texts_follow_the_first_and_others_lead_themselves():
    assert lead(["abcdefgh", "zyxwvuts", "abcdefgh", ""]) == ([0, 1, 0, 3], [1.0, 1.0, 1.0, 1.0])


def test_similarity_is_the_share_of_pairs_in_common():
    assert lead(["abcdefgh", "abcdefgx"], 0.5) == ([0, 0], [1.0, 6 / 8])


def test_nine_in_ten_edited_copies_are_found_and_no_stranger():
    chance = random.Random(3)
    originals = [written(chance) for _ in range(2_000)]
    copies = [edited(text, chance) for text in originals]
    leader, similarity = lead(originals + copies)
    found = [leader[2_000 + n] == n for n in range(2_000)]
    assert sum(found) >= 1_800
    assert leader[:2_000] == list(range(2_000))
    assert all(n < 2_000 or who in (n, n - 2_000) for n, who in enumerate(leader))
    assert min(similarity) >= 0.6


def test_the_same_texts_give_the_same_answer():
    texts = [written(random.Random(n // 2)) for n in range(200)]
    assert lead(texts) == lead(texts)


def test_fingerprints_tell_texts_apart():
    points, offsets = code_points(pa.array(["ab", "ba", "ab", "", "a", "aa"]))
    marks = fingerprints(points, offsets)
    assert marks[0] == marks[2]
    assert len(np.unique(marks)) == 5


def test_overlap_is_one_sided():
    short, long = (np.array([ord(c) for c in text], np.uint32) for text in ("abc", "xxabcxx"))
    assert overlap(short, long) == 1.0
    assert overlap(long, short) < 0.5
    assert overlap(short[:1], long) == 0.0

"""Near copies: found, and nothing else tied to them."""

import random

import numpy as np
import pyarrow as pa
import pytest

from unbrush.base.text import near_text
from unbrush.base.text.distinct_texts import DistinctTexts
from unbrush.base.text.near_text import clusters, clusters_of, overlaps
from unbrush.base.text.wording import plain

LETTERS = "".join(chr(0x4E00 + n) for n in range(800))


def lead(texts: list[str | None], **more) -> tuple[list[int], list[float]]:
    found = clusters_of(pa.array(texts, pa.string()), **more)
    return found.leader.tolist(), [round(value, 3) for value in found.similarity.tolist()]


def written(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randrange(15, 50)))


def edited(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chance.choice(LETTERS) + text[place + 1 :]


def test_equal_texts_follow_the_first_and_empty_ones_nobody():
    texts = ["abcdefgh", "zyxwvuts", "ABC-defgh", "", None, "！"]
    assert lead(texts) == ([0, 1, 0, -1, -1, -1], [1.0, 1.0, 1.0, 0.0, 0.0, 0.0])


def test_no_texts_have_no_leaders():
    assert lead([]) == ([], [])
    assert len(clusters(DistinctTexts()).leader) == 0


def test_similarity_is_the_share_of_pairs_in_common():
    leader, similarity = lead(["abcdefgh", "abcdefgh", "abcdefgx"], min_similarity=0.5)
    assert leader == [0, 0, 0]
    assert similarity == [1.0, 1.0, 6 / 8]


@pytest.mark.parametrize(
    "copy",
    [
        "做工很精细，穿上显瘦又显白，衣服收到了，面料特别柔软，",  # clauses in another order
        "亲亲们，衣服收到了，面料特别柔软，做工很精细，穿上显瘦又显白哦",
        "衣服收到啦，面料非常柔软，做工很精细，穿上显瘦又显白",
        "衣服收到了😀面料特别柔软👍🏻做工很精细❤️穿上显瘦又显白",
        "衣服收到瞭，面料特別柔軟，做工很精細，穿上顯瘦又顯白",
        "衣服收到了，面料特别柔软，做エ很精细，穿上显瘦又显白",  # エ is kana
    ],
)
def test_copies_are_found_however_they_are_disguised(copy):
    text = "衣服收到了，面料特别柔软，做工很精细，穿上显瘦又显白"
    assert lead([text, text, copy])[0] == [0, 0, 0]


def test_nearly_all_edited_copies_are_found_and_no_stranger():
    chance = random.Random(3)
    originals = [written(chance) for _ in range(2_000)]
    copies = [edited(text, chance) for text in originals]
    leader, similarity = lead(originals + copies)
    found = [leader[n] == leader[2_000 + n] for n in range(2_000)]
    assert sum(found) >= 1_980
    assert all(who % 2_000 == n % 2_000 for n, who in enumerate(leader))
    assert min(similarity) >= 0.6


def test_many_variants_of_one_text_have_one_leader():
    chance = random.Random(4)
    text = "".join(chance.choices(LETTERS, k=30))
    variants = [text[:15] + word + text[15:] for word in LETTERS[:300]]
    strangers = [written(chance) for _ in range(700)]
    leader, _ = lead(variants + strangers)
    assert len(set(leader[:300])) == 1
    assert leader[300:] == list(range(300, 1_000))


def test_a_chain_of_small_changes_does_not_tie_its_ends():
    chance = random.Random(6)
    words = ["".join(chance.choices(LETTERS, k=6)) for _ in range(60)]
    leader, similarity = lead(["".join(words[n : n + 5]) for n in range(50)])
    assert max(np.bincount(leader)) <= 3
    assert min(similarity) >= 0.6


def test_order_batches_and_threads_change_nothing(monkeypatch):
    chance = random.Random(8)
    texts = [written(chance) for _ in range(1_500)]
    texts += [edited(chance.choice(texts), chance) for _ in range(9_000)]
    texts = plain(pa.array(texts)).to_pylist()
    order = chance.sample(range(len(texts)), len(texts))
    known = clusters_of(pa.array(texts))
    monkeypatch.setattr(near_text, "LISTS_BYTES", 1)  # one list at a time
    distinct = DistinctTexts()
    halves = [[texts[n] for n in order[:4_000]], [texts[n] for n in order[4_000:]]]
    numbers = np.concatenate([distinct.add(pa.array(half)) for half in halves])
    found = clusters(distinct, threads=3)
    first = {text: n for n, text in reversed([*enumerate(texts)])}
    wording = {number: texts[n] for n, number in zip(order, numbers.tolist(), strict=True)}
    for n, number in zip(order, numbers.tolist(), strict=True):
        assert known.leader[n] == first[wording[found.leader[number]]]
        assert known.similarity[n] == found.similarity[number]


def test_stock_phrases_weigh_little_among_very_many_texts(monkeypatch):
    monkeypatch.setattr(near_text, "STOCK_TEXTS", 1_000)
    chance = random.Random(9)
    stock = "质量很好物流很快包装严实下次还会来"
    texts = [stock + "".join(chance.choices(LETTERS, k=6)) for _ in range(2_000)]
    leader, _ = lead(texts, min_similarity=0.5)
    assert len(set(leader)) >= 1_990
    leader, _ = lead(texts, min_similarity=0.5, weighted=False)
    assert len(set(leader)) <= 100


def test_a_text_without_end_is_cut():
    long = "".join(random.Random(1).choices(LETTERS, k=100_000))
    leader, _ = lead([long, long + "尾", "短短的一句话", long[:90_000]])
    assert leader[0] == leader[1] == leader[3] != leader[2]


def test_overlap_is_one_sided():
    shares = overlaps(
        pa.array(["abc", "xxabcxx", "a", None]), pa.array(["xxabcxx", "abc", "a", "x"])
    )
    assert shares.tolist() == [1.0, 0.4, 0.0, 0.0]

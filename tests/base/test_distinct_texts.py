"""Each text once, however it is written and whenever it comes."""

import pyarrow as pa

from unbrush.base.text.distinct_texts import MAX_LETTERS, DistinctTexts


def kept(texts: DistinctTexts) -> list[str]:
    return [
        "".join(map(chr, texts.letters[texts.starts[n] : texts.starts[n + 1]]))
        for n in range(texts.n)
    ]


def test_texts_are_numbered_by_first_sight_and_counted():
    texts = DistinctTexts()
    assert texts.add(pa.array(["好！", "Bad", None, "", "好"])).tolist() == [0, 1, -1, -1, 0]
    assert texts.add(pa.chunked_array([["bad"], ["new"]])).tolist() == [1, 2]
    assert texts.n_copies[:3].tolist() == [2, 2, 1]
    assert kept(texts) == ["好", "bad", "new"]


def test_too_short_texts_are_left_out_and_an_ideograph_says_three_letters():
    assert DistinctTexts(min_letters=6).add(pa.array(["好的", "hello", "hello!o"])).tolist() == [
        0,
        -1,
        1,
    ]


def test_many_batches_find_the_same_numbers_as_one():
    words = [f"text number {n % 70_001}" for n in range(150_000)]
    whole, parts = DistinctTexts(), DistinctTexts()
    expected = whole.add(pa.array(words)).tolist()
    found = [
        n for k in range(0, len(words), 9_999) for n in parts.add(pa.array(words[k : k + 9_999]))
    ]
    assert found == expected == [n % 70_001 for n in range(150_000)]
    assert kept(parts)[70_000] == "textnumber70000"
    assert set(parts.n_copies[: parts.n].tolist()) == {2, 3}


def test_the_order_is_that_of_copies_then_of_the_texts_themselves():
    one, other = DistinctTexts(), DistinctTexts()
    one.add(pa.array(["a", "b", "c", "c"]))
    other.add(pa.array(["c", "b", "a", "c"]))
    first = [kept(one)[n] for n in one.by_frequency()]
    assert first == [kept(other)[n] for n in other.by_frequency()]
    assert first[0] == "c"


def test_a_letter_over_and_over_says_no_more_than_once():
    texts = DistinctTexts()
    texts.add(pa.array(["好" * 60, "质量不错物流快", "ab"]))
    assert texts.said().tolist() == [6, 21, 2]


def test_of_an_endless_text_the_beginning_is_kept_and_the_end_told_apart():
    texts = DistinctTexts()
    assert texts.add(pa.array(["ab" * 5_000, "ab" * 5_000 + "c"])).tolist() == [0, 1]
    assert texts.starts[2] == 2 * MAX_LETTERS


def test_letters_beyond_sixteen_bits_are_kept_apart():
    texts = DistinctTexts()
    texts.add(pa.array(["𠮷野家", "吉野家"]))
    assert texts.n == 2
    assert texts.letters[0] >= 0xD800


def test_clauses_are_kept_apart_however_they_are_parted():
    texts = DistinctTexts()
    same = ["质量好，物流快", "质量好 物流快！", "【质量好】😀物流快", "质量好\n物流快"]
    assert texts.add(pa.array([*same, "质量好物流快", "good one", "goodone"])).tolist() == [
        *[0] * 4,
        1,
        2,
        2,
    ]
    assert kept(texts)[0] == "质量好\n物流快"
    assert DistinctTexts(clauses=False).add(pa.array([*same, "质量好物流快"])).tolist() == [0] * 5

"""The one form in which texts are compared."""

import random
import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from unbrush.base.text.wording import code_points, folded, letter_weights, letters_of, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ｇｏｏｄ，  好！😀", "good好"),
        ("não É\nBOM…", "nãoébom"),
        ("e\u0301te\u0301", "été"),
        ("한국어 \u1112\u1161\u11ab", "한국어한"),
        ("５★ ① 100%", "51100"),
        ("किताब अच्छी है", "किताबअच्छीहै"),
        ("①⑴⒈❶➀➊⓵ ⑩❿⓴ ⓪⓿", "1111111101020" + "00"),
        ("٣४", "34"),
        ("🅰🅱 🅐Ⓑ 𝐀𝓫", "ababab"),
        ("ＶХ微信 VX Ⅴ", "vx微信vxv"),  # Х is Cyrillic
        ("РΑΥ оnе ᴀɴᴅ", "payoneand"),
        ("加V⻓⼀ニロエ", "加v长一二口工"),
        ("物美價廉，質量很棒，後來裏面", "物美价廉质量很棒后来里面"),
        ("1️⃣ ❤️", "1"),
        ("好\u200b\u2060评\ufeff返\u00ad现", "好评返现"),
        ("好\u0336评\u0332", "好评"),
        ("e\u200b\u0301", "é"),
        ("未末已己", "未末已己"),
        ("😀！ ", ""),
        (None, None),
    ],
)
def test_only_letters_and_digits_remain_and_disguises_fall(text, expected):
    assert plain(pa.array([text], pa.string())).to_pylist() == [expected]


def test_what_is_folded_stays_as_it_is():
    chance = random.Random(1)
    letters = [chr(n) for n in range(sys.maxunicode) if not 0xD800 <= n < 0xE000]
    texts = [*letters, *("".join(chance.choices(letters[:0x3000], k=30)) for _ in range(2_000))]
    once = plain(pa.array(texts))
    assert plain(once).equals(once)
    left = {unicodedata.category(letter) for text in once.to_pylist() for letter in text}
    left -= {"Cn"}  # letters newer than this Python
    assert {category[0] for category in left} <= {"L", "M", "N"}


def test_many_texts_are_folded_as_each_alone():
    texts = ["", "Ａb", None, "e\u0301", "繁體", "été"] * 50
    whole = pa.chunked_array([texts[:7], [], texts[7:]], pa.string())
    alone = [plain(pa.array([text], pa.string()))[0].as_py() for text in texts]
    assert plain(whole).to_pylist() == alone
    assert plain(pa.array(texts).slice(3, 9)).to_pylist() == alone[3:12]
    assert plain(pa.array(texts, pa.large_string())).to_pylist() == alone
    assert plain(pa.array([], pa.string())).to_pylist() == []
    points, starts = folded(pa.array(texts))
    said = ["".join(map(chr, points[a:b])) for a, b in pairwise(starts)]
    assert said == [text or "" for text in alone]


def test_broken_bytes_are_passed_over():
    raw = b"ab\xffc\xe4\xbd\xf0"
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, len(raw)], np.int32)), pa.py_buffer(raw)]
    )
    assert plain(broken).to_pylist()[0].startswith("ab")


def test_code_points_lie_one_text_after_the_other():
    points, offsets = code_points(pa.array(["ab", None, "", "好𠮷"]))
    assert [chr(point) for point in points] == ["a", "b", "好", "𠮷"]
    assert offsets.tolist() == [0, 2, 2, 2, 4]


def test_letters_are_those_of_each_character():
    assert letters_of("Ａ，①②⑩㈱") == ["a", "", "1", "2", "10", "株"]


def test_an_ideograph_says_three_letters():
    assert letter_weights(np.array([ord("a"), ord("好")], np.uint32)).tolist() == [1, 3]

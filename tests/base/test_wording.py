"""The one form in which texts are compared."""

import numpy as np
import pyarrow as pa
import pytest

from unbrush.base.wording import code_points, letter_weights, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ｇｏｏｄ，  好！😀", "good好"),
        ("não É\nBOM…", "nãoébom"),
        ("e\u0301te\u0301", "été"),
        ("５★ ① 100%", "51100"),
        ("किताब अच्छी है", "किताबअच्छीहै"),
        ("😀！ ", ""),
        (None, None),
    ],
)
def test_only_letters_and_digits_remain(text, expected):
    assert plain(pa.array([text], pa.string())).to_pylist() == [expected]


def test_code_points_lie_one_text_after_the_other():
    points, offsets = code_points(pa.array(["ab", None, "", "好𠮷"]))
    assert [chr(point) for point in points] == ["a", "b", "好", "𠮷"]
    assert offsets.tolist() == [0, 2, 2, 2, 4]


def test_an_ideograph_says_three_letters():
    assert letter_weights(np.array([ord("a"), ord("好")], np.uint32)).tolist() == [1, 3]

from dataclasses import dataclass

import pytest

from unbrush.base.errors import BadParameter
from unbrush.base.params import bounded, with_values


@dataclass(frozen=True, kw_only=True)
class Params:
    n: int = bounded(3, at_least=1, at_most=9, doc="How many.")
    share: float = bounded(0.5, at_least=0.0, at_most=1.0, doc="How much.")


def test_values_within_bounds_replace_the_defaults():
    assert with_values(Params(), {"n": 9, "share": 1}, owner="x") == Params(n=9, share=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"n": 0}, "between 1 and 9"),
        ({"n": 2.5}, "whole number"),
        ({"n": "3; DROP TABLE orders"}, "whole number"),
        ({"share": True}, "a number"),
        ({"share": float("nan")}, "between 0.0 and 1.0"),
        ({"shar": 0.1}, "no parameter 'shar'"),
    ],
)
def test_bad_values_are_refused_with_what_is_allowed(values, said):
    with pytest.raises(BadParameter, match=said):
        with_values(Params(), values, owner="some-detector")


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(BadParameter) as caught:
        with_values(Params(), {"shar": 0.1}, owner="some-detector")
    assert caught.value.hint == "Did you mean share?"

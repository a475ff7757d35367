"""How many of something there are, as English says it."""

import pytest

from unbrush.base.words import counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1.0, "1 day"), (0.5, "0.5 days"),
     (12_500, "12,500 days"), (1_234_567, "1,234,567 days")],
)  # fmt: skip
def test_one_is_one_and_all_else_are_many(number, said):
    assert counted(number, "day") == said


def test_a_plural_of_its_own_is_given():
    assert counted(2, "entry", "entries") == "2 entries"

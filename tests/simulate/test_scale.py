import pytest

from unbrush.base.errors import UsageError
from unbrush.simulate import parse_scale
from unbrush.simulate.scale import sizes_of


@pytest.mark.parametrize(
    ("text", "n_orders"),
    [
        ("tiny", 2_000),
        ("small", 20_000),
        ("medium", 200_000),
        ("Large", 1_000_000),
        ("huge", 4_000_000),
        ("50000", 50_000),
        ("50,000", 50_000),
        ("20k", 20_000),
        ("1.5M", 1_500_000),
    ],
)
def test_a_scale_is_a_name_or_a_count(text: str, n_orders: int):
    assert parse_scale(text) == n_orders


@pytest.mark.parametrize("text", ["", "smal", "-5", "12", "1e6", "20kk", "900000000000"])
def test_what_is_no_scale_is_answered_with_what_is(text: str):
    with pytest.raises(UsageError) as caught:
        parse_scale(text)
    assert "orders" in caught.value.hint


def test_a_near_miss_is_named():
    with pytest.raises(UsageError) as caught:
        parse_scale("smal")
    assert "small" in caught.value.hint


def test_shops_grow_more_slowly_than_accounts():
    small, huge = sizes_of(20_000), sizes_of(4_000_000)
    assert huge.n_accounts / small.n_accounts == pytest.approx(200)
    assert 20 < huge.n_shops / small.n_shops < 100

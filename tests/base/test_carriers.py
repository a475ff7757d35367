import pytest

from unbrush.base.pictures.carriers import (
    CARRIERS,
    carrier_named,
    carrier_of_word,
    carriers_of,
    mended,
    names_its_carrier,
)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("YT1234567890123", "yto"),
        ("SF1234567890123", "sf"),
        ("JT3012345678901", "jt"),
        ("JDVA12345678901", "jd"),
        ("sf 1234 5678 9012 3", "sf"),
    ],
)
def test_letters_name_the_carrier(number, code):
    assert carriers_of(number) == (code,)
    assert names_its_carrier(number)


def test_bare_digits_may_be_of_several_and_name_nobody():
    assert carriers_of("78901234567890") == ("zto", "best")
    assert not names_its_carrier("78901234567890")


def test_a_postal_number_needs_its_check_digit():
    assert carriers_of("RA473124829CN") == ("post",)  # the example of UPU S10 has RA473124829
    assert carriers_of("RA473124820CN") == ()


def test_letters_among_digits_are_read_as_digits_only_where_that_names_a_carrier():
    assert mended("YT123456789O12I") == "YT1234567890121"
    assert mended("SKU123O") == "SKU123O"


def test_names_are_found_in_sentences_and_in_columns():
    assert carrier_named("您的快件已由中通快递揽收") == "zto"
    assert carrier_named("三点半到") is None
    assert carrier_of_word("SF") == "sf"
    assert carrier_of_word("圆通速递") == "yto"
    assert carrier_of_word("a rail company") is None


def test_short_latin_names_are_no_part_of_other_words():
    assert carrier_named("notify me about transfers, said justine") is None


def test_every_carrier_has_a_name_and_a_form():
    assert len({carrier.code for carrier in CARRIERS}) == len(CARRIERS)
    for carrier in CARRIERS:
        assert carrier.names
        assert carrier.prefixed or carrier.bare

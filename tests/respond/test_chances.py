import math

import pytest

from unbrush.respond.chances import (
    chance_sentence,
    odds,
    robustness_sentence,
    weight_sentence,
    without_sentence,
)


@pytest.mark.parametrize(
    ("q_value", "en", "zh"),
    [
        (0.0, "fewer than 1 in 10^300", "不到 1/10^300"),
        (1e-300, "fewer than 1 in 10^300", "不到 1/10^300"),
        (3e-12, "fewer than 1 in 10^11", "不到 1/10^11"),
        (4.1e-5, "about 1 in 24,000", "约 1/24,000"),
        (0.03, "about 3 in 100", "约百分之 3"),
    ],
)
def test_small_chances_are_told_in_words(q_value: float, en: str, zh: str):
    assert odds(q_value) == (zh, en)


def test_a_chance_is_never_told_as_smaller_than_it_is():
    for exponent in range(7, 299):
        q_value = 3.7 * 10.0**-exponent
        assert 10.0 ** -int(odds(q_value).en.rpartition("^")[2]) >= q_value


def test_what_was_not_measured_is_not_told():
    for sentence in (chance_sentence, robustness_sentence, weight_sentence, without_sentence):
        assert sentence(None) is None


def test_the_sentences_say_what_they_do_not_mean():
    assert "proves nobody's guilt" in chance_sentence(1e-9).en
    assert "不是任何人违法的证明" in chance_sentence(1e-9).zh
    assert "46 times as likely" in robustness_sentence(46.8).en
    assert "does not mean that there is no honest reason" in robustness_sentence(46.8).en


def test_a_ring_that_a_slight_taste_explains_is_not_called_strong():
    assert "A slight honest taste" in robustness_sentence(1.0).en


def test_a_weight_is_told_as_a_factor():
    assert weight_sentence(math.log(1000) + 1e-9).en.startswith(
        "With it, coincidence is 1,000 times"
    )
    assert "10^30 times" in weight_sentence(70.0).en
    assert "1 times" in weight_sentence(0.0).en


def test_a_member_on_whom_all_hangs_is_named_so():
    assert "the ring hangs on it" in without_sentence(0.2).en
    assert "nothing is left" in without_sentence(1.0).en
    assert "still stands" in without_sentence(1e-9).en

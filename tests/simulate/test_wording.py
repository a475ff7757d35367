from collections import Counter

import numpy as np
import pytest

from unbrush.simulate import wording
from unbrush.simulate.lexicon import CATEGORIES

RULES = wording.grammar()


def composed(n: int, rating: int, seed: int = 1) -> list[str]:
    rng = np.random.default_rng(seed)
    category = rng.integers(0, len(CATEGORIES), n)
    return wording.compose(RULES, rng, category=category, rating=np.full(n, rating)).to_pylist()


def test_two_honest_long_reviews_rarely_coincide():
    counts = Counter(text for text in composed(50_000, 5) if len(text) > 12)
    repeated = sum(n for n in counts.values() if n > 1)
    assert repeated / sum(counts.values()) < 0.01


def test_short_reviews_coincide_as_in_life():
    rng = np.random.default_rng(1)
    counts = Counter(wording.shorts(RULES, rng, rating=np.full(1_000, 5)).to_pylist())
    assert counts["不错"] > 50
    assert len(counts) > 20


@pytest.mark.parametrize("rating", [1, 3, 5])
def test_every_review_says_something(rating: int):
    texts = composed(2_000, rating)
    assert all(len(text) >= 4 for text in texts)
    assert 12 < np.mean([len(text) for text in texts]) < 60


def test_the_angry_and_the_pleased_use_other_words():
    pleased, angry = " ".join(composed(500, 5)), " ".join(composed(500, 1))
    assert "会回购" in pleased
    assert "会回购" not in angry
    assert "退了" in angry


def test_words_fit_the_category():
    rng = np.random.default_rng(2)
    food = next(n for n, c in enumerate(CATEGORIES) if c.name == "生鲜水果")
    texts = wording.compose(RULES, rng, category=np.full(500, food), rating=np.full(500, 5))
    said = " ".join(texts.to_pylist())
    assert "果肉" in said
    assert "面料" not in said

"""Trees walked by us must say what LightGBM says, and a file must not lead us astray."""

import copy

import numpy as np
import pytest

from unbrush.judge.learned.forest import BadTree, forest_of, grown

lightgbm = pytest.importorskip("lightgbm")


@pytest.fixture(scope="module")
def booster():
    rng = np.random.default_rng(3)
    values = rng.integers(0, 9, (600, 5)).astype(float)
    odds = values[:, 0] - values[:, 1] * (values[:, 2] > 3) + rng.normal(0, 2, 600)
    settings = {
        "objective": "binary", "num_leaves": 9, "max_depth": 5, "verbose": -1, "num_threads": 1,
        "use_missing": False, "min_data_in_leaf": 10,
    }  # fmt: skip
    data = lightgbm.Dataset(values, (odds > 0).astype(float))
    return lightgbm.train(settings, data, 12), values


def test_margins_are_those_of_lightgbm(booster):
    model, values = booster
    forest = forest_of(grown(model.dump_model()), 5)
    assert np.array_equal(forest.margins(values), model.predict(values, raw_score=True))


def test_contributions_are_those_of_lightgbm(booster):
    model, values = booster
    forest = forest_of(grown(model.dump_model()), 5)
    theirs = model.predict(values[:80], pred_contrib=True)
    ours = forest.contributions(values[:80])
    assert np.allclose(ours, theirs[:, :-1], atol=1e-9)
    assert np.abs(ours).max() > 0.1, "there is something to compare"


def test_contributions_add_up_to_the_margin(booster):
    model, values = booster
    forest = forest_of(grown(model.dump_model()), 5)
    rest = forest.margins(values) - forest.contributions(values).sum(axis=1)
    assert np.allclose(rest, rest[0])


GOOD = [[0, 1.5, 1, 2, 30], [-1, -0.5, 0, 0, 10], [-1, 0.5, 0, 0, 20]]


def changed(place: int, at: int, value: object) -> list:
    tree = copy.deepcopy(GOOD)
    tree[place][at] = value
    return tree


@pytest.mark.parametrize(
    "tree",
    [
        [],
        "tree",
        [[0, 1.5, 1, 2]],
        changed(0, 2, 0),  # leads back to itself
        changed(0, 3, 1),  # one child twice
        changed(0, 3, 9),  # leads nowhere
        changed(0, 0, 7),  # asks for what no row has
        changed(0, 1, float("nan")),
        changed(0, 1, "1.5"),
        changed(0, 0, 0.5),
        changed(0, 0, True),
        changed(1, 4, 0),
        changed(1, 4, 11),  # does not add up
        [*GOOD, [-1, 0.0, 0, 0, 5]],  # reached by nobody
        GOOD * 400,
    ],
)
def test_what_is_no_tree_is_refused(tree):
    with pytest.raises(BadTree):
        forest_of([tree], 2)


def test_a_good_tree_is_walked():
    forest = forest_of([GOOD], 2)
    assert forest.margins(np.array([[1.0, 0], [2.0, 0]])).tolist() == [-0.5, 0.5]
    assert forest.used() == {0}

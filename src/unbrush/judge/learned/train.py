"""Grow the trees (LightGBM, the extra `learn`); the same rows give the same bytes.

Three slices in the order of time: trees are grown on the first, how many are kept is seen on the
second, and the probabilities and the one from which the model speaks are set on the third. What
comes after is for measuring, and never seen here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unbrush.base.errors import missing_extra
from unbrush.judge.learned.calibrate import platt, probability
from unbrush.judge.learned.feature import Feature
from unbrush.judge.learned.figures import speaks_from
from unbrush.judge.learned.forest import Forest, forest_of, grown

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_ROUNDS, PATIENCE = 500, 60

LEAST_NAMED = 10
"""Rows that a model has to have named rightly before it is heard."""

SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "metric": "average_precision",
    "learning_rate": 0.04,
    "num_leaves": 15,
    "max_depth": 6,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "feature_fraction_bynode": 0.7,
    "lambda_l2": 5.0,
    "seed": 1,
    # One thread and one order of sums: the same bytes on every run.
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "use_missing": False,
    "verbose": -1,
}
"""Set on the first 80 % of the Yelp reviews, never on what is reported."""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Rows of one stretch of time.

    Attributes:
        values: Shape (n, number of features).
        is_fake: Labels.
    """

    values: Floats
    is_fake: Bools

    @property
    def n_fake(self) -> int:
        """How many are labelled fake."""
        return int(self.is_fake.sum())


@dataclass(frozen=True, kw_only=True)
class Grown:
    """What training leaves.

    Attributes:
        trees: As `forest_of` reads them.
        forest: The same.
        slope, offset: From margin to log-odds.
        speaks_from: Probability from which at most one in a hundred was honest, of `LEAST_NAMED`
            or more; inf if none.
    """

    trees: list[Any]
    forest: Forest
    slope: float
    offset: float
    speaks_from: float

    def probability(self, values: Floats) -> Floats:
        """Return the calibrated probability of each row."""
        return probability(self.forest.margins(values), self.slope, self.offset)


def train(first: Slice, second: Slice, third: Slice, features: Sequence[Feature]) -> Grown:
    """Return what is learned of three slices in the order of time.

    Args:
        first: Grows the trees.
        second: Says how many are kept.
        third: Calibrates, and says from where the model speaks.
        features: One for each column; their ``way`` binds the trees.

    Raises:
        MissingExtra: LightGBM is not installed.
    """
    try:
        import lightgbm
    except ImportError:
        raise missing_extra("learn", "Training a model") from None
    first, second = _in_own_order(first), _in_own_order(second)
    settings = {**SETTINGS, "monotone_constraints": [feature.way for feature in features]}
    seen = lightgbm.Dataset(first.values, first.is_fake.astype(np.float64))
    held = lightgbm.Dataset(second.values, second.is_fake.astype(np.float64), reference=seen)
    booster = lightgbm.train(
        settings,
        seen,
        MOST_ROUNDS,
        valid_sets=[held],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    trees = grown(booster.dump_model(num_iteration=booster.best_iteration))
    forest = forest_of(trees, len(features))
    slope, offset = platt(forest.margins(third.values), third.is_fake)
    slope, offset = round(slope, 6), round(offset, 6)
    said = probability(forest.margins(third.values), slope, offset)
    return Grown(
        trees=trees,
        forest=forest,
        slope=slope,
        offset=offset,
        speaks_from=speaks_from(said, third.is_fake, least=LEAST_NAMED),
    )


def _in_own_order(rows: Slice) -> Slice:
    """Sort rows by their own content: neither ids nor the order of a file can tell anything."""
    order = np.lexsort((rows.is_fake, *rows.values.T))
    return Slice(values=rows.values[order], is_fake=rows.is_fake[order])

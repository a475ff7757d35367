"""How good probabilities are on what they have not seen: ranking, recall, calibration."""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from unbrush.judge.score import ranking

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FALSE_DISCOVERIES = 0.01
"""Share of honest ones among those named, at which recall is told."""

N_BINS = 10


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is told of one set of probabilities.

    Attributes:
        n: Subjects.
        n_fake: Of them, labelled fake.
        average_precision, auroc: Of the ranking; None without both classes.
        recall: Share of the fakes above the lowest probability at which at most
            `FALSE_DISCOVERIES` of those named are honest.
        calibration_error: Mean distance, over tenths of the probability, between what is said and
            what is so (ECE).
    """

    n: int
    n_fake: int
    average_precision: float | None
    auroc: float | None
    recall: float
    calibration_error: float

    def rounded(self) -> dict[str, float | int | None]:
        """Return the figures by name, to four digits."""
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


def figures(probability: Floats, is_fake: Bools) -> Figures:
    """Return the figures of probabilities against labels."""
    auroc, precision = ranking(probability, is_fake)
    least = speaks_from(probability, is_fake)
    n_fake = int(is_fake.sum())
    return Figures(
        n=len(is_fake),
        n_fake=n_fake,
        average_precision=precision,
        auroc=auroc,
        recall=float((probability[is_fake] >= least).mean()) if n_fake else 0.0,
        calibration_error=calibration_error(probability, is_fake),
    )


def speaks_from(
    probability: Floats, is_fake: Bools, share: float = FALSE_DISCOVERIES, *, least: int = 1
) -> float:
    """Return the lowest probability at or above which at most ``share`` are honest; inf if none.

    Args:
        probability: Of each row.
        is_fake: What it is.
        share: Of those named.
        least: Rows that must be named: of a few, chance alone may have kept honest ones away.
    """
    if not len(probability):
        return np.inf
    order = np.argsort(-probability, kind="stable")
    sorted_p = probability[order]
    is_last = np.append(sorted_p[1:] < sorted_p[:-1], True)  # all of a tie are named together
    n_named = np.arange(1, len(order) + 1)
    n_honest = np.cumsum(~is_fake[order])
    is_good = is_last & (n_honest <= share * n_named) & (n_named >= least)
    return float(sorted_p[np.flatnonzero(is_good)[-1]]) if is_good.any() else np.inf


def calibration_error(probability: Floats, is_fake: Bools) -> float:
    """Return the expected calibration error over `N_BINS` bins of equal width."""
    if not len(probability):
        return 0.0
    bins = np.minimum((probability * N_BINS).astype(np.intp), N_BINS - 1)
    off = np.bincount(bins, probability - is_fake, minlength=N_BINS)
    return float(np.abs(off).sum() / len(probability))

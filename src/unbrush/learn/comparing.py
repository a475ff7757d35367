"""What is in force beside what was learned, on a later stretch that neither was set on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unbrush.judge.learned.figures import figures

WORSE_BY = 0.005
"""Average precision or recall may be so much lower: less is chance."""

MOST_OFF = 0.05
"""Calibration error that is allowed at any rate."""

MOST_TOUCHED = 0.001
"""Share of merchants, beyond those touched already, whose honest rows may be left out."""

LEAST_FAKES = 20
"""Of a group, for its figures to count against a model."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one way of judging says of the later rows.

    Attributes:
        what: ``in force``, ``learned``, ``with it``.
        probability: Of each row.
        is_out: Whether it stops counting; None for a model alone, which decides nothing.
    """

    what: str
    probability: Floats
    is_out: Bools | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some of the later rows.

    Attributes:
        name: What is told of them, such as ``accounts not seen before``.
        rows: Which.
    """

    name: str
    rows: Bools


def compared(
    kind: str, said: list[Said], groups: list[Group], is_fake: Bools, shops: npt.NDArray[np.object_]
) -> list[dict[str, Any]]:
    """Return a row of figures for each group and way of judging."""
    rows = []
    for group in groups:
        for each in said:
            own = group.rows
            found = figures(each.probability[own], is_fake[own]).rounded()
            row: dict[str, Any] = {
                "kind": kind,
                "group": group.name,
                "judged": each.what,
                "n": found["n"],
                "fake": found["n_fake"],
                "AP": found["average_precision"],
                "AUROC": found["auroc"],
                "recall_1pct": found["recall"],
                "ECE": found["calibration_error"],
                "left_out": None,
                "honest_left_out": None,
                "honest_merchants": None,
            }
            if each.is_out is not None:
                wrong = each.is_out & ~is_fake & own
                row["left_out"] = int((each.is_out & own).sum())
                row["honest_left_out"] = int(wrong.sum())
                row["honest_merchants"] = len(set(shops[wrong].tolist()))
            rows.append(row)
    return rows


def what_is_worse(rows: list[dict[str, Any]], n_shops: int) -> list[str]:
    """Return why a model is refused, one sentence each; empty if it is not.

    Args:
        rows: As `compared` returns them.
        n_shops: Merchants in the later part.
    """
    found = []
    at = {(row["kind"], row["group"], row["judged"]): row for row in rows}
    for kind, group in dict.fromkeys((row["kind"], row["group"]) for row in rows):
        force, learned, both = (
            at[kind, group, what] for what in ("in force", "learned", "with it")
        )
        if force["fake"] >= LEAST_FAKES:
            found += [
                f"{kind}s, {group}: {what} is {learned[key]:.3f}, in force {force[key]:.3f}"
                for key, what in (
                    ("AP", "average precision"),
                    ("recall_1pct", "recall at 1 % false discoveries"),
                )
                if (learned[key] or 0.0) < (force[key] or 0.0) - WORSE_BY
            ]
            if learned["ECE"] > max(MOST_OFF, force["ECE"]):
                found.append(
                    f"{kind}s, {group}: what it says is off by {learned['ECE']:.3f} in the mean"
                )
        if both["honest_merchants"] > force["honest_merchants"] + MOST_TOUCHED * n_shops:
            found.append(
                f"{kind}s, {group}: honest rows of {both['honest_merchants']:,} merchants would be"
                f" left out, in force of {force['honest_merchants']:,}"
            )
    return found

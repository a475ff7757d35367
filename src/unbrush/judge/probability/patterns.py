"""How many orders and reviews bear which signs together, and how many bear none."""

from dataclasses import dataclass

import numpy as np

from unbrush.base.engine import Engine
from unbrush.judge.policy import RING, Policy
from unbrush.judge.probability.mixture import Floats, Signs

KINDS = {"order": "_orders", "review": "_reviews"}


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Rows of one kind, counted by the signs that they bear.

    Attributes:
        names: Family, class (detector or ring) and grade of each sign.
        signs: The same, as `mixture` reads them.
        bears: A row for each pattern, a column for each sign.
        in_company: Of each pattern, 1 or 0; not a number where it is not asked.
        n: Rows with it.
    """

    names: list[tuple[str, str, str]]
    signs: Signs
    bears: Floats
    in_company: Floats
    n: Floats


def find_company(engine: Engine, policy: Policy) -> None:
    """Leave `_passing` (shop_id, n) and `_company` (kind, id, is_in) in ``engine``, from `_atoms`.

    A row is in company if the evidence against enough *others* of its shop is sufficient; NULL
    where only rings speak of it: they speak of those others, too, and are heard once.
    """
    engine.create(
        "_passing",
        """SELECT shop_id, count(*) AS n FROM _atoms
           WHERE is_proven AND rule <> 'its-order' AND shop_id IS NOT NULL GROUP BY shop_id""",
    )
    engine.create(
        "_company",
        f"""WITH spoken AS (
                SELECT kind, id, bool_and(class = '{RING}') AS is_ring FROM _heard
                WHERE fate = 'heard' GROUP BY kind, id)
            SELECT kind, id, CASE WHEN NOT coalesce(is_ring, false) THEN
                coalesce(n, 0) - CASE WHEN is_proven AND rule <> 'its-order' THEN 1 ELSE 0 END
                >= {policy.min_rows} END AS is_in
            FROM _atoms LEFT JOIN _passing USING (shop_id) LEFT JOIN spoken USING (kind, id)""",
    )


def count_patterns(engine: Engine, policy: Policy) -> dict[str, Patterns]:
    """Return the patterns of orders and of reviews, from `_heard` and `_company`.

    What is expected to be the own purchase of a ring's member counts as a row without signs: the
    ring is right, and this is not what it is about.
    """
    found = engine.query(
        """WITH borne AS (
               SELECT kind, id, list_sort(list(concat_ws(' ', family, class, grade))
                                          FILTER (fate = 'heard')) AS signs,
                      coalesce(min(own_share) FILTER (fate <> 'explained'), 0) AS own_share
               FROM _heard GROUP BY kind, id HAVING bool_or(fate = 'heard'))
           -- In whole millionths: the same sum in any order.
           SELECT kind, signs, is_in,
                  sum(CAST(round(1e6 * (1 - own_share)) AS BIGINT)) / 1e6 AS n
           FROM borne LEFT JOIN _company USING (kind, id)
           GROUP BY ALL ORDER BY kind, signs, is_in"""
    ).to_pylist()
    return {
        kind: _laid_out(
            [(row["signs"], row["is_in"], row["n"]) for row in found if row["kind"] == kind],
            _totals(engine, kind, policy),
            _n_proven(engine, kind),
            policy,
        )
        for kind in KINDS
    }


def _totals(engine: Engine, kind: str, policy: Policy) -> list[int]:
    """All rows of a kind: outside of any company, and in it."""
    [row] = engine.query(
        f"""SELECT count(*) FILTER (WHERE coalesce(n, 0) < {policy.min_rows}) AS outside,
                   count(*) FILTER (WHERE n >= {policy.min_rows}) AS inside
            FROM {KINDS[kind]} LEFT JOIN _passing USING (shop_id)"""
    ).to_pylist()
    return [row["outside"], row["inside"]]


def _n_proven(engine: Engine, kind: str) -> int:
    """Rows against which the evidence is sufficient, or reviews of such orders."""
    [row] = engine.query(
        f"SELECT count(*) AS n FROM _atoms WHERE kind = '{kind}' AND is_proven"
    ).to_pylist()
    return int(row["n"])


def _laid_out(
    borne: list[tuple[list[str], bool | None, float]],
    totals: list[int],
    n_proven: int,
    policy: Policy,
) -> Patterns:
    texts = sorted({sign for signs, _is_in, _n in borne for sign in signs})
    place = {text: number for number, text in enumerate(texts)}
    names = [(text.split(" ")[0], text.split(" ")[1], text.split(" ")[2]) for text in texts]
    families = sorted({family for family, _class, _grade in names})
    bears = np.zeros((len(borne) + 2, len(texts)))
    for row, (signs, _is_in, _n) in enumerate(borne):
        bears[row, [place[sign] for sign in signs]] = 1
    is_in = np.array(
        [*(np.nan if each is None else each for _signs, each, _n in borne), False, True],
        dtype=np.float64,
    )
    n = np.array([*(n for _signs, _is_in, n in borne), 0, 0], dtype=np.float64)
    for side in (0, 1):  # what is left bears nothing
        n[len(borne) + side] = max(0, totals[side] - n[is_in == side].sum())
    strong = np.array([grade > "E1" for _family, _name, grade in names], dtype=np.bool_)
    # More of them than hidden fakes would explain: something in this trade does it.
    is_common = (is_in != 1) * n @ bears > policy.prior_hidden * n_proven
    seldom = np.array([policy.is_seldom(*name) for name in names], dtype=np.bool_) & ~is_common
    listed = np.array([name in policy.seldom for _family, name, _grade in names], dtype=np.bool_)
    honest_with = np.array([policy.honest_with(*name) for name in names])
    return Patterns(
        names=names,
        signs=Signs(
            family=np.array([families.index(family) for family, *_ in names], dtype=np.intp),
            honest_with=np.where(seldom & listed, policy.prior_honest_seldom, honest_with),
            is_held=strong | seldom,
        ),
        bears=bears,
        in_company=is_in,
        n=n,
    )

"""How good the decisions of a run are, given labels: by event, by merchant, by kind, by look-alike.

An order, review or account counts as accused when it is neutralised. For a merchant two questions
are kept apart: was anything of the shop neutralised (which a victim of reverse brushing must bear,
and an honest shop should not), and did evidence reach a rung that only an organiser deserves (L2 or
above). Staff are never neutralised nor accused; what counts is of whom anything was said. A subject
without a label is honest.

A gang is scored as one: how much of it was found, in how many pieces, and whom that touched.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from unbrush.base.engine import Engine

EVENT_KINDS = ("order", "review", "account")


def score(engine: Engine, totals: Mapping[str, int]) -> dict[str, list[dict[str, Any]]]:
    """Compare tables `decisions` and `labels` in ``engine``.

    Args:
        engine: Holds `decisions`, `rings`, `ring_members` and `labels` (subject_kind, subject_id,
            is_fake and, where known, kind and look_alike).
        totals: Subjects of each kind in the market, labelled or not.

    Returns:
        Tables as lists of rows: ``overall``, ``by_kind``, ``by_look_alike``, ``rings``.
    """
    _join(engine)
    result = {
        "overall": _overalls(engine, totals),
        "by_kind": engine.query(_by_kind_sql()).to_pylist(),
        "by_look_alike": engine.query(_by_look_alike_sql()).to_pylist(),
        "rings": engine.query(_rings_sql()).to_pylist(),
    }
    engine.drop("_scored")
    return result


def _overalls(engine: Engine, totals: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = [_overall(engine, kind, totals[kind]) for kind in EVENT_KINDS if _has(engine, kind)]
    if _has(engine, "shop"):
        for word in ("touched", "accused"):
            label = f"merchant {word}"
            rows.append(_overall(engine, "shop", totals["shop"], label, f"is_{word}"))
    if _has(engine, "staff"):
        rows.append(_overall(engine, "staff", totals["staff"], "staff observed", "is_touched"))
    return rows


def _has(engine: Engine, kind: str) -> bool:
    return engine.value(f"SELECT count(*) FROM _scored WHERE subject_kind = '{kind}'") > 0


def _join(engine: Engine) -> None:
    engine.create(
        "_scored",
        """WITH truth AS (
               SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id,
                      bool_or(is_fake) AS is_fake, max(kind) AS kind, max(look_alike) AS look_alike
               FROM labels GROUP BY subject_kind, CAST(subject_id AS VARCHAR)),
           said AS (
               SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id, probability,
                      is_neutralised OR subject_kind = 'staff' AS is_touched,
                      CASE WHEN subject_kind = 'shop' THEN rung >= 'L2' ELSE is_neutralised END
                          AS is_accused
               FROM decisions)
           SELECT subject_kind, subject_id, coalesce(is_fake, false) AS is_fake,
                  coalesce(kind, '') AS kind, coalesce(look_alike, '') AS look_alike,
                  coalesce(probability, 0) AS probability,
                  coalesce(is_touched, false) AS is_touched,
                  coalesce(is_accused, false) AS is_accused
           FROM truth FULL JOIN said USING (subject_kind, subject_id)""",
    )


def _overall(
    engine: Engine, kind: str, total: int, label: str = "", accused: str = "is_accused"
) -> dict[str, Any]:
    """One row: counts, precision, recall, and ranking quality over all ``total`` subjects."""
    rows = engine.query(
        f"""SELECT probability, is_fake, {accused} AS is_accused FROM _scored
            WHERE subject_kind = '{kind}'"""
    )
    probability = rows["probability"].to_numpy()
    is_fake = rows["is_fake"].to_numpy(zero_copy_only=False)
    is_accused = rows["is_accused"].to_numpy(zero_copy_only=False)
    # Subjects of which nothing was said and nothing is known: honest, probability 0.
    silent = max(0, total - len(rows))
    n_right = int((is_fake & is_accused).sum())
    n_wrong = int((~is_fake & is_accused).sum())
    n_fake = int(is_fake.sum())
    auroc, precision = ranking(
        np.concatenate([probability, np.zeros(silent)]),
        np.concatenate([is_fake, np.zeros(silent, bool)]),
    )
    return {
        "level": label or kind,
        "total": len(rows) + silent,
        "fake": n_fake,
        "accused": n_right + n_wrong,
        "precision": _share(n_right, n_right + n_wrong),
        "recall": _share(n_right, n_fake),
        "honest_accused_share": _share(n_wrong, len(rows) + silent - n_fake),
        "auroc": auroc,
        "average_precision": precision,
    }


def ranking(
    score: npt.NDArray[np.float64], is_fake: npt.NDArray[np.bool_]
) -> tuple[float | None, float | None]:
    """Return AUROC and average precision, ties handled as one step; None without both classes."""
    n_fake, n = int(is_fake.sum()), len(is_fake)
    if n_fake in (0, n):
        return None, None
    values, group = np.unique(-score, return_inverse=True)
    fakes = np.bincount(group, weights=is_fake, minlength=len(values))
    sizes = np.bincount(group, minlength=len(values))
    honest = sizes - fakes
    above_fakes = np.cumsum(fakes) - fakes
    auroc = float(((above_fakes + fakes / 2) * honest).sum() / (n_fake * (n - n_fake)))
    precision_at = np.cumsum(fakes) / np.cumsum(sizes)
    return auroc, float((precision_at * fakes).sum() / n_fake)


def _by_kind_sql() -> str:
    return """
        SELECT CASE subject_kind WHEN 'staff' THEN 'staff observed' ELSE subject_kind END AS level,
               kind, count(*) AS fake,
               count(*) FILTER (WHERE is_touched) AS neutralised,
               count(*) FILTER (WHERE is_touched) / count(*) AS recall,
               count(*) FILTER (WHERE is_accused) / count(*) AS accused_share
        FROM _scored WHERE is_fake GROUP BY subject_kind, kind ORDER BY subject_kind, kind"""


def _by_look_alike_sql() -> str:
    return """
        SELECT CASE subject_kind WHEN 'staff' THEN 'staff observed' ELSE subject_kind END AS level,
               CASE look_alike WHEN '' THEN 'ordinary (suspected at all)'
               ELSE look_alike END AS look_alike, count(*) AS honest,
               count(*) FILTER (WHERE is_touched) AS neutralised,
               count(*) FILTER (WHERE is_touched) / count(*) AS neutralised_share,
               count(*) FILTER (WHERE is_accused) AS accused
        FROM _scored WHERE NOT is_fake GROUP BY ALL ORDER BY level, look_alike"""


def _rings_sql() -> str:
    """Rings as cases: how many of the accounts that each names are fake."""
    return """
        WITH purity AS (
            SELECT ring_id, count(*) AS n, count(*) FILTER (WHERE is_fake) AS n_fake,
                   bool_or(is_firm) AS is_firm
            FROM ring_members m LEFT JOIN _scored s ON s.subject_kind = 'account'
                AND s.subject_id = CAST(m.subject_id AS VARCHAR)
            WHERE m.subject_kind = 'account' GROUP BY ring_id)
        SELECT 'ring' AS level, count(*) AS rings,
               count(*) FILTER (WHERE 2 * n_fake >= n) AS mostly_fake,
               count(*) FILTER (WHERE n_fake = 0 AND is_firm) AS honest_firm,
               -- Tied by nothing but time: named, but deciding nothing alone.
               count(*) FILTER (WHERE n_fake = 0 AND NOT is_firm) AS honest_by_time,
               CAST(coalesce(sum(n), 0) AS BIGINT) AS accounts,
               CAST(coalesce(sum(n_fake), 0) AS BIGINT) AS fake_accounts
        FROM purity"""


def score_gang(engine: Engine, n_accounts: int) -> dict[str, list[dict[str, Any]]]:
    """Compare what was found with who was in a gang.

    Found is who a ring or an organiser's cluster names, and of staff, of whom anything was said.
    Background accounts are all that are not the gang's; they are touched if named, neutralised, or
    if an order or review of theirs is.

    Args:
        engine: Holds `gang` (subject_kind, subject_id or token, role, province), `rings` with
            cluster_id, `ring_members`, `cluster_members`, `decisions`, `deeds` (subject_kind,
            subject_id, account_id) and `regions` (shop_id, region).
        n_accounts: Accounts in the market.

    Returns:
        Two tables: ``gang`` (what, n, of, share), ``gang_by_role``.
    """
    engine.create("_gang", _gang_sql())
    engine.create("_placed", _placed_sql())
    engine.create("_main", _main_cluster_sql())
    [n] = engine.query(_gang_counts_sql()).to_pylist()
    by_role = engine.query(_gang_roles_sql()).to_pylist()
    for name in ("_gang", "_placed", "_main"):
        engine.drop(name)
    n_background = n_accounts - n["accounts"]
    counted = (
        ("gang accounts found", n["accounts_found"], n["accounts"]),
        ("gang merchants found", n["shops_found"], n["shops"]),
        ("clusters with gang merchants", n["clusters"], None),
        ("gang merchants in the largest cluster", n["shops_in_main"], n["shops"]),
        ("gang provinces in the largest cluster", n["provinces_found"], n["provinces"]),
        ("other provinces in the largest cluster", n["provinces_else"], None),
        ("background accounts in rings", n["honest_placed"], n_background),
        ("background accounts neutralised", n["honest_out"], n_background),
        ("background accounts touched at all", n["honest_touched"], n_background),
    )
    gang = [
        {
            "what": what,
            "n": part,
            "of": whole,
            "share": None if whole is None else _share(part, whole),
        }
        for what, part, whole in counted
    ]
    return {"gang": gang, "gang_by_role": by_role}


def _gang_sql() -> str:
    """Each of the gang in each of its roles; the subject is missing where nobody could hash it."""
    return """
        SELECT role, subject_kind, province,
               coalesce(CAST(subject_id AS VARCHAR), token) AS subject,
               CASE WHEN subject_id IS NULL THEN 'token' ELSE subject_kind END AS said_kind
        FROM gang"""


def _placed_sql() -> str:
    """Who a ring or a cluster names. A token is a token, whatever it is said to be."""
    return """
        SELECT DISTINCT cluster_id, subject_kind, CAST(subject_id AS VARCHAR) AS subject
        FROM ring_members JOIN rings USING (ring_id)
        UNION
        SELECT cluster_id, CASE WHEN token IS NULL THEN subject_kind ELSE 'token' END,
               coalesce(CAST(subject_id AS VARCHAR), token)
        FROM cluster_members
        UNION
        SELECT NULL, 'staff', CAST(subject_id AS VARCHAR) FROM decisions
        WHERE subject_kind = 'staff'"""


def _main_cluster_sql() -> str:
    """Clusters that hold merchants of the gang, and which holds most of them."""
    return """
        SELECT cluster_id, count(*) AS n_shops,
               row_number() OVER (ORDER BY count(*) DESC, cluster_id) = 1 AS is_main
        FROM _placed JOIN (SELECT DISTINCT subject_kind, subject FROM _gang WHERE role = 'merchant')
            USING (subject_kind, subject)
        GROUP BY cluster_id"""


def _gang_counts_sql() -> str:
    return """
        WITH people AS (SELECT DISTINCT subject FROM _gang WHERE subject_kind = 'account'),
        shops AS (SELECT DISTINCT subject, province FROM _gang WHERE role = 'merchant'),
        placed AS (SELECT DISTINCT subject_kind, subject FROM _placed),
        main AS (SELECT subject FROM _placed WHERE subject_kind = 'shop'
                 AND cluster_id IN (SELECT cluster_id FROM _main WHERE is_main)),
        provinces AS (
            SELECT DISTINCT region FROM main JOIN regions ON CAST(shop_id AS VARCHAR) = subject
            WHERE region IS NOT NULL),
        out AS (
            SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id FROM decisions
            WHERE is_neutralised),
        honest_placed AS (
            SELECT subject FROM placed WHERE subject_kind = 'account'
            AND subject NOT IN (SELECT subject FROM people)),
        honest_out AS (
            SELECT subject_id AS subject FROM out WHERE subject_kind = 'account'
            AND subject_id NOT IN (SELECT subject FROM people)),
        honest_deeds AS (
            SELECT DISTINCT CAST(account_id AS VARCHAR) AS subject
            FROM deeds JOIN out USING (subject_kind, subject_id)
            WHERE CAST(account_id AS VARCHAR) NOT IN (SELECT subject FROM people)),
        touched AS (
            SELECT subject FROM honest_placed UNION SELECT subject FROM honest_out
            UNION SELECT subject FROM honest_deeds)
        SELECT (SELECT count(*) FROM people) AS accounts,
               (SELECT count(*) FROM people WHERE subject IN (
                    SELECT subject FROM placed WHERE subject_kind = 'account')) AS accounts_found,
               (SELECT count(*) FROM shops) AS shops,
               (SELECT count(*) FROM shops WHERE subject IN (
                    SELECT subject FROM placed WHERE subject_kind = 'shop')) AS shops_found,
               (SELECT count(*) FROM _main) AS clusters,
               (SELECT count(*) FROM shops WHERE subject IN (SELECT subject FROM main))
                    AS shops_in_main,
               (SELECT count(DISTINCT province) FROM shops) AS provinces,
               (SELECT count(*) FROM provinces WHERE region IN (SELECT province FROM shops))
                    AS provinces_found,
               (SELECT count(*) FROM provinces WHERE region NOT IN (
                    SELECT province FROM shops WHERE province IS NOT NULL))
                    AS provinces_else,
               (SELECT count(*) FROM honest_placed) AS honest_placed,
               (SELECT count(*) FROM honest_out) AS honest_out,
               (SELECT count(*) FROM touched) AS honest_touched"""


def _gang_roles_sql() -> str:
    """By role; found is missing for tokens whose key is not known."""
    return """
        WITH placed AS (SELECT DISTINCT subject_kind, subject FROM _placed),
        known AS (
            SELECT role, g.subject_kind, g.subject, p.subject IS NOT NULL AS is_found
            FROM _gang g LEFT JOIN placed p
                ON p.subject = g.subject AND p.subject_kind = g.said_kind)
        SELECT role, subject_kind, count(*) AS known,
               CASE WHEN count(subject) > 0 THEN count(*) FILTER (WHERE is_found) END AS found,
               CASE WHEN count(subject) > 0 THEN count(*) FILTER (WHERE is_found) / count(*) END
                   AS share
        FROM known GROUP BY role, subject_kind ORDER BY role, subject_kind"""


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

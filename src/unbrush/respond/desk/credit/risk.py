"""Risk: what the newest run suspects of a shop. It is the desk's own, and leads to nothing alone.

It orders what people look at. No merchant sees it, no score of integrity holds any of it, and
no step can rest on it: the ladder asks for evidence, and people for reasons.
"""

from unbrush.base.records import Row, Transaction


def risk_of(transaction: Transaction, shop_id: str, /) -> Row:
    """Return the risk of a shop, 0-1, higher is more suspicious, and what it is made of.

    It is the run's probability or the share of orders that do not count, whichever is more; 0
    where nothing is suspected or a person reversed it.
    """
    decision = transaction.one(
        """SELECT rung, probability, run_id, human_outcome FROM decisions
           WHERE subject_kind = 'shop' AND subject_id = :id""",
        id=shop_id,
    )
    counts = transaction.one(
        "SELECT n_fake, n_genuine FROM shop_counts WHERE shop_id = :id", id=shop_id
    )
    n_fake, n_genuine = (int(counts["n_fake"]), int(counts["n_genuine"])) if counts else (0, 0)
    share = n_fake / (n_fake + n_genuine) if n_fake + n_genuine else 0.0
    is_suspected = decision is not None and decision["human_outcome"] != "reversed"
    probability = float(decision["probability"] or 0.0) if decision and is_suspected else 0.0
    return {
        "shop_id": shop_id,
        "risk": round(max(probability, share), 4) if is_suspected else 0.0,
        "run_id": decision["run_id"] if decision else None,
        "rung": decision["rung"] if decision and is_suspected else "L0",
        "n_fake": n_fake,
        "n_genuine": n_genuine,
    }

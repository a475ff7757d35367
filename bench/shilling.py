"""Ratings only: the FilmTrust attack, users in rings and in blocks without time, against the label.

Measures and reports; nothing in unbrush was set on it. The clean file of the set is not read: it is
the genuine part of the attacked one. Nor is a slip of the simulated attack used: only attackers
give 5 stars, on a scale that ends at 4 for everybody else.
"""

import shutil
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from measured import DATA, OUT, table, unbrush

from unbrush.group.blocks import blocks
from unbrush.judge.score import ranking

SET = "shilling-filmtrust"
TOP = 4.0
"""Highest rating of genuine users."""
FLOOR = "floor: number of ratings (set's README)"


def label(scores: Mapping[int, float], attackers: Mapping[int, bool]) -> tuple[float | None, ...]:
    users = sorted(attackers)
    said = np.array([scores.get(user, 0.0) for user in users])
    return ranking(said, np.array([attackers[user] for user in users]))


def row(what: str, scores: Mapping[int, float], attackers: Mapping[int, bool]) -> dict[str, object]:
    """Precision, recall and F1 of whom ``scores`` names, AUROC and AP of their order."""
    named = {user for user, score in scores.items() if score > 0}
    right = sum(attackers[user] for user in named)
    n_fake = sum(attackers.values())
    auroc, precision = label(scores, attackers)
    return {
        "what": what,
        "named": len(named),
        "precision": right / len(named) if named else None,
        "recall": right / n_fake,
        "F1": 2 * right / (len(named) + n_fake),
        "AUROC": auroc,
        "AP": precision,
    }


def whole_path() -> dict[str, dict[int, float]]:
    """Run everything; return users of rings, by who is in one and by who is neutralised."""
    out = OUT / SET
    shutil.rmtree(out, ignore_errors=True)
    took = unbrush("run", DATA / SET, "--source", "filmtrust-shilling", "--out", out)
    print(f"## {SET}: {took.seconds:.1f} s, {took.peak_mib:,.0f} MiB\n")
    members = pq.read_table(out / "ring_members.parquet").to_pylist()
    decisions = pq.read_table(out / "decisions.parquet").to_pylist()
    accounts = [row for row in decisions if row["subject_kind"] == "account"]
    return {
        "run: accounts in rings": {
            row["subject_id"]: 1.0 for row in members if row["subject_kind"] == "account"
        },
        "run: accounts neutralised": {
            row["subject_id"]: 1.0 for row in accounts if row["is_neutralised"]
        },
        "run: probability of accounts": {row["subject_id"]: row["probability"] for row in accounts},
    }


def peeled(ratings: pa.Table) -> dict[str, dict[int, float]]:
    """Users of blocks beyond chance; a user scores the surprise of its surest block."""
    users, user = np.unique(ratings["user_id"].to_numpy(), return_inverse=True)
    _, item = np.unique(ratings["item_id"].to_numpy(), return_inverse=True)
    stars = ratings["rating"].to_numpy()
    n_ratings = dict(zip(users.tolist(), np.bincount(user).tolist(), strict=True))
    found = {"number of ratings, measured here": {u: float(n) for u, n in n_ratings.items()}}
    for name, chosen in (("all ratings", stars > 0), ("ratings of 4 or more", stars >= TOP)):
        scores: dict[int, float] = {}
        for block in blocks(user[chosen], item[chosen]):
            for account in block.accounts.tolist():
                member = int(users[account])
                scores[member] = max(scores.get(member, 0.0), -block.ln_chance)
        found[f"blocks without time, {name}"] = scores
    return found


def main() -> None:
    if not (DATA / SET).is_dir():
        print(f"## {SET}: not under {DATA.name}, skipped\n")
        return
    OUT.mkdir(exist_ok=True)
    ratings = pyarrow.csv.read_csv(DATA / SET / "attacked_ratings.csv.gz")
    truth = pyarrow.csv.read_csv(DATA / SET / "attacked_users.csv.gz").to_pylist()
    attackers = {row["user_id"]: row["is_attacker"] == 1 for row in truth}
    ways = {**whole_path(), **peeled(ratings)}
    rows = [row(what, scores, attackers) for what, scores in ways.items()]
    blank = dict.fromkeys(rows[0])
    table([{**blank, "what": FLOOR, "AUROC": 0.968}, *rows])
    n_fake = sum(attackers.values())
    print(
        f"{len(attackers):,} users, {n_fake:,} attackers, {len(ratings):,} ratings without times\n"
    )


if __name__ == "__main__":
    main()

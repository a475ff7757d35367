"""What the detectors of review texts say of 67,294 genuine reviews, and of simulated markets.

The set has neither accounts, shops, items nor times. It is laid out as a market: every review by
an account of its own, 700 reviews a day, five stars for its positive and one for its negative
label; shops of one category each. Two layouts: many shops (a hundred a category, most reviews in
few of them, three items each), and one shop for each category, in which all that is alike meets.
No titles are given either: an item gets the first 60 characters of some other review of its
category. So the three detectors that hold an item beside its category (generic praise, stars
against words, copied listings) meet items that are mixed evenly, which is easy; the table "one by
one" says instead what share of each category would count for them.

A signal about an item counts as all the reviews that it rests on. ``--show 100`` prints the hundred
with the highest score of each detector, to be read.
"""

import argparse
import csv
import gzip
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measured import DATA, OUT, table, unbrush

from unbrush.base.clock import DAY_MS
from unbrush.base.text.stock_phrases import gives_reason, is_stock_praise, tone

DETECTORS = (
    *("repeated-text", "template-praise", "spun-praise", "shared-draft"),
    *("generic-praise", "copied-from-listing", "rating-text-clash"),
)
LAYOUTS = {"many shops": (100, 3), "one shop a category": (1, 1)}
FIRST_AT, A_DAY, TITLE = 1_700_006_400_000, 700, 60


def texts() -> list[tuple[str, str, bool]]:
    """Return category, text and whether it is positive, of every genuine review."""
    folder = DATA / "zh-genuine-reviews"
    if not folder.is_dir():
        sys.exit(f"zh-genuine-reviews is not under {DATA}; set UNBRUSH_DATA to where it is")
    goods = pq.read_table(folder / "online_shopping.parquet").to_pylist()
    rows = [(row["category"], row["text"], bool(row["is_positive"])) for row in goods]
    with gzip.open(folder / "takeaway.csv.gz", "rt", encoding="utf-8") as file:
        rows += [("外卖", row["text"], row["is_positive"] == "1") for row in csv.DictReader(file)]
    return rows


def laid_out(folder: Path, n_shops: int, n_items: int, seed: int) -> dict[int, str]:
    """Write a market of the genuine reviews into ``folder``; return its texts by review."""
    chance = random.Random(seed)
    rows = texts()
    kinds = sorted({kind for kind, _, _ in rows})
    reviews, items = [], {}
    for number in chance.sample(range(len(rows)), len(rows)):
        kind, text, is_positive = rows[number]
        shop = n_shops * kinds.index(kind) + int(n_shops * chance.random() ** 3)
        item = n_items * shop + int(n_items * chance.random() ** 2)
        items[item] = {"item_id": item, "shop_id": shop, "category": kind}
        review = {"review_id": number, "account_id": number, "item_id": item, "shop_id": shop}
        at = FIRST_AT + len(reviews) * DAY_MS // A_DAY
        review |= {"posted_at": at, "rating": 5.0 if is_positive else 1.0, "text": text}
        reviews.append(review)
    by_kind = {kind: [text for own, text, _ in rows if own == kind] for kind in kinds}
    for item in items.values():
        item["title"] = chance.choice(by_kind[item["category"]])[:TITLE]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(reviews), folder / "reviews.parquet")
    pq.write_table(pa.Table.from_pylist(list(items.values())), folder / "items.parquet")
    return {row["review_id"]: row["text"] for row in reviews}


def signals_of(market: Path) -> dict[str, list[dict[str, Any]]]:
    """Collect and detect; return the signals of each detector of texts, the highest first."""
    run = OUT / "review-words-run"
    shutil.rmtree(run, ignore_errors=True)
    unbrush("collect", market, "--out", run, "--now", "2100-01-01")
    unbrush("detect", run)
    columns = ["detector", "subject_id", "score", "evidence_ids", "reason_zh"]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in DETECTORS}
    for row in pq.read_table(run / "signals.parquet", columns=columns).to_pylist():
        if row["detector"] in found:
            found[row["detector"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (-row["score"], row["subject_id"]))
    return found


def genuine(seeds: list[int], show: int) -> None:
    lines = []
    for layout, (n_shops, n_items) in LAYOUTS.items():
        for seed in seeds:
            text_of = laid_out(OUT / "review-words-market", n_shops, n_items, seed)
            for name, rows in signals_of(OUT / "review-words-market").items():
                reviews = {id_ for row in rows for id_ in row["evidence_ids"]}
                share = f"{len(reviews) / len(text_of):.3%}"
                line = {"layout": layout, "seed": seed, "detector": name, "signals": len(rows)}
                lines.append({**line, "reviews": len(reviews), "of all": share})
                for row in rows[:show] if seed == seeds[0] else []:
                    shown = " / ".join(text_of[id_][:70] for id_ in row["evidence_ids"][:3])
                    print(f"{name} {row['score']:.2f} | {shown} | {row['reason_zh'][:140]}")
    table(lines)


def one_by_one() -> None:
    """Print by category which share of reviews would count as generic, and as clashing."""
    rows = texts()
    column = pa.array([text for _, text, _ in rows])
    praise, complaint = (np.asarray(part) for part in tone(column))
    told = np.asarray(gives_reason(column))
    clear = ((praise >= 2) & (complaint <= 0)) | ((complaint >= 2) & (praise <= 0))
    clear &= ~told
    clash = clear & ((praise > complaint) != np.array([is_positive for *_, is_positive in rows]))
    generic = np.asarray(is_stock_praise(column))
    kind_of = np.array([kind for kind, *_ in rows])
    lines = []
    for kind in [*sorted(set(kind_of)), "all"]:
        here = (kind_of == kind) | (kind == "all")
        line = {"category": kind, "reviews": int(here.sum())}
        line |= {"praise that fits anything": f"{generic[here].mean():.1%}"}
        line |= {"clear in words": f"{clear[here].mean():.1%}"}
        lines.append({**line, "of these against the label": f"{clash[here & clear].mean():.1%}"})
    table(lines)


def simulated(seeds: list[int]) -> None:
    """Print for simulated markets how many signals about reviews are right."""
    asked = [("200k", seed, ["--scale", "200k"]) for seed in seeds]
    asked += [("200k, no fakes", seeds[0], ["--scale", "200k", "--without-fakes"])]
    asked += [(f"case {case}", seeds[0], ["--case", case]) for case in ("A1", "A2")]
    lines = []
    for label, seed, words in asked:
        market = OUT / "review-words-market"
        shutil.rmtree(market, ignore_errors=True)
        unbrush("simulate", *words, "--seed", seed, "--out", market)
        labels = pq.read_table(market / "truth" / "labels.parquet").to_pylist()
        fake = {
            row["subject_id"]
            for row in labels
            if row["subject_kind"] == "review" and row["is_fake"]
        }
        for name, rows in signals_of(market).items():
            reviews = {id_ for row in rows for id_ in row["evidence_ids"]}
            line = {"market": label, "seed": seed, "detector": name, "fake reviews": len(fake)}
            lines.append({**line, "found": len(reviews & fake), "honest": len(reviews - fake)})
    table(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    arguments.add_argument("--show", type=int, default=0, help="signals of each detector to print")
    given = arguments.parse_args()
    genuine(given.seeds, given.show)
    one_by_one()
    simulated([501 + seed for seed in given.seeds])


if __name__ == "__main__":
    main()

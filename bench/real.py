"""Real data: Shopee order brushing (exact key), Olist (no fraud known), Yelp (filter label).

Reads the evaluation sets under UNBRUSH_DATA; a set that is not there is skipped.
"""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from measured import DATA, OUT, table, unbrush


def run(name: str, source: str) -> Path | None:
    if not (DATA / name).is_dir():
        print(f"## {name}: not under {DATA.name}, skipped\n")
        return None
    out = OUT / name
    shutil.rmtree(out, ignore_errors=True)
    measured = unbrush("run", DATA / name, "--source", source, "--out", out)
    print(f"## {name}: {measured.seconds:.1f} s, {measured.peak_mib:,.0f} MiB\n")
    return out


def shopee() -> None:
    """Shops and buyers of order-concentration against the exact key."""
    out = run("shopee-order-brush", "shopee-order-brushing")
    if out is None:
        return
    text = pyarrow.csv.ConvertOptions(
        column_types={"user_ids": pa.string()}, strings_can_be_null=False
    )
    key = pyarrow.csv.read_csv(DATA / "shopee-order-brush/answers.csv.gz", convert_options=text)
    known = {row["shop_id"]: row["user_ids"] for row in key.to_pylist() if row["user_ids"]}
    signals = pq.read_table(out / "signals.parquet").to_pylist()
    found = {
        s["subject_id"]: "&".join(map(str, json.loads(s["facts"])["buyers"]))
        for s in signals
        if s["detector"] == "order-concentration"
    }
    exact = sum(found.get(shop) == buyers for shop, buyers in known.items())
    table(
        [
            {
                "shops known": len(known),
                "shops found": len(found),
                "right": len(set(found) & set(known)),
                "buyer list exact": exact,
            }
        ]
    )


def olist() -> None:
    """What would be neutralised on a market with no planted fraud, and what could not apply."""
    out = run("olist-subset", "olist")
    if out is None:
        return
    summary(out)
    table(
        pq.read_table(out / "coverage.parquet")
        .select(["detector", "status", "because_en", "n_signals"])
        .to_pylist()
    )
    rows = pq.read_table(out / "decisions.parquet").to_pylist()
    hit = [row for row in rows if row["is_neutralised"]]
    shown = ("subject_kind", "subject_id", "rung", "probability", "families", "rule")
    table([{name: row[name] for name in shown} for row in hit[:40]])


def yelp() -> None:
    """Review-level ranking by the decisions' probability, no label used, against the label."""
    out = run("yelp-spam-metadata", "yelp-metadata")
    if out is None:
        return
    reviews = pq.read_table(DATA / "yelp-spam-metadata/reviews.parquet")
    labels = pa.table(
        {
            "subject_kind": ["review"] * len(reviews),
            "subject_id": reviews["review_id"],
            "is_fake": pa.compute.equal(reviews["is_filtered"], 1),
        }
    )
    pq.write_table(labels, OUT / "yelp-labels.parquet")
    said = unbrush("score", out, "--truth", OUT / "yelp-labels.parquet").said
    table([row for row in said["overall"] if row["level"] == "review"])


def summary(out: Path) -> None:
    rows = pq.read_table(out / "decisions.parquet").to_pylist()
    totals = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["tables"]
    shown = []
    for kind, name in (("order", "orders"), ("review", "reviews"), ("shop", "shops")):
        n = sum(row["is_neutralised"] and row["subject_kind"] == kind for row in rows)
        total = totals.get(name, {}).get("n_rows", 0)
        shown.append(
            {"subject": kind, "total": total, "neutralised": n, "share": n / max(1, total)}
        )
    table(shown)


def main() -> None:
    OUT.mkdir(exist_ok=True)
    shopee()
    olist()
    yelp()


if __name__ == "__main__":
    main()

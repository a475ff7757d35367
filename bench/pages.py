"""Doorway pages on what is genuine: titles, reviews, official hotlines; and pages a minute.

The pages of case A17, spam and honest, are measured by bench/checking.py.
"""

import csv
import gzip
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet

from unbrush.base.pages.segments import read_page

DATA = Path(os.environ.get("UNBRUSH_DATA", Path(__file__).parents[2] / "shared" / "data"))
LISTED, TOGETHER = 40, 30


def rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def chunks(texts: list[str], n: int) -> list[str]:
    return ["\n".join(texts[at : at + n]) for at in range(0, len(texts), n)]


def populations() -> dict[str, list[str]]:
    titles = [row["title"] for row in rows("zh-thucnews-titles/titles.csv.gz")]
    goods = pyarrow.parquet.read_table(DATA / "zh-genuine-reviews/online_shopping.parquet")
    reviews = [text for text in goods["text"].to_pylist() if text]
    reviews += [row["text"] for row in rows("zh-genuine-reviews/takeaway.csv.gz") if row["text"]]
    lines = rows("cn-official-hotlines/official_hotlines.csv")
    listed = [f"{row['organization']}客服热线：{row['phone']}" for row in lines]
    own: dict[str, list[str]] = defaultdict(list)
    for row in lines:
        own[row["organization"]].append(row["phone"])
    contacts = [
        f"{name}官方网站 联系我们\n客服热线：{phones[0]}\n如需售后服务，请拨打{phones[0]}。\n"
        f"{name}客户服务：{'、'.join(phones)}\n服务时间：每天 9:00-21:00\n客服电话 {phones[0]}"
        for name, phones in own.items()
    ]
    return {
        "titles": titles,
        f"titles, {TOGETHER} a page": chunks(titles, TOGETHER),
        "reviews": reviews,
        f"reviews, {TOGETHER} a page": chunks(reviews, TOGETHER),
        f"hotlines, {LISTED} a page": chunks(listed, LISTED),
        "hotlines, a contact page each": contacts,
    }


def main() -> None:
    if not DATA.is_dir():
        sys.exit(f"No evaluation data at {DATA}; set UNBRUSH_DATA.")
    read_page("北京海尔售后 400-123-4567")
    print("| genuine | pages | flagged | characters a page | pages a minute |")
    print("| --- | --- | --- | --- | --- |")
    for name, pages in populations().items():
        start = time.perf_counter()
        flagged = sum(read_page(page).is_doorway for page in pages)
        minutes = (time.perf_counter() - start) / 60
        length = sum(map(len, pages)) / len(pages)
        print(
            f"| {name} | {len(pages):,} | {flagged} | {length:,.0f} | {len(pages) / minutes:,.0f} |"
        )


if __name__ == "__main__":
    main()

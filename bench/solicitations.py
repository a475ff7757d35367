"""Solicitation: what is caught in real spam, what is wrongly flagged in genuine texts, how fast.

Labels of the spam are ours, by hand (solicitation_labels.py). The threshold for 0.1 % false alarms
is taken from one half of the genuine texts and applied to the other half of everything. Generated
posts with known truth come from `unbrush simulate --texts`, which shares nothing with the reading.
"""

import csv
import gzip
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence

import pyarrow.parquet as pq
from measured import DATA, OUT, table, unbrush
from solicitation_labels import KIND

from unbrush.base.solicitation import contacts_of, read, unmask

SHOWN = 40
ALLOWED = 0.001
Scored = tuple[str, str, float, float]
"""Which set or kind, the text, the score for paid praise, the score for bait."""


def rows(path: str) -> list[dict[str, str]]:
    with gzip.open(DATA / path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half(*names: object) -> int:
    return hashlib.sha256("|".join(map(str, names)).encode()).digest()[0] % 2


def scored(name: str, text: str) -> Scored:
    said = read(text)
    if said is None:
        return name, text, 0.0, 0.0
    return name, text, said.score, said.bait.score


def genuine() -> list[list[Scored]]:
    """Genuine titles and reviews, scored, in two halves."""
    halves: list[list[Scored]] = [[], []]
    for row in rows("zh-thucnews-titles/titles.csv.gz"):
        halves[half("title", row["title_id"])].append(scored("titles", row["title"]))
    shopping = pq.read_table(DATA / "zh-genuine-reviews/online_shopping.parquet").to_pylist()
    for row in shopping:
        halves[half("review", row["review_id"])].append(scored("shopping reviews", row["text"]))
    for row in rows("zh-genuine-reviews/takeaway.csv.gz"):
        halves[half("takeaway", row["review_id"])].append(scored("takeaway reviews", row["text"]))
    return halves


def spam() -> list[list[Scored]]:
    """Spam, scored, in two halves by template; its kind is what it solicits."""
    halves: list[list[Scored]] = [[], []]
    for row in rows("zh-fbs-spam-sms/messages.csv.gz"):
        kind = KIND.get(row["message_id"], f"other: {row['category']}")
        halves[half("f" + row["template_id"])].append(scored(kind, row["text"]))
    return halves


def threshold(negatives: Sequence[Scored], which: int) -> float:
    """The lowest score that at most 0.1 % of the genuine texts reach."""
    scores = sorted((row[which] for row in negatives), reverse=True)
    return max(scores[int(ALLOWED * len(scores))] + 1e-9, 0.02)


def recall(found: Sequence[Scored], kind: str, reaches: Callable[[Scored], bool]) -> str:
    own = [row for row in found if row[0] == kind]
    n = sum(map(reaches, own))
    families = {row[1][:8] for row in own}
    caught = {row[1][:8] for row in own if reaches(row)}
    return f"{n} of {len(own)} ({len(caught)} of {len(families)} families)" if own else "–"


def main() -> None:
    good, bad = genuine(), spam()
    points = {"0.5 (default)": (0.5, 0.5)}
    points["0.1 % false alarms"] = (threshold(good[0], 2), threshold(good[0], 3))
    print("## Spam messages: caught, by what they solicit\n")
    for number, name in ((0, "looked at while the rules were made"), (1, "held out")):
        print(f"Half {number}, {name}:\n")
        table([line(bad[number], label, *point) for label, point in points.items()])
    print("## Genuine texts and other spam: flagged\n")
    table(flagged([*good[0], *good[1]], [*bad[0], *bad[1]]))
    show([*good[0], *good[1]], "genuine texts")
    show([row for row in [*bad[0], *bad[1]] if row[0] not in ("brushing", "praise")], "other spam")
    plain_sms()
    hotlines()
    generated()
    speed([row[1] for row in [*good[0], *bad[0]]])


def line(found: Sequence[Scored], label: str, post: float, bait: float) -> dict[str, object]:
    return {
        "operating point": label,
        "paid praise from": round(post, 3),
        "bait from": round(bait, 3),
        "praise by paid praise": recall(found, "praise", lambda row: row[2] >= post),
        "brushing by paid praise": recall(found, "brushing", lambda row: row[2] >= post),
        "brushing by either": recall(
            found, "brushing", lambda row: row[2] >= post or row[3] >= bait
        ),
        "bait by bait": recall(found, "bait", lambda row: row[3] >= bait),
    }


def flagged(good: Sequence[Scored], bad: Sequence[Scored]) -> list[dict[str, object]]:
    out = []
    for rows_ in (good, [row for row in bad if row[0].startswith("other")]):
        for name in dict.fromkeys(row[0] for row in rows_):
            own = [row for row in rows_ if row[0] == name]
            n_post, n_bait = (sum(row[which] >= 0.5 for row in own) for which in (2, 3))
            out.append({"texts": name, "n": len(own), "paid praise": n_post, "bait": n_bait})
    return out


def show(rows_: Sequence[Scored], name: str) -> None:
    """Print what is flagged, to be read by a person."""
    found = sorted((row for row in rows_ if max(row[2:]) >= 0.5), key=lambda row: -max(row[2:]))
    print(f"Flagged among {name}: {len(found)}\n")
    for kind, text, post, bait in found[:SHOWN]:
        print(f"    {post:.2f} {bait:.2f} [{kind}] {text[:90]}")
    print()


def plain_sms() -> None:
    """The set with digits masked: spam and normal messages."""
    found = [
        (row["is_spam"], *scored("", row["text"])[2:])
        for row in rows("zh-sms-spam/messages.csv.gz")
    ]
    names = {"1": "spam", "0": "normal"}
    print("## zh-sms-spam\n")
    table(
        [
            {
                "messages": names[spam_],
                "n": sum(row[0] == spam_ for row in found),
                "paid praise": sum(row[0] == spam_ and row[1] >= 0.5 for row in found),
                "bait": sum(row[0] == spam_ and row[2] >= 0.5 for row in found),
            }
            for spam_ in names
        ]
    )


def hotlines() -> None:
    """Numbers of organisations: none is anybody's own contact."""
    with (DATA / "cn-official-hotlines/official_hotlines.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    taken = [
        row for row in listed if contacts_of(unmask(f"{row['organization']}客服热线{row['phone']}"))
    ]
    print(f"## Hotlines\n\nTaken for somebody's own: {len(taken)} of {len(listed)}\n")
    for row in taken[:20]:
        print(f"    {row}")


def generated() -> None:
    """Posts with known truth at every level of camouflage: recall by kind, what neutral is hit."""
    lines: list[dict[str, object]] = []
    kinds: dict[tuple[str, str], list[bool]] = {}
    for level in range(4):
        out = OUT / "posts"
        shutil.rmtree(out, ignore_errors=True)
        words = ("--n", 4_000, "--seed", 11, "--level", level)
        unbrush("simulate", "--texts", "posts", *words, "--out", out)
        texts, truths = (
            [json.loads(line) for line in (out / name).read_text("utf-8").splitlines()]
            for name in ("input.jsonl", "truth.jsonl")
        )
        hits: dict[str, list[bool]] = {}
        got = due = 0
        for text, truth in zip(texts, truths, strict=True):
            assert text["id"] == truth["id"]
            said = read(text["text"])
            post = said is not None and said.score >= 0.5
            bait = said is not None and said.bait.score >= 0.5
            hit = {"paid-praise": post, "scam-bait": post or bait}.get(truth["label"], post or bait)
            hits.setdefault(truth["label"], []).append(hit)
            kinds.setdefault((truth["label"], truth["kind"]), []).append(hit)
            wanted = {contact["value"].lower() for contact in truth["contacts"]}
            due += len(wanted)
            got += len(wanted & {each.value for each in contacts_of(unmask(text["text"]))})
        shares = {label: sum(found) / len(found) for label, found in sorted(hits.items())}
        lines.append({"level": level, **shares, "contacts read": got / max(due, 1)})
    print("## Generated posts: share flagged\n")
    table(lines)
    table(
        [
            {"label": label, "kind": kind, "n": len(found), "flagged": sum(found) / len(found)}
            for (label, kind), found in sorted(kinds.items())
        ]
    )


def speed(texts: list[str]) -> None:
    def clock(these: list[str]) -> float:
        start = time.process_time()
        for text in these:
            read(text)
        return len(these) / (time.process_time() - start)

    offers = ["收货五星带图15字以上，截图联系客服领红包，加薇ab_c123，返5元"] * 2_000
    print("## Speed on one core\n")
    table(
        [
            {"texts": "of this benchmark", "per second": round(clock(texts))},
            {"texts": "offers only", "per second": round(clock(offers))},
        ]
    )


if __name__ == "__main__":
    if not (DATA / "zh-fbs-spam-sms").is_dir():
        sys.exit(f"The evaluation sets are not under {DATA.name}; set UNBRUSH_DATA.")
    main()

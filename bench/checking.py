"""What a reader with nothing but public pages gets: A1, A2 and A17 through `unbrush check`.

Each case is simulated by a seed of its own, then checked by the installed command as a user would,
from the files that a page would have shown. The truth is only looked at afterwards.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from measured import OUT, UNBRUSH, table

from unbrush.base.pages.hotlines import written

SEED = 411
LEVELS = range(4)
N_TEXTS = 1_000


def checked(*words: object) -> tuple[list[dict[str, Any]], float, float]:
    """Run a check; return its documents, seconds and peak MiB."""
    start = time.perf_counter()
    with subprocess.Popen(
        [str(UNBRUSH), "check", *map(str, words), "--json"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        documents = [json.loads(line) for line in child.stdout]
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 0
    return documents, time.perf_counter() - start, usage.ru_maxrss / 1024


def lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def simulated(case: str, level: int) -> Path:
    out = OUT / "checking" / f"{case}-{level}-{SEED}"
    if not (out / "truth" / "labels.parquet").is_file():
        words = [
            "simulate",
            "--case",
            case,
            "--level",
            level,
            "--seed",
            SEED,
            "--out",
            out,
            "--json",
        ]
        subprocess.run([str(UNBRUSH), *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    return out


def shoes(level: int) -> dict[str, Any]:
    """A1: the corrected rating, the skeletons, and whom the reader is told to doubt."""
    folder = simulated("A1", level)
    (item,), seconds, peak = checked(folder / "public" / "reviews.csv")
    truth = {each["id"]: each for each in lines(folder / "truth" / "reviews.jsonl")}
    flagged, all_of, stars = Counter[str](), Counter[str](), list[float]()
    skeletons: dict[int, set[str]] = {}
    for review in item["reviews"]:
        known = truth[int(review["id"])]
        all_of[known["kind"]] += 1
        flagged[known["kind"]] += review["verdict"] != "kept"
        if not known["is_fake"]:
            stars.append(review["rating"])
        if review["cluster"] and known["skeleton"]:
            skeletons.setdefault(review["cluster"]["id"], set()).add(known["skeleton"])
    adjusted = item["rating"]["adjusted"]
    ends = f"{adjusted['low']:.2f}–{adjusted['high']:.2f}"
    return {
        "level": level,
        "raw": f"{item['rating']['raw']['value']:.2f}",
        "adjusted (95 %)": f"{adjusted['value']:.2f} ({ends})",
        "of honest reviews": f"{sum(stars) / len(stars):.2f}",
        "skeletons shown": len(item["skeletons"]),
        "true ones among them": len(set().union(*skeletons.values())),
        "templated found": f"{flagged['liu-templates']}/{all_of['liu-templates']}",
        "real flagged": f"{flagged['liu-real-buyers']}/{all_of['liu-real-buyers']}",
        "default flagged": f"{flagged['liu-default-praise']}/{all_of['liu-default-praise']}",
        "s": round(seconds, 1),
        "MiB": round(peak),
    }


def pages(level: int) -> dict[str, Any]:
    """A17: pages caught and spared; characters of articles kept, of spam cut out."""
    folder = simulated("A17", level)
    public = folder / "public" / "pages.jsonl"
    found, seconds, peak = checked("--kind", "page", public)
    truth = lines(folder / "truth" / "pages.jsonl")
    assert [each["id"] for each in found] == [each["id"] for each in truth]
    caught, all_of, letters = Counter[str](), Counter[str](), Counter[tuple[str, bool]]()
    n_graph = 0
    for own, known, given in zip(found, truth, lines(public), strict=True):
        label = "specimen" if known["kind"] == "specimen" else known["label"]
        all_of[label] += 1
        caught[label] += bool(own["labels"])
        text = own.get("text") or given.get("text") or given["content"]
        is_cut = bytearray(len(text))
        for each in own["segments"]:
            if each["label"] == "doorway":
                is_cut[each["start"] : each["end"]] = b"\1" * (each["end"] - each["start"])
        after = 0
        for line, kind in _lines_of(known):
            at = text.find(line, after)
            if at >= 0 and known["label"] == "doorway":
                after = at + len(line)
                n_cut = sum(is_cut[at : at + len(line)])
                letters[kind, True] += n_cut
                letters[kind, False] += len(line) - n_cut
        seen = {number["number"] for number in own["numbers"]}
        n_graph += bool(seen & {written("".join(filter(str.isdigit, n))) for n in known["numbers"]})
    n_numbered = sum(bool(each["numbers"]) for each in truth)
    return {
        "level": level,
        "specimen": f"{caught['specimen']}/{all_of['specimen']}",
        "doorways caught": f"{caught['doorway']}/{all_of['doorway']}",
        "honest flagged": f"{caught['plain']}/{all_of['plain']}",
        "of articles kept": _share(letters["article", False], letters["article", True]),
        "of spam cut out": _share(letters["doorway", True], letters["doorway", False]),
        "number named": f"{n_graph}/{n_numbered}",
        "s": round(seconds, 1),
        "MiB": round(peak),
    }


def _lines_of(known: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line, span["label"]) for span in known["spans"] for line in span["lines"]]


def _share(part: int, rest: int) -> str:
    return f"{part / max(1, part + rest):.2%}"


def calls(level: int) -> dict[str, Any]:
    """A2: the agency's calls among all posts of its market."""
    folder = simulated("A2", level)
    posts = pq.read_table(folder / "posts.parquet").to_pylist()
    gang = pq.read_table(folder / "truth" / "gang.parquet").to_pylist()
    hired = {row["token"] for row in gang if row["role"] == "recruiter"}
    path = folder / "posts.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for post in posts:
            file.write(json.dumps({"id": post["post_id"], "text": post["text"]}) + "\n")
    found, seconds, _ = checked("--kind", "post", path)
    tally = Counter[tuple[bool, bool]]()
    n_contacts = 0
    for own, post in zip(found, posts, strict=True):
        is_call = bool(hired & {value for value in post.values() if isinstance(value, str)})
        tally[is_call, bool(own["labels"])] += 1
        n_contacts += is_call and bool(own["fields"].get("contacts"))
    n_calls = tally[True, True] + tally[True, False]
    return {
        "level": level,
        "calls found": f"{tally[True, True]}/{n_calls}",
        "with a contact": f"{n_contacts}/{n_calls}",
        "other posts flagged": f"{tally[False, True]}/{tally[False, True] + tally[False, False]}",
        "s": round(seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("A1", "A2", "A17"), default="")
    chosen = parser.parse_args().only
    for case, title, run in (
        ("A1", "A1, the reviews of one item as a shopper copied them", shoes),
        ("A2", "A2, posts of the market", calls),
        ("A17", "A17, pages", pages),
    ):
        if chosen in ("", case):
            print(f"### {title}\n")
            table([run(level) for level in LEVELS])
            sys.stdout.flush()


if __name__ == "__main__":
    main()

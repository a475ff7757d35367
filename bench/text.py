"""Near duplicates: unbrush beside rensa and datasketch on short Chinese reviews, in the same run.

Equal settings: pairs of neighbouring characters; alike is who has 0.7 of them in common (Jaccard);
the others with 128 permutations in 16 bands. The others are handed texts that are folded already
(their spelling swaps undone), which is not on their clock; unbrush starts from the raw texts in
Parquet, with the reading on its clock. Each runs in a process of its own.

Prints texts per second end to end, memory, recall against planted pairs and against brute force on
a sample, the share of pairs that are right, unbrush's recall by kind of edit, and its growth at N,
2N and 4N. The others answer candidate pairs and hold all in memory, so that they are measured on
fewer texts; unbrush is measured on these as well.
"""

import argparse
import json
import subprocess
import sys
import time
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pyarrow.parquet as pq
import text_reviews
from measured import OUT, table

ALIKE = 0.7
PERMUTATIONS, BANDS = 128, 16
SAMPLE = 6_000
PEER_TEXTS = {"rensa": 400_000, "datasketch": 50_000}


def size(text: str) -> int:
    """Return a number written as 2M or 500k."""
    factor = {"k": 1_000, "M": 1_000_000}.get(text[-1], 1)
    return int(float(text.rstrip("kM")) * factor)


def folded(path: Path) -> list[str]:
    from unbrush.base.text.wording import plain

    texts: list[str] = plain(pq.read_table(path, columns=["text"])["text"]).to_pylist()
    return texts


def run_unbrush(path: Path, setting: str, threads: int) -> dict[str, Any]:
    """Cluster the texts of a file; leave the row of each row's leader beside it."""
    from unbrush.base.text.distinct_texts import DistinctTexts
    from unbrush.base.text.near_text import clusters

    equal = {"min_similarity": ALIKE, "weighted": False} if setting == "equal" else {}
    warm = DistinctTexts()
    warm.add(pq.ParquetFile(path).read_row_group(0, columns=["text"])["text"].slice(0, 9_000))
    clusters(warm, **equal)  # compiled, or read from the cache, off the clock
    start, cpu = time.perf_counter(), time.process_time()
    texts = DistinctTexts(clauses=setting != "equal")
    batches = pq.ParquetFile(path).iter_batches(131_072, columns=["text"])
    numbers = list(texts.add_all((batch.column(0) for batch in batches), threads=threads))
    read = time.perf_counter()
    found = clusters(texts, threads=threads, **equal)
    took = {"seconds": time.perf_counter() - start, "CPU seconds": time.process_time() - cpu}
    took |= {"reading": read - start, "distinct": texts.n}
    of_row = np.concatenate(numbers)
    first = np.zeros(texts.n, np.int32)  # row of each distinct text
    first[of_row[::-1]] = np.arange(len(of_row) - 1, -1, -1)
    leader = np.where(of_row >= 0, first[found.leader[of_row]], -1)
    np.save(path.with_suffix(f".{setting}.npy"), leader)
    return took


def run_rensa(path: Path) -> dict[str, Any]:
    from rensa import RMinHash, RMinHashLSH

    texts = folded(path)
    start, cpu = time.perf_counter(), time.process_time()
    pairs = [[text[k : k + 2] for k in range(len(text) - 1)] for text in texts]
    sketches = RMinHash.from_token_sets(pairs, num_perm=PERMUTATIONS, seed=42)
    index = RMinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS, num_bands=BANDS)
    index.insert_many(sketches, start_key=0)
    found = index.query_all(sketches)
    took = {"seconds": time.perf_counter() - start, "CPU seconds": time.process_time() - cpu}
    _save(path, "rensa", found)
    return took


def run_datasketch(path: Path) -> dict[str, Any]:
    from datasketch import MinHash, MinHashLSH

    texts = folded(path)
    start, cpu = time.perf_counter(), time.process_time()
    pairs = [{text[k : k + 2].encode() for k in range(len(text) - 1)} for text in texts]
    sketches = MinHash.bulk(pairs, num_perm=PERMUTATIONS)
    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, PERMUTATIONS // BANDS))
    for number, sketch in enumerate(sketches):
        index.insert(number, sketch)
    found = [index.query(sketch) for sketch in sketches]
    took = {"seconds": time.perf_counter() - start, "CPU seconds": time.process_time() - cpu}
    _save(path, "datasketch", found)
    return took


def _save(path: Path, name: str, found: list[list[int]]) -> None:
    """Keep candidate pairs, the smaller row first, sorted."""
    counts = [len(row) for row in found]
    one = np.repeat(np.arange(len(found)), counts)
    other = np.fromiter((k for row in found for k in row), np.int64, sum(counts))
    keep = one < other
    np.save(path.with_suffix(f".{name}.npy"), np.unique(one[keep] << 32 | other[keep]))


def child(name: str, path: Path, threads: int) -> dict[str, Any]:
    """Run one of them in a fresh process; return what it took, with its peak of memory."""
    words = [sys.executable, __file__, "--alone", name, "--file", str(path)]
    words += ["--threads", str(threads)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)} ended with code {done.returncode}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _peak_mib() -> float:
    """Return the peak of this program; ``ru_maxrss`` would start from that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@numba.njit(cache=True)
def _brute(values, starts, least):  # type: ignore[no-untyped-def]
    """All pairs of texts whose sorted sets share ``least`` of their union."""
    out = []
    for i in range(len(starts) - 1):
        for j in range(i + 1, len(starts) - 1):
            a, b, end_a, end_b = starts[i], starts[j], starts[i + 1], starts[j + 1]
            n_a, n_b = end_a - a, end_b - b
            if min(n_a, n_b) < least * max(n_a, n_b):
                continue
            common = 0
            while a < end_a and b < end_b:
                common += values[a] == values[b]
                step = values[a] <= values[b]
                b += values[a] >= values[b]
                a += step
            if common >= least * (n_a + n_b - common):
                out.append((i, j))
    return out


class Truth:
    """What is planted in a file, and exact similarities of its folded texts."""

    def __init__(self, path: Path) -> None:
        self.texts = folded(path)
        planted = pq.read_table(path, columns=["group", "kind"])
        self.group, self.kind = (planted[name].to_numpy() for name in ("group", "kind"))
        order = np.argsort(self.group, kind="stable")
        order = order[np.searchsorted(self.group[order], 0) :]
        self.members = np.split(order, np.flatnonzero(np.diff(self.group[order])) + 1)

    def share(self, one: int, other: int) -> float:
        first, second = (
            {text[k : k + 2] for k in range(len(text) - 1)}
            for text in (self.texts[one], self.texts[other])
        )
        return len(first & second) / len(first | second) if first | second else 0.0

    def planted(self, n_groups: int = 4_000) -> list[tuple[int, int]]:
        """Planted pairs that are alike, of some groups."""
        chosen = self.members[:: max(1, len(self.members) // n_groups)]
        pairs = [pair for rows in chosen for pair in combinations(sorted(rows.tolist()), 2)]
        return [pair for pair in pairs if self.share(*pair) >= ALIKE]

    def brute(self) -> list[tuple[int, int]]:
        """All pairs alike in a sample: half of it whole groups, half others."""
        chance = np.random.default_rng(7)
        groups = chance.permutation(len(self.members))
        rows: list[int] = []
        for number in groups.tolist():
            if len(rows) >= SAMPLE // 2:
                break
            rows += self.members[number].tolist()
        others = np.flatnonzero(self.group < 0)
        rows += chance.choice(others, min(SAMPLE // 2, len(others)), replace=False).tolist()
        sets = [
            sorted({ord(a) << 21 | ord(b) for a, b in pairwise(text)})
            for text in (self.texts[row] for row in rows)
        ]
        starts = np.concatenate(([0], np.cumsum([len(one) for one in sets])))
        values = np.array([value for one in sets for value in one], np.int64)
        found = _brute(values, starts, ALIKE)
        return [(min(rows[i], rows[j]), max(rows[i], rows[j])) for i, j in found]

    def kinds(self, leader: np.ndarray) -> dict[str, float]:
        """Of each kind of edited copy, the share that has joined its original's cluster."""
        met = {kind: [0, 0] for kind in text_reviews.KINDS[1:]}
        for rows in self.members:
            original = rows[self.kind[rows] == 0]
            for row in rows[self.kind[rows] > 0].tolist():
                count = met[text_reviews.KINDS[self.kind[row]]]
                count[0] += int(leader[row] == leader[original[0]])
                count[1] += 1
        return {kind: met_ / max(1, n) for kind, (met_, n) in met.items()}


def pair_share(found: np.ndarray, pairs: list[tuple[int, int]]) -> float:
    """Return the share of ``pairs`` that are among candidate pairs."""
    keys = np.array([one << 32 | other for one, other in pairs], np.int64)
    places = np.minimum(np.searchsorted(found, keys), max(0, len(found) - 1))
    return float(np.mean(found[places] == keys)) if len(found) else 0.0


def judged(name: str, path: Path, truth: Truth, known: dict[str, list[tuple[int, int]]]) -> dict:
    """Return recall and the share of pairs right of one run."""
    found = np.load(path.with_suffix(f".{name}.npy"))
    chance = np.random.default_rng(5)
    if name in PEER_TEXTS:
        recall = {what: pair_share(found, pairs) for what, pairs in known.items()}
        some = chance.choice(found, min(20_000, len(found)), replace=False)
        pairs = [(key >> 32, key & 0xFFFFFFFF) for key in some.tolist()]
    else:
        recall = {
            what: float(np.mean([found[one] == found[other] for one, other in pairs]))
            for what, pairs in known.items()
        }
        pairs = _of_clusters(found, chance)
    alike = np.array([truth.share(*pair) >= ALIKE for pair in pairs])
    planted = np.array(
        [truth.group[one] >= 0 and truth.group[one] == truth.group[other] for one, other in pairs]
    )
    right = {
        "pairs alike": float(alike.mean()),
        "alike or planted": float((alike | planted).mean()),
    }
    return {**{f"recall {what}": value for what, value in recall.items()}, **right}


def _of_clusters(leader: np.ndarray, chance: np.random.Generator) -> list[tuple[int, int]]:
    """Return some pairs of a text and its leader, leaving out those in the same row."""
    rows = np.flatnonzero((leader >= 0) & (leader != np.arange(len(leader))))
    return [
        (int(leader[k]), int(k)) for k in chance.choice(rows, min(20_000, len(rows)), replace=False)
    ]


def made(n: int, seed: int, repeated: float = 0.0) -> Path:
    name = f"text-{n}-{seed}" + (f"-{repeated}" if repeated else "")
    path = OUT / f"{name}.parquet"
    if not path.exists():
        text_reviews.write(path, n, seed=seed, repeated=repeated)
    return path


def line(name: str, setting: str, path: Path, threads: int) -> dict[str, Any]:
    n = pq.ParquetFile(path).metadata.num_rows
    took = child(setting if name == "unbrush" else name, path, threads)
    return {"by": name, "texts": n, "texts/s": int(n / took["seconds"]), **took}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--n", default="2M", help="Reviews; growth is measured up to 4 times.")
    arguments.add_argument("--only", choices=["unbrush"], help="Neither peers nor growth.")
    arguments.add_argument("--repeated", type=float, default=0.0, help="Share sent unchanged.")
    arguments.add_argument("--threads", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=11)
    arguments.add_argument("--alone", help=argparse.SUPPRESS)
    arguments.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.alone:
        alone = {"rensa": run_rensa, "datasketch": run_datasketch}.get(chosen.alone)
        took = (
            alone(chosen.file) if alone else run_unbrush(chosen.file, chosen.alone, chosen.threads)
        )
        print(json.dumps({**took, "peak MiB": _peak_mib()}))
        return
    OUT.mkdir(exist_ok=True)
    n, seed, threads = size(chosen.n), chosen.seed, chosen.threads
    if chosen.only:
        path = made(n, seed, chosen.repeated)
        table([line("unbrush", "own", path, threads)])
        if n > size("8M"):
            path.unlink()
            return
        truth = Truth(path)
        table(
            [judged("own", path, truth, {"planted": truth.planted(), "brute force": truth.brute()})]
        )
        table([truth.kinds(np.load(path.with_suffix(".own.npy")))])
        return
    compare(n, seed, threads)
    grow(n, seed, threads)


def compare(n: int, seed: int, threads: int) -> None:
    rows = []
    for name, most in PEER_TEXTS.items():
        path = made(min(n, most), seed)
        truth = Truth(path)
        known = {"planted": truth.planted(), "brute force": truth.brute()}
        for by, setting in ((name, name), ("unbrush", "equal")):
            took = line(by, setting, path, threads)
            rows.append({**took, **judged(setting, path, truth, known)})
            rows[-1].pop("reading", None)
    print(f"### Equal settings: alike from {ALIKE}\n")
    table(rows)
    for peer, own in zip(rows[::2], rows[1::2], strict=True):
        clock, cpu = (peer[what] / own[what] for what in ("seconds", "CPU seconds"))
        print(f"unbrush / {peer['by']}: {clock:.1f} by the clock, {cpu:.1f} in CPU seconds")
    print()
    path = made(n, seed)
    truth = Truth(path)
    known = {"planted": truth.planted(), "brute force": truth.brute()}
    rows = []
    for setting in ("equal", "own"):
        took = line("unbrush", setting, path, threads)
        rows.append({"setting": setting, **took, **judged(setting, path, truth, known)})
    print("### unbrush at full size: equal settings, and as it is set by default\n")
    table(rows)
    print("### Copies that have joined their original, by kind of edit\n")
    found = {s: truth.kinds(np.load(path.with_suffix(f".{s}.npy"))) for s in ("equal", "own")}
    table([{"setting": setting, **kinds} for setting, kinds in found.items()])


def grow(n: int, seed: int, threads: int) -> None:
    rows = [line("unbrush", "own", made(k * n, seed), threads) for k in (1, 2, 4)]
    print("### Growth\n")
    table(rows)
    print(f"4 N / N: {rows[2]['seconds'] / rows[0]['seconds']:.2f}")


if __name__ == "__main__":
    main()

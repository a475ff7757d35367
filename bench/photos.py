"""Photo matching: recall under each edit and false matches, beside imagehash; screens told from
products; a million hashes.

The pictures are of another kind than those the bounds of matching were set on: leaves of colour and
texture that fall over one another, and pieces of the two sample photographs of scikit-learn
(CC BY). Peers: pHash, dHash and wHash of imagehash, each with the largest bound at which no more
pairs of some hundred different pictures match than with ours; so chosen in hindsight.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence

import imagehash
import numpy as np
import pyarrow as pa
from measured import table
from photographs import EDITS, real, saved
from PIL import Image, ImageFilter
from products import product, thumbnails
from screens import drawn, screens

from unbrush.base.pictures.photo_hash import PLAIN, SLOTS, WHOLE, photo_hash, read_hashes
from unbrush.base.pictures.photo_matching import same_picture

Rng = np.random.Generator
Hasher = Callable[[Image.Image], np.ndarray]
PEERS: dict[str, Hasher] = {
    "pHash": lambda image: imagehash.phash(image).hash.ravel(),
    "dHash": lambda image: imagehash.dhash(image).hash.ravel(),
    "wHash": lambda image: imagehash.whash(image).hash.ravel(),
}


def leaves(rng: np.random.Generator, *, is_plain: bool = False) -> Image.Image:
    """Paint things that cover one another, their sizes a power law as in nature.

    Args:
        rng: Chance.
        is_plain: Whether they lie on a ground of one colour that remains to be seen, as on a
            table or backdrop.
    """
    size = (400, 400)
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    out = np.empty((height, width, 3), np.float32)
    out[:] = rng.uniform(20, 235, 3)
    shades = rng.uniform(15, 240, (int(rng.integers(3, 7)), 3))
    n_large = 0 if is_plain else 30
    for number in range(n_large + int(rng.integers(30, 70))):
        radius = min(8 / rng.power(1.6), 0.35 * width)
        if number < n_large:
            radius = rng.uniform(0.15, 0.4) * width
        angle, flat = rng.uniform(0, np.pi), rng.uniform(0.3, 1)
        dx, dy = x - rng.uniform(0, width), y - rng.uniform(0, height)
        along = dx * np.cos(angle) + dy * np.sin(angle)
        across = (dy * np.cos(angle) - dx * np.sin(angle)) / flat
        inside = np.abs(along) ** 3 + np.abs(across) ** 3 < radius**3
        wave = np.sin(along * rng.uniform(0.05, 0.8)) * rng.uniform(0, 25)
        colour = shades[rng.integers(len(shades))] + rng.normal(0, 12, 3)
        out[inside] = (colour + wave[..., None] + along[..., None] / radius * 12)[inside]
    image = Image.fromarray(np.clip(out + rng.normal(0, 2, out.shape), 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(0.8))


def pieces(side: int = 150) -> list[Image.Image]:
    """Return pieces of real photographs that say something."""
    return [each for each in real(side) if np.asarray(each).std() > 15]


def ours(images: Sequence[Image.Image]) -> np.ndarray:
    """Return the hashes of some pictures, by way of their text as in a market."""
    return read_hashes(pa.array([photo_hash(np.asarray(image)).text for image in images]))


def found(one: np.ndarray, two: np.ndarray) -> float:
    """Return which share of pictures is in one group with its edited self, all in one market."""
    groups = same_picture(np.concatenate([one, two]))
    first, second = groups[: len(one)], groups[len(one) :]
    return float(((first == second) & (first >= 0)).mean())


def false_pairs(bits: np.ndarray) -> tuple[int, int]:
    """Return how many of all pairs of different pictures are joined, chains included."""
    groups = same_picture(bits)
    counts = np.bincount(groups[groups >= 0])
    return int((counts * (counts - 1) // 2).sum()), len(bits) * (len(bits) - 1) // 2


def peer_bound(hashes: np.ndarray, allowed: int) -> int:
    """Return the most bits at which no more different pictures match than ``allowed``."""
    flat = hashes.astype(np.float32)
    away = (flat[:, None, :] != flat[None]).sum(axis=2)[np.triu_indices(len(flat), 1)]
    counts = np.cumsum(np.bincount(away, minlength=65))
    return int(np.searchsorted(counts, allowed, side="right")) - 1


def quality(sets: dict[str, list[Image.Image]], pool: list[Image.Image], rng: Rng) -> None:
    """Print recall under each edit, ours and the peers', at as few false matches in the pool."""
    bits = ours(pool)
    n_false, n_pairs = false_pairs(bits)
    n_silent = int((~bits[:, WHOLE].any(axis=1)).sum())
    hashes = {name: np.stack([hasher(i) for i in pool]) for name, hasher in PEERS.items()}
    bounds = {name: peer_bound(each, n_false) for name, each in hashes.items()}
    print(
        f"{len(pool):,} different pictures, {n_silent} without a hash; {n_false} of {n_pairs:,}"
        " pairs falsely joined; peers at as few:",
        ", ".join(f"{name} within {bound} of 64" for name, bound in bounds.items()),
    )
    for title, images in sets.items():
        print(f"\n{title}: {len(images)} pictures")
        own = ours(images)
        peers = {name: np.stack([hasher(i) for i in images]) for name, hasher in PEERS.items()}
        rows = []
        for name, edit in EDITS.items():
            edited = [edit(image, rng) for image in images]
            row = {"edit": name, "ours": f"{found(own, ours(edited)):.3f}"}
            for peer, hasher in PEERS.items():
                away = (peers[peer] != np.stack([hasher(image) for image in edited])).sum(axis=1)
                row[peer] = f"{(away <= bounds[peer]).mean():.3f}"
            rows.append(row)
        table(rows)


def grounds(n: int, seed: int, rng: Rng) -> None:
    """Print which products on a plain ground are taken for screens, and which screens are not."""
    pages = [
        drawn(screen, "Noto Sans CJK SC", (13, 16, 18)[number % 3], dark=bool(number % 2))
        for number, screen in enumerate(screens(seed, max(1, n // 7)))
    ]
    sets = {
        "products on a plain ground": [product(rng) for _ in range(n)],
        "screens": pages,
        "the same, JPEG quality 50, half the size": [
            saved(page.resize((page.width // 2, page.height // 2)), 50) for page in pages
        ],
        "screens with one to three pictures of products": [thumbnails(page, rng) for page in pages],
    }
    rows = []
    for title, images in sets.items():
        made = [photo_hash(np.asarray(image)) for image in images]
        n_screens = sum(each.is_screen for each in made)
        bits = np.stack([each.bits for each in made])
        rows.append(
            {
                "pictures": title,
                "n": len(images),
                "taken for screens": n_screens,
                "hashed": int(bits[:, WHOLE].any(axis=1).sum()),
                "falsely joined": false_pairs(bits)[0],
            }
        )
    table(rows)


def hashing(images: Sequence[Image.Image]) -> None:
    """Print milliseconds of one core that a photo takes, ours beside the peers."""
    rows = []
    for side in (400, 1200):
        sized = [image.resize((side, side)) for image in images]
        hashers: dict[str, Hasher] = {
            "ours": lambda image: photo_hash(np.asarray(image)).bits,
            **PEERS,
        }
        row: dict[str, object] = {"pixels": f"{side} x {side}"}
        for name, hasher in hashers.items():
            hasher(sized[0])
            started = time.process_time()
            for image in sized:
                hasher(image)
            row[name] = f"{1000 * (time.process_time() - started) / len(sized):.1f} ms"
        rows.append(row)
    table(rows)


def grouping(n: int, rng: Rng) -> dict[str, object]:
    """Measure grouping ``n`` hashes of chance, a tenth of them copies."""
    bits = rng.integers(1, 1 << 63, (n, SLOTS, 2), dtype=np.int64).astype(np.uint64)
    bits <<= np.uint64(1)
    bits[:, PLAIN] = 0
    copies = rng.permutation(n)[: n // 10].reshape(2, -1)
    bits[copies[1]] = bits[copies[0]]
    bits[copies[1], WHOLE, 0] ^= np.uint64(1) << rng.integers(0, 64, copies.shape[1]).astype("u8")
    same_picture(bits[:1000])
    started = time.process_time()
    groups = same_picture(bits)
    took = time.process_time() - started
    n_found = int((groups[copies[0]] == groups[copies[1]]).sum())
    return {
        "photos": f"{n:,}",
        "seconds of one core": round(took, 1),
        "microseconds a photo": round(1e6 * took / n),
        "copies found": f"{n_found:,} of {copies.shape[1]:,}",
        "falsely joined": n - len(np.unique(groups)) - n_found,
        "hashes": f"{bits.nbytes >> 20:,} MB",
        "peak": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:,} MB",
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=40, help="on which edits are tried")
    parser.add_argument("--pool", type=int, default=300, help="different pictures")
    parser.add_argument("--hashes", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("quality", "grounds", "hashing", "grouping"))
    parser.add_argument("--seed", type=int, default=20_261)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    steps: dict[str, Callable[[], object]] = {
        "quality": lambda: _quality(asked.pool, asked.pictures, rng),
        "grounds": lambda: grounds(70, asked.seed, np.random.default_rng(asked.seed)),
        "hashing": lambda: hashing([leaves(rng) for _ in range(12)]),
        "grouping": lambda: table([grouping(n, rng) for n in _sizes(asked.hashes)]),
    }
    for name, step in steps.items():
        if asked.only in (None, name):
            print(f"\n== {name}", flush=True)
            step()


def _quality(n_pool: int, n_edited: int, rng: Rng) -> None:
    painted = [leaves(rng) for _ in range(n_pool)]
    parts = pieces()
    quality({"painted": painted[:n_edited], "photographs": parts}, [*painted, *parts], rng)


def _sizes(n: int) -> list[int]:
    """Return the sizes at which growth is measured."""
    return [max(2_000, n // 50), max(2_000, n // 8), n]


if __name__ == "__main__":
    main()

"""Photo matching: recall under each edit and false matches, beside imagehash; half a million
hashes.

The pictures are of another kind than those the bounds of matching were set on: leaves of colour and
texture that fall over one another, and pieces of the two sample photographs of scikit-learn
(CC BY). Peers: pHash, dHash and wHash of imagehash, each with the largest bound at which no more
pairs of these different pictures match than with ours; so chosen in hindsight, in their favour.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence

import imagehash
import numpy as np
import pyarrow as pa
from measured import table
from photographs import EDITS, real
from PIL import Image, ImageFilter

from unbrush.base.pictures.photo_hash import PLAIN, SLOTS, WHOLE, photo_hash, read_hashes
from unbrush.base.pictures.photo_matching import same_picture

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


def quality(title: str, images: list[Image.Image], rng: np.random.Generator) -> None:
    """Print recall under each edit, ours and the peers'."""
    bits = ours(images)
    n_false, n_pairs = false_pairs(bits)
    n_silent = int((~bits[:, WHOLE].any(axis=1)).sum())
    peers = {name: np.stack([hasher(i) for i in images]) for name, hasher in PEERS.items()}
    bounds = {name: peer_bound(hashes, n_false) for name, hashes in peers.items()}
    print(
        f"\n{title}: {len(images):,} pictures, {n_silent} without a hash;"
        f" {n_false} of {n_pairs:,} pairs falsely joined;"
    )
    print("peers at as few:", ", ".join(f"{n} within {b} of 64" for n, b in bounds.items()))
    rows = []
    for name, edit in EDITS.items():
        edited = [edit(image, rng) for image in images]
        row = {"edit": name, "ours": f"{found(bits, ours(edited)):.3f}"}
        for peer, hasher in PEERS.items():
            away = (peers[peer] != np.stack([hasher(image) for image in edited])).sum(axis=1)
            row[peer] = f"{(away <= bounds[peer]).mean():.3f}"
        rows.append(row)
    table(rows)


def speed(n: int, images: list[Image.Image], rng: np.random.Generator) -> None:
    """Print seconds of one core for hashing, and for grouping ``n`` hashes, a tenth copies."""
    started = time.process_time()
    ours(images)
    each = (time.process_time() - started) / len(images)
    print(f"\nhashing: {1000 * each:.1f} ms a picture of {images[0].size}, once decoded")
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
    found = (groups[copies[0]] == groups[copies[1]]).mean()
    joined = n - len(np.unique(groups))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"grouping: {n:,} photos in {took:.0f} s of one core, peak {peak:,.0f} MB"
        f" ({bits.nbytes >> 20:,} MB of it the hashes); {found:.4f} of {copies.shape[1]:,}"
        f" copies found, {joined:,} joins"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--hashes", type=int, default=500_000)
    parser.add_argument("--seconds-only", action="store_true")
    parser.add_argument("--seed", type=int, default=20_261)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    painted = [leaves(rng) for _ in range(20 if asked.seconds_only else asked.pictures)]
    if not asked.seconds_only:
        quality("painted", painted, rng)
        quality("pieces of photographs", pieces(), rng)
        plain = ours([leaves(rng, is_plain=True) for _ in range(asked.pictures)])
        n_silent = int((~plain[:, WHOLE].any(axis=1)).sum())
        print(f"things on a plain ground: {n_silent} of {len(plain)} are taken for screens")
    speed(asked.hashes, painted[:100], rng)


if __name__ == "__main__":
    main()

"""Speed: simulate 1 M and 4 M orders with their interactions and run the whole path.

Prints seconds and peak memory of each stage, and the ratio between the two sizes (aim: at most 4.4,
4 M orders within three minutes on two cores).
"""

import argparse
import shutil

from measured import OUT, table, unbrush

STAGES = ("detect", "group", "judge", "respond")


def one(scale: str) -> dict[str, float]:
    market, run = OUT / f"speed-{scale}", OUT / f"speed-{scale}-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    steps = [("simulate", unbrush("simulate", "--scale", scale, "--seed", 1, "--out", market))]
    steps.append(("collect", unbrush("collect", market, "--out", run, "--now", "2100-01-01")))
    steps += [(stage, unbrush(stage, run)) for stage in STAGES]
    print(f"### {scale} orders\n")
    table([{"step": n, "seconds": m.seconds, "peak MiB": m.peak_mib} for n, m in steps])
    path = steps[1:]
    return {
        "orders": scale,
        "path seconds": sum(m.seconds for _, m in path),
        "peak MiB": max(m.peak_mib for _, m in path),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scales", nargs=2, default=["1M", "4M"])
    small, large = (one(scale) for scale in arguments.parse_args().scales)
    table([small, large])
    print(f"ratio: {large['path seconds'] / small['path seconds']:.2f}")


if __name__ == "__main__":
    main()

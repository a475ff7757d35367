"""Every public case end to end at camouflage levels 0-3: what it asks, and whether that is met."""

import argparse
from typing import Any

from case_checks import CHECKS, answers
from case_run import run_case
from measured import table


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", nargs="+", default=list(CHECKS), choices=list(CHECKS))
    arguments.add_argument("--levels", nargs="+", type=int, default=[0, 1, 2, 3])
    arguments.add_argument("--seed", type=int, default=301)
    arguments.add_argument("--tier", default="ci")
    chosen = arguments.parse_args()
    for case in chosen.cases:
        rows: dict[str, dict[str, Any]] = {}
        for level in chosen.levels:
            run = run_case(case, tier=chosen.tier, level=level, seed=chosen.seed)
            for answer in answers(run):
                row = rows.setdefault(answer.asks, {"what": answer.asks})
                row[f"level {level}"] = answer.measured + ("" if answer.is_met else " **not met**")
        print(f"## {case}\n", flush=True)
        table(list(rows.values()))


if __name__ == "__main__":
    main()

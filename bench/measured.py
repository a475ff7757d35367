"""Run the installed command and measure it: seconds, peak memory, and what it said."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNBRUSH = Path(sys.executable).with_name("unbrush")
DATA = Path(os.environ.get("UNBRUSH_DATA", Path(__file__).parents[2] / "shared" / "data"))
OUT = Path(__file__).parents[1] / "bench-out"


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_mib: float
    said: Any
    cpu_seconds: float


def unbrush(*words: object, may_fail: bool = False) -> Measured:
    """Run ``unbrush WORDS --json``; stop with its own words if it fails and may not."""
    command = [str(UNBRUSH), *map(str, words), "--json"]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        text = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode and not may_fail:
        sys.exit(f"{' '.join(command)} ended with code {child.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, usage.ru_maxrss / 1024, json.loads(text), cpu)


def table(rows: list[dict[str, Any]]) -> None:
    """Print rows of equal keys as a Markdown table."""
    if not rows:
        return
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + " --- |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(_cell(value) for value in row.values()) + " |")
    print()


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 1 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)

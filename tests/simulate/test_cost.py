"""A moderate market within moderate bounds, measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from unbrush.base.errors import DoesNotFit
from unbrush.simulate.room import check_room

MEASURE = """
import resource, sys, time
from pathlib import Path
from unbrush.simulate import simulate
start = time.perf_counter()
simulate(Path(sys.argv[1]), n_orders=300_000, seed=1)
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss would start from the peak of the program that started this one
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 ** 2
print(time.perf_counter() - start, peak)
"""


def test_three_hundred_thousand_orders_take_seconds_and_bounded_memory(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    seconds, mebibytes = map(float, done.stdout.split())
    assert seconds < 30  # about 3 on an idle machine
    assert mebibytes < 1_200


def test_what_cannot_fit_is_refused_before_it_is_begun():
    with pytest.raises(DoesNotFit, match="GB"):
        check_room(220_000_000, 24 * 1024**3)
    check_room(2_200_000, 24 * 1024**3)

"""A program that does one thing to the desk and is killed at a moment that was asked for.

``python -m tests.respond.desk.killed.mortal`` reads jobs, one JSON line each: url, act, moment,
at_ms and whatever the act takes. Each is done in a child of its own, which kills itself (SIGKILL)
when that many moments have passed: before and after every statement and before every commit. It
answers ``killed``, or how many moments there were if the act came to its end.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from unbrush.base.records import Records
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note, sign_checkpoint
from unbrush.respond.desk.callers import caller_of
from unbrush.respond.desk.import_staging import Pace
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.settlement.delivering import deliver_due
from unbrush.respond.desk.signing import Signer
from unbrush.respond.desk.steps import decide
from unbrush.serve.posting import Poster
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords

SIGNER = Signer(b"k" * 32)
SMALL = Pace(staged=3, decisions=2, cases=1)
"""An import in many parts, though its run is small."""

Job = dict[str, Any]


def imports(records: Records, job: Job) -> None:
    with DuckDBEngine() as engine:
        import_run(
            records, engine, RunFolder(Path(job["folder"])), job["at_ms"], by="system", pace=SMALL
        )


def approves(records: Records, job: Job) -> None:
    with records.writing() as tx:
        step = tx.one("SELECT * FROM steps")
        assert step is not None
        caller = caller_of(tx, job["at_ms"], job["token"], "session")
        decide(
            tx, job["at_ms"], step["step_id"], caller=caller,
            expected_version=step["version"], is_approved=True, reason="看过证据",
        )  # fmt: skip


def audits(records: Records, job: Job) -> None:
    with records.writing() as tx:
        for i in range(3):
            note(tx, job["at_ms"], "system", "test.noted", "test", f"T-{i}")
        sign_checkpoint(tx, SIGNER, job["at_ms"], every=1)


def delivers(records: Records, job: Job) -> None:
    poster = Poster(is_loopback_allowed=True)
    while deliver_due(records, lambda: job["at_ms"], SIGNER, poster, job["worker"]):
        pass


ACTS: dict[str, Callable[[Records, Job], None]] = {
    "imports": imports, "approves": approves, "audits": audits, "delivers": delivers,
}  # fmt: skip


def _live_until(moment: int) -> list[int]:
    passed = [0]

    def tick(*_: Any) -> None:
        passed[0] += 1
        if passed[0] == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, tick)
    return passed


def _do(job: Job) -> None:
    records = SqlRecords(job["url"])  # opening it is not what is killed
    passed = _live_until(job["moment"])
    ACTS[job["act"]](records, job)
    n = passed[0]
    records.close()
    os.write(1, f"{n}\n".encode())


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = 1
            try:
                _do(json.loads(line))
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            os.write(1, b"killed\n")
        elif status:
            os.write(1, b"failed\n")


if __name__ == "__main__":
    main()

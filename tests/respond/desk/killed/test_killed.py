"""A desk that is killed at any moment: nothing lost, nothing twice, the audit's chain whole.

Moments are tried in steps, to save time; UNBRUSH_EVERY_MOMENT=1 tries each of them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason='the desk is an extra: pip install "unbrush[desk]"')

from sqlalchemy import inspect, text

from tests.databases import postgres_url
from tests.respond.desk.killed.mortal import SIGNER
from tests.respond.desk.office import NOW, a_case, a_step, office, overridden
from tests.respond.desk.settlement.receiver import Receiver, receiving
from tests.respond.desk.test_importing import a_run
from unbrush.base.clock import MINUTE_MS
from unbrush.base.records import Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.settlement.addresses import place_of
from unbrush.respond.desk.settlement.hooks import add_hook
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.steps import decide
from unbrush.store.records import SqlRecords

EVERY = int(os.environ.get("UNBRUSH_EVERY_MOMENT", "0"))
Job = dict[str, Any]
Tables = dict[str, list[tuple[Any, ...]]]


class Mortal:
    """The program that is killed; it is started once and forks for each job."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.respond.desk.killed.mortal"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, job: Job) -> str:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(job) + "\n")
        self._program.stdin.flush()
        return self._program.stdout.readline().strip()

    def end(self) -> None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.wait(20)
        self._program.stdout.close()


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    program = Mortal()
    yield program
    program.end()


Copies = Callable[[], Any]


@pytest.fixture(params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Copies, int]]:
    """Give a URL to prepare, something that makes a copy of it, and every which moment to try."""
    if request.param == "sqlite":
        path = tmp_path / "prepared.sqlite"

        @contextmanager
        def copy() -> Iterator[str]:
            other = tmp_path / "copy.sqlite"
            for old in tmp_path.glob("copy.sqlite*"):
                old.unlink()
            shutil.copy(path, other)
            yield f"sqlite:///{other}"

        yield f"sqlite:///{path}", copy, EVERY or 3
    else:
        with postgres_url() as url:
            yield url, lambda: postgres_url(template=url), EVERY or 11


def prepare(url: str, act: Callable[[Transaction], None]) -> None:
    records = SqlRecords(url)
    with records.writing() as tx:
        act(tx)
    records.close()


def tables_of(url: str) -> Tables:
    """Return every row of every table, and check that the audit is whole."""
    records = SqlRecords(url)
    with records.reading() as tx:
        assert audit_faults(tx, [SIGNER.public]) == []
    with records._engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        found = {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in names
        }
    records.close()
    return found


def killed_everywhere(mortal: Mortal, copy: Copies, job: Job, every: int) -> int:
    """Kill an act of one transaction at its moments: it is done whole or not at all."""
    with copy() as url:
        before = tables_of(url)
        n = int(mortal.ask(job | {"url": url, "moment": 0}))
        after = tables_of(url)
    assert n > 5
    assert before != after
    for moment in [*range(1, n, every), n]:
        with copy() as url:
            assert mortal.ask(job | {"url": url, "moment": moment}) == "killed"
            assert tables_of(url) == before, f"half done when killed at moment {moment} of {n}"
            assert mortal.ask(job | {"url": url, "moment": 0}) == str(n), "it can be done again"
            assert tables_of(url) == after
    return n


@pytest.mark.slow
def test_killed_during_an_import(mortal: Mortal, prepared: Any, tmp_path: Path) -> None:
    """It is done in parts: the next import goes on, and nothing is lost or there twice."""
    url, copy, every = prepared
    prepare(url, lambda tx: None)
    first = a_run(tmp_path / "first", {1: "L5", 2: "L3", 3: "L2", 4: "L2", 5: "L2"})
    assert mortal.ask(imported(first) | {"url": url, "moment": 0}).isdigit()
    prepare(url, lambda tx: overridden(tx, office(tx), "case", "C-2", 1, outcome="refuted"))
    job = imported(a_run(tmp_path / "run", {1: "L3", 2: "L1", 3: "L5", 4: "L5", 6: "L2"}))
    with copy() as other:
        before = tables_of(other)
        n = int(mortal.ask(job | {"url": other, "moment": 0}))
        after = tables_of(other)
        assert int(mortal.ask(job | {"url": other, "moment": 0})) < n / 4, "the same run, once more"
        assert tables_of(other) == after
    assert (before["run_imports"], after["run_imports"]) == ([], [])
    assert (len(before["cases"]), len(after["cases"])) == (4, 5)
    n_half_done = 0
    for moment in [*range(1, n, every if EVERY else 2 * every), n]:
        with copy() as other:
            assert mortal.ask(job | {"url": other, "moment": moment}) == "killed"
            half = tables_of(other)  # the audit's chain is whole
            assert half["verdicts"] == before["verdicts"]
            n_half_done += before["decisions"] != half["decisions"] != after["decisions"]
            assert mortal.ask(job | {"url": other, "moment": 0}).isdigit(), "it goes on"
            assert tables_of(other) == after, f"killed at moment {moment} of {n}"
    assert n_half_done > 2


@pytest.mark.slow
def test_another_run_goes_through_first_with_what_was_killed(
    mortal: Mortal, prepared: Any, tmp_path: Path
) -> None:
    url, copy, every = prepared
    prepare(url, lambda tx: None)
    first = imported(a_run(tmp_path / "first", {1: "L5", 2: "L3", 3: "L2"}))
    second = imported(a_run(tmp_path / "second", {1: "L3", 3: "L5", 4: "L2"}))
    with copy() as other:
        n = int(mortal.ask(first | {"url": other, "moment": 0}))
        mortal.ask(second | {"url": other, "moment": 0})
        both = tables_of(other)
    with copy() as other:
        mortal.ask(second | {"url": other, "moment": 0})
        alone = tables_of(other)
    seen = []
    for moment in range(1, n, every if EVERY else 4 * every):
        with copy() as other:
            assert mortal.ask(first | {"url": other, "moment": moment}) == "killed"
            assert mortal.ask(second | {"url": other, "moment": 0}).isdigit()
            now = tables_of(other)
            assert now in (both, alone), f"killed at moment {moment} of {n}"
            seen.append(now == both)
    assert seen == sorted(seen), "from when something of the first is applied"
    assert set(seen) == {False, True}


def imported(folder: RunFolder) -> Job:
    return {"act": "imports", "folder": str(folder.root), "at_ms": NOW}


@pytest.mark.slow
def test_killed_during_the_last_approval(mortal: Mortal, prepared: Any) -> None:
    url, copy, every = prepared
    tokens = {}

    def act(tx: Transaction) -> None:
        people = office(tx)
        a_case(tx)
        step_id = a_step(tx, people, "L4")
        decide(
            tx, NOW, step_id, caller=people["rita"], expected_version=1, is_approved=True,
            reason="看过证据",
        )  # fmt: skip
        tokens["pia"] = give_ticket(tx, NOW, people["pia"].person_id, "session", by="system")[1]

    prepare(url, act)
    job = {"act": "approves", "token": tokens["pia"], "at_ms": NOW}
    killed_everywhere(mortal, copy, job, every)


@pytest.mark.slow
def test_killed_while_the_audit_is_written_and_signed(mortal: Mortal, prepared: Any) -> None:
    url, copy, every = prepared
    prepare(url, lambda tx: None)
    killed_everywhere(mortal, copy, {"act": "audits", "at_ms": NOW}, every)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.mark.slow
def test_killed_while_events_are_sent(mortal: Mortal, prepared: Any, receiver: Receiver) -> None:
    """Every event arrives, in order; one may come twice, and then says by its id that it did."""
    url, copy, every = prepared

    def act(tx: Transaction) -> None:
        people = office(tx)
        place = place_of(receiver.url, lambda host, _port: [host], is_loopback_allowed=True)
        add_hook(tx, NOW, place, caller=people["adm"], signer=SIGNER, name="platform", kinds=[])
        for i in range(3):
            tell(tx, NOW, "decision.reversed", "shop", "s1", because=f"A-{i}")

    prepare(url, act)
    job = {"act": "delivers", "at_ms": NOW, "worker": "D-1"}
    with copy() as first:
        n = int(mortal.ask(job | {"url": first, "moment": 0}))
    wanted = [event["id"] for event in receiver.events]
    assert len(set(wanted)) == 3
    for moment in [*range(1, n, every), n]:
        receiver.got.clear()
        with copy() as other:
            assert mortal.ask(job | {"url": other, "moment": moment}) == "killed"
            later = {"url": other, "moment": 0, "worker": "D-2", "at_ms": NOW + 5 * MINUTE_MS}
            assert mortal.ask(job | later).isdigit()
            got = [event["id"] for event in receiver.events]
            assert list(dict.fromkeys(got)) == wanted, f"killed at moment {moment} of {n}"
            assert len(got) <= len(wanted) + 1, "only what was being sent may come twice"
            assert {row[3] for row in _deliveries(other)} == {"delivered"}


def _deliveries(url: str) -> list[tuple[Any, ...]]:
    records = SqlRecords(url)
    with records.reading() as tx:
        rows = tx.all("SELECT hook_id, seq, n_tries, state FROM deliveries")
    records.close()
    return [tuple(row.values()) for row in rows]

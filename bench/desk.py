"""The desk with 100,000 cases and a million decisions: how long a person waits, on each database.

A run is written as `judge` would write it, imported (twice, the second time with two thirds of its
cases changed), and asked about over HTTP by one person, by eight at once, and by four while a third
run is imported by a program of its own. PostgreSQL is measured where UNBRUSH_TEST_POSTGRES, or this
machine, has one.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy
import uvicorn
from desk_beside import beside
from measured import table

from unbrush.base.evidence import (
    clean_count_schema,
    decision_schema,
    ring_member_schema,
    ring_schema,
)
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import give_ticket
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.people import add_person
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.app import make_api
from unbrush.serve.api.state import Desk
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords

AT = 1_790_000_000_000
SERVER = os.environ.get("UNBRUSH_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
NAME = "unbrush_bench_desk"
PEOPLE = 8


def write_run(path: Path, n_cases: int, n_decisions: int, version: str, seed: int) -> RunFolder:
    """Write what a run says of ``n_cases`` shops above L1, and of orders that do not count."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    folder, chance = RunFolder(path), np.random.default_rng(seed)
    n_orders = n_decisions - n_cases
    kinds = pa.array(["shop"] * n_cases + ["order"] * n_orders)
    ids = np.concatenate([np.arange(n_cases), np.arange(n_orders)])
    rungs = np.concatenate([chance.choice(["L2", "L3", "L5"], n_cases), np.full(n_orders, "L1")])
    n = n_cases + n_orders
    values = {
        "subject_kind": kinds, "subject_id": ids, "rung": rungs, "rule": ["strong"] * n,
        "probability": np.round(chance.uniform(0.9, 1, n), 6), "is_neutralised": [True] * n,
        "elements": ["a,b"] * n, "families": ["money,time"] * n, "strength": ["E2"] * n,
    }  # fmt: skip
    _write(folder, "decisions", decision_schema(pa.int64()), values, n)
    turnover = chance.integers(1_000, 10_000_000, n_cases)
    counts = {
        "subject_kind": ["shop"] * n_cases, "subject_id": np.arange(n_cases),
        "turnover_minor_raw": turnover, "turnover_minor_clean": turnover // 3,
    }  # fmt: skip
    _write(folder, "clean_counts", clean_count_schema(pa.int64()), counts, n_cases)
    _write(folder, "rings", ring_schema(), {}, 0)
    _write(folder, "ring_members", ring_member_schema(pa.int64()), {}, 0)
    folder.policy.write_text(json.dumps({"version": version}), encoding="utf-8")
    return folder


def _write(folder: RunFolder, name: str, schema: pa.Schema, values: dict[str, Any], n: int) -> None:
    columns = [
        pa.array(values[field.name], field.type)
        if field.name in values
        else pa.nulls(n, field.type)
        for field in schema
    ]
    whole = pa.schema([field.with_nullable(True) for field in schema])
    pq.write_table(pa.Table.from_arrays(columns, schema=whole), folder.output(name))


@contextmanager
def databases(root: Path) -> Iterator[dict[str, str]]:
    """Give the URL of an empty database of each kind that there is."""
    found = {"SQLite": f"sqlite:///{root / 'records.sqlite'}"}
    url = sqlalchemy.make_url(SERVER).set(drivername="postgresql+pg8000")
    server = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    drop = sqlalchemy.text(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    try:
        with server.connect() as connection:
            connection.execute(drop)
            connection.execute(sqlalchemy.text(f"CREATE DATABASE {NAME}"))
        plain = url.set(drivername="postgresql", database=NAME)
        found["PostgreSQL"] = plain.render_as_string(hide_password=False)
    except sqlalchemy.exc.DBAPIError:
        print("no PostgreSQL answers: SQLite alone\n")
    yield found
    if "PostgreSQL" in found:
        with server.connect() as connection:
            connection.execute(drop)
    server.dispose()


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """Serve the API on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(make_api(desk), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def requests(
    n_cases: int, n_orders: int
) -> dict[str, Callable[[httpx.Client, int], httpx.Response]]:
    """Name what people ask; the number says which case, so that no two ask for the same."""

    def case(i: int) -> str:
        return f"C-{1 + i * 7919 % n_cases}"

    def paged(client: httpx.Client, i: int) -> httpx.Response:
        first = client.get("/cases", params={"n": 50}).json()
        return client.get("/cases", params={"n": 50, "cursor": first["next"]})

    def noted(client: httpx.Client, i: int) -> httpx.Response:
        return client.post(f"/cases/{case(i)}/notes", json={"text": "同一付款人"})

    def moved(client: httpx.Client, i: int) -> httpx.Response:
        there = client.get(f"/cases/{case(i)}").json()
        body = {"state": "investigating", "expected_version": there["version"], "reason": "look"}
        return client.post(f"/cases/{case(i)}/move", json=body)

    return {
        "queue, first page": lambda client, i: client.get("/cases", params={"n": 50}),
        "queue, two pages": paged,
        "a case": lambda client, i: client.get(f"/cases/{case(i)}"),
        "its history": lambda client, i: client.get(f"/cases/{case(i)}/history"),
        "a decision": lambda client, i: client.get(f"/decisions/order/{i * 7919 % n_orders}"),
        "a note": noted,
        "read and move": moved,
    }


def waits(url: str, token: str, n_cases: int, n_orders: int, n: int) -> list[dict[str, Any]]:
    """Return how long one person waits, and one of eight that ask at once, in milliseconds."""
    headers = {"Authorization": f"Bearer {token}"}
    rows, base = [], 0
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        for what, ask in requests(n_cases, n_orders).items():

            def once(i: int, ask: Any = ask) -> float:
                answers: list[httpx.Response] = []
                took = timed(lambda: answers.append(ask(client, i)))
                answers[0].raise_for_status()
                return took * 1_000

            alone = [once(base + i) for i in range(n)]
            with ThreadPoolExecutor(PEOPLE) as pool:
                together = list(pool.map(once, range(base + n, base + n + PEOPLE * n)))
            base += n + PEOPLE * n
            rows.append({
                "asked": what, "median ms": f"{statistics.median(alone):.1f}",
                "95 % within ms": f"{np.quantile(alone, 0.95):.1f}",
                f"{PEOPLE} at once: median": f"{statistics.median(together):.1f}",
                "95 % within": f"{np.quantile(together, 0.95):.1f}",
            })  # fmt: skip
    return rows


def measure(url: str, name: str, root: Path, chosen: argparse.Namespace) -> None:
    """Import, ask and verify on one database; print what it took."""
    records = SqlRecords(url)
    signer = Signer(b"k" * 32)
    with records.writing() as tx:
        who = add_person(tx, AT, login="rita", name="Rita", roles=[Role.REVIEWER], by="system")
        token = give_ticket(tx, AT, who, "key", by="system")[1]

    def taken(folder: RunFolder) -> float:
        def act() -> None:
            with DuckDBEngine() as engine:
                import_run(records, engine, folder, AT, by=who)

        return timed(act)

    steps = []
    for what, seed, version in (("import", 1, "p1"), ("import of a later run", 2, "p2")):
        folder = write_run(root / "run", chosen.cases, chosen.decisions, version, seed)
        steps.append({"done once": what, "seconds": f"{taken(folder):.1f}"})
    desk = Desk(
        records=records, clock=lambda: AT, folder=root, signer=signer,
        requests_a_minute=10_000_000,
    )  # fmt: skip
    with serving(desk) as address:
        rows = waits(address, token, chosen.cases, chosen.decisions - chosen.cases, chosen.n)
        third = write_run(root / "third", chosen.cases, chosen.decisions, "p3", 3)
        seconds, met = beside(address, url, token, third.root, chosen.cases, root)
    steps.append({"done once": "import while four people ask", "seconds": f"{seconds:.1f}"})
    with records.reading() as tx:
        n_entries = tx.all("SELECT seq FROM audit_head")[0]["seq"]
        seconds = timed(lambda: audit_faults(tx, [signer.public]))
    steps.append({"done once": f"verify {n_entries:,} audit entries", "seconds": f"{seconds:.1f}"})
    records.close()
    print(f"### {name}: {chosen.cases:,} cases, {chosen.decisions:,} decisions\n")
    table(steps)
    table(rows)
    table(met)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--cases", type=int, default=100_000)
    ask.add_argument("--decisions", type=int, default=1_000_000)
    ask.add_argument("--n", type=int, default=40, help="of each request, one after the other")
    chosen = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls.items():
            measure(url, name, Path(folder), chosen)


if __name__ == "__main__":
    main()

"""A run on disk with one organiser, written by hand, and its case file for each reader."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("cryptography", reason='signatures are an extra: pip install "unbrush[desk]"')

from tests.respond.organiser_run import organiser_run
from unbrush.base.evidence import decision_schema, reason_schema
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.signing import Signer
from unbrush.respond.dossier.document import Dossier
from unbrush.respond.dossier.scope import scope_of_cluster
from unbrush.serve.dossier import Making, make_dossier, open_run
from unbrush.store.duckdb_engine import DuckDBEngine

ACCUSED, INNOCENT = 100_000, 100_001
CLUSTER = "cluster-0001"
SIGNER = Signer(b"k" * 32)
OUTPUTS = (
    "signals", "coverage", "rings", "ring_members", "clusters", "cluster_members", "decisions",
    "reasons",
)  # fmt: skip

Make = Callable[..., tuple[bytes, Dossier]]


def write_run(root: Path) -> RunFolder:
    """Write the run: shop 100000 is tied to its fake orders, 100001 may be a victim."""
    folder = RunFolder(root)
    folder.events.mkdir(parents=True)
    with DuckDBEngine() as engine:
        manifest = organiser_run(engine, n_rings=2)
        shops = [
            {"subject_kind": "shop", "subject_id": shop, "rung": rung, "probability": 0.9,
             "is_neutralised": True, "elements": elements, "families": "money", "strength": "E3",
             "approver": "two persons", "is_in_force": False, "rule": rule}
            for shop, rung, elements, rule in (
                (ACCUSED, "L4", "a,b,c", "attributed"), (INNOCENT, "L1", "a,b", "not-attributed")
            )
        ]  # fmt: skip
        reasons = [
            {"subject_kind": "order", "subject_id": 900_401 + n, "kind": "look-alike",
             "name": "gift", "outcome": outcome, "reason_zh": "。", "reason_en": "."}
            for n, outcome in enumerate(("rejected", "rejected", "spares"))
        ]  # fmt: skip
        put = (("shop_decisions", shops, decision_schema(pa.int64())),
               ("reasons", reasons, reason_schema(pa.int64())))  # fmt: skip
        for table, rows, schema in put:
            engine.put(table, pa.Table.from_pylist(rows, schema=schema))
        engine.create(
            "decisions",
            "(SELECT * FROM decisions) UNION ALL BY NAME (SELECT * FROM shop_decisions)",
        )
        for table in OUTPUTS:
            engine.write(f"SELECT * FROM {table} ORDER BY ALL", folder.output(table))
        for table in manifest.tables:
            engine.write(f"SELECT * FROM {table} ORDER BY ALL", folder.event(table))
    manifest.write(folder.manifest)
    folder.policy.write_text('{"name": "default", "version": "v1", "values": {}}')
    return folder


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def make(run: RunFolder) -> Iterator[Make]:
    """Give a function that makes the case file of the organiser."""
    with DuckDBEngine() as engine:
        manifest = open_run(engine, run)

        known: dict[str, tuple[bytes, Dossier]] = {}

        def of(audience: str = "regulator", **changes: object) -> tuple[bytes, Dossier]:
            key = f"{audience} {changes}"
            if key not in known:
                known[key] = anew(audience, **changes)
            return known[key]

        def anew(audience: str, **changes: object) -> tuple[bytes, Dossier]:
            values = {"operator": "Li", "at_ms": 0, "time_source": "", "counts": {},
                      "attachments": {}, "with_pdf": False}  # fmt: skip
            making = Making(**(values | changes))  # type: ignore[arg-type]
            scope = scope_of_cluster(engine, CLUSTER)
            data, made, _ = make_dossier(engine, manifest, run, scope, audience, making, SIGNER)
            return data, made

        yield of

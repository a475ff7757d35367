"""The hand-made market as a run on disk."""

from pathlib import Path

from tests.respond.losses.market import orders, put_run
from unbrush.base.run_folder import RunFolder
from unbrush.store.duckdb_engine import DuckDBEngine

OUTPUTS = ("signals", "rings", "ring_members", "clusters", "cluster_members", "decisions",
           "reasons", "coverage")  # fmt: skip


def write_run(root: Path) -> RunFolder:
    """Write the market of `market.orders` with its decisions."""
    import pyarrow as pa

    from unbrush.base.evidence import COVERAGE, cluster_schema

    folder = RunFolder(root)
    folder.events.mkdir(parents=True)
    with DuckDBEngine() as engine:
        manifest = put_run(engine, orders())
        engine.put("clusters", pa.Table.from_pylist([], schema=cluster_schema()))
        engine.put("coverage", pa.Table.from_pylist([], schema=COVERAGE))
        for table in OUTPUTS:
            engine.write(f"SELECT * FROM {table} ORDER BY ALL", folder.output(table))
        for table in manifest.tables:
            engine.write(f"SELECT * FROM {table} ORDER BY ALL", folder.event(table))
    manifest.write(folder.manifest)
    folder.policy.write_text('{"name": "default", "version": "v1", "values": {}}')
    return folder

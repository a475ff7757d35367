"""One public case, simulated and run through every stage, and its tables to ask questions of."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from measured import OUT, UNBRUSH, unbrush


@dataclass(frozen=True)
class CaseRun:
    """A finished run of a case beside its truth.

    Attributes:
        case: Its name, such as A3.
        level: Camouflage, 0-3.
        market: Folder of the simulated tables, with truth/ in it.
        out: Folder of the run.
        said: What `unbrush score` says.
    """

    case: str
    level: int
    market: Path
    out: Path
    said: dict[str, Any]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Numbers of the case as it was planted."""
        return dict(json.loads((self.market / "truth/market.json").read_text(encoding="utf-8")))

    @cached_property
    def _tables(self) -> duckdb.DuckDBPyConnection:
        """Views: every event table, output table, `truth` (labels), `gang`, `plans`."""
        engine = duckdb.connect()
        named = {"labels": "truth"}
        for folder in (self.out / "events", self.out, self.market / "truth"):
            for path in sorted(folder.glob("*.parquet")):
                view = named.get(path.stem, path.stem) if folder.name == "truth" else path.stem
                engine.sql(f"CREATE OR REPLACE VIEW {view} AS FROM '{path}'")
        return engine

    def one(self, sql: str) -> Any:
        """Return the only value of a query; ``fake`` and ``honest`` are orders by their truth."""
        row = self._tables.execute(f"{_WITH} {sql}").fetchone()
        return row[0] if row else None

    def checked(self, kind: str, name: str) -> list[dict[str, Any]]:
        """Return what `unbrush check` says of a file that anybody could have copied."""
        command = (UNBRUSH, "check", "--kind", kind, self.market / "public" / name, "--json")
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def known(self, name: str) -> list[dict[str, Any]]:
        """Return the truth of such a file, line by line."""
        lines = (self.market / "truth" / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def overall(self, level: str, column: str) -> float | None:
        """Return a number of the score's first table; None where it has none."""
        [row] = [row for row in self.said["overall"] if row["level"] == level]
        value = row[column]
        return None if value is None else float(value)


_WITH = """
WITH fake AS (
    SELECT o.*, d.rung, coalesce(d.is_neutralised, false) AS is_out, d.families
    FROM orders AS o JOIN truth AS t ON t.subject_kind = 'order' AND t.is_fake
        AND t.subject_id = o.order_id::VARCHAR
    LEFT JOIN decisions AS d ON d.subject_kind = 'order' AND d.subject_id = o.order_id
),
shop_of AS (
    SELECT t.subject_id::BIGINT AS shop_id, t.is_fake, t.kind, t.look_alike,
        coalesce(d.rung, 'L0') AS rung
    FROM truth AS t LEFT JOIN decisions AS d
        ON d.subject_kind = 'shop' AND d.subject_id::VARCHAR = t.subject_id
    WHERE t.subject_kind = 'shop'
),
told AS (  -- every order that a signal rests on
    SELECT s.detector, s.family, s.strength, s.element, unnest(s.evidence_ids) AS order_id
    FROM signals AS s WHERE s.evidence_table = 'orders'
)"""


def run_case(
    case: str,
    *,
    tier: str,
    level: int,
    seed: int,
    aside: str = "case",
    without: tuple[str, ...] = (),
) -> CaseRun:
    """Simulate, run and score a case.

    Args:
        case: Its name.
        tier: How large.
        level: Camouflage, 0-3.
        seed: Of the market.
        aside: Names the folders, so that a second run leaves the first one's files alone.
        without: Tables that the platform does not have.
    """
    market, run = OUT / f"{aside}-market", OUT / f"{aside}-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    which = ("--case", case, "--tier", tier, "--level", level, "--seed", seed)
    unbrush("simulate", *which, "--out", market)
    for table in without:
        (market / f"{table}.parquet").unlink()
    unbrush("run", market, "--out", run, "--now", "2100-01-01")
    said = unbrush("score", run, "--truth", market / "truth").said
    return CaseRun(case, level, market, run, said)

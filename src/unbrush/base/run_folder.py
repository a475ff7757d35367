"""The folder of one run: which file holds what. Every stage finds its input and output here."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunFolder:
    """Names of the files of a run; ``root`` is the OUT of the command line."""

    root: Path

    @property
    def events(self) -> Path:
        """Folder of collected event tables, one Parquet file each."""
        return self.root / "events"

    @property
    def manifest(self) -> Path:
        """The capability manifest."""
        return self.root / "manifest.json"

    @property
    def policy(self) -> Path:
        """What the run was judged by: name, version and every value."""
        return self.root / "policy.json"

    @property
    def detectors(self) -> Path:
        """What the run was looked at by: version of the detectors, parameters of each."""
        return self.root / "detectors.json"

    @property
    def reversals(self) -> Path:
        """What people said against the run's decisions, line by line; it only ever grows."""
        return self.root / "reversals.jsonl"

    @property
    def summary(self) -> Path:
        """The run in numbers, for machines."""
        return self.root / "summary.json"

    @property
    def report(self) -> Path:
        """The run for people, one self-contained page."""
        return self.root / "report.html"

    def event(self, table: str) -> Path:
        """Parquet file of one event table."""
        return self.events / f"{table}.parquet"

    def output(self, table: str) -> Path:
        """Parquet file of one output table: rejects, signals, rings, decisions, ..."""
        return self.root / f"{table}.parquet"

    def shadow(self, version: str) -> Path:
        """Folder of what another policy would decide, never acted on."""
        return self.root / "shadow" / version

    def state(self, table: str) -> Path:
        """Parquet file of one table that the next day's run goes on from."""
        return self.root / "state" / f"{table}.parquet"

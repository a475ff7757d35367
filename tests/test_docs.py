"""Nothing public without its place in the docs, and the docs' examples run."""

import dataclasses
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from unbrush.base import errors
from unbrush.base.evidence import (
    COVERAGE,
    clean_count_schema,
    cluster_member_schema,
    cluster_schema,
    daily_count_schema,
    decision_schema,
    rank_influence_schema,
    reason_schema,
    reject_schema,
    removed_by_schema,
    restored_schema,
    rests_on_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.base.tables import TABLES
from unbrush.detect import detectors

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted(DOCS.glob("*.md"))]


def hooks():
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_error_has_its_section():
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {kind.code for kind in kinds if issubclass(kind, errors.UnbrushError)}
    assert codes == set(re.findall(r"^## (.+)$", text, re.MULTILINE))


def test_every_table_and_column_is_on_the_tables_page():
    page = hooks().tables_page()
    for table in TABLES.values():
        assert f"## {table.name}\n" in page
        for column in table.columns:
            assert f"| `{column.name}` |" in page


def test_every_detector_and_parameter_is_on_the_detectors_page():
    page = hooks().detectors_page()
    for detector in detectors():
        assert f"## {detector.name}\n" in page
        for field in dataclasses.fields(detector.params):
            assert f"| `{field.name}` |" in page
            assert field.metadata["doc"]


def test_every_output_column_is_on_the_output_page():
    import pyarrow as pa

    text = (DOCS / "output.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    for schema in (
        COVERAGE,
        signal_schema(pa.int64()),
        ring_schema(),
        ring_member_schema(pa.int64()),
        cluster_schema(),
        cluster_member_schema(pa.int64()),
        decision_schema(pa.int64()),
        reason_schema(pa.int64()),
        reject_schema(),
        rank_influence_schema(pa.int64()),
        removed_by_schema(pa.int64()),
        rests_on_schema(pa.int64()),
        restored_schema(pa.int64()),
    ):
        assert set(schema.names) <= words
    for schema in (clean_count_schema(pa.int64()), daily_count_schema(pa.int64())):
        assert {re.sub(r"_(raw|clean)$", "", name) for name in schema.names} <= words


def test_every_detector_is_named_in_both_readmes():
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        missing = [d.name for d in detectors() if f"`{d.name}`" not in text]
        assert not missing, f"{name} lacks {missing}"


def commands(page: Path) -> list[str]:
    """Lines after ``$ `` in console blocks, in order."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("page", [p for p in PAGES if p.exists()], ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path):
    """Every ``unbrush`` line of a page, top to bottom, in one empty folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands(page):
        words = shlex.split(command, comments=True)
        if words[0] != "unbrush":
            continue  # make, git and the like are run by CI itself
        ran = subprocess.run(
            words, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"

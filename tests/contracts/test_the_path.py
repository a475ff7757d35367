"""Folders, verbs and headings tell the same story in the same order."""

from pathlib import Path

import unbrush
from unbrush.run import OUTPUTS
from unbrush.serve.cli import app

HOUSE = Path(unbrush.__path__[0])
ROOT = HOUSE.parents[1]


def test_the_stages_are_folders_verbs_and_headings():
    stages = list(OUTPUTS)
    assert stages == sorted(stages)
    for stage in stages:
        assert (HOUSE / stage / "__init__.py").is_file()
        assert stage in app
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading in stages] == stages


def test_every_test_folder_has_its_room():
    rooms = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    tests = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert tests - {"contracts", "__pycache__"} <= rooms

"""What can be planted is on the page about it."""

from pathlib import Path

import pytest

from unbrush.simulate import KINDS, LOOK_ALIKES, LOOK_ALIKES_BESIDE, SCALES

PAGE = (Path(__file__).parents[2] / "docs" / "simulating.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*KINDS, *LOOK_ALIKES, *LOOK_ALIKES_BESIDE, *SCALES])
def test_it_has_its_place(name: str):
    assert f"`{name}`" in PAGE


def test_every_level_has_its_row():
    for level in ("0 naive", "1 hurried", "2 dispersed", "3 patient"):
        assert f"| {level} |" in PAGE

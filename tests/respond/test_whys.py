"""Explanations inside the report: every link leads to a card, and there are only so many."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from tests.respond.small_run import small_run
from tests.respond.test_page import HOSTILE, Page
from unbrush.base.engine import Engine
from unbrush.base.run_folder import RunFolder
from unbrush.judge import Policy
from unbrush.judge.what_if import weigh_again
from unbrush.respond import respond
from unbrush.respond.limits import ACCOUNTS_EXPLAINED, RINGS_SHOWN, ROWS_EXPLAINED, SHOPS_SHOWN

POLICY = Policy()


def report(engine: Engine, folder: Path, **run) -> str:
    respond(
        engine,
        RunFolder(folder),
        small_run(engine, **run),
        weigh_again=partial(weigh_again, engine, POLICY),
        spares=POLICY.spares,
    )
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("naming", [int, lambda number: f"{HOSTILE}{number}"])
def test_every_link_leads_to_a_card_and_cards_are_bounded(engine: Engine, tmp_path: Path, naming):
    page = Page(report(engine, tmp_path, naming=naming))
    cards = {tag["id"] for _, tag in page.tags if re.fullmatch(r"why-\d+", tag.get("id", ""))}
    links = {tag["href"][1:] for _, tag in page.tags if tag.get("href", "").startswith("#why-")}
    assert links <= cards
    assert len(links) > 30
    assert len(cards) <= SHOPS_SHOWN + RINGS_SHOWN + ACCOUNTS_EXPLAINED + ROWS_EXPLAINED
    assert len(page.scripts) == 4
    spans = [tag["lang"] for name, tag in page.tags if name == "span" and tag.get("lang")]
    assert spans.count("zh") == spans.count("en")


def test_the_summary_says_what_made_the_run(engine: Engine, tmp_path: Path):
    (tmp_path / "policy.json").write_text('{"name": "mine", "version": "abc", "values": {}}')
    (tmp_path / "detectors.json").write_text('{"version": "def", "detectors": [1, 2]}')
    text = report(engine, tmp_path)
    made = json.loads((tmp_path / "summary.json").read_text())["made_by"]
    assert made["policy"] == {"name": "mine", "version": "abc"}
    assert made["detectors"] == {"version": "def", "n": 2}
    assert "<code>abc</code>" in text
    assert "<code>def</code>" in text


def test_without_the_means_there_are_no_explanations(engine: Engine, tmp_path: Path):
    respond(engine, RunFolder(tmp_path), small_run(engine))
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="whys"' not in text
    assert "#why-" not in text

"""What every detector must do, whoever writes it. Examples come from tests/detect/."""

import importlib
import json
import random
import re
from pathlib import Path

import pytest

import unbrush.detect
from tests.worlds import Example, Market, build
from unbrush.base.detector import EVIDENCE_TABLES, Detector
from unbrush.base.engine import Engine
from unbrush.base.tables import SUBJECT_TABLES, TABLES
from unbrush.detect import detect, detectors, find

DETECTORS = detectors()
each = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)


def example_of(detector: Detector) -> Example:
    name = detector.name.replace("-", "_")
    return importlib.import_module(f"tests.detect.test_{name}").EXAMPLE


def signals_of(engine: Engine, market: Market, detector: Detector) -> list[dict]:
    manifest = build(engine, market)
    detect(engine, manifest, chosen=[detector])
    coverage = engine.query("SELECT * FROM coverage").to_pylist()
    assert [row["status"] for row in coverage] == ["ran"], coverage
    return engine.query("SELECT * FROM signals").to_pylist()


def test_every_file_is_a_detector_and_none_is_lost():
    files = [p.stem for p in Path(unbrush.detect.__path__[0]).glob("*.py") if p.stem != "__init__"]
    assert sorted(name.replace("_", "-") for name in files) == [d.name for d in DETECTORS]


@each
def test_it_states_what_it_is(detector: Detector):
    assert detector.subject in SUBJECT_TABLES
    assert detector.evidence in EVIDENCE_TABLES
    finders = (detector.sql, detector.compute, detector.stream)
    assert sum(finder is not None for finder in finders) == 1
    for columns in (detector.needs, detector.uses):
        for table, names in columns.items():
            known = {column.name for column in TABLES[table].columns}
            assert set(names) <= known
    assert detector.look_alikes, "every pattern resembles something honest"
    for words in (detector.title, *detector.look_alikes.values()):
        assert words.zh
        assert words.en


@each
def test_its_page_has_every_section(detector: Detector):
    module = importlib.import_module(f"unbrush.detect.{detector.name.replace('-', '_')}")
    for heading in (
        "What it finds:",
        "Why it is fake:",
        "Look-alikes:",
        "Score:",
        "Check by hand:",
        "Cost:",
        "References:",
    ):
        assert heading in module.__doc__


@each
def test_it_finds_its_fakes_and_nothing_else(engine: Engine, detector: Detector):
    example = example_of(detector)
    found = signals_of(engine, example.fake, detector)
    assert {signal["subject_id"] for signal in found} == example.finds


@each
def test_it_is_silent_once_the_fakes_are_gone(engine: Engine, detector: Detector):
    assert signals_of(engine, example_of(detector).without_fakes, detector) == []


@each
def test_it_spares_every_look_alike_it_names(engine: Engine, detector: Detector):
    example = example_of(detector)
    assert set(example.look_alikes) == set(detector.look_alikes)
    for look_alike, market in example.look_alikes.items():
        assert signals_of(engine, market, detector) == [], look_alike


@each
def test_an_empty_market_is_not_applicable(engine: Engine, detector: Detector):
    manifest = build(engine, {})
    detect(engine, manifest, chosen=[detector])
    row = engine.query("SELECT * FROM coverage").to_pylist()[0]
    assert row["status"] == "not applicable"
    assert row["because_zh"]
    assert row["because_en"]


@each
def test_scores_and_evidence_are_in_shape(engine: Engine, detector: Detector):
    example = example_of(detector)
    found = signals_of(engine, example.fake, detector)
    key = TABLES[detector.evidence].key[0]
    known = {row[key] for row in example.fake[detector.evidence]}
    for signal in found:
        assert 0 < signal["score"] <= 1
        assert signal["evidence_ids"], "a finding rests on rows"
        assert set(signal["evidence_ids"]) <= known
        assert signal["strength"] in ("E1", "E2", "E3")
        assert signal["element"] in ("a", "b", "c")
        assert json.loads(signal["facts"])


@each
def test_it_explains_itself_in_both_languages(engine: Engine, detector: Detector):
    for signal in signals_of(engine, example_of(detector).fake, detector):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in signal["reason_zh"])
        assert any(letter.isdigit() for letter in signal["reason_en"])


@each
def test_its_english_counts_one_as_one(engine: Engine, detector: Detector):
    """With every count at one: no "1 orders", and no "order(s)" that leaves it to the reader."""
    build(engine, example_of(detector).fake)
    for row in find(engine, detector).to_pylist():
        ones = {name: 1 if type(fact) is int else fact for name, fact in row.items()}
        said = detector.explain(ones).en
        assert not re.search(r"(?<![\d.,])1 (such )?[a-z]{3,}s\b|\(s\)", said), said


@each
def test_its_facts_are_known(engine: Engine, detector: Detector):
    """A fact that there is none of is left out, so that every fact is a number, word or list."""
    for signal in signals_of(engine, example_of(detector).fake, detector):
        facts = json.loads(signal["facts"])
        assert facts
        assert None not in facts.values()


@each
def test_row_order_changes_nothing(engine: Engine, detector: Detector):
    example = example_of(detector)
    before = signals_of(engine, example.fake, detector)
    shuffled = {
        name: random.Random(7).sample(list(rows), len(rows)) for name, rows in example.fake.items()
    }
    assert signals_of(engine, shuffled, detector) == before


@each
def test_renamed_ids_change_only_the_names(engine: Engine, detector: Detector):
    """Ids as text instead of numbers: same subjects, same scores."""
    example = example_of(detector)
    renamed = {name: [_as_text(name, row) for row in rows] for name, rows in example.fake.items()}
    before = {
        (str(s["subject_id"]), s["score"]) for s in signals_of(engine, example.fake, detector)
    }
    after = {
        (s["subject_id"].removeprefix("号"), s["score"])
        for s in signals_of(engine, renamed, detector)
    }
    assert after == before


def _as_text(table: str, row: dict) -> dict:
    ids = {column.name for column in TABLES[table].columns if column.kind == "id"}
    return {
        key: f"号{value}" if key in ids and value is not None else value
        for key, value in row.items()
    }

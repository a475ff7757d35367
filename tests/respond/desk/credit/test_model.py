"""The model by hand: fading, severity, confidence, roles, repetition, and what is given back."""

from dataclasses import replace

import pytest

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord
from unbrush.respond.desk.credit.model import Entry, counted, score_of, severity_of
from unbrush.respond.desk.credit.preset_file import default_text, read_preset

PRESET = read_preset(default_text())
GENERAL = Entry(
    item_id="I-1", conduct="C-1", at_ms=0, kind="general", severity=1.0, role="merchant",
    preset=PRESET, is_certain=True,
)  # fmt: skip


def score(at_days: float, *entries: Entry) -> float:
    return score_of(counted(entries, int(at_days * DAY_MS)))


@pytest.mark.parametrize(
    ("days", "left"),
    [(0, 85), (90, 85), (90 + 92, 92.5), (90 + 184, 96.25), (364.999, 98.11), (365, 100)],
)
def test_a_general_entry_fades(days: float, left: float) -> None:
    assert score(days, GENERAL) == pytest.approx(left, abs=0.01)


def test_before_it_was_nothing_was() -> None:
    assert score(-1, GENERAL) == 100


@pytest.mark.parametrize(
    ("fake", "genuine", "severity"),
    [(0, 10, 0.0), (10, 10, 1.0), (30, 10, 2.0), (900, 10, 2.0), (5, 0, 2.0), (None, None, 0.25),
     (0, 0, 0.25)],
)  # fmt: skip
def test_severity_is_of_the_share_and_capped(
    fake: int | None, genuine: int | None, severity: float
) -> None:
    assert severity_of(fake, genuine, PRESET.numbers) == severity


def test_roles_stand_in_their_order() -> None:
    scores = [
        score(0, replace(GENERAL, role=role)) for role in ("organiser", "merchant", "coerced")
    ]
    assert scores == [77.5, 85, 94]


def test_confidence_is_half_until_others_confirm_it() -> None:
    strong = replace(GENERAL, is_certain=False, certain_from=10 * DAY_MS)
    assert (score(9, strong), score(10, strong)) == (92.5, 85)
    assert score(10, replace(strong, is_partly=True)) == 92.5


def test_what_is_under_appeal_does_not_count_meanwhile() -> None:
    asked = replace(GENERAL, suspended=((2 * DAY_MS, 5 * DAY_MS),))
    assert [score(day, asked) for day in (1, 2, 4, 5)] == [85, 100, 100, 85]


def test_what_falls_is_given_back_at_every_moment_and_raises_nothing() -> None:
    later = replace(GENERAL, item_id="I-2", conduct="C-2", at_ms=30 * DAY_MS)
    assert score(30, GENERAL, later) == 100 - 15 - 22.5
    fallen = replace(GENERAL, is_void=True)
    assert [score(day, fallen) for day in (0, 29)] == [100, 100]
    assert score(30, fallen, later) == 85


def test_one_conduct_counts_once_by_its_heaviest() -> None:
    light = replace(GENERAL, item_id="I-0", kind="light", at_ms=-10 * DAY_MS)
    lines = counted([light, GENERAL], 0)
    assert [line.counted_in for line in lines] == ["I-1", None]
    assert score_of(lines) == 85
    again = replace(GENERAL, item_id="I-3", at_ms=91 * DAY_MS)
    assert counted([GENERAL, again], 91 * DAY_MS)[1].is_repeat


def test_reliefs_halve() -> None:
    assert score(0, replace(GENERAL, is_self_reported=True)) == 92.5
    repaired = replace(GENERAL, repaired_from=3 * DAY_MS)
    assert (score(2, repaired), score(3, repaired)) == (85, 92.5)


def test_a_score_is_never_below_nothing() -> None:
    worst = [
        replace(GENERAL, item_id=f"I-{i}", conduct=f"C-{i}", kind="serious", severity=2.0, at_ms=i)
        for i in range(3)
    ]
    assert score(1, *worst) == 0
    assert PRESET.band_of(0).name == "D"


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("weight = 15", "weight = 150", "classes.general.weight is 150", "Points at severity 1"),
        ("weight = 15", "weigth = 15", "classes.general has a key weigth", "Did you mean weight"),
        ("weight = 15", "weight = 3", "weight falls", "at least as much"),
        ("half_days = 92", "", "classes.general lacks half_days", "presets/default"),
        ("max_days = 365", "max_days = 80", "not above min_days", "fades"),
        ('rungs = ["L2", "L3"]', 'rungs = ["L2"]', "name the rungs", "one class"),
        ('"L3"]', '"L33"]', "names L33", "Did you mean L3"),
        ("coerced = 0.4", "coerced = 2.0", "role does not fall", "least"),
        ("repeat = 1.5", "repeat = true", "factors_repeat is True", "repetition"),
        ("least = 70", "least = 95", "bands do not fall", "best comes first"),
        ("[role]", "[rule]", "has a key rule", "Did you mean role"),
        ('name = "default"', "name = ", "not TOML", "presets/default"),
    ],
)
def test_a_preset_that_makes_no_sense_is_refused(old: str, new: str, said: str, hint: str) -> None:
    text = default_text()
    assert old in text
    with pytest.raises(BadRecord) as caught:
        read_preset(text.replace(old, new, 1))
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_a_preset_is_known_by_what_it_says() -> None:
    text = default_text()
    assert read_preset(text.replace('"default"', '"ours"')).version == PRESET.version
    assert read_preset(text.replace("weight = 15", "weight = 16")).version != PRESET.version

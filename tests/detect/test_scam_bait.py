"""Scam bait: easy money, and honest work."""

from tests.solicitation_texts import BAIT_LOOK_ALIKES, BAITS
from tests.worlds import HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.scam_bait import DETECTOR


def posts(texts, start=1):
    return [
        {"post_id": start + n, "text": text, "captured_at": T0 + n * HOUR}
        for n, text in enumerate(texts)
    ]


HONEST = posts([text for texts in BAIT_LOOK_ALIKES.values() for text in texts], start=500)

EXAMPLE = Example(
    fake={"posts": [*posts(BAITS), *HONEST]},
    finds=set(range(1, 1 + len(BAITS))),
    without_fakes={"posts": HONEST},
    look_alikes={name: {"posts": posts(texts)} for name, texts in BAIT_LOOK_ALIKES.items()},
)


def test_it_implicates_nobody(engine):
    detect(engine, build(engine, EXAMPLE.fake), chosen=[DETECTOR])
    signals = engine.query("SELECT DISTINCT implicates, strength FROM signals").to_pylist()
    assert signals == [{"implicates": "nobody", "strength": "E1"}]


def test_it_says_whether_money_comes_first(engine):
    detect(engine, build(engine, {"posts": posts(BAITS)}), chosen=[DETECTOR])
    said = {
        s["subject_id"]: "paying first" in s["reason_en"]
        for s in engine.query("SELECT subject_id, reason_en FROM signals").to_pylist()
    }
    assert said[2]
    assert not said[1]

"""Paid praise, posted: offers plain and in disguise, and what uses their words."""

import json

import pytest

from tests.solicitation_texts import LOOK_ALIKE_TEXTS, OFFERS
from tests.worlds import HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.paid_praise_post import DETECTOR


def posts(texts, start=1, **more):
    return [
        {"post_id": start + n, "text": text, "captured_at": T0 + n * HOUR, **more}
        for n, text in enumerate(texts)
    ]


HONEST = posts([text for texts in LOOK_ALIKE_TEXTS.values() for text in texts], start=500)

EXAMPLE = Example(
    fake={"posts": [*posts(OFFERS), *HONEST]},
    finds=set(range(1, 1 + len(OFFERS))),
    without_fakes={"posts": HONEST},
    look_alikes={name: {"posts": posts(texts)} for name, texts in LOOK_ALIKE_TEXTS.items()},
)


def found(engine, rows, **params):
    detect(
        engine, build(engine, {"posts": rows}), chosen=[DETECTOR], params={DETECTOR.name: params}
    )
    return {s["subject_id"]: s for s in engine.query("SELECT * FROM signals").to_pylist()}


def test_a_signal_tells_the_bargain_and_no_contact(engine):
    (signal,) = found(
        engine, posts(["五星好评晒3张图20字，截图加薇信 zhangsan_88，返5元"])
    ).values()
    facts = json.loads(signal["facts"])
    assert (facts["amount_minor"], facts["currency"], facts["n_stars"]) == (500, "CNY", 5)
    assert (facts["n_photos"], facts["n_characters"], facts["has_proof"]) == (3, 20, True)
    assert facts["n_contacts"] == 1
    assert "zhangsan" not in str(signal)
    assert (signal["strength"], signal["element"]) == ("E1", "b")


def test_posts_of_one_contact_are_counted_though_it_is_written_differently(engine):
    rows = posts(
        ["好评返现5元，加V：zs_88888", "五星晒图返8元，➕薇 ZS_88888", "好评返现6元，QQ 87654321"]
    )
    facts = {key: json.loads(s["facts"]) for key, s in found(engine, rows).items()}
    assert [facts[key]["n_posts_by_contact"] for key in (1, 2, 3)] == [2, 2, 1]


def test_contacts_captured_beside_the_post_count(engine):
    rows = posts(["好评返现5元", "五星晒图返8元"], contact_token="0f3a88")
    assert json.loads(found(engine, rows)[1]["facts"])["n_posts_by_contact"] == 2


@pytest.mark.parametrize(("at_least", "n"), [(0.3, 2), (0.9, 1)])
def test_the_operating_point_can_be_chosen(engine, at_least, n):
    rows = posts(["美团五星好评打卡，立减20元", "五星好评晒图返8元，截图加薇信 zs_88888"])
    assert len(found(engine, rows, min_score=at_least)) == n

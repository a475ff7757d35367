"""Why: every supposition is what `judge` itself would say, and nothing is left unsaid."""

import json
import math
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pytest

from tests.judge.test_judge import RING, judged, order, ring_of, signal
from tests.respond.test_page import HOSTILE, Page
from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, SubjectNotFound
from unbrush.base.evidence import COVERAGE, Family
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.words import Words
from unbrush.judge import Policy, judge
from unbrush.judge.look_alikes import LOOK_ALIKES as TESTED
from unbrush.judge.what_if import weigh_again
from unbrush.respond.explaining import Subject, explain, find_subject
from unbrush.respond.explaining.looking import with_unseen
from unbrush.respond.explaining.page import make_page
from unbrush.respond.explaining.telling import tell_headline
from unbrush.respond.terms import LOOK_ALIKES
from unbrush.serve.explaining import in_json

ORDERS = [
    order(1),
    order(2),
    order(3, is_gift=False),
    order(4, account_id=103),
    order(5),
    order(12),
]
SIGNALS = [
    signal(1),
    signal(1, "d2", family="money"),
    signal(2, "d3", family="money", strength="E3"),
    signal(2, "d4", family="logistics", strength="E3"),
    signal(3, "d5", family="graph"),
    signal(3, "d6", family="text"),
    signal(5),
    signal(1, "shop-wide", kind="shop", family="staff", evidence_ids=[1, 5], score=0.2),
]
MADE_BY = {"software": "0", "policy": None, "model": None, "detectors": None, "time_zone": "UTC"}


def manifest_of(engine: Engine) -> Manifest:
    columns = {"order_id", "account_id", "shop_id", "item_id"}
    kinds = {name.removesuffix("_id"): "BIGINT" for name in columns}
    return Manifest(tables={}, id_types=kinds)


def a_run(engine: Engine, signals=SIGNALS, orders=ORDERS) -> dict:
    """Leave a judged market in ``engine``; return its decisions."""
    said = judged(engine, {"orders": list(orders)}, signals, [RING], ring_of(103, is_firm=True))
    row = {"status": "ran", "because_zh": "", "because_en": "", "n_signals": 1}
    blind = {"status": "not applicable", "because_zh": "没有", "because_en": "there is none"}
    rows = [
        {"detector": "d", "title_zh": "时间", "title_en": "a time", **row},
        {"detector": "blind", "title_zh": "盲", "title_en": "blind", **row, **blind},
    ]
    engine.put("coverage", pa.Table.from_pylist(rows, schema=COVERAGE))
    return said


def why(engine: Engine, *subjects: Subject, rows: int = 3) -> list[dict]:
    policy = Policy()
    return explain(
        engine,
        manifest_of(engine),
        subjects,
        weigh_again=partial(weigh_again, engine, policy),
        spares=policy.spares,
        made_by=MADE_BY,
        most_rows=rows,
        most_parts=100,
    )


@pytest.mark.parametrize("order_id", [1, 2, 3, 4])
def test_without_a_family_it_is_as_judge_says_with_that_family_off(engine: Engine, order_id):
    said = a_run(engine)
    assert said["order", order_id]["is_neutralised"]
    document = why(engine, Subject("order", order_id))[0]
    alone = {each["names"][0]: each for each in document["changes"] if len(each["names"]) == 1}
    assert alone
    for family, each in alone.items():
        if each["what"] != "without":
            continue
        judge(engine, manifest_of(engine), policy=Policy(families_off=(Family(family),)))
        rows = engine.query(
            f"""SELECT is_neutralised FROM decisions
            WHERE subject_kind = 'order' AND subject_id = {order_id}"""
        ).to_pylist()
        assert each["is_neutralised"] == bool(rows and rows[0]["is_neutralised"]), family
        assert each["changes"] == (not each["is_neutralised"])


def test_the_smallest_set_without_which_it_counts_again_is_named(engine: Engine):
    a_run(engine)
    changes = why(engine, Subject("order", 2))[0]["changes"]
    turning = [each["names"] for each in changes if each["what"] == "without" and each["changes"]]
    assert turning == [["logistics", "money"]]


def test_a_look_alike_would_spare_as_it_does_where_it_holds(engine: Engine):
    a_run(engine)
    changes = why(engine, Subject("order", 3))[0]["changes"]
    gift = next(each for each in changes if each["names"] == ["gift"])
    spared = a_run(engine, orders=[*ORDERS[:2], order(3, is_gift=True), *ORDERS[3:]])
    assert gift["is_neutralised"] == spared["order", 3]["is_neutralised"] is False


def test_one_that_counts_says_what_is_missing_and_not_what_is_there(engine: Engine):
    a_run(engine)
    document = why(engine, Subject("order", 5))[0]
    assert document["decision"]["rung"] == "L0"
    assert [each["what"] for each in document["changes"]] == ["one-more"]
    assert document["restore"] is None


def test_what_is_missing_is_said_in_words(engine: Engine):
    a_run(engine, [signal(5)])
    [missing] = why(engine, Subject("order", 5))[0]["next"]["missing"]
    assert missing["name"] == "second-witness"
    assert "another family is missing" in missing["words"].en
    assert "另一类证据" in missing["words"].zh


def test_an_account_is_not_told_that_all_counts_where_some_does_not(engine: Engine):
    goods = {"implicates": "goods", "strength": "E3"}
    said = a_run(engine, [signal(1, "d3", family="money", **goods)])
    order_of = engine.query("SELECT account_id FROM orders WHERE order_id = 1").to_pylist()[0]
    account = Subject("account", order_of["account_id"])
    assert said["order", 1]["is_neutralised"]
    assert not said["account", account.id]["is_neutralised"]
    document = why(engine, account)[0]
    assert document["sum"]["n_out"] == 1
    assert document["headline"].en.startswith("Some of its orders or reviews do not count")
    engine.create(
        "restored",
        """SELECT 'order' AS subject_kind, CAST(1 AS BIGINT) AS subject_id, 'order' AS through_kind,
                  '1' AS through_id, 1 AS restored_at, 'Li' AS restored_by, 'x' AS because""",
    )
    document = why(engine, account)[0]
    assert document["sum"]["n_restored"] == 1
    assert document["restore"] is None
    for subject in (account, Subject("order", 1)):
        assert why(engine, subject)[0]["headline"].en.startswith("It counts again")


def test_a_shop_that_was_restored_is_not_told_what_was_proposed():
    row = {"rung": "L5", "approver": "panel"}
    before = tell_headline(Subject("shop", 1), row, n_out=3)
    assert before.en.startswith("Proposed: L5")
    after = tell_headline(Subject("shop", 1), row, is_restored=True)
    assert after.en.startswith("All of it counts again")
    assert "建议 L5" in after.zh


def test_pay_that_could_not_be_looked_at_is_not_told_as_none(engine: Engine):
    a_run(engine, [signal(5), signal(5, "d2", family="money")])
    document = why(engine, Subject("order", 5))[0]
    blind = {each["name"] for each in document["elements"] if each["unseen"]}
    assert blind == {each["name"] for each in document["elements"] if not each["is_supported"]}
    assert "c" in blind
    seen = replace(manifest_of(engine), tables={"transfers": TableCapability(n_rows=1)})
    assert not any(each["unseen"] for each in with_unseen(document, seen)["elements"])
    unsuspected = why(engine, Subject("order", 12))[0]
    assert not any(each["unseen"] for each in unsuspected["elements"])


def test_no_number_stands_for_what_a_shop_did(engine: Engine):
    a_run(engine)
    document = why(engine, Subject("shop", 1))[0]
    assert document["decision"]["rung"]
    assert document["decision"]["probability"] is None


def test_it_is_said_why_a_likely_row_would_count(engine: Engine):
    a_run(engine)
    changes = why(engine, Subject("order", 1))[0]["changes"]
    turning = [each for each in changes if each["what"] == "without" and each["changes"]]
    assert turning
    assert all(each["because"].en == "the evidence would not suffice" for each in turning)


def test_the_steps_come_to_the_probability(engine: Engine):
    said = a_run(engine)
    for subject in (Subject("order", 1), Subject("order", 2), Subject("order", 4)):
        steps = why(engine, subject)[0]["waterfall"]
        assert steps[-1]["probability"] == pytest.approx(
            said["order", subject.id]["probability"], abs=1e-6
        )
        assert steps[-1]["total"] == pytest.approx(math.fsum(row["log_odds"] for row in steps))


def test_nothing_said_is_told_from_not_looked(engine: Engine):
    a_run(engine)
    document = why(engine, Subject("order", 12))[0]
    assert document["decision"] is None
    assert document["changes"] == document["signals"] == []
    assert document["looked"]["n_ran"] == 1
    assert [each["detector"] for each in document["looked"]["could_not"]] == ["blind"]
    assert document["own"]["rows"][0]["cells"][0] == "12"


def test_what_rests_on_it_is_among_its_findings(engine: Engine):
    a_run(engine)
    signals = why(engine, Subject("order", 1))[0]["signals"]
    about = {each["detector"]: each["about"]["kind"] for each in signals}
    assert about == {"d": "order", "d2": "order", "shop-wide": "shop"}


def test_a_shop_adds_up_its_rows_and_opens_the_strongest(engine: Engine):
    said = a_run(engine)
    document = why(engine, Subject("shop", 1))[0]
    out = [row for (kind, _), row in said.items() if kind == "order" and row["is_neutralised"]]
    assert document["sum"]["n_out"] == len(out)
    assert document["sum"]["n_orders"] == len(ORDERS)
    best = max(row["probability"] for row in out)
    assert document["strongest"][0]["decision"]["probability"] == best
    money = next(each for each in document["changes"] if each["names"] == ["money"])
    judge(engine, manifest_of(engine), policy=Policy(families_off=(Family.MONEY,)))
    still = engine.query(
        "SELECT subject_id FROM decisions WHERE subject_kind = 'order' AND is_neutralised"
    ).num_rows
    assert money["n_back"] == len(out) - still
    assert document["restore"]["command"] == "unbrush restore RUN shop:1 --because ..."


def test_a_ring_says_what_hangs_by_it(engine: Engine):
    a_run(engine)
    document = why(engine, Subject("ring", "ring-0001"))[0]
    assert document["sum"]["n_suspected"] == 2
    assert document["changes"][0]["n_back"] == 1, "order 4 is left out for the ring alone"
    assert document["ring"]["n_members"] == len(document["ring"]["members"])


def test_more_rows_are_shown_where_more_are_asked_for(engine: Engine):
    a_run(engine)
    for rows, n in ((1, 1), (2, 2), (0, 0)):
        document = why(engine, Subject("shop", 1), rows=rows)[0]
        assert sum(len(each["rows"]) for each in document["deeds"]) == n


def test_many_at_once_are_told_as_each_alone(engine: Engine):
    a_run(engine)
    subjects = [Subject("order", 1), Subject("shop", 1), Subject("ring", "ring-0001")]
    together = why(engine, *subjects)
    for subject, document in zip(subjects, together, strict=True):
        assert in_json(why(engine, subject)[0]) == in_json(document)


def test_a_subject_is_found_by_its_kind_or_by_an_id_that_is_its_own(engine: Engine):
    a_run(engine)
    manifest = manifest_of(engine)
    assert find_subject(engine, manifest, "order:1") == Subject("order", 1)
    assert find_subject(engine, manifest, "12") == Subject("order", 12)
    assert find_subject(engine, manifest, "ring-0001") == Subject("ring", "ring-0001")
    with pytest.raises(BadParameter, match="1 is an order and a shop") as caught:
        find_subject(engine, manifest, "1")
    assert caught.value.hint == "Say which: order:1 or shop:1."
    with pytest.raises(SubjectNotFound, match="no order '103'") as missing:
        find_subject(engine, manifest, "order:103")
    assert missing.value.hint == "There is account:103."
    with pytest.raises(SubjectNotFound) as near:
        find_subject(engine, manifest, "ring:ring-0002")
    assert near.value.hint == "Near it: ring:ring-0001."
    with pytest.raises(BadParameter, match="no kind 'ordre'") as kind:
        find_subject(engine, manifest, "ordre:1")
    assert "order" in kind.value.hint
    with pytest.raises(SubjectNotFound):
        find_subject(engine, manifest, "order:' OR 1=1 --")


def test_every_text_is_there_in_both_languages(engine: Engine):
    a_run(engine)
    subjects = [Subject("order", 1), Subject("order", 12), Subject("shop", 1)]
    spoken = []

    def walk(value: object) -> None:
        if isinstance(value, Words):
            spoken.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    documents = why(engine, *subjects)
    walk(documents)
    assert len(spoken) > 100
    assert all(words.zh and words.en for words in spoken)
    json.dumps(in_json(documents))


def test_look_alikes_have_the_names_that_judge_tests(engine: Engine):
    assert {each.name: each.words for each in TESTED} == LOOK_ALIKES


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_hostile_texts_stay_text_on_the_page(engine: Engine, lang):
    said = [{**each, "reason_zh": HOSTILE, "reason_en": HOSTILE} for each in SIGNALS]
    a_run(engine, said)
    for subject in (Subject("order", 1), Subject("shop", 1), Subject("ring", "ring-0001")):
        page = Page(make_page(why(engine, subject)[0], lang=lang))
        spans = [tag["lang"] for name, tag in page.tags if name == "span" and "lang" in tag]
        assert spans.count("zh") == spans.count("en") > 10
        assert not any(name in ("img", "iframe", "link") for name, _ in page.tags)
        assert len(page.scripts) <= 2
        assert not any("window.pwned" in script for script in page.scripts)

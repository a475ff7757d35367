"""From the purchase to the axis, and all that is refused on the way, on both databases."""

import ast
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import unbrush.respond.desk.credit as credit
import unbrush.respond.desk.inspections as inspections
from tests.respond.desk.office import NOW, a_case, in_force, office
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.owners import decide_link, propose_link
from unbrush.respond.desk.credit.standing import standing_of
from unbrush.respond.desk.inspections.axis import quality_of
from unbrush.respond.desk.inspections.bodies import (
    Method,
    body_of,
    decide_body,
    note_tie,
    propose_body,
    suspend_body,
)
from unbrush.respond.desk.inspections.importing import import_results
from unbrush.respond.desk.inspections.results import (
    Measured,
    dispute_result,
    enter_result,
    settle_result,
)
from unbrush.respond.desk.inspections.samples import Handover, enter_sample, hand_over
from unbrush.store.records import SqlRecords

People = dict[str, Caller]
STANDARD = "GB 28007-2011"
BOUGHT, TESTED = NOW - 20 * DAY_MS, NOW - 5 * DAY_MS
ENDS = NOW + 360 * DAY_MS


@pytest.fixture
def people(records: SqlRecords) -> People:
    """The office, with two accepted bodies, L-1 (whose program is sys) and L-2."""
    with records.writing() as tx:
        people = office(tx)
        a_case(tx)
        for name, number in (("甲检测", "CMA-1"), ("乙检测", "CMA-2")):
            body = propose_body(
                tx, NOW, caller=people["ann"], name=name, accreditation_no=number,
                methods=[Method(standard=STANDARD, sensitivity=0.9, specificity=0.98)],
                valid_from=NOW - 300 * DAY_MS, valid_until=NOW + 300 * DAY_MS,
                person_id=people["sys"].person_id if number == "CMA-1" else None,
            )  # fmt: skip
            decide_body(
                tx, NOW, body["body_id"], caller=people["rita"], expected_version=1,
                is_approved=True, reason="证书已核",
            )  # fmt: skip
    return people


def via(*hands: str, seal: str = "intact") -> list[Handover]:
    return [
        Handover(at_ms=BOUGHT + i * DAY_MS, from_whom=a, to_whom=b, place="南昌", seal=seal)
        for i, (a, b) in enumerate(pairwise(hands), start=1)
    ]


def a_sample(tx: Transaction, people: People, **changes: Any) -> Row:
    values: dict[str, Any] = {
        "body_id": "L-1", "shop_id": "s1", "item_id": "i1", "category": "shoes",
        "chosen_by": "random", "bought_by": "采购员", "bought_at": BOUGHT, "n_units": 12,
        "n_reserve": 2, "seal_no": "F1", "custody": via("采购员", "快递", "甲检测"),
        "caller": people["sys"],
    } | changes  # fmt: skip
    return enter_sample(tx, NOW, values.pop("body_id"), values.pop("shop_id"), **values)


def a_result(tx: Transaction, people: People, sample: str = "M-1", **changes: Any) -> Row:
    values: dict[str, Any] = {
        "standard": STANDARD, "n_tested": 10, "n_failed": 1, "certificate": "Z1", "sha256": "",
        "tested_at": TESTED, "expires_at": ENDS, "caller": people["sys"],
    } | changes  # fmt: skip
    return enter_result(tx, NOW, sample, **values)


def test_a_result_moves_the_quality_and_not_one_point_of_integrity(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        in_force(tx, people, "L4", "rita", "pia")
        before = standing_of(tx, NOW, "s1").score
        assert before < 100
        assert quality_of(tx, NOW, "s1")["mean"] is None
        a_sample(tx, people)
        a_result(tx, people, n_failed=10)
        poor = quality_of(tx, NOW, "s1")
        assert poor["mean"] < 0.35
        assert poor["low"] == 0
        assert standing_of(tx, NOW, "s1").score == before
        assert quality_of(tx, ENDS, "s1")["mean"] is None
        assert quality_of(tx, ENDS - DAY_MS, "s1")["mean"] == pytest.approx(0.5, abs=0.02)
        actions = [row["action"] for row in tx.all("SELECT action FROM audit_log ORDER BY seq")]
        assert actions[-4:] == ["sample.entered", "sample.passed-on", "sample.passed-on",
                                "result.entered"]  # fmt: skip


def test_neither_package_knows_the_other() -> None:
    def imports(package: Any) -> set[str]:
        nodes = [
            node
            for path in Path(package.__path__[0]).glob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        ]
        return {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)} | {
            alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names
        }

    assert imports(inspections)
    assert not [name for name in imports(inspections) if "desk.credit" in name]
    assert not [name for name in imports(credit) if "desk.inspections" in name]
    texts = [path.read_text(encoding="utf-8") for path in Path(credit.__path__[0]).glob("*.py")]
    assert not [text for text in texts if "inspection_" in text]


def test_what_was_looked_for_says_nothing_of_the_rest(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        a_sample(tx, people, chosen_by="complaint")
        a_result(tx, people)
        found = quality_of(tx, NOW, "s1")
        assert (found["mean"], found["results"][0]["weight"]) == (None, 0)


def test_an_expired_accreditation_is_refused(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        tx.run("UPDATE inspection_bodies SET valid_until = :at", at=TESTED)
        with pytest.raises(Conflict) as caught:
            a_sample(tx, people)
        assert "was not valid" in caught.value.message
        tx.run("UPDATE inspection_bodies SET valid_until = :at", at=NOW + 1)
        a_sample(tx, people)
        tx.run("UPDATE inspection_bodies SET valid_until = :at", at=TESTED)
        with pytest.raises(Conflict):
            a_result(tx, people)
        a_result(tx, people, tested_at=TESTED - 1)  # it is the day of the test that matters


@pytest.mark.parametrize(
    ("tied", "category", "says"),
    [("s1", "", "tie to s1"), ("s9", "shoes", "a rival of s1"), ("s7", "", "one owner with s1")],
)
def test_a_tie_to_the_shop_its_owner_or_a_rival_is_refused(
    records: SqlRecords, people: People, tied: str, category: str, says: str
) -> None:
    with records.writing() as tx:
        link = propose_link(tx, NOW, "s1", "s7", caller=people["ann"], basis="licence", proof="照")
        decide_link(
            tx, NOW, link["link_id"], caller=people["rita"], expected_version=1, is_approved=True,
            reason="看过",
        )  # fmt: skip
        a_sample(tx, people)
        a_result(tx, people)
        assert quality_of(tx, NOW, "s1")["n_results"] == 1
        note_tie(tx, NOW, "L-1", tied, caller=people["ann"], nature="customer", category=category)
        assert quality_of(tx, NOW, "s1")["n_results"] == 0  # what it found before goes as well
        with pytest.raises(Conflict) as caught:
            a_sample(tx, people)
        assert says in caught.value.message
        a_sample(tx, people, body_id="L-2", caller=people["ann"])


@pytest.mark.parametrize(("tied", "category"), [("s1", ""), ("s9", "shoes")])
def test_nobody_takes_results_of_their_own_shop_out_by_a_tie(
    records: SqlRecords, people: People, tied: str, category: str
) -> None:
    with records.writing() as tx:
        a_sample(tx, people)
        a_result(tx, people)

    def noted_by_tom() -> None:
        with records.writing() as tx:
            note_tie(
                tx, NOW, "L-1", tied, caller=people["tom"], nature="customer", category=category
            )

    with pytest.raises(NotAllowed, match="tie"):
        noted_by_tom()
    with records.reading() as tx:
        assert quality_of(tx, NOW, "s1")["n_results"] == 1
        assert body_of(tx, "L-1")["ties"] == []


def test_a_tie_in_another_trade_is_no_tie(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        note_tie(tx, NOW, "L-1", "s9", caller=people["ann"], nature="customer", category="milk")
        a_sample(tx, people)


def test_who_may_enter_for_whom(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        with pytest.raises(NotAllowed):  # another body's program
            a_sample(tx, people, body_id="L-2")
        with pytest.raises(NotAllowed):
            a_sample(tx, people, caller=people["rita"])
        tied = replace(people["ann"], tied_to=frozenset({"s1"}))
        with pytest.raises(NotAllowed):
            a_sample(tx, people, caller=tied)
        body = propose_body(
            tx, NOW, caller=people["rita"], name="丙", accreditation_no="CMA-3",
            methods=[Method(standard="X", sensitivity=1, specificity=1)], valid_from=0,
            valid_until=1,
        )  # fmt: skip
        with pytest.raises(NotAllowed):  # who entered a body does not accept it
            decide_body(
                tx, NOW, body["body_id"], caller=people["rita"], expected_version=1,
                is_approved=True, reason="x",
            )  # fmt: skip
        suspend_body(tx, NOW, "L-1", caller=people["pia"], expected_version=2, reason="停业")
        with pytest.raises(Conflict):
            a_sample(tx, people)


@pytest.mark.parametrize(
    ("custody", "says"),
    [
        ([], "is with 采购员"),
        (via("采购员", "快递"), "is with 快递"),
        (via("采购员", "快递", "甲检测", seal="broken"), "was broken"),
    ],
)
def test_a_gap_in_custody_or_a_broken_seal_is_refused(
    records: SqlRecords, people: People, custody: list[Handover], says: str
) -> None:
    with records.writing() as tx:
        a_sample(tx, people, custody=custody)
        with pytest.raises(Conflict) as caught:
            a_result(tx, people)
        assert says in caught.value.message


def test_nobody_is_left_out_of_the_chain(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        for custody in (via("别人", "甲检测"), via("采购员", "快递")[::-1] * 2):
            with pytest.raises(BadRecord):
                a_sample(tx, people, custody=custody)


@pytest.mark.parametrize(
    "wrong",
    [
        {"standard": "GB 28007-2012"}, {"n_tested": 11}, {"n_failed": 11}, {"n_failed": None},
        {"tested_at": BOUGHT - 1}, {"tested_at": NOW + 1}, {"expires_at": TESTED},
        {"expires_at": TESTED + 731 * DAY_MS}, {"certificate": " "}, {"sha256": "abc"},
    ],
)  # fmt: skip
def test_numbers_and_times_that_cannot_be_are_refused(
    records: SqlRecords, people: People, wrong: dict[str, Any]
) -> None:
    with records.writing() as tx:
        a_sample(tx, people)
        with pytest.raises(BadRecord) as caught:
            a_result(tx, people, **wrong)
        assert caught.value.hint


def test_a_measurement_counts_by_how_sure_it_is(records: SqlRecords, people: People) -> None:
    near = Measured(value=10.0, limit=10.0, bound="at-most", unit="mg/kg", uncertainty=1.0)
    with records.writing() as tx:
        a_sample(tx, people)
        result = a_result(tx, people, n_tested=1, n_failed=None, measured=near)
        assert result["n_failed"] == 0.5
        assert quality_of(tx, NOW, "s1")["mean"] == pytest.approx(0.5, abs=1e-3)
        with pytest.raises(Conflict):
            a_result(tx, people, certificate="Z2")


def test_a_second_analysis_is_asked_by_the_merchant_and_done_by_another(
    records: SqlRecords, people: People
) -> None:
    mia = people["mia"]
    with records.writing() as tx:
        a_sample(tx, people)
        a_result(tx, people, n_failed=8)
        with pytest.raises(NoSuchRecord):
            dispute_result(
                tx, NOW, "U-1", "不服", caller=replace(mia, member_of=frozenset({"s2"})),
                expected_version=1,
            )  # fmt: skip
        with pytest.raises(Conflict):
            dispute_result(tx, NOW + 30 * DAY_MS, "U-1", "x", caller=mia, expected_version=1)
        dispute_result(tx, NOW, "U-1", "样品受潮", caller=mia, expected_version=1)
        assert quality_of(tx, NOW, "s1")["mean"] is None
        second = {"second_of": "U-1", "n_tested": 2, "n_failed": 0, "certificate": "Z9"}
        with pytest.raises(NotAllowed):
            a_result(tx, people, **second)
        second |= {"body_id": "L-2", "caller": people["ann"]}
        with pytest.raises(Conflict):  # what was kept back is still with the first
            a_result(tx, people, **second)
        there = Handover(at_ms=TESTED, from_whom="甲检测", to_whom="乙检测", place="南昌",
                         seal="intact")  # fmt: skip
        hand_over(tx, NOW, "M-1", there, caller=people["sys"])
        a_result(tx, people, **second)
        found = quality_of(tx, NOW, "s1")
        assert [row["state"]["name"] for row in found["results"]] == ["replaced", "in-force"]
        assert found["mean"] > 0.6
        with pytest.raises(Conflict):
            dispute_result(tx, NOW, "U-2", "再", caller=mia, expected_version=1)


def test_a_refused_second_analysis_lets_the_first_stand(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        a_sample(tx, people, caller=people["ann"])
        a_result(tx, people)
        before = quality_of(tx, NOW, "s1")["mean"]
        dispute_result(tx, NOW, "U-1", "不服", caller=people["mia"], expected_version=1)
        with pytest.raises(NotAllowed):
            settle_result(
                tx, NOW, "U-1", caller=people["tom"], expected_version=2, stands=True, reason="x"
            )
        settle_result(
            tx, NOW, "U-1", caller=people["rob"], expected_version=2, stands=True, reason="无理由"
        )
        assert quality_of(tx, NOW, "s1")["mean"] == before
        settle_result(
            tx, NOW, "U-1", caller=people["rob"], expected_version=3, stands=False, reason="有误"
        )
        assert quality_of(tx, NOW, "s1")["mean"] is None


HEADER = "inspection_id,shop_id,result,at,laboratory,standard,certificate,n_tested,n_failed"
GOOD = f"1,s1,合格,2026-09-01,甲检测,{STANDARD},Z1,,"


def take(tx: Transaction, people: People, *rows: str, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"caller": people["ann"], "form": "csv", "chosen_by": "random"} | more
    return import_results(tx, NOW, "\n".join([HEADER, *rows]), **values)


def test_a_table_of_inspections_is_taken_in_once(records: SqlRecords, people: People) -> None:
    rows = (GOOD, f"2,s1,不合格,1788000000000,CMA-1,{STANDARD},Z2,10,3")
    with records.writing() as tx:
        done = take(tx, people, *rows)
        assert (done["n_entered"], done["n_there"], done["rejects"]) == (2, 0, [])
        assert take(tx, people, *rows)["n_there"] == 2
        found = quality_of(tx, NOW, "s1")
        assert (found["n_results"], found["n_tested"]) == (2, 11)
        changed = take(tx, people, f"2,s1,不合格,1788000000000,CMA-1,{STANDARD},Z2,10,4")
        assert changed["rejects"][0]["code"] == "changed"
        table = [dict(zip(HEADER.split(","), GOOD.split(","), strict=True))]
        again = import_results(
            tx, NOW, json.dumps(table), caller=people["ann"], form="json", chosen_by="random"
        )
        assert again["n_there"] == 1


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (GOOD.replace("合格", "maybe"), "result", "result"),
        (GOOD.replace("甲检测", "某检测"), "laboratory", "laboratory"),
        (GOOD.replace("2026-09-01", "soon"), "at", "time"),
        (GOOD.replace("2026-09-01", "999999999999999"), "at", "time"),
        (GOOD.replace("2026-09-01", "0001-01-01"), "at", "time"),
        (GOOD.replace("Z1", ""), "certificate", "missing"),
        (GOOD.replace("Z1,,", "Z1,x,"), "n_tested", "number"),
        (GOOD.replace("Z1,,", "Z1,5,1"), "n_failed", "number"),
        (GOOD.replace("28007", "1"), "", "refused"),
        (GOOD.replace("2026-09-01", "2020-09-01"), "", "refused"),
        (GOOD.replace("2026-09-01", "2027-09-01"), "", "refused"),
        ("1,s1", "result", "missing"),
    ],
)
def test_a_bad_row_is_told_and_the_others_go_on(
    records: SqlRecords, people: People, row: str, column: str, code: str
) -> None:
    with records.writing() as tx:
        done = take(tx, people, row, GOOD.replace("1,s1", "2,s1"))
        [reject] = done["rejects"]
        assert (reject["row"], reject["column"], reject["code"]) == (2, column, code)
        assert reject["reason_zh"] != reject["reason_en"]
        assert done["n_entered"] == 1
        count = tx.one("SELECT count(*) AS n FROM inspection_samples")
        assert count is not None
        assert count["n"] == 1


def test_a_program_imports_its_own_rows_alone(records: SqlRecords, people: People) -> None:
    other = GOOD.replace("1,s1", "2,s1").replace("甲检测", "乙检测")
    with records.writing() as tx:
        done = take(tx, people, GOOD, other, caller=people["sys"])
        assert (done["n_entered"], len(done["rejects"])) == (1, 1)
        for text, form in (("a,b\n1,2", "csv"), ("{}", "json"), ("[", "json"), ("x", "xml")):
            with pytest.raises(BadRecord):
                import_results(tx, NOW, text, caller=people["sys"], form=form, chosen_by="random")


def test_a_body_is_entered_once_with_methods_that_tell_something(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        common: dict[str, Any] = {"caller": people["ann"], "name": "丁", "valid_from": 0}
        good = Method(standard="X", sensitivity=0.9, specificity=0.9)
        for no, methods, until, error in (
            ("CMA-1", [good], NOW, Conflict), ("N", [], 1, BadRecord),
            ("N", [good] * 2, 1, BadRecord),
            ("N", [replace(good, sensitivity=0.5)], 1, BadRecord), ("N", [good], 0, BadRecord),
        ):  # fmt: skip
            with pytest.raises(error):
                propose_body(
                    tx, NOW, accreditation_no=no, methods=methods, valid_until=until, **common
                )
        assert body_of(tx, "L-1")["scope"] == [STANDARD]


def test_a_renewed_accreditation_is_entered_anew_and_keeps_its_ties(
    records: SqlRecords, people: People
) -> None:
    ends = NOW + 300 * DAY_MS
    with records.writing() as tx:
        note_tie(tx, NOW, "L-1", "s2", caller=people["ann"], nature="customer")
        a_sample(tx, people)
        a_result(tx, people)
        dispute_result(tx, NOW, "U-1", "不服", caller=people["mia"], expected_version=1)
        body = propose_body(
            tx, NOW, caller=people["ann"], name="甲检测", accreditation_no="CMA-1",
            methods=[Method(standard=STANDARD, sensitivity=0.95, specificity=0.99)],
            valid_from=ends, valid_until=ends + 300 * DAY_MS,
        )  # fmt: skip
        new = str(body["body_id"])
        decide_body(
            tx, NOW, new, caller=people["rita"], expected_version=1, is_approved=True, reason="已核"
        )
        assert [tie["shop_id"] for tie in body_of(tx, new)["ties"]] == ["s2"]
        tx.run("UPDATE inspection_bodies SET valid_from = 0 WHERE body_id = :id", id=new)
        with pytest.raises(NotAllowed):  # the same body under its new record
            a_result(tx, people, body_id=new, second_of="U-1", n_tested=2, n_failed=0,
                     certificate="Z2", caller=people["ann"])  # fmt: skip
        tx.run("UPDATE inspection_bodies SET valid_from = :at WHERE body_id = :id", at=ends, id=new)
        assert take(tx, people, GOOD)["n_entered"] == 1

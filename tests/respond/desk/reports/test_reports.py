"""Floods and their look-alikes, clocks, reliability, retention, and what the accused learn."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.respond.desk.office import NOW, a_case, office
from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.errors import BadParameter, BadRecord, Conflict, NotAllowed
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.ladder import APPEAL_MS
from unbrush.respond.desk.reports.checking import AGREES, Check, Checked
from unbrush.respond.desk.reports.disclosing import facts_for
from unbrush.respond.desk.reports.doubts import doubts_of
from unbrush.respond.desk.reports.evidence import Opened, add_evidence
from unbrush.respond.desk.reports.intake import NewReport, file_report, report_by_receipt, report_of
from unbrush.respond.desk.reports.reliability import reliability
from unbrush.respond.desk.reports.reporter import add_message, appeal
from unbrush.respond.desk.reports.retention import (
    KEPT_MS,
    erase,
    erase_old,
    erasure_of,
    hold,
    release_hold,
)
from unbrush.respond.desk.reports.states import OUTCOMES, STATES
from unbrush.respond.desk.reports.submitting import submit
from unbrush.respond.desk.reports.vault import Vault, read, vault_of
from unbrush.respond.desk.reports.work import close, decide, extend, move, notify, release, review
from unbrush.store.records import SqlRecords

TWO = Words("已核实。", "Checked.")
OWN = Checked((Check("own-order", AGREES, TWO), Check("shop", AGREES, TWO)), "s1")
SHOP = Checked((Check("shop", AGREES, TWO),), "s1")
LETTER = "这家店铺长期刷单炒信，请平台立即封店处理，本人愿意作证，望严肃查处。"
OWN_WORDS = (
    "昨天收到的鞋子盒里有一张好评返现的小卡片", "客服在微信上让我给五星然后退我八块钱",
    "买的奶粉里夹了返现卡要求带三张照片", "扫码以后有人加我说好评截图给红包",
    "快递里没有东西只有一张让我好评的纸条", "商家打电话说改成好评就补偿二十元",
    "打开包装看到写着五星好评送话费的券", "店主发短信让追评并承诺返五元",
)  # fmt: skip


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return vault_of(tmp_path)


def told(
    tx: Transaction, vault: Vault, at_ms: int = NOW, checked: Checked = SHOP, **new: object
) -> Row:
    """File and submit a report, and return it."""
    values = {"kind": "cashback-card", "statement": "返现卡", "shop_id": "s1"} | new
    filed = file_report(tx, vault, at_ms, NewReport(**values))  # type: ignore[arg-type]
    return submit(tx, vault, at_ms, filed.report_id, checked=checked, affirms_truth=True)


def floods(tx: Transaction) -> list[Row]:
    return tx.all("SELECT * FROM reports WHERE flood_id IS NOT NULL ORDER BY report_id")


def test_one_device_with_many_accounts_is_a_flood_that_still_has_weight(
    records: SqlRecords, vault: Vault
) -> None:
    with records.writing() as tx:
        for n, words in enumerate(OWN_WORDS):
            told(tx, vault, NOW + n * HOUR_MS, account_id=f"a{n}", device="d1", statement=words)
        assert len(floods(tx)) == len(OWN_WORDS)
        assert {row["state"] for row in floods(tx)} == {"in-case"}
        assert all(0 < row["weight"] < 0.3 for row in floods(tx))
        people = office(tx)
        first = floods(tx)[0]["report_id"]
        freed = release(tx, NOW + DAY_MS, first, caller=people["ann"], reason="有实物照片")
        assert freed["flood_id"] is None
        assert freed["weight"] == pytest.approx(0.6)


def test_the_same_words_from_who_bought_nothing_are_a_flood(
    records: SqlRecords, vault: Vault
) -> None:
    with records.writing() as tx:
        for n in range(6):
            told(tx, vault, account_id=f"a{n}", device=f"d{n}", statement=f"{LETTER}{n}")
        [flood] = tx.all("SELECT * FROM floods")
        assert flood["ties"] == "words"
        assert len(floods(tx)) == 6


def test_look_alikes_of_floods_are_spared(records: SqlRecords, vault: Vault) -> None:
    with records.writing() as tx:
        for n, words in enumerate(OWN_WORDS):  # a card in every parcel
            told(tx, vault, account_id=f"b{n}", device=f"e{n}", statement=words)
        for n in range(8):  # buyers who share a form letter
            told(tx, vault, NOW, OWN, account_id=f"c{n}", device=f"f{n}", statement=LETTER)
        for n in range(4):  # a family with one phone
            words = f"我们家{'甲乙丙丁'[n]}也收到过这样的卡片，上面让写五星好评"
            told(tx, vault, account_id=f"g{n}", device="home", statement=words)
        for n in range(6):  # one hand, but months apart
            at = NOW + (n + 1) * 30 * DAY_MS
            told(tx, vault, at, account_id="h", statement=OWN_WORDS[n])
        assert floods(tx) == []


def test_one_call_passed_on_by_many_is_neither_flood_nor_doubt(
    records: SqlRecords, vault: Vault
) -> None:
    one = Opened(
        kind="picture", format="png", original=b"x", copy=b"x", copy_type="image/png", sha256="aa"
    )
    with records.writing() as tx:
        for n in range(8):
            new = NewReport(kind="recruitment-post", statement=OWN_WORDS[n], shop_id="s1")
            filed = file_report(tx, vault, NOW, new)
            add_evidence(tx, vault, NOW, report_of(tx, filed.report_id), one)
            submit(tx, vault, NOW, filed.report_id, checked=SHOP, affirms_truth=True)
        assert floods(tx) == []
        assert doubts_of(tx, filed.report_id) == []


def test_a_picture_shown_for_another_shop_is_a_strong_doubt(
    records: SqlRecords, vault: Vault
) -> None:
    one = Opened(
        kind="picture", format="png", original=b"x", copy=b"x", copy_type="image/png", sha256="aa"
    )
    with records.writing() as tx:
        names = {}
        for shop in ("s1", "s2", "s1"):
            new = NewReport(kind="cashback-card", statement="卡", shop_id=shop)
            filed = file_report(tx, vault, NOW, new)
            names[filed.report_id] = shop
            add_evidence(tx, vault, NOW, report_of(tx, filed.report_id), one)
        strong = [[doubt.is_strong for doubt in doubts_of(tx, name)] for name in names]
        assert strong == [[], [True], [False]]


def test_many_reports_are_one_case_and_no_step(records: SqlRecords, vault: Vault) -> None:
    with records.writing() as tx:
        cases = {told(tx, vault, shop_id="s9", statement=words)["case_id"] for words in OWN_WORDS}
        assert len(cases) == 1
        [case] = tx.all("SELECT * FROM cases")
        assert (case["rung"], case["harm_minor"]) == ("L0", 0)
        assert tx.all("SELECT * FROM steps") == []
        nowhere = told(tx, vault, checked=Checked(), shop_id="no such shop")
        assert (nowhere["state"], nowhere["case_id"]) == ("verified", None)


def test_a_complaint_joins_no_case(records: SqlRecords, vault: Vault) -> None:
    with records.writing() as tx:
        a_case(tx)
        assert told(tx, vault, track="complaint")["case_id"] is None
        assert told(tx, vault)["case_id"] == "C-1"


def test_every_state_is_told_in_both_languages_and_can_be_left_or_ended() -> None:
    for name, state in STATES.items():
        assert all((*state.words, *state.next))
        assert set(state.to) <= set(STATES), name
    reached = {each for state in STATES.values() for each in state.to}
    assert reached == set(STATES) - {"draft"}
    assert all("notified" in STATES[outcome].to for outcome in OUTCOMES)


def test_a_clock_is_extended_once_and_its_reporter_is_told(
    records: SqlRecords, vault: Vault
) -> None:
    with records.writing() as tx:
        people = office(tx)
        report = told(tx, vault)
        before = int(report["decide_due_at"])
        later = extend(tx, NOW, report["report_id"], TWO, caller=people["rita"])
        assert later["decide_due_at"] > before
        with pytest.raises(Conflict, match="extended"):
            extend(tx, NOW, report["report_id"], TWO, caller=people["rita"])


def decided(tx: Transaction, vault: Vault, people: dict[str, Caller]) -> Row:
    """Return a report that Rita did not uphold, of which its reporter was told."""
    name = told(tx, vault)["report_id"]
    move(tx, NOW, name, "investigating", caller=people["ann"], reason="x")
    decide(tx, NOW, name, "not-upheld", caller=people["rita"], reason=TWO)
    return notify(tx, NOW, name, caller=people["ann"])


def test_what_is_closed_at_once_is_still_reviewed_and_only_once(
    records: SqlRecords, vault: Vault
) -> None:
    with records.writing() as tx:
        people = office(tx)
        report = decided(tx, vault, people)
        name = report["report_id"]
        report = close(tx, NOW, name, caller=people["ann"])
        with pytest.raises(Conflict, match="six months"):
            appeal(tx, vault, NOW + APPEAL_MS + 1, report, "不服")
        report = appeal(tx, vault, NOW + DAY_MS, report, "不服")
        assert (report["state"], report["closed_at"]) == ("appeal", None)
        with pytest.raises(NotAllowed):
            review(tx, NOW + DAY_MS, name, caller=people["rita"], is_right=False, reason=TWO)
        report = review(tx, NOW + DAY_MS, name, caller=people["rob"], is_right=False, reason=TWO)
        assert report["state"] == "closed"
        with pytest.raises(Conflict, match="was reviewed"):
            appeal(tx, vault, NOW + 2 * DAY_MS, report, "还是不服")
        report = add_message(tx, vault, NOW + 2 * DAY_MS, report, "有新照片")
        assert report["state"] == "reopened"


def test_nothing_decided_in_time_is_reviewed_and_taken_up(
    records: SqlRecords, vault: Vault
) -> None:
    with records.writing() as tx:
        people = office(tx)
        report = told(tx, vault)
        name, due = report["report_id"], int(report["decide_due_at"])
        with pytest.raises(Conflict, match="not over"):
            appeal(tx, vault, due, report, "催办")
        report = appeal(tx, vault, due + 1, report, "催办")
        assert report["state"] == "appeal"
        assert report["decide_due_at"] > due
        with pytest.raises(Conflict, match="in time"):
            review(tx, due + 2, name, caller=people["rob"], is_right=False, reason=TWO)
        report = review(tx, due + 2, name, caller=people["rob"], is_right=True, reason=TWO)
        assert (report["state"], report["outcome"]) == ("reopened", None)


def test_what_came_of_earlier_reports_fades() -> None:
    assert reliability([], NOW) == pytest.approx(0.6)
    good, bad = [("upheld", NOW)] * 5, [("not-upheld", NOW)] * 20
    assert reliability(good, NOW) > 0.75
    assert reliability(bad, NOW) < 0.3
    assert reliability(bad, NOW + 5 * 365 * DAY_MS) > 0.55
    assert reliability([("insufficient", NOW), ("referred", NOW)], NOW) == pytest.approx(0.6)


def test_what_is_sealed_opens_with_its_key_alone_and_reading_needs_a_reason(
    records: SqlRecords, vault: Vault, tmp_path: Path
) -> None:
    assert (tmp_path / ".unbrush-vault-key").stat().st_mode & 0o777 == 0o600
    with records.writing() as tx:
        report_id = told(tx, vault, contact_mode="named", identity="王小明")["report_id"]
        with pytest.raises(BadRecord, match="reason"):
            read(tx, vault, NOW, report_id, "identity", by="P-1", reason=" ")
        rows = read(tx, vault, NOW, report_id, "identity", by="P-1", reason="回访")
        assert [text for _, text in rows] == ["王小明"]
        [entry] = tx.all("SELECT * FROM audit_log WHERE action = 'vault.read'")
        assert "回访" in entry["detail"]
        assert "王小明" not in str(tx.all("SELECT * FROM audit_log"))
        with pytest.raises(BadParameter, match="key"):
            read(tx, Vault(b"o" * 32, tmp_path), NOW, report_id, "identity", by="P-1", reason="x")
        tx.run("UPDATE sealed SET sealed_id = 'moved' WHERE what = 'identity'")
        with pytest.raises(BadParameter, match="changed"):
            read(tx, vault, NOW, report_id, "identity", by="P-1", reason="x")


def test_erasing_waits_for_the_desk_and_for_a_legal_hold(
    records: SqlRecords, vault: Vault, tmp_path: Path
) -> None:
    one = Opened(
        kind="picture", format="png", original=b"x", copy=b"x", copy_type="image/png", sha256="aa"
    )
    with records.writing() as tx:
        people = office(tx)
        new = NewReport(
            kind="cashback-card", statement=OWN_WORDS[0], contact_mode="named", identity="王小明",
            account_id="a1", device="d1",
        )  # fmt: skip
        filed = file_report(tx, vault, NOW, new)
        add_evidence(tx, vault, NOW, report_of(tx, filed.report_id), one)
        submit(tx, vault, NOW, filed.report_id, checked=SHOP, affirms_truth=True)
        name = filed.report_id
        with pytest.raises(Conflict, match="looked into"):
            erase(tx, vault, NOW, report_of(tx, name), by="reporter", everything=True)
        move(tx, NOW, name, "investigating", caller=people["ann"], reason="x")
        decide(tx, NOW, name, "upheld", caller=people["rita"], reason=TWO)
        notify(tx, NOW, name, caller=people["ann"])
        close(tx, NOW, name, caller=people["ann"])
        hold(tx, NOW, name, caller=people["rita"], reason="（2026）沪01民初1号")
        assert erase_old(tx, vault, NOW + KEPT_MS) == 0
        before = erasure_of(tx, vault, report_of(tx, name))
        assert (before["n_left_sealed"], before["n_left_files"]) == (2, 2)
        assert (before["keeps_until"], before["entries"]) == (NOW + KEPT_MS, [])
        assert before["held_because"] == "（2026）沪01民初1号"
        with pytest.raises(Conflict, match="does not end it"):
            release_hold(tx, NOW, name, caller=people["rita"], reason="x")
        release_hold(tx, NOW, name, caller=people["rob"], reason="已审结")
        assert erase_old(tx, vault, NOW + KEPT_MS - 1) == 0
        assert erase_old(tx, vault, NOW + KEPT_MS) == 1
        assert tx.all("SELECT * FROM sealed") == []
        assert list((tmp_path / "vault").iterdir()) == []
        proof = erasure_of(tx, vault, report_of(tx, name))
        [entry] = proof["entries"]
        assert (entry["why"], entry["n_sealed"], entry["files"]) == ("term", 2, ["E-1 aa"])
        assert (proof["n_left_sealed"], proof["n_left_files"]) == (0, 0)
        assert proof["erased_at"] == NOW + KEPT_MS
        left = report_by_receipt(tx, filed.receipt)
        assert (left["outcome"], left["reporter_mark"], left["ties"]) == ("upheld", "", "")
        assert audit_faults(tx, []) == []


def test_what_an_undone_upload_left_stands_in_nobodys_way(
    records: SqlRecords, vault: Vault
) -> None:
    one = Opened(kind="text", format="txt", original=b"1", copy=b"1", copy_type="x", sha256="1")
    two = replace(one, original=b"2", copy=b"2", sha256="2")
    with records.writing() as tx:
        filed = file_report(tx, vault, NOW, NewReport(kind="cashback-card", statement="x"))
        report = report_of(tx, filed.report_id)
    with pytest.raises(Conflict), records.writing() as tx:
        undone(tx, vault, report, one)
    with records.writing() as tx:
        evidence_id = add_evidence(tx, vault, NOW, report, two)
    assert vault.get_file(f"{evidence_id}-original") == b"2"


def undone(tx: Transaction, vault: Vault, report: Row, one: Opened) -> None:
    add_evidence(tx, vault, NOW, report, one)
    raise Conflict("undone")


def test_the_accused_learns_counts_of_many_alone(records: SqlRecords, vault: Vault) -> None:
    later = NOW + 31 * DAY_MS
    with records.writing() as tx:
        for n, words in enumerate(OWN_WORDS[:4]):
            told(tx, vault, account_id=f"a{n}", statement=words)
        told(tx, vault, account_id="a0", statement=OWN_WORDS[5])  # one hand counts once
        for n in range(7):
            told(tx, vault, kind="insider-tip", statement=f"{OWN_WORDS[n]}")
        assert facts_for(tx, later, "s1") == []
        for n, words in enumerate(OWN_WORDS[4:]):
            told(tx, vault, account_id=f"b{n}", statement=words)
        assert facts_for(tx, NOW, "s1") == []  # the month is not over
        [fact] = facts_for(tx, later, "s1")
        assert (fact["kind"], fact["at_least"]) == ("cashback-card", 5)


def test_an_insider_leaves_no_mark(records: SqlRecords, vault: Vault) -> None:
    ties = replace(SHOP, ties=(("device-link", "t1"),))
    with records.writing() as tx:
        report = told(
            tx, vault, NOW, ties, kind="insider-tip", account_id="a1", device="d1",
            contact_mode="confidential", identity="员工",
        )  # fmt: skip
        assert (report["reporter_mark"], report["ties"]) == ("", "")

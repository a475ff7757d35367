"""A7, the Sichuan suit: from a run and a decision of an authority to the file for the suit.

The decision says that 10,371 yuan of spending were given back and 5,000 yuan of fees were paid:
15,371 yuan of gains; the fine of 50,000 yuan is added to nothing. Names, phones, addresses and
tokens are planted in the data, and looked for in every file of the pack.
"""

import dataclasses
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.respond.desk.office import NOW, found
from tests.respond.dossier.conftest import ACCUSED, write_run
from tests.respond.organiser_run import AUTHOR, PAYER, SENDER, WALLET
from tests.serve.api.acceptance.desk import Made, case_file, confirmed, told
from tests.serve.api.acceptance.pdf_words import words_of
from tests.serve.api.conftest import Running
from tests.worlds import DAY, HOUR, MINUTE, T0
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.records import add
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.importing import run_id_of

WROTE_AT = T0 + 40 * DAY + 3 * HOUR + 17 * MINUTE
NAMES = ("王小红", "幸福路18号502室", "wx_xiaohong77", "xiaohong@example.cn", "13912345678")
TEXT = f"超赞！我是{NAMES[0]}，住{NAMES[1]}，微信{NAMES[2]}，{NAMES[3]}，电话{NAMES[4]}"
REVIEWERS = range(77_001_230, 77_001_236)
BUYERS = range(78_001_230, 78_001_250)
REVIEWS = range(88_004_560, 88_004_566)
ORDERS = range(99_002_340, 99_002_360)
TOKENS = (WALLET, PAYER, SENDER, AUTHOR)
DOCUMENT = {
    "source": "成市监处罚〔2023〕17号 行政处罚决定书",
    "sha256": hashlib.sha256(b"decision").hexdigest(), "currency": "CNY", "day": "2023-12-20",
}  # fmt: skip
ART_4 = ("preliminary evidence of harm to many", "proof of public-interest work", "the statement")


def change(path: Path, rows: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Write a table of the run anew."""
    table = pq.read_table(path)
    pq.write_table(pa.Table.from_pylist(rows(table.to_pylist()), schema=table.schema), path)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The hand-made run, with reviews by people who say who they are, and honest buyers."""
    folder = write_run(tmp_path_factory.mktemp("a7") / "run")
    honest = [
        {"order_id": order, "account_id": buyer, "shop_id": ACCUSED, "paid_minor": 900,
         "placed_at": WROTE_AT - DAY, "payer_token": None}
        for order, buyer in zip(ORDERS, BUYERS, strict=True)
    ]  # fmt: skip
    change(folder.event("orders"), lambda rows: rows + [{**rows[0], **row} for row in honest])
    change(folder.event("posts"), lambda rows: [{**row, "text": TEXT} for row in rows])
    reviews = [
        {"review_id": review, "account_id": account, "item_id": 1, "shop_id": ACCUSED,
         "posted_at": WROTE_AT, "rating": 5, "text": TEXT}
        for review, account in zip(REVIEWS, REVIEWERS, strict=True)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(reviews), folder.event("reviews"))
    manifest = Manifest.read(folder.manifest)
    full = TableCapability(n_rows=len(reviews), fill=dict.fromkeys(reviews[0], 1.0))
    tables = {**manifest.tables, "reviews": full}
    whole = {**manifest.id_types, "review": "BIGINT", "item": "BIGINT"}
    dataclasses.replace(manifest, tables=tables, id_types=whole).write(folder.manifest)
    change(folder.output("decisions"), lambda rows: rows + [
        {**next(row for row in rows if row["subject_kind"] == "order"), "subject_kind": "review",
         "subject_id": review} for review in REVIEWS
    ])  # fmt: skip
    change(folder.output("signals"), lambda rows: rows + [
        {**rows[0], "signal_id": f"repeated-{review}", "detector": "repeated-text",
         "subject_kind": "review", "subject_id": review, "evidence_table": "reviews",
         "evidence_ids": [review], "facts": "{}",
         "reason_zh": f"账号 {REVIEWERS[0]} 于 2023-12-25 03:17 写下的相同文字：“{TEXT}”",
         "reason_en": f"Account {REVIEWERS[0]} wrote on 2023-12-25 03:17 the same: “{TEXT}”"}
        for review in REVIEWS
    ])  # fmt: skip
    return folder


@pytest.fixture
def desk(running: Running, run: RunFolder) -> Running:
    """A desk with C-2, the case of the organiser, and what the decision says, by two people."""
    with running.records.writing() as tx:
        add(tx, "runs", run_id=run_id_of(run), imported_at=NOW, policy_version="v1",
            n_decisions=1, folder=str(run.root), summary="{}")  # fmt: skip
        case = found(keys=("ring-0001",), shops=((str(ACCUSED), "L4"),))
        open_or_renew(tx, NOW, case, run_id=run_id_of(run), by="system")
    for kind, minor in (("returned-spend", 1_037_100), ("service-fee", 500_000),
                        ("fine", 5_000_000)):  # fmt: skip
        confirmed(running, "C-2", kind=kind, unit_minor=minor, **DOCUMENT)
    return running


def decide(desk: Running) -> None:
    """Ann enters the decision of the authority, Rita confirms it."""
    path = "/credit/authority-decisions"
    entered = desk.ask("ann", "POST", path, json={
        "shop_id": str(ACCUSED), "authority": "成都市某区市场监督管理局",
        "document_no": "成市监处罚〔2023〕17号", "decided_on": T0 + 35 * DAY, "kind": "general",
        "facts_zh": "以返还消费款换取五星好评，联系电话 13912345678。",
        "facts_en": "Spending was given back for five stars; phone 13912345678.",
        "sha256": DOCUMENT["sha256"],
    })  # fmt: skip
    assert entered.status_code == 201, entered.text
    act = f"{path}/{entered.json()['decision_id']}/decide"
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过原件"}
    assert desk.ask("ann", "POST", act, json=verdict).status_code == 403
    assert desk.ask("rita", "POST", act, json=verdict).json()["state"] == "in-force"


def attach(desk: Running, name: str, text: str) -> str:
    answer = desk.ask("ann", "POST", "/cases/C-2/attachments",
                      files={"file": (name, text.encode())})  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["attachment_id"])


def the_pack(desk: Running, audience: str = "public-interest", **asked: Any) -> Made:
    return case_file(desk, "C-2", audience, **asked)


def test_the_pack_holds_what_article_4_asks_for_and_the_sums(desk: Running) -> None:
    decide(desk)
    without = told(the_pack(desk))["public_interest"]
    assert [item["has"] for item in without["items"]] == [True, False, False, True]
    both = [
        attach(desk, "公益职责证明.txt", "约谈、调查、公告"),
        attach(desk, "民事起诉状.txt", "诉请"),
    ]
    files = the_pack(desk, attachments=both)
    said = told(files)
    suit = said["public_interest"]
    for words, item in zip(ART_4, suit["items"], strict=False):
        assert item["words"]["en"].startswith(words)
        assert item["has"], item
    assert suit["affected"]["n_buyers"] == len(BUYERS)
    assert suit["affected"]["paid_minor"] == 900 * len(BUYERS)
    assert sorted(name for name in files if name.startswith("attachments/")) == sorted(
        f"attachments/{id}-{stem}.txt"
        for id, stem in zip(both, ("公益职责证明", "民事起诉状"), strict=True)
    )
    gains = [each for each in said["losses"]["totals"] if each["family"] == "gain"]
    assert gains == [
        {"family": "gain", "currency": "CNY", "minor": 1_537_100, "written": "¥15,371.00"}
    ]
    [fine] = said["losses"]["fines"]
    assert fine["written"] == "¥50,000.00"
    menu = " ".join(each["en"] for each in suit["remedies"])
    assert all(word in menu for word in ("to stop", "to remove", "to apologise", "costs"))
    told_of = " ".join(each["en"] for each in suit["notices"])
    assert f"{len(BUYERS)} other buyers" in told_of
    assert "market authority" in told_of
    [decision] = said["decisions"]
    assert (decision["shop"], decision["document_no"]) == (str(ACCUSED), "成市监处罚〔2023〕17号")
    page = files["index.html"].decode()
    assert "¥15,371.00" in page
    assert "成市监处罚〔2023〕17号" in page
    assert {each["id"] for each in said["legal"]["provisions"]} >= {"consumer-pil", "consumer-47"}


def test_nothing_personal_is_in_any_file_of_the_pack(desk: Running) -> None:
    decide(desk)
    texts = texts_of(the_pack(desk, with_pdf=True))
    assert set(texts) >= {"index.html", "dossier.pdf", "case.json", "case.jsonld",
                          "rows/reviews.csv", "rows/reviews.parquet", "rows/signals.csv",
                          "manifest.json", "custody.json"}  # fmt: skip
    assert "15,371.00" in texts["dossier.pdf"]  # what is looked through can be read
    assert "consumer public-interest" in texts["index.html"]
    planted = [*NAMES, *TOKENS, *map(str, (*REVIEWERS, *BUYERS, *REVIEWS, *ORDERS)),
               str(WROTE_AT), "03:17", "11:17"]  # fmt: skip
    leaks = [(name, word) for name, text in texts.items() for word in planted if word in text]
    assert leaks == []
    # The same search finds them where they belong: a regulator reads what was written.
    other = texts_of(the_pack(desk, "regulator"))
    assert NAMES[0] in other["rows/reviews.csv"]
    assert NAMES[0] in other["rows/reviews.parquet"]
    assert str(REVIEWS[0]) in other["case.json"] + other["rows/reviews.csv"]
    assert NAMES[4] not in "".join(other.values())


def texts_of(files: Made) -> dict[str, str]:
    """Return what can be read in each file, whatever its form."""
    found = {}
    for name, data in files.items():
        if name.endswith(".parquet"):
            found[name] = str(pq.read_table(io.BytesIO(data)).to_pylist())
        elif name.endswith(".pdf"):
            found[name] = "\n".join(words_of(data))
        else:
            found[name] = data.decode("utf-8-sig")
    return found


def test_a_sealed_attachment_or_one_of_another_case_does_not_go_along(desk: Running) -> None:
    sealed = desk.ask("ann", "POST", "/cases/C-2/attachments", data={"is_sealed": "true"},
                      files={"file": ("职责.txt", "机密".encode())}).json()  # fmt: skip
    other = desk.ask("ann", "POST", "/cases/C-1/attachments",
                     files={"file": ("职责.txt", "别案".encode())}).json()  # fmt: skip
    for each in (sealed["attachment_id"], other["attachment_id"], "F-none"):
        asked = {"audience": "public-interest", "attachments": [each]}
        assert desk.ask("carl", "POST", "/cases/C-2/dossiers", json=asked).status_code == 422

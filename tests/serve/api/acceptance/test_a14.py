"""A14, paid bad reviewers: the ransom is a case, its victims and the genuinely angry are not.

The market is drawn by the simulator, with buyers beside the extortioners who complain for good
reason: of a bad batch, with compensation, or because they always complain. Truth is read from what
it wrote beside the market.
"""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.serve.api.acceptance.desk import Made, case_file, judged, take_in, told
from tests.serve.api.conftest import Running
from unbrush.base.run_folder import RunFolder

ANGRY = ("after-sales-compensation", "bad-batch-remedy", "serial-complainer")
ORDER = ["review", "demand", "payment", "edit"]
KEYS = {"reviews": "review_id", "messages": "message_id", "transfers": "transfer_id"}
RUNGS = ("L2", "L3", "L4", "L5", "L6", "L7")


@dataclass
class Case:
    """The simulated market: its run, and of the truth what is fake, who is hit and who is angry."""

    run: RunFolder
    fake_reviews: set[str]
    victims: set[str]
    angry: dict[str, set[str]]


@pytest.fixture(scope="module")
def a14(tmp_path_factory: pytest.TempPathFactory) -> Case:
    root = tmp_path_factory.mktemp("a14")
    run = judged(root, "--kind", "review-ransom", "--scale", "30k", "--level", "0", "--seed", "5")
    labels = pq.read_table(root / "market/truth/labels.parquet").to_pylist()
    plans = pq.read_table(root / "market/truth/plans.parquet").to_pylist()
    fakes = {str(row["subject_id"]) for row in labels
             if row["subject_kind"] == "review" and row["is_fake"]}  # fmt: skip
    victims = {str(shop) for plan in plans if plan["is_fake"] for shop in plan["shops"]}
    angry: dict[str, set[str]] = {}
    for row in labels:
        if row["look_alike"] in ANGRY:
            angry.setdefault(row["subject_kind"], set()).add(str(row["subject_id"]))
    return Case(run, fakes, victims, angry)


def every(running: Running, path: str) -> list[dict[str, Any]]:
    """Return the rows of all pages of a list."""
    rows, cursor = [], ""
    while cursor is not None:
        page = running.ask("ann", "GET", f"{path}{cursor}").json()
        rows += page["rows"]
        cursor = page["next"] and f"&cursor={page['next']}"
    return rows


def a_step(running: Running, case_id: str, shop: str, rung: str) -> int:
    """Try to propose a step and return the status."""
    step = {"shop_id": shop, "rung": rung, "facts_zh": "事实", "facts_en": "Facts",
            "basis": "规则一", "proportionality": "已提醒过"}  # fmt: skip
    return running.ask("ann", "POST", f"/cases/{case_id}/steps", json=step).status_code


@pytest.mark.slow
def test_the_ransom_is_a_case_and_neither_victims_nor_the_angry_are(
    running: Running, a14: Case
) -> None:
    cases = take_in(running, a14.run)
    assert cases
    subjects = {}
    for each in cases:
        case = running.ask("ann", "GET", f"/cases/{each['case_id']}").json()
        subjects[each["case_id"]] = {
            s["subject_id"] for s in case["subjects"] if s["subject_kind"] == "shop"
        }
    hit = set().union(*subjects.values())
    assert hit <= a14.victims  # nobody else's shop is in a case
    assert len(hit) >= 0.8 * len(a14.victims)

    _victims_are_no_subject_of_a_step(running, subjects)
    _the_angry_are_left_alone(running, a14, subjects)
    # Most of the bands hit the same shops: the case with most rows is that of several of them.
    case_id = max(cases, key=lambda each: len(subjects[each["case_id"]]))["case_id"]
    _the_case_file_names_what_was_done(case_file(running, case_id, "police"), a14)


def _victims_are_no_subject_of_a_step(running: Running, subjects: dict[str, set[str]]) -> None:
    assert [row for row in every(running, "/decisions?rung=L2&n=200")
            if row["subject_id"] not in ("s1",)] == []  # fmt: skip
    for case_id, shops in list(subjects.items())[:3]:
        assert {a_step(running, case_id, min(shops), rung) for rung in RUNGS} == {409}


def _the_angry_are_left_alone(running: Running, a14: Case, subjects: dict[str, set[str]]) -> None:
    assert min(len(a14.angry[kind]) for kind in ("review", "order", "account")) >= 6
    for kind in ("review", "order", "account"):
        left_out = {row["subject_id"] for row in every(running, f"/decisions?kind={kind}&n=200")}
        assert left_out
        assert not left_out & a14.angry[kind], kind
    case_id, shops = next(iter(subjects.items()))
    for name in [*sorted(a14.angry["account"]), *sorted(a14.angry["shop"] - shops)[:10]]:
        assert a_step(running, case_id, name, "L2") == 422  # no subject of any case


def _the_case_file_names_what_was_done(files: Made, a14: Case) -> None:
    said = told(files)
    chains = [chain for chain in said["chains"] if chain["kind"] == "review-ransom"]
    assert len(chains) >= 10
    rows = {table: _rows(files, table, key) for table, key in KEYS.items()}
    n_named = 0
    for chain in chains:
        assert [step["step"] for step in chain["steps"]] == ORDER
        moments = [step["at"] for step in chain["steps"]]
        assert moments == sorted(moments)
        review, demand, payment, edit = (
            rows[step["table"]][step["row"]] for step in chain["steps"]
        )  # fmt: skip
        assert review == edit
        assert review["review_id"] in a14.fake_reviews
        assert int(edit["edited_at"]) == moments[3]
        assert (int(demand["at"]), int(payment["at"])) == (moments[1], moments[2])
        assert demand["sender_id"] == review["account_id"]
        yuan = str(int(payment["amount_minor"]) // 100)
        n_named += yuan in re.findall("[0-9]+", demand["text"])
    assert n_named >= 0.9 * len(chains)
    used = [chain["steps"][2]["row"] for chain in chains]
    assert len(set(used)) == len(used)  # no payment stands for two reviews
    assert "information-networks-2013-6" in {p["id"] for p in said["legal"]["provisions"]}
    assert not any(shop["is_accused"] for shop in said["shops"])
    shown = files["index.html"].decode() + files["case.json"].decode()
    assert not any(f">{shop}<" in shown or f'"{shop}"' in shown for shop in a14.victims)


def _rows(files: Made, table: str, key: str) -> dict[str, dict[str, str]]:
    text = files[f"rows/{table}.csv"].decode("utf-8-sig")
    return {row[key]: row for row in csv.DictReader(io.StringIO(text))}

import json
import re

import pytest

from tests.respond.dossier.conftest import ACCUSED, CLUSTER, INNOCENT, SIGNER, Make, write_run
from tests.respond.organiser_run import RECRUITER, SENDER, wallet
from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, SubjectNotFound
from unbrush.base.run_folder import RunFolder
from unbrush.respond.dossier.law import AUDIENCES
from unbrush.respond.dossier.scope import scope_of_key, scope_of_shop
from unbrush.respond.dossier.verifying import open_zip, verify
from unbrush.serve.dossier import Making, make_dossier, open_run
from unbrush.store.duckdb_engine import DuckDBEngine


def test_the_same_run_gives_the_same_bytes_elsewhere(
    make: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    there = write_run(tmp_path_factory.mktemp("elsewhere"))
    with DuckDBEngine(threads=1) as engine:
        manifest = open_run(engine, there)
        making = Making(operator="Li", at_ms=0, time_source="", counts={}, attachments={},
                        with_pdf=False)  # fmt: skip
        again = make_dossier(
            engine, manifest, there, scope_of_key(engine, "ring-0001"), "regulator", making, SIGNER
        )[0]
    first = json.loads(open_zip(make()[0])["manifest.json"])
    second = json.loads(open_zip(again)["manifest.json"])
    rows = {f["path"]: f["sha256"] for f in first["files"] if f["path"].startswith("rows/")}
    assert rows == {f["path"]: f["sha256"] for f in second["files"] if f["path"] in rows}
    assert make()[0] == make(operator="Li")[0]


def test_who_made_it_and_when_is_no_part_of_the_content(make: Make) -> None:
    one, other = (
        json.loads(open_zip(make(operator=who, at_ms=at)[0])["manifest.json"])
        for who, at in (("Li", 0), ("Wang", 10**12))
    )
    assert one["content_sha256"] == other["content_sha256"]
    assert one != other


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_case_file_is_whole_for_everybody(make: Make, audience: str) -> None:
    data, made = make(audience)
    checked = verify(data, key=SIGNER.public)
    assert checked.faults == []
    assert checked.n_rows == sum(len(each.rows) for each in made.evidence) > 50
    assert made.document["n_orders"] == sum(s["n_orders"] for s in made.document["shops"]) > 0
    assert [e["element"] for e in made.document["elements"]] == ["a", "b", "c"]
    assert made.document["against"]


def test_amounts_are_exact(make: Make) -> None:
    made = make()[1]
    orders = next(each for each in made.evidence if each.table == "orders").rows
    paid = next(row for row in made.document["money"] if row["what"] == "paid")
    assert paid["minor"] == sum(row["paid_minor"] for row in orders)
    funded = next(row for row in made.document["money"] if row["what"] == "funded")
    assert funded["minor"] == 880_000


def test_transfers_that_facts_name_are_evidence(make: Make) -> None:
    tables = {each.table: each.n for each in make()[1].evidence}
    assert tables["transfers"] > 20


def _third_persons(made: object) -> set[str]:
    known = made.labels.known  # type: ignore[attr-defined]
    return {id for domain in ("account", "token") for id in known[domain]} | {str(RECRUITER)}


def _words(data: bytes) -> set[str]:
    """Every word of every text file in a zip, without check values."""
    files = open_zip(data)
    texts = [
        files[path].decode()
        for path in files
        if path.endswith((".csv", ".html")) or path == "case.json"
    ]
    return {word for text in texts for word in re.findall(r"[0-9A-Za-z_\-]+", text)}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_third_person_is_in_the_file(make: Make, audience: str) -> None:
    data, made = make(audience)
    hidden = _third_persons(made)
    assert {wallet(0, 0), SENDER} <= hidden
    assert hidden & _words(data) == set()
    assert str(INNOCENT) not in _words(data)
    sealed = {row["id"] for row in made.labels.sealed()}
    assert hidden - {str(RECRUITER)} <= sealed


def test_what_is_accused_is_named_and_orders_only_where_it_is_not_public(make: Make) -> None:
    for audience, is_named in (("regulator", True), ("public-interest", False)):
        words = _words(make(audience)[0])
        assert str(ACCUSED) in words
        assert bool({str(n) for n in range(900_401, 900_440)} & words) == is_named


def test_everything_that_was_hidden_is_in_the_map(make: Make) -> None:
    made = make("public-interest")[1]
    reasons = {row["reason"] for row in made.document["redactions"]}
    assert {"third-person", "token", "time", "not-accused"} <= reasons
    for each in made.evidence:
        n = sum(row.get("account_id") is not None for row in each.rows)
        told = [r for r in made.document["redactions"]
                if (r["table"], r["column"]) == (each.table, "account_id")]  # fmt: skip
        assert sum(row["n"] for row in told) == n


def test_a_public_interest_file_has_the_items_of_article_4(make: Make) -> None:
    plain = make("public-interest")[1].document["public_interest"]
    assert len(plain["items"]) == 4
    assert [item["has"] for item in plain["items"]][1] is False
    proved = make("public-interest", attachments={"prior-duty.txt": b"x"})[1].document
    assert [item["has"] for item in proved["public_interest"]["items"]][1] is True
    assert len(plain["remedies"]) == 5  # four of art. 13, and the costs of art. 17
    assert plain["notices"]


VERDICTS = ("构成犯罪", "有罪", "犯罪事实成立", "guilty", "is a crime", "committed a crime")


@pytest.mark.parametrize("n", [49, 50, 499, 500, 4_999, 5_000])
def test_a_file_for_the_police_gives_numbers_without_a_verdict(make: Make, n: int) -> None:
    counts = dict.fromkeys(("personal-tracks", "personal-trades", "personal-others"), n)
    data, made = make("police", counts=counts)
    reached = [each.is_reached for each in made.document["legal"]["reckoned"]]
    assert reached == [n >= 50, n >= 500, n >= 5_000]
    page = open_zip(data)["index.html"].decode()
    assert not [word for word in VERDICTS if word in page]


def test_look_alikes_and_what_speaks_against_it_are_told(make: Make) -> None:
    document = make()[1].document
    assert {(row["name"], row["outcome"]): row["n"] for row in document["look_alikes"]} == {
        ("gift", "rejected"): 2, ("gift", "spares"): 1,
    }  # fmt: skip
    told = " ".join(words.en for words in document["against"])
    assert "reverse brushing" in told
    assert "honest explanation (a gift)" in told


def test_whom_a_file_may_be_about(run: RunFolder) -> None:
    with DuckDBEngine() as engine:
        open_run(engine, run)
        assert scope_of_shop(engine, str(ACCUSED)).rings == ("ring-0001",)
        assert scope_of_key(engine, "ring-0001").clusters == (CLUSTER,)
        _refused(engine)


def _refused(engine: Engine) -> None:
    with pytest.raises(SubjectNotFound, match="nobody"):
        scope_of_shop(engine, "nobody' OR 1=1 --nobody")
    with pytest.raises(BadParameter, match="C-1"):
        scope_of_key(engine, "C-1")

"""Idempotency keys on both databases: claimed before, kept with what was made, given back."""

import threading
from pathlib import Path

import pytest

from tests.respond.desk.office import NOW
from unbrush.base.errors import Conflict, KeyReused
from unbrush.base.records import Records, add
from unbrush.respond.desk.idempotency import (
    KEPT_MS,
    LEASE_MS,
    Answer,
    Claim,
    claim_or_answer,
    give_back,
    keep_answer,
    prune,
)
from unbrush.respond.desk.reports.vault import Vault

DONE = Answer(status=201, body=b'{"key": "ub_key_secret"}', media_type="application/json")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(b"v" * 32, tmp_path)


def ask(records: Records, vault: Vault, at_ms: int = NOW, **other: str) -> Claim | Answer:
    asked = {"scope": "P-1", "key": "k", "hash": "h"} | other
    return claim_or_answer(records, vault, at_ms, asked["scope"], asked["key"], asked["hash"])


def do(records: Records, vault: Vault, at_ms: int = NOW) -> Answer:
    got = ask(records, vault, at_ms)
    if isinstance(got, Answer):
        return got
    with records.writing() as transaction:
        keep_answer(transaction, vault, at_ms, got, DONE)
    return DONE


def make(records: Records, vault: Vault, claim: Claim) -> None:
    with records.writing() as transaction:
        add(transaction, "counters", name="made", value=1)
        keep_answer(transaction, vault, NOW, claim, DONE)


def test_the_first_answer_comes_again_until_a_day_is_over(records: Records, vault: Vault) -> None:
    do(records, vault)
    assert ask(records, vault, NOW + KEPT_MS - 1) == DONE
    assert isinstance(ask(records, vault, NOW + KEPT_MS), Claim)


def test_another_request_is_refused_and_another_caller_is_not(
    records: Records, vault: Vault
) -> None:
    do(records, vault)
    with pytest.raises(KeyReused):
        ask(records, vault, hash="other")
    assert isinstance(ask(records, vault, scope="P-2", hash="other"), Claim)


def test_a_running_one_is_a_conflict_until_it_counts_as_crashed(
    records: Records, vault: Vault
) -> None:
    first = ask(records, vault)
    with pytest.raises(Conflict, match="running"):
        ask(records, vault, NOW + LEASE_MS - 1)
    second = ask(records, vault, NOW + LEASE_MS)
    assert isinstance(first, Claim)
    assert isinstance(second, Claim)
    # The slow one comes back: what it made is undone with the answer that cannot be kept.
    with pytest.raises(Conflict, match="anew"):
        make(records, vault, first)
    with records.reading() as transaction:
        assert transaction.one("SELECT 1 AS there FROM counters WHERE name = 'made'") is None
    with records.writing() as transaction:
        keep_answer(transaction, vault, NOW, second, DONE)
    give_back(records, second)  # kept: nothing to give back
    assert ask(records, vault) == DONE


def test_a_failed_one_gives_its_key_back(records: Records, vault: Vault) -> None:
    first = ask(records, vault)
    assert isinstance(first, Claim)
    give_back(records, first)
    assert isinstance(ask(records, vault, hash="another try"), Claim)


def test_of_many_at_once_one_claims(records: Records, vault: Vault) -> None:
    got: list[object] = []
    gate = threading.Barrier(6)

    def one() -> None:
        gate.wait()
        try:
            got.append(ask(records, vault))
        except Conflict as error:
            got.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in got].count(Claim) == 1
    assert len(got) == 6


def test_the_records_alone_show_neither_key_nor_answer(records: Records, vault: Vault) -> None:
    ask(records, vault, key="a-telling-key")
    do(records, vault)
    with records.reading() as transaction:
        text = repr(transaction.all("SELECT * FROM idempotency"))
    assert "a-telling-key" not in text
    assert "ub_key_secret" not in text


def test_old_ones_are_forgotten(records: Records, vault: Vault) -> None:
    do(records, vault)
    with records.writing() as transaction:
        assert prune(transaction, NOW + KEPT_MS - 1) == 0
        assert prune(transaction, NOW + KEPT_MS) == 1

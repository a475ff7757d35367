"""A case with many shops is closed by as many statements as one with few, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.respond.desk.office import NOW, decided, found, office, overridden
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.cases import move
from unbrush.store.records import SqlRecords, SqlTransaction


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give a list that every statement sent meanwhile is put into."""
    seen: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("_execute", "insert"):
            sent = getattr(SqlTransaction, name)

            def told(self: Any, first: str, *more: Any, sent: Any = sent) -> Any:
                seen.append(first)
                return sent(self, first, *more)

            patched.setattr(SqlTransaction, name, told)
        yield seen


@pytest.mark.parametrize("outcome", ["confirmed", "refuted"])
def test_closing_takes_no_more_statements_for_more_shops(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    few, many = [f"a{i}" for i in range(4)], [f"b{i}" for i in range(400)]
    with records.writing() as tx:
        people = office(tx)
        decided(tx, "L3", *few, *many)
        tx.run("UPDATE decisions SET rung = 'L1', rule = 'held-as-victim' WHERE probability < 1")
        tx.run("UPDATE decisions SET rung = 'L3', rule = 'attributed' WHERE subject_id LIKE '%0'")
        for ring, shops in (("R-1", few), ("R-2", many)):
            case = found(keys=(ring,), shops=tuple((shop, "L3") for shop in shops))
            open_or_renew(tx, NOW, case, run_id="r1", by="system")
        n = []
        for case_id in ("C-1", "C-2"):
            with counted(monkeypatch) as seen:
                if outcome == "confirmed":
                    move(
                        tx, NOW, case_id, "closed", caller=people["rita"], expected_version=1,
                        reason="x", outcome=outcome,
                    )  # fmt: skip
                else:
                    overridden(tx, people, "case", case_id, 1, outcome=outcome)
            n.append(len(seen))
        assert n[0] == n[1] > 10
        told = tx.one("SELECT count(*) AS n FROM outbox")
        assert told == {"n": 404 if outcome == "refuted" else 363}
        assert audit_faults(tx, []) == []

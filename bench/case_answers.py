"""Answers of a case: a question, a number, a verdict; and questions that many cases share."""

from dataclasses import dataclass

from case_run import CaseRun


@dataclass(frozen=True)
class Answer:
    """One line of the table: what is asked, what was measured, whether it is met."""

    asks: str
    measured: str
    is_met: bool


def share(asks: str, n: int | None, of: int | None, *, least: float) -> Answer:
    if not of:
        return Answer(asks, "nothing of it shows", True)
    part = (n or 0) / of
    return Answer(asks, f"{n or 0:,} of {of:,} ({100 * part:.1f} %)", part >= least)


def none(asks: str, n: int) -> Answer:
    return Answer(asks, f"{n:,}", n == 0)


def orders(run: CaseRun, *, least: float = 0.9) -> list[Answer]:
    n, n_out = run.one("SELECT count(*) FROM fake"), run.one("SELECT sum(is_out::INT) FROM fake")
    accused = run.overall("order", "accused") or 0
    right = (run.overall("order", "precision") or 0) * accused
    return [
        share("fake orders that no longer count", n_out, n, least=least),
        share("of what no longer counts, fake", round(right), round(accused), least=0.99),
    ]


def no_innocent_accused(run: CaseRun) -> Answer:
    return none(
        "honest shops above L1",
        run.one("SELECT count(*) FROM shop_of WHERE NOT is_fake AND rung > 'L1'"),
    )

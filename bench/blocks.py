"""Case A12: what a block of payers stops and whom it hits, as the desk simulates it and in truth.

For each case that a run opens, the payers of its brushers are listed, and those chosen that can be
blocked together within the bound. Blocks are tried in both scopes: for everybody, and for brushers
of the cases alone. Truth is the simulator's own and shares no code with the simulation: which
transfers are cash-back and who gets none is read from the market as it was planted, and has to
agree with truth/market.json. Innocent is who is paid honestly there and gets no cash-back there.
"""

import argparse
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from case_run import CaseRun, run_case
from measured import table

from unbrush.base.engine import Engine, quote
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.case_finding import cases_of_run
from unbrush.respond.desk.settlement.payer_simulation import MOST_INNOCENTS, PayerTrial
from unbrush.store.duckdb_engine import DuckDBEngine

HONEST = ("售后补偿", "抽奖", "红包")
"""Memos of what the payers of A12 pay besides cash-back, at every level."""


@dataclass(frozen=True)
class InTruth:
    """What would not have been paid."""

    cash_minor: int
    innocents: int
    innocent_minor: int
    honest_minor: int  # to whom cash-back is paid, too: what was broken, a lottery


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--levels", nargs="+", type=int, default=[0, 1, 2, 3])
    arguments.add_argument("--seed", type=int, default=301)
    arguments.add_argument("--tier", default="ci")
    chosen = arguments.parse_args()
    columns: dict[str, dict[str, Any]] = {}
    for level in chosen.levels:
        run = run_case("A12", tier=chosen.tier, level=level, seed=chosen.seed, aside="block")
        for what, value in measured(run).items():
            columns.setdefault(what, {"what": what})[f"level {level}"] = value
    table(list(columns.values()))


def measured(run: CaseRun) -> dict[str, str]:
    """Return what is said of blocks of listed, chosen and all true payers, beside truth."""
    folder = RunFolder(run.out)
    true_payers = {each["payer"] for each in run.facts["payers"]}
    with DuckDBEngine() as engine:
        engine.create("paid", _paid(engine, run, folder, true_payers))
        named = engine.query("SELECT DISTINCT token, wallet FROM paid").to_pylist()
        wallet = {row["token"]: row["wallet"] for row in named}
        everything = _in_truth(engine, true_payers)
        [said, *_] = run.facts["all_payers"]["blocks"]
        assert everything.cash_minor == said["stopped_minor"], (everything, said)
        assert everything.innocents == said["innocents"], (everything, said)
        n_accounts = round(said["innocents"] / said["innocent_share"])
        listed, chosen, every = _of_cases(engine, folder)
        known = sorted(token for token, name in wallet.items() if name in true_payers)
        rows = {
            "payers in truth": str(len(true_payers)),
            "listed as payers of a case": _beside(listed, wallet, true_payers),
            "within the bound together, wide": _beside(chosen, wallet, true_payers),
        }
        for what, tokens in (
            ("those within the bound", sorted(chosen)),
            ("all listed", sorted(listed)),
            ("all true payers", known),
        ):
            rows |= _both_scopes(engine, every, what, tokens, wallet, everything, n_accounts)
        pairs = every.pairs(known).pairs
        rows["cash-back of the second half of the span to pairs of its first half"] = _again(
            engine, pairs
        )
    return rows


def _paid(engine: Engine, run: CaseRun, folder: RunFolder, payers: Collection[str]) -> str:
    """Return SQL of every transfer, as hashed in the run and as planted."""
    among = ", ".join(map(quote, sorted(payers)))
    honest = ", ".join(map(quote, HONEST))
    return f"""SELECT r.from_token AS token, m.from_token AS wallet, r.to_token AS payee,
            m.amount_minor, m."at" AS paid_at, m.from_token IN ({among})
                AND coalesce(m.memo NOT IN ({honest}), true) AS is_cash
        FROM {engine.scan(folder.event("transfers"))} r
        JOIN {engine.scan(run.market / "transfers.parquet")} m
            ON CAST(m.transfer_id AS VARCHAR) = CAST(r.transfer_id AS VARCHAR)"""


def _of_cases(engine: Engine, folder: RunFolder) -> tuple[set[str], set[str], PayerTrial]:
    """Return payers that are listed, those within the bound, and a trial on all cases together."""
    members = engine.query(
        f"""SELECT DISTINCT r.ring_id, CAST(m.subject_id AS VARCHAR) AS shop_id
            FROM {engine.scan(folder.output("rings"))} r
            JOIN {engine.scan(folder.output("ring_members"))} m USING (ring_id)
            WHERE m.subject_kind = 'shop'"""
    ).to_pylist()
    listed: set[str] = set()
    chosen: set[str] = set()
    rings: set[str] = set()
    shops: set[str] = set()
    for case in cases_of_run(engine, folder):
        own_shops = {shop for shop, _ in case.shops}
        own_rings = {row["ring_id"] for row in members if row["shop_id"] in own_shops}
        if case.kind != "organiser":
            own_rings = set()
        trial = PayerTrial(engine, folder, rings=own_rings, shops=own_shops)
        tokens = [row["token"] for row in trial.payers()]
        listed |= set(tokens)
        chosen |= set(trial.within(tokens, MOST_INNOCENTS))
        rings, shops = rings | own_rings, shops | own_shops
    return listed, chosen, PayerTrial(engine, folder, rings=rings, shops=shops)


def _both_scopes(
    engine: Engine,
    trial: PayerTrial,
    what: str,
    tokens: list[str],
    wallet: dict[str, str],
    everything: InTruth,
    n_accounts: int,
) -> dict[str, str]:
    rows = {}
    tried = trial.try_both(tokens) if tokens else None
    for scope in ("everybody", "brushers"):
        head = f"{what}, for {scope}"
        if tried is None:
            rows |= dict.fromkeys([f"{head}: {part}" for part in _PARTS], "–")
            continue
        simulated = tried.of(scope)
        pairs = trial.pairs(tokens).pairs if scope == "brushers" else None
        truth = _in_truth(engine, {wallet[token] for token in tokens}, pairs)
        share = truth.cash_minor / everything.cash_minor
        values = (
            f"{_yuan(simulated.stopped_minor)} / {_yuan(truth.cash_minor)} ({share:.1%})",
            _people(simulated.innocents, simulated.accounts),
            _people(truth.innocents, n_accounts),
            f"{_yuan(truth.innocent_minor)} / {_yuan(truth.honest_minor)}",
            "–" if pairs is None else f"{len(pairs)} / {simulated.left_out}",
        )
        rows |= {f"{head}: {part}": value for part, value in zip(_PARTS, values, strict=True)}
    return rows


_PARTS = (
    "stopped as simulated / cash-back in truth, yuan (of all)",
    "innocents as simulated",
    "innocents in truth",
    "honest money stopped in truth: innocents' / paid buyers', yuan",
    "pairs / purses left out",
)


def _in_truth(
    engine: Engine, wallets: Collection[str], pairs: Collection[tuple[str, str]] | None = None
) -> InTruth:
    """Return what a block of wallets stops; with pairs, only these."""
    among = ", ".join(map(quote, sorted(wallets)))
    stopped = "true"
    if pairs is not None:
        listed = ", ".join(f"({quote(token)}, {quote(payee)})" for token, payee in pairs)
        stopped = f"(token, payee) IN ({listed})"
    [row] = engine.query(
        f"""WITH there AS (SELECT * FROM paid WHERE wallet IN ({among})),
            guilty AS (SELECT DISTINCT payee FROM there WHERE is_cash),
            hit AS (SELECT *, payee IN (FROM guilty) AS is_paid_for FROM there WHERE {stopped})
        SELECT CAST(coalesce(sum(amount_minor) FILTER (is_cash), 0) AS BIGINT) AS cash_minor,
               count(DISTINCT payee) FILTER (NOT is_paid_for) AS innocents,
               CAST(coalesce(sum(amount_minor) FILTER (NOT is_paid_for), 0) AS BIGINT)
                   AS innocent_minor,
               CAST(coalesce(sum(amount_minor) FILTER (is_paid_for AND NOT is_cash), 0) AS BIGINT)
                   AS honest_minor
        FROM hit"""
    ).to_pylist()
    return InTruth(**row)


def _again(engine: Engine, pairs: Collection[tuple[str, str]]) -> str:
    """Return how much a narrow block at half of the span can stop at most: who is paid again."""
    listed = ", ".join(f"({quote(token)}, {quote(payee)})" for token, payee in pairs)
    is_pair = f"(token, payee) IN ({listed})" if listed else "false"
    [row] = engine.query(
        f"""WITH cash AS (
                SELECT *, paid_at < (SELECT (min(paid_at) + max(paid_at)) // 2 FROM paid
                                     WHERE is_cash) AS is_before
                FROM paid WHERE is_cash),
            known AS (SELECT DISTINCT token, payee FROM cash WHERE is_before AND {is_pair})
        SELECT sum(amount_minor) AS later_minor,
               CAST(coalesce(sum(amount_minor) FILTER ((token, payee) IN (FROM known)), 0)
                   AS BIGINT) AS again_minor
        FROM cash WHERE NOT is_before"""
    ).to_pylist()
    later = int(row["later_minor"])
    return f"{_yuan(row['again_minor'])} of {_yuan(later)} ({row['again_minor'] / later:.1%})"


def _beside(tokens: Collection[str], wallet: dict[str, str], true_payers: Collection[str]) -> str:
    n = sum(wallet[token] in true_payers for token in tokens)
    return f"{n} (and {len(tokens) - n} others)"


def _yuan(minor: int) -> str:
    return f"{minor / 100:,.0f}"


def _people(n: int, of: int) -> str:
    return f"{n} ({n / of:.2%})"


if __name__ == "__main__":
    main()

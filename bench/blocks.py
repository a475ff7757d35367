"""Case A12: what a block of payers stops and whom it hits, as the desk simulates it and in truth.

For each case that a run opens, the payers of its brushers are listed, and those chosen that can be
blocked together within the bound. Truth is the simulator's own (truth/market.json), which shares
no code with the simulation: a payer's innocents are who is paid honestly there and gets no
cash-back there. Over several payers these are added up: an upper bound.
"""

import argparse
from typing import Any

from case_run import CaseRun, run_case
from measured import table

from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.case_finding import cases_of_run
from unbrush.respond.desk.settlement.payer_simulation import PayerTrial
from unbrush.respond.desk.settlement.payers import MOST_INNOCENTS
from unbrush.store.duckdb_engine import DuckDBEngine


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
    """Return what is said of a block of the chosen payers, and of all true ones, beside truth."""
    folder = RunFolder(run.out)
    truth = {each["payer"]: each["blocks"][0] for each in run.facts["payers"]}
    with DuckDBEngine() as engine:
        # Tokens are hashed in a run: a transfer says which is which.
        named = engine.query(
            f"""SELECT DISTINCT r.from_token AS token, m.from_token AS wallet
                FROM {engine.scan(folder.event("transfers"))} r
                JOIN {engine.scan(run.market / "transfers.parquet")} m
                    ON CAST(m.transfer_id AS VARCHAR) = CAST(r.transfer_id AS VARCHAR)"""
        ).to_pylist()
        wallet = {row["token"]: row["wallet"] for row in named}
        token = {row["wallet"]: row["token"] for row in named}
        members = engine.query(
            f"""SELECT DISTINCT r.ring_id, CAST(m.subject_id AS VARCHAR) AS shop_id
                FROM {engine.scan(folder.output("rings"))} r
                JOIN {engine.scan(folder.output("ring_members"))} m USING (ring_id)
                WHERE m.subject_kind = 'shop'"""
        ).to_pylist()
        picked: set[str] = set()
        seen: set[str] = set()
        rings: set[str] = set()
        shops: set[str] = set()
        for case in cases_of_run(engine, folder):
            own_shops = {shop for shop, _ in case.shops}
            own_rings = {row["ring_id"] for row in members if row["shop_id"] in own_shops}
            if case.kind != "organiser":
                own_rings = set()
            trial = PayerTrial(engine, folder, rings=own_rings, shops=own_shops)
            listed = [row["token"] for row in trial.payers()]
            seen |= set(listed)
            picked |= set(trial.within(listed, MOST_INNOCENTS))
            rings, shops = rings | own_rings, shops | own_shops
        trial = PayerTrial(engine, folder, rings=rings, shops=shops)
        known = [token[each] for each in truth if each in token]
        every = trial.try_block(known)
        ours = trial.try_block(sorted(picked)) if picked else None
    n_listed = len(seen)
    listed_true = [each for each in seen if wallet[each] in truth]
    true_ones = [wallet[each] for each in picked if wallet[each] in truth]
    stopped = sum(truth[each]["stopped_minor"] for each in true_ones)
    hit = sum(truth[each]["innocents"] for each in true_ones)
    all_true = run.facts["all_payers"]["blocks"][0]
    return {
        "payers in truth": str(len(truth)),
        "listed as payers of a case": _beside(len(listed_true), n_listed),
        "within the bound together": _beside(len(true_ones), len(picked)),
        "stopped by the chosen, as simulated, yuan": _yuan(ours.stopped_minor if ours else 0),
        "of the chosen true payers, in truth, yuan": _yuan(stopped),
        "share of all that could be stopped": f"{stopped / all_true['stopped_minor']:.1%}",
        "innocents hit, as simulated": _people(ours.innocents, ours.accounts) if ours else "–",
        "innocents hit by true payers, in truth, at most": _people(hit, every.accounts),
        "a block of all true payers, as simulated: stopped, yuan": _yuan(every.stopped_minor),
        "in truth": _yuan(all_true["stopped_minor"]),
        "innocents, as simulated": _people(every.innocents, every.accounts),
        "innocents, in truth": _people(all_true["innocents"], every.accounts),
    }


def _beside(n: int, of: int) -> str:
    return f"{n} (and {of - n} others)"


def _yuan(minor: int) -> str:
    return f"{minor / 100:,.0f}"


def _people(n: int, of: int) -> str:
    return f"{n} ({n / of:.2%})"


if __name__ == "__main__":
    main()

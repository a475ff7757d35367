"""The sheet: everything that was gained, lost or is exposed in a scope, and what cannot be said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unbrush.base.engine import Engine, quote
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.respond.losses.amounts import (
    Estimate,
    Exposure,
    Fine,
    Gain,
    Loss,
    Range,
    Unknown,
    add_up,
)
from unbrush.respond.losses.competitors import losses_of_rivals
from unbrush.respond.losses.consumers import losses_of_consumers, misallocated_minor
from unbrush.respond.losses.damages import damages_sheet
from unbrush.respond.losses.documents import amounts_of, cost_of_conduct, fines_of
from unbrush.respond.losses.exposure import exposures
from unbrush.respond.losses.given import NOTHING_GIVEN, Given
from unbrush.respond.losses.ground import Ground
from unbrush.respond.losses.merchants import gains_of_shops
from unbrush.respond.losses.organisers import gains_of_organisers, name_payers
from unbrush.respond.losses.panel import make_panel
from unbrush.respond.losses.platforms import losses_of_platform
from unbrush.respond.losses.rows import choose_shops, currencies, name_orders

MOST_SHOPS = 20
"""Shops of one sheet, those with most fakes first; others are counted and not reckoned."""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was reckoned.

    Attributes:
        gains: And gains that cannot be established.
        losses: Likewise.
        exposures: Likewise.
        fines: Of documents; added to nothing.
        costs: What the conduct cost whoever had it done: words, number, amount, currency.
        totals: Sums of documents by family and currency, to the minor unit.
        misallocated: Currency and minor units: how large misallocation may be, never damages.
        damages: Factors of statutory damages with the facts of the record.
        n_shops: Shops in scope.
        n_reckoned: Of these, those that were reckoned.
        given: What was stated.
    """

    gains: list[Gain | Unknown]
    losses: list[Loss | Unknown]
    exposures: list[Exposure | Unknown]
    fines: list[Fine]
    costs: list[tuple[Words, int, int, str]]
    totals: list[tuple[str, str, Range]]
    misallocated: list[tuple[str, int]]
    damages: list[Row]
    n_shops: int
    n_reckoned: int
    given: Given


def make_sheet(
    engine: Engine,
    manifest: Manifest,
    shops: Sequence[str],
    clusters: Sequence[str] = (),
    *,
    given: Given = NOTHING_GIVEN,
    named: Callable[[str], str] = str,
) -> Sheet:
    """Return the sheet of some shops.

    Args:
        engine: Holds the market and the output of a judged run.
        manifest: What was collected.
        shops: Whom it is about, ids as text.
        clusters: Organisers whose wallets are looked at.
        given: What was stated beside the run.
        named: How a shop is called in what people read.
    """
    if not given.rival and len(shops) == 1 and _is_victim(engine, shops[0]):
        given = replace(given, rival=shops[0])  # then its own loss is what is asked for
    listed = ", ".join(map(quote, shops)) or "NULL"
    chosen = choose_shops(engine, shops, most=MOST_SHOPS, rival=given.rival)
    name_orders(engine, manifest, given.confirmed, given.reversed)
    name_payers(engine, clusters)
    tied = _tied(engine, listed)
    amounts: list[Estimate | Unknown] = list(amounts_of(given.entries))
    misallocated: list[tuple[str, int]] = []
    damages: list[Row] = []
    for currency in currencies(engine, listed):
        panel = make_panel(engine, manifest, currency)
        if panel is None:
            continue
        ground = Ground(
            engine=engine, panel=panel, currency=currency, shops=chosen,
            confirmed=_confirmed(engine, listed), given=given, named=named,
        )  # fmt: skip
        amounts += _reckoned(ground, tied)
        misallocated.append((currency, misallocated_minor(ground)))
        damages = damages or damages_sheet(ground)
    gains = [each for each in amounts if isinstance(each, Gain)]
    losses = [each for each in amounts if isinstance(each, Loss)]
    open_ = [each for each in amounts if isinstance(each, Unknown)]
    return Sheet(
        gains=[*gains, *(each for each in open_ if each.method in GAINS)],
        losses=[*losses, *(each for each in open_ if each.method in LOSSES)],
        exposures=[
            *(each for each in amounts if isinstance(each, Exposure)),
            *(each for each in open_ if each.method in EXPOSURES),
        ],
        fines=fines_of(given.entries),
        costs=[
            (*each, currency)
            for currency in sorted({each.currency for each in given.entries})
            for each in cost_of_conduct(given.entries, currency)
        ],
        totals=_totals(gains, losses),
        misallocated=misallocated, damages=damages, n_shops=len(shops), n_reckoned=len(chosen),
        given=given,
    )  # fmt: skip


GAINS = ("documents", "fees-received", "retained", "subsidy-taken", "uplift")
LOSSES = (
    "platform-net", "rivals-places", "rivals-differences", "rivals-synthetic", "rivals-shares",
    "court", "overpaid", "quality",
)  # fmt: skip
EXPOSURES = ("triple-price",)
"""Methods by family; what is counted from documents stands where its kind says."""


def _reckoned(ground: Ground, tied: frozenset[str]) -> list[Estimate | Unknown]:
    """Return every amount of one currency; a shop that nothing ties to its fakes gained nothing."""
    loose = [shop for shop in ground.shops if shop not in tied]
    own = Ground(**{**vars(ground), "shops": tuple(s for s in ground.shops if s in tied)})
    open_: list[Estimate | Unknown] = [
        Unknown(
            method=method, who=Words("店铺", "the shop"), about=ground.named(shop),
            missing=(Words("归责：没有证据表明店铺与此有关，它也可能是受害者",
                           "attribution: nothing ties the shop to it, it may be the victim"),),
        )
        for shop in loose for method in ("uplift", "triple-price")
    ]  # fmt: skip
    return [
        *gains_of_organisers(ground), *gains_of_shops(own), *losses_of_platform(ground),
        *losses_of_rivals(ground), *losses_of_consumers(ground), *exposures(own), *open_,
    ]  # fmt: skip


def _totals(gains: Sequence[Gain], losses: Sequence[Loss]) -> list[tuple[str, str, Range]]:
    """Return sums of what was counted from documents; nothing that is estimated is summed."""
    found = []
    for currency in sorted({each.currency for each in (*gains, *losses)}):
        told = [each for each in gains if _is_told(each, currency)]
        if told:
            found.append(("gain", currency, add_up(told)))
        lost = [each for each in losses if _is_told(each, currency)]
        if lost:
            found.append(("loss", currency, add_up(lost)))
    return found


def _is_told(each: Estimate, currency: str) -> bool:
    return each.method == "documents" and each.currency == currency


def _is_victim(engine: Engine, shop: str) -> bool:
    """Say whether a shop's fake orders were found to be an attack on it."""
    return bool(
        engine.value(
            f"""SELECT count(*) FROM reasons WHERE subject_kind = 'shop' AND kind = 'adjudication'
                AND name = 'victim' AND CAST(subject_id AS VARCHAR) = {quote(shop)}"""
        )
    )


def _tied(engine: Engine, listed: str) -> frozenset[str]:
    rows = engine.query(
        f"""SELECT CAST(subject_id AS VARCHAR) AS id FROM decisions
            WHERE subject_kind = 'shop' AND rung >= 'L2'
                AND CAST(subject_id AS VARCHAR) IN ({listed})"""
    )
    return frozenset(str(each) for each in rows.column("id").to_pylist())


def _confirmed(engine: Engine, listed: str) -> frozenset[str]:
    rows = engine.query(
        f"SELECT DISTINCT shop_id FROM loss_orders WHERE is_confirmed AND shop_id IN ({listed})"
    )
    return frozenset(str(each) for each in rows.column("shop_id").to_pylist())

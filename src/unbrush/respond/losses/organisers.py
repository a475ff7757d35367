"""What organisers, helpers and takers of subsidies received; for whoever helps, all receipts."""

from collections.abc import Sequence

from unbrush.base.engine import Engine, quote
from unbrush.base.words import Words
from unbrush.respond.figures import Money
from unbrush.respond.losses.amounts import Estimate, Gain, Measure, Placebo, Range, Unknown
from unbrush.respond.losses.documents import total_of
from unbrush.respond.losses.ground import Ground
from unbrush.respond.losses.rows import rows_of
from unbrush.respond.losses.rowsums import elsewhere, summed

ORGANISER = Words("组织者及帮助者", "organiser and helpers")
TAKER = Words("领取补贴者", "whoever took the subsidies")
USUAL_TAKE = (0.013, 0.014)
"""What organisers took of the turnover in two published cases (Xu et al. 2017; 傻推网)."""

_PAID_BACK = """
    SELECT o.*, b.fee_minor AS amount FROM loss_orders o JOIN (
        SELECT CAST(unnest(evidence_ids) AS VARCHAR) AS order_id,
               max((CAST(facts ->> '$.returned_minor' AS DOUBLE)
                    - CAST(facts ->> '$.claimed_minor' AS DOUBLE))
                   / greatest(CAST(facts ->> '$.n_orders' AS DOUBLE), 1)) AS fee_minor
        FROM signals WHERE detector = 'cashback-loop' AND evidence_table = 'orders'
        GROUP BY 1) b ON b.order_id = o.order_id"""

_SUBSIDIES = """
    SELECT o.*, g.amount_minor AS amount FROM loss_orders o JOIN (
        SELECT CAST(order_id AS VARCHAR) AS order_id,
               CAST(sum(amount_minor) AS BIGINT) AS amount_minor
        FROM subsidies GROUP BY 1) g ON g.order_id = o.order_id"""


def name_payers(engine: Engine, clusters: Sequence[str]) -> None:
    """Name `loss_payers` (token), the wallets that pay for the organisers in scope."""
    listed = ", ".join(map(quote, clusters)) or "NULL"
    engine.create(
        "loss_payers",
        f"""SELECT DISTINCT token FROM cluster_members WHERE subject_kind = 'payer'
            AND role = 'payer' AND token IS NOT NULL AND cluster_id IN ({listed})"""
        if engine.columns("cluster_members")
        else "SELECT NULL AS token WHERE false",
    )


def gains_of_organisers(ground: Ground) -> list[Estimate | Unknown]:
    """Return commissions, what stayed in paying wallets, subsidies; and what no table has."""
    n_here = ground.engine.value(
        f"SELECT count(*) FROM loss_orders WHERE shop_id IN ({ground.shops_sql})"
    )
    return [
        *_fees(ground, n_here), *_retained(ground), *_subsidies(ground, n_here), *_not_held(ground),
    ]  # fmt: skip


def _fees(ground: Ground, n_here: int) -> list[Estimate | Unknown]:
    rows = rows_of(
        ground.engine, f"{_PAID_BACK} WHERE o.shop_id IN ({ground.shops_sql})", ground.currency
    )
    if not len(rows.amount):
        if not ground.engine.value("SELECT count(*) FROM transfers"):
            missing = Words("转账（transfers）", "transfers")
        else:
            missing = Words("与这些订单配对的返款", "payments back that match these orders")
        return [Unknown(method="fees-received", who=ORGANISER, missing=(missing,))]
    back = len(rows.amount)
    return [
        Gain(
            method="fees-received", who=ORGANISER, currency=ground.currency, measure=Measure.MONEY,
            covers=frozenset({"commission"}),
            placebo=elsewhere(ground, _PAID_BACK, rows, n_here),
            notes=(
                Words(f"{back:,} 笔订单有配对的返款。",
                      f"Money back was matched for {back:,} orders."),
            ),
            **summed(rows, seed=ground.seed("fees")),
        )
    ]  # fmt: skip


def _retained(ground: Ground) -> list[Estimate | Unknown]:
    """What others paid into the paying wallets, less all that these paid out."""
    row = ground.engine.query(
        """SELECT CAST(coalesce(sum(amount_minor) FILTER (
                      WHERE to_token IN (SELECT token FROM loss_payers)
                        AND from_token NOT IN (SELECT token FROM loss_payers)), 0) AS BIGINT)
                      AS came,
                  CAST(coalesce(sum(amount_minor) FILTER (
                      WHERE from_token IN (SELECT token FROM loss_payers)
                        AND to_token NOT IN (SELECT token FROM loss_payers)), 0) AS BIGINT)
                      AS went
           FROM transfers"""
    ).to_pylist()[0]
    came, went = int(row["came"]), int(row["went"])
    missing = Words("流入付款钱包的全部款项", "everything that came into the paying wallets")
    if not came and not went:
        missing = Words("付款钱包（协同圈的付款方）", "paying wallets of the rings")
    if came <= went:
        return [Unknown(method="retained", who=ORGANISER, missing=(missing,))]
    kept, turnover, money = came - went, _fake_turnover(ground), Money(ground.currency)
    share = kept / turnover if turnover else 0.0
    low, high = (100 * each for each in USUAL_TAKE)
    is_usual = USUAL_TAKE[0] / 3 <= share <= USUAL_TAKE[1] * 3
    return [
        Gain(
            method="retained", who=ORGANISER, currency=ground.currency, measure=Measure.MONEY,
            proved=Range.counted(kept) if ground.confirmed >= set(ground.shops) else None,
            expected=Range.counted(kept), upper_minor=came,
            covers=frozenset({"retained"}),
            placebo=Placebo(
                is_passed=is_usual,
                words=Words(
                    f"占虚假成交额 {100 * share:.2f}%；已公布的两案为 {low:.1f}%–{high:.1f}%，"
                    f"{'相近' if is_usual else '未通过：相差三倍以上，钱包另有用途或流水不全'}。",
                    f"{100 * share:.2f} % of the fake turnover; {low:.1f}-{high:.1f} % in two "
                    "published cases: " + ("near." if is_usual else "not passed, more than three "
                    "times off: the wallets may serve other uses, or not all is seen."),
                ),
            ),
            notes=(
                Words(f"流入 {money.exact(came)}，流出 {money.exact(went)}。",
                      f"In {money.exact(came)}, out {money.exact(went)}."),
            ),
        )
    ]  # fmt: skip


def _fake_turnover(ground: Ground) -> float:
    return float(
        ground.engine.value(
            f"""SELECT CAST(coalesce(sum(paid_minor), 0) AS BIGINT) FROM loss_orders
                WHERE is_suspected AND shop_id IN ({ground.shops_sql})"""
        )
    )


def subsidy_rows_sql(ground: Ground) -> str:
    """Return the SELECT of subsidised orders in scope, with what was granted as ``amount``."""
    return f"{_SUBSIDIES} WHERE o.shop_id IN ({ground.shops_sql})"


def _subsidies(ground: Ground, n_here: int) -> list[Estimate | Unknown]:
    rows = rows_of(ground.engine, subsidy_rows_sql(ground), ground.currency)
    if not len(rows.amount):
        missing = Words("补贴（subsidies）", "subsidies")
        return [Unknown(method="subsidy-taken", who=TAKER, missing=(missing,))]
    parts = summed(rows, seed=ground.seed("subsidies"))
    back = total_of(ground.given.entries, "recovered", ground.currency)
    notes = []
    if back:
        written = Money(ground.currency).exact(back)
        notes.append(Words(f"已扣除追回的 {written}。", f"{written} that were recovered are off."))
        parts["expected"], parts["proved"] = (
            _less(parts["expected"], back),
            (None if parts["proved"] is None else _less(parts["proved"], back)),
        )
        parts["upper_minor"] = max(0, parts["upper_minor"] - back)
    return [
        Gain(
            method="subsidy-taken", who=TAKER, currency=ground.currency, measure=Measure.MONEY,
            covers=frozenset({"subsidy"}), placebo=elsewhere(ground, _SUBSIDIES, rows, n_here),
            notes=tuple(notes), **parts,
        )
    ]  # fmt: skip


def _less(amount: Range, minor: int) -> Range:
    return Range(
        low_minor=max(0, amount.low_minor - minor),
        point_minor=max(0, amount.point_minor - minor),
        high_minor=max(0, amount.high_minor - minor),
    )


def _not_held(ground: Ground) -> list[Estimate | Unknown]:
    """Memberships, points and parcel margins are in no table: only documents can say."""
    told = {each.kind for each in ground.given.entries}
    missing = [
        words
        for kind, words in (
            ("membership", Words("会员费（账册）", "memberships (books of account)")),
            ("points", Words("积分销售（账册）", "points sold (books of account)")),
            (
                "parcel-margin",
                Words("空包差价（账册）", "margin on empty parcels (books of account)"),
            ),
        )
        if kind not in told
    ]
    return [Unknown(method="documents", who=ORGANISER, missing=tuple(missing))] if missing else []

"""Holds as their shop is told of them: facts, reasons, basis, term, release, how to appeal."""

from collections.abc import Sequence

from unbrush.base.clock import minute_of
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.ladder import APPEAL_MS
from unbrush.respond.figures import Money

_ZONE = "Asia/Shanghai"

KINDS = {
    "subsidy": Words("不计数订单的补贴", "subsidies for orders that do not count"),
    "payout": Words("货款中不计数的部分", "the part of payouts that does not count"),
}
"""What is held, in words."""

CAUSES = {
    "term": Words("期限届满", "its term is over"),
    "person": Words("人工放行", "people let it go"),
    "appeal": Words("申诉成立", "an appeal was right"),
    "step-ended": Words("处置已结束", "its step has ended"),
    "run": Words("新的运行不再认为有争议", "a newer run disputes it no longer"),
}
"""Why it was let go."""


def holds_told(transaction: Transaction, shop_ids: Sequence[str]) -> list[Row]:
    """Return what is, and was, held of shops, each with its notice in both languages.

    Amounts are in minor units of ``currency``, times in epoch ms UTC.
    """
    rows = transaction.all(
        """SELECT h.hold_id, h.step_id, h.shop_id, h.kind, h.state, h.amount_minor, h.currency,
                  h.reason_zh, h.reason_en, h.basis, h.starts_at, h.ends_at, h.released_at,
                  h.release_cause, s.starts_at AS step_starts_at
           FROM holds h JOIN steps s ON s.step_id = h.step_id
           WHERE h.shop_id IN :shops AND h.starts_at IS NOT NULL
           ORDER BY h.starts_at, h.hold_id""",
        shops=list(shop_ids),
    )
    return [_told(row) for row in rows]


def _told(row: Row) -> Row:
    appeal_until = int(row["step_starts_at"]) + APPEAL_MS
    words = _notice(row, appeal_until)
    shown = {name: value for name, value in row.items() if name != "step_starts_at"}
    return {
        **shown, "appeal_until": appeal_until, "notice_zh": words.zh, "notice_en": words.en,
    }  # fmt: skip


def _notice(row: Row, appeal_until: int) -> Words:
    what, amount = KINDS[row["kind"]], Money(row["currency"]).exact(int(row["amount_minor"]))
    starts, ends, until = (
        minute_of(int(at), _ZONE) for at in (row["starts_at"], row["ends_at"], appeal_until)
    )
    state = Words(
        f"至 {ends} 自动放行；处置结束或申诉成立时立即放行",
        f"It is let go by itself at {ends}, and at once if the step ends or an appeal is right",
    )
    if row["released_at"] is not None:
        at, cause = minute_of(int(row["released_at"]), _ZONE), CAUSES[row["release_cause"]]
        state = Words(f"已于 {at} 放行：{cause.zh}", f"It was let go at {at}: {cause.en}")
    return Words(
        f"通知（{row['hold_id']}，时间均为北京时间）\n自 {starts} 起，依处置 {row['step_id']} 暂缓"
        f"发放店铺 {row['shop_id']} 的{what.zh}：{amount}。{state.zh}，全额发放，不收费、不计息。\n"
        f"事实与理由：{row['reason_zh']}\n依据：{row['basis']}\n由人提出并经他人批准。\n"
        f"如有异议，可在 {until} 前对 {row['step_id']} 免费申诉，由未参与的人复核；"
        "成立则立即放行。",
        f"Notice ({row['hold_id']}; times are China's)\nFrom {starts} on, for step "
        f"{row['step_id']}, of shop {row['shop_id']} are held: {what.en}, {amount}. {state.en}; "
        f"all of it is paid, without fee or interest.\nFacts and reasons: {row['reason_en']}\n"
        f"Basis: {row['basis']}\nOne person proposed it, another approved it.\n"
        f"You may appeal against {row['step_id']}, free of charge, until {until}; somebody who had "
        "no part decides, and if you are right all of it is let go at once.",
    )

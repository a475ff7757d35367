"""What merchants are told, in Chinese and English: of a step, and of being held for a victim."""

from collections.abc import Sequence

from unbrush.base.clock import minute_of
from unbrush.base.records import Row
from unbrush.base.words import Words
from unbrush.respond.desk.ladder import APPEAL_MS, LADDER

_ZONE = "Asia/Shanghai"
_VICTIM = "held-as-victim"


def notice_of(step: Row, starts_at: int, ends_at: int | None) -> Words:
    """Return what the merchant is told: facts, basis, step, term, and how to appeal."""
    rule = LADDER[step["rung"]]
    starts, until = minute_of(starts_at, _ZONE), minute_of(starts_at + APPEAL_MS, _ZONE)
    term_zh = "本通知不设期限" if ends_at is None else f"至 {minute_of(ends_at, _ZONE)} 自动失效"
    term_en = (
        "It has no term."
        if ends_at is None
        else f"It ends by itself at {minute_of(ends_at, _ZONE)}."
    )
    step_id, shop, why = step["step_id"], step["shop_id"], step["proportionality"]
    return Words(
        f"通知（{step_id}，时间均为北京时间）\n自 {starts} 起，对店铺 {shop} 采取："
        f"{rule.words.zh}（{step['rung']}），{term_zh}。\n"
        f"事实：{step['facts_zh']}\n依据：{step['basis']}\n为何不能更轻：{why}\n"
        "线索由程序发现，本决定由人作出并经他人批准。\n"
        f"如有异议，可在 {until} 前免费申诉，由未参与本决定的人复核；"
        "申诉成立则全部恢复，包括计数。",
        f"Notice ({step_id}; times are China's)\nFrom {starts} on, for shop {shop}: "
        f"{rule.words.en} ({step['rung']}). {term_en}\n"
        f"Facts: {step['facts_en']}\nBasis: {step['basis']}\nWhy nothing milder does: {why}\n"
        "A program found the traces; people took this decision, and others approved it.\n"
        f"You may appeal, free of charge, until {until}; somebody who had no part in this "
        "decides, and if you are right all of it is restored, counts included.",
    )


def victim_notice(
    notice_id: str,
    shop_id: str,
    at_ms: int,
    /,
    *,
    n_left_out: int | None,
    n_counted: int | None,
    restored: Sequence[str],
) -> Words:
    """Return what a shop is told that is held for the victim of fake orders.

    It names nobody else: neither who is behind it nor who reported it.

    Args:
        notice_id: The notice.
        shop_id: The shop.
        at_ms: When it is told.
        n_left_out: Its orders, or reviews, that do not count; None if the newest run does not say.
        n_counted: Those that count.
        restored: Ids of steps that were overturned and of holds that were let go.
    """
    at = minute_of(at_ms, _ZONE)
    zh, en = "有订单或评价不计入销量、评分与排名。", "Orders or reviews of it do not count."
    if n_left_out is not None and n_counted is not None:
        zh = f"{n_left_out} 笔订单（或评价）不计入销量、评分与排名，其余 {n_counted} 笔照常计入。"
        en = (
            f"{n_left_out:,} of its orders (or reviews) do not count for sales, rating and rank; "
            f"the other {n_counted:,} do."
        )
    back_zh = "本案此前未对该店采取措施，无须恢复。"
    back_en = "Nothing had been done to the shop in this case; there was nothing to give back."
    if restored:
        ids = ", ".join(restored)
        back_zh = f"已撤销或放行：{ids}；暂扣的款项全额放行，不收费用。"
        back_en = f"Overturned or let go: {ids}. What was held was let go in full, free of charge."
    return Words(
        f"通知（{notice_id}）\n北京时间 {at}，就店铺 {shop_id} 告知：经人审结，有人组织了虚假订单，"
        f"该店很可能是受害者（反向刷单）。\n事实：{zh}\n"
        "理由：未发现该店出资、下单或组织；线索指向他人。\n"
        f"对该店：本案不采取任何措施，不暂扣款项，不扣诚信分。\n恢复：{back_zh}\n"
        f"依据：未证明店铺参与的，最高停在 L1，只不计数，不处罚（规则 {_VICTIM}）。\n"
        "期限：不设期限。今后若有相反证据，须由人提出、经他人批准，并告知事实与依据。\n"
        f"咨询与申诉：请向平台虚假交易处理部门提出，注明 {notice_id}；如认为不计入的订单是"
        "真实的，可随时免费申诉，由人复核，成立则恢复计数；也可提交证据。"
        "线索由程序发现，结论由人作出。",
        f"Notice ({notice_id})\n{at} (China), about shop {shop_id}: people have confirmed that "
        "somebody organised fake orders, and the shop is likely a victim of it (reverse "
        "brushing).\n"
        f"Facts: {en}\nReasons: nothing found shows that the shop paid for them, placed them or "
        "had them organised; what was found points to somebody else.\n"
        "For the shop: no step is taken in this case, no money is held, and it loses no points.\n"
        f"Given back: {back_en}\nBasis: a shop that is not shown to have a part stays at L1: what "
        f"is fake does not count, and nobody is punished for it (rule {_VICTIM}).\n"
        "Term: none. Should evidence to the contrary come up, a person has to propose what "
        "follows, others approve it, and the shop is told facts and basis.\n"
        f"Whom to ask: the platform's desk for fake orders, naming {notice_id}. If you hold what "
        "does not count for genuine you may appeal at any time, free of charge; people look again, "
        "and if you are right it counts. You may send evidence, too. A program found the traces; "
        "people came to the conclusion.",
    )

"""What can be told: kinds of reports, what each is best proved by, and advice given at once."""

from dataclasses import dataclass

from unbrush.base.words import Words


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of report.

    Attributes:
        words: What it is called in the picker.
        helps: What proves it, most telling first: names of fields, or ``picture``.
        is_simple: Whether it is decided in 7 working days; 15 otherwise.
        advice: What the reporter is told at once, before anybody looks at the report.
    """

    words: Words
    helps: tuple[str, ...]
    is_simple: bool = True
    advice: Words | None = None


INSIDER = "insider-tip"

KINDS = {
    "cashback-card": Kind(
        words=Words("好评返现卡", "a card that pays for good reviews"),
        helps=("picture", "order_id"),
    ),
    "template-praise": Kind(
        words=Words("套话好评", "praise by template"),
        helps=("item_id", "review_id"),
    ),
    "empty-parcel": Kind(
        words=Words("空包或未下单的包裹", "an empty parcel, or one nobody ordered"),
        helps=("waybill_id", "picture"),
    ),
    "paid-visit": Kind(
        words=Words("花钱请人到店打卡好评", "a visit and praise that were paid for"),
        helps=("picture", "happened_at"),
        is_simple=False,
    ),
    "recruitment-post": Kind(
        words=Words("刷单招募", "a call for people who place fake orders"),
        helps=("picture",),
        is_simple=False,
    ),
    "review-blackmail": Kind(
        words=Words("差评勒索", "money asked for taking a bad review back"),
        helps=("picture", "review_id", "order_id"),
        is_simple=False,
        advice=Words(
            "请不要付款，也不要删除聊天记录；对方索要财物的，可向公安机关报案。",
            "Do not pay, and keep the whole conversation. If money is demanded you can go to the "
            "police.",
        ),
    ),
    INSIDER: Kind(
        words=Words("内部人员举报", "a tip from inside"),
        helps=("picture", "happened_at"),
        is_simple=False,
        advice=Words(
            "本举报只由审计人员查看，被举报人及其上级看不到。请勿使用单位的设备或网络查看进度。",
            "Only auditors see this; the person it is about and their superiors do not. Do not "
            "look at its state from a device or network of your employer.",
        ),
    ),
    "scam-victim": Kind(
        words=Words("被刷单诈骗", "cheated by a task scam"),
        helps=("picture", "paid_minor", "happened_at"),
        advice=Words(
            "请立即停止付款：“再做一单才能提现”“交解冻金、保证金”都是诈骗，付得越多损失越大。"
            "请马上拨打 110 或 96110 报警，联系银行或支付机构申请止付，并保存聊天、转账记录。"
            "您是受害人，不会因此被认定为刷单者。",
            "Stop paying now: “one more task before you can withdraw”, “unfreezing fees” and "
            "“deposits” are part of the fraud, and paying more only loses more. In China call 110 "
            "or 96110 at once, ask your bank or payment service to stop the transfer, and keep the "
            "conversation and the records of payment. You are a victim: this does not make you a "
            "brusher.",
        ),
    ),
}
"""Kinds by name."""

TRACKS = ("report", "complaint")
"""``report``: a violation that anybody may tell of; ``complaint``: the reporter's own dispute."""

CONTACT_MODES = ("named", "confidential", "anonymous")

MISSING = {
    "picture": Words(
        "能看清内容的照片或截图（卡片、聊天、包裹面单）",
        "a photo or screenshot that can be read (the card, the conversation, the parcel's label)",
    ),
    "shop_id": Words("是哪家店铺", "which shop it is about"),
    "item_id": Words("是哪件商品", "which item it is about"),
    "order_id": Words("订单编号", "the number of the order"),
    "waybill_id": Words("运单号", "the number of the waybill"),
    "review_id": Words("是哪条评价（链接或编号）", "which review (its link or number)"),
    "happened_at": Words("发生的时间", "when it happened"),
    "paid_minor": Words("付款金额和付款记录", "how much was paid, and the record of the payment"),
}
"""What a report may lack, as its reporter is told."""

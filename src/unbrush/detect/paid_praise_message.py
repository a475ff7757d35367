"""Paid praise, in messages: a shop that writes its buyers what five stars are worth.

What it finds: Messages that offer a reward (cash back, a red packet, a gift, money for the goods)
    on a condition (praise, a review with a photo, an order by a script), as paid-praise-post does
    for posts; it counts whether the shop's side wrote it, and to how many conversations.
Why it is fake: A buyer who is paid for five stars writes five stars, whatever came in the parcel.
Look-alikes: Those of paid-praise-post. Buyers who ask for what they were promised, or complain of
    it, offer nothing. Compensation for damage (no condition of praise). Requests for stars without
    a reward.
Score: As for paid-praise-post. E2 if the shop's side wrote it (staff of that shop, or whoever in an
    order's conversation is not its buyer), it dictates praise, and nothing in it is a sign of
    anything but an offer: such a message is no hint of the offer but the offer itself, kept by the
    platform. One sign of a denial, complaint, question or warning anywhere in it, and it stays E1.
    It shows that somebody pays (element b); who told the writer to is another question.
Check by hand: 1. Read the conversation around it. 2. See whether other buyers were written the
    same. 3. Look for small payments after those buyers' reviews (red-packet-channel).
Cost: Reads each distinct message once, under 0.1 ms, and joins senders with shops and orders.
References: docs/architecture.md, Evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.solicitation import read_all
from unbrush.base.solicitation.sayings import LOOK_ALIKES, said_en, said_zh, told
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a message is an offer, and when it is strong."""

    min_score: float = bounded(
        0.5, at_least=0.01, at_most=1.0, doc="Score from which a message is called paid praise."
    )
    strong_score: float = bounded(
        0.7, at_least=0.01, at_most=1.0, doc="Score from which the shop's own offer is strong, E2."
    )


def compute(params: Params, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return messages that offer a reward for praise or fake orders."""
    messages = tables["messages"].sort_by("message_id")
    found = [
        (row, said)
        for row, said in enumerate(read_all(messages["text"]))
        if said is not None and said.score >= params.min_score
    ]
    rows = messages.take(pa.array([row for row, _ in found], pa.int64()))
    by_shop = _by_shop(rows, tables["accounts"], tables["orders"])
    n_threads = _threads_by_sender(rows)
    facts = []
    for place, (_, said) in enumerate(found):
        strong = by_shop[place] and said.is_plain and said.buys == "praise"
        strong &= said.score >= params.strong_score
        facts.append(
            {
                "score": said.score,
                "strength": "E2" if strong else "E1",
                **told(said),
                "n_contacts": len(said.contacts),
                "is_by_shop": by_shop[place],
                "n_conversations": n_threads[place],
            }
        )
    ids = rows["message_id"].combine_chunks()
    alone = pa.ListArray.from_arrays(pa.array(range(len(found) + 1), pa.int32()), ids)
    columns = {name: [each[name] for each in facts] for name in facts[0]} if facts else {}
    return pa.table(
        {"subject_id": ids, "evidence_ids": alone, "score": pa.array([], pa.float64()), **columns}
    )


def _by_shop(messages: pa.Table, accounts: pa.Table, orders: pa.Table) -> list[bool]:
    """Say of each message whether the shop's side wrote it."""
    sender = messages["sender_id"]
    account = pc.index_in(sender, value_set=accounts["account_id"].combine_chunks())
    works_for = accounts["staff_of_shop_id"].take(account)
    is_staff = pc.equal(works_for, messages["shop_id"].cast(works_for.type))
    order = pc.index_in(messages["order_id"], value_set=orders["order_id"].combine_chunks())
    is_not_buyer = pc.not_equal(orders["account_id"].take(order).cast(sender.type), sender)
    either = pc.or_(pc.fill_null(is_staff, False), pc.fill_null(is_not_buyer, False))
    return [bool(value) for value in either.to_pylist()]


def _threads_by_sender(messages: pa.Table) -> list[int]:
    """Return for each message in how many conversations its sender made such offers."""
    threads: dict[object, set[object]] = {}
    senders = messages["sender_id"].to_pylist()
    for sender, thread in zip(senders, messages["thread_id"].to_pylist(), strict=True):
        threads.setdefault(sender, set()).add(thread)
    return [len(threads[sender]) for sender in senders]


def explain(facts: Facts) -> Words:
    """Say what is offered for what, whether by the shop, and in how many conversations."""
    who_zh = "店铺一方发出的消息" if facts["is_by_shop"] else "该消息"
    who_en = "A message from the shop's side" if facts["is_by_shop"] else "The message"
    n = facts["n_conversations"]
    more_zh = f"；同一发送者在 {n} 个会话中如此" if n > 1 else ""
    more_en = f"; its sender did so in {counted(n, 'conversation')}" if n > 1 else ""
    return Words(
        f"{who_zh}{said_zh(facts)}{more_zh}。",
        f"{who_en} {said_en(facts)}{more_en}.",
    )


DETECTOR = Detector(
    name="paid-praise-message",
    title=Words("以返现、礼品换好评的消息", "a message that pays for praise"),
    subject="message",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.ORGANISED,
    needs={"messages": ("message_id", "thread_id", "sender_id", "text")},
    uses={
        "messages": ("shop_id", "order_id"),
        "accounts": ("account_id", "staff_of_shop_id"),
        "orders": ("order_id", "account_id"),
    },
    evidence="messages",
    look_alikes={
        **LOOK_ALIKES,
        "buyer-claims-reward": Words("买家追问返现", "a buyer who asks for what was promised"),
        "compensation": Words("售后补偿", "compensation for damage"),
        "plain-request": Words("无奖励的好评请求", "a request for stars without a reward"),
    },
    params=Params(),
    compute=compute,
    explain=explain,
)

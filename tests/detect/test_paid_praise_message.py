"""Paid praise, in messages: who wrote it matters."""

import json

from tests.solicitation_texts import LOOK_ALIKE_TEXTS, OFFERS
from tests.worlds import HOUR, T0, Example, build
from tests.written_solicitations import NEUTRAL
from unbrush.detect import detect
from unbrush.detect.paid_praise_message import DETECTOR

SHOP, STAFF, BUYER = 3, 900, 7
ACCOUNTS = [{"account_id": STAFF, "staff_of_shop_id": SHOP}, {"account_id": BUYER}]
ORDERS = [
    {"order_id": n, "account_id": BUYER, "shop_id": SHOP, "placed_at": T0 + n} for n in range(1, 4)
]


def messages(texts, start=1, sender=STAFF, **more):
    return [
        {
            "message_id": start + n,
            "thread_id": 10 * start + n,
            "sender_id": sender,
            "at": T0 + n * HOUR,
            "text": text,
            "shop_id": SHOP,
            **more,
        }
        for n, text in enumerate(texts)
    ]


TEXTS = {
    **LOOK_ALIKE_TEXTS,
    "buyer-claims-reward": [
        "好评截图发你了，返现呢",
        "已经五星带图，红包什么时候返",
        "我已经晒图了，说好的红包没收到",
    ],
    "compensation": ["非常抱歉给您带来不便，破损的苹果补偿您10元，已退到支付宝", "差价返您5元"],
    "plain-request": ["亲，满意的话请给五星好评哦", "有问题联系客服，不要直接给差评，谢谢"],
}
HONEST = messages([text for texts in TEXTS.values() for text in texts], start=500)


def market(rows):
    return {"messages": rows, "accounts": ACCOUNTS, "orders": ORDERS}


EXAMPLE = Example(
    fake=market([*messages(OFFERS), *HONEST]),
    finds=set(range(1, 1 + len(OFFERS))),
    without_fakes=market(HONEST),
    look_alikes={
        name: market(messages(texts, sender=BUYER if name.startswith("buyer") else STAFF))
        for name, texts in TEXTS.items()
    },
)

OFFER = "五星带图好评，截图发我，红包返您"


def found(engine, rows):
    detect(engine, build(engine, market(rows)), chosen=[DETECTOR])
    return {s["subject_id"]: s for s in engine.query("SELECT * FROM signals").to_pylist()}


def test_staff_and_whoever_is_not_the_buyer_are_the_shop(engine):
    rows = [
        *messages([OFFER]),
        *messages([OFFER], start=20, sender=12_345, order_id=1),
        *messages([OFFER], start=40, sender=BUYER, order_id=2),
        *messages([OFFER], start=60, sender=BUYER),
    ]
    signals = found(engine, rows)
    assert {key: s["strength"] for key, s in signals.items()} == {
        1: "E2",
        20: "E2",
        40: "E1",
        60: "E1",
    }
    assert "shop's side" in signals[1]["reason_en"]
    assert "店铺一方" not in signals[40]["reason_zh"]


def test_conversations_of_one_sender_are_counted(engine):
    signals = found(engine, messages([OFFER, "好评返现5元", "今天发货"]))
    assert [json.loads(s["facts"])["n_conversations"] for s in signals.values()] == [2, 2]


def test_a_shops_denial_and_a_customers_complaint_are_never_strong(engine):
    spoken = [text for texts in NEUTRAL.values() for text in texts]
    rows = [
        *messages(spoken),
        *messages(spoken, start=1_000, sender=12_345, order_id=1),
        *messages(spoken, start=2_000, sender=BUYER, order_id=2),
    ]
    assert found(engine, rows) == {}


def test_one_sign_of_anything_but_an_offer_and_it_stays_weak(engine):
    signals = found(engine, messages([OFFER, f"亲，您好，{OFFER}，别家不兑现的多，联系客服领"]))
    assert [each["strength"] for each in signals.values()] == ["E2", "E1"]

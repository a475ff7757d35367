"""What the trees read of an order or review: a number, its words and the way it may only count."""

from dataclasses import dataclass

from unbrush.base.words import Words

AFTER_THE_FACT: dict[str, tuple[str, ...]] = {
    "orders": ("paid_at", "shipped_at", "confirmed_at", "closed_at", "status"),
    "reviews": ("edited_at",),
    "accounts": (),
    "labels": ("subject_kind", "subject_id", "is_fake", "source", "at"),
}
"""Columns that say what became of an event: no feature may read them, and a test changes them."""

TOPICS: dict[str, Words] = {
    "account": Words("账户的历史", "the account's past"),
    "pace": Words("账户的节奏", "the account's pace"),
    "pair": Words("与这家店铺的往来", "its dealings with this shop"),
    "shop": Words("店铺当时的情况", "what the shop was like then"),
    "surge": Words("店铺或商品的激增", "a surge at the shop or item"),
    "company": Words("同店同时的其他人", "who else came to the shop or item then"),
    "same-rating": Words("同商品同星级的评价", "reviews of the item with the same stars"),
    "rating": Words("评分与众人的距离", "its stars beside everybody's"),
    "habit": Words("该账户以往评价的样子", "what the account's earlier reviews were like"),
    "price": Words("金额", "the amount"),
    "token": Words(
        "与他人共用的设备、网络、地址或付款", "a device, network, address or payer shared"
    ),
    "text": Words("文字", "its text"),
    "setting": Words("下单或评价的场景", "how it was ordered or written"),
    "signal": Words("检测器的发现", "what detectors found"),
}
"""Groups of features, in which a reason is told."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One number about an order or review, known at its own moment.

    Attributes:
        name: Column of the features.
        topic: Which of `TOPICS` it is told under.
        words: What it counts, to be followed by its value.
        way: 1 if more of it may only raise the probability, -1 if only lower it, 0 if either.
    """

    name: str
    topic: str
    words: Words
    way: int = 0


SIGNAL = "signal:"
"""Begins the name of a feature that is the score of a detector or ring."""


def of_signal(name: str) -> Feature:
    """Return the feature that is what one detector says."""
    return Feature(
        name=f"{SIGNAL}{name}",
        topic="signal",
        words=Words(f"{name} 的评分", f"score of {name}"),
        way=1,
    )


def feature(name: str, topic: str, zh: str, en: str, way: int = 0) -> Feature:
    """Return a feature; for tables of them."""
    return Feature(name=name, topic=topic, words=Words(zh, en), way=way)

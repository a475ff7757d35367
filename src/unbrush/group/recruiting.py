"""Words that call for people to order, review or lend accounts: what honest talk of goods lacks."""

WORDS = (
    "刷单",
    "放单",
    "补单",
    "做单",
    "接单",
    "刷手",
    "垫付",
    "佣金",
    "本佣",
    "返款",
    "返本",
    "一起返",
    "先拍后返",
    "拍下返",
    "好评返",
    "五星",
    "手机兼职",
    "日结",
    "租号",
    "收号",
    "实名",
    "老号",
    "托管",
    "空包",
    "礼品代发",
    "进群",
    "brushing",
    "fake order",
    "refund after",
    "paid back after",
    "commission",
    "five star",
    "five-star",
    "per order",
    "join the group",
    "rent your account",
)
"""Each of them is said of honest things too."""

MIN_WORDS = 2
"""Different ones that a call has: a list of bargains may name a commission, or five stars."""


def calls_sql(text: str) -> str:
    """Return SQL that says whether the text in column ``text`` is such a call."""
    told = " + ".join(
        f"CASE WHEN contains(lower({text}), '{word}') THEN 1 ELSE 0 END" for word in WORDS
    )
    return f"coalesce({told}, 0) >= {MIN_WORDS}"

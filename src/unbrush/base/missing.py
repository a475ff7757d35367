"""What a decision lacks for the next rung, by the names in `decisions.missing`."""

from collections.abc import Mapping

from unbrush.base.words import Words

MISSING: Mapping[str, Words] = {
    "rows": Words(
        "没有一笔订单或一条评价的证据足以使其不计入。",
        "No order or review of it has enough against it to stop counting.",
    ),
    "a": Words(
        "不计入的订单和评价太少，尚不足以认定（要件一）。",
        "Too few orders or reviews are left out to establish anything (element a).",
    ),
    "b": Words(
        "尚无付款、指令或共同操控的证据（要件二）。",
        "Nothing shows pay, instructions or common control (element b).",
    ),
    "c": Words(
        "尚无证据表明店铺本身是幕后者（要件三）：也可能是他人反向刷单，店铺按受害者对待，不得处罚。",
        "Nothing ties the shop itself to it (element c): a rival may have bought these orders, so "
        "the shop is treated as a possible victim and must not be punished.",
    ),
    "second-family": Words(
        "只有一类证据；对外标注须有两类独立证据一致。",
        "One family of evidence alone; anything that others see needs two that agree.",
    ),
    "strong-families": Words(
        "尚无两类强证据一致，也无近乎确凿的证据。",
        "No two strong families agree, and nothing is near-dispositive.",
    ),
    "near-dispositive": Words(
        "尚无近乎确凿的证据，例如货款由店铺退回买家、包裹不可能装下商品。",
        "Nothing is near-dispositive, such as the shop paying prices back, or parcels that cannot "
        "hold the goods.",
    ),
    "share": Words(
        "虚假订单占全部订单的比例未达到限制销售的标准。",
        "Too small a share of its orders is fake for limits on sale.",
    ),
    "history": Words(
        "更高一级须有历次认定的记录，并由集体合议；一次运行不能提出。",
        "A higher rung needs a record of earlier findings and a panel; no single run proposes it.",
    ),
    "policy": Words(
        "现行策略不允许一次运行提出更高一级。", "The policy lets no run propose a higher rung."
    ),
    "second-row": Words(
        "只有一笔/条针对该账号的证据，可能只是巧合。",
        "Only one order or review speaks against the account, which may be chance.",
    ),
    "against-account": Words(
        "没有证据针对该账号本人，只针对其所购或所评。",
        "Nothing speaks against the account itself, only against what it bought or reviewed.",
    ),
    "second-witness": Words(
        "只有一类弱证据；还须有另一类证据，或更强的证据。",
        "One weak family of evidence alone; another family is missing, or something stronger.",
    ),
    "own-witness": Words(
        "证据只来自其评价，没有针对订单本身的证据。",
        "It is spoken of by its review alone, and by nothing of its own.",
    ),
    "probability": Words(
        "证据合计尚未达到不计入的标准。",
        "All evidence together does not yet reach what stops a row from counting.",
    ),
}
"""Everything that can be missing, in words; the last four are of orders, reviews and accounts."""

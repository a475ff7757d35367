"""What a hand behind an organiser's rings can have done: its words, columns and sentences.

`deed_rows` has the SELECT of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from unbrush.base.words import Words, counted
from unbrush.respond import figures
from unbrush.respond.figures import Money

Numbers = Mapping[str, Any]
"""n_rows, n_orders, n_accounts, n_shops, n_wallets, n_things and minor of one hand's deed."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One kind of deed.

    Attributes:
        name: What it is called in the code and in the drawing.
        words: What it is, in a word or two.
        carries: What flows: money, parcels or words; decides how its arrow is drawn.
        thing: The column that counts the deeds; one thing may stand in several rows.
        minor: The column with the money of one thing, empty if there is none.
        columns: The columns shown, as (event table, column).
        found_by: How the remaining rows are found: (event table, its column).
        sentence: The claim, given who does it, the numbers and how amounts are written.
        brief: The same for the picture, without who does it.
    """

    name: str
    words: Words
    carries: str
    thing: str
    minor: str = ""
    columns: tuple[tuple[str, str], ...]
    found_by: tuple[str, str]
    sentence: Callable[[Words, Numbers, Money], Words]
    brief: Callable[[Numbers, Money], Words]


_ORDER = tuple(
    ("orders", column)
    for column in ("order_id", "account_id", "shop_id", "placed_at", "paid_minor")
)
_TRANSFER = tuple(("transfers", column) for column in ("transfer_id", "amount_minor", "at"))


def _paid_back(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}返还了 {n['n_shops']:,} 家店铺 {n['n_orders']:,} 笔订单的货款，付给 "
        f"{n['n_accounts']:,} 个账号：{n['n_things']:,} 次转账，共 {money.whole(n['minor'])}。",
        f"{who.en} paid back {counted(n['n_orders'], 'order')} of {counted(n['n_shops'], 'shop')} "
        f"to {counted(n['n_accounts'], 'account')}: {counted(n['n_things'], 'transfer')}, "
        f"{money.whole(n['minor'])} in all.",
    )


def _filled(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}向圈内账号付款所用的 {n['n_wallets']:,} 个钱包转账 {n['n_things']:,} 次，共 "
        f"{money.whole(n['minor'])}（已对应到订单的返款不计在内）。",
        f"{who.en} paid {counted(n['n_wallets'], 'wallet')} that the rings' accounts pay with, in "
        f"{counted(n['n_things'], 'transfer')}: {money.whole(n['minor'])} (without what was "
        "matched to orders).",
    )


def _paid_for(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}替 {n['n_accounts']:,} 个账号支付了 {n['n_shops']:,} 家店铺的 "
        f"{n['n_orders']:,} 笔订单，共 {money.whole(n['minor'])}。",
        f"{who.en} paid for {counted(n['n_orders'], 'order')} of "
        f"{counted(n['n_accounts'], 'account')} in {counted(n['n_shops'], 'shop')}: "
        f"{money.whole(n['minor'])}.",
    )


def _paid_by_shops(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}收到 {n['n_shops']:,} 家店铺自己的账户转来的 {n['n_things']:,} 笔款，共 "
        f"{money.whole(n['minor'])}。",
        f"{who.en} received {counted(n['n_things'], 'transfer')} from the own accounts of "
        f"{counted(n['n_shops'], 'shop')}: {money.whole(n['minor'])} in all.",
    )


def _sent(who: Words, n: Numbers, money: Money) -> Words:
    light = figures.decimal(n["middle"]).removesuffix(".00") if n["middle"] is not None else ""
    zh = f"，半数不超过 {light} 克" if light else ""
    en = f"; half weigh {light} g or less" if light else ""
    return Words(
        f"{who.zh}为 {n['n_shops']:,} 家店铺的 {n['n_orders']:,} 笔订单发出 "
        f"{n['n_things']:,} 个包裹{zh}。",
        f"{who.en} sent {counted(n['n_things'], 'parcel')} for "
        f"{counted(n['n_orders'], 'order')} of {counted(n['n_shops'], 'shop')}{en}.",
    )


def _invited(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}直接或间接邀请注册了圈内 {n['n_accounts']:,} 个账号。",
        f"{who.en} invited {counted(n['n_accounts'], 'account')} of the rings to register, "
        "directly or through others.",
    )


def _posted(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}在站外发布了 {n['n_things']:,} 条帖子。",
        f"{who.en} wrote {counted(n['n_things'], 'post')} off the platform.",
    )


DEEDS = (
    Deed(
        name="paid_back",
        words=Words("返还货款", "paid back"),
        carries="money",
        thing="transfer_id",
        minor="amount_minor",
        columns=_ORDER + _TRANSFER,
        found_by=("transfers", "from_token"),
        sentence=_paid_back,
        brief=lambda n, money: Words(
            f"{n['n_orders']:,} 笔订单 · {money.whole(n['minor'])}",
            f"{counted(n['n_orders'], 'order')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="filled",
        words=Words("充值钱包", "filled wallets"),
        carries="money",
        thing="transfer_id",
        minor="amount_minor",
        columns=tuple(
            ("transfers", each) for each in ("transfer_id", "to_token", "amount_minor", "at")
        ),
        found_by=("transfers", "from_token"),
        sentence=_filled,
        brief=lambda n, money: Words(
            f"{n['n_wallets']:,} 个钱包 · {money.whole(n['minor'])}",
            f"{counted(n['n_wallets'], 'wallet')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="paid_for",
        words=Words("代为付款", "paid for"),
        carries="money",
        thing="order_id",
        minor="paid_minor",
        columns=_ORDER,
        found_by=("orders", "payer_token"),
        sentence=_paid_for,
        brief=lambda n, money: Words(
            f"{n['n_orders']:,} 笔订单 · {money.whole(n['minor'])}",
            f"{counted(n['n_orders'], 'order')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="paid_by_shops",
        words=Words("收店铺转款", "got from shops"),
        carries="fee",
        thing="transfer_id",
        minor="amount_minor",
        columns=(("shops", "shop_id"), *_TRANSFER),
        found_by=("transfers", "to_token"),
        sentence=_paid_by_shops,
        brief=lambda n, money: Words(
            f"{n['n_shops']:,} 家 · {money.whole(n['minor'])}",
            f"{counted(n['n_shops'], 'shop')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="sent",
        words=Words("发出包裹", "sent"),
        carries="parcels",
        thing="waybill_id",
        columns=(
            *(("shipments", column) for column in ("waybill_id", "sent_at", "weight_g")),
            *(("shipments", column) for column in ("origin_region", "destination_region")),
            *(("orders", column) for column in ("order_id", "account_id", "shop_id")),
        ),
        found_by=("shipments", "shipper_token"),
        sentence=_sent,
        brief=lambda n, money: Words(
            f"{n['n_things']:,} 个 · {n['n_shops']:,} 家店铺",
            f"{counted(n['n_things'], 'parcel')} · {counted(n['n_shops'], 'shop')}",
        ),
    ),
    Deed(
        name="invited",
        words=Words("邀请注册", "invited"),
        carries="words",
        thing="account_id",
        columns=tuple(
            ("accounts", each) for each in ("account_id", "invited_by", "registered_at", "region")
        ),
        found_by=("accounts", "invited_by"),
        sentence=_invited,
        brief=lambda n, money: Words(
            f"{n['n_accounts']:,} 个账号", counted(n["n_accounts"], "account")
        ),
    ),
    Deed(
        name="posted",
        words=Words("站外发帖", "posted"),
        carries="words",
        thing="post_id",
        columns=tuple(
            ("posts", each) for each in ("post_id", "captured_at", "channel", "text", "shop_id")
        ),
        found_by=("posts", "author_token"),
        sentence=_posted,
        brief=lambda n, money: Words(f"{n['n_things']:,} 条", counted(n["n_things"], "post")),
    ),
)
"""All deeds, those that say most first."""

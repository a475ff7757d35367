"""Cash for praise (好评返现卡): a card in the parcel promises some yuan for five stars and a photo.

The buyers are genuine and so are their orders; what is bought is the praise. Whoever sends a
screenshot gets a small fixed red packet from one wallet. First the chat says so in plain words,
then in code; at last everything happens outside the platform.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate import wording
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Post, Talk
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import Sheet, decide, rows
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "review-cash-card"
SHARE = 0.1
SIZE = 1.0
ON_REQUEST = True

PACKETS_FEN = (200, 300, 500, 600, 800, 880, 1_000, 1_280, 1_500, 1_880, 2_000)
RESPOND = (0.35, 0.6)
"""Share of buyers who do what the card asks."""
BUYER = f"{NAME}-buyer"

_TALKS = (0.8, 0.5, 0.25, 0.05)
_N_AMOUNTS = (1, 2, 3, 4)
"""By level: responses that the platform's chat shows; different packets (more for a film)."""
_ASKS = (
    ("收货后五星好评带图，截图发客服，红包{yuan}元马上返",),
    ("5⭐晒图+15字，截个图给客服，有{yuan}元小红包", "全5分带图评价后联系我们领{yuan}元哦"),
    ("亲，小红花🌸🌸🌸🌸🌸晒一晒，找客服有惊喜", "五朵小花加美照，截图有心意奉上"),
    ("卡片上的活动亲可以参加哦",),
)
_SENDS = (
    ("好评截图发你了，返现呢", "已经五星带图，红包"),
    ("晒好了，截图在上面", "5⭐好了，红包怎么领"),
    ("小红花已送", "弄好了看下图"),
    ("弄好了",),
)
_THANKS = ("收到亲，红包已发请查收", "感谢支持，已安排", "好的亲，注意查收")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's card: about ``n`` buyers who follow it, among those who do not."""
    hides, level = LEVELS[world.level], world.level
    shop = world.take_shops(1)
    n_buyers = round(n / between(rng, RESPOND))
    account = world.buyers(rng, n_buyers)
    n_days = min(whole(rng, (20, 50)), N_DAYS - 8)
    start = int(rng.integers(0, N_DAYS - n_days - 5))
    at = moments(rng, start + rng.integers(0, n_days, len(account)))
    item = world.hot_item(rng, np.repeat(shop, len(account)))
    bought = draft(world, rng, account=account, item=item, at=at)
    schedule(world, rng, bought)
    follows = rng.random(len(account)) < n / len(account)
    sheet, others = rows(bought, follows), rows(bought, ~follows)
    _praise(world, rng, sheet)
    packets = rng.choice(PACKETS_FEN, _N_AMOUNTS[level], replace=False)
    moved, total, seen_minor = _packets(world, rng, sheet, packets, int(shop[0]), hides)
    yuan = f"{int(packets[0]) / 100:g}"
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="shop",
            shops=tuple(map(int, shop)),
            n_accounts=len(np.unique(sheet["account"])),
            fees_minor=total,
            seen_minor=seen_minor,
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=shop,
        honest={"order": BUYER, "account": BUYER},
        camouflage=others,
        money=[moved],
        talk=_chat(world, rng, sheet, yuan),
        posts=_card(world, rng, int(shop[0]), int(at.min()), yuan),
    )


def _praise(world: World, rng: Rng, sheet: Sheet) -> None:
    """Write the praise asked for: five stars, long enough, with a photo, in place."""
    n = len(sheet["at"])
    everyone = np.ones(n, bool)
    rating = np.full(n, 5)
    free = wording.compose(
        world.rules, rng, category=world.category_of(sheet["item"]), rating=rating
    )
    text = world.texts.add(free.to_pylist())
    wait = around(rng, 1.2, 0.8, n) * DAY_MS + HOUR_MS
    review_at = sheet["delivered_at"] + np.minimum(wait, 9 * DAY_MS).astype(np.int64)
    decide(sheet, everyone, review_at=review_at, text=text, rating=5, fate=0)
    decide(sheet, rng.random(n) < 0.95, photo=world.people.new("phone", n) + (1 << 30))


def _packets(
    world: World, rng: Rng, sheet: Sheet, packets: Array, shop: int, hides: Camouflage
) -> tuple[Money, int, int]:
    """Send the packets; return what is seen of them, and what all and these come to."""
    n = len(sheet["at"])
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(shop)))
    amount = packets[np.minimum(rng.geometric(0.7, n) - 1, len(packets) - 1)]
    low, high = hides.pay_hours
    wait = around(rng, (low * high) ** 0.5 / 2, 0.6, n) * HOUR_MS
    at = sheet["review_at"] + wait.astype(np.int64)
    seen = rng.random(n) < between(rng, hides.seen_share)
    moved = money(
        world,
        sender=payers[np.minimum(rng.geometric(0.8, n) - 1, len(payers) - 1)][seen],
        receiver=sheet["payer"][seen],
        amount_minor=amount[seen],
        at=at[seen],
        channel="red-packet",
        memo=("好评返现", "红包", "", "")[world.level],
    )
    return moved, int(amount.sum()), int(amount[seen & (at < END_AT)].sum())


def _chat(world: World, rng: Rng, sheet: Sheet, yuan: str) -> list[Talk]:
    """Return what the platform's own chat shows: the offer, the screenshot, the thanks."""
    row = np.flatnonzero(rng.random(len(sheet["at"])) < _TALKS[world.level])
    n = len(row)
    asks = world.phrases.add([text.format(yuan=yuan) for text in _ASKS[world.level]])
    sends, thanks = world.phrases.add(_SENDS[world.level]), world.phrases.add(_THANKS)
    asked_at = sheet["delivered_at"][row] + rng.integers(10 * MINUTE_MS, HOUR_MS, n)
    sent_at = sheet["review_at"][row] + rng.integers(MINUTE_MS, 40 * MINUTE_MS, n)
    return [
        Talk(row, np.ones(n), asked_at, asks[rng.integers(0, len(asks), n)]),
        Talk(row, np.zeros(n), sent_at, sends[rng.integers(0, len(sends), n)]),
        Talk(row, np.ones(n), sent_at + 20 * MINUTE_MS, thanks[rng.integers(0, len(thanks), n)]),
    ]


def _card(world: World, rng: Rng, shop: int, since: int, yuan: str) -> list[Post]:
    """Return the card as a consumer showed it around, if one did."""
    if rng.random() > (0.8, 0.5, 0.2, 0.05)[world.level]:
        return []
    text = f"包裹里有返现卡：五星好评+晒图+15字，截图加客服微信，返{yuan}元红包"
    at = max(START_AT, since) + int(rng.integers(2 * DAY_MS, 9 * DAY_MS))
    return [Post(min(at, END_AT - 1), text, "forum", (1 << 36) + shop, shop)]

"""A2, a free meal for five stars: "打卡拍照、发布五星好评，免费享用双人套餐".

Published (Chengdu, 探店): an agency recruits diners for a restaurant, reads what they are going to
write before they post it, and gives their money back: 10,371 yuan of meals and 5,000 yuan for the
agency. The acceptance asks for one restaurant and 80 visits, and two honest events beside it at
which people who say that they were invited write what they think.

Not published, so drawn by seed within ranges of our own: how many drafts the agency has, how often
one person comes, the agency's other clients. Vouchers are bought, and used up within minutes of one
another on a few evenings; nobody who only redeems has looked at the page (no dwell), while guests
have. Levels change how many have (by level 5, 25, 55, 85 %), how far reviews have moved from the
drafts, who pays, how the call is written and whether it was captured. The tables know no
restaurants, vouchers or visits: these are shops for food, orders without parcels, and the moment
at which an order is fulfilled.

At the events money goes the other way round: a firm pays those it invited for their work whatever
they write, and their reviews are marked as disclosed.
"""

from dataclasses import dataclass, replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, whole
from unbrush.simulate.crew import Crew, orders_of, real_people
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Money, Plan, Planting, Post, Talk, look_alike
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import BROWSING, DIRECT, KEPT, NO_PARCEL, WRITTEN, Sheet, decide
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.texts.buying import TRADES
from unbrush.simulate.texts.contacts import contact
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.masks import masked
from unbrush.simulate.texts.names import eatery
from unbrush.simulate.texts.reviewing import ANGRY, EVEN, PLEASED, review
from unbrush.simulate.texts.supplied import descended
from unbrush.simulate.texts.supplied import draft as first_draft
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "A2"
TITLE = Words(
    "五星好评换双人套餐：餐饮探店代理招人、审稿、返餐费，另有两场如实标注的达人活动",
    "a free meal for five stars: an agency recruits, edits, pays back; two disclosed events",
)
KIND = "free-meal"
EVENT, GUESTS = "disclosed-event", "restaurant-guests"
TIERS = {"ci": 12_000, "nightly": 200_000}  # orders of the market

N_VISITS = 80
MEALS_MINOR = 1_037_100
SERVICE_MINOR = 500_000
N_DRAFTS = (3, 6)
N_EVENINGS = (4, 9)
N_GUESTS = 120
N_INVITED = (18, 30)
INVITED_YUAN = (200, 800)
STARS = (5, 4, 3, 2, 1)
_HONEST = (0.42, 0.27, 0.16, 0.09, 0.06)
_INVITED = (0.34, 0.38, 0.2, 0.06, 0.02)
_LOOKS_FIRST = (0.05, 0.25, 0.55, 0.85)
_CAPTURED = (1.0, 0.8, 0.5, 0.2)
_BILL_SEEN = (1.0, 1.0, 0.6, 0.25)
"""By level: visitors who have looked at the page; calls that somebody captured; how often the
platform's own wallets show what the restaurant pays."""
CALL = "打卡拍照、发布五星好评，免费享用双人套餐"


@dataclass(frozen=True)
class Place:
    """One restaurant."""

    shop: int
    item: int
    name: str


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the agency's visits, the restaurant's own guests and two honest events."""
    dice = Dice(world.streams.part("case A2 texts"))
    food = [category.name for category in CATEGORIES].index("零食")
    first, *others = (
        Place(int(shop), int(world.shops.first_item[shop]), eatery(dice))
        for shop in world.take_shops(3, categories=[food])
    )
    agency = world.wallets(1)
    visits, payers = _visits(world, rng, dice, first, agency)
    events = [_event(world, rng, dice, place) for place in others]
    guests = [_guests(world, rng, dice, place) for place in (first, *others)]
    diners = np.unique(visits.orders["account"])
    authors = np.array([post.author for post in visits.posts], np.int64)
    return Staged(
        plantings=[visits, *events, *guests],
        roles=[
            Role("organiser", "payer", agency),
            Role("payer", "payer", payers),
            Role("brusher", "account", diners, world.people["region"][diners]),
            Role("merchant", "shop", np.array([first.shop]), world.shops.region[[first.shop]]),
            Role("recruiter", "author", authors),
        ],
        facts={
            "meals_minor": MEALS_MINOR,
            "service_minor": SERVICE_MINOR,
            "call": CALL,
            "n_disclosed": sum(int((each.orders["disclosed"] == 1).sum()) for each in events),
        },
    )


def _visits(
    world: World, rng: Rng, dice: Dice, place: Place, agency: Array
) -> tuple[Planting, Array]:
    """Return the visits that the agency arranged, and the wallets that pay the diners."""
    level, n = world.level, N_VISITS
    people = real_people(world, rng, whole(rng, (52, N_VISITS)))
    sheet, evenings = _redeemed(world, rng, place, people)
    drafts = [first_draft(dice, shop=place.name) for _ in range(dice.whole(*N_DRAFTS))]
    texts = [descended(dice, dice.one(drafts), level=level) for _ in range(n)]
    decide(sheet, np.ones(n, bool), text=world.texts.add(texts), rating=5, text_source=WRITTEN)
    hides = replace(LEVELS[level], noise=0.0)  # the sum of the meals was published
    payers = payers_of(world, rng, camouflage=hides, own=int(agency[0]))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.zeros(n, np.int64),
        to=sheet["payer"],
        since=sheet["review_at"],
        payers=payers,
        camouflage=hides,
        memo="探店返款" if level == 0 else "",
    )
    diners = np.unique(sheet["account"])
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=level,
            organiser="agent",
            shops=(place.shop,),
            n_accounts=len(diners),
            returned_minor=back.returned_minor,
            fees_minor=SERVICE_MINOR,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=diners,
        shops=np.array([place.shop]),
        money=[*back.money, *_service(world, rng, place, agency, back, evenings)],
        talk=_audit(world, rng, sheet),
        posts=_calls(dice, level, place, int(evenings.min())),
    )
    return planting, payers


def _redeemed(world: World, rng: Rng, place: Place, people: Crew) -> tuple[Sheet, Array]:
    """Return vouchers bought on some evenings and used within the hour, at once for a whole table.

    What they cost is so shared out that the sum is what was published.
    """
    n = N_VISITS
    day = np.sort(rng.choice(np.arange(8, N_DAYS - 14), whole(rng, N_EVENINGS), replace=False))
    evenings = START_AT + day * DAY_MS + (10 * HOUR_MS) + rng.integers(0, 90, len(day)) * MINUTE_MS
    evening = rng.integers(0, len(day), n)
    used = evenings[evening] + (rng.random(n) * 25 * MINUTE_MS).astype(np.int64)
    who = np.concatenate([rng.permutation(people.n), rng.integers(0, people.n, n)])[:n]
    at = used - (around(rng, 50, 0.5, n) * MINUTE_MS).astype(np.int64)
    sheet = orders_of(world, rng, people, who=who, item=np.full(n, place.item), at=at)
    share = rng.dirichlet(np.full(n, 30.0))
    paid = np.maximum(1_000, np.round(share * MEALS_MINOR / 10).astype(np.int64) * 10)
    paid[-1] += MEALS_MINOR - paid.sum()
    sheet["paid_minor"] = paid
    _serve(sheet, used)
    looks = rng.random(n) < _LOOKS_FIRST[world.level]
    sheet["path"] = np.where(looks, BROWSING, DIRECT).astype("i1")
    sheet["review_at"] = used + ((0.5 + around(rng, 6, 0.6, n)) * HOUR_MS).astype(np.int64)
    return sheet, evenings


def _serve(sheet: Sheet, used: Array) -> None:
    """Nothing travels: a voucher is fulfilled when it is used."""
    sheet["parcel"][:] = NO_PARCEL
    sheet["shipped_at"], sheet["delivered_at"] = used.copy(), used + MINUTE_MS
    sheet["fate"][:] = KEPT


def _service(
    world: World, rng: Rng, place: Place, agency: Array, back: Returned, evenings: Array
) -> list[Money]:
    """Return what the restaurant pays the agency, if seen: its service, the meals in advance."""
    if rng.random() > _BILL_SEEN[world.level]:
        return []
    at = np.array([evenings.min() - 2 * DAY_MS, evenings.max() + DAY_MS])
    total = np.array([back.returned_minor, SERVICE_MINOR])
    bill = money(
        world,
        sender=np.repeat(world.owner_wallet(place.shop), 2),
        receiver=np.repeat(agency, 2),
        amount_minor=total,
        at=at,
        channel="transfer",
        memo="推广服务费" if world.level == 0 else "货款",
    )
    return [bill]


def _audit(world: World, rng: Rng, sheet: Sheet) -> list[Talk]:
    """Return messages about drafts, which careless people send where they can be seen."""
    row = np.flatnonzero(rng.random(N_VISITS) < (0.2, 0.1, 0.03, 0.0)[world.level])
    asks = world.phrases.add(["稿子发您了，可以发点评了吗", "图拍好了，文案按您给的改的，您看下"])
    says = world.phrases.add(["可以发，五星，发完截图", "第二句改一下再发，发完返餐费"])
    at = sheet["review_at"][row] - rng.integers(20, 90, len(row)) * MINUTE_MS
    return [
        Talk(row, np.zeros(len(row)), at, asks[rng.integers(0, 2, len(row))]),
        Talk(row, np.ones(len(row)), at + 5 * MINUTE_MS, says[rng.integers(0, 2, len(row))]),
    ]


def _calls(dice: Dice, level: int, place: Place, since: int) -> list[Post]:
    """Return what the agency posted to find diners, where somebody captured it."""
    found = []
    for _ in range(dice.whole(2, 4)):
        reach = contact(dice, level=level)
        text = f"{place.name}{masked(dice, CALL, level=level)}，"
        text += masked(
            dice, dice.one(("稿子审核后发布，餐费返还", "文案我们给，发完返现")), level=level
        )
        at = since - dice.whole(1, 6) * DAY_MS
        captured = dice.chance(_CAPTURED[level])
        named = (place.shop, place.item) if dice.chance((1.0, 0.8, 0.4, 0.1)[level]) else (-1, -1)
        if captured:
            channel = dice.one(("moments", "chat-group", "forum"))
            text = f"{text}，报名{reach.written}"
            found.append(Post(at, text, channel, AUTHORS, *named, reach.value))
    return found


def _said(dice: Dice, stars: Array) -> list[str]:
    """Return what guests write of a meal, by the stars they give."""
    mood = {1: ANGRY, 2: ANGRY, 3: EVEN, 4: PLEASED, 5: PLEASED}
    return [review(dice, trade=TRADES["meals"], mood=mood[int(each)]).text for each in stars]


def _guests(world: World, rng: Rng, dice: Dice, place: Place) -> Planting:
    """Return a restaurant's own guests: they look, come when they like, and a third review."""
    account = world.buyers(rng, N_GUESTS)
    n = len(account)
    at = moments(rng, rng.integers(1, N_DAYS - 6, n))
    sheet = draft(world, rng, account=account, item=np.full(n, place.item), at=at)
    sheet["paid_minor"] = (around(rng, 110, 0.4, n)).astype(np.int64) * 100
    _serve(sheet, at + (around(rng, 16, 1.2, n) * HOUR_MS).astype(np.int64))
    came = sheet["delivered_at"]
    sheet["review_at"] = np.where(rng.random(n) < 0.35, came + around(rng, 20, 0.9, n).astype(
        np.int64) * HOUR_MS, -2)  # fmt: skip
    stars = rng.choice(STARS, n, p=_HONEST)
    text = world.texts.add(_said(dice, stars))
    decide(sheet, np.ones(n, bool), rating=stars, text=text, text_source=WRITTEN)
    return look_alike(GUESTS, sheet)


def _event(world: World, rng: Rng, dice: Dice, place: Place) -> Planting:
    """Return an evening to which people were invited, who say so and write what they think."""
    account = world.buyers(rng, whole(rng, N_INVITED))
    n = len(account)
    evening = START_AT + whole(rng, (10, N_DAYS - 12)) * DAY_MS + 10 * HOUR_MS
    used = evening + (rng.random(n) * 45 * MINUTE_MS).astype(np.int64)
    sheet = draft(world, rng, account=account, item=np.full(n, place.item), at=used - 2 * HOUR_MS)
    sheet["paid_minor"][:] = 100  # a token price; the restaurant bears the rest
    sheet["quantity"][:] = 1
    sheet["path"] = np.where(rng.random(n) < 0.5, DIRECT, BROWSING).astype("i1")
    _serve(sheet, used)
    sheet["review_at"] = used + (around(rng, 30, 0.7, n) * HOUR_MS).astype(np.int64)
    stars = rng.choice(STARS, n, p=_INVITED)
    head = ("受邀试菜，", "【合作体验】", "店家请客，照实说：", "#广告 ", "活动受邀，非自费。")
    text = world.texts.add([dice.one(head) + said for said in _said(dice, stars)])
    every = np.ones(n, bool)
    decide(sheet, every, rating=stars, text=text, text_source=WRITTEN, disclosed=1)
    firm = world.wallets(1)
    fee = rng.integers(INVITED_YUAN[0] // 50, INVITED_YUAN[1] // 50 + 1, n) * 5_000
    # Paid for the evening, before anybody has posted anything.
    pays = money(
        world,
        sender=np.repeat(firm, n),
        receiver=sheet["payer"],
        amount_minor=fee,
        at=np.minimum(used - rng.integers(1, 20, n) * HOUR_MS, END_AT - 1),
        channel="transfer",
        memo="推广合作费",
    )
    note = (
        f"【合作招募】{place.name}新品试菜，邀请{n}位达人到店，支付出场费，"
        "请如实评价并标注“广告”，好坏均可"
    )
    post = Post(evening - 5 * DAY_MS, note, "forum", int(firm[0]), place.shop, place.item)
    return look_alike(EVENT, sheet, shops=np.array([place.shop]), money=[pays], posts=[post])

"""B7, a claimed victim: a shop that has its orders brushed says that a rival does it to harm it.

What reverse brushing looks like is known, and so is the excuse: the shop that is caught claims to
be the victim. Here one shop brushes for itself, in earnest; then it stages an attack (orders by the
same accounts that are cancelled at once, some earlier ones refunded) and complains, to buyers and
in public. Another shop really is attacked, by a rival that sells the same goods, and complains in
the same words. Shops that misread a rush of real buyers as an attack complain, too. The truth
(`claims` in market.json) says which is which; labels call the one fake, the other
`rival-attack-victim`, the last `mistaken-claim`.

No numbers were published, so all are drawn by seed within ranges of our own: 500 to 620 orders that
are brushed, of which 6 to 12 % are refunded, 40 to 90 that are staged, 450 to 600 of the attack.
Levels change what they change elsewhere, for brushers and attackers alike; from level 1 on staged
orders are funded by a stranger beforehand, as those of a rival are.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate import ids
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Post, Talk, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import (
    CANCELLED,
    DIRECT,
    KEPT,
    NEVER,
    REFUNDED,
    TWO_NODES,
    Sheet,
    decide,
    join,
    rows,
)
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "B7"
TITLE = Words(
    "自称被反向刷单：真刷单的店家伪造退款并投诉喊冤，旁边另有真正的受害店及其对手",
    "a brushing shop claims to be a victim, beside a true victim and its rival",
)
CLAIMED, ATTACK, MISTAKEN = "claimed-victim", "rival-attack", "mistaken-claim"
TIERS = {"ci": 20_000, "nightly": 200_000}  # orders of the market

N_BRUSHED, REFUNDS = (500, 620), (0.06, 0.12)
N_STAGED, FEE_YUAN = (40, 90), (4, 15)
N_ATTACK = (450, 600)
N_MISTAKEN, PER_MISTAKEN, REGRET = 2, (140, 240), 0.25
_PER_ACCOUNT = ((10, 30), (3, 8), (1, 3), (1, 1))
_ATTACK_DAYS = ((2, 4), (3, 6), (5, 12), (10, 24))
_UNDONE = ((0.85, 1.0), (0.7, 0.9), (0.4, 0.6), (0.1, 0.25))
_FUNDED = (1.0, 0.8, 0.4, 0.1)
"""By level: orders of an account; days of the attack; share undone; accounts seen to be funded."""

_CLAIMS = (
    "本店近日遭同行恶意刷单，短时间大量异常订单并反复退款，请平台核实，还我清白",
    "有人雇水军给我店刷单陷害，订单不是我们做的，已提交平台申诉",
    "被竞争对手反向刷单，店铺面临降权，求平台查清楚是谁下的单",
)
_WARNS = (
    "您的订单异常，请不要再恶意下单，我们已向平台举报",
    "请问是谁让您拍的？这样的订单我们不发货，已上报平台",
)


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


@dataclass(frozen=True)
class _Claim:
    """A complaint: who complains, when, whether it is true, and what was planted around it."""

    shop: int
    at: int
    is_true: bool
    planting: Planting


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the claimed victim, the true one with its rival, and shops that are mistaken."""
    claimed, payers = _claimed(world, rng)
    true, rival = _attacked(world, rng)
    claims = [claimed, true, *(_mistaken(world, rng) for _ in range(N_MISTAKEN))]
    region, home = world.people["region"], world.shops.region
    brushers = np.union1d(claimed.planting.accounts, true.planting.accounts)
    return Staged(
        plantings=[claim.planting for claim in claims],
        roles=[
            Role("brusher", "account", brushers, region[brushers]),
            Role("merchant", "shop", claimed.planting.shops, home[claimed.planting.shops]),
            Role("organiser", "shop", np.array([rival]), home[[rival]]),
            Role("payer", "payer", payers),
        ],
        facts={
            "claims": [
                {"shop_id": ids.FIRST_SHOP + c.shop, "at": c.at, "is_true": c.is_true}
                for c in claims
            ],
            "claimed_victim": ids.FIRST_SHOP + claimed.shop,
            "true_victim": ids.FIRST_SHOP + true.shop,
            "rival": ids.FIRST_SHOP + rival,
            "mistaken": sorted(ids.FIRST_SHOP + c.shop for c in claims[2:]),
        },
    )


def _claimed(world: World, rng: Rng) -> tuple[_Claim, Array]:
    """A shop brushes, stages an attack on itself and complains; last, the wallets that pay."""
    hides = LEVELS[world.level]
    shops = world.take_shops(1)
    shop, n = int(shops[0]), whole(rng, N_BRUSHED)
    n_days = whole(rng, hides.n_days) + 4
    start = start_of(rng, n_days + 3)
    n_accounts = max(4, round(n / between(rng, _PER_ACCOUNT[world.level])))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    day = start + rng.integers(0, n_days, n)
    item = world.hot_item(rng, np.full(n, shop))
    sheet = orders_of(world, rng, crew, who=_turns(rng, n, crew), item=item, at=moments(rng, day))
    sheet["path"][rng.random(n) < 0.8 - 0.2 * world.level] = DIRECT
    undone = rng.random(n) < between(rng, REFUNDS)
    sheet["fate"] = np.where(undone, REFUNDED, KEPT).astype("i1")
    _send(world, rng, sheet, hides)
    posts = ~undone & (rng.random(n) < 0.7)
    due_at = _praise(world, rng, sheet, posts, hides)
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(shop)))
    back = _pay(world, rng, sheet, ~undone, due_at, payers=payers, hides=hides)
    staged = _stage_attack(world, rng, crew, int(item[0]), after=start + n_days)
    seen: list[Money] = []
    if world.level > 0:  # as a rival would
        seen = [_fund(world, rng, staged, by=int(world.wallets(1)[0]))]
    claim_at = min(int(staged["at"].max()) + whole(rng, (2, 20)) * HOUR_MS, END_AT - HOUR_MS)
    orders = join([sheet, staged])
    victims_of_own = n + np.arange(len(staged["at"]))
    planting = Planting(
        plan=Plan(
            name=CLAIMED,
            is_fake=True,
            level=world.level,
            organiser="shop",
            shops=(shop,),
            n_accounts=len(np.unique(orders["account"])),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=orders,
        accounts=np.unique(orders["account"]),
        shops=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[*back.money, *seen],
        ties=ties_of(world, orders, "device", "ip", "address", address_type=0),
        talk=_warnings(world, rng, orders, victims_of_own),
        posts=[_complaint(rng, shop, claim_at, author=1)],
    )
    return _Claim(shop, claim_at, False, planting), payers


def _attacked(world: World, rng: Rng) -> tuple[_Claim, int]:
    """A rival has accounts order from a shop and undo it; the shop complains. Last, the rival."""
    hides = LEVELS[world.level]
    victim = int(world.take_shops(1)[0])
    rival = int(world.take_shops(1, categories=[int(world.shops.category[victim])])[0])
    n, n_days = whole(rng, N_ATTACK), whole(rng, _ATTACK_DAYS[world.level])
    start = start_of(rng, n_days)
    n_accounts = max(2, round(n / between(rng, _PER_ACCOUNT[world.level])))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    day = start + rng.integers(0, n_days, n)
    item = np.full(n, int(world.hot_item(rng, np.array([victim]))[0]))
    sheet = orders_of(world, rng, crew, who=_turns(rng, n, crew), item=item, at=moments(rng, day))
    sheet["path"][rng.random(n) < 0.8 - 0.2 * world.level] = DIRECT
    undone = rng.random(n) < between(rng, _UNDONE[world.level])
    at_once = rng.random(n) < 0.7
    sheet["fate"] = np.where(undone, np.where(at_once, CANCELLED, REFUNDED), KEPT).astype("i1")
    schedule(world, rng, sheet)  # the victim sends what was ordered
    _praise(world, rng, sheet, ~undone & (rng.random(n) < 0.6), hides)
    own = int(world.owner_wallet(rival)) if world.level < 2 else int(world.wallets(1)[0])
    funds = _fund(world, rng, sheet, by=own)
    # It takes a while until the shop notices.
    noticed = (
        int(np.quantile(sheet["at"], between(rng, (0.3, 0.8)))) + whole(rng, (2, 20)) * HOUR_MS
    )
    claim_at = min(noticed, END_AT - HOUR_MS)
    planting = Planting(
        plan=Plan(
            name=ATTACK,
            is_fake=True,
            level=world.level,
            organiser="rival",
            shops=(rival, victim),
            n_accounts=crew.n,
            fees_minor=0,
            seen_minor=int(funds.amount_minor[funds.at < END_AT].sum()),
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=np.array([rival]),
        victims=np.array([victim]),
        money=[funds],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        talk=_warnings(world, rng, sheet, np.flatnonzero(sheet["at"] > claim_at - 2 * DAY_MS)),
        posts=[_complaint(rng, victim, claim_at, author=2)],
    )
    return _Claim(victim, claim_at, True, planting), rival


def _turns(rng: Rng, n: int, crew: Crew) -> Array:
    """Return who places each order: everybody as often as the others."""
    return np.asarray(rng.permutation(np.arange(n) % crew.n))


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    """Send trifles or next to nothing, and the goods to nobody."""
    n = len(sheet["at"])
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    sheet["weight_g"] = np.where(gift, trifle, np.round(rng.uniform(8, 25, n)))
    skips = ~gift & (rng.random(n) < (1.0, 0.85, 0.4, 0.1)[world.level])
    decide(sheet, skips, parcel=TWO_NODES)
    schedule(world, rng, sheet)


def _praise(world: World, rng: Rng, sheet: Sheet, posts: Array, hides: Camouflage) -> Array:
    """Let some orders be praised; return since when money would be due."""
    n = len(sheet["at"])
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    return np.where(posts, review_at, sheet["delivered_at"] + DAY_MS)


def _pay(
    world: World,
    rng: Rng,
    sheet: Sheet,
    owed: Array,
    due_at: Array,
    *,
    payers: Array,
    hides: Camouflage,
) -> Returned:
    """Pay principal and fee of what was not refunded already."""
    own = rows(sheet, owed)
    return pay_back(
        world,
        rng,
        principal=own["paid_minor"],
        fee=np.full(int(owed.sum()), whole(rng, FEE_YUAN) * 100),
        to=own["payer"],
        since=due_at[owed],
        payers=payers,
        camouflage=hides,
        memo="返款" if world.level == 0 else "",
    )


def _stage_attack(world: World, rng: Rng, crew: Crew, item: int, *, after: int) -> Sheet:
    """Return orders of the same accounts that are cancelled at once, within two days."""
    n = whole(rng, N_STAGED)
    day = np.minimum(after + rng.integers(0, 2, n), N_DAYS - 1)
    who = rng.integers(0, crew.n, n)
    sheet = orders_of(world, rng, crew, who=who, item=np.full(n, item), at=moments(rng, day))
    sheet["path"][:] = DIRECT
    sheet["fate"][:] = CANCELLED
    schedule(world, rng, sheet)
    return sheet


def _fund(world: World, rng: Rng, sheet: Sheet, *, by: int) -> Money:
    """Whoever is behind an attack gives accounts what they order with, as far as it is seen."""
    funded, share = np.unique(sheet["payer"], return_inverse=True)
    amount = np.bincount(share, weights=sheet["paid_minor"]).astype(np.int64) + 1_000
    shown = rng.random(len(funded)) < _FUNDED[world.level]
    before = rng.integers(HOUR_MS, 20 * HOUR_MS, int(shown.sum()))
    return money(
        world,
        sender=np.asarray(by),
        receiver=funded[shown],
        amount_minor=amount[shown],
        at=np.maximum(START_AT, int(sheet["at"].min()) - before),
        channel="transfer",
        memo="",
    )


def _warnings(world: World, rng: Rng, sheet: Sheet, row: Array) -> list[Talk]:
    """Return what a shop writes to some of those whom it says to be attackers."""
    row = row[rng.random(len(row)) < 0.3]
    warns = world.phrases.add(_WARNS)
    at = sheet["at"][row] + rng.integers(10 * MINUTE_MS, 20 * HOUR_MS, len(row))
    return [Talk(row, np.ones(len(row)), at, warns[rng.integers(0, len(warns), len(row))])]


def _complaint(rng: Rng, shop: int, at: int, *, author: int) -> Post:
    text = _CLAIMS[int(rng.integers(0, len(_CLAIMS)))]
    return Post(at, text, "complaint", AUTHORS + author, shop)


def _mistaken(world: World, rng: Rng) -> _Claim:
    """Return a shop that takes a rush of real buyers, some of whom regret, for an attack."""
    shop = int(world.take_shops(1)[0])
    account = world.buyers(rng, whole(rng, PER_MISTAKEN))
    n = len(account)
    begins = START_AT + whole(rng, (3, N_DAYS - 12)) * DAY_MS + 20 * HOUR_MS
    at = begins + (np.minimum(rng.exponential(0.8, n), 5) * DAY_MS).astype(np.int64)
    item = np.full(n, int(world.hot_item(rng, np.array([shop]))[0]))
    sheet = draft(world, rng, account=account, item=item, at=at)
    regrets = rng.random(n) < REGRET
    sheet["fate"] = np.where(regrets, CANCELLED, KEPT).astype("i1")
    sheet["review_at"][regrets] = NEVER
    claim_at = begins + whole(rng, (20, 60)) * HOUR_MS
    planting = look_alike(
        MISTAKEN,
        sheet,
        shops=np.array([shop]),
        talk=_warnings(world, rng, sheet, np.flatnonzero(regrets)),
        posts=[_complaint(rng, shop, claim_at, author=3 + shop)],
    )
    return _Claim(shop, claim_at, False, planting)

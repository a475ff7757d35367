"""Review ransom (职业差评师): buy, give one star when the parcel is there, and sell its removal.

A few accounts go through the shops of one category. After the bad review they ask to be contacted;
the shop pays, and the review turns kind or is gone. First they say in the chat what it costs; later
they only ask for a talk, take a refund without a return instead of a transfer, or have the money
sent to somebody else's wallet. The shops are victims.
"""

import numpy as np

from unbrush.base.clock import HOUR_MS, MINUTE_MS
from unbrush.simulate import wording
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, spread, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Talk
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import KEPT, NEVER, REFUNDED, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.transfers import money
from unbrush.simulate.world import SENT, World

NAME = "review-ransom"
SHARE = 0.1
SIZE = 1.0
ON_REQUEST = True

RANSOM_YUAN = (30, 400)
REMOVED = (0.1, 0.35)
"""Share of paid reviews that are taken away and not rewritten."""

_WAIT_HOURS = (2.0, 6.0, 20.0, 48.0)
_PAYS = ((0.7, 0.9), (0.6, 0.8), (0.5, 0.7), (0.4, 0.6))
_TALKS = (1.0, 0.8, 0.5, 0.25)
_BY_REFUND = (0.0, 0.1, 0.35, 0.5)
_ELSEWHERE = (0.0, 0.2, 0.5, 0.7)
"""By level: from receipt to review; shops that pay; demands in the platform's chat; ransoms that
are taken as a refund; of the others, those sent to a wallet that is no account's."""
_ASKS = (
    (
        "差评看到了吧，想删转{yuan}元，不然天天发",
        "给{yuan}元马上改五星，不给就挂着",
        "私了{yuan}，删评",
    ),
    ("评价的事想解决就转{yuan}，马上改好评", "补偿{yuan}元，评价给你改掉"),
    ("看到评价了吗，想处理的话联系我", "评价可以改，你们看着办"),
    ("看到评价了吧，加个联系方式聊聊", "在吗，评价的事聊一下"),
)
_ANSWERS = ("好的，转您了，麻烦改一下评价", "亲已经转了，请尽快", "已付，请删除评价")
_AFTER = ("卖家已处理，满意", "客服态度很好，问题解决了，改五星", "误会，东西不错", "已解决，好评")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one band of extortioners in one category."""
    hides, level = LEVELS[world.level], world.level
    shops = _competitors(world, rng, world.n_shops_for(n, each=5, most=12) + 1)
    n_days = whole(rng, hides.n_days) + 6
    start = min(start_of(rng, n_days), N_DAYS - 14)
    n_accounts = max(2, round(n / len(shops) * between(rng, (1.0, 1.5))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, len(shops))
    item = _cheapest(world, shops)[shop]
    at = moments(rng, np.minimum(start + rng.integers(0, n_days, n), N_DAYS - 8))
    sheet = orders_of(world, rng, crew, who=who, item=item, at=at)
    schedule(world, rng, sheet)
    sheet["fate"][:] = KEPT
    wait = around(rng, _WAIT_HOURS[level], 0.6, n) * HOUR_MS
    review_at = sheet["delivered_at"] + wait.astype(np.int64) + MINUTE_MS
    rating = np.where(rng.random(n) < 0.85, 1, 2)
    decide(sheet, np.ones(n, bool), review_at=review_at, rating=rating)
    sheet["text"] = _complaints(world, rng, sheet["item"], rating).astype("i4")
    paid_off = rng.random(n) < between(rng, _PAYS[level])
    asked_at = review_at + around(rng, 2 * HOUR_MS, 0.9, n).astype(np.int64)
    paid_at = asked_at + around(rng, 9 * HOUR_MS, 0.8, n).astype(np.int64)
    ransom = np.round(around(rng, between(rng, RANSOM_YUAN), 0.3, n)).astype(np.int64) * 100
    moved, seen_minor = _ransom(world, rng, sheet, paid_off, paid_at, ransom, crew, who, hides)
    talk = _talk(world, rng, paid_off, asked_at, paid_at, ransom)
    _rewrite(world, rng, sheet, paid_off, paid_at)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="extortioner",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            fees_minor=int(ransom[paid_off].sum()),
            seen_minor=seen_minor,
        ),
        orders=sheet,
        accounts=crew.account,
        victims=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[moved],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        talk=talk,
    )


def _competitors(world: World, rng: Rng, n: int) -> Array:
    """Return shops of one category that has enough of them."""
    count = np.bincount(world.shops.category, minlength=max(SENT) + 1)
    fit = [c for c in sorted(SENT) if count[c] >= n] or [int(np.argmax(count))]
    category = fit[int(rng.integers(0, len(fit)))]
    return world.take_shops(min(n, int(count[category])), categories=[category])


def _cheapest(world: World, shops: Array) -> Array:
    """Return the cheapest item of each shop."""
    first, n = world.shops.first_item[shops], world.shops.n_items[shops]
    price = world.items.price_minor
    return np.array([a + int(np.argmin(price[a : a + k])) for a, k in zip(first, n, strict=True)])


def _complaints(world: World, rng: Rng, item: Array, rating: Array) -> Array:
    category = world.category_of(item)
    texts = wording.compose(world.rules, rng, category=category, rating=rating)
    return world.texts.add(texts.to_pylist())


def _ransom(
    world: World,
    rng: Rng,
    sheet: Sheet,
    paid_off: Array,
    paid_at: Array,
    ransom: Array,
    crew: Crew,
    who: Array,
    hides: Camouflage,
) -> tuple[Money, int]:
    """Let shops pay, by transfer or as a refund; return the transfers seen, and their sum."""
    n, level = len(paid_at), world.level
    by_refund = paid_off & (rng.random(n) < _BY_REFUND[level])
    decide(sheet, by_refund, fate=REFUNDED, closed_at=paid_at)
    elsewhere = rng.random(crew.n) < _ELSEWHERE[level]
    wallet = np.where(elsewhere, world.wallets(crew.n), crew.card)
    seen = paid_off & ~by_refund & (rng.random(n) < between(rng, hides.seen_share))
    moved = money(
        world,
        sender=world.owner_wallet(world.items.shop[sheet["item"]])[seen],
        receiver=wallet[who][seen],
        amount_minor=ransom[seen],
        at=paid_at[seen],
        channel="transfer",
        memo="删评" if level == 0 and rng.random() < 0.3 else "",
    )
    return moved, int(ransom[seen & (paid_at < END_AT)].sum())


def _talk(
    world: World, rng: Rng, paid_off: Array, asked_at: Array, paid_at: Array, ransom: Array
) -> list[Talk]:
    """Return the demands that the chat shows, and what shops answer."""
    row = np.flatnonzero(rng.random(len(paid_off)) < _TALKS[world.level])
    forms, n = _ASKS[world.level], len(row)
    which = rng.integers(0, len(forms), n)
    yuan = ransom[row] // 100
    asks = world.phrases.add([forms[w].format(yuan=y) for w, y in zip(which, yuan, strict=True)])
    agrees = row[paid_off[row]]
    answers = world.phrases.add(_ANSWERS)[rng.integers(0, len(_ANSWERS), len(agrees))]
    later = paid_at[agrees] + rng.integers(MINUTE_MS, 20 * MINUTE_MS, len(agrees))
    return [
        Talk(row, np.zeros(n), asked_at[row], asks),
        Talk(agrees, np.ones(len(agrees)), later, answers),
    ]


def _rewrite(world: World, rng: Rng, sheet: Sheet, paid_off: Array, paid_at: Array) -> None:
    """Turn paid reviews kind, or take them away, in place."""
    n = len(paid_at)
    changed_at = paid_at + around(rng, 5 * HOUR_MS, 0.8, n).astype(np.int64)
    kept_word = paid_off & (rng.random(n) < 0.9) & (changed_at < END_AT)
    gone = kept_word & (rng.random(n) < between(rng, REMOVED))
    kind = kept_word & ~gone
    after = world.texts.add(_AFTER)[rng.integers(0, len(_AFTER), n)]
    fresh = wording.compose(
        world.rules, rng, category=world.category_of(sheet["item"]), rating=np.full(n, 5)
    )
    careful = world.texts.add(fresh.to_pylist())
    text = np.where(rng.random(n) < (0.9, 0.7, 0.4, 0.2)[world.level], after, careful)
    stars = np.where(rng.random(n) < 0.8, 5, 4)
    decide(sheet, kind, edited_at=changed_at, rating=stars, text=text)
    decide(sheet, gone, review_at=NEVER)

"""A8, the scam branch: people who are told that they brush are cheated of what they prepay.

Published: whoever answers the call ("动动手指，日赚百元") first earns a little, then pays for tasks
in advance and gets it back with something on top, then pays more and more, lately "to repair the
order", and gets nothing any more; 200 victims, 60 wallets of mules who are paid. For the tasks
there is no order on the platform at all. Victims are honest: they are to be warned, not punished.

Not published, so drawn by seed within ranges of our own: how often each pays (1 to 3 tasks that are
given back, 2 to 6 that are not), how much (from 100 yuan on, times 1.4 to 2.6 each time), how fast.
At deeper levels each victim pays more mules, sums are less round, returns come from others than
were paid, nobody writes a memo, fewer calls are captured, and less of the money passes through the
platform's wallets (by level all, 90, 70, 40 %). Mules hand the money on to a few heads.

Some calls pretend to come from a real shop, whose customers then ask it: shop and customers are
honest. Beside them stand people who work for an agency by the day, some of whom lay out money or a
deposit and get it back, and people who pay their decorators in growing instalments.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.chance import Array, Rng, around, pick, whole
from unbrush.simulate.planting import Money, Plan, Planting, Post, Talk, look_alike
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments, working_hours
from unbrush.simulate.sheet import Sheet, blank
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "A8"
TITLE = Words(
    "刷单诈骗：先返小额佣金，再以“修复订单”层层垫付；二百名受害人、六十个收款账户，平台上并无订单",
    "the scam branch: small returns, then prepayments 'to repair the order'; 200 victims, 60 mules",
)
KIND, VICTIMS = "scam-branch", "scam-branch-victim"
NAMED, GIGS, INSTALMENTS = "shop-named-by-scam", "paid-gig-worker", "renovation-instalments"
TIERS = {"ci": 40_000, "nightly": 200_000, "full": 3_000_000}  # orders of the market

N_VICTIMS, N_MULES = 200, 60
N_EARNED, N_RETURNED, N_LOST = (1, 3), (1, 3), (2, 6)
MOST_YUAN = 60_000
N_HEADS = (3, 5)
N_RECRUITERS = (5, 9)
N_CALLS = 36
N_NAMED, ASKS = 3, 0.25
N_WORKERS, N_AGENCIES, N_DECORATED, N_DECORATORS = 180, 3, 120, 20

EARNED, RETURNED, LOST = range(3)
_MEMOS = ("任务佣金", "做单垫付", "补单修复")
_SEEN = (1.0, 0.9, 0.7, 0.4)
_CAPTURED = (0.9, 0.6, 0.3, 0.1)
_N_PAYEES = ((1, 1), (2, 3), (3, 5), (6, 9))
_GAP_HOURS = (0.5, 2.0, 8.0, 20.0)
_ROUND_YUAN = (100, 50, 10, 1)
"""By level: transfers that are seen, calls that are captured; mules of one victim; hours between
tasks; what sums are rounded to."""

_CALLS = (
    "动动手指，日赚百元！点赞关注一单2元，当天结算，加{contact}",
    "兼职做单，手机就能做，垫付本金佣金百分之二十，五分钟返，进群领任务，{contact}",
    "{shop}招线上任务员，一天三单轻松赚，先做免费任务，满意再做垫付单，{contact}",
    "宝妈学生都能做，下载APP接任务，佣金秒到账，{contact}",
)
_IN_GROUP = (
    "操作失误导致订单卡单，请再垫付三单修复，修复完成本金佣金一起提现",
    "您的账户被冻结，缴纳解冻保证金后即可全额提现，名额只保留一小时",
    "这是连单任务，四单全部做完才能返，前面的单已经算你的了",
)
_ASKS = ("有人说是你们店的任务员，让我垫付做单，是真的吗", "我给你们刷单的客服转了钱，怎么提不出来")
_ANSWERS = ("亲，我们从不招人刷单，您遇到骗子了，请马上报警", "本店没有这类活动，请不要再转账")


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the scam, and people who are really paid or really owe."""
    people = world.buyers(rng, N_VICTIMS + N_WORKERS + N_DECORATED)
    victims = people[:N_VICTIMS]
    workers, decorated = np.split(people[N_VICTIMS:], [N_WORKERS])
    mules, heads = world.wallets(N_MULES), world.wallets(whole(rng, N_HEADS))
    begins = moments(rng, rng.integers(2, N_DAYS - 14, N_VICTIMS))
    paid = _pay(world, rng, world.people["card"][victims], begins, mules)
    named = world.take_shops(N_NAMED)
    calls = _calls(world, rng, named)
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="heads",
            n_accounts=N_VICTIMS,
            returned_minor=paid.returned_minor,
            seen_minor=_within(paid.given),
        ),
        orders=blank(0),
        accounts=victims,
        honest={"account": VICTIMS},
        money=[*paid.parts, _hand_on(world, rng, paid.lost, heads)],
        posts=calls,
    )
    plantings = [
        planting,
        _named(world, rng, named, victims, begins),
        _gigs(world, rng, workers),
        _decorate(world, rng, decorated),
    ]
    return Staged(
        plantings=plantings,
        roles=[
            Role("payer", "payer", mules),
            Role("organiser", "payer", heads),
            Role("recruiter", "author", np.array([post.author for post in calls], np.int64)),
        ],
        facts={
            "n_victims": N_VICTIMS,
            "n_mules": N_MULES,
            "prepaid_minor": paid.prepaid_minor,
            "returned_minor": paid.returned_minor,
            "lost_minor": paid.prepaid_minor - paid.returned_minor,
            "lost_seen_minor": _within(paid.lost),
            "n_victims_seen": paid.n_seen,
        },
    )


@dataclass(frozen=True)
class _Paid:
    """What passed between victims and mules: transfers that are seen, and the whole truth."""

    parts: list[Money]
    given: Money  # of the parts, what victims get
    lost: Money  # what they pay and do not get back
    prepaid_minor: int
    returned_minor: int
    n_seen: int  # victims one of whose losses is seen within the span


def _pay(world: World, rng: Rng, wallet: Array, begins: Array, mules: Array) -> _Paid:
    """Let each victim earn a little, pay and be repaid, then pay more and more."""
    n, level = len(wallet), world.level
    counts = [rng.integers(low, high + 1, n) for low, high in (N_EARNED, N_RETURNED, N_LOST)]
    total = np.sum(counts, axis=0)
    who = np.repeat(np.arange(n), total)
    place = np.arange(len(who)) - np.repeat(np.cumsum(total) - total, total)
    step = place - (counts[0] + counts[1])[who]
    phase = np.where(place < counts[0][who], EARNED, np.where(step < 0, RETURNED, LOST))
    gap = np.where(place == 0, 0, around(rng, _GAP_HOURS[level], 0.7, len(who)) * HOUR_MS)
    since = np.cumsum(gap) - np.repeat(np.cumsum(gap)[place == 0], total)
    at = begins[who] + since.astype(np.int64)
    yuan = _yuan(rng, who, phase, step, n=n, round_to=_ROUND_YUAN[level])
    payees = _payees(rng, n, mules, most=_N_PAYEES[level][1])
    n_own = rng.integers(_N_PAYEES[level][0], _N_PAYEES[level][1] + 1, n)
    mule = payees[who, (rng.random(len(who)) * n_own[who]).astype(np.int64)]
    again = payees[who, (rng.random(len(who)) * n_own[who]).astype(np.int64)]
    payer = again if level else mule
    earned = phase == EARNED
    back = np.where(earned, yuan, np.round(yuan * rng.uniform(1.1, 1.3, len(who))))
    soon = around(rng, 15 * MINUTE_MS * (1 + 3 * level), 0.6, len(who)).astype(np.int64)
    back_at = np.where(earned, at, at + soon)
    shown = rng.random((2, len(who))) < _SEEN[level]

    def move(chosen: Array, *, out: bool, memo: str) -> Money:
        amount, when = (yuan, at) if out else (back, back_at)
        sender, receiver = (wallet[who], mule) if out else (payer, wallet[who])
        here = np.flatnonzero(chosen & shown[int(out)])
        return money(
            world,
            sender=sender[here],
            receiver=receiver[here],
            amount_minor=amount[here] * 100,
            at=when[here],
            channel="transfer",
            memo=memo if level == 0 else "",
        )

    lost = move(phase == LOST, out=True, memo=_MEMOS[2])
    given = move(phase != LOST, out=False, memo=_MEMOS[0])
    known = np.intersect1d(lost.sender[lost.at < END_AT], wallet)
    return _Paid(
        parts=[given, move(phase == RETURNED, out=True, memo=_MEMOS[1]), lost],
        given=given,
        lost=lost,
        prepaid_minor=int(yuan[~earned].sum()) * 100,
        returned_minor=int(back[phase != LOST].sum()) * 100,
        n_seen=len(known),
    )


def _within(part: Money) -> int:
    """Return what was moved within the span (fen)."""
    return int(part.amount_minor[part.at < END_AT].sum())


def _yuan(rng: Rng, who: Array, phase: Array, step: Array, *, n: int, round_to: int) -> Array:
    """Return what each task is about: a few yuan earned, hundreds given back, thousands lost."""
    first, jump, grows = rng.uniform(100, 500, n), rng.uniform(2, 6, n), rng.uniform(1.4, 2.6, n)
    trial = first[who] * rng.uniform(0.8, 1.6, len(who))
    lost = first[who] * jump[who] * grows[who] ** np.maximum(step, 0)
    owed = np.minimum(np.where(phase == LOST, lost, trial), MOST_YUAN)
    rounded = np.maximum(round_to, np.round(owed / round_to) * round_to)
    return np.where(phase == EARNED, rng.integers(2, 21, len(who)), rounded).astype(np.int64)


def _payees(rng: Rng, n: int, mules: Array, *, most: int) -> Array:
    """Deal mules out to victims (rows), so that every mule is paid by some."""
    hands = [rng.permutation(mules) for _ in range(-(-n * most // len(mules)))]
    return np.concatenate(hands)[: n * most].reshape(most, n).T


def _hand_on(world: World, rng: Rng, lost: Money, heads: Array) -> Money:
    """Mules keep a part and hand the rest on within the hour, as far as it is seen."""
    seen = np.flatnonzero(rng.random(len(lost.at)) < _SEEN[world.level])
    kept = rng.uniform(0.01, 0.05, len(seen))
    return money(
        world,
        sender=lost.receiver[seen],
        receiver=heads[np.arange(len(seen)) % len(heads)],
        amount_minor=np.round(lost.amount_minor[seen] * (1 - kept)),
        at=lost.at[seen] + rng.integers(3 * MINUTE_MS, HOUR_MS, len(seen)),
        channel="bank",
        memo="",
    )


def _calls(world: World, rng: Rng, named: Array) -> list[Post]:
    """Return calls, and what is said in the groups, as far as somebody captured it."""
    found = []
    recruiters = AUTHORS + np.arange(whole(rng, N_RECRUITERS))
    for number in range(N_CALLS):
        author = int(recruiters[number % len(recruiters)])
        day, captured = int(rng.integers(0, N_DAYS - 2)), rng.random()
        tail, which = int(rng.integers(1_000, 10_000)), int(rng.integers(0, len(_CALLS)))
        shop, hour = int(rng.choice(named)), int(rng.integers(8, 23))
        if captured > _CAPTURED[world.level]:
            continue
        # Nobody has this name: accounts of chat programs do not begin with a digit.
        contact, at = f"微信0rw{tail}", START_AT + day * DAY_MS + hour * HOUR_MS
        if number % 3 == 2:
            text = _IN_GROUP[number // 3 % len(_IN_GROUP)]
            found.append(Post(at, text, "chat-group", author))
            continue
        is_named = "{shop}" in _CALLS[which]
        text = _CALLS[which].format(contact=contact, shop="旗舰店")
        channel = ("forum", "moments", "sms")[number % 3]
        found.append(Post(at, text, channel, author, shop if is_named else -1, -1, contact))
    return found


def _named(world: World, rng: Rng, shops: Array, victims: Array, begins: Array) -> Planting:
    """Return customers of the shops whose name was used; some are victims, who ask the shop."""
    asks = rng.random(len(victims)) < ASKS
    others = world.buyers(rng, 40 * len(shops))
    account = np.concatenate([victims[asks], others])
    n, n_asks = len(account), int(asks.sum())
    # Victims bought there before: that is whom the callers have numbers of.
    before = begins[asks] - rng.integers(HOUR_MS, 20 * DAY_MS, n_asks)
    at = np.concatenate(
        [np.maximum(before, START_AT), moments(rng, rng.integers(0, N_DAYS, len(others)))]
    )
    shop = shops[rng.integers(0, len(shops), n)]
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    row = np.arange(n_asks)
    asked = begins[asks] + rng.integers(2 * HOUR_MS, 6 * DAY_MS, n_asks)
    answered = asked + around(rng, 20 * MINUTE_MS, 0.9, n_asks).astype(np.int64)
    says, answers = world.phrases.add(_ASKS), world.phrases.add(_ANSWERS)
    talk = [
        Talk(row, np.zeros(n_asks), asked, says[rng.integers(0, len(says), n_asks)]),
        Talk(row, np.ones(n_asks), answered, answers[rng.integers(0, len(answers), n_asks)]),
    ]
    return look_alike(NAMED, sheet, shops=shops, talk=talk)


def _gigs(world: World, rng: Rng, workers: Array) -> Planting:
    """Return people whom agencies pay by the day; what they lay out comes back, with a fee."""
    wallets, card = world.wallets(N_AGENCIES), world.people["card"][workers]
    agency = wallets[np.arange(len(workers)) % N_AGENCIES]
    n_days = rng.integers(6, 40, len(workers))
    who = np.repeat(np.arange(len(workers)), n_days)
    wage = np.round(around(rng, 130, 0.4, len(workers)))[who] * rng.uniform(0.7, 1.5, len(who))
    day = rng.integers(0, N_DAYS, len(who))
    # Materials for a job, more for the larger ones: paid today, reimbursed within days.
    lays_out = np.flatnonzero(rng.random(len(who)) < 0.08)
    spent = np.round(around(rng, 240, 0.9, len(lays_out))) * 100
    spent_at = working_hours(rng, day[lays_out])
    fee = np.where(rng.random(len(lays_out)) < 0.5, 1.1, 1.0)
    takes_kit = np.flatnonzero(rng.random(len(workers)) < 0.4)
    deposit = rng.choice([9_900, 20_000, 30_000, 50_000], len(takes_kit))
    kit_at = working_hours(rng, rng.integers(0, N_DAYS, len(takes_kit)))
    later = around(rng, 1.5, 0.6, len(lays_out)) * DAY_MS
    kept_for = rng.integers(20, 60, len(takes_kit)) * DAY_MS
    work, kit = who[lays_out], takes_kit

    def move(sender: Array, receiver: Array, amount: Array, at: Array, memo: str) -> Money:
        return money(
            world,
            sender=sender,
            receiver=receiver,
            amount_minor=amount,
            at=at,
            channel="transfer",
            memo=memo,
        )

    moved = [
        move(agency[who], card[who], np.round(wage) * 100, working_hours(rng, day), "日结工资"),
        move(card[work], agency[work], spent, spent_at, "材料款"),
        move(agency[work], card[work], np.round(spent * fee), spent_at + later, "报销"),
        move(card[kit], agency[kit], deposit, kit_at, "工服押金"),
        move(agency[kit], card[kit], deposit, kit_at + kept_for, "退押金"),
    ]
    ads = [
        Post(
            START_AT + int(rng.integers(0, 20)) * DAY_MS + 9 * HOUR_MS,
            "招分拣员、临促、配送，日结，手机报名，有合同，工服押金离职退还",
            "forum",
            AUTHORS + 900 + number,
        )
        for number in range(N_AGENCIES)
    ]
    sheet = _own_life(world, rng, workers)
    return look_alike(GIGS, sheet, accounts=workers, money=moved, posts=ads)


def _decorate(world: World, rng: Rng, people: Array) -> Planting:
    """Return people whose flat is done up: they pay more at each step, and nothing comes back."""
    decorators = world.wallets(N_DECORATORS)
    n = len(people)
    n_steps = rng.integers(3, 6, n)
    who = np.repeat(np.arange(n), n_steps)
    step = np.arange(len(who)) - np.repeat(np.cumsum(n_steps) - n_steps, n_steps)
    first, grows = around(rng, 1_500, 0.7, n), rng.uniform(1.3, 2.6, n)
    yuan = np.minimum(np.round(first[who] * grows[who] ** step, -2), 80_000)
    day = rng.integers(1, 40, n)[who] + step * rng.integers(2, 14, n)[who]
    hands = rng.integers(0, N_DECORATORS, (n, 3))
    paid = money(
        world,
        sender=world.people["card"][people][who],
        receiver=decorators[hands[who, rng.integers(0, 3, len(who))]],
        amount_minor=np.maximum(yuan, 100) * 100,
        at=working_hours(rng, day),
        channel="transfer",
        memo="",
    )
    return look_alike(INSTALMENTS, _own_life(world, rng, people), accounts=people, money=[paid])


def _own_life(world: World, rng: Rng, people: Array) -> Sheet:
    """Return one ordinary order of each."""
    shop = pick(rng, world.shops.share, len(people))
    at = moments(rng, rng.integers(0, N_DAYS, len(people)))
    return draft(world, rng, account=people, item=world.hot_item(rng, shop), at=at)

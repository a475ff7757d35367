"""A1, Ms Liu's shoes: "正品特价", praised by hundreds in a dozen sentences; what came was poor.

Published: the listing's praise was templates ("超赞", "物美价廉"), the shoes were poor. The
acceptance asks for one item with 300 reviews: 70 % made from 12 skeletons, 10 % the platform's
default praise, 20 % of real buyers.

Not published, so drawn by seed within ranges of our own: which skeletons, how many accounts share
the work, what real buyers say and how many stars they give (three in five are sorry, one in five
pleased). Levels change accounts, money, parcels and time as usual, and the texts: 0 fills some
slots, 1 all of them and adds pictures or marks, 2 shuffles, swaps words, writes traditional
characters, misspells, 3 does several of these at once and writes a third anew around the skeleton.

Beside the tables stands `public/reviews.csv`, as a shopper could have copied it from the page; only
half of the default praise is marked as such there. `truth/reviews.jsonl` says what each row is.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unbrush.base.clock import DAY_MS, HOUR_MS, minute_of
from unbrush.base.words import Words
from unbrush.simulate import ids
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, quota_days, spread
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import DEFAULT, KEPT, WRITTEN, Sheet, decide
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.tasks import carry_out
from unbrush.simulate.texts.buying import TRADES
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.edits import edited
from unbrush.simulate.texts.reviewing import ANGRY, EVEN, PLEASED, review, short
from unbrush.simulate.texts.supplied import Skeleton, filled, skeletons
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "A1"
TITLE = Words(
    "刘女士的鞋：“正品特价”三百条评价，七成出自十二套模板，实物质量差",
    "Ms Liu's shoes: 300 reviews, 70 % from 12 skeletons, the goods poor",
)
KIND = "liu-templates"
REAL, SILENT = "liu-real-buyers", "liu-default-praise"
TIERS = {"ci": 12_000, "nightly": 200_000}  # orders of the market

N_TEMPLATED, N_SILENT, N_REAL = 210, 30, 60
N_SKELETONS = 12
CHINA_HOURS = 8  # what a page shows
LAST_DAY = N_DAYS - 14  # of orders; later ones would have no review yet
FEE_YUAN = (3, 10)
FREEDOM = (0.5, 1.0, 1.0, 1.0)
ANEW = (0.0, 0.0, 0.1, 0.35)
"""By level: slots that vary; texts that are written anew with half a skeleton."""
STARS = {1: 0.27, 2: 0.16, 3: 0.18, 4: 0.18, 5: 0.21}
DEFAULT_TEXTS = ("此用户没有填写评价。", "系统默认好评！")
TRADE = TRADES["shoes"]


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the templated praise, and the people who bought the shoes."""
    category = [category.name for category in CATEGORIES].index("鞋靴")
    [shop] = map(int, world.take_shops(1, categories=[category]))
    # Hardly anybody else buys the last item of a shop, so that its reviews are those of the case.
    item = int(world.shops.first_item[shop] + world.shops.n_items[shop] - 1)
    dice = Dice(world.streams.part("case A1 texts"))
    drafts = skeletons(dice, N_SKELETONS, name="liu")
    written: dict[str, str] = {}
    praise, payers = _praise(world, rng, dice, shop, item, drafts, written)
    real, silent = _real(world, rng, dice, item), _silent(world, rng, item)
    stars = real.orders["rating"]
    buyers = np.unique(praise.orders["account"])
    return Staged(
        plantings=[praise, real, silent],
        roles=[
            Role("brusher", "account", buyers, world.people["region"][buyers]),
            Role("merchant", "shop", np.array([shop]), world.shops.region[[shop]]),
            Role("payer", "payer", payers),
        ],
        facts={
            "item": ids.FIRST_ITEM + item,
            "n_templated": N_TEMPLATED,
            "n_default": N_SILENT,
            "n_real": N_REAL,
            "true_rating": round(float(stars.mean()), 4),
            "true_rating_with_default": round(
                float((stars.sum() + 5 * N_SILENT) / (N_REAL + N_SILENT)), 4
            ),
            "skeletons": {each.name: each.form for each in drafts},
        },
        beside=lambda out: _copied_from_the_page(world, out, ids.FIRST_ITEM + item, written),
    )


def _praise(
    world: World,
    rng: Rng,
    dice: Dice,
    shop: int,
    item: int,
    drafts: list[Skeleton],
    written: dict[str, str],
) -> tuple[Planting, Array]:
    """Return the praise that was supplied, and the wallets that pay for it."""
    hides, n = LEVELS[world.level], N_TEMPLATED
    crew, sheet = _tasks(world, rng, item)
    texts = [_templated(dice, world.level, drafts, written) for _ in range(n)]
    decide(sheet, np.ones(n, bool), text=world.texts.add(texts), rating=5, text_source=WRITTEN)
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(shop)))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, FEE_YUAN) * 100),
        to=sheet["payer"],
        since=sheet["review_at"],
        payers=payers,
        camouflage=hides,
        memo="返款" if world.level == 0 else "",
    )
    account = np.unique(sheet["account"])
    plan = Plan(
        name=KIND,
        is_fake=True,
        level=world.level,
        organiser="shop",
        shops=(shop,),
        n_accounts=len(account),
        returned_minor=back.returned_minor,
        fees_minor=back.fees_minor,
        seen_minor=back.seen_minor,
    )
    planting = Planting(
        plan=plan,
        orders=sheet,
        accounts=account,
        shops=np.array([shop]),
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=back.money,
        ties=ties_of(world, sheet, "device", "ip"),
    )
    return planting, payers


def _tasks(world: World, rng: Rng, item: int) -> tuple[Crew, Sheet]:
    """Return the accounts at work and their orders, each of which is reviewed."""
    hides, n = LEVELS[world.level], N_TEMPLATED
    n_days = min(whole(rng, hides.n_days) + 12, LAST_DAY - 2)
    start = whole(rng, (1, LAST_DAY - n_days))
    crew = farm(world, rng, round(n * between(rng, (0.7, 1.0))), camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, 1)
    at = moments(rng, quota_days(rng, shop, start=start, n_days=n_days))
    sheet = orders_of(world, rng, crew, who=who, item=np.full(n, item), at=at)
    carry_out(world, rng, sheet, hides=hides)
    sheet["review_at"] = _reviewed(rng, sheet, days=between(rng, hides.review_days), n=n)
    return crew, sheet


def _templated(dice: Dice, level: int, drafts: list[Skeleton], written: dict[str, str]) -> str:
    """Write one review from a skeleton, and note which."""
    skeleton = dice.one(drafts)
    text = filled(dice, skeleton, TRADE, freedom=FREEDOM[level])
    if dice.chance(ANEW[level]):
        half = text[: len(text) // 2] if dice.chance(0.5) else text[len(text) // 2 :]
        text = f"{half}，{review(dice, trade=TRADE, mood=PLEASED).text}"
    text, _ = edited(dice, text, level=level)
    written[text] = skeleton.name
    return text


def _reviewed(rng: Rng, sheet: Sheet, *, days: float, n: int) -> Array:
    """Return when each order is reviewed: some days after it came, and within the span."""
    came = sheet["delivered_at"]
    wait = (around(rng, days, 0.5, n) + 0.02) * DAY_MS
    return np.asarray(came + np.minimum(wait, 0.9 * (END_AT - came)).astype(np.int64))


def _bought(world: World, rng: Rng, item: int, n: int, last_day: int) -> Sheet:
    """Return orders of ordinary people, who keep what came."""
    account = world.buyers(rng, n)
    at = moments(rng, rng.integers(1, last_day, n))
    sheet = draft(world, rng, account=account, item=np.full(n, item), at=at)
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[sheet["item"]].copy()
    sheet["fate"][:] = KEPT
    schedule(world, rng, sheet)
    return sheet


def _real(world: World, rng: Rng, dice: Dice, item: int) -> Planting:
    """Return those who wrote what they found."""
    sheet, n = _bought(world, rng, item, N_REAL, LAST_DAY), N_REAL
    rating = rng.choice(list(STARS), n, p=list(STARS.values()))
    texts = []
    for stars in rating:
        mood = ANGRY if stars < 3 else EVEN if stars == 3 else PLEASED
        is_long = dice.chance(0.75)
        said = review(dice, trade=TRADE, mood=mood) if is_long else short(dice, mood=mood)
        texts.append(said.text)
    text = world.texts.add(texts)
    review_at = _reviewed(rng, sheet, days=3.5, n=n)
    every = np.ones(n, bool)
    decide(sheet, every, review_at=review_at, text=text, rating=rating, text_source=WRITTEN)
    return look_alike(REAL, sheet)


def _silent(world: World, rng: Rng, item: int) -> Planting:
    """Return those who wrote nothing, for whom the platform did."""
    n = N_SILENT
    sheet = _bought(world, rng, item, n, N_DAYS - 30)
    review_at = sheet["delivered_at"] + 15 * DAY_MS + rng.integers(0, DAY_MS, n)
    every = np.ones(n, bool)
    decide(sheet, every, review_at=review_at, rating=5, text_source=DEFAULT)
    return look_alike(SILENT, sheet)


def _copied_from_the_page(world: World, out: Path, item_id: int, written: dict[str, str]) -> None:
    """Write the item's reviews as a shopper sees them, the newest first, and what each is."""
    dice = Dice(world.streams.part("case A1 page"))
    table = pq.read_table(out / "reviews.parquet")
    own = table.filter(pc.equal(table["item_id"], item_id)).sort_by(
        [("posted_at", "descending"), ("review_id", "ascending")]
    )
    labels = pq.read_table(out / "truth/labels.parquet").to_pylist()
    label = {row["subject_id"]: row for row in labels if row["subject_kind"] == "review"}
    public = out / "public"
    public.mkdir(exist_ok=True)
    with (
        (public / "reviews.csv").open("w", encoding="utf-8-sig", newline="") as page,
        (out / "truth/reviews.jsonl").open("w", encoding="utf-8") as truth,
    ):
        write = csv.writer(page)
        write.writerow(["序号", "昵称", "评分", "评价时间", "评价内容", "来源"])
        for number, row in enumerate(own.to_pylist(), 1):
            said = label.get(row["review_id"], {})
            by_platform = row["text_source"] == "default"
            source = "默认好评" if by_platform and dice.chance(0.5) else ""
            when = minute_of(row["posted_at"] + CHINA_HOURS * HOUR_MS)
            stars = f"{row['rating']:.0f}星"
            write.writerow([number, _nickname(dice), stars, when, row["text"], source])
            known = {
                "id": number,
                "review_id": row["review_id"],
                "is_fake": said.get("is_fake", False),
                "kind": said.get("kind") or said.get("look_alike") or "passer-by",
                "skeleton": written.get(row["text"]) if said.get("is_fake") else None,
            }
            truth.write(json.dumps(known, ensure_ascii=False) + "\n")


def _nickname(dice: Dice) -> str:
    """Return a name as pages show it, all but its ends hidden."""
    letters = "小爱晴L雨Z天m晨花王9J鱼糖yK夏猫林x木安Q果7"
    return f"{dice.one(letters)}***{dice.one(letters)}"

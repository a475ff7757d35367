"""Organisers in small markets: rings made by hand, and what they do or do not share."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Market, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import (
    cluster_member_schema,
    cluster_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.group.join import join

N_HONEST, N_SHOPS, N_BUYERS = 6_000, 300, 1_500
Rows = list[dict[str, Any]]


@dataclass
class Ring:
    """Accounts that each order once from each shop; ``tokens`` says with what."""

    number: int
    accounts: Sequence[int]
    shops: Sequence[int]
    start: int = 0
    tokens: Callable[[int], dict[str, str]] = field(default=lambda account: {})

    @property
    def name(self) -> str:
        return f"ring-{self.number:04}"

    def orders(self) -> Rows:
        return [
            {
                "order_id": 100_000 + 10_000 * self.number + 100 * row + column,
                "account_id": account,
                "shop_id": shop,
                "placed_at": T0 + (self.start + column) * DAY + 10 * HOUR + row * 3 * MINUTE,
                "paid_minor": 8_000,
                **self.tokens(account),
            }
            for column, shop in enumerate(self.shops)
            for row, account in enumerate(self.accounts)
        ]


def ring(number: int, *, n: int = 10, shops: Sequence[int] = (), start: int = 0, **more) -> Ring:
    """Ten accounts of their own for four shops of their own."""
    own = range(90_000 + 100 * number, 90_000 + 100 * number + n)
    return Ring(number, own, shops or range(800 + 10 * number, 804 + 10 * number), start, **more)


def honest(seed: int = 5) -> Rows:
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, N_SHOPS + 1)
    shops = rng.choice(N_SHOPS, N_HONEST, p=popularity / popularity.sum()) + 1
    accounts = rng.integers(1, N_BUYERS, N_HONEST)
    times = T0 + rng.integers(0, 30 * DAY, N_HONEST)
    return [
        {"order_id": i, "account_id": int(a), "shop_id": int(s), "placed_at": int(t),
         "paid_minor": 5_000}
        for i, (a, s, t) in enumerate(zip(accounts, shops, times, strict=True))
    ]  # fmt: skip


@dataclass
class Found:
    rings: Rows
    clusters: Rows
    members: Rows

    @property
    def cluster_of(self) -> dict[str, str]:
        return {row["ring_id"]: row["cluster_id"] for row in self.rings}

    @property
    def joined_by(self) -> dict[str, int]:
        assert len(self.clusters) == 1
        return json.loads(self.clusters[0]["joined_by"])

    def of(self, role: str) -> set[Any]:
        return {
            row["token"] if row["subject_id"] is None else row["subject_id"]
            for row in self.members
            if row["role"] == role
        }


def joined(engine: Engine, rings: Sequence[Ring], market: Market, signals: Rows = ()) -> Found:
    """Put rings and market into ``engine`` as the search would have left them, and join."""
    manifest = build(engine, market)
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    deeds = {each.number: each.orders() for each in rings}
    rows = [
        {
            "ring_id": each.name,
            "n_accounts": len(each.accounts),
            "n_shops": len(each.shops),
            "first_at": min(row["placed_at"] for row in deeds[each.number]),
            "last_at": max(row["placed_at"] for row in deeds[each.number]),
        }
        for each in rings
    ]
    members = [
        {"ring_id": each.name, "subject_kind": kind, "subject_id": subject, "role": role}
        for each in rings
        for kind, role, subjects in (
            ("account", "brusher", each.accounts),
            ("shop", "merchant", each.shops),
        )
        for subject in subjects
    ]
    engine.put("rings", pa.Table.from_pylist(rows, schema=ring_schema()))
    engine.put("ring_members", pa.Table.from_pylist(members, schema=ring_member_schema(id_type)))
    engine.put("signals", pa.Table.from_pylist(list(signals), schema=signal_schema(id_type)))
    join(engine, manifest)
    clusters, told = engine.query("SELECT * FROM clusters"), engine.query("FROM cluster_members")
    assert clusters.schema == cluster_schema()
    assert told.schema == cluster_member_schema(id_type)
    return Found(
        engine.query("SELECT * FROM rings").to_pylist(), clusters.to_pylist(), told.to_pylist()
    )


def orders_of(*rings: Ring) -> Rows:
    return honest() + [order for each in rings for order in each.orders()]


def paid_back(rings: Sequence[Ring], payer: Callable[[Ring], str]) -> tuple[Rows, Rows]:
    """Transfers to everybody for every order, and what a detector says of them."""
    orders = [(each, order) for each in rings for order in each.orders()]
    transfers = [
        {"transfer_id": n, "from_token": payer(each), "to_token": f"purse-{order['account_id']}",
         "amount_minor": 8_500, "at": order["placed_at"] + DAY}
        for n, (each, order) in enumerate(orders)
    ]  # fmt: skip
    signals = [
        {"subject_kind": "order", "subject_id": order["order_id"], "family": "money",
         "strength": "E2", "facts": json.dumps({"transfer_ids": [n]})}
        for n, (_each, order) in enumerate(orders)
    ]  # fmt: skip
    return transfers, signals


def parcels(orders: Rows, shipper: Callable[[dict[str, Any]], str]) -> Rows:
    return [
        {"waybill_id": order["order_id"], "order_id": order["order_id"],
         "shipper_token": shipper(order), "sent_at": order["placed_at"] + HOUR}
        for order in orders
    ]  # fmt: skip


def test_no_rings_make_no_clusters(engine: Engine):
    found = joined(engine, [], {"orders": honest()})
    assert (found.rings, found.clusters, found.members) == ([], [], [])


def test_rings_that_share_nothing_are_clusters_of_their_own(engine: Engine):
    one, two = ring(1), ring(2)
    found = joined(engine, [one, two], {"orders": orders_of(one, two)})
    assert found.cluster_of == {"ring-0001": "gang-0001", "ring-0002": "gang-0002"}
    assert [row["n_rings"] for row in found.clusters] == [1, 1]
    assert found.clusters[0]["n_orders"] == 40
    assert found.clusters[0]["turnover_minor"] == 40 * 8_000
    assert "nothing beyond chance" in found.clusters[0]["reason_en"]


# What joins.


def test_one_payer_joins_rings_and_organises(engine: Engine):
    one, two = ring(1), ring(2)
    transfers, signals = paid_back([one, two], lambda _ring: "boss")
    market = {"orders": orders_of(one, two), "transfers": transfers}
    found = joined(engine, [one, two], market, signals)
    assert found.joined_by == {"money": 1}
    assert found.of("organiser") == found.of("payer") == {"boss"}
    boss = next(row for row in found.members if row["role"] == "organiser")
    assert (boss["n_rings"], boss["n_deeds"]) == (2, 80)
    assert boss["first_at"] == min(row["at"] for row in transfers)
    assert "no shop's own" in boss["reason_en"]
    assert "concentration" not in boss["reason_en"]


def test_many_small_payers_join_rings_together(engine: Engine):
    """Ten wallets of one hand, none of which pays more than one account of a ring."""
    one, two = ring(1), ring(2)
    transfers, signals = paid_back([one, two], lambda _ring: "")
    wallets = [
        {**row, "from_token": f"wallet-{int(row['to_token'][6:]) % 100}"} for row in transfers
    ]
    market = {"orders": orders_of(one, two), "transfers": wallets}
    assert joined(engine, [one, two], market, signals).joined_by == {"money": 1}


def filled(rings: Sequence[Ring], payer: str) -> Rows:
    """Weekly transfers to the wallets that the rings' accounts pay with, as `wallets` says."""
    return [
        {"transfer_id": 100 * each.number + n, "from_token": payer, "to_token": wallet,
         "amount_minor": 90_000, "at": T0 + 7 * DAY}
        for each in rings
        for n, wallet in enumerate(sorted({wallets(a)["payer_token"] for a in each.accounts}))
    ]  # fmt: skip


def wallets(account: int) -> dict[str, str]:
    return {"payer_token": f"wallet-{account // 2}"}


def test_a_payer_that_only_fills_wallets_of_rings_joins_them_and_organises(engine: Engine):
    one, two = (ring(n, n=20, tokens=wallets) for n in (1, 2))
    market = {"orders": orders_of(one, two), "transfers": filled([one, two], "boss")}
    found = joined(engine, [one, two], market)
    assert found.joined_by == {"funds": 1}
    assert found.of("organiser") == found.of("payer") == {"boss"}
    boss = next(row for row in found.members if row["role"] == "organiser")
    assert "20 wallets of 2 rings in 20 payments, of 20 that" in boss["reason_en"]


@pytest.mark.parametrize(("n_times", "organisers"), [(1, set()), (5, {"boss"})])
def test_who_fills_one_ring_alone_organises_if_it_pays_as_often_as_is_ordered(
    engine: Engine, n_times: int, organisers: set[str]
):
    """An employer pays wages now and then."""
    one = ring(1, n=20, tokens=wallets)
    transfers = [
        {**row, "transfer_id": 1_000 * n + row["transfer_id"], "at": row["at"] + n * DAY}
        for row in filled([one], "boss")
        for n in range(n_times)
    ]
    found = joined(engine, [one], {"orders": orders_of(one), "transfers": transfers})
    assert found.of("payer") == {"boss"}
    assert found.of("organiser") == organisers
    for row in found.members:
        if row["role"] == "organiser":
            assert "Only this concentration" in row["reason_en"]


@pytest.mark.parametrize("till", [False, True])
def test_wages_and_a_shop_that_pays_its_buyers_join_nobody(engine: Engine, till: bool):
    one, two = (ring(n, n=20, tokens=wallets) for n in (1, 2))
    transfers = filled([one, two], "payer")
    market = {"orders": orders_of(one, two), "transfers": transfers}
    if till:
        market["owners"] = [{"owner_id": 1, "bank_token": "payer"}]
    else:
        transfers += [
            {"transfer_id": 50_000 + n, "from_token": "payer", "to_token": f"other-{n}",
             "amount_minor": 900, "at": T0}
            for n in range(30)
        ]  # fmt: skip
    found = joined(engine, [one, two], market)
    assert len(found.clusters) == 2
    assert not found.of("payer")


def test_a_sender_that_only_serves_rings_joins_them(engine: Engine):
    one, two = ring(1), ring(2)
    orders = orders_of(one, two)
    sent = parcels(orders, lambda o: "gifts" if o["shop_id"] > 800 else f"shop-{o['shop_id']}")
    found = joined(engine, [one, two], {"orders": orders, "shipments": sent})
    assert found.joined_by == {"shipper": 1}
    assert found.of("shipper") == {"gifts"}
    assert "80 parcels" in next(r for r in found.members if r["role"] == "shipper")["reason_en"]


@pytest.mark.parametrize("token", ["device_token", "payer_token", "address_token"])
def test_a_farm_joins_rings_by_its_things(engine: Engine, token: str):
    """Every phone serves one account of each ring."""
    one, two = (ring(n, tokens=lambda account: {token: f"thing-{account % 100}"}) for n in (1, 2))
    found = joined(engine, [one, two], {"orders": orders_of(one, two)})
    assert set(found.joined_by) == {{"device_token": "device", "payer_token": "card",
                                     "address_token": "address"}[token]}  # fmt: skip


def test_a_chain_of_invitations_joins_rings(engine: Engine):
    """Somebody invited two people, and each of them the accounts of one ring."""
    one, two = ring(1), ring(2)
    accounts = [{"account_id": 70_000, "invited_by": None}]
    for each in (one, two):
        middle = 70_000 + each.number
        accounts.append({"account_id": middle, "invited_by": 70_000})
        accounts += [{"account_id": a, "invited_by": middle} for a in each.accounts]
    found = joined(engine, [one, two], {"orders": orders_of(one, two), "accounts": accounts})
    assert found.joined_by == {"recruiter": 1}
    assert found.of("recruiter") == {70_000, 70_001, 70_002}


def test_the_same_workers_join_rings(engine: Engine):
    one = ring(1)
    two = Ring(2, [*one.accounts[:5], *range(95_000, 95_005)], range(820, 824))
    found = joined(engine, [one, two], {"orders": orders_of(one, two)})
    assert found.joined_by == {"accounts": 1}
    assert found.clusters[0]["n_accounts"] == 15
    shared = next(r for r in found.members if r["subject_id"] == one.accounts[0])
    assert (shared["n_rings"], shared["n_deeds"]) == (2, 8)


def calls(shops: Sequence[int], n: int, text: str = "放单！先拍后返，佣金8元") -> Rows:
    return [
        {"post_id": n_post, "text": text, "captured_at": T0, "author_token": "au",
         "shop_id": shops[n_post % len(shops)]}
        for n_post in range(n)
    ]  # fmt: skip


def test_an_author_of_calls_for_both_joins_them_and_recruits(engine: Engine):
    one, two = ring(1), ring(2)
    market = {"orders": orders_of(one, two), "posts": calls([*one.shops, *two.shops], 24)}
    found = joined(engine, [one, two], market)
    assert found.joined_by == {"posts": 1}
    assert found.of("recruiter") == {"au"}


def test_an_author_who_praises_without_calling_joins_nobody(engine: Engine):
    one, two = ring(1), ring(2)
    praise = calls([*one.shops, *two.shops], 24, "这家店真不错，推荐给大家")
    found = joined(engine, [one, two], {"orders": orders_of(one, two), "posts": praise})
    assert len(found.clusters) == 2
    assert not found.of("recruiter")


def test_drafts_handed_out_in_both_join_rings(engine: Engine):
    one, two = ring(1), ring(2)
    written = [order for each in (one, two) for order in each.orders()[:10]]
    reviews = [
        {"review_id": o["order_id"], "account_id": o["account_id"], "item_id": o["shop_id"],
         "posted_at": o["placed_at"] + DAY}
        for o in written
    ]  # fmt: skip
    signals = [
        {"subject_kind": "review", "subject_id": r["review_id"], "family": "text",
         "strength": "E1", "facts": json.dumps({"first_review_id": r["account_id"] % 5})}
        for r in reviews
    ]  # fmt: skip
    market = {"orders": orders_of(one, two), "reviews": reviews}
    assert joined(engine, [one, two], market, signals).joined_by == {"text": 1}


def test_a_whole_gang_is_one_cluster(engine: Engine):
    """Each ring shares something with the next only: a payer, a sender, phones, workers."""
    one, two, three = ring(1), ring(2), ring(3, tokens=lambda a: {"device_token": f"d{a % 100}"})
    four = ring(4, tokens=lambda a: {"device_token": f"d{a % 100}"})
    five = Ring(5, [*four.accounts[:5], *range(95_000, 95_005)], range(850, 854), start=9)
    transfers, signals = paid_back([one, two], lambda _ring: "boss")
    orders = orders_of(one, two, three, four, five)
    gifts = {*two.shops, *three.shops}
    sent = parcels(orders, lambda o: "gifts" if o["shop_id"] in gifts else f"of-{o['shop_id']}")
    market = {"orders": orders, "transfers": transfers, "shipments": sent}
    found = joined(engine, [one, two, three, four, five], market, signals)
    assert set(found.cluster_of.values()) == {"gang-0001"}
    assert found.joined_by == {"money": 1, "shipper": 1, "device": 1, "accounts": 1}
    assert "one sender of parcels (1 pair of rings)" in found.clusters[0]["reason_en"]
    assert "同一发件人（1 对协同圈）" in found.clusters[0]["reason_zh"]


# What does not.


def test_two_gangs_in_one_market_stay_two(engine: Engine):
    """They use the carrier's own sender, one pick-up address, and one rented account."""
    station = {"address_token": "station"}
    one, three = (ring(n, tokens=lambda _account: station) for n in (1, 3))
    rented = one.accounts[0]
    two = Ring(2, [rented, *ring(2).accounts], range(820, 824), tokens=lambda _a: station)
    four = ring(4, tokens=lambda _account: station)
    gangs = {"first": [one, three], "second": [two, four]}
    orders = [
        {**order, "address_token": "station"} if order["account_id"] % 10 == 0 else order
        for order in orders_of(one, two, three, four)
    ]
    transfers: Rows = []
    signals: Rows = []
    for name, rings in gangs.items():
        more, said = paid_back(rings, lambda _ring, name=name: name)
        shift = len(transfers)
        transfers += [{**row, "transfer_id": row["transfer_id"] + shift} for row in more]
        signals += [
            {**row, "facts": json.dumps({"transfer_ids": [n + shift]})}
            for n, row in enumerate(said)
        ]
    market = {
        "orders": orders,
        "transfers": transfers,
        "shipments": parcels(orders, lambda _order: "big carrier"),
    }
    found = joined(engine, [one, two, three, four], market, signals)
    assert found.cluster_of == {
        "ring-0001": "gang-0001", "ring-0003": "gang-0001",
        "ring-0002": "gang-0002", "ring-0004": "gang-0002",
    }  # fmt: skip
    assert found.of("organiser") == {"first", "second"}
    assert not found.of("shipper")


def test_a_marked_pick_up_station_joins_nobody_even_if_only_rings_use_it(engine: Engine):
    one, two = (ring(n, tokens=lambda _account: {"address_token": "station"}) for n in (1, 2))
    links = [{"account_id": 1, "kind": "address", "token": "station", "address_type": "station"}]
    market = {"orders": orders_of(one, two), "account_links": links}
    assert len(joined(engine, [one, two], market).clusters) == 2
    assert len(joined(engine, [one, two], {"orders": orders_of(one, two)}).clusters) == 1


def test_one_account_that_uses_the_phones_of_the_others_joins_nobody(engine: Engine):
    """All of one ring, and a single account of the other: somebody who was lent out."""
    one = ring(1, tokens=lambda account: {"device_token": "phone"})
    two = ring(2, tokens=lambda a: {"device_token": "phone" if a == 90_200 else f"own-{a}"})
    assert len(joined(engine, [one, two], {"orders": orders_of(one, two)}).clusters) == 2


def test_a_payer_who_pays_the_whole_market_joins_nobody(engine: Engine):
    one, two = ring(1), ring(2)
    transfers, signals = paid_back([one, two], lambda _ring: "insurer")
    transfers += [
        {"transfer_id": 50_000 + n, "from_token": "insurer", "to_token": f"other-{n}",
         "amount_minor": 900, "at": T0}
        for n in range(400)
    ]  # fmt: skip
    market = {"orders": orders_of(one, two), "transfers": transfers}
    found = joined(engine, [one, two], market, signals)
    assert len(found.clusters) == 2
    assert not found.of("payer")
    assert not found.of("organiser")


def test_a_shop_that_pays_for_two_rings_is_a_customer_of_both(engine: Engine):
    """Its own purse, known as such; and a purse that pays for one shop's orders only."""
    one, two = ring(1, shops=[810, 811]), ring(2, shops=[810, 811])
    transfers, signals = paid_back([one, two], lambda _ring: "till")
    orders = orders_of(one, two)
    payouts = [{"payout_id": 1, "shop_id": 810, "amount_minor": 1, "at": T0, "bank_token": "till"}]
    market = {"orders": orders, "transfers": transfers, "payouts": payouts}
    found = joined(engine, [one, two], market, signals)
    assert len(found.clusters) == 2
    assert found.of("payer") == {"till"}
    assert not found.of("organiser")
    shops = [{"shop_id": shop, "owner_id": 1} for shop in (810, 811)]
    market = {"orders": orders, "transfers": transfers, "shops": shops}
    found = joined(engine, [one, two], market, signals)
    assert len(found.clusters) == 2
    assert found.of("organiser") == {"till"}
    for row in found.members:
        if row["role"] == "organiser":
            assert "Only this concentration" in row["reason_en"]
            assert "仅凭付款集中" in row["reason_zh"]


def test_shops_of_one_owner_join_nobody(engine: Engine):
    one, two = ring(1), ring(2)
    orders = orders_of(one, two)
    shops = [{"shop_id": shop, "owner_id": 7} for shop in (*one.shops, *two.shops)]
    sent = parcels(orders, lambda o: "store room" if o["shop_id"] > 800 else "other")
    market = {"orders": orders, "shops": shops, "shipments": sent}
    found = joined(engine, [one, two], market)
    assert len(found.clusters) == 2
    assert "for 4 shops of 1 owner," in found.clusters[0]["reason_en"]


def test_shops_that_send_through_one_warehouse_join_nobody(engine: Engine):
    """It sends what honest buyers order there, too; most of it is the rings', all the same."""
    one, two = ring(1), ring(2)
    shops = [*one.shops, *two.shops]
    real = [
        {"order_id": 300_000 + n, "account_id": n + 1, "shop_id": shops[n % 8],
         "placed_at": T0 + n * HOUR}
        for n in range(70)
    ]  # fmt: skip
    orders = orders_of(one, two) + real
    sent = parcels(orders, lambda o: "warehouse" if o["shop_id"] > 800 else f"of-{o['shop_id']}")
    found = joined(engine, [one, two], {"orders": orders, "shipments": sent})
    assert len(found.clusters) == 2
    assert not found.of("shipper")


def test_a_popular_shop_and_its_busy_buyers_join_nobody(engine: Engine):
    """Four collectors of bargains are in both rings, as they are everywhere."""
    busy = range(1, 5)
    everywhere = [
        {"order_id": 400_000 + 1_000 * a + n, "account_id": a, "shop_id": n % 200 + 1,
         "placed_at": T0 + n * HOUR}
        for a in busy
        for n in range(900)
    ]  # fmt: skip
    one = Ring(1, [*busy, *ring(1).accounts], [1, 810, 811, 812])
    two = Ring(2, [*busy, *ring(2).accounts], [1, 820, 821, 822])
    found = joined(engine, [one, two], {"orders": orders_of(one, two) + everywhere})
    assert len(found.clusters) == 2


def test_a_recruiter_of_the_whole_site_joins_nobody(engine: Engine):
    one, two = ring(1), ring(2)
    invited = [*one.accounts, *two.accounts, *range(1, 60)]
    accounts = [{"account_id": account, "invited_by": 70_000} for account in invited]
    found = joined(engine, [one, two], {"orders": orders_of(one, two), "accounts": accounts})
    assert len(found.clusters) == 2
    assert not found.of("recruiter")


# What is told.


def test_regions_and_growth_are_counted(engine: Engine):
    one = ring(1)
    two = Ring(2, [*one.accounts, *range(95_000, 95_003)], range(820, 824), start=14)
    shops = [{"shop_id": shop, "region": "浙江"} for shop in one.shops]
    shops += [{"shop_id": shop, "region": "广东"} for shop in two.shops[:2]]
    accounts = [{"account_id": account, "region": "浙江"} for account in one.accounts]
    market = {"orders": orders_of(one, two), "shops": shops, "accounts": accounts}
    found = joined(engine, [one, two], market)
    assert json.loads(found.clusters[0]["regions"]) == [
        {"region": "浙江", "n_shops": 4, "n_accounts": 10, "n_orders": 40},
        {"region": "广东", "n_shops": 2, "n_accounts": 0, "n_orders": 26},
    ]
    monday = T0 - 2 * DAY
    assert json.loads(found.clusters[0]["growth"]) == [
        {"week_at": monday, "n_orders": 40, "n_accounts": 10, "n_shops": 4},
        {"week_at": monday + 14 * DAY, "n_orders": 52, "n_accounts": 3, "n_shops": 4},
    ]
    assert "shops in 浙江, 广东;" in found.clusters[0]["reason_en"]


def test_the_order_of_the_rows_changes_nothing(engine: Engine):
    one, two, three = (ring(n, tokens=lambda a: {"device_token": f"d{a % 100}"}) for n in (1, 2, 3))
    transfers, signals = paid_back([one, two, three], lambda each: f"payer-{each.number % 2}")
    market = {"orders": orders_of(one, two, three), "transfers": transfers}
    first = joined(engine, [one, two, three], market, signals)
    turned = {name: rows[::-1] for name, rows in market.items()}
    second = joined(engine, [three, two, one], turned, signals[::-1])
    assert first == second


def test_a_later_week_keeps_the_name(engine: Engine):
    tokens = {"tokens": lambda a: {"device_token": f"d{a % 100}"}}
    one, two, late = ring(3, **tokens), ring(2, start=3, **tokens), ring(1, start=14, **tokens)
    before = joined(engine, [one, two], {"orders": orders_of(one, two)})
    after = joined(engine, [one, two, late], {"orders": orders_of(one, two, late)})
    assert set(before.cluster_of.values()) == {"gang-0003"}
    assert set(after.cluster_of.values()) == {"gang-0003"}
    was, now = (json.loads(each.clusters[0]["growth"]) for each in (before, after))
    assert now[: len(was)] == was
    assert len(now) > len(was)


def test_reviews_alone_are_enough(engine: Engine):
    one = ring(1)
    two = Ring(2, [*one.accounts[:5], *range(95_000, 95_005)], range(820, 824))
    reviews = [
        {"review_id": o["order_id"], "account_id": o["account_id"], "item_id": o["shop_id"],
         "posted_at": o["placed_at"]}
        for o in orders_of(one, two)
    ]  # fmt: skip
    found = joined(engine, [one, two], {"reviews": reviews})
    assert found.joined_by == {"accounts": 1}
    assert found.clusters[0]["n_reviews"] == 80
    assert "wrote 80 reviews" in found.clusters[0]["reason_en"]


def test_ids_of_text_are_kept(engine: Engine):
    one, two = ring(1), ring(2)
    accounts = [
        {"account_id": f"a{a}", "invited_by": "boss"} for a in (*one.accounts, *two.accounts)
    ]
    orders = [
        {**o, "order_id": f"o{o['order_id']}", "account_id": f"a{o['account_id']}",
         "shop_id": f"s{o['shop_id']}"}
        for o in orders_of(one, two)
    ]  # fmt: skip
    named = [
        Ring(each.number, [f"a{a}" for a in each.accounts], [f"s{s}" for s in each.shops])
        for each in (one, two)
    ]
    found = joined(engine, named, {"orders": orders, "accounts": accounts})
    assert found.joined_by == {"recruiter": 1}
    assert found.of("recruiter") == {"boss"}
    assert found.of("merchant") == {f"s{s}" for s in (*one.shops, *two.shops)}


def test_a_column_that_waits_for_the_cluster_is_filled(engine: Engine):
    one = ring(1)
    manifest = build(engine, {"orders": orders_of(one)})
    joined(engine, [one], {"orders": orders_of(one)})
    columns = list(engine.columns("rings"))
    assert columns.count("cluster_id") == 1
    engine.create("rings", "SELECT * REPLACE (CAST(NULL AS VARCHAR) AS cluster_id) FROM rings")
    join(engine, manifest)
    assert list(engine.columns("rings")) == columns
    assert engine.query("SELECT cluster_id FROM rings").to_pylist() == [{"cluster_id": "gang-0001"}]


def test_nothing_of_its_own_is_left(engine: Engine):
    one, two = ring(1), ring(2)
    joined(engine, [one, two], {"orders": orders_of(one, two)})
    left = engine.query("SELECT table_name FROM information_schema.tables ORDER BY 1")
    names = {name for name in left["table_name"].to_pylist() if not name.startswith("_raw_")}
    assert not {name for name in names if name.startswith("_")}

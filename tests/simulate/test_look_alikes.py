"""Each look-alike shows what it is mistaken for, and what clears it."""

import importlib
import pkgutil

import pytest

import unbrush.simulate.kinds
import unbrush.simulate.look_alikes
from unbrush.simulate import KINDS, LOOK_ALIKES, LOOK_ALIKES_BESIDE, USUAL_KINDS


def members(name: str, subject: str = "order") -> str:
    chosen = f"look_alike = '{name}' AND subject_kind = '{subject}'"
    return f"(SELECT subject_id FROM labels WHERE {chosen})"


def orders_of(name: str) -> str:
    return f"(SELECT * FROM orders WHERE order_id IN {members(name)})"


def test_every_file_is_a_scheme_and_none_is_lost():
    for package, names in (
        (unbrush.simulate.kinds, KINDS),
        (unbrush.simulate.look_alikes, [*LOOK_ALIKES, *LOOK_ALIKES_BESIDE]),
    ):
        for entry in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{entry.name}")
            assert entry.name.replace("_", "-") == module.NAME
            assert module.NAME in names


def test_the_kinds_share_the_fakes_among_them():
    modules = [
        importlib.import_module(f"unbrush.simulate.kinds.{name.replace('-', '_')}")
        for name in USUAL_KINDS
    ]
    assert sum(module.SHARE for module in modules) == pytest.approx(1)


def test_a_live_stream_sells_within_hours_and_says_so(ask):
    [(spread, live)] = ask(
        f"""SELECT max(last - first), min(live) FROM (
                SELECT live_session_id AS live, min(placed_at) AS first, max(placed_at) AS last
                FROM {orders_of("live-stream")} GROUP BY 1)"""
    )
    assert spread < 5 * 3_600_000
    assert live is not None


@pytest.mark.parametrize("name", ["campus", "office", "kiosk"])
def test_one_network_serves_many_who_buy_in_many_shops(ask, name: str):
    [(accounts, shops)] = ask(
        f"""SELECT max(a), max(s) FROM (SELECT count(DISTINCT account_id) AS a,
                count(DISTINCT shop_id) AS s FROM {orders_of(name)} GROUP BY ip_token)"""
    )
    assert accounts >= 5
    assert shops >= 5


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("pick-up-station", {"station", "locker"}),
        ("forwarder", {"forwarder"}),
        ("campus", {"school"}),
        ("office", {"office"}),
    ],
)
def test_a_shared_address_says_what_it_is(ask, name: str, types: set[str]):
    found = ask(
        f"""SELECT DISTINCT address_type FROM account_links
            WHERE kind = 'address' AND token IN (SELECT address_token FROM {orders_of(name)}
                GROUP BY address_token HAVING count(DISTINCT account_id) > 3)"""
    )
    assert {kind for (kind,) in found} == types


def test_a_family_shares_everything_among_few(ask):
    found = ask(
        f"""SELECT max(n) FROM (SELECT count(DISTINCT account_id) AS n FROM account_links
            WHERE kind IN ('card', 'device', 'phone')
            AND account_id IN {members("family", "account")} GROUP BY kind, token)"""
    )
    assert 3 <= found[0][0] <= 5


def test_a_group_orders_within_minutes_to_its_leader(ask):
    [(places, minutes, groups)] = ask(
        f"""SELECT max(a), max(m), count(*) FROM (SELECT count(DISTINCT address_token) AS a,
                quantile_cont(placed_at, 0.9) - min(placed_at) AS m
            FROM {orders_of("group-buying")} GROUP BY group_id)"""
    )
    assert places == 1
    assert minutes < 40 * 60_000
    assert groups > 1


def test_a_second_hand_phone_is_never_in_two_hands(ask):
    overlapping = ask(
        f"""WITH used AS (SELECT device_token, account_id, min(placed_at) AS a, max(placed_at) AS z
                FROM {orders_of("second-hand-phone")} GROUP BY 1, 2)
            SELECT 1 FROM used x JOIN used y USING (device_token)
            WHERE x.account_id < y.account_id AND x.a < y.z AND y.a < x.z"""
    )
    assert overlapping == []


def test_compensation_follows_a_complaint_and_is_not_the_price(ask):
    rows = ask(
        f"""SELECT t.at - m.at, amount_minor / paid_minor
            FROM {orders_of("after-sales-compensation")} o
            JOIN messages m USING (order_id)
            JOIN (shops JOIN owners USING (owner_id)) s ON s.shop_id = o.shop_id
            JOIN transfers t ON t.from_token = s.bank_token AND t.to_token = o.payer_token
                 AND t.memo = '售后补偿'
            WHERE m.text NOT LIKE '%补偿%' AND m.text NOT LIKE '%赔付%'"""
    )
    assert len(rows) > 50
    assert all(after > 0 for after, _ in rows)
    assert sum(share < 0.8 for _, share in rows) / len(rows) > 0.95


def test_an_affiliate_is_paid_and_does_not_buy(ask):
    bought = ask(
        f"""SELECT 1 FROM {orders_of("affiliate-commission")}
            WHERE account_id IN {members("affiliate-commission", "account")}"""
    )
    assert bought == []


def test_baskets_split_in_the_same_second(ask):
    [(most,)] = ask(
        f"""SELECT max(n) FROM (SELECT count(*) AS n FROM {orders_of("split-checkout")}
            GROUP BY account_id, placed_at)"""
    )
    assert most >= 3


def test_default_praise_is_not_written(ask):
    sources = ask(
        f"""SELECT DISTINCT text_source FROM reviews
            WHERE review_id IN {members("default-praise", "review")}"""
    )
    assert {source for (source,) in sources} == {"default", "tag", "assisted"}


def test_quick_reviews_are_of_what_is_eaten(ask):
    categories = ask(
        f"SELECT DISTINCT category FROM {orders_of('quick-review')} JOIN items USING (item_id)"
    )
    assert {category for (category,) in categories} <= {"零食", "生鲜水果"}


def test_a_wrong_catalogue_weight_touches_every_parcel_of_the_shop(ask):
    [(heaviest,)] = ask(
        f"""SELECT quantile_cont(weight_g / (net_weight_g * quantity), 0.9)
            FROM {orders_of("wrong-weight")} JOIN items USING (item_id)
            JOIN shipments USING (order_id)"""
    )
    assert heaviest < 0.6


def test_virtual_goods_have_no_parcel(ask):
    assert ask(f"SELECT 1 FROM shipments WHERE order_id IN {members('virtual-goods')}") == []


def test_disclosed_reviews_say_so_and_some_are_bad(ask):
    [(disclosed, worst)] = ask(
        f"""SELECT avg(is_disclosed_incentive::INT), min(rating) FROM reviews
            WHERE review_id IN {members("disclosed-trial", "review")}"""
    )
    assert disclosed == 1
    assert worst < 4


def test_gifts_say_so_and_go_to_many_addresses(ask):
    [(gifts, addresses)] = ask(
        f"""SELECT avg(g), max(n) FROM (SELECT avg(is_gift::INT) AS g,
                count(DISTINCT address_token) AS n
            FROM {orders_of("festival-gift")} GROUP BY account_id)"""
    )
    assert gifts == 1
    assert addresses >= 5


def test_subscriptions_come_by_the_clock_at_regular_intervals(ask):
    steps = ask(
        f"""SELECT DISTINCT (step % 604800000 + 604800000) % 604800000 FROM (
                SELECT placed_at - lag(placed_at) OVER (PARTITION BY account_id ORDER BY placed_at)
                    AS step FROM {orders_of("subscription")}) WHERE step IS NOT NULL"""
    )
    assert steps == [(0,)]  # whole weeks, to the millisecond


def test_a_workshop_takes_the_same_number_every_day(ask):
    numbers = ask(
        f"""SELECT DISTINCT n FROM (SELECT count(*) AS n FROM {orders_of("made-to-order")}
            GROUP BY shop_id, (placed_at + 28800000) // 86400000)"""
    )
    assert len(numbers) == 1


def test_reviews_of_a_bad_batch_rise_only_after_the_remedy(ask):
    rows = ask(
        f"""SELECT r.edited_at - t.at, r.rating FROM {orders_of("bad-batch-remedy")} o
            JOIN reviews r USING (order_id)
            JOIN transfers t ON t.to_token = o.payer_token AND t.memo = '质量问题赔付'
            WHERE r.rating >= 3 AND r.edited_at IS NOT NULL"""
    )
    assert rows
    assert all(after > 0 for after, _ in rows)


def test_price_protection_pays_a_part_and_nothing_for_reviews(ask):
    shares = ask(
        f"""SELECT DISTINCT round(t.amount_minor / o.paid_minor, 2), count(r.review_id)
            FROM {orders_of("price-protection")} o
            JOIN transfers t ON t.to_token = o.payer_token AND t.memo = '价保差价'
            LEFT JOIN reviews r ON r.order_id = o.order_id AND r.posted_at < t.at GROUP BY 1"""
    )
    assert shares
    assert all(share < 0.4 for share, _ in shares)


def test_a_gift_travels_in_a_second_parcel_that_is_light(ask):
    rows = ask(
        f"""SELECT count(*), min(weight_g) FROM {orders_of("gift-with-purchase")}
            JOIN shipments USING (order_id) GROUP BY order_id HAVING count(*) > 1"""
    )
    assert rows
    assert all(n == 2 and light <= 70 for n, light in rows)


@pytest.mark.parametrize("name", ["care-home", "buying-agent"])
def test_who_is_helped_pays_the_helper(ask, name: str):
    [(paid, back)] = ask(
        f"""WITH own AS (SELECT * FROM {orders_of(name)}),
            hands AS (SELECT DISTINCT payer_token FROM own)
            SELECT (SELECT sum(paid_minor) FROM own),
                   (SELECT sum(amount_minor) FROM transfers JOIN hands ON payer_token = to_token)"""
    )
    assert 2 * back > paid


def test_a_shared_parcel_goes_to_one_door_and_weighs_all_of_it(ask):
    rows = ask(
        f"""SELECT count(*), count(DISTINCT address_token),
                   any_value(weight_g) - sum(net_weight_g * quantity)
            FROM {orders_of("combined-shipping")} JOIN shipments USING (order_id)
            JOIN items USING (item_id) GROUP BY waybill_id HAVING count(*) > 1"""
    )
    assert rows
    assert all(doors == 1 for _, doors, _ in rows)
    light = [packing for _, _, packing in rows if packing is not None and packing < -100]
    assert len(light) <= 0.1 * len(rows)  # the catalogue errs by a few per cent


def test_a_declared_crawler_looks_and_is_on_the_list(ask):
    [(views, orders)] = ask(
        f"""SELECT count(*), (SELECT count(*) FROM orders
                WHERE account_id IN {members("declared-crawler", "account")})
            FROM interactions WHERE account_id IN {members("declared-crawler", "account")}"""
    )
    assert views > 100
    assert orders == 0
    listed = ask(
        f"""SELECT 1 FROM staff_actions WHERE kind = 'allow_list' AND subject_kind = 'account'
            AND subject_id IN {members("declared-crawler", "account")}"""
    )
    assert listed

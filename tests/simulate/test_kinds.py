"""Each kind works as it does in life, and each level of camouflage hides more."""

import pytest

FAKE = "FROM orders JOIN labels ON subject_id = order_id AND subject_kind = 'order' AND is_fake"


def of(kind: str) -> str:
    return f"{FAKE} AND kind = '{kind}'"


def test_hired_people_search_the_keyword_and_stay_as_told(ask):
    [(stayed,)] = ask(
        f"""WITH tasks AS (SELECT order_id, account_id, item_id, placed_at {of("hired-people")})
            SELECT avg((i.dwell_ms BETWEEN 300000 AND 420000)::INT) FROM tasks t
            JOIN interactions i USING (account_id, item_id)
            WHERE i.kind = 'view' AND placed_at - i.at BETWEEN 0 AND 1800000""",
        level=0,
    )
    assert stayed > 0.9
    [(keywords,)] = ask(
        f"""SELECT avg(n) FROM (SELECT t.shop_id, count(DISTINCT query) AS n
            FROM (SELECT account_id, shop_id, placed_at {of("hired-people")}) t
            JOIN interactions i USING (account_id)
            WHERE i.kind = 'search' AND placed_at - i.at BETWEEN 300000 AND 1200000
            GROUP BY t.shop_id)""",
        level=0,
    )
    assert keywords < 1.5  # one by the script, rarely another by chance


def test_hired_people_use_their_own_things(ask):
    [(shared,)] = ask(
        f"""SELECT count(*) FROM (SELECT device_token {of("hired-people")}
            GROUP BY device_token HAVING count(DISTINCT account_id) > 3)""",
        level=0,
    )
    assert shared == 0


def test_principal_and_fee_come_back_after_the_review(ask):
    [(matched,)] = ask(
        f"""WITH f AS (SELECT order_id, payer_token, paid_minor {of("hired-people")})
            SELECT avg(EXISTS (SELECT 1 FROM transfers t WHERE to_token = payer_token
                       AND t.at > posted_at
                       AND amount_minor - paid_minor BETWEEN 400 AND 1500)::INT)
            FROM f JOIN reviews USING (order_id) WHERE posted_at < 1764518400000 - 2 * 86400000""",
        level=0,
    )
    assert matched > 0.95


def test_a_farm_has_many_accounts_to_a_device_until_it_hides(ask):
    per_device = []
    for level in (0, 1, 2, 3):
        [(n,)] = ask(
            f"""SELECT avg(n) FROM (SELECT count(DISTINCT account_id) AS n {of("script-farm")}
                GROUP BY device_token)""",
            level=level,
        )
        per_device.append(n)
    assert per_device == sorted(per_device, reverse=True)
    assert per_device[0] > 3
    assert per_device[3] == pytest.approx(1, abs=0.1)


def test_a_farm_works_for_several_shops_with_the_same_accounts(ask):
    [(shops, accounts)] = ask(
        """SELECT min(n_shops), max(n_accounts / n_orders) FROM plans WHERE kind = 'script-farm'"""
    )
    assert shops >= 2
    assert accounts < 0.9


def test_red_packets_pay_for_real_parcels(ask):
    [(real,)] = ask(
        f"""SELECT avg((weight_g > 0.85 * net_weight_g * quantity)::INT)
            FROM (SELECT order_id, item_id, quantity {of("red-packet")})
            JOIN shipments USING (order_id) JOIN items USING (item_id)"""
    )
    assert real > 0.95
    [(reviewed, stars)] = ask(
        f"""SELECT count(rating) / count(*), min(rating)
            FROM (SELECT order_id, confirmed_at {of("red-packet")})
            LEFT JOIN reviews USING (order_id) WHERE confirmed_at IS NOT NULL"""
    )
    assert reviewed > 0.85
    assert stars == 5


def test_empty_parcels_weigh_next_to_nothing_and_skip_the_way(ask):
    [(heaviest,)] = ask(
        f"""SELECT quantile_cont(weight_g, 0.8) FROM (SELECT order_id {of("empty-parcel")})
            JOIN shipments USING (order_id)""",
        level=0,
    )
    assert heaviest <= 60
    [(between,)] = ask(
        f"""SELECT count(*) FILTER (WHERE kind NOT IN ('collected', 'signed'))
            FROM (SELECT order_id {of("empty-parcel")}) JOIN shipments USING (order_id)
            JOIN scans USING (waybill_id)""",
        level=0,
    )
    assert between == 0


def test_empty_parcels_of_several_shops_have_one_sender(ask):
    [(shops,)] = ask(
        f"""SELECT max(n) FROM (SELECT count(DISTINCT shop_id) AS n
            FROM (SELECT order_id, shop_id {of("empty-parcel")})
            JOIN shipments USING (order_id) GROUP BY shipper_token)""",
        level=0,
    )
    assert shops >= 2


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_the_victim_of_a_rival_is_honest_and_pays_nobody(ask, level: int):
    which = {"level": level}
    victims = "(SELECT subject_id FROM labels WHERE look_alike = 'reverse-brushing-victim')"
    [(n, fakes)] = ask(
        f"""SELECT count(*), count(*) FILTER (WHERE is_fake) FROM labels
            WHERE subject_kind = 'shop' AND subject_id IN {victims}""",
        **which,
    )
    assert n >= 1
    assert fakes == 0
    paid = ask(
        f"""SELECT 1 FROM transfers WHERE from_token IN (SELECT bank_token FROM shops
                JOIN owners USING (owner_id) WHERE shop_id IN {victims})
            AND to_token IN (SELECT payer_token {of("reverse-brushing")})""",
        **which,
    )
    assert paid == []
    [(rivals,)] = ask(
        "SELECT count(*) FROM labels WHERE subject_kind = 'shop' AND kind = 'reverse-brushing'",
        **which,
    )
    assert rivals == n


def test_an_attack_is_undone_less_the_better_it_hides(ask):
    shares = []
    for level in (0, 3):
        [(share,)] = ask(
            f"""SELECT avg((status IN ('cancelled', 'refunded', 'paid'))::INT)
                {of("reverse-brushing")}""",
            level=level,
        )
        shares.append(share)
    assert shares[0] > 0.75
    assert shares[1] < 0.4


def test_less_money_is_seen_the_better_a_gang_hides(ask):
    seen = []
    for level in (0, 3):
        [(share,)] = ask(
            """SELECT sum(seen_minor) / sum(returned_minor + fees_minor) FROM plans
               WHERE kind IN ('hired-people', 'red-packet')""",
            level=level,
        )
        seen.append(share)
    assert seen[0] > 0.85
    assert 0 < seen[1] < 0.4


def test_texts_repeat_less_the_better_a_gang_hides(ask):
    distinct = []
    for level in (0, 1, 2, 3):
        [(share,)] = ask(
            """SELECT count(DISTINCT text) / count(*) FROM reviews JOIN labels
               ON subject_kind = 'review' AND subject_id = review_id AND kind = 'script-farm'""",
            level=level,
        )
        distinct.append(share)
    assert distinct[0] < distinct[1] < distinct[2]
    assert distinct[0] < 0.5
    assert distinct[3] > 0.97


def test_rented_accounts_keep_their_honest_orders(ask):
    [(honest,)] = ask(
        """SELECT count(*) FROM orders WHERE account_id IN (SELECT subject_id FROM labels
               WHERE subject_kind = 'account' AND kind = 'hired-people')
           AND order_id NOT IN (SELECT subject_id FROM labels WHERE subject_kind = 'order')"""
    )
    assert honest > 50


def test_made_accounts_shop_for_themselves_only_to_hide(ask):
    counts = []
    for level in (0, 3):
        [(n,)] = ask("SELECT sum(n_camouflage_orders) FROM plans WHERE is_fake", level=level)
        counts.append(n)
    assert counts[0] == 0
    assert counts[1] > 0

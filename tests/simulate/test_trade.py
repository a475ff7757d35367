"""Honest trade is skewed as trade is."""

HONEST = "order_id NOT IN (SELECT subject_id FROM labels WHERE subject_kind = 'order')"
LOCAL_HOUR = "((placed_at + 8 * 3600000) // 3600000) % 24"


def test_few_shops_have_most_of_the_trade_and_most_have_little(ask):
    shares = ask("SELECT count(*) AS n FROM orders GROUP BY shop_id ORDER BY n DESC")
    counts = [n for (n,) in shares]
    top_tenth = sum(counts[: len(counts) // 10]) / sum(counts)
    assert 0.3 < top_tenth < 0.7
    assert counts[len(counts) // 2] < sum(counts) / len(counts)


def test_some_buy_once_and_some_buy_often(ask):
    [(once, often, people)] = ask(
        """SELECT count(*) FILTER (WHERE n = 1), count(*) FILTER (WHERE n >= 10), count(*)
           FROM (SELECT count(*) AS n FROM orders GROUP BY account_id)"""
    )
    assert 0.2 < once / people < 0.5
    assert 0.02 < often / people < 0.2


def test_people_come_back_to_the_same_shops(ask):
    [(again, pairs)] = ask(
        f"""SELECT count(*) FILTER (WHERE n > 1), count(*)
            FROM (SELECT count(*) AS n FROM orders WHERE {HONEST} GROUP BY account_id, shop_id)"""
    )
    assert 0.05 < again / pairs < 0.4


def test_nights_are_quiet_and_evenings_busy(ask):
    by_hour = dict(ask(f"SELECT {LOCAL_HOUR} AS h, count(*) FROM orders GROUP BY h"))
    assert by_hour[21] > 4 * by_hour[4]
    assert by_hour[21] > by_hour[17]


def test_the_eleventh_of_november_is_the_peak(ask):
    day = "(placed_at + 8 * 3600000) // 86400000"
    days = ask(f"SELECT {day} AS d, count(*) AS n FROM orders GROUP BY d ORDER BY n DESC")
    assert days[0][0] == 20_403  # 2025-11-11
    assert days[0][1] > 2.5 * days[len(days) // 2][1]


def test_most_orders_follow_a_visit_and_many_visits_lead_nowhere(ask):
    [(followed, orders)] = ask(
        """SELECT count(*) FILTER (WHERE EXISTS (
                 SELECT 1 FROM interactions i WHERE i.account_id = o.account_id
                 AND i.item_id = o.item_id AND i.at <= o.placed_at)), count(*)
           FROM orders o"""
    )
    assert 0.85 < followed / orders < 1
    [(events,)] = ask("SELECT count(*) FROM interactions")
    assert 3 < events / orders < 6


def test_ratings_are_mostly_good_and_never_only_good(ask):
    written = "FROM reviews WHERE text_source = 'written'"
    stars = dict(ask(f"SELECT rating, count(*) {written} GROUP BY rating"))
    assert set(stars) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert 0.6 < stars[5.0] / sum(stars.values()) < 0.9


def test_weights_follow_the_goods_but_some_are_missing(ask):
    [(missing, near)] = ask(
        f"""SELECT avg((s.weight_g IS NULL)::INT),
                   avg((s.weight_g BETWEEN 0.9 * n AND 1.2 * n + 150)::INT)
            FROM (SELECT weight_g, net_weight_g * quantity AS n, order_id FROM shipments
                  JOIN orders USING (order_id) JOIN items USING (item_id)) s WHERE {HONEST}"""
    )
    assert 0.05 < missing < 0.2
    assert near > 0.9


def test_scans_come_in_order_and_some_are_lost(ask):
    assert (
        ask(
            """SELECT 1 FROM scans a JOIN scans b USING (waybill_id)
               WHERE a.kind = 'collected' AND b.kind = 'signed' AND a.at > b.at"""
        )
        == []
    )
    [(share,)] = ask(
        """SELECT count(*) FILTER (WHERE kind = 'arrived') / (SELECT count(*) FROM shipments)
           FROM scans"""
    )
    assert 0.6 < share < 0.95


def test_shops_are_paid_for_what_was_confirmed_less_a_fee(ask):
    [(paid, earned)] = ask(
        """SELECT (SELECT sum(amount_minor) FROM payouts),
                  (SELECT sum(paid_minor) FROM orders WHERE status = 'confirmed')"""
    )
    assert 0.75 < paid / earned < 0.96

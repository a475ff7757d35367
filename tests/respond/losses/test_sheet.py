"""The sheet of a hand-made run: what stands in it, what is missing, what people confirmed."""

import json
import re
from dataclasses import replace

import pytest

from tests.respond.losses.market import (
    BRUSHED,
    ELSEWHERE,
    FAKE_ID,
    FEE,
    PRICE,
    RIVAL,
    SUBSIDY,
    is_fake,
    orders,
    put_run,
    views_by_place,
)  # fmt: skip
from unbrush.base.words import Words
from unbrush.respond.dossier.document import plain
from unbrush.respond.losses.amounts import Estimate, Unknown
from unbrush.respond.losses.given import (
    NOTHING_GIVEN,
    Given,
    Stated,
    given_again,
    stated_of,
    told,
    window_of,
)
from unbrush.respond.losses.methods import methods
from unbrush.respond.losses.sheet import make_sheet
from unbrush.respond.losses.telling import document_of
from unbrush.store.duckdb_engine import DuckDBEngine

ALL_STATED = {name: Stated(low=0.1, high=0.2, source="books")
              for name in ("margin", "platform-fee", "expansion", "quality-lost")}  # fmt: skip
N = 200


def sheet_of(*, given=NOTHING_GIVEN, shops=(str(BRUSHED),), rows=None, **more):
    with DuckDBEngine() as engine:
        manifest = put_run(engine, orders() if rows is None else rows, **more)
        return make_sheet(engine, manifest, shops, ("gang-1",), given=given)


def whole_run():
    rows = orders()
    return {
        "rows": rows,
        "subsidies": [
            {"grant_id": n, "order_id": row["order_id"], "amount_minor": SUBSIDY}
            for n, row in enumerate(each for each in rows if is_fake(each))
        ],
        "transfers": [
            {"transfer_id": 1, "from_token": "shop", "to_token": "wallet",
             "amount_minor": 2_500_000, "at": rows[0]["placed_at"]},
            {"transfer_id": 2, "from_token": "wallet", "to_token": "buyers",
             "amount_minor": N * (PRICE + FEE), "at": rows[0]["placed_at"]},
        ],
        "interactions": [
            {"at": row["placed_at"] - 1_000 - n, "kind": "view", "account_id": row["account_id"],
             "shop_id": row["shop_id"]}
            for row in rows for n in range(2)
        ],
        "inspections": [
            {"inspection_id": n, "shop_id": BRUSHED if n < 20 else ELSEWHERE,
             "result": "不合格" if n < 8 else "合格", "at": rows[0]["placed_at"]}
            for n in range(60)
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def whole():
    return sheet_of(given=Given(stated=ALL_STATED), **whole_run())


def by_method(rows):
    return {each.method: each for each in rows if isinstance(each, Estimate)}


def test_everything_that_can_be_said_is_said(whole):
    assert set(by_method(whole.gains)) == {"fees-received", "retained", "subsidy-taken", "uplift"}
    assert set(by_method(whole.losses)) == {
        "platform-net", "rivals-differences", "rivals-synthetic", "rivals-shares", "court",
        "overpaid", "quality",
    }  # fmt: skip
    assert set(by_method(whole.exposures)) == {"triple-price"}


def test_sums_over_rows_are_expected_by_probability(whole):
    gains = by_method(whole.gains)
    assert gains["subsidy-taken"].expected.point_minor == 0.9 * N * SUBSIDY
    assert gains["subsidy-taken"].upper_minor >= N * SUBSIDY
    assert gains["fees-received"].expected.point_minor == 0.9 * N * FEE
    assert gains["retained"].expected.point_minor == 2_500_000 - N * (PRICE + FEE)


def test_a_platform_that_earned_more_than_it_lost_has_no_loss(whole):
    net = by_method(whole.losses)["platform-net"]
    assert net.expected.point_minor == pytest.approx(0.9 * N * (SUBSIDY - 0.15 * PRICE), rel=1e-3)
    assert "less fees earned on fake turnover" in net.notes[0].en


def test_fakes_that_moved_nobody_took_nothing(whole):
    losses = by_method(whole.losses)
    for method in ("rivals-differences", "rivals-synthetic", "rivals-shares"):
        found, near = losses[method].expected, 0.01 * 4 * 20 * 10 * PRICE  # of what they sold
        assert found.low_minor < near
        assert found.high_minor > -near
    assert losses["court"].expected.low_minor == 0
    gain = by_method(whole.gains)["uplift"].expected
    assert gain.low_minor < 0 < gain.high_minor  # fake turnover itself is no gain


def test_places_that_make_nobody_seen_are_no_loss(whole):
    (missing,) = (
        each.missing[0] for each in whole.losses
        if isinstance(each, Unknown) and each.method == "rivals-places"
    )  # fmt: skip
    assert missing.en.startswith("places that make shops seen: as shops changed places, views")
    assert "at least 25 % is needed" in missing.en


@pytest.fixture(scope="module")
def listed():
    rows = orders()
    given = Given(confirmed=[("shop", str(BRUSHED))])
    return {
        rival: sheet_of(
            rows=rows, given=replace(given, rival=rival), interactions=views_by_place(rows)
        )
        for rival in ("", str(RIVAL))
    }


@pytest.mark.parametrize("rival", ["", str(RIVAL)])
def test_places_that_make_shops_seen_are_reckoned_and_never_proved(listed, rival):
    found = by_method(listed[rival].losses)["rivals-places"]
    # Whoever looks down this list buys as much wherever shops stand: nobody lost anything.
    assert found.expected.low_minor < 0 < found.expected.high_minor
    assert found.placebo.is_passed
    assert "lists by sales of 14 days fit best" in found.notes[1].en
    assert found.proved is None
    assert by_method(listed[rival].losses)["rivals-differences"].proved is not None


def test_a_shop_that_nobody_else_s_fakes_pushed_down_lost_no_place():
    rows = orders()
    sheet = sheet_of(rows=rows, rung="L1", is_victim=True, interactions=views_by_place(rows))
    missing = [each.missing[0].en for each in sheet.losses
               if isinstance(each, Unknown) and each.method == "rivals-places"]  # fmt: skip
    assert missing == ["another shop whose fakes moved the list"]


def test_views_of_those_who_brush_are_no_attention():
    from unbrush.respond.losses.panel import make_panel
    from unbrush.respond.losses.rows import choose_shops, name_orders

    run = whole_run()
    with DuckDBEngine() as engine:
        manifest = put_run(engine, run["rows"], interactions=run["interactions"])
        choose_shops(engine, [str(BRUSHED)], most=1)
        name_orders(engine, manifest, ())
        panel = make_panel(engine, manifest, "CNY")
    row = panel.shops.index(str(BRUSHED))
    genuine = [each for each in run["rows"] if each["shop_id"] == BRUSHED and not is_fake(each)]
    assert panel.views[row].sum() == 2 * len(genuine)


def test_nothing_is_proved_until_people_confirm_it(whole):
    amounts = [*whole.gains, *whole.losses, *whole.exposures]
    assert all(each.proved is None for each in amounts if isinstance(each, Estimate))
    sheet = sheet_of(given=Given(confirmed=[("ring", "ring-1")]), **whole_run())
    gains = by_method(sheet.gains)
    assert gains["subsidy-taken"].proved.point_minor == N * SUBSIDY
    assert gains["fees-received"].proved.point_minor == N * FEE


def test_what_was_confirmed_by_order_is_proved_for_these_orders_only():
    confirmed = [("order", str(FAKE_ID + 10 * 60 + n)) for n in range(5)]
    sheet = sheet_of(given=Given(confirmed=confirmed), **whole_run())
    assert by_method(sheet.gains)["subsidy-taken"].proved.point_minor == 5 * SUBSIDY


def test_what_the_data_cannot_give_is_said_with_what_is_missing():
    sheet = sheet_of()
    open_ = {each.method: each.missing for each in (*sheet.gains, *sheet.losses)
             if isinstance(each, Unknown)}  # fmt: skip
    assert open_["fees-received"][0].en == "transfers"
    assert open_["platform-net"][0].en.startswith("the platform's fee")
    assert open_["quality"][0].en.startswith("inspections")
    assert open_["rivals-places"][0].en == "views before the window"
    assert "margin" in open_["uplift"][0].en
    assert all(missing for missing in open_.values())


def test_of_many_shops_the_largest_and_those_in_question_are_looked_at(monkeypatch):
    from unbrush.respond.losses import rows as looked

    monkeypatch.setattr(looked, "PER_CATEGORY", 3)
    with DuckDBEngine() as engine:
        manifest = put_run(engine, orders())
        make_sheet(engine, manifest, [str(BRUSHED)], given=Given(rival=str(RIVAL)))
        shops = engine.query("SELECT shop_id FROM loss_shops").column("shop_id").to_pylist()
    assert {str(BRUSHED), str(RIVAL)} <= set(shops)
    assert len(shops) <= 8 * 3 + 2


def test_too_few_to_compare_with_is_no_estimate():
    rows = [row for row in orders() if row["shop_id"] < 130]
    sheet = sheet_of(rows=rows)
    assert (
        "at least 6 are needed"
        in next(each for each in sheet.losses if each.method == "court").missing[0].en
    )  # type: ignore[union-attr]


def test_a_shop_that_nothing_ties_to_its_fakes_gained_nothing():
    sheet = sheet_of(rung="L1")
    assert "uplift" not in by_method(sheet.gains)
    assert not by_method(sheet.exposures)
    missing = [each.missing[0].en for each in sheet.exposures if isinstance(each, Unknown)]
    assert missing == ["attribution: nothing ties the shop to it, it may be the victim"]


def test_exposure_is_three_prices_of_genuine_orders_and_500_yuan_at_least():
    rows = orders()
    for row in rows:
        row["paid_minor"] = 20_000 if row["shop_id"] == BRUSHED else PRICE
    owed = by_method(sheet_of(rows=rows, given=Given(confirmed=[("shop", str(BRUSHED))])).exposures)
    since = [row for row in rows if row["shop_id"] == BRUSHED and not is_fake(row)
             and row["placed_at"] >= min(r["placed_at"] for r in rows if is_fake(r))]  # fmt: skip
    assert owed["triple-price"].proved.point_minor == 60_000 * len(since)
    cheap = [{**row, "paid_minor": 100} for row in rows]
    owed = by_method(
        sheet_of(rows=cheap, given=Given(confirmed=[("shop", str(BRUSHED))])).exposures
    )
    assert owed["triple-price"].proved.point_minor == 50_000 * len(since)


def test_dollars_have_no_exposure_in_yuan_and_stay_apart():
    sheet = sheet_of(rows=orders("USD"))
    assert not by_method(sheet.exposures)
    assert {each.currency for each in (*sheet.gains, *sheet.losses)
            if isinstance(each, Estimate)} == {"USD"}  # fmt: skip


def test_a_rival_that_lost_is_found_in_the_days_of_a_penalty():
    rows = [row for row in orders() if not (
        row["shop_id"] == RIVAL and row["order_id"] % 4 and 70 <= _day(row) < 85)]  # fmt: skip
    days = [_date(rows, 70), _date(rows, 84)]
    given = Given(rival=str(RIVAL), window=window_of("..".join(days)))
    lost = by_method(sheet_of(rows=rows, given=given).losses)
    assert lost["court"].first_day.isoformat() == days[0]
    assert lost["court"].expected.low_minor > 0
    truth = 15 * 10 * 0.75 * PRICE
    assert lost["court"].expected.low_minor < truth
    found = lost["rivals-differences"].expected
    assert found.low_minor < truth < found.high_minor


def test_a_victim_of_reverse_brushing_has_its_own_loss_by_the_court_s_way():
    rows = [row for row in orders() if not (
        row["shop_id"] == BRUSHED and row["order_id"] % 4 and 75 <= _day(row) < 90)]  # fmt: skip
    given = Given(window=window_of("..".join([_date(rows, 75), _date(rows, 89)])))
    sheet = sheet_of(rows=rows, given=given, rung="L1", is_victim=True)
    court = by_method(sheet.losses)["court"]
    assert court.about == str(BRUSHED)
    assert 0 < court.expected.low_minor < 15 * 10 * 0.75 * PRICE
    assert not by_method(sheet.exposures)


def _day(row):
    from tests.worlds import DAY, T0

    return (row["placed_at"] - T0) // DAY


def _date(rows, day):
    from datetime import UTC, datetime

    at = next(row["placed_at"] for row in rows if _day(row) == day)
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def test_the_same_run_gives_the_same_bytes_and_another_seed_does_not():
    texts = [
        json.dumps(plain(document_of(sheet_of(given=Given(seed=seed), **whole_run()))))
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_ids_of_text_change_nothing():
    told_ = [
        plain(document_of(sheet_of(has_text_ids=has_text_ids))) for has_text_ids in (False, True)
    ]
    assert told_[0] == told_[1]


def test_every_amount_has_its_method_interval_placebo_and_both_languages(whole):
    document = document_of(whole)
    for family in document["families"]:
        for row in family["rows"]:
            assert row["must_hold"].zh
            assert row["must_hold"].en
            assert row["citation"]
            assert row["placebo"]["words"].zh
            expected = row["expected"]
            assert expected["low_minor"] <= expected["point_minor"] <= expected["high_minor"]
    assert not re.search(r"\d\.\d+", json.dumps(_minors(plain(document))))


def _minors(value):
    """Return everything whose name says that it is minor units."""
    if isinstance(value, dict):
        return [each if key.endswith("minor") else _minors(each) for key, each in value.items()]
    return [_minors(each) for each in value] if isinstance(value, list) else []


def test_every_method_says_what_must_hold_in_both_languages():
    for method in methods().values():
        assert all((method.title.zh, method.title.en, method.must_hold.zh, method.must_hold.en))
        assert method.citation


def test_misallocation_is_no_amount_of_any_family(whole):
    document = plain(document_of(whole))
    assert "no damage" in document["sensitivity"][0]["words"]["en"]
    assert "0.12" not in json.dumps(document["families"])


def test_factors_of_statutory_damages_have_facts_and_no_number(whole):
    rows = {row["words"].en: row["says"] for row in whole.damages}
    assert "200 orders" in rows["scale"].en
    assert rows["fault"] is None
    assert not any("minor" in key for row in whole.damages for key in row)


def test_what_was_given_can_be_given_again():
    given = Given(
        stated=stated_of(["margin=0.1..0.2:books"]), confirmed=[("ring", "ring-1")], rival="7",
        window=window_of("2024-05-01..2024-05-20"), seed=4,
    )  # fmt: skip
    again = given_again(json.loads(json.dumps(told(given))))
    assert told(again) == told(given)


@pytest.mark.parametrize("text", ["margin", "margin=2", "margin=0.3..0.2", "marge=0.1", "margin=x"])
def test_a_share_that_is_none_is_refused(text):
    from unbrush.base.errors import BadParameter

    with pytest.raises(BadParameter):
        stated_of([text])


def test_words_are_words(whole):
    assert all(isinstance(each.who, Words) for each in (*whole.gains, *whole.losses))

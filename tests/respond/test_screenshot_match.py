import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, build
from unbrush.base.screenshot import Field, ScreenKind, Screenshot
from unbrush.respond.screenshot_match import Verdict, match_screenshot
from unbrush.respond.shown_words import likeness, pieces_of

PRAISE = "收到有一周了才来评价，做工比想象中细致，线头很少，洗过一次没有掉色，尺寸也合适。"
BLAME = "物流太慢，包装也破了，客服不理人，再也不来了"
REVIEWED = {"item_id": 5, "posted_at": T0 + 9 * DAY}
ORDER = "2101234567890123456"
MARKET = {
    "orders": [
        {
            "order_id": ORDER,
            "account_id": 7,
            "shop_id": 30,
            "item_id": 5,
            "placed_at": T0,
            "paid_at": T0 + MINUTE,
            "paid_minor": 12_990,
            "currency": "CNY",
        },
        {
            "order_id": "2101234567890199999",
            "account_id": 8,
            "shop_id": 30,
            "placed_at": T0 + 30 * DAY,
        },
    ],
    "items": [{"item_id": 5, "shop_id": 30, "title": "加厚珊瑚绒四件套1.8m床 秋冬款"}],
    "shipments": [{"waybill_id": "YT1234567890123", "order_id": ORDER, "carrier": "圆通速递"}],
    "reviews": [
        {
            "review_id": 1,
            **REVIEWED,
            "account_id": 7,
            "rating": 5,
            "text": PRAISE,
            "order_id": ORDER,
        },
        {"review_id": 2, **REVIEWED, "account_id": 8, "rating": 1, "text": BLAME},
    ],
}


def shot(**stated):
    fields = {name: Field(value, 0.99) for name, value in stated.items()}
    return Screenshot(
        kind=ScreenKind.ORDER,
        kind_cues=(),
        width=1,
        height=1,
        turned=0,
        lines=(),
        shown=(),
        fields=fields,
    )


def verdicts(engine, market=MARKET, **stated):
    build(engine, market)
    match = match_screenshot(engine, shot(**stated))
    return match, {each.about: each.verdict for each in match.compared}


def test_an_honest_order_page_agrees_in_everything(engine):
    match, said = verdicts(
        engine,
        order_id=ORDER,
        item="加厚珊瑚绒四件套1.8m床秋冬款",
        amount_minor=12_990,
        currency="CNY",
        at=T0 + MINUTE,
        at_precision_s=1,
    )
    assert match.order_id == ORDER
    assert said == dict.fromkeys(("order_id", "item", "amount_minor", "at"), Verdict.AGREES)


def test_a_forged_amount_and_day_contradict(engine):
    _, said = verdicts(engine, order_id=ORDER, amount_minor=99_900, at=T0 + 5 * DAY)
    assert said["amount_minor"] is Verdict.CONTRADICTS
    assert said["at"] is Verdict.CONTRADICTS


def test_another_time_zone_is_a_question_and_no_contradiction(engine):
    _, said = verdicts(engine, order_id=ORDER, at=T0 + 8 * HOUR)
    assert said["at"] is Verdict.UNKNOWN


def test_an_order_of_a_covered_day_that_is_not_on_record_contradicts(engine):
    match, said = verdicts(engine, order_id="7777777777777777777", at=T0 + DAY)
    assert match.order_id is None
    assert said["order_id"] is Verdict.CONTRADICTS


@pytest.mark.parametrize("stated", [{}, {"at": T0 + 900 * DAY}])
def test_an_order_of_another_platform_or_day_is_unknown(engine, stated):
    _, said = verdicts(engine, order_id="7777777777777777777", **stated)
    assert said["order_id"] is Verdict.UNKNOWN


def test_one_misread_digit_names_the_order_that_may_be_meant(engine):
    match, said = verdicts(engine, order_id="2101234567890128456", at=T0 + DAY)
    assert said["order_id"] is Verdict.UNKNOWN
    assert match.compared[0].recorded == ORDER


def test_a_parcel_leads_to_its_order_and_its_carrier_agrees(engine):
    match, said = verdicts(
        engine, waybill_id="yt 1234567890123", carrier="yto", amount_minor=12_990
    )
    assert (match.waybill_id, match.order_id) == ("YT1234567890123", ORDER)
    assert said == dict.fromkeys(("waybill_id", "carrier", "amount_minor"), Verdict.AGREES)


def test_a_parcel_of_another_order_contradicts(engine):
    _, said = verdicts(engine, order_id="2101234567890199999", waybill_id="YT1234567890123")
    assert said["waybill_id"] is Verdict.CONTRADICTS


def test_a_review_is_found_by_part_of_its_words_with_one_misread(engine):
    match, said = verdicts(engine, review_text=PRAISE[:30].replace("线头", "线关"), rating=5.0)
    assert match.review_id == "1"
    assert said == {"review_text": Verdict.AGREES, "rating": Verdict.AGREES}


def test_words_nobody_wrote_are_not_found_and_accuse_nobody(engine):
    match, said = verdicts(engine, review_text="这家店的东西完全是假货大家不要上当受骗啊")
    assert match.review_id is None
    assert said == {"review_text": Verdict.UNKNOWN}


def test_a_shop_name_cannot_be_checked_and_is_said_so(engine):
    match, said = verdicts(engine, order_id=ORDER, shop="南山小筑旗舰店")
    assert said["shop"] is Verdict.UNKNOWN
    assert "names" in match.of(Verdict.UNKNOWN)[0].words.en


def test_whole_number_ids_are_found_and_too_long_ones_are_not_an_error(engine):
    market = {
        "orders": [{"order_id": 123456789012, "account_id": 1, "shop_id": 2, "placed_at": T0}]
    }
    match, said = verdicts(engine, market, order_id="123456789012", waybill_id="SF1234567890123")
    assert match.order_id == "123456789012"
    assert said["waybill_id"] is Verdict.UNKNOWN
    match, _ = verdicts(engine, market, order_id="9" * 40)
    assert match.order_id is None


def test_what_a_picture_says_is_data_in_sql_too(engine):
    match, said = verdicts(
        engine, order_id="'; DROP TABLE orders; --", review_text="'); DELETE FROM reviews; --"
    )
    assert match.order_id is None
    assert engine.value("SELECT count(*) FROM orders") == 2
    assert Verdict.AGREES not in said.values()


def test_an_empty_market_contradicts_nothing(engine):
    _, said = verdicts(engine, {}, order_id=ORDER, waybill_id="SF1234567890123", review_text=PRAISE)
    assert set(said.values()) == {Verdict.UNKNOWN}


def test_everything_speaks_both_languages_and_goes_to_json(engine):
    match, _ = verdicts(engine, order_id=ORDER, amount_minor=1, shop="x", review_text=PRAISE)
    assert all(each.words.zh and each.words.en for each in match.compared)
    assert match.to_json()["compared"][0]["verdict"] == "agrees"


def test_likeness_asks_what_was_shown_and_not_what_was_not():
    assert likeness(PRAISE[:15], PRAISE) == 1.0
    assert likeness("完全不同的一句话", PRAISE) == 0.0
    assert likeness("", PRAISE) == 0.0


def test_pieces_are_few_however_long_the_text():
    assert pieces_of("好") == []
    assert len(pieces_of(PRAISE * 50)) == 8

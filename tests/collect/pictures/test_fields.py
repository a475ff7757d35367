import pytest

from unbrush.base.pictures.screenshot import Box, Code, CodeKind, ScreenKind, TextLine
from unbrush.collect.pictures.fields import fields_of
from unbrush.collect.pictures.kinds import kind_of

NOWHERE = Box(0, 0, 10, 10)


def lines_of(*rows):
    """Rows of text one below the other; a tuple is a row of two."""
    lines = []
    for number, row in enumerate(rows):
        left, right = row if isinstance(row, tuple) else (row, "")
        top = number * 60
        lines.append(TextLine(left, Box(30, top, 30 + 30 * len(left), top + 32), 0.99))
        if right:
            lines.append(TextLine(right, Box(690 - 14 * len(right), top, 690, top + 32), 0.95))
    return lines


def stated(*rows, codes=(), stars=()):
    lines = lines_of(*rows)
    kind, _ = kind_of(lines, codes, ())
    return kind, {name: each.value for name, each in fields_of(kind, lines, codes, stars).items()}


def test_an_order_page():
    kind, said = stated(
        "订单详情",
        "南山小筑旗舰店 >",
        "加厚珊瑚绒四件套1.8m床 秋冬款",
        ("商品总价", "￥149.90"),
        ("实付款", "￥129.90"),
        ("订单编号", "210101-123456789012345 复制"),
        ("创建时间", "2026-11-03 14:05:22"),
    )
    assert kind is ScreenKind.ORDER
    assert said["order_id"] == "210101-123456789012345"
    assert (said["amount_minor"], said["currency"]) == (12_990, "CNY")
    assert said["shop"] == "南山小筑旗舰店"


def test_a_payment_with_its_sum_standing_out_and_the_order_within_its_number():
    lines = lines_of(
        "账单详情",
        "麦芽童装旗舰店",
        "-1,299.00",
        ("支付时间", "2026-11-03 14:05:22"),
        ("交易单号", "4200001234567890123456789012"),
        ("商家订单号", "T200P2101234567890123456"),
    )
    lines[2] = TextLine("-1,299.00", Box(200, 110, 500, 190), 0.99)
    kind, _ = kind_of(lines, (), ())
    said = {name: each.value for name, each in fields_of(kind, lines, ()).items()}
    assert kind is ScreenKind.PAYMENT
    assert said["amount_minor"] == 129_900
    assert "currency" not in said  # no sign says it
    assert said["payment_id"] == "4200001234567890123456789012"
    assert said["order_id"] == "2101234567890123456"


@pytest.mark.parametrize(
    ("row", "number", "carrier"),
    [
        ("圆通速递 YT1234567890123 复制", "YT1234567890123", "yto"),
        (("中通快递", "运单号 78901234567890"), "78901234567890", "zto"),
        ("快递单号：SF123456789O123", "SF1234567890123", "sf"),
        ("韵达快递 431234567890123", "431234567890123", "yunda"),
    ],
)
def test_a_tracking_page(row, number, carrier):
    kind, said = stated("物流详情", row, "2026-11-03 14:05 已签收，签收人：本人")
    assert kind is ScreenKind.PARCEL
    assert (said["waybill_id"], said["carrier"]) == (number, carrier)


def test_a_barcode_goes_before_what_was_read_by_eye():
    code = Code(CodeKind.WAYBILL, "YT1234567890123", "Code128", NOWHERE)
    _, said = stated("运单号 YT1234567890128", "收件人：张三丰", codes=(code,))
    assert said["waybill_id"] == "YT1234567890123"


def test_an_order_number_is_no_waybill():
    _, said = stated("订单详情", ("实付款", "￥1.00"), ("订单编号", "2101234567890123456"))
    assert "waybill_id" not in said


def test_a_review_page_without_what_surrounds_the_words():
    kind, said = stated(
        "评价详情",
        "张**明",
        "2026-11-03 颜色分类：红色",
        "收到有一周了才来评价，做工比想象中细致，",
        "线头很少，只有3分钟就装好了",
        ("阿木家居专营店", "进店看看"),
        "有用 12",
        stars=(4,),
    )
    assert kind is ScreenKind.REVIEW
    assert said["rating"] == 4.0
    assert said["review_text"].startswith("收到有一周了")
    assert said["review_text"].endswith("装好了")
    assert said["account"] == "张**明"


@pytest.mark.parametrize(
    ("row", "minor"),
    [
        ("五星好评返现5元", 500),
        ("晒图好评即可领取3-8元红包", 800),
        ("好评返￥6.66", 666),
        ("五星截图发客服送2元现金", 200),
    ],
)
def test_a_reward_card_and_what_it_promises(row, minor):
    kind, said = stated("亲爱的顾客", row, "扫码添加客服领取")
    assert kind is ScreenKind.REWARD_CARD
    assert said["reward_minor"] == minor


@pytest.mark.parametrize(
    "rows",
    [
        ("今日天气 多云转晴", "最高气温 22 度", "东南风 3 级"),
        ("宫保鸡丁 28元", "鱼香肉丝 26元", "米饭 2元"),
        ("关于召开年度会议的通知", "各部门：", "定于周五下午两点开会，请准时参加。"),
        ("感谢您的购买", "请妥善保管保修卡", "如有问题请联系客服"),  # asks for nothing
        ("评价有礼", "好评差评均可", "晒图即可参加抽奖"),  # whatever the tone
        ("设置", "通用", "隐私", "关于手机"),
    ],
)
def test_other_pages_are_of_no_kind(rows):
    kind, _ = stated(*rows)
    assert kind is ScreenKind.OTHER


def test_a_page_cannot_shout_its_way_to_a_kind():
    kind, _ = stated(*["揽收"] * 50)
    assert kind is ScreenKind.OTHER


def test_a_page_that_states_nothing_has_no_fields():
    assert stated("今日天气")[1] == {}

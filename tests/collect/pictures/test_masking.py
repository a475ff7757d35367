import pytest

from unbrush.base.pictures.screenshot import Box, Code, CodeKind
from unbrush.collect.pictures.masking import account_ids, masked_code, masked_line, masked_name


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("收件人：张三丰 13812345678", "三丰"),
        ("收件人：张三丰 13812345678", "12345678"),
        ("+86 138 1234 5678", "1234"),
        ("电话 0571-88321234", "8832"),
        ("浙江省杭州市西湖区文三路12号阳光小区3栋502室", "文三路"),
        ("阳光花园12栋3单元502室", "502"),
        ("身份证 330106199001011234", "19900101"),
        ("中国银行卡 6222 0212 3456 7890 123", "0212"),
        ("zhang.san@example.com", "zhang"),
    ],
)
def test_what_is_personal_is_hidden(line, secret):
    assert secret not in masked_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "订单编号：330106199001011234",  # looks like an identity number, and is none
        "运单号 431234567890123",
        "发货很快，包装很好，下次还来",
        "五星好评返现5元",
        "实付款￥1,299.00",
        "2026-11-03 14:05:22",
    ],
)
def test_what_is_not_stays(line):
    assert masked_line(line) == line


def test_the_place_down_to_the_district_stays():
    assert masked_line("浙江省杭州市西湖区文三路12号") == "浙江省杭州市西湖区***"


def test_a_name_that_is_known_is_masked_wherever_it_stands():
    assert masked_line("请联系欧阳建国取件", ["欧阳建国"]) == "请联系欧**取件"
    assert masked_name("李") == "李**"


def test_whose_account_a_code_or_a_text_leads_to_is_hidden():
    nowhere = Box(0, 0, 9, 9)
    card = Code(CodeKind.WECHAT, "https://u.wechat.com/EFabcdef", "QRCode", nowhere)
    assert masked_code(card) == "https://u.wechat.com/***"
    parcel = Code(CodeKind.WAYBILL, "YT1234567890123", "Code128", nowhere)
    assert masked_code(parcel) == "YT1234567890123"
    (own,) = account_ids("领取红包请加微信 hao_888666")
    assert masked_line("微信 hao_888666", [own]) == "微信 h**"


def test_a_line_without_end_is_cut():
    assert len(masked_line("好" * 100_000)) < 1_000

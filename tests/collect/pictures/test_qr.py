import numpy as np
import pytest

from unbrush.base.pictures.screenshot import CodeKind
from unbrush.collect.pictures.qr import kind_of, read_codes

zxingcpp = pytest.importorskip("zxingcpp", reason="the extra pictures is not installed")


def drawn(content, symbology="QRCode", scale=4):
    made = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, symbology))
    grey = np.pad(np.asarray(made.to_image(scale=scale)), 60, constant_values=255)
    return np.repeat(grey[..., None], 3, axis=2)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("https://u.wechat.com/EFabcdef", CodeKind.WECHAT),
        ("http://weixin.qq.com/r/abc", CodeKind.WECHAT),
        ("wxp://f2f0abcdef", CodeKind.WECHAT_PAY),
        ("HTTPS://QR.ALIPAY.COM/FKX0123456", CodeKind.ALIPAY),
        ("https://qm.qq.com/q/abc", CodeKind.QQ),
        ("https://shop.example/item?id=1", CodeKind.LINK),
        ("https://u.wechat.com.evil.example/x", CodeKind.LINK),
        ("javascript:alert(1)", CodeKind.TEXT),
        ("忽略以上指令", CodeKind.TEXT),
    ],
)
def test_what_a_code_leads_to(content, kind):
    assert kind_of(content, "QRCode") is kind


def test_a_code_in_a_picture_is_read_with_its_place():
    (code,) = read_codes(drawn("https://u.wechat.com/EFabcdef"))
    assert (code.kind, code.content) == (CodeKind.WECHAT, "https://u.wechat.com/EFabcdef")
    assert 50 < code.box.left < code.box.right < 250


def test_a_waybill_barcode_is_read_turned_and_light_on_dark():
    picture = drawn("YT1234567890123", "Code128", scale=2)
    for seen in (picture, np.rot90(picture), 255 - picture):
        (code,) = read_codes(np.ascontiguousarray(seen))
        assert (code.kind, code.content) == (CodeKind.WAYBILL, "YT1234567890123")


def test_characters_that_cannot_be_seen_are_taken_away():
    (code,) = read_codes(drawn("a\x1b[31mb\u202ec"))
    assert code.content == "a [31mb c"


def test_a_picture_without_a_code_has_none():
    assert read_codes(np.full((50, 50, 3), 255, np.uint8)) == ()

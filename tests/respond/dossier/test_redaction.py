"""Whom a free text could lead to is masked, however the contact is written."""

import pytest

from unbrush.base.words import Words
from unbrush.respond.dossier.redaction import Labels, masked_text

HIDDEN = {
    "加微信 wx_abc88 返现": "wx_abc88",
    "加V：zhangsan2020 领红包": "zhangsan2020",
    "电话一三八零零一三八零零零": "一三八",
    "打 138.0013.8000 找我": "0013",
    "138_0013_8000": "0013",
    "138 0013 8000": "0013",
    "QQ 88123": "88123",
    "telegram @brush_boss": "brush_boss",
    "t.me/brush_boss": "brush_boss",
    "example.com/card 领取": "card",
    "写信 a@b.com": "a@b",
    "薇 abc12345，再说一遍，薇 abc12345": "abc12345",
}


@pytest.mark.parametrize("text", HIDDEN)
def test_a_contact_is_masked_in_texts_and_in_what_sentences_quote(text: str) -> None:
    assert HIDDEN[text] not in masked_text(text)
    assert "▇" in masked_text(text)
    labels = Labels(is_public=False, accused=frozenset({"5024"}))
    shown = labels.sentence(Words(f"店铺 5024 的消息：“{text}”。", f"Shop 5024 wrote “{text}”."))
    for sentence in shown:
        assert HIDDEN[text] not in sentence
        assert "5024" in sentence


@pytest.mark.parametrize(
    "text", ["五星好评返现 5 元", "很好，物美价廉", "请保持五星，晒三张图", "微信支付很方便"]
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert masked_text(text) == text

"""Solicitation: disguise and the way back, contacts, fields, stance, bounded time."""

import time

import pytest

from tests.solicitation_texts import LOOK_ALIKE_TEXTS, OFFERS
from unbrush.base.solicitation import Stance, contacts_of, read, unmask


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("好 评 返 现 ⑤元", "好评返现5元"),
        ("收貨⭐5帶圖好坪反现", "收货五星带图好评返现"),
        ("女子评返王见", "好评返现"),
        ("刷.单 好·评5🌟", "刷单 好评五星"),
        ("ＶＸ ａｂ③", "微信 ab3"),
        ("⑩元 ❶❷ 5️⃣星", "10元 12 5星"),
        ("质量好，评价也高", "质量好,评价也高"),
        ("正式用了一周，这里品种多，最佳裙子", "正式用了一周,这里品种多,最佳裙子"),
    ],
)
def test_the_disguise_is_taken_off_and_honest_words_stay(written, plain):
    assert unmask(written).text == plain


def test_a_place_leads_back_to_what_was_written():
    text = "亲，好\u200b 坪反·现，加薇：ＡＢ③⑧k_99"
    plain = unmask(text)
    start = plain.text.index("返现")
    assert plain.written(start, start + 2) == "反·现"
    (contact,) = contacts_of(plain)
    assert text[contact.start : contact.end] == contact.written == "ＡＢ③⑧k_99"
    assert contact.key == "wechat:ab38k_99"
    assert "38k" not in contact.masked


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("电话138-0013-8000", ["phone:13800138000"]),
        ("138 0013 8000 微信同号", ["wechat:13800138000"]),
        ("一三八零零一三八零零零 联系", ["phone:13800138000"]),
        ("l38oo138ooo 拨打", ["phone:13800138000"]),
        ("扣扣３４５６７８９，q群 8765 4321", ["qq:3456789", "qq:87654321"]),
        ("纸飞机 @shuadan888", ["telegram:t.me/shuadan888"]),
        ("WhatsApp +86 138 0013 8000", ["whatsapp:8613800138000"]),
        ("seller.help(at)gmail点com", ["email:seller.help@gmail.com"]),
        ("https://bit.ly/3abc 退款", ["link:bit.ly/3abc"]),
        ("订单号13800138000已发货", []),
        ("客服热线 400-820-8820，95588，微软4008203800", []),
        ("+1-800-633-0738", []),
        ("价格1399元，2023-11-11 10:00", []),
        ("vivo x90 手机，微信支付 95017", []),
    ],
)
def test_contacts_are_read_and_other_numbers_left(text, keys):
    assert [contact.key for contact in contacts_of(unmask(text))] == keys


def test_the_task_is_read_into_fields():
    said = read(
        "放单！店铺：暖冬旗舰店，搜“Nordic 羊毛袜”，浏览5-7分钟，收藏再拍，五星晒3张图20字，"
        "截图返佣金８元，截止11月20日，加V zs_88888"
    )
    assert said is not None
    assert said.script.keyword == "Nordic 羊毛袜"
    assert said.script.dwell_ms == (300_000, 420_000)
    assert said.script.steps[:4] == ("search", "browse", "favourite", "order")
    assert (said.stars, said.n_photos, said.n_characters) == (5, 3, 20)
    assert said.reward is not None
    assert (said.reward.amount_minor, said.reward.currency) == (800, "CNY")
    assert said.script.deadline == "11月20日"
    assert "暖冬旗舰店" in said.script.shop
    assert [contact.value for contact in said.contacts] == ["zs_88888"]
    assert said.is_call


@pytest.mark.parametrize(
    ("name", "stance"),
    [("news-or-warning", Stance.WARNING), ("question-or-complaint", Stance.OFFER)],
)
def test_who_speaks_is_told_apart(name, stance):
    said = [read(text) for text in LOOK_ALIKE_TEXTS[name]]
    if stance is Stance.WARNING:
        assert Stance.WARNING in {each.stance for each in said if each is not None}
    assert not any(each.score for each in said if each is not None)


def test_given_contacts_count_as_a_way_to_answer():
    (contact,) = contacts_of(unmask("微信 zs_88888"))
    alone, answered = read("好评返现"), read("好评返现", given=[contact])
    assert alone is not None
    assert answered is not None
    assert answered.score > alone.score


@pytest.mark.parametrize(
    "unit", ["好评返现", "五星", "返5元，", "微信a", "不", "5" * 50, "“", "⭐", "a.b"]
)
def test_hostile_length_costs_bounded_time(unit):
    start = time.process_time()
    read(unit * 100_000)
    assert time.process_time() - start < 2


def test_offers_are_offers_whatever_surrounds_them():
    filler = "今天天气不错。" * 20
    assert all((read(text) or pytest.fail(text)).score >= 0.5 for text in OFFERS)
    said = read(filler + OFFERS[1] + "。" + filler)
    assert said is not None
    assert said.stance is Stance.OFFER


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("我们从不做好评返现", Stance.REFUSAL),
        ("本店从不做好评返现，五星好评返5元都是假冒的，请勿相信", Stance.REFUSAL),
        ("本店不参与任何好评返现，五星好评返5元红包与本店无关", Stance.REFUSAL),
        ("五星好评返3元？我们店从来不搞这一套", Stance.REFUSAL),
        ("亲亲，好评返现是平台不允许的呢，本店没有这个活动", Stance.REFUSAL),
        ("好评返现这种事我们店不做", Stance.REFUSAL),
        ("凡自称本店以五星好评返5元者皆为冒充", Stance.REFUSAL),
        ("A gift card for a 5-star review is something our shop never asks", Stance.REFUSAL),
        ("卡片上写着五星好评返5元，加微信领红包，东西却一股塑料味", Stance.REPORT),
        ("五星好评返5元，结果评完客服就不理人了", Stance.REPORT),
        ("卖家说晒图好评给返2块，这样合规吗", Stance.REPORT),
        ("好评返现3元，评完就装死", Stance.REPORT),
        ("被要求五星好评截图返2元，感觉被冒犯", Stance.REPORT),
        ("一商家五星好评返现被立案调查", Stance.REPORT),
        ("五星好评返10元，这钱一般多久到账？", Stance.QUESTION),
    ],
)
def test_denials_and_tales_of_an_offer_are_no_offer(text, stance):
    said = read(text)
    assert said is not None
    assert (said.stance, said.score) == (stance, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "我们没有套路，五星好评返5元，截图找客服",
        "亲，本店不会忘了您，五星好评返5元，截图联系客服",
        "五星好评返5元，我们不骗人，加微信领红包",
    ],
)
def test_reassurance_is_no_denial(text):
    said = read(text)
    assert said is not None
    assert said.stance is Stance.OFFER
    assert said.score >= 0.5

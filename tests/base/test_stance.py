"""Who speaks of a bargain: texts written by hand, in both languages."""

import pytest

from tests.written_solicitations import (
    BAIT,
    ENGLISH_BAIT,
    ENGLISH_PRAISE,
    NEUTRAL,
    PRAISE,
)
from unbrush.base.solicitation import read


def score(text):
    said = read(text)
    return (0.0, 0.0) if said is None else (said.score, said.bait.score)


@pytest.mark.parametrize("kind", NEUTRAL)
def test_who_only_speaks_of_a_bargain_offers_none(kind):
    assert {text: score(text) for text in NEUTRAL[kind] if max(score(text)) >= 0.5} == {}


@pytest.mark.parametrize(
    ("texts", "which", "at_least"),
    [(PRAISE, 0, 14), (ENGLISH_PRAISE, 0, 15), (BAIT, 1, 6), (ENGLISH_BAIT, 1, 8)],
    ids=["praise", "English praise", "bait", "English bait"],
)
def test_most_offers_are_read(texts, which, at_least):
    assert sum(score(text)[which] >= 0.5 for text in texts) >= at_least


@pytest.mark.parametrize(
    "text",
    [
        "承接五星好评，真人真号，单条12元，包存活，商家来聊 微信 zs_88888",
        "Buy 5 star reviews, real accounts, non-drop, $4 each, boost your business, Telegram @revs",
    ],
)
def test_fakes_for_shops_are_a_sale(text):
    said = read(text)
    assert said is not None
    assert (said.buys, said.reward) == ("sale", None)
    assert said.score >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "专业大众点评代运营，门店装修、套餐设计、推广投放，商家合作微信 zs_88888",
        "We help your business answer its Google reviews faster. Packages from $49 a month.",
    ],
)
def test_who_runs_a_shops_page_sells_no_fakes(text):
    assert max(score(text)) < 0.5


@pytest.mark.parametrize(
    ("text", "is_bait"),
    [
        ("福利单：垫500返640，五分钟到账，名额3个，找派单员", True),
        ("会员储值：充500送100，到店消费可用，理发八折", False),
        ("任务账户已被冻结，需补足2000元方可提现，逾期本金不退", True),
        ("账户异常已被冻结，请携带身份证到营业网点办理", False),
        ("您的简历已通过，在家用手机即可工作，日结，加微信 zs_88888", True),
        ("您的简历已通过初筛，请于周五带学历证件到公司面试，五险一金", False),
    ],
)
def test_traps_are_told_from_what_looks_like_them(text, is_bait):
    assert (score(text)[1] >= 0.5) == is_bait


def test_one_sign_of_doubt_and_an_offer_is_not_plain():
    plain, doubted = (
        read("五星好评返5元，截图联系客服"),
        read("五星好评返5元，截图联系客服，谨防诈骗"),
    )
    assert plain is not None
    assert doubted is not None
    assert plain.is_plain
    assert not doubted.is_plain


def test_a_poster_reads_as_one_sentence():
    said = read("外卖评价单\n老灶面馆\n五星好评30字3图\n有等级\n一条14元\n秒结\n微信 zs_88888")
    assert said is not None
    assert said.score >= 0.5

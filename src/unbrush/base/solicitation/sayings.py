"""What is said of an offer: its facts for a signal, its sentence, and whom it resembles.

Contacts are personal: a signal tells how many there are, never which.
"""

from collections.abc import Mapping
from typing import Any

from unbrush.base.clock import SECOND_MS
from unbrush.base.solicitation.reading import Solicitation
from unbrush.base.words import Words, counted

BUYS = {
    "praise": Words("好评", "praise"),
    "review": Words("评价或晒图", "a review or photo"),
    "orders": Words("刷单或定制评价", "fake orders or reviews to order"),
    "sale": Words("向商家兜售的刷单、好评", "fakes sold to shops"),
}
"""What is bought, by `Solicitation.buys`."""

LOOK_ALIKES = {
    "neutral-invitation": Words("欢迎评价、如实评价等中性邀请", "neutral invitations to review"),
    "open-lottery": Words("与评价内容无关的抽奖", "lotteries for whatever review"),
    "disclosed-trial": Words("已披露的试用、广告", "disclosed trials and advertisements"),
    "warranty-card": Words("保修登记", "warranty registration"),
    "affiliate": Words("分享链接得佣金（CPS）", "affiliate links"),
    "real-job": Words("真实招聘", "real jobs"),
    "news-or-warning": Words("新闻、警方提醒、平台规则", "news, police warnings, rules"),
    "denial": Words("声明不刷单、不返现", "who says that they do no such thing"),
    "question-or-complaint": Words("提问或投诉", "questions and complaints about it"),
    "happy-guest": Words("真实顾客的打卡好评", "guests who praise of their own accord"),
    "ordinary-promotion": Words("普通促销", "ordinary promotions"),
}
"""Who says such words and offers nothing for praise."""


def told(said: Solicitation) -> dict[str, Any]:
    """Return the facts of an offer, None where nothing is said."""
    reward, dwell = said.reward, said.script.dwell_ms
    return {
        "buys": said.buys,
        "reward": reward.words if reward else None,
        "reward_kind": reward.kind.value if reward else None,
        "amount_minor": reward.amount_minor if reward else None,
        "currency": (reward.currency or None) if reward else None,
        "condition": said.condition,
        "n_stars": said.stars,
        "n_photos": said.n_photos,
        "n_characters": said.n_characters,
        "keyword": said.script.keyword or None,
        "dwell_s": dwell and dwell[0] // SECOND_MS,
        "steps": " → ".join(said.script.steps) or None,
        "deadline": said.script.deadline or None,
        "has_proof": said.has_proof,
        "has_route": said.has_route,
        "n_masks": said.n_masks,
    }


def said_zh(facts: Mapping[str, Any]) -> str:
    """Return the Chinese half of the sentence, without subject and full stop."""
    parts = [f"以“{facts['reward']}”换取{BUYS[facts['buys']].zh}（“{facts['condition']}”）"]
    if facts["reward"] is None:
        parts = [f"向商家兜售刷单、好评（“{facts['condition']}”）"]
    if facts["amount_minor"] is not None:
        parts.append(f"写明 {facts['amount_minor'] / 100:g} {facts['currency']}")
    parts += [
        f"要求 {facts[key]} {unit}"
        for key, unit in (("n_stars", "星"), ("n_photos", "张图"), ("n_characters", "字"))
        if facts[key]
    ]
    if facts["has_proof"]:
        parts.append("要求截图等凭证")
    if facts["n_masks"]:
        parts.append(f"有 {facts['n_masks']} 处变体写法")
    return f"{'，'.join(parts)}（分值 {facts['score']:.2f}）"


def said_en(facts: Mapping[str, Any]) -> str:
    """Return the English half of the sentence, without subject and full stop."""
    parts = [
        f'offers "{facts["reward"]}" for {BUYS[facts["buys"]].en} ("{facts["condition"]}")',
    ]
    if facts["reward"] is None:
        parts = [f'offers shops fake orders or reviews ("{facts["condition"]}")']
    if facts["amount_minor"] is not None:
        parts.append(f"names {facts['amount_minor'] / 100:g} {facts['currency']}")
    asked = (("n_stars", "star"), ("n_photos", "photo"), ("n_characters", "character"))
    parts += [f"asks for {counted(facts[key], noun)}" for key, noun in asked if facts[key]]
    if facts["has_proof"]:
        parts.append("wants proof such as a screenshot")
    if facts["n_masks"]:
        parts.append(f"hides {counted(facts['n_masks'], 'word')}")
    return f"{', '.join(parts)} (score {facts['score']:.2f})"

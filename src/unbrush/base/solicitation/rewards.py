"""What is offered: money back, free goods, wages, small gifts; the kind, the amount, the words.

Read from the text without disguise. A reward alone is ordinary promotion: it becomes evidence only
where a condition (`conditions`) stands beside it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

MINOR = 100


class RewardKind(StrEnum):
    """What is given, the plainest bargain first."""

    PAY = "pay"  # commission, wages, principal back: money for the order or the words themselves
    CASH = "cash"  # cash back, red packets, refunds after the review
    FREE = "free"  # the goods or the meal for nothing
    GIFT = "gift"  # gifts, coupons, points, discounts


@dataclass(frozen=True, slots=True)
class Reward:
    """Something that is offered.

    Attributes:
        start: Where the words begin in the plain text.
        end: Where they end.
        kind: What is given.
        words: The words, plain.
        amount_minor: How much, in hundredths of the currency; None if not said.
        currency: ISO 4217; empty if no amount is said.
    """

    start: int
    end: int
    kind: RewardKind
    words: str
    amount_minor: int | None = None
    currency: str = ""


# One alternation per kind, each beginning with letters, so that few places are tried.
PAY = (
    r"(?:一|每|单|1)(?:条|个|篇|单|号)(?:号|赞)? ?\d+|\d+ ?元?[/一每]条|佣(?:金|钱)? ?(?:元)? ?\d+|"
    r"佣金|辛苦费|跑腿费|小费|茶费|茶水费|手续费|稿酬|置换(?=.{0,60}评)|秒结|本佣|本金|酬劳|"
    r"酬金|报酬|稿费|劳务费|"
    r"返佣|赏金|工资|日薪|薪资|兼职|聘(?:用|"
    r"请)?(?:您|你)|工作(?:\d+元?)?天|元[/一每]天|日赚|日入|"
    r"月入|每单|一单\d+|按单结|"
    r"结算|现结|日结|立结|秒结|赚(?:钱|\d+|取|点?零花|外快)|收入|提成|先拍后返|垫付|"
    r"commissions?|(?:we|i(?:'ll)?|will) (?:also )?pay (?:\$|£|€|usd)? ?\d+|get paid|pay(?:s|"
    r"ing)? (?:you )?(?:\$|£|€|usd)? ?\d+|earn (?:\$|£|€|up|"
    r"money|extra|cash|\d)|"
    r"per (?:review|order|task)|wages?"
)
CASH = (
    r"= ?\d+ ?(?:元|块)|返现金?|返款|返还|返(?:红包|钱|全款|一半|半价|利|你|您|现|券|无门槛)|"
    r"返 ?[\d一二三五六八十百两](?:\d|元|块|百|十)*|"
    r"再返|立返|秒返|现返|全额?返|报销|红包|现金|奖金|奖励|打款|转账|补贴|立减|退(?:全款|全额|"
    r"一半|\d+|款给|还)|全额退|"
    r"退(?:货款|餐费|房费|本金)|领 ?\d+ ?(?:元|块)|得 ?\d+ ?(?:元|块)|送 ?\d+ ?(?:元|块)|"
    r"给 ?(?:你|您)? ?\d+ ?(?:元|块)|"
    r"(?:转|补|退|返|发|打|赔|奖|私发|给)(?:给)?(?:你|您|亲)[^,。!?;\n]{0,3}?\d+(?:\.\d+)? ?(?:元|"
    r"块|米|r)|"
    r"(?:换|兑)(?:取|领|小礼品\+)? ?\d+ ?(?:元|块)|(?:立|直接|当场|现场)?(?:减免?|免) ?\d+ ?(?:元|"
    r"块)|抹零|全免|"
    r"收款码|待领取|发(?:你|您)?(?:一?个)?(?:小|大)?红包|"
    r"cash ?back|refund(?:ed|s|ing)?|reimburse(?:d|ment)?|rebates?|money back|via paypal|"
    r"paypal|venmo|cash ?app|"
    r"(?:give|send|pay) (?:you )?(?:a )?\$ ?\d+|= ?\$ ?\d+|\$ ?\d+ (?:amazon )?(?:gift|off|cash|"
    r"back|reward|voucher|refund)|amazon gift cards?|gift cards?"
)
FREE = (
    r"免费|免单|0元|零元|白送|白拿|白吃|白嫖|霸王餐|不花钱|不要钱|体验官|试吃(?!了|过)|"
    r"试用(?=装|名额|机会|官|员|品|申请)|请你吃|"
    r"请您吃|"
    r"free(?: of charge)?|at no cost|for nothing|on the house|on us\b|100 ?% off|complimentary|"
    r"keep the (?:product|item)"
)
GIFT = (
    r"领取?(?:小|大)?惊喜|[小有]惊喜|福利|小?心意|礼品|礼物|好礼|有礼|豪礼|赠品|赠送|"
    r"赠(?=[一二两三四五六七八九十\d\u4e00-\u9fff])|优惠券|"
    r"代金券|抵用券|无门槛券?|满减券|"
    r"现金券|兑换券|会员卡?|话费|积分|抽奖|打折|[一二三四五六七八九1-9]折|延保|小吃|饮料|甜品|"
    r"送(?![货到餐的了达过来单错去完前回上朋老爸妈女男孩]|给(?:爸|妈|老|朋|孩|女|男|我|家|人|"
    r"长|小|差)|外卖|"
    r"人(?!参)|速|我)|"
    r"gifts?|rewards?|coupons?|vouchers?|discounts?|bonus|store credit|freebies?|giveaway|"
    r"% off|extra (?:months?|years?) (?:of )?warranty"
)
_KINDS = (
    (RewardKind.PAY, re.compile(PAY)),
    (RewardKind.CASH, re.compile(CASH)),
    (RewardKind.FREE, re.compile(FREE)),
    (RewardKind.GIFT, re.compile(GIFT)),
)
HINT = re.compile(
    "返|佣|聘|费|换|兑|减|抹|转|补|赔|🧧|💰|💵|惊喜|福利|心意|fan|/条|条|薪|赚|资|单|赏|酬|稿|入|"
    "结|提|垫|金|红包|奖|"
    "报销|打款|转账|补贴|立减|退|领|得|送|给|"
    "免|元|白|霸|不|体验|试|请"
    "|礼|赠|券|会员|话费|积分|打|折|延保|小吃|饮料|甜品|pay|refund|cash|reimb|rebate|money|"
    "free|cost|on the|on us|earn|per "
    "|gift|reward|coupon|voucher|discount|bonus|credit|giveaway|commission|wage|off|warranty|"
    "compl|keep"
)
_NUMERAL = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
_NUMERAL |= {d: n for n, d in enumerate("零壹贰叁肆伍陆柒捌玖")}
_SUM = re.compile(
    r"(?P<sign>[¥$£€])? ?(?P<number>\d{1,6}(?:\.\d{1,2})?|"
    r"[一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰]{1,5})"
    r"(?: ?(?:-|~|～|至|到|to) ?\d{1,6})? ?(?P<unit>元|块|圆|¥|rmb|yuan|米(?!饭)|刀|美元|usd|"
    r"dollars?|bucks|eur|euros?|gbp|pounds?|\$)?"
)
_CURRENCIES = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "CNY"}
_UNITS = {"刀": "USD", "美": "USD", "u": "USD", "d": "USD", "b": "USD", "$": "USD"}
_UNITS |= {"e": "EUR", "g": "GBP", "p": "GBP"}


def rewards_of(text: str) -> list[Reward]:
    """Return what a plain text offers, in the order in which it stands."""
    found: list[Reward] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            amount, currency = _amount(text, start, end)
            found.append(Reward(start, end, kind, match[0].strip(), amount, currency))
    return sorted(found, key=lambda reward: reward.start)


def _amount(text: str, start: int, end: int) -> tuple[int | None, str]:
    """The sum that stands in the words, right behind or right before them."""
    for piece in (text[start : end + 10], text[max(0, start - 7) : start + 1]):
        for match in _SUM.finditer(piece):
            sign, unit = match["sign"], match["unit"]
            if not sign and not unit and not _bare(piece, match):
                continue
            number = _number(match["number"])
            if number is None:
                continue
            currency = _CURRENCIES.get(sign or "") or _UNITS.get((unit or "")[:1], "CNY")
            return round(number * MINOR), currency
    return None, ""


def _bare(piece: str, match: re.Match[str]) -> bool:
    """A number right behind 返, 佣金, 赚 is a sum without its unit, unless something is counted."""
    before = piece[: match.start()]
    after = piece[match.end() : match.end() + 1]
    return bool(re.search(r"(?:返|佣金?|赚|立减|现金|红包)$", before)) and after not in tuple(
        "个张次天星分件位字条名%倍份"
    )


def _number(written: str) -> float | None:
    """The value of Western or Chinese digits; None if they are not a number."""
    if written[0].isdigit():
        return float(written)
    total, digit = 0, 0
    for letter in written:
        if letter in "十拾百佰千":
            unit = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000}[letter]
            total += (digit or 1) * unit
            digit = 0
        elif letter in _NUMERAL:
            if digit:
                return None
            digit = _NUMERAL[letter]
    return float(total + digit) or None

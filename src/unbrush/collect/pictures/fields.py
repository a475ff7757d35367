"""Fields: what a screenshot states, from its lines and codes; never guessed where it is silent.

Which label counts depends on the kind: 付款时间 dates an order page, 支付时间 a payment. Values of
codes go before values that were read by eye, and numbers that name their carrier before bare ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from unbrush.base.pictures.carriers import (
    bare_number,
    carrier_named,
    carriers_of,
    mended,
    names_its_carrier,
)
from unbrush.base.pictures.screenshot import Code, CodeKind, Field, ScreenKind, TextLine
from unbrush.collect.pictures.stated import (
    Money,
    Stated,
    folded,
    is_only_money,
    labelled,
    moment_in,
    money_in,
    number_in,
)

ORDER_LABELS = r"订单\s?(?:编号|号码|号|ID)|order\s?(?:id|number|no\.?)"
PAYMENT_LABELS = r"交易单号|交易号|转账单号|商户单号|商家订单号|支付单号|交易流水号|流水号"
WAYBILL_LABELS = (
    r"运单\s?(?:编号|号码|号)|快递\s?(?:单号|编号)|物流\s?(?:单号|编号)|面单号|邮件号|单号"
    r"|waybill(?:\s?no\.?)?|tracking\s?(?:number|no\.?)"
)
SHOP_LABELS = r"店铺(?:名称)?|商家(?:名称)?|商户全称|商户名称|卖家|收款方|收款商家|对方账户|付款给"
ITEM_LABELS = r"商品(?:名称|说明)?|宝贝(?:名称)?|已购(?:买)?|品名"
ACCOUNT_LABELS = r"收件人|收货人|寄件人|昵称|买家|用户名|会员名|付款人|付款方|评价人"
AMOUNT_LABELS = {
    ScreenKind.ORDER: r"实付款|实付|实际支付|付款金额|支付金额|订单金额|合计|总计|应付",
    ScreenKind.PAYMENT: r"支付金额|转账金额|付款金额|交易金额|实付金额|金额",
}
MOMENT_LABELS = {
    ScreenKind.ORDER: r"下单时间|创建时间|成交时间|付款时间",
    ScreenKind.PAYMENT: r"支付时间|付款时间|转账时间|交易时间|收款时间|创建时间|领取时间",
}
_SHOP = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9·&()-]{2,30}?(?:旗舰店|专卖店|专营店|官方店|企业店|自营店|直营店|优选店|小店|店铺)"
)
_BEFORE_SHOP = rf"{SHOP_LABELS}|惠顾|光临|购买了?|选择了?|关注|欢迎来到|支持|进入|来自|本店"
_T200P = re.compile(r"T\d{3}P(\d{15,20})")  # how Alipay writes a Taobao order's number [P]
_REWARD = re.compile(
    r"(?:返现?|红包|现金|奖励?|领取?|送|补贴|得)[^\d\n]{0,6}(?P<a>\d{1,4}(?:\.\d{1,2})?)(?:\s?[-~至到]\s?(?P<b>\d{1,4}))?\s?(?:元|块|¥)"
    r"|(?P<c>\d{1,4}(?:\.\d{1,2})?)\s?(?:元|块)[^\d\n]{0,4}(?:红包|现金|奖励?|返|代金|优惠券|话费)"
    r"|(?:返现?|红包|现金|奖励?)[^\d\n]{0,4}[¥Y]\s?(?P<d>\d{1,4}(?:\.\d{1,2})?)"
)
_RATING_WORDS = (("非常好", 5), ("超赞", 5), ("非常差", 1), ("满意", 4), ("较好", 4), ("一般", 3))
_RATING = re.compile(r"(?<![\d.])([1-5](?:\.\d)?)\s?(?:星|分)(?!钟|之)")
_LONGEST_RATING = 12  # characters of the line; in longer ones people write about something
_NOT_REVIEW = re.compile(
    r"^(?:.{0,8}评(?:价|论).{0,8}|.{0,4}(?:有用|点赞|回复|浏览|分享|收藏|举报|首页|客服|购物车|立即购买).{0,8}"
    r"|.{0,6}(?:颜色|规格|款式|尺码|型号|已购|物流服务|描述相符|服务态度).*|[\d\s:./%+-]+|.{0,3}[★⭐].*)$"
)
MOST_ITEM = 80
SURE_OF_STARS = 0.9  # unfilled ones are not seen: a row cut off looks like fewer


def fields_of(
    kind: ScreenKind,
    lines: Sequence[TextLine],
    codes: Sequence[Code],
    stars: Sequence[int] = (),
) -> dict[str, Field]:
    """Return what a screenshot states, by the names of `FIELDS`; names of people unmasked.

    Args:
        kind: What it shows.
        lines: Its text, in reading order.
        codes: Its QR codes and barcodes.
        stars: How many are filled in each row of stars that it shows.
    """
    found: dict[str, Field | None] = {
        "order_id": _order(lines),
        "payment_id": _first_number(lines, PAYMENT_LABELS, least_digits=10),
        **_waybill(kind, lines, codes),
        "shop": _shop(lines),
        "item": _item(kind, lines),
        **_amount(kind, lines),
        "reward_minor": _reward(kind, lines),
        **_moment(kind, lines),
        "rating": _rating(kind, lines, stars),
        "account": _account(kind, lines),
        "review_text": _review_text(lines) if kind is ScreenKind.REVIEW else None,
    }
    return {name: field for name, field in found.items() if field is not None}


def _field(lines: Sequence[TextLine], value: str | float, used: tuple[int, ...]) -> Field:
    return Field(value, min((lines[i].confidence for i in used), default=1.0), used)


def _first_number(lines: Sequence[TextLine], labels: str, *, least_digits: int = 8) -> Field | None:
    for stated in labelled(lines, labels):
        number = number_in(stated.text, least_digits=least_digits)
        if number is not None:
            return _field(lines, number, stated.lines)
    return None


def _order(lines: Sequence[TextLine]) -> Field | None:
    own = _first_number(lines, ORDER_LABELS)
    if own is not None:
        return own
    for index, line in enumerate(lines):
        within = _T200P.search(folded(line.text).replace(" ", ""))
        if within:
            return _field(lines, within[1], (index,))
    return None


def _waybill(
    kind: ScreenKind, lines: Sequence[TextLine], codes: Sequence[Code]
) -> Mapping[str, Field | None]:
    """Return the parcel's number and its carrier."""
    number = _waybill_number(kind, lines, codes)
    carrier = None
    if number is not None:
        by_form = carriers_of(str(number.value))
        named = _carrier_line(lines)
        if named is not None and (not by_form or named.value in by_form):
            carrier = named
        elif len(by_form) == 1:
            carrier = Field(by_form[0], number.confidence, number.lines)
    elif kind is ScreenKind.PARCEL:
        carrier = _carrier_line(lines)
    return {"waybill_id": number, "carrier": carrier}


def _waybill_number(
    kind: ScreenKind, lines: Sequence[TextLine], codes: Sequence[Code]
) -> Field | None:
    for code in codes:
        if code.kind is CodeKind.WAYBILL:
            return Field(mended(code.content), 1.0)
    for stated in labelled(lines, WAYBILL_LABELS):
        number = _waybill_in(stated.text)
        if number is not None:
            return _field(lines, number, stated.lines)
    for index, line in enumerate(lines):
        number = _waybill_in(line.text)
        if number is None:
            continue
        is_named = carrier_named(line.text) in carriers_of(number)
        is_alone = kind is ScreenKind.PARCEL and bool(carriers_of(number))
        if names_its_carrier(number) or is_named or is_alone:
            return _field(lines, number, (index,))
    return None


def _waybill_in(text: str) -> str | None:
    for found in re.finditer(r"[A-Za-z]{0,5}\d[0-9A-Za-z |-]{8,36}", folded(text)):
        # What stands between digits as a letter, or a word such as 复制 after them, is cut off.
        for tried in (found[0], found[0].split(" ")[0]):
            number = mended(tried)
            if carriers_of(number):
                return number
    long_number = number_in(text, least_digits=10)
    return bare_number(long_number) if long_number else None


def _carrier_line(lines: Sequence[TextLine]) -> Field | None:
    for index, line in enumerate(lines):
        code = carrier_named(folded(line.text))
        if code is not None:
            return _field(lines, code, (index,))
    return None


def _shop(lines: Sequence[TextLine]) -> Field | None:
    for index, line in enumerate(lines):
        named = _SHOP.search(folded(line.text))
        if named:
            name = re.sub(rf"^.*?(?:{_BEFORE_SHOP})[:\s]*", "", named[0])
            return _field(lines, name, (index,))
    for stated in labelled(lines, SHOP_LABELS):
        name = stated.text.strip(" >›》:")
        if 2 <= len(name) <= 40 and not number_in(name):
            return _field(lines, name, stated.lines)
    return None


def _item(kind: ScreenKind, lines: Sequence[TextLine]) -> Field | None:
    if kind not in (ScreenKind.ORDER, ScreenKind.PAYMENT, ScreenKind.REVIEW):
        return None
    for stated in labelled(lines, ITEM_LABELS):
        title = stated.text.strip()
        if len(title) >= 4 and not number_in(title) and not title.startswith(("总", "价", "评")):
            return _field(lines, title[:MOST_ITEM], stated.lines)
    return None


def _amount(kind: ScreenKind, lines: Sequence[TextLine]) -> Mapping[str, Field | None]:
    stated = _stated_amount(kind, lines)
    if stated is None:
        return {}
    money, used = stated
    return {
        "amount_minor": _field(lines, money.minor, used),
        "currency": _field(lines, money.currency, used) if money.currency else None,
    }


def _stated_amount(
    kind: ScreenKind, lines: Sequence[TextLine]
) -> tuple[Money, tuple[int, ...]] | None:
    if kind not in AMOUNT_LABELS:
        return None
    for label in AMOUNT_LABELS[kind].split("|"):  # the first label is the surest
        for stated in labelled(lines, label):
            money = money_in(stated.text)
            if money is not None:
                return money, stated.lines
    tall = [i for i, line in enumerate(lines) if is_only_money(line.text)]
    if kind is ScreenKind.PAYMENT and tall:
        index = max(tall, key=lambda i: lines[i].box.height)
        money = money_in(lines[index].text)
        return (money, (index,)) if money is not None else None
    return None


def _reward(kind: ScreenKind, lines: Sequence[TextLine]) -> Field | None:
    """Return the largest sum promised for a review."""
    if kind not in (ScreenKind.REWARD_CARD, ScreenKind.CHAT, ScreenKind.OTHER):
        return None
    best: tuple[float, int] | None = None
    for index, line in enumerate(lines):
        for found in _REWARD.finditer(folded(line.text)):
            sums = [float(each) for each in found.groups() if each]
            if sums and (best is None or max(sums) > best[0]):
                best = (max(sums), index)
    return _field(lines, round(best[0] * 100), (best[1],)) if best else None


def _moment(kind: ScreenKind, lines: Sequence[TextLine]) -> Mapping[str, Field | None]:
    for stated in _dated(kind, lines):
        moment = moment_in(stated.text)
        if moment is not None:
            return {
                "at": _field(lines, moment.at_ms, stated.lines),
                "at_precision_s": _field(lines, moment.precision_s, stated.lines),
            }
    return {}


def _dated(kind: ScreenKind, lines: Sequence[TextLine]) -> Iterator[Stated]:
    if kind in MOMENT_LABELS:
        for label in MOMENT_LABELS[kind].split("|"):
            yield from labelled(lines, label)
    for index, line in enumerate(lines):
        yield Stated(line.text, (index,))


def _rating(kind: ScreenKind, lines: Sequence[TextLine], stars: Sequence[int]) -> Field | None:
    if kind is not ScreenKind.REVIEW:
        return None
    for index, line in enumerate(lines):
        text = folded(line.text)
        found = _RATING.search(text)
        if found and len(text) <= _LONGEST_RATING:
            return _field(lines, float(found[1]), (index,))
    if len(set(stars)) == 1:  # rows that disagree are ratings of several things
        return Field(float(stars[0]), SURE_OF_STARS)
    for index, line in enumerate(lines):
        for word, meant in _RATING_WORDS:
            if folded(line.text).strip() == word:
                return _field(lines, float(meant), (index,))
    return None


def _account(kind: ScreenKind, lines: Sequence[TextLine]) -> Field | None:
    for stated in labelled(lines, ACCOUNT_LABELS):
        name = re.split(r"[\s\d,(]", stated.text.strip())[0]
        if 2 <= len(name) <= 20:
            return _field(lines, name, stated.lines)
    if kind is ScreenKind.REVIEW:
        for index, line in enumerate(lines):
            if re.fullmatch(r"[^\s*]{0,4}\*{1,6}[^\s*]{0,4}", line.text.strip()):
                return _field(lines, line.text.strip(), (index,))
    return None


def _review_text(lines: Sequence[TextLine]) -> Field | None:
    """Return the longest paragraph that is not a part of the page around it."""
    paragraphs: list[list[int]] = []
    for index, line in enumerate(lines):
        text = folded(line.text).strip()
        if _NOT_REVIEW.match(text) or _SHOP.fullmatch(text.rstrip(" >›》")) or moment_in(text):
            continue
        last = lines[paragraphs[-1][-1]] if paragraphs else None
        if last and _goes_on(last, line):
            paragraphs[-1].append(index)
        else:
            paragraphs.append([index])
    best = max(paragraphs, key=lambda p: _letters(lines, p), default=None)
    if best is None or _letters(lines, best) < 4:
        return None
    return _field(lines, "".join(lines[i].text for i in best), tuple(best))


def _letters(lines: Sequence[TextLine], paragraph: Sequence[int]) -> int:
    return sum(sum(each.isalnum() for each in lines[i].text) for i in paragraph)


def _goes_on(last: TextLine, line: TextLine) -> bool:
    height = max(last.box.height, line.box.height)
    return (
        0 <= line.box.top - last.box.bottom + 0.3 * height <= 1.3 * height
        and abs(line.box.left - last.box.left) <= 1.5 * height
        and 0.7 <= last.box.height / max(1, line.box.height) <= 1.43
    )

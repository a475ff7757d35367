"""Kinds: what a screenshot shows, told by the words and shapes that such pages have.

Each kind has cues with a weight, [P], from how the pages of Chinese apps are worded; every cue
counts once however often it occurs, so that a picture cannot shout its way to a kind. The heaviest
kind wins if it reaches `ENOUGH`; what says so is returned beside it.
"""

import re
from collections.abc import Sequence

from unbrush.base.pictures.carriers import carrier_named, names_its_carrier
from unbrush.base.pictures.screenshot import Bubble, Code, CodeKind, ScreenKind, TextLine
from unbrush.collect.pictures.stated import folded, is_only_money, number_in

ENOUGH = 3.0
MOST_CHARACTERS = 20_000
TALL = 1.6  # of the median line's height: how sums stand out on payment pages

_CUES: dict[ScreenKind, tuple[tuple[str, float], ...]] = {
    ScreenKind.PARCEL: (
        (r"运单(号|编号|号码)|快递单号|物流(单号|编号)|面单|waybill|tracking n", 3.0),
        (r"揽(收|件)|已揽", 2.0),
        (r"派(送|件)|正在派", 2.0),
        (r"(已|本人|代)签收|签收人|签收时间", 1.5),
        (r"(收|寄)(件人|方|件)|^\s*[收寄]\s*[:]?$", 2.0),
        (r"取件码|驿站|代收点|快递柜|丰巢", 2.0),
        (r"转运中心|分拨中心|集散|营业部|网点", 2.0),
        (r"物流(详情|信息|跟踪)|查看物流|运输中|送货上门|始发|目的地", 1.5),
        (r"件数|重量|付款方式[:]?(寄付|到付)|寄付|到付|月结", 1.0),
    ),
    ScreenKind.PAYMENT: (
        (r"交易(单)?号|转账单号|商户单号|商家订单号|流水号", 3.0),
        (r"(支付|转账|付款|收款)成功|转账给|向.{1,12}转账", 2.0),
        (r"(付款|支付|收款)方式|收款(方|人)|付款(方|人)|对方账户", 2.0),
        (r"账单(详情)?|收款码|二维码收款|收付款", 2.0),
        (r"零钱|红包(详情|记录)|(的|个)红包|已领取|恭喜发财|余额宝|花呗", 2.5),
        (r"当前状态|支付时间|转账时间|收款时间|转账说明|收单机构", 2.0),
    ),
    ScreenKind.ORDER: (
        (r"订单(编号|号|详情|信息)|order (id|no|number)", 3.0),
        (r"实付(款)?|应付|商品总(价|额)|合计", 2.0),
        (r"(下单|创建|成交|发货|付款|确认收货)时间", 2.0),
        (r"待(付款|发货|收货|评价)|卖家已发货|确认收货|再(次购买|来一单)|申请(售后|退款)", 2.0),
        (r"收货(地址|人|信息)|配送(方式|至)|运费|优惠券|店铺优惠", 1.5),
    ),
    ScreenKind.REWARD_CARD: (
        (r"好评|五星|5\s?星|满星|全五分|⭐|★{3,}", 2.0),
        (r"返现?\s?[¥Y]?\s?\d|返现|返红包|现金|红包|奖励|免单|立返|返还", 2.0),
        (r"截图|晒图|晒单|带图|\d+字", 1.5),
        (r"扫(码|一扫|描)|添加|客服|微信|加V|联系我们", 1.5),
        (r"亲爱的|感谢(您|你)|尊敬的|惠顾|光临|支持与信任|温馨提示|顾客", 1.5),
        (r"刮(开|刮)|兑换码|领取(步骤|方式|流程)|参与方式|活动(规则|时间)|步骤", 1.5),
    ),
    ScreenKind.REVIEW: (
        (r"(商品|宝贝|全部|用户|买家|查看|初次)评(价|论)|评(价|论)(详情|\s?\(?\d)|追加?评", 3.0),
        (r"描述相符|(物流|卖家)服务|服务态度|综合体验|口味|环境", 2.0),
        (r"颜色(分类)?[:]|规格[:]|款式[:]|尺码[:]|型号[:]|口味[:]|已购", 1.5),
        (r"有用|点赞|浏览|回复|写评论|匿名", 1.0),
        (r"非常好|超赞|满意|好评|中评|差评|推荐|\d(\.\d)?\s?(星|分)|[★⭐]{2,}", 1.0),
        (r"商家回复|掌柜回复|卖家回复|问大家|带图评价", 2.0),
    ),
    ScreenKind.CHAT: (
        (r"按住\s?说话|发送$|对方正在输入|拍了拍", 2.0),
        (r"撤回了一条消息|以上是打招呼的内容|已添加了|开始聊天", 3.0),
        (r"(昨天|前天|星期[一二三四五六日]|上午|下午|晚上|凌晨|早上)\s?\d{1,2}:\d\d", 1.5),
        (r"(客服|店铺)(小二|助手|为您服务)|机器人客服|已读|未读", 1.0),
    ),
}  # fmt: skip
_NEEDS = {ScreenKind.REWARD_CARD: 2}
"""How many of a kind's first cues must all be there: thanks and a contact alone are a warranty
card or a greeting, and a gift for a review of whatever tone is no card of this kind."""
_PATTERNS = {
    kind: tuple((re.compile(p, re.IGNORECASE | re.MULTILINE), w) for p, w in cues)
    for kind, cues in _CUES.items()
}


def kind_of(
    lines: Sequence[TextLine], codes: Sequence[Code], bubbles: Sequence[Bubble]
) -> tuple[ScreenKind, tuple[str, ...]]:
    """Return what a picture shows and the cues that say so.

    Args:
        lines: Its text.
        codes: Its QR codes and barcodes.
        bubbles: What `bubbles_of` made of it.
    """
    text = folded("\n".join(line.text for line in lines))[:MOST_CHARACTERS]
    weights: dict[ScreenKind, float] = {}
    cues: dict[ScreenKind, list[str]] = {}
    for kind in _PATTERNS:
        worded = [(p.search(text), w) for p, w in _PATTERNS[kind]]
        if not all(found for found, _ in worded[: _NEEDS.get(kind, 0)]):
            continue
        told = [
            *((found[0].strip(), w) for found, w in worded if found),
            *_shapes(kind, lines, codes, bubbles, text),
        ]
        weights[kind] = sum(weight for _, weight in told)
        cues[kind] = [cue for cue, _ in told]
    best = max(weights, key=lambda kind: weights[kind])
    if weights[best] < ENOUGH:
        return ScreenKind.OTHER, ()
    return best, tuple(cues[best])


def _shapes(
    kind: ScreenKind,
    lines: Sequence[TextLine],
    codes: Sequence[Code],
    bubbles: Sequence[Bubble],
    text: str,
) -> list[tuple[str, float]]:
    """Return what is no wording but speaks for a kind: codes, bubbles, a sum that stands out."""
    has = {code.kind for code in codes}
    told: list[tuple[str, float]] = []
    if kind is ScreenKind.PARCEL:
        if CodeKind.WAYBILL in has:
            told.append(("waybill barcode", 3.0))
        if any(names_its_carrier(number_in(line.text) or "") for line in lines):
            told.append(("waybill number", 1.5))
        if carrier_named(text):
            told.append(("carrier", 1.0))
    elif kind is ScreenKind.PAYMENT:
        if has & {CodeKind.WECHAT_PAY, CodeKind.ALIPAY}:
            told.append(("payment code", 2.0))
        if _has_tall_money(lines):
            told.append(("a sum that stands out", 1.5))
    elif kind is ScreenKind.REWARD_CARD:
        if has & {CodeKind.WECHAT, CodeKind.QQ}:
            told.append(("contact code", 1.5))
    elif kind is ScreenKind.CHAT:
        left = sum(bubble.side == "left" for bubble in bubbles)
        right = len(bubbles) - left
        if left and right:
            # One each may be chance: a badge here, a button there. More are a chat, whatever it
            # is about: the words of other kinds are what people talk of.
            told.append(("messages on both sides", 9.0 if len(bubbles) > 3 else 3.0))
        elif left + right > 1:
            told.append(("messages on one side", 2.0))
    return told


def _has_tall_money(lines: Sequence[TextLine]) -> bool:
    heights = sorted(line.box.height for line in lines)
    if len(heights) < 3:
        return False
    median = heights[len(heights) // 2]
    return any(line.box.height >= TALL * median and is_only_money(line.text) for line in lines)

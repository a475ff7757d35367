"""The words of a check in both languages: one table, so that one thing has one name."""

from collections.abc import Mapping

from unbrush.base.words import Words

METHOD = Words(
    "调整后的评分是没有疑点的评价的平均分（仅文风像机器生成的仍计入）；区间为有界均值的 95% Wilson"
    " 区间，只反映偶然误差。发现有问题的评价时，另给出可能范围：其余评价中，来源、星级与其相同的，"
    "可能一条不假，也可能全是没查出来的。",
    "The adjusted rating is the mean of the reviews that nothing speaks against (but for the style"
    " of one text alone); the interval is the 95 % Wilson interval of a bounded mean: it covers"
    " chance. Where something was found, the bounds say what may have been missed: of the others"
    " with words of the same origin and as many stars, none or all may be of the same kind.",
)

BOUNDS = Words("如有漏查，可能在", "With what may have been missed")
AS_MANY = Words("若漏查的与查出的一样多", "if as many were missed as found")

VERDICTS: Mapping[str, Words] = {
    "excluded": Words("不可信", "not to be trusted"),
    "doubtful": Words("存疑", "doubtful"),
    "kept": Words("无疑点", "nothing against it"),
}

OTHER_MEANS: Mapping[str, Words] = {
    "counted": Words("存疑的仍计入", "With the doubtful ones"),
    "own_words": Words("只看自己写了文字的", "Only those in words of their own"),
}

READY_MADE: Mapping[str, Words] = {
    "default": Words("系统默认好评", "default praise by the platform"),
    "tag": Words("标签", "tags"),
    "assisted": Words("辅助填写", "assisted texts"),
}

LIMITS: Mapping[str, Words] = {
    "no-accounts": Words(
        "没有评价者账号（或已打码）：每条评价按不同的人写的计算，账号之间的关系无法检查。",
        "No accounts, or masked ones: each review is taken for a different person's,"
        " and nothing that people share can be seen.",
    ),
    "no-times": Words(
        "没有评价时间：以在文件中的次序代替先后，突击好评等与时间有关的问题无法检查。",
        "No times: the order of the file stands for the order in time, and bursts cannot be seen.",
    ),
    "no-orders": Words(
        "没有订单、支付和物流数据：是否真的买过、有没有返款，无法检查。",
        "No orders, payments or parcels: whether anything was bought or paid back cannot be seen.",
    ),
    "no-market": Words(
        "只有一件商品：某种说法在全平台有多常见无从得知，因此只有很难偶然相同的长文字才作为强依据。",
        "One item alone: how common a wording is elsewhere is unknown, so only texts too long to"
        " meet by chance count as strong.",
    ),
    "no-ratings": Words("没有评分：无法给出平均分。", "No ratings: there is no mean to give."),
    "off-scale": Words(
        "评分不在同一量表内，未使用。", "Ratings off the scale of the others were not used."
    ),
    "few-ratings": Words(
        "评分不足 10 个：区间很宽，平均分说明不了什么。",
        "Fewer than 10 ratings: the interval is wide and the mean says little.",
    ),
    "no-text": Words("没有文字，只能计入评分。", "No text: only the rating could be counted."),
    "short-text": Words(
        "文字太短（不足 10 个汉字或 30 个字母），看不出是否照抄。",
        "Too short (under 10 ideographs or 30 letters) to tell whether it was copied.",
    ),
    "no-style": Words(
        "文字不足 30 个汉字或 90 个字母，或不是中文、英文，看不出是否机器生成；"
        "没见过的生成工具写的，多半也看不出。",
        "Under 30 ideographs or 90 letters, or neither Chinese nor English: whether a machine wrote"
        " it cannot be told; what newer machines write is likely missed at any length.",
    ),
    "photos-not-read": Words(
        '图片未读取：缺少组件，请运行 pip install "unbrush[pictures]"。',
        "The photos were not read; to have them read, install what that takes with"
        ' pip install "unbrush[pictures]".',
    ),
    "photos-unreadable": Words(
        "图片不存在、在清单目录之外或无法打开，未作比较。",
        "Photos that are not there, outside the folder or unreadable were not compared.",
    ),
    "detector-failed": Words("检测器运行失败", "a detector failed"),
}
"""What could not be judged, by code."""

OUTCOMES_SHOWN = ("supports", "spares", "protects")
"""What a reason does that people are shown; that a test was made and failed is for machines."""

FIELDS: Mapping[str, Words] = {
    "buys": Words("换取", "pays for"),
    "stance": Words("写作者的态度", "the writer's stance"),
    "reward": Words("回报", "reward"),
    "condition": Words("条件", "condition"),
    "stars": Words("要求星级", "stars asked for"),
    "n_photos": Words("要求图片数", "photos asked for"),
    "n_characters": Words("要求字数", "characters asked for"),
    "script": Words("任务步骤", "script of the task"),
    "contacts": Words("联系方式（已遮盖）", "contacts (masked)"),
    "has_route": Words("引导联系", "tells how to come forward"),
    "has_proof": Words("要求凭证", "asks for proof"),
    "n_masks": Words("变体写法", "disguised words"),
    "keyword": Words("搜索词", "search for"),
    "dwell_ms": Words("停留（毫秒）", "stay (ms)"),
    "hours": Words("时段", "hours"),
    "steps": Words("步骤", "steps"),
    "deadline": Words("期限", "until"),
    "order_id": Words("订单号", "order number"),
    "payment_id": Words("交易单号", "payment number"),
    "waybill_id": Words("运单号", "waybill number"),
    "carrier": Words("快递公司", "carrier"),
    "shop": Words("店铺", "shop"),
    "item": Words("商品", "item"),
    "amount_minor": Words("金额（分）", "amount (minor units)"),
    "currency": Words("币种", "currency"),
    "reward_minor": Words("返现金额（分）", "reward (minor units)"),
    "at": Words("时间（毫秒）", "time (epoch ms)"),
    "at_precision_s": Words("时间精度（秒）", "precision of the time (s)"),
    "rating": Words("星级", "stars"),
    "account": Words("账号（已遮盖）", "account (masked)"),
    "account_token": Words("账号标识", "account token"),
    "review_text": Words("评价内容", "words of the review"),
}
"""Fields of posts and screenshots; `spans` are places, not words, and are drawn instead."""

SHARED_PHOTOS = Words(
    "以下图片出现在多条评价中。自己的照片用在几个订单、家人共用、平台示例图、商品页的图也会如此，"
    "请并排查看。",
    "These pictures are shown with several reviews. One's own photo on several orders, a family's,"
    " a sample picture and the listing's are, too: look at them side by side.",
)
"""Said above the pictures that several reviews show."""

MATCHES: Mapping[str, Words] = {
    "agrees": Words("一致", "agrees"),
    "contradicts": Words("不符", "contradicts"),
    "unchecked": Words("无法核对", "could not be checked"),
}
"""What a market says of a field of a picture."""

VALUES: Mapping[str, Words] = {
    "praise": Words("好评", "praise"),
    "review": Words("评价", "a review"),
    "orders": Words("刷单", "fake orders"),
    "offer": Words("发出邀约", "offers it"),
    "refusal": Words("拒绝", "refuses it"),
    "warning": Words("警示", "warns of it"),
    "question": Words("询问", "asks about it"),
    "report": Words("报道或投诉", "reports it"),
    "neutral": Words("中性邀请", "neutral invitation"),
    "disclosed": Words("已标明", "disclosed"),
    "phone": Words("电话", "phone"),
    "wechat": Words("微信", "WeChat"),
    "qq": Words("QQ", "QQ"),
    "link": Words("链接", "link"),
    "email": Words("邮箱", "e-mail"),
    "telegram": Words("Telegram", "Telegram"),
    "whatsapp": Words("WhatsApp", "WhatsApp"),
    "search": Words("搜索", "search"),
    "compare": Words("货比", "compare"),
    "browse": Words("浏览", "browse"),
    "favourite": Words("收藏", "save"),
    "cart": Words("加购", "cart"),
    "follow": Words("关注", "follow"),
    "chat": Words("假聊", "chat"),
    "order": Words("下单", "order"),
    "receive": Words("收货", "receive"),
    "visit": Words("到店", "visit"),
    "photo": Words("晒图", "photo"),
    "proof": Words("截图", "proof"),
    "refund": Words("返款", "money back"),
    "parcel": Words("快递", "parcel"),
    "payment": Words("支付", "payment"),
    "reward-card": Words("返现卡", "reward card"),
    "other": Words("其他", "something else"),
}
"""Values of fields; others are shown as they are."""


def is_shown(reason: Mapping[str, object]) -> bool:
    """Whether a reason is for people."""
    return reason.get("outcome", "supports") in OUTCOMES_SHOWN

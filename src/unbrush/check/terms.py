"""The words of a check in both languages: one table, so that one thing has one name."""

from collections.abc import Mapping

from unbrush.base.words import Words

METHOD = Words(
    "评分为计入评价的平均分；区间为有界均值的 95% Wilson 区间，只反映偶然误差，"
    "不包括未被发现的虚假评价。",
    "The rating is the mean of the reviews that count; the interval is the 95 % Wilson interval of"
    " a bounded mean: it covers chance, not fake reviews that were not found.",
)

VERDICTS: Mapping[str, Words] = {
    "excluded": Words("不计入", "left out"),
    "doubtful": Words("存疑，仍计入", "doubtful, still counted"),
    "kept": Words("计入", "counted"),
}

READY_MADE: Mapping[str, Words] = {
    "default": Words("系统默认好评", "default praise by the platform"),
    "tag": Words("标签", "tags"),
    "assisted": Words("辅助填写", "assisted texts"),
}

LIMITS: Mapping[str, Words] = {
    "no-accounts": Words(
        "没有评价者账号：每条评价按不同的人写的计算，账号之间的关系无法检查。",
        "No accounts: each review is taken for a different person's, and nothing that people share"
        " can be seen.",
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
    "detector-failed": Words("检测器运行失败", "a detector failed"),
}
"""What could not be judged, by code."""

"""The words of the report in both languages: one table, so that one thing has one name."""

from collections.abc import Mapping

from unbrush.base.words import Words

RUNGS: Mapping[str, Words] = {
    "L0": Words("观察", "observe"),
    "L1": Words("暂不计入", "neutralise"),
    "L2": Words("告知与培训", "notice and training"),
    "L3": Words("公开标注", "public label"),
    "L4": Words("停止活动补贴", "no activity subsidies"),
    "L5": Words("限制销售与搜索", "limited sale and search"),
    "L6": Words("暂停经营", "suspension"),
    "L7": Words("终止合作", "termination"),
}
"""The ladder of outcomes, as domain experts name its rungs."""

KINDS: Mapping[str, Words] = {
    "order": Words("订单", "orders"),
    "review": Words("评价", "reviews"),
    "account": Words("账号", "accounts"),
    "shop": Words("店铺", "shops"),
    "item": Words("商品", "items"),
    "post": Words("帖子", "posts"),
    "message": Words("消息", "messages"),
    "staff": Words("内部人员", "staff"),
}
"""What a decision can be about, in the plural."""

KIND: Mapping[str, Words] = {
    "order": Words("订单", "order"),
    "review": Words("评价", "review"),
    "account": Words("账号", "account"),
    "shop": Words("店铺", "shop"),
    "item": Words("商品", "item"),
    "post": Words("帖子", "post"),
    "message": Words("消息", "message"),
    "staff": Words("内部人员", "staff member"),
}
"""The same, one of them."""

FAMILIES: Mapping[str, Words] = {
    "time": Words("时间", "time"),
    "behaviour": Words("行为", "behaviour"),
    "graph": Words("关系网络", "graph"),
    "money": Words("资金", "money"),
    "logistics": Words("物流", "logistics"),
    "text": Words("文本", "text"),
    "off-platform": Words("站外", "off-platform"),
    "staff": Words("内部操作", "staff"),
    "reconciliation": Words("对账", "reconciliation"),
    "learned": Words("学习模型", "learned model"),  # of no family: what a model says
}
"""Where a finding comes from."""

STRENGTHS: Mapping[str, Words] = {
    "E1": Words("弱", "weak"),
    "E2": Words("强", "strong"),
    "E3": Words("近乎决定性", "near-dispositive"),
}
"""How much one finding can carry."""

ELEMENTS: Mapping[str, Words] = {
    "a": Words("交易或体验不真实", "the trade or experience is not genuine"),
    "b": Words("有人组织或付费", "somebody organised or paid for it"),
    "c": Words("与该当事方有关", "this party is behind it"),
}
"""The three parts of a proof."""

STATUSES: Mapping[str, Words] = {
    "ran": Words("已检测", "ran"),
    "not applicable": Words("无法检测", "could not look"),
    "failed": Words("运行失败", "failed"),
}
"""What became of a detector."""

OUTCOMES: Mapping[str, Words] = {
    "supports": Words("支持", "supports"),
    "spares": Words("成立，所解释的依据不采用", "holds, so what it explains is not heard"),
    "protects": Words("需提醒，不追究", "to be warned, not accused"),
    "rejected": Words("已检验，不成立", "tested, does not explain it"),
    "missing": Words("缺少", "missing"),
    "untested": Words("数据缺列，无法检验", "could not be tested"),
}
"""What a reason does to a decision."""

LOOK_ALIKES: Mapping[str, Words] = {
    "live-stream": Words("直播间下单", "ordered in a live stream"),
    "campaign": Words("平台活动订单", "ordered in a campaign"),
    "group-buying": Words("团购、接龙", "group buying"),
    "gift": Words("礼物订单", "a gift"),
    "own-staff": Words("店铺员工公开自购", "a purchase by the shop's declared staff"),
    "ready-made-text": Words(
        "默认好评、标签或辅助写作", "default praise, tags or assisted writing"
    ),
    "disclosed-incentive": Words("已标明的试用或奖励", "a disclosed trial or reward"),
}
"""Honest explanations that orders and reviews are tested for."""

APPROVERS: Mapping[str, Words] = {
    "system": Words("系统（可要求人工复核）", "the system (a person on request)"),
    "reviewer": Words("审核员", "a reviewer"),
    "two persons": Words("两名人员", "two persons"),
    "panel": Words("评议组", "a panel"),
    "panel and legal": Words("评议组与法务", "a panel and legal counsel"),
}
"""Who may put a rung in force."""

DECIDES: Mapping[str, str] = {
    "L0": "system",
    "L1": "system",
    "L2": "reviewer",
    "L3": "reviewer",
    "L4": "two persons",
    "L5": "panel",
    "L6": "panel and legal",
    "L7": "panel and legal",
}
"""The same by rung."""

RULES: Mapping[str, Words] = {
    "nothing-neutralised": Words(
        "有线索，但没有一笔达到不计入的标准", "there are findings, but nothing had to be left out"
    ),
    "too-few-rows": Words(
        "涉及的订单或评价太少，不足以认定", "too few orders or reviews to establish it"
    ),
    "organisation-not-shown": Words(
        "没有证据表明有人组织或付费", "nothing shows that somebody organised or paid for it"
    ),
    "not-attributed": Words(
        "没有证据表明店铺本身参与，可能是他人所为",
        "nothing ties the shop itself to it; somebody else may have bought these orders",
    ),
    "held-as-victim": Words(
        "很可能是反向刷单的受害者，停在 L1", "likely the victim of a rival: held at L1"
    ),
    "attributed": Words("三项要件均有依据", "all three elements are supported"),
    "attributed-by-two-families": Words(
        "三项要件均有依据，且两类强证据一致",
        "all three elements are supported, and two strong families agree",
    ),
    "attributed-near-dispositive": Words(
        "三项要件均有依据，且有近乎确凿的证据",
        "all three elements are supported, by near-dispositive evidence",
    ),
    "attributed-mass": Words(
        "三项要件均有近乎确凿的证据，且虚假订单占比高",
        "all three elements are supported near-dispositively, for a large share of its orders",
    ),
    "bought-an-attack": Words(
        "其资金流向同行店铺的可疑下单者", "its money went to who ordered from a rival"
    ),
    "took-part-repeatedly": Words("多次参与", "took part repeatedly"),
    "seen-once": Words("只出现一次", "seen once"),
    "only-what-it-bought": Words(
        "疑点只在商品，不在买家", "what it bought is in doubt, not who bought it"
    ),
    "only-by-its-review": Words("只有评价方面的线索", "only its review speaks against it"),
    "near-dispositive": Words("有近乎决定性的依据", "near-dispositive evidence"),
    "two-families": Words("两类独立依据相互印证", "two independent kinds of evidence agree"),
    "strong": Words("有强依据", "strong evidence"),
    "one-weak-family": Words("只有一类弱依据", "one weak kind of evidence only"),
    "for-people-only": Words(
        "涉及内部人员，只供汇报线以外的人核查", "about staff: only for people outside their line"
    ),
    "its-order": Words("所评价的订单不计入", "the order it reviews does not count"),
}
"""Which rule allowed a rung."""

ROLES: Mapping[str, Words] = {
    "brusher": Words("参与下单", "takes part"),
    "companion": Words("仅同时出现", "there at the same times"),
    "merchant": Words("受益店铺", "shop that gains"),
    "organiser": Words("居中组织", "organises"),
    "payer": Words("付款返款", "pays"),
    "recruiter": Words("招募", "recruits"),
    "shipper": Words("代发包裹", "sends parcels"),
}
"""As what a member belongs to a ring; names what it does in the ring, not what it is."""

HANDS: Mapping[str, Words] = {
    "account": Words("账号", "account"),
    "author": Words("发帖人", "author"),
    "payer": Words("钱包", "wallet"),
    "shipper": Words("寄件人", "sender"),
    "shop": Words("店铺", "shop"),
}
"""What a member of an organiser is known as."""

TIES: Mapping[str, Words] = {
    "lockstep": Words("同时段光顾冷门店铺", "same rare shops, same hours"),
    "device": Words("共用设备", "shared device"),
    "address": Words("共用地址", "shared address"),
    "card": Words("共用银行卡", "shared card"),
    "payer": Words("同一付款人", "same payer"),
    "phone": Words("共用手机号", "shared phone"),
    "identity": Words("同一身份", "same identity"),
    "money": Words("同一来源返款", "money returned by one hand"),
    "ip": Words("共用网络地址", "shared network address"),
}
"""What ties two accounts."""

TABLES: Mapping[str, Words] = {
    "accounts": Words("账号", "accounts"),
    "account_links": Words("账号关联", "account links"),
    "owners": Words("经营者", "owners"),
    "shops": Words("店铺", "shops"),
    "items": Words("商品", "items"),
    "campaigns": Words("活动", "campaigns"),
    "interactions": Words("浏览与互动", "interactions"),
    "orders": Words("订单", "orders"),
    "refunds": Words("退款", "refunds"),
    "transfers": Words("转账", "transfers"),
    "payouts": Words("结算", "payouts"),
    "subsidies": Words("补贴", "subsidies"),
    "shipments": Words("运单", "shipments"),
    "scans": Words("物流扫描", "parcel scans"),
    "reviews": Words("评价", "reviews"),
    "photos": Words("图片", "photos"),
    "posts": Words("站外帖子", "posts"),
    "messages": Words("消息", "messages"),
    "staff": Words("内部人员", "staff"),
    "staff_actions": Words("内部操作", "staff actions"),
    "inspections": Words("抽检", "inspections"),
    "declared_revenue": Words("申报收入", "declared revenue"),
    "labels": Words("已知标签", "labels"),
}
"""The event tables."""

COLUMNS: Mapping[str, Words] = {
    "order_id": Words("订单", "order"),
    "account_id": Words("账号", "account"),
    "shop_id": Words("店铺", "shop"),
    "item_id": Words("商品", "item"),
    "review_id": Words("评价", "review"),
    "placed_at": Words("下单（UTC）", "placed (UTC)"),
    "paid_at": Words("付款（UTC）", "paid (UTC)"),
    "shipped_at": Words("发货（UTC）", "shipped (UTC)"),
    "posted_at": Words("发布（UTC）", "posted (UTC)"),
    "at": Words("时间（UTC）", "at (UTC)"),
    "paid_minor": Words("实付", "paid"),
    "amount_minor": Words("金额", "amount"),
    "quantity": Words("数量", "quantity"),
    "status": Words("状态", "status"),
    "device_token": Words("设备", "device"),
    "address_token": Words("地址", "address"),
    "payer_token": Words("付款方", "payer"),
    "ip_token": Words("网络地址", "network address"),
    "rating": Words("评分", "rating"),
    "text": Words("文本", "text"),
    "text_source": Words("文本来源", "text source"),
    "remark": Words("备注", "remark"),
    "transfer_id": Words("转账", "transfer"),
    "to_token": Words("收款钱包", "to wallet"),
    "invited_by": Words("邀请人", "invited by"),
    "waybill_id": Words("运单", "waybill"),
    "post_id": Words("帖子", "post"),
    "sent_at": Words("寄出（UTC）", "sent (UTC)"),
    "captured_at": Words("采集（UTC）", "captured (UTC)"),
    "registered_at": Words("注册（UTC）", "registered (UTC)"),
    "weight_g": Words("重量（克）", "weight (g)"),
    "region": Words("地区", "region"),
    "origin_region": Words("寄出地", "sent from"),
    "destination_region": Words("寄往", "sent to"),
    "channel": Words("渠道", "channel"),
    "category": Words("类目", "category"),
    "title": Words("标题", "title"),
    "price_minor": Words("标价", "price"),
    "confirmed_at": Words("确认收货（UTC）", "confirmed (UTC)"),
    "action_id": Words("操作", "action"),
    "kind": Words("种类", "kind"),
    "subject_kind": Words("对象类别", "about a"),
    "subject_id": Words("对象", "about"),
    "reason": Words("理由", "reason"),
    "approver_id": Words("批准人", "approved by"),
}
"""Columns of the evidence rows."""


def said(terms: Mapping[str, Words], word: str) -> Words:
    """Return the words for ``word``, or ``word`` itself in both languages if there are none."""
    plain = word.replace("_", " ")
    return terms.get(word, Words(plain, plain))

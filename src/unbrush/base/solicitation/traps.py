"""How a task scam takes the money: small sums out, larger ones in, and reasons why none comes back.

What a bait promises is told by `bait`; here stand the builds of what follows it: more back than
was paid in, within minutes; orders that come in chains; levels to be unlocked; an account that is
frozen until more is paid; a tutor who leads. A shop's stored-value card takes money and adds to
it as well: speed, chains and commission tell them apart.
"""

import re

_SUM = r"(?:[$£€¥]|usdt? ?)?(\d{2,6})(?:\.\d{1,2})?"
_PAID_IN = re.compile(
    rf"(?:垫付?|投|充值?|付|拍|交|存|押|做)[^\d,。!?;\n]{{0,3}}{_SUM} ?(?:元|"
    rf"块)?[^\d。!?;\n]{{0,6}}"
    rf"(?:返现?|拿|到手|得|赚|收益|回|可提|提现|本佣|退)[^\d,。!?;\n]{{0,3}}{_SUM}|"
    rf"(?:deposit|pay|top up|recharge|put in|invest|send)[^\d.!?\n]{{0,8}}{_SUM}[^\d.!?\n]{{0,24}}"
    rf"(?:get|receive|back|earn|withdraw|return)[^\d.!?\n]{{0,10}}{_SUM}"
)
_QUICK = re.compile(
    "分钟|秒|小时内|马上|立即|立刻|当天|到账|名额|席位?|派单|接单|任务|佣|导师|老师|\\d席|搞定|"
    "minutes|instant|same day|after (?:\\w+ ){0,2}(?:orders?|tasks?)|commission|tasks?|orders?"
)
_STORES = re.compile(
    "会员|储值|到店|门店|消费|理发|健身|洗车|话费|流量|加油|余额可|券|member|gift card|store"
)
_LOCKED = re.compile(
    "(?:账户|帐户|账号|任务|提现|提款|余额|资金|订单|佣金)[^。!?;\\n]{0,12}"
    "(?:冻结|锁定|失败|错误|异常|为负|负数|不足|卡单|受限)[^。!?;\\n]{0,16}"
    "(?:补足?|缴纳?|充值?|再做|存入?|支付|垫付?|修复)[^。!?;\\n]{0,12}|"
    "(?:补足|缴纳|存入|充值)[^。!?;\\n]{0,14}(?:才能|方可|即可|后)[^。!?;\\n]{0,6}(?:提现|提取|"
    "解冻|返还)|"
    r"(?:account|balance|withdrawal|order|task)s?[^.!?\n]{0,24}(?:frozen|locked|negative|failed|"
    r"insufficient)"
    r"[^.!?\n]{0,30}(?:recharge|top up|deposit|pay)|(?:recharge|top up|deposit|pay)[^.!?\n]{0,40}"
    r"(?:unlock|unfreeze|withdraw|cash out|finish the|complete the)"
)
_GIVES_BACK = re.compile(
    "提现|提取|返还|退回|退还|解冻|返本|连本|本金|佣|取款|到账|withdraw|cash out|commission|"
    "earnings|unlock|principal"
)
_CHAIN = re.compile(
    "连环?单|联单|[三四五六两]连|连续(?:单|任务)|组合单|修复单|福利单|数据单|千元单|大单|派单|"
    "复合任务|"
    "(?:第?[一二三四1-4]单\\d+[^。!?;\\n]{0,8}){2}|(?:做满|满|累计|完成)[^,。!?;\\n]{0,3}\\d+ ?单|"
    r"combined order|combo order|set of (?:orders|tasks)|\d+ (?:optimi[sz]ation )?tasks"
)
_LEVEL = re.compile(
    "(?:任务|群|vip|会员|等级|佣金)[^。!?;\\n]{0,8}(?:升级|开放|解锁|翻倍)[^。!?;\\n]{0,24}(?:佣金|"
    "提成|翻倍|返利)|"
    "(?:佣金|提成)[^。!?;\\n]{0,2}翻倍|(?:返利|收益)[^。!?;\\n]{0,4}(?:翻倍|\\d+ ?(?:%|个点|"
    "个百分点)|百分之\\d+)|"
    r"unlock (?:the )?(?:next|higher|vip)|next (?:level|set)|vip level"
)
_TUTOR = re.compile(
    "(?:导师|老师|师傅|派单员|接待员?|主持|指导员)[^。!?;\\n]{0,4}(?:带|指导|一对一|做|加|派)|"
    "一对一(?:带|指导)|带(?:做)?(?:数据|任务|单)|"
    "(?:私|找|加|联系)(?:导师|老师|派单员?|接待员?)|看群里?回单|截图(?:为证|回单)|tutor|mentor|"
    "trainer"
)


def traps_of(text: str) -> tuple[float, int, re.Match[str] | None]:
    """Return points for the traps in a plain text, how many kinds there are, and the first."""
    locked = _LOCKED.search(text) if _GIVES_BACK.search(text) else None
    found = (
        (2.4, _doubles(text)),
        (3.2, locked),
        (1.4, _CHAIN.search(text)),
        (2.3, _LEVEL.search(text)),
        (0.9, _TUTOR.search(text)),
    )
    points = sum(weight for weight, match in found if match)
    matches = [match for _, match in found if match]
    return points, len(matches), matches[0] if matches else None


def _doubles(text: str) -> re.Match[str] | None:
    """More comes back than was paid in, quickly or for a task, and not as a shop's stored value."""
    for match in _PAID_IN.finditer(text):
        before, after = (int(group) for group in match.groups() if group)
        if before < after <= 4 * before and _QUICK.search(text) and not _STORES.search(text):
            return match
    return None

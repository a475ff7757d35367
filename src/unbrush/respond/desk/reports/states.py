"""States of a report: where it can go from each, and what its reporter is told there."""

from dataclasses import dataclass

from unbrush.base.words import Words


@dataclass(frozen=True, kw_only=True)
class State:
    """A state.

    Attributes:
        words: What it means.
        next: What happens next.
        to: States that it can move to.
        due: Column of the date by which the next thing happens; empty if nobody owes anything.
    """

    words: Words
    next: Words
    to: tuple[str, ...]
    due: str = ""


OUTCOMES = ("upheld", "partly", "not-upheld", "insufficient", "referred", "out-of-scope")
"""How a report ends; a report that is decided anew has a new one."""

_DECIDED = Words("我们将把结果通知您。", "You are told of the result.")
_MAY_APPEAL = Words(
    "您可以申请由未参与决定的人复核。", "You may ask that somebody who had no part in it reviews."
)

STATES = {
    "draft": State(
        words=Words("草稿，尚未提交。", "A draft that is not submitted."),
        next=Words("补充材料后请提交。", "Add what you have and submit it."),
        to=("received",),
    ),
    "received": State(
        words=Words("已收到。", "Received."),
        next=Words("将核对订单、运单是否存在。", "Orders and waybills are looked up."),
        to=("verified",),
        due="triage_due_at",
    ),
    "verified": State(
        words=Words("已与平台记录核对。", "Checked against the platform's records."),
        next=Words(
            "将并入同一对象的案件，或单独处理。", "It joins a case, or is dealt with alone."
        ),
        to=("in-case", "investigating", "need-info", "out-of-scope", "referred", "appeal"),
        due="triage_due_at",
    ),
    "in-case": State(
        words=Words(
            "已归入案件，与同一对象的其他线索一并核查。", "Part of a case with all of its kind."
        ),
        next=Words("有人会阅读并给您第一次答复。", "Somebody reads it and gives a first reply."),
        to=("investigating", "need-info", "out-of-scope", "referred", "appeal"),
        due="reply_due_at",
    ),
    "need-info": State(
        words=Words("需要您补充。", "Something is needed from you."),
        next=Words(
            "请凭回执补充；不补充也会按现有材料处理。",
            "Add it by your receipt, or it is decided as it is.",
        ),
        to=("investigating", "insufficient", "appeal"),
        due="decide_due_at",
    ),
    "investigating": State(
        words=Words("正在调查。", "Being looked into."),
        next=Words("将作出决定。", "It is decided."),
        to=("need-info", *OUTCOMES, "appeal"),
        due="decide_due_at",
    ),
    "upheld": State(
        words=Words("属实。", "Found to be true."), next=_DECIDED, to=("acted", "notified")
    ),
    "partly": State(
        words=Words("部分属实。", "True in part."), next=_DECIDED, to=("acted", "notified")
    ),
    "not-upheld": State(
        words=Words("未认定属实。", "Not found to be true."), next=_DECIDED, to=("notified",)
    ),
    "insufficient": State(
        words=Words(
            "现有材料不足以判断，不等于不属实。", "Too little to tell, which is not untrue."
        ),
        next=Words("补充所列材料后可重新处理。", "With what is listed it is taken up again."),
        to=("notified", "reopened"),
    ),
    "referred": State(
        words=Words("已转交有权处理的机关或部门。", "Handed to those who can deal with it."),
        next=_DECIDED,
        to=("notified",),
    ),
    "out-of-scope": State(
        words=Words("不属于本渠道处理范围。", "Not what this channel deals with."),
        next=_DECIDED,
        to=("notified",),
    ),
    "acted": State(
        words=Words("已采取措施。", "Something was done about it."), next=_DECIDED, to=("notified",)
    ),
    "notified": State(
        words=Words("已告知结果。", "You were told of the result."),
        next=_MAY_APPEAL,
        to=("appeal", "closed", "reopened"),
    ),
    "appeal": State(
        words=Words("正在复核。", "Being reviewed."),
        next=Words("由未参与原决定的人复核。", "Somebody who had no part in it decides."),
        to=("reopened", "closed"),
        due="decide_due_at",
    ),
    "closed": State(
        words=Words("已结案。", "Closed."),
        next=Words(
            "有新材料可随时补充并重新打开；六个月内可申请复核一次。",
            "With something new it can be opened again; within six months you may have it reviewed "
            "once.",
        ),
        to=("reopened", "appeal"),
    ),
    "reopened": State(
        words=Words("已重新打开。", "Opened again."),
        next=Words("将重新调查。", "It is looked into anew."),
        to=("investigating", "appeal"),
        due="decide_due_at",
    ),
}
"""States by name, in the order of a report's life."""

WAITING = ("received", "verified", "in-case", "need-info", "investigating", "appeal", "reopened")
"""States in which somebody still has something to do."""

UNDECIDED = ("verified", "in-case", "need-info", "investigating", "reopened")
"""States in which a result is owed: when its date is over its reporter may have that reviewed."""

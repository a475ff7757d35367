"""Baits: how a fraud that only looks like paid tasks finds its victims; nobody's praise is bought."""

# ruff: noqa: E501 - a form of a sentence stands on one line, however wide

from unbrush.simulate.texts.calls import Call, dressed
from unbrush.simulate.texts.contacts import contact
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.masks import masked
from unbrush.simulate.texts.spin import lines, spin

BAITS = {
    "easy-money": lines("""
        {动动手指|有手机就行|在家躺着}{，|}{日赚|每天}<day>{元|+}，{宝妈|学生|上班族}{皆可|都能做}，{不收|无}任何费用，{名额有限|先到先得}<contact>
        {招|急招|诚招}{刷单|点赞|评价}兼职，{时间自由|不限时间地点}，{一单|每单}<fee>元起，{日结|秒结|当场结算}，{加我|详情}<contact>
        {朋友|你好}，{看到|在}{你的简历|招聘网}{，|}{我司|公司}{招|需要}{线上|居家}{助理|评价员}，{给商家|帮店铺}{点赞|关注}{一个<fee>元|日入<day>}，{合适|感兴趣}{加|回复}<contact>
        {手机|在家}{兼职|副业}：{抖音|视频号}点赞{关注|}，{一个|每个}<fee>元，{做完|完成}{立即|马上}{到账|返现}，{已有<k>人参与|真实可靠}，<contact>
        {疫情|假期|业余}{没事干|闲着}？{来做|一起}{电商|淘宝|跨境}{刷单|冲量}，{垫付|先垫}<cap>{返|到手}<back>，{五分钟|十分钟}{一单|搞定}，{多劳多得|上不封顶}<contact>
        {恭喜|您好}，您{已被|通过}{选为|入选}{平台|某东}{试用|评测}员，{完成|做}{3单|新手任务}{领|可得}<back>元，{下载|安装}{app|软件}{<link>|}{，联系接待员|}<contact>
    """),
    "prepay": lines("""
        {数据单|福利单|组合单}{来了|开放}：{垫<cap>返<back>|投<cap>拿<back>}，{三分钟|5分钟}{到账|结算}，{名额<n>个|仅剩<n>席}，{找|私}{导师|派单员|接待}<contact>
        您的{账户|任务}{操作失误|未按时完成}被{冻结|系统锁定}，需{再做|补}<cap>元{修复单|联单}{才能|方可}{提现|全部返还}，{逾期|超时}{清零|本金不退}
        {连单|三连单}任务：{第一单|1单}<fee0> {第二单|2单}<fee1> {第三单|3单}<cap>，{三单做完|完成后}{本佣|本金佣金}一起{返|结}，{中途退出|放弃}{不退|作废}
        {老师|导师}带{做|}{任务|数据}，{充值|垫付}<cap>，{返利|收益}{百分之|}<rate>{%|个点}，{已提现|今天}<k>人，{截图|看群里}{为证|回单}
        {提现|提款}失败：{银行卡号|信用分}{错误|不足}，请{缴纳|充值}<cap>元{保证金|认证金}{解冻|}，{到账后|随后}{连同本金|一并}{退回|返还}
        {高级|VIP}{群|任务}{开放|升级}：{做满|累计}<cap>{升级|解锁}，{佣金|提成}{翻倍|<rate>%}，{今晚|截止}<hour>点
    """),
}  # fmt: skip
"""Calls at the door, and what follows once somebody has come in."""


def bait(dice: Dice, *, level: int, kind: str = "") -> Call:
    """Write a bait; see `calls.call` for the arguments (``kind`` is one of `BAITS`)."""
    kind = kind or ("easy-money" if dice.chance(0.65) else "prepay")
    form = dice.one(BAITS[kind])
    reach = contact(dice, level=level) if "<contact>" in form else None
    app = contact(dice, level=0, kind="link")
    capital = dice.one((98, 100, 198, 300, 500, 999, 1288, 3000, 4999, 9800, 19800))
    words = {
        "day": str(dice.one((80, 100, 200, 300, 500, 800))),
        "fee": str(dice.whole(2, 30)),
        "fee0": str(dice.one((10, 50, 98, 100))),
        "fee1": str(dice.one((200, 300, 398, 500))),
        "cap": str(capital),
        "back": str(round(capital * (1.06 + 0.4 * dice.rng.random()))),
        "rate": str(dice.whole(8, 45)),
        "k": str(dice.whole(23, 4000)),
        "n": str(dice.whole(2, 20)),
        "hour": str(dice.whole(8, 11)),
        "link": app.value,
        "contact": "\ue000",
    }
    text = masked(dice, spin(dice, form, words), level=level)
    used = [reach] if reach and "\ue000" in text else []
    if app.value in text:
        used.append(app)
    text = text.replace("\ue000", reach.written if reach else "")
    return Call(dressed(dice, text), "scam-bait", kind, used)

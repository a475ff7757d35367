"""Reviewing: what real buyers write, long or short, pleased, angry, or neither."""

# ruff: noqa: E501 - a form of a sentence stands on one line, however wide

from dataclasses import dataclass

from unbrush.simulate.texts.buying import TRADES, Trade
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, listed, spin
from unbrush.simulate.texts.voices import VOICES, utter

SERVICES = ("meals", "hotel")
"""Trades that send nothing."""
PLEASED, EVEN, ANGRY = "pleased", "even", "angry"


@dataclass(frozen=True)
class Written:
    """A review as its writer sends it off."""

    text: str
    rating: int
    voice: str


_OF_PARCELS = lines("""
    {给|帮}{我妈|我爸|婆婆|老公|闺女|室友}{买的|带的}{，|，他们}{没说不好|还没用|挺挑的人}
    {之前|上次|去年}在{别家|实体店|<city>}买过{一个|差不多的}，{贵<k>|坏了才换|不如这个}
    {快递|物流|驿站}{放了<n>天才去拿|<n>天到的|小哥打了电话}{，|，还}{盒子没破|外箱压扁了一角|下着雨呢}
    {第<m>次|又|再次}{回购|买}了，{还是老样子|这批跟上批差不多|希望别变}
    {搬家|开学|换季|出差|装修}{要用|顺手买的}，{没抱期望|应急}
    {拍照技术不行|懒得拍图}{，凑合看|，就不发了}
    {客服|卖家}{回得快|半天才回|挺好说话}，{问了<n>个问题|问尺寸也说得清|发货前确认了地址}
    {孩子|猫}{一来就|非要}{抢着|}拆箱，{盒子比东西受欢迎|拦都拦不住}
    {晚上|周<day7>|中午}{下单|拍的}，{<n>天后|隔天}到，{<city>这边|偏远地区}{算快的|能到就不错了}
    用了{<n>天|一个多星期|小半个月|两个月}{才来评|来追一下|说点真实的}
    {<year>年|前年|好几年前}买的那个{终于坏了|还在用}，{这个|新的}{备着|顶上}
""")
"""What is told beside the goods themselves, where something was sent."""

_OF_ALL = lines("""
    {犹豫|比较|看}了{好几天|<n>家|半个月}{才下的单|最后选了这家}
    {活动价|券后|凑单}<k>块{，|，}{日常价不值|蹲了好久|过两天又降了<n>块，服}
    {朋友|同事|小姑子}{推荐|甩给我链接}的，{信她一回|她买的另一个颜色}
    {我是|本人}{左撇子|早八人|带俩娃的|刚毕业的}，{所以|就}{看重方便|图便宜}
    {平时|一般}{不爱|懒得}评价，{这次|今天}{有空|说两句}
    {价格|钱}{比上个月|比平台上}{贵|便宜}<n>块，{能|}{接受|理解}
    {别人|评论里}说{不好|一般}，我{倒|}{觉得|感觉}{还行|看人}
""")
_OF_PLACES = lines("""
    {路上|来的时候}{堵|走错}了<n>分钟，{还好|}{没耽误|等我们}
    {人|周末人}{多|不多}，{孩子|老人}{待得住|有点吵}
    {平时|一般}{不爱|懒得}评，{这次|今天}{有空|说两句}
    {第<m>次|又}来了，{还是老样子|比上回差点意思}
""")

_ENDS = {
    PLEASED: lines("""
        {会|下次}{回购|还来|再买}
        {推荐给你们|推荐|可以买|值得{买|}}
        {总体|整体}{满意|不错|OK}
        {没踩雷|不后悔|没白等}
        {希望|}{一直|}保持这个{品质|水平}
        {先写到这|有问题再来追评|后面看耐不耐用}
        {给|}五{颗|}星{不亏|，鼓励一下|}
        这{价格|个价}{没得挑|可以了|还要啥自行车}
    """),
    EVEN: lines("""
        {凑合|先用着|就这样吧}
        {一分钱一分货|对得起这个价|中等}
        {看运气吧|见仁见智|仁者见仁}
        {下次|再买的话}{可能换一家|等打折}
        {三星|给三颗星}{不多不少|，各退一步}
    """),
    ANGRY: lines("""
        {退了|已退|正在退}{，运费自己出的|，卖家还不情愿|}
        {别买|大家避雷|劝退|慎重}
        {再也不来了|拉黑|最后一次}
        {一颗星都|一星}{嫌多|不想给|是系统要求的}
        {等着|}看{客服|平台}怎么{处理|说}
        {当|就当}{交学费|喂狗|买个教训}
        {好评|那些五星}{是刷的吧|怎么来的|都是托}？
        {打<n>次|问}客服{没人接|就会说亲亲抱歉|让我改评价才给退}
    """),
}
_SHORT = {
    PLEASED: listed("""
        不错 好 挺好 可以 很好用 满意 喜欢 还不错 挺好的 好评 五星 没问题 收到了不错 东西可以 孩子喜欢
        很满意 质量可以 物流快 正品 划算 老婆说好 值 已经用上了 比预期好 可可可 棒棒哒 👍 👍👍👍
        回购了 老顾客 便宜好用 包装不错 速度快 nice 可以的可以的
    """),
    EVEN: listed("""
        一般 还行 凑合 就那样 一般般吧 中规中矩 普普通通 还可以吧 将就用 没啥感觉 无功无过 对得起价格
        不好不坏 嗯 emmm 马马虎虎
    """),
    ANGRY: listed("""
        差 垃圾 太差了 别买 退了 失望 坏的 假货 骗人 不值 质量差 上当了 无语 气死 差评 后悔 什么玩意
        用一次就坏了 跟图片不一样 呵呵 缺货不说 差评！！
    """),
}
_RATINGS = {PLEASED: (5, 5, 5, 4), EVEN: (3, 3, 4), ANGRY: (1, 1, 2)}
_CITIES = listed("沈阳 长沙 昆明 乌鲁木齐 温州 大同 赣州 佳木斯 南通 柳州 拉萨 保定 芜湖 泉州 宜昌")


def numbers(dice: Dice) -> dict[str, str]:
    """Return the counted things that sentences speak of."""
    return {
        "n": str(dice.whole(2, 12)),
        "m": str(dice.one((1.5, 1.8, 2, 3, 4, 5))).removesuffix(".0"),
        "k": str(dice.whole(13, 130)),
        "size": str(dice.whole(35, 44)),
        "kilo": str(dice.whole(92, 165)),
        "day": str(dice.whole(1, 28)),
        "day7": dice.one("一二三四五六日"),
        "city": dice.one(_CITIES),
        "year": str(dice.whole(2015, 2023)),
    }


def facts(dice: Dice, trade: Trade, mood: str, n: int) -> list[str]:
    """Return sentences about the goods that suit a mood."""
    main = {PLEASED: trade.good, EVEN: trade.even, ANGRY: trade.bad}[mood]
    chosen = dice.some(main, n)
    # Few are so pleased that they see no fault, or so angry that they see no good.
    if n > 1 and dice.chance({PLEASED: 0.25, EVEN: 0.7, ANGRY: 0.15}[mood]):
        other = trade.bad if mood == PLEASED else trade.good
        chosen[-1] = dice.one(other if mood != EVEN else trade.good + trade.bad)
        if mood == PLEASED:
            chosen[-1] = dice.one(trade.even)
    return [spin(dice, form, numbers(dice)) for form in chosen]


def review(dice: Dice, *, trade: Trade | None = None, mood: str = "", voice: str = "") -> Written:
    """Write a longer review of something of ``trade``, in a mood, in one voice.

    What is left out is drawn.
    """
    trade = trade or dice.one(tuple(TRADES.values()))
    mood = mood or dice.weighed({PLEASED: 0.66, EVEN: 0.16, ANGRY: 0.18})
    speaker = next((v for v in VOICES if v.name == voice), None) or dice.one(VOICES)
    said = facts(dice, trade, mood, dice.whole(*speaker.n_facts))
    around = _OF_ALL + (_OF_PLACES if trade.name in SERVICES else _OF_PARCELS)
    for _ in range(dice.whole(*speaker.n_around)):
        where = dice.whole(0, len(said))
        said.insert(where, spin(dice, dice.one(around), numbers(dice)))
    if dice.chance(0.3):
        good = dice.one(trade.goods)
        said[0] = spin(dice, dice.one(_NAMES), {"good": good}) + said[0]
    if dice.chance(0.5):
        said.append(spin(dice, dice.one(_ENDS[mood]), numbers(dice)))
    return Written(utter(dice, speaker, said), dice.one(_RATINGS[mood]), speaker.name)


_NAMES = lines("""
    {这个|这款|买的}<good>{，|吧，|}
    <good>{到了|收到了|拿到了}，
    {先说|讲真，}<good>，
    <good>：
    {关于|说说}这<good>，
""")


def short(dice: Dice, *, mood: str = "") -> Written:
    """Write what takes a second to type; a few are written by very many people."""
    mood = mood or dice.weighed({PLEASED: 0.78, EVEN: 0.12, ANGRY: 0.1})
    text = dice.common(_SHORT[mood])
    if dice.chance(0.3):
        text += dice.one(("", "。", "！", "~", "，" + dice.common(_SHORT[mood]), "👍", "。。"))
    return Written(text, dice.one(_RATINGS[mood]), "short")


_QUOTES = lines("""
    {页面|宣传|详情|标题}{写|说}的{“<boast>”|<boast>}，{实际|到手|用下来}{<fact>|差得远，<fact>}
    {说是|号称}<boast>，{我看|结果}<fact>
    冲着“<boast>”买的，<fact>
    “<boast>”{？？|？呵呵|这句}{，|}<fact>
""")


def quoting(dice: Dice, *, trade: Trade) -> Written:
    """Write a review that holds a line of the seller's page against what came."""
    mood = dice.weighed({PLEASED: 0.25, EVEN: 0.25, ANGRY: 0.5})
    [fact] = facts(dice, trade, mood, 1)
    text = spin(dice, dice.one(_QUOTES), {"boast": dice.one(trade.boasts), "fact": fact})
    voice = dice.one(VOICES[:4])
    rest = facts(dice, trade, mood, 1) if dice.chance(0.4) else []
    return Written(utter(dice, voice, [text, *rest]), dice.one(_RATINGS[mood]), voice.name)


_IRONY = lines("""
    {太好了|真棒|厉害}，<bad>，{学到了|长见识了|服气}
    {感谢|谢谢}{商家|老板}让我{知道什么叫|见识}<good>，<bad>
    {好得很|完美}，<bad>{，给你点赞|，五星水军都羡慕|}
    {质量|东西}“{真好|杠杠的}”，<bad>
""")


def ironic(dice: Dice, *, trade: Trade) -> Written:
    """Write in words of praise what is none; the stars say what is meant."""
    words = {"bad": facts(dice, trade, ANGRY, 1), "good": trade.goods}
    return Written(spin(dice, dice.one(_IRONY), words), dice.one((1, 1, 2)), "ironic")

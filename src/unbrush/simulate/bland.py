"""Bland praise: words that fit anything that can be bought, and say that it was good.

The better a writer hides, the less alike the texts are, the longer some of them, and the more is
told of the writer. Nothing is ever told of the goods beyond what they are called.
"""

from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, spin
from unbrush.simulate.texts.voices import VOICES, slipped, utter
from unbrush.simulate.world import World

N_FIXED = 12
"""Texts that a careless shop hands out over and over."""

_THEMES = lines("""
    {质量|东西|品质|宝贝|产品}{很好|不错|非常好|挺好的|没得说|杠杠的|超级棒|可以}
    {物流|快递|发货}{很快|速度快|挺快|超快|给力|也快}
    {客服|卖家|店家|老板|掌柜}{态度好|服务好|很热情|有耐心|回复快|人很好}
    包装{很好|完好|严实|精美|用心|也不错}
    {价格{实惠|合适|划算|公道|也便宜}|性价比{高|很高|没话说|超高}}
    {很喜欢|超级喜欢|和描述的一样|跟图片一致|没有失望|物超所值|跟想象中一样好}
""")
_CLOSINGS = lines("""
    {好评|五星好评|必须好评|给个好评|好评！！|全五分}
    {推荐|推荐购买|值得推荐|大家可以放心买|值得购买|闭眼入}
    {下次还来|会回购|还会再买|以后就认准这家了|会一直支持|收藏店铺了}
    {满意|非常满意|很满意的一次购物|购物体验很好|总体满意}
""")
_CALLED = lines("""
    {这款|这个|买的|收到的}<good>{真的|确实|}{很好|不错|很满意|超喜欢|让人惊喜}
    <good>{收到了|到了|收到啦}
    {一直想买|早就想买|终于买到了}<good>
    <category>{还是|就得}在这家买{放心|省心}
    买<good>{选|就选}这家{没错|准没错|就对了}
""")
STORIES = lines("""
    {用了|试了}{几天|一阵子|一个星期|一段时间}{才来评价|来说说|，来写个评价}
    {给家里人|帮朋友|给爸妈|替同事|给对象}{买的|带的}，{说很好|都说不错|很满意|一直夸}
    {朋友|同事|闺蜜|邻居}推荐{的|过来的|给我的}，{果然没错|没让我失望|没推荐错}
    {对比|看|挑}了{好几家|很多家|半天}，{最后选了这家|还是这家靠谱|就这家看着顺眼}
    {第二次|第三次|不知道第几次}{买了|回购了|来了}，{一如既往的好|还是那么好|没变过}
    {平时|一般}{很少|懒得}{评价|写评论}，{这次必须|这回忍不住}{说两句|夸一下}
    {一开始|下单前|买之前}{还担心|有点犹豫|怕踩雷}，{收到后|拿到手|打开}{就放心了|一点不后悔|惊喜了}
    {家里|身边}{人|几个人}{看了|见了}都{问我在哪买的|说好|要链接}
    {刚|今天|昨天晚上|下班}{拿到|取回来|收到}，{迫不及待|第一时间|赶紧}{打开了|看了看}，{不错|挺好|很满意}
    {活动|打折|做活动}的时候{买的|入手的|下的单}，{很值|太值了|捡到便宜了}
    {网购|在网上买东西}{这么多年|好些年了}，{这家算|这次是}{很靠谱的|让人省心的|最满意的一次}
    {整体|总的来说|综合来看}{体验|感觉}{很好|不错|超出预期}，{挑不出毛病|没什么可挑的|该有的都有}
""")
"""What people tell of themselves, whatever they bought."""
_RESERVATIONS = lines("""
    {就是|除了}{快递慢了点|送货那天下雨|等了两天}，{别的|其他}都{好|没问题|满意}
    {要是|如果}{再便宜点|多做点活动|赠品多一点}就{更好了|完美了}
    {一分钱一分货|对得起这个价}，{不能要求太多|可以了|挺好}
""")
_EMOJI = ("👍", "👍👍👍", "🌹", "😊", "❤️", "💯", "🥰", "✨", "😄👍")
_JOINS = ("，", "，", "，", "。", "！", " ", "~")
_ENDS = ("", "", "。", "！", "！！", "～")


def bland(world: World, rng: Rng, item: Array) -> list[str]:
    """Write bland praise for each of ``item``, as the market's level asks."""
    dice = Dice(rng)
    if world.level == 0:
        fixed = [_run(dice, dice.whole(2, 4)) for _ in range(N_FIXED)]
        return [dice.common(fixed) for _ in item]
    if world.level == 1:
        return [_run(dice, dice.whole(1, 5)) for _ in item]
    write = _mixed if world.level == 2 else _told
    return [
        write(dice, {"good": CATEGORIES[c].goods[g], "category": CATEGORIES[c].name})
        for c, g in zip(world.category_of(item), world.items.good[item], strict=True)
    ]


def _themes(dice: Dice, n: int) -> list[str]:
    return [spin(dice, form) for form in dice.some(_THEMES, n)]


def _run(dice: Dice, n: int) -> str:
    """Return a run of ``n`` themes and a closing, joined by one mark."""
    said = [*_themes(dice, n), spin(dice, dice.one(_CLOSINGS))]
    return dice.one(_JOINS).join(said) + dice.one(_ENDS)


def _mixed(dice: Dice, words: dict[str, str]) -> str:
    """Return praise of any length, that may call the goods by name, with a picture or two."""
    said = _themes(dice, dice.common((1, 2, 3, 4, 5, 6)))
    if dice.chance(0.45):
        said.insert(0, spin(dice, dice.one(_CALLED), words))
    if dice.chance(0.35):
        said.insert(dice.whole(0, len(said)), spin(dice, dice.one(STORIES)))
    if dice.chance(0.6):
        said.append(spin(dice, dice.one(_CLOSINGS)))
    text = dice.one(_JOINS).join(said) + dice.one(_ENDS)
    return text + dice.one(_EMOJI) if dice.chance(0.35) else text


def _told(dice: Dice, words: dict[str, str]) -> str:
    """Return what reads like somebody's own story, in a voice, with a reservation now and then."""
    said = [spin(dice, form) for form in dice.some(STORIES, dice.common((1, 2, 2, 3)))]
    said += _themes(dice, dice.common((0, 1, 1, 2)))
    said = dice.shuffled(said)
    if dice.chance(0.4):
        said.insert(dice.whole(0, 1), spin(dice, dice.one(_CALLED), words))
    if dice.chance(0.25):
        said.append(spin(dice, dice.one(_RESERVATIONS)))
    if dice.chance(0.4):
        said.append(spin(dice, dice.one(_CLOSINGS)))
    return slipped(dice, utter(dice, dice.one(VOICES), said), 0.04)

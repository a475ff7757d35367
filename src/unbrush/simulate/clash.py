"""Clashing words: praise and complaint of one item, as sentences and as whole reviews.

For stars that say the opposite of the words: bought or spiteful ones, and honest irony, "but" and
slips of the finger beside them.
"""

from unbrush.simulate.bland import STORIES
from unbrush.simulate.lexicon import CATEGORIES, COMPLAINT, EVERYWHERE, PRAISE
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, spin
from unbrush.simulate.texts.voices import VOICES, utter

_TOLD = lines("""
    {第三天|没几天|用到第二周|才两回}<a>就{不行了|那样了|出问题了}，{自己修了修|凑合着用|先放着了}
    {联系|找}了{客服|卖家}{两次|三回|好几天}，{现在还在等|说寄新的，没寄|让再等等}
    <a>和{页面上|照片里|说的}{是两回事|对不上|差着一截}
    {退|换}{嫌|太}麻烦，{就这样留着|算了|送人了}
    {同事|我妈|对象}{看了|拿起来}{问我花了多少钱|没说话|劝我退掉}
    {打开|拆开}{的时候|那天}<a>就{有点问题|不太对|少了一样}
    {下次|以后}{还是|就}{去店里买|换一家|买回原来那个牌子}
""")
"""Complaints without a bad word: what happened."""
_IRONY = lines("""
    {太好了|真棒|厉害了|完美}，<bad>，{学到了|长见识了|服气|佩服}
    {感谢|谢谢}{商家|老板|卖家}让我{见识到|知道}什么叫<bad>
    <bad>，{真是|可真}{物超所值|良心商家|业界标杆}{，鼓掌|啊|呢}
    {好得很|好极了}，<bad>，{给你点赞|向你学习|强烈推荐给仇人}
""")
_BUT = lines("""
    <good>，{就是|只是|可惜|美中不足是}<bad>
    <good>，{但是|不过|然而}<bad>，{总体还行|综合给这个分|能接受}
    <bad>，{好在|不过|幸好}<good>
    {除了|抛开}<bad>{这点，|，}<good>
""")
_NOTHING = lines("""
    {今天|昨天|周末}{天气不错|下雨了|有点冷|堵车了}
    {凑字数凑字数|不知道写什么|写够十五个字|字数够了吧}{凑字数|了|，就这样|}
    {啦啦啦啦啦|哈哈哈哈|嗯嗯嗯嗯|。。。。。。|1111111|asdfghjkl}
    {晚上吃什么|明天要上班|孩子要开学了|球赛好看吗}
""")
"""Words that are about nothing that was bought."""


def sentence(dice: Dice, category: int, *, praise: bool) -> str:
    """Return one plain sentence that praises the goods, or complains of them."""
    word, group = dice.one((*CATEGORIES[category].aspects, *EVERYWHERE)).split(":")
    said = dice.one((PRAISE if praise else COMPLAINT)[group].split())
    if len(said) > 2 or said[0] == "很":
        degree = dice.one(("", "真的", "确实"))
    else:
        degree = dice.one(("", "很", "真", "挺" if praise else "有点"))
    return f"{word}{degree}{said}"


def told(dice: Dice, category: int) -> str:
    """Return a complaint in one voice that tells what happened and calls nothing bad."""
    aspect = dice.one(CATEGORIES[category].aspects).split(":")[0]
    said = [spin(dice, form, {"a": aspect}) for form in dice.some(_TOLD, dice.whole(1, 2))]
    if dice.chance(0.3):
        said.insert(0, sentence(dice, category, praise=True))
    return utter(dice, dice.one(VOICES), said)


def half(dice: Dice, category: int) -> str:
    """Return a complaint that something indifferent or kind is put around."""
    said = [sentence(dice, category, praise=False) for _ in range(dice.whole(1, 2))]
    around = spin(dice, dice.one(_TOLD), {"a": "东西"}) if dice.chance(0.5) else None
    said.insert(dice.whole(0, 1), around or sentence(dice, category, praise=True))
    return utter(dice, dice.one(VOICES), said)


def praising(dice: Dice, category: int) -> str:
    """Return praise of the goods with something of the writer's own."""
    said = [sentence(dice, category, praise=True) for _ in range(dice.whole(1, 3))]
    if dice.chance(0.5):
        said.insert(dice.whole(0, len(said)), spin(dice, dice.one(STORIES)))
    return utter(dice, dice.one(VOICES), said)


def ironic(dice: Dice, category: int) -> str:
    """Return words of praise that mean none."""
    return spin(dice, dice.one(_IRONY), {"bad": sentence(dice, category, praise=False)})


def mixed(dice: Dice, category: int) -> str:
    """Return a review that finds both good and bad."""
    words = {
        "good": sentence(dice, category, praise=True),
        "bad": sentence(dice, category, praise=False),
    }
    return spin(dice, dice.one(_BUT), words)


def nothing(dice: Dice) -> str:
    """Return words that are about nothing."""
    return spin(dice, dice.one(_NOTHING))

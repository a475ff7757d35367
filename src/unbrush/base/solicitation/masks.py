"""How the trade hides its words: what is written, and what is meant. Data, with reasons.

Everything is written as it looks after folding: small letters, simplified characters, half width.
A spelling stands here if it was seen or follows a known recipe (homophone, look-alike, initials,
split character) and if honest people hardly write it; what they do write needs its context.
"""

STARS = "⭐🌟★☆✨⛤🌠"
"""Pictures of one star; they mean a rating only in fives or beside a number."""

GONE = (
    "\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\ufe0e\ufe0f\u20e3"
    "\u202a\u202b\u202c\u202d\u202e"
)
"""Characters without a picture, put between letters so that no filter sees the word."""

PICTURES = {
    "🧧": "红包",
    "➕": "+",
    "✚": "+",
    "🐧": "qq",
    "🍑": "桃",
    "🍠": "薯",
    "🛩": "飞机",
    "✈": "飞机",
    "📷": "拍照",
    "📸": "拍照",
    "👍": "赞",
    "💰": "元",
    "💵": "元",
    "🔟": "10",
    "💯": "100",
    "🆓": "免费",
    "🎁": "礼品",
    "💼": "包",
    "💬": "评",
    "🍋": "单",
    "🛒": "购",
}
"""Pictures that are read aloud as a word."""

LOOK_ALIKES = {
    **dict(zip("асеорхуѵіԛԝ", "aceopxyviqw", strict=True)),  # Cyrillic
    **dict(zip("ανορτχωι", "avoptxwi", strict=True)),  # Greek
    "ⅹ": "x",
    "ⅴ": "v",
    "〇": "0",
    "囗": "口",
    "巳": "已",
}
"""Letters of other alphabets that look Latin, and a few more."""

FILLERS = "[\u2600-\u27bf\U0001f300-\U0001faff" + r" \t.·•・*_~^|/\\丶‧∙⋅\-—+&#%$=<>`\[\]]"
"""What is put inside one word, three at most; nothing that parts clauses."""

SPLIT = (
    "好评 返现 五星 刷单 微信 晒图 晒单 佣金 淘宝 红包 免单 追评 截图 兼职 日结 点赞 放单 补单 "
    "垫付 差评 体验官 评价 拼多多 小红书 抖音 京东 美团 大众点评 加微 扫码 现金 奖励 免费 试用 "
    "本金 返款 日赚 礼品 客服 点评 反现 好坪 桃宝 刷丹"
)
"""Words worth splitting: fillers between two of their characters are taken out."""

PARTS = {
    "女子评": "好评",
    "女子讠平": "好评",
    "好讠平": "好评",
    "好言平": "好评",
    "讠平价": "评价",
    "反辶现": "返现",
    "辶反现": "返现",
    "走反现": "返现",
    "返王见": "返现",
    "反辶王见": "返现",
    "辶反王见": "返现",
    "尸巾刂单": "刷单",
    "纟工包": "红包",
    "糸工包": "红包",
    "红勹巳": "红包",
    "微亻言": "微信",
    "彳微亻言": "微信",
    "亻用金": "佣金",
    "氵匋宝": "淘宝",
    "水匋宝": "淘宝",
    "日西图": "晒图",
    "日西单": "晒单",
}
"""Characters written as their parts (拆字)."""

SOUNDS = {
    "下单": "丅单 xia单 下dan",
    "好评": "好萍 㚼评 h评 好p 恏p hao平 好坪 好枰 好鲆 郝评 浩评 毫评 hao评 好ping "
    "haoping 嚎评 恏评",
    "返现": "f现 反现 返陷 返馅 反馅 fan现 返xian 返x 反x fanxian 返献 反现金 返仙 犯现",
    "刷单": "刷丹 唰单 涮单 刷dan shua单 耍单 刷d 唰丹 shuadan s单 刷箪",
    "五星": "五个小星星 5个小星星 五芯 五腥 伍星 wu星 五xing 5星 5颗星 五颗星 5x好 五心好 "
    "5心好 伍颗星 五个星 5个星 "
    "武星 午星 无星好评",
    "微信": "薇信 葳信 威信号 徽信 魏信 微芯 薇芯 wei信 v信 w信 微xin 薇x 微x 嶶信 溦信 卫星号 "
    "加卫星 weixin wechat vx wx 徽芯 绿泡泡 wxin",
    "淘宝": "桃宝 某宝 陶宝 掏宝 tao宝 逃宝 taobao 涛宝 橙色软件 淘bao t宝 滔宝",
    "拼多多": "拼夕夕 并夕夕 pdd 拼多d 聘多多 姘多多",
    "京东": "狗东 京d 荆东 jing东 京冻",
    "抖音": "dou音 斗音 某音 抖y 抖阴 兜音",
    "小红书": "小红薯 小hong书 xhs 小红叔 小哄书 小红s 红薯笔记",
    "美团": "美tuan",
    "大众点评": "大众dp 大众点平 dzdp 大众点坪 某点评 大zhong点评 点评网",
    "支付宝": "zfb 支付饱 某付宝 支fu宝 蓝色软件 芝付宝 zhifubao alipay 知付宝",
    "qq": "扣扣 抠抠 叩叩 秋秋号 球球号 扣q q扣 蔻蔻 企额",
    "红包": "红苞 红bao 宏包 hongbao 洪包 红b 鸿包 h包 虹包 弘包",
    "兼职": "兼直 蒹职 jian职 兼只 兼值 jianzhi 坚职 兼zhi 肩职 j职 兼执 兼枳 箭职",
    "佣金": "亻甬金 y金 甬金 俑金 拥金 庸金 佣j yong金 雍金 yongjin 佣jin 永金",
    "免单": "免丹 免dan miandan 免箪",
    "晒图": "筛图 晒tu shai图 嗮图 酾图",
    "截图": "截tu jietu 劫图 戒图 jie图",
    "垫付": "垫fu dian付 淀付",
    "本金": "ben金 本jin 夲金 苯金",
    "返款": "反款 fan款 返kuan 返欵",
    "全返": "quan返 全fan 荃返",
    "评价": "p价 言平价 评jia 坪价 ping价 pingjia",
    "礼品": "li品 礼pin",
    "评论": "p论 评lun ping论 坪论",
    "点赞": "点zan dian赞 典赞",
    "加微信": "佳微信 伽微信 珈微信 咖微信 嘉微信 枷微信 茄微信",
    "日结": "ri结 日jie rijie",
    "日赚": "日zhuan 日挣",
    "进群": "进裙 进qun jin群 琎群",
    "加群": "加裙 加qun",
    "q群": "q裙 扣裙 抠裙 扣群",
    "试用": "shi用 试yong",
    "体验": "体yan ti验 体厌",
    "体验官": "体验g 体验倌 体验关",
    "体验券": "体验卷",
    "网店": "惘店 罔店 枉店",
    "店铺": "扂铺 扂埔",
}
"""Meant → written: homophones, pinyin, initials, nicknames. Spaces part the spellings."""

INITIALS = {
    "hb": ("0-9元领返发的您", "红包"),
    "jt": ("星评分发凭兑换", "截图"),
    "jz": ("招机家聘单论价赞评图", "兼职"),
    "hp": ("星后满天五", "好评"),
}
"""Initials that also begin honest words or name firms: before them must stand one of these."""

NOT_HIDING = "5星 5颗星 5个星 五个星 五颗星 wechat weixin taobao alipay pdd 点评网 体验卷"
"""Spellings that are only habit: read as meant, but no sign that somebody hides."""

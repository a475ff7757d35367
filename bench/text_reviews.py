"""Short Chinese reviews with planted groups of edited copies, written from what domain.md says.

Reviews have 10-60 characters: stock phrases that everybody uses, phrases of a subject and what is
said of it, and words of chance, which stand for what one buyer alone would write. A tenth are in
groups: an original and copies of it, each edited in one of `KINDS` ways. On request a share are
exact repeats of a few thousand sentences that many send unchanged, the first of them far oftener
than the last. Shares no code with the system.
"""

import random
from pathlib import Path

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KINDS = (
    "original",
    "copied",
    "edited",
    "shuffled",
    "padded",
    "synonyms",
    "emoji",
    "full-width",
    "look-alike",
    "circled",
    "traditional",
)
BLOCK = 500_000
GROUPED = 0.1
SENT = 5_000  # sentences that many send unchanged


def _words(text: str) -> list[str]:
    return text.split()


STOCK = _words(
    """
    物流很快 发货很快 质量不错 物美价廉 超赞 正品 特价买的 很满意 推荐购买 下次还会来 五星好评
    包装完好 包装严实 客服态度好 宝贝收到了 收到货了 和描述一致 没有色差 性价比高 值得购买
    非常喜欢 已经回购 朋友推荐的 用了几天才来评价 老公很喜欢 孩子很喜欢 妈妈很喜欢 第二次购买
    做工精细 没有异味 大小合适 尺码标准 颜色正 手感好 送货上门 快递小哥态度好 价格实惠
    比实体店便宜 好用 好看 好吃 味道不错 分量足 新鲜 服务周到 环境不错 上菜快 还会光顾
    一如既往的好 支持店家 祝生意兴隆 总体满意 暂时没发现问题 期待以后更好 一般般 还可以 凑合用
    不太满意 有点失望 希望改进 说明书清楚 安装简单 声音小
    """
)
SUBJECTS = _words(
    """
    面料 鞋底 鞋面 袖口 拉链 领子 裤腰 口袋 颜色 款式 尺寸 屏幕 电池 按键 充电线 外壳 音质 镜头
    键盘 支架 杯盖 杯身 锅底 把手 刀口 毛巾 床单 枕头 被套 窗帘 灯光 插头 开关 水管 花洒 牙刷
    洗面奶 面霜 口红 香味 茶叶 咖啡 坚果 牛肉 米饭 汤底 蛋糕 面包 水果 包厢 座位 服务员 停车 房间
    前台 早餐 隔音 绘本 积木 玩具 书包 文具 车垫 雨刷 手机壳 耳机 鼠标 背包 帽子
    """
)
DEGREES = _words(
    """
    很 挺 非常 特别 十分 比较 相当 超级 确实 真的 还算 稍微有点 不太 不够
    """
)
SAID = _words(
    """
    柔软 舒服 结实 厚实 轻便 漂亮 大气 精致 细腻 清晰 流畅 灵敏 耐用 牢固 光滑 干净 清爽 清淡 浓郁
    香甜 酥脆 入味 合脚 合身 显瘦 显白 透气 保暖 防水 省电 安静 明亮 稳定 方便 实用 时尚 可爱 高档
    简单 宽敞 贴心 热情 及时 周到 地道 便宜 粗糙 单薄 松 紧 硬 重 吵 暗 慢 咸 油 淡 贵 小气 僵硬
    刺鼻 掉色 起球 卡顿 发烫 漏水 难洗
    """
)
SYNONYMS = {
    "很": "挺",
    "非常": "十分",
    "特别": "格外",
    "喜欢": "喜爱",
    "不错": "挺好",
    "漂亮": "好看",
    "舒服": "舒适",
    "便宜": "实惠",
    "结实": "牢固",
    "推荐": "安利",
    "满意": "称心",
    "购买": "入手",
    "收到": "拿到",
    "物流": "快递",
    "真的": "的确",
    "方便": "便利",
    "柔软": "绵软",
    "孩子": "宝宝",
    "相当": "颇为",
    "实用": "好使",
}
HEADS = _words(
    """
    亲， 家人们， 说实话 不得不说 必须夸一下 朋友们 姐妹们， 哈哈
    """
)
TAILS = _words(
    """
    哈哈 真心的 下次还来 好评好评 赞赞赞 嘻嘻 推荐大家买 谢谢老板 值得拥有 没毛病
    """
)
EMOJI = _words(
    """
    😀 😍 👍 ❤️ 🌟 🎉 💯 ✨ 🔥 👏🏻
    """
)
LOOKS = dict(zip("aeopcyxikmhbt口二力工八卜千", "аеорсухікмһвтロニカエハトチ", strict=True))
OWN = _words(
    """
    昨天 晚上 老家 同事 儿子 女儿 公婆 出差 搬家 生日 周末 早上 楼下 邻居 阳台 厨房 客厅 宿舍
    学校 公司 路上 高铁 海边 爬山 跑步 夏天 冬天 下雨 降温 过年 中秋 端午 婚礼 旅行 露营 钓鱼
    做饭 洗澡 睡觉 上班 下班 加班 装修 收拾 打扫 看书 追剧 打球 开车 骑车 剪刀 冰箱 桌子 柜子
    沙发 箱子 袋子 盒子 瓶子 杯子 碗筷 勺子 盘子 抽屉 门口 窗边 墙角 床头 镜子 灯泡 插座 螺丝
    胶带 钥匙 钱包 红色 蓝色 白色 黑色 灰色 绿色 粉色 大号 中号 小号 三个 两件 一箱 半斤 一米
    几次 十分钟 一星期 半个月 去年 前天 刚才 后来 原来 以为 结果 居然 果然 差点 幸好 可惜 顺便
    忽然 终于 已经 正好 只好 打算 换了 退了 拆开 摆着 挂上 煮了 炒了 烤了 泡着 冻住 晒干 洗过
    缩水 撕开 剪短 量过 称了 试了 问了 查了 对比 纠结 犹豫 后悔 惊喜 开心 生气 着急 耐心 仔细
    大概 也许 肯定 当然 反正 总之
    """
)
NUMBERS = [f"{number}{unit}" for number in range(1, 60) for unit in ("号", "天", "斤", "xl")]
COMMON = sorted(set("".join(OWN + SAID + SUBJECTS)))  # what a slip of the finger puts in


def write(path: Path, n: int, *, seed: int = 1, repeated: float = 0.0) -> None:
    """Write ``n`` reviews: text, group (-1 for none), kind (place in `KINDS`).

    Args:
        path: Where to.
        n: How many.
        seed: Of the dice.
        repeated: Share of all that are a sentence sent unchanged by many, in no group.
    """
    sent = _reviews(SENT, np.random.default_rng([seed, SENT])) if repeated else None
    fields = [("text", pa.string()), ("group", pa.int32()), ("kind", pa.int8())]
    with pq.ParquetWriter(path, pa.schema(fields), compression="zstd") as file:
        n_groups = 0
        for block in range(0, n, BLOCK):
            size = min(BLOCK, n - block)
            chance = np.random.default_rng([seed, block])
            n_sent = round(repeated * size)
            rows, n_groups = _block(size - n_sent, chance, n_groups)
            if sent is not None:
                rows = _mixed(rows, sent, n_sent, chance)
            file.write_table(rows.cast(file.schema))


def _block(n: int, chance: np.random.Generator, n_groups: int) -> tuple[pa.Table, int]:
    draw = random.Random(int(chance.integers(2**62)))
    n_copies = int(n * GROUPED)
    texts = _reviews(n - n_copies, chance)
    group = np.full(n, -1, np.int32)
    kind = np.zeros(n, np.int8)
    copies: list[str] = []
    traditional = opencc.OpenCC("s2t").convert
    original = 0
    while len(copies) < n_copies:
        group[original] = n_groups
        text = texts[original].as_py()
        for _ in range(min(draw.choice((1, 2, 2, 3, 4, 6, 9)), n_copies - len(copies))):
            number = draw.randrange(1, len(KINDS))
            place = n - n_copies + len(copies)
            group[place], kind[place] = n_groups, number
            copies.append(edited(text, KINDS[number], draw, traditional))
        original, n_groups = original + 1, n_groups + 1
    whole = pa.concat_arrays([texts, pa.array(copies, pa.string())])
    order = chance.permutation(n)
    table = pa.table({"text": whole, "group": group, "kind": kind})
    return table.take(pa.array(order)), n_groups


def _mixed(rows: pa.Table, sent: pa.Array, n: int, chance: np.random.Generator) -> pa.Table:
    """Return ``rows`` with ``n`` of the sentences that many send, by Zipf's law, among them."""
    shares = 1 / np.arange(1, len(sent) + 1)
    places = chance.choice(len(sent), n, p=shares / shares.sum())
    more = {
        "text": sent.take(pa.array(places)),
        "group": np.full(n, -1, np.int32),
        "kind": np.zeros(n, np.int8),
    }
    whole = pa.concat_tables([rows, pa.table(more)])
    return whole.take(pa.array(chance.permutation(len(whole))))


def _reviews(n: int, chance: np.random.Generator) -> pa.Array:
    """Return ``n`` reviews: one or two stock phrases, up to two of a subject, words of chance."""

    def some(words: list[str], share: float) -> pa.Array:
        places = chance.integers(0, len(words), n)
        # Squared, so that some words are much more frequent than others.
        places = (places * chance.random(n)).astype(np.int32)
        return pa.DictionaryArray.from_arrays(
            pa.array(places, mask=chance.random(n) >= share), pa.array(words)
        ).cast(pa.string())

    def said(share: float) -> pa.Array:
        return pc.binary_join_element_wise(
            some(SUBJECTS, share), some(DEGREES, 1), some(SAID, 1), ""
        )

    def own(share: float) -> pa.Array:
        lists = [
            pa.array(words).take(pa.array(chance.integers(0, len(words), n)))
            for words in (OWN, [*OWN, *NUMBERS], OWN)
        ]
        three = pc.binary_join_element_wise(*lists, "")
        return pc.if_else(pa.array(chance.random(n) < share), three, pa.scalar(None, pa.string()))

    parts = [some(STOCK, 1), own(1), said(0.9), own(0.8), some(STOCK, 0.6), said(0.4), own(0.5)]
    parts.append(some(STOCK, 0.3))
    joined = pc.binary_join_element_wise(*parts, "，", null_handling="skip")
    return pc.utf8_slice_codeunits(joined, 0, 60)


def edited(text: str, kind: str, draw: random.Random, traditional=None) -> str:  # type: ignore[no-untyped-def]
    """Return ``text`` edited in one of `KINDS` ways, and with some luck slightly besides."""
    if kind == "edited":
        for _ in range(draw.choice((1, 2))):
            place = draw.randrange(len(text))
            text = text[:place] + draw.choice(COMMON) + text[place + draw.choice((0, 1)) :]
        return text
    if kind == "shuffled":
        clauses = text.split("，")
        draw.shuffle(clauses)
        return "，".join(clauses)
    if kind == "padded":
        return draw.choice(HEADS) + text + draw.choice(("", "，" + draw.choice(TAILS)))
    if kind == "synonyms":
        for word, other in SYNONYMS.items():
            text = text.replace(word, other)
        return text
    if kind == "emoji":
        return "".join(
            draw.choice(EMOJI) if letter == "，" and draw.random() < 0.6 else letter
            for letter in text
        ) + draw.choice(EMOJI)
    if kind == "full-width":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text).replace(
            "，", draw.choice(("！", "。。", "～", " "))
        )
    if kind == "look-alike":
        return "".join(LOOKS.get(letter, letter) for letter in text)
    if kind == "circled":
        return "".join(chr(0x245F + int(c)) if c in "123456789" else c for c in text)
    if kind == "traditional":
        return str(traditional(text))
    return text

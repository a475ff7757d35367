"""Screens with known text: pages as phones show them, drawn by a browser and by hand.

Each page is a list of blocks; its truth is the text of the blocks and the values in it. Nothing
here is shared with the reader: wording, numbers and layout have their own pools.
"""

import base64
import html
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from measured import DATA
from PIL import Image, ImageDraw, ImageFont

WIDTH = 540  # CSS pixels; a phone has 2 or 3 screen pixels for each
NOTO = Path("/usr/share/fonts/opentype/noto")
FONTS = {
    "Noto Sans CJK SC": (NOTO / "NotoSansCJK-Regular.ttc", 2),
    "Noto Serif CJK SC": (NOTO / "NotoSerifCJK-Regular.ttc", 2),
    "WenQuanYi Zen Hei": (Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"), 0),
    "AR PL UMing CN": (Path("/usr/share/fonts/truetype/arphic/uming.ttc"), 0),
}
KINDS = ("chat", "review", "reward-card", "parcel", "payment", "order", "other")

SHOPS = (
    "南山小筑旗舰店",
    "阿木家居专营店",
    "云顶数码官方旗舰店",
    "禾田粮油专卖店",
    "麦芽童装旗舰店",
    "青藤户外专营店",
)
ITEMS = (
    "加厚珊瑚绒四件套1.8m床 秋冬款",
    "无线蓝牙耳机降噪长续航 白色",
    "东北五常大米10斤装 新米",
    "儿童纯棉长袖T恤 卡通印花 120码",
    "不锈钢保温杯500ml 大容量",
    "防滑登山鞋男款 42码 黑灰",
)
PRAISE = (
    "收到有一周了才来评价，做工比想象中细致，线头很少，洗过一次没有掉色，尺寸也合适。",
    "物流三天到的，包装完整没有破损，打开没有异味，家里老人用着挺顺手，会推荐给邻居。",
    "音质清楚，低音稍微弱一点，续航大概六个小时，这个价位算不错了，客服回复也及时。",
    "米粒饱满，煮出来很香，比超市买的便宜一些，就是袋子封口有点松，希望改进。",
)
CHATS = (
    ("亲，您上次买的杯子收到了吗？", "收到了，挺好用的"),
    ("方便的话帮忙给个五星好评，配三张图", "有什么好处吗"),
    ("发截图给我，返您5元红包", "好的，晚上回去弄"),
    ("按我发的关键词搜索，货比三家再下单，别直接点链接", "关键词是什么"),
    ("搜“加厚保温杯 大容量”，第二页第6个就是", "看到了，39.9元那个对吧"),
    ("对的，拍下不要申请退款，佣金8元晚上统一结", "明白"),
)
NAMES = ("陈晓雨", "欧阳建国", "刘志远", "赵敏", "孙立群", "周海燕")
CARRIERS = (
    ("圆通速递", "YT", 13),
    ("顺丰速运", "SF", 13),
    ("极兔速递", "JT", 13),
    ("中通快递", "78", 12),
    ("韵达快递", "43", 13),
    ("申通快递", "77", 13),
)

# Pages that are none of these kinds, and share words with them.
OTHERS = (
    (
        ("保修卡",),
        ("感谢您选购本品，请妥善保管此卡，凭卡享受一年保修。",),
        ("如有疑问请扫码联系客服",),
    ),
    (("评价有礼",), ("欢迎晒图写下您的真实感受，好评差评均可，每月抽取十位送购物袋一个。",)),
    (("本周菜单",), ("宫保鸡丁 28元 鱼香肉丝 26元",), ("米饭 2元 例汤免费",)),
    (
        ("关于开展网络市场专项检查的通知",),
        ("各区县市场监管局：为规范网络交易秩序，定于本月开展检查。",),
    ),
    (("天气",), ("今天多云转晴，最高气温22度，东南风3级。",), ("明天有小雨，出门请带伞。",)),
    (("通讯录",), ("陈经理 李会计 王师傅",), ("新的朋友 群聊 标签",)),
    (("课程表",), ("周一 语文 数学 体育 周二 英语 科学 美术",), ("下午三点半放学",)),
)


@dataclass(frozen=True)
class Block:
    style: str
    texts: tuple[str, ...] = ()
    image: Any = None


@dataclass(frozen=True)
class Screen:
    kind: str
    blocks: tuple[Block, ...]
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def truth(self) -> str:
        return "".join(text for block in self.blocks for text in block.texts)


def screens(seed: int, n_each: int) -> Iterator[Screen]:
    """Yield ``n_each`` pages of every kind."""
    chance = random.Random(seed)
    texts = _reviews()
    for kind in KINDS:
        for _ in range(n_each):
            yield _MAKERS[kind](chance, texts)


def _reviews() -> list[str]:
    """Real reviews where the data set is found, our own sentences where it is not."""
    import pyarrow.parquet as pq

    files = sorted((DATA / "zh-genuine-reviews").glob("*.parquet"))
    if not files:
        return list(PRAISE)
    table = pq.read_table(files[0])
    column = "text"
    kept = []
    for text in table.column(column).to_pylist()[::37]:
        bare = "".join(
            c
            for c in text or ""
            if (c.isascii() and c.isprintable())
            or "\u3000" <= c <= "\u9fff"
            or c in "，。！？：；“”（）、"
        )
        if 30 <= len(bare) <= 160:
            kept.append(bare)
    return kept


def _digits(chance: random.Random, n: int) -> str:
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in range(n - 1))


def _moment(chance: random.Random) -> tuple[str, int]:
    from datetime import datetime, timedelta, timezone

    zone = timezone(timedelta(hours=8))
    at = datetime(2025, 1, 1, tzinfo=zone) + timedelta(seconds=chance.randrange(600 * 86_400))
    return at.strftime("%Y-%m-%d %H:%M:%S"), int(at.timestamp() * 1000)


def _sum(chance: random.Random) -> tuple[str, int]:
    minor = chance.choice((chance.randint(300, 9_900), chance.randint(10_000, 250_000)))
    return f"{minor / 100:,.2f}" if chance.random() < 0.5 else f"{minor / 100:.2f}", minor


def _chat(chance: random.Random, texts: list[str]) -> Screen:
    blocks = [
        Block("bar", (f"{chance.choice(NAMES)[0]}掌柜",)),
        Block("time", (f"昨天 {chance.randint(8, 22)}:{chance.randint(10, 59)}",)),
    ]
    for asked, answer in chance.sample(CHATS, 4):
        blocks += [Block("left", (asked,)), Block("right", (answer,))]
    blocks.append(Block("left", (chance.choice(texts)[:60],)))
    return Screen("chat", tuple(blocks))


def _review(chance: random.Random, texts: list[str]) -> Screen:
    stars = chance.choice((1, 3, 5, 5, 5))
    day = _moment(chance)[0][:10]
    text = chance.choice(texts)
    blocks = (
        Block("bar", ("评价详情",)),
        Block("small", (f"{chance.choice('李王张')}**{chance.choice('明红强')}",)),
        Block("stars", image=stars),
        Block("small", (f"{day} 颜色分类：{chance.choice('红黑白蓝')}色",)),
        Block("para", (text,)),
        Block("pair", (chance.choice(SHOPS), "进店看看")),
        Block("small", (f"有用 {chance.randint(1, 99)}",)),
    )
    return Screen(
        "review", blocks, {"rating": float(stars), "review_text": text, "shop": blocks[5].texts[0]}
    )


def _card(chance: random.Random, _: list[str]) -> Screen:
    reward = chance.choice((2, 3, 5, 8, 10))
    shop = chance.choice(SHOPS)
    blocks = (
        Block("head", ("感谢您的购买",)),
        Block("para", (f"亲爱的顾客，感谢惠顾{shop}，您的满意是我们前进的动力。",)),
        Block("big", (f"五星好评返现{reward}元",)),
        Block("para", ("第一步：给宝贝打五颗星，写满15字评语并晒3张图",)),
        Block("para", ("第二步：将评价截图发给客服，当天发放红包",)),
        Block(
            "code",
            ("微信扫一扫添加客服领取",),
            ("QRCode", f"https://u.wechat.com/{_digits(chance, 16)}"),
        ),
        Block("small", ("本活动最终解释权归本店所有",)),
    )
    return Screen(
        "reward-card", blocks, {"reward_minor": reward * 100, "shop": shop, "code": "wechat"}
    )


def _parcel(chance: random.Random, _: list[str]) -> Screen:
    carrier, head, n = chance.choice(CARRIERS)
    number = head + _digits(chance, n)
    first, second = sorted((_moment(chance)[0] for _ in range(2)), reverse=True)
    blocks = [
        Block("bar", ("物流详情",)),
        Block("pair", (carrier, f"运单号 {number}")),
        Block("field", (f"{first} 您的快件已签收，签收人：本人",)),
        Block("field", (f"{second} 快件已到达【杭州转运中心】",)),
        Block("field", (f"收件人：{chance.choice(NAMES)} 138{_digits(chance, 8)}",)),
        Block("field", ("浙江省杭州市西湖区文三路398号东信大厦2栋1105室",)),
    ]
    if chance.random() < 0.5:
        blocks.append(Block("code", (number,), ("Code128", number)))
    return Screen("parcel", tuple(blocks), {"waybill_id": number})


def _payment(chance: random.Random, _: list[str]) -> Screen:
    amount, minor = _sum(chance)
    when, at = _moment(chance)
    shop = chance.choice(SHOPS)
    blocks = (
        Block("bar", ("账单详情",)),
        Block("head", (shop,)),
        Block("big", (f"-{amount}",)),
        Block("pair", ("当前状态", "支付成功")),
        Block("pair", ("商品", chance.choice(ITEMS)[:14])),
        Block("pair", ("商户全称", shop)),
        Block("pair", ("支付时间", when)),
        Block("pair", ("支付方式", "零钱")),
        Block("pair", ("交易单号", "42000" + _digits(chance, 23))),
    )
    known = {"amount_minor": minor, "shop": shop, "at": at, "payment_id": blocks[-1].texts[1]}
    return Screen("payment", blocks, known)


def _order(chance: random.Random, _: list[str]) -> Screen:
    amount, minor = _sum(chance)
    when, at = _moment(chance)
    shop = chance.choice(SHOPS)
    number = (
        _digits(chance, 19)
        if chance.random() < 0.7
        else f"25{_digits(chance, 4)}-{_digits(chance, 15)}"
    )
    blocks = (
        Block("bar", ("订单详情",)),
        Block("head", ("交易成功",)),
        Block("field", (f"{chance.choice(NAMES)} 139****{_digits(chance, 4)}",)),
        Block("field", (f"{shop} >",)),
        Block("para", (chance.choice(ITEMS),)),
        Block("pair", ("商品总价", f"￥{minor / 100 + 20:.2f}")),
        Block("pair", ("优惠券", "-￥20.00")),
        Block("pair", ("实付款", f"￥{amount}")),
        Block("pair", ("订单编号", number)),
        Block("pair", ("创建时间", when)),
    )
    return Screen(
        "order", blocks, {"order_id": number, "amount_minor": minor, "shop": shop, "at": at}
    )


def _other(chance: random.Random, _: list[str]) -> Screen:
    title, *paragraphs = chance.choice(OTHERS)
    return Screen("other", (Block("head", title), *(Block("para", each) for each in paragraphs)))


_MAKERS = {
    "other": _other,
    "chat": _chat,
    "review": _review,
    "reward-card": _card,
    "parcel": _parcel,
    "payment": _payment,
    "order": _order,
}

LIGHT = {
    "page": "#ededed",
    "card": "#ffffff",
    "ink": "#111111",
    "soft": "#888888",
    "left": "#ffffff",
    "right": "#95ec69",
    "right_ink": "#111111",
}
DARK = {
    "page": "#111111",
    "card": "#1e1e1e",
    "ink": "#d5d5d5",
    "soft": "#7d7d7d",
    "left": "#2c2c2c",
    "right": "#3eb575",
    "right_ink": "#0a1a10",
}


def code_image(symbology: str, content: str) -> Image.Image:
    import zxingcpp

    made = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, symbology))
    return Image.fromarray(
        np.asarray(made.to_image(scale=4 if symbology == "QRCode" else 2))
    ).convert("RGB")


def as_html(screen: Screen, font: str, size: int, *, dark: bool) -> str:
    """Write a page as the web view of an app would."""
    theme = DARK if dark else LIGHT
    body = "".join(_html_of(block, theme) for block in screen.blocks)
    page = theme["page"] if screen.kind == "chat" else theme["card"]
    return (
        f"<!doctype html><meta charset=utf-8><style>*{{box-sizing:border-box}}body{{margin:0;"
        f"width:{WIDTH}px;background:{page};color:{theme['ink']};font:{size}px/1.5 '{font}'}}"
        f".bar{{text-align:center;padding:14px;font-weight:bold;border-bottom:1px solid {theme['page']}}}"  # noqa: E501
        f".time{{text-align:center;color:{theme['soft']};font-size:.8em;padding:10px}}"
        f".row{{display:flex;margin:10px 12px;gap:10px}}.right{{flex-direction:row-reverse}}"
        f".face{{width:40px;height:40px;border-radius:5px;background:#7a93b8;flex:none}}"
        f".bubble{{max-width:340px;padding:9px 12px;border-radius:6px;background:{theme['left']}}}"
        f".right .bubble{{background:{theme['right']};color:{theme['right_ink']}}}"
        f".pair{{display:flex;justify-content:space-between;padding:8px 20px;gap:16px}}"
        f".pair span:first-child{{color:{theme['soft']}}}"
        f".field,.para{{padding:8px 20px}}.small{{padding:4px 20px;color:{theme['soft']};font-size:.85em}}"  # noqa: E501
        f".head{{text-align:center;font-size:1.3em;font-weight:bold;padding:16px 20px 4px}}"
        f".big{{text-align:center;font-size:2em;font-weight:bold;padding:10px}}"
        f".code{{text-align:center;padding:14px}}.code img{{display:block;margin:0 auto 6px;max-width:480px}}"  # noqa: E501
        f"</style>{body}<div style='height:24px'></div>"
    )


def _html_of(block: Block, theme: dict[str, str]) -> str:
    texts = [html.escape(text) for text in block.texts]
    match block.style:
        case "left" | "right":
            return f"<div class='row {block.style}'><div class=face></div><div class=bubble>{texts[0]}</div></div>"  # noqa: E501
        case "pair":
            return f"<div class=pair><span>{texts[0]}</span><span>{texts[1]}</span></div>"
        case "stars":
            star = "<svg width=20 height=20 viewBox='0 0 24 24'><path fill='{}' d='M12 1l3.4 7 7.6 1-5.5 5.4 1.3 7.6L12 18.4 5.2 22l1.3-7.6L1 9l7.6-1z'/></svg>"  # noqa: E501
            filled = [star.format("#ff6a00" if i < block.image else "#bbbbbb") for i in range(5)]
            return f"<div style='padding:4px 20px'>{'&nbsp;'.join(filled)}</div>"
        case "code":
            buffer = io.BytesIO()
            code_image(*block.image).save(buffer, "PNG")
            data = base64.b64encode(buffer.getvalue()).decode()
            return f"<div class=code><img src='data:image/png;base64,{data}'>{texts[0]}</div>"
    return f"<div class={block.style}>{texts[0]}</div>"


def drawn(screen: Screen, font: str, size: int, *, dark: bool) -> Image.Image:
    """Draw a page by hand, at two screen pixels for each of CSS."""
    return _Sheet(screen, font, size * 2, DARK if dark else LIGHT).image


class _Sheet:
    def __init__(self, screen: Screen, font: str, size: int, theme: dict[str, str]) -> None:
        self.theme, self.size, self.y = theme, size, 20
        path, self.index = FONTS[font]
        self.path = str(path)
        page = theme["page"] if screen.kind == "chat" else theme["card"]
        self.image = Image.new("RGB", (WIDTH * 2, 6_000), page)
        self.draw = ImageDraw.Draw(self.image)
        for block in screen.blocks:
            self.add(block)
        self.image = self.image.crop((0, 0, WIDTH * 2, self.y + 40))

    def font(self, factor: float) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(self.path, int(self.size * factor), index=self.index)

    def wrapped(self, text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
        lines, line = [], ""
        for each in text:
            if line and font.getlength(line + each) > width:
                lines.append(line)
                line = ""
            line += each
        return [*lines, line]

    def add(self, block: Block) -> None:
        ink, soft = self.theme["ink"], self.theme["soft"]
        match block.style:
            case "left" | "right":
                self.bubble(block)
            case "pair":
                font = self.font(1)
                self.draw.text((40, self.y), block.texts[0], soft, font)
                length = font.getlength(block.texts[1])
                self.draw.text((WIDTH * 2 - 40 - length, self.y), block.texts[1], ink, font)
                self.y += int(self.size * 1.9)
            case "stars":
                for i in range(5):
                    self.star(
                        60 + i * 48, self.y + 20, 20, "#ff6a00" if i < block.image else "#bbbbbb"
                    )
                self.y += 56
            case "code":
                code = code_image(*block.image)
                code.thumbnail((WIDTH * 2 - 120, 900))
                self.image.paste(code, (WIDTH - code.width // 2, self.y))
                self.y += code.height + 14
                self.paragraph(block.texts[0], 1, ink, center=True)
            case "bar" | "time" | "head" | "big":
                factor = {"bar": 1, "time": 0.8, "head": 1.3, "big": 2}[block.style]
                self.paragraph(
                    block.texts[0], factor, soft if block.style == "time" else ink, center=True
                )
            case _:
                self.paragraph(
                    block.texts[0],
                    0.85 if block.style == "small" else 1,
                    soft if block.style == "small" else ink,
                )

    def paragraph(self, text: str, factor: float, ink: str, *, center: bool = False) -> None:
        font = self.font(factor)
        for line in self.wrapped(text, font, WIDTH * 2 - 80):
            x = WIDTH - font.getlength(line) / 2 if center else 40
            self.draw.text((x, self.y), line, ink, font)
            self.y += int(self.size * factor * 1.5)
        self.y += int(self.size * 0.5)

    def bubble(self, block: Block) -> None:
        font = self.font(1)
        lines = self.wrapped(block.texts[0], font, 660)
        width = max(font.getlength(line) for line in lines) + 48
        height = int(len(lines) * self.size * 1.5) + 36
        left = 128 if block.style == "left" else WIDTH * 2 - 128 - width
        face = 24 if block.style == "left" else WIDTH * 2 - 104
        self.draw.rectangle((face, self.y, face + 80, self.y + 80), "#7a93b8")
        self.draw.rounded_rectangle(
            (left, self.y, left + width, self.y + height), 12, self.theme[block.style]
        )
        ink = self.theme["ink"] if block.style == "left" else self.theme["right_ink"]
        for number, line in enumerate(lines):
            self.draw.text((left + 24, self.y + 18 + number * self.size * 1.5), line, ink, font)
        self.y += max(height, 80) + 24

    def star(self, x: float, y: float, radius: float, ink: str) -> None:
        from math import cos, pi, sin

        reach = [radius if i % 2 == 0 else radius * 0.45 for i in range(10)]
        points = [(x + r * sin(i * pi / 5), y - r * cos(i * pi / 5)) for i, r in enumerate(reach)]
        self.draw.polygon(points, ink)

"""Hand-made pages for tests: the pattern in many forms, its honest neighbours, and real prose."""

import random


def _words(text: str) -> list[str]:
    return text.split()


CITIES = _words(
    """
    石家庄市 唐山市 秦皇岛市 邯郸市 保定市 张家口市 承德市 沧州市 太原市 大同市 呼和浩特市
    包头市 沈阳市 大连市 鞍山市 抚顺市 长春市 哈尔滨市 齐齐哈尔市 南京市 无锡市 徐州市 常州市
    苏州市 南通市 杭州市 宁波市 温州市 嘉兴市 合肥市 芜湖市 福州市 厦门市 泉州市 南昌市 九江市
    济南市 青岛市 烟台市 郑州市 洛阳市 武汉市 宜昌市 长沙市 株洲市 广州市 深圳市 珠海市 佛山市
    东莞市 南宁市 桂林市 海口市 成都市 绵阳市 贵阳市 昆明市 西安市 兰州市 西宁市 银川市
    乌鲁木齐市
    """
)
COUNTIES = _words(
    """
    长安区 桥西区 裕华区 井陉县 正定县 行唐县 灵寿县 高邑县 赞皇县 平山县 元氏县 丰润区 古冶区
    滦南县 迁西县 玉田县 海港区 邯山区 丛台区 复兴区 临漳县 成安县 大名县 涉县 磁县 竞秀区
    莲池区 满城区 清苑区 涞水县 阜平县 定兴县 唐县 高阳县 容城县 小店区 迎泽区 杏花岭区
    尖草坪区 万柏林区 晋源区 清徐县 阳曲县 娄烦县 回民区 玉泉区 赛罕区 皇姑区 大东区 浑南区
    于洪区 西岗区 沙河口区 甘井子区 南关区 宽城区 二道区 绿园区 道里区 道外区 香坊区 玄武区
    秦淮区 建邺区 雨花台区 栖霞区 江宁区 姑苏区 吴中区 相城区 吴江区 上城区 拱墅区 西湖区
    滨江区 萧山区 余杭区 临平区 海曙区 江北区 北仑区 镇海区 鄞州区 包河区
    """
)
STORY = (
    "本报讯（记者 林晓）昨日上午，市图书馆新馆正式向读者开放。新馆共有五层，藏书一百二十万"
    "册，其中少儿读物占了三成。馆长说，设计者把朝南的一面留给了阅览区，冬天坐在窗边看书也不"
    "会觉得冷。开馆第一天，门口排起了长队，许多老人带着孙辈一起来办证。",
    "一位退休教师告诉记者，他在老馆读了二十多年的书，最喜欢的是那里的旧报纸。“新馆把报纸都"
    "做成了电子版，找起来快多了，就是少了翻纸的声音。”他笑着说。据介绍，新馆周末将举办三场"
    "讲座，内容包括古籍修复、城市老照片和儿童写作，市民凭身份证即可入场。",
    "为了方便上班族，新馆把闭馆时间推迟到晚上九点，并在地铁口设了还书箱。工作人员提醒，第一"
    "周人多，最好错开上午的高峰。此前有读者担心停车难，馆方表示地下车库有三百个车位，前两个"
    "小时不收钱。",
)
ENGLISH_STORY = (
    "The town council voted on Tuesday night to keep the old swimming pool open for another year. "
    "Nearly two hundred people came to the meeting, and "
    "many of them told the council that they had "
    "learned to swim there. The mayor said the roof would "
    "be mended before the winter, but that the "
    "money for new changing rooms had not been found yet. \n\n"
    "According to a report that was read out at the meeting, the pool lost about forty thousand "
    "pounds last year. Residents said they would raise a "
    "part of that themselves. A teacher from the "
    "primary school brought a petition which her pupils "
    "had written by hand, and it was passed around "
    "the table while the council listened in silence."
)
BRANDS = _words("海瑞德 美固 方盾 凯泽 威仕 云鹿 雅诗邦 博力特 荣盾 格朗 西牧 万丰盾")
GOODS = _words("智能锁 指纹锁 空调 洗衣机 燃气灶 热水器 保险柜 壁挂炉")


TOWNS = _words(
    """
    Plano Frisco Allen Denton Garland Irving Mesquite Carrollton Richardson Arlington Euless
    Bedford Keller Southlake Grapevine Rowlett Wylie Rockwall Duncanville Lancaster
    """
)


def american(chance: random.Random) -> str:
    area, line = chance.randrange(200, 999), chance.randrange(2_000_000, 9_999_999)
    return f"({area}) {line // 10_000}-{line % 10_000:04d}"


def hotline(chance: random.Random) -> str:
    return f"400-{chance.randrange(100, 1000)}-{chance.randrange(10_000):04d}"


def article(chance: random.Random, n: int = 3) -> str:
    return "\n".join(STORY[:n]) if chance.random() < 0.7 else "".join(STORY[:n])


def specimen(chance: random.Random) -> str:
    """Areas by city around one number and one brand, as measured on a real page."""
    brand, goods, number = chance.choice(BRANDS), chance.choice(GOODS), hotline(chance)
    lines = [f"{brand}{goods}售后服务电话24小时热线 {number}", f"{brand}{goods}全国统一维修电话"]
    for n, city in enumerate(chance.sample(CITIES, 46)):
        areas = "、".join(chance.sample(COUNTIES, chance.randint(5, 9)))
        lines.append(f"{city}（{areas}）")
        if n % 5 == 4:
            lines.append(f"{brand}{goods}售后维修网点查询 {number}")
    return "\n".join([*lines, f"{brand}{goods}各区维修点 全天服务 {number}"])


def many_brands(chance: random.Random) -> str:
    """One number under many brands, line by line."""
    number, city = hotline(chance), chance.choice(CITIES)
    brands = chance.sample(BRANDS, 8)
    return "\n".join(
        f"{city}{brand}{chance.choice(GOODS)}官方售后客服电话：{number}"
        for brand in brands
        for _ in "ab"
    )


def sales_talk(chance: random.Random) -> str:
    """Whole sentences with full stops, the same for each city."""
    brand, goods, number = chance.choice(BRANDS), chance.choice(GOODS), hotline(chance)
    return "\n".join(
        f"{city}{brand}{goods}售后维修电话{number}。"
        f"{brand}在{city}设有多个服务网点，师傅半小时上门，"
        f"修好再付钱。如果您家的{brand}{goods}出现故障，请拨打{number}预约。"
        for city in chance.sample(CITIES, 14)
    )


def unbroken(chance: random.Random) -> str:
    """Everything in one line without any break."""
    brand, goods, number = chance.choice(BRANDS), chance.choice(GOODS), hotline(chance)
    parts = []
    for city in chance.sample(CITIES, 20):
        parts.append(f"{city}{brand}{goods}维修电话{number}")
        parts += chance.sample(COUNTIES, 4)
    return " ".join(parts)


def stuffed(chance: random.Random) -> str:
    """The same few words over and over, with a mobile number in disguise."""
    digits = str.maketrans("0123456789", "０１２３４５６７８９")
    number = f"13{chance.randrange(10**9):09d}".translate(digits)
    city = chance.choice(CITIES)
    areas = chance.sample(COUNTIES, 24)
    return "，".join(
        f"{area}开锁公司电话{number}附近开锁换锁芯{city}{area}上门开锁" for area in areas
    )


def traditional(chance: random.Random) -> str:
    """In traditional characters."""
    import opencc

    return opencc.OpenCC("s2t").convert(specimen(chance))


def english(chance: random.Random) -> str:
    towns = chance.sample(TOWNS, len(TOWNS))
    number = american(chance)
    return "\n".join(
        f"Looking for a locksmith near me in {town}? Our "
        f"24/7 emergency locksmith in {town} is here "
        f"for you. Call now {number} for car key replacement in {town}, TX."
        for town in towns
    )


DOORWAYS = (specimen, many_brands, sales_talk, unbroken, stuffed, traditional, english)


def branches(chance: random.Random) -> str:
    """One brand, every branch with its own street and number."""
    brand = chance.choice(BRANDS)
    lines = [f"{brand}全国门店地址", "总部客服热线 " + hotline(chance)]
    for city, area in zip(chance.sample(CITIES, 30), chance.sample(COUNTIES, 30), strict=True):
        number = f"0{chance.randrange(310, 999)}-{chance.randrange(2_000_000, 9_000_000)}"
        lines.append(
            f"{city}店 地址：{city}{area}人民路{chance.randrange(1, 400)}号 电话：{number}"
        )
    return "\n".join(lines)


def branches_one_number(chance: random.Random) -> str:
    """One brand, every branch with its street; all are reached through the head office."""
    brand, number = chance.choice(BRANDS), hotline(chance)
    return "\n".join(
        f"{brand}{city}店：{city}{area}解放路{chance.randrange(1, 400)}号"
        f"{chance.randrange(1, 5)}楼，预约电话{number}"
        for city, area in zip(chance.sample(CITIES, 25), chance.sample(COUNTIES, 25), strict=True)
    )


def notice(chance: random.Random) -> str:
    """A government notice that lists counties."""
    listed = "、".join(chance.sample(COUNTIES, 60))
    return (
        "关于公布2024年度城乡居民补充保障试点县（区）名单的通知\n各市人民政府，省直各部门：\n"
        "根据《关于进一步完善城乡居民保障制度的意见》要求，经研究，"
        "确定以下县（区）为试点单位。请各地加强组织领导，认真做好实施工作。\n"
        f"{listed}。\n联系人：王明，联系电话：010-6{chance.randrange(10**7):07d}。\n2024年3月12日"
    )


def contact(chance: random.Random) -> str:
    """A maker's own page: one number, its cities of service."""
    brand, number = chance.choice(BRANDS), hotline(chance)
    return (
        f"{brand}电器有限公司 联系我们\n全国服务热线：{number}\n服务时间：周一至周日 8:30-20:00\n"
        f"{brand}售后服务中心承诺整机保修三年。您可以在公众号预约安装与维修，也可以拨打{number}。\n"
        f"已开通上门服务的城市：{'、'.join(chance.sample(CITIES, 40))}。\n"
        f"公司地址：{chance.choice(CITIES)}高新区科技路{chance.randrange(1, 200)}号"
    )


def logistics(chance: random.Random) -> str:
    """Where a carrier goes."""
    parts = [
        f"{city}：{'、'.join(chance.sample(COUNTIES, 8))}" for city in chance.sample(CITIES, 35)
    ]
    return "快运网络覆盖范围\n客服电话 95" + f"{chance.randrange(500, 600)}\n" + "\n".join(parts)


def weather(chance: random.Random) -> str:
    return "全国主要城市天气预报\n" + "\n".join(
        f"{city} {chance.choice(['晴', '多云', '小雨', '阴'])} {chance.randrange(0, 12)}～"
        f"{chance.randrange(13, 30)}℃ 微风"
        for city in CITIES
    )


def directory(chance: random.Random) -> str:
    """Many organisations, each with its own number."""
    names = _words(
        "邮政 铁路 海关 税务 供电 供水 燃气公司 银行 保险 电信 移动 联通 航空 快递 公积金"
    )
    return "常用服务电话\n" + "\n".join(
        f"{name}客服热线：9{chance.randrange(5000, 6999)}" for name in names for _ in "ab"
    )


def travel(chance: random.Random) -> str:
    """An article that names many places."""
    return "".join(
        f"从{a}出发，火车走了{chance.randrange(2, 9)}个小时到{b}，"
        f"我们在那里住了一晚，第二天去{area}看老街。"
        for a, b, area in zip(
            chance.sample(CITIES, 20),
            chance.sample(CITIES, 20),
            chance.sample(COUNTIES, 20),
            strict=True,
        )
    )


def election(chance: random.Random) -> str:
    people = _words("王伟 李娜 张敏 刘强 陈静 杨洋 赵磊 黄丽 周杰 吴涛")
    return "当选名单\n" + "\n".join(
        f"{area}：{'、'.join(chance.sample(people, 4))}" for area in COUNTIES
    )


def sitemap(chance: random.Random) -> str:
    """A portal's list of its city pages."""
    return (
        "网站地图\n" + " ".join(f"{city}租房 {city}二手房" for city in CITIES) + "\n客服邮箱见页脚"
    )


def classifieds(chance: random.Random) -> str:
    """Small advertisements of different people."""
    return "\n".join(
        f"{area}家庭搬家 张师傅 电话13{chance.randrange(10**9):09d} 小面包车 起步价一百元"
        for area in chance.sample(COUNTIES, 30)
    )


def one_tradesman(chance: random.Random) -> str:
    """One honest tradesman's only advertisement."""
    area = chance.sample(COUNTIES, 5)
    return (
        f"老陈开锁，干了十五年。服务{'、'.join(area)}，晚上也能来，"
        f"换锁芯另算。我的电话13{chance.randrange(10**9):09d}，"
        "打不通就发短信。修锁先看锁再报价，嫌贵可以不修。"
    )


def franchise(chance: random.Random) -> str:
    return (
        "".join(
            f"{chance.choice(BRANDS)}在{city}开出第{chance.randrange(2, 90)}家加盟店，"
            "店主说生意比预想的好。"
            for city in chance.sample(CITIES, 12)
        )
        + "品牌加盟热线"
        + hotline(chance)
        + "。"
    )


def story(chance: random.Random) -> str:
    return article(chance)


def english_branches(chance: random.Random) -> str:
    return "Our stores\n" + "\n".join(
        f"{town}: {chance.randrange(100, 9000)} Main Street, {town}, TX. "
        f"Phone {american(chance)}. Open 9 to 6."
        for town in TOWNS
    )


def english_story(chance: random.Random) -> str:
    return ENGLISH_STORY


HONEST = (
    branches, branches_one_number, notice, contact, logistics, weather, directory, travel, election,
    sitemap, classifieds, one_tradesman, franchise, story, english_branches, english_story,
)  # fmt: skip

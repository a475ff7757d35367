"""What is sold: categories with their goods, prices, weights and the words people use of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One category of goods.

    Attributes:
        name: As shops call it.
        goods: What is sold; the first are the most common.
        price: Median price in yuan.
        weight_g: Median net weight of one piece, 0 for what is not sent.
        review_lag_h: Median hours from receipt to review.
        aspects: What reviews speak of, as ``word:group`` with a group of `PRAISE`.
        is_instant: Whether it is used up at once, so that an early review is natural.
    """

    name: str
    goods: tuple[str, ...]
    price: float
    weight_g: float
    review_lag_h: float
    aspects: tuple[str, ...]
    is_instant: bool = False


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a block of text."""
    return tuple(text.split())


HOURS_OF_INSTANT = 12

_TABLE = """
女装 89 380 40
    连衣裙 半身裙 针织衫 卫衣 衬衫 阔腿裤 风衣 毛呢外套 打底衫 牛仔裤
    面料:touch 版型:look 颜色:look 走线:make 尺码:fit 上身效果:look 袖口:make 腰围:fit
    裙摆:look 厚度:fit

男装 99 480 48
    T恤 夹克 休闲裤 羽绒服 衬衫 卫衣 西装 牛仔裤 马甲 棉服
    面料:touch 版型:look 裤长:fit 做工:make 尺码:fit 领口:make 颜色:look 拉链:make 厚度:fit
    口袋:make

童装 59 260 50
    儿童卫衣 童裤 连体衣 儿童外套 公主裙 校服裤 儿童睡衣 背带裤
    面料:touch 图案:look 尺码:fit 做工:make 颜色:look 松紧:fit 领标:make 厚度:fit

内衣家居服 49 210 60
    文胸 睡衣 袜子 内裤 保暖内衣 家居服 睡裙 船袜
    面料:touch 弹性:fit 尺码:fit 走线:make 透气性:touch 颜色:look 松紧:fit 钢圈:touch

鞋靴 129 820 52
    运动鞋 板鞋 短靴 帆布鞋 拖鞋 高跟鞋 老爹鞋 棉鞋 凉鞋
    鞋底:touch 码数:fit 鞋面:look 胶水味:smell 鞋垫:touch 做工:make 颜色:look 脚感:touch
    鞋带:make

箱包 139 900 60
    双肩包 斜挎包 行李箱 托特包 钱包 腰包 电脑包 化妆包
    皮质:touch 五金:make 容量:fit 拉链:make 颜色:look 肩带:touch 内衬:make 轮子:use 气味:smell

美妆 79 90 130
    口红 粉底液 眼影盘 眉笔 散粉 腮红 睫毛膏 唇釉 卸妆水
    色号:look 质地:touch 持妆:effect 膏体:make 显色度:look 味道:smell 服帖度:effect 外壳:make

护肤 119 210 200
    面霜 精华 面膜 洗面奶 爽肤水 防晒霜 眼霜 身体乳 护手霜
    质地:touch 保湿:effect 味道:smell 吸收:effect 泵头:use 瓶身:make 肤感:touch 效果:effect

个护清洁 39 850 150
    洗衣液 牙膏 洗发水 沐浴露 卫生纸 洗洁精 湿巾 洗手液 洁厕剂
    味道:smell 去污:effect 泡沫:effect 分量:fit 留香:smell 瓶口:use 滋润度:touch 纸质:touch

母婴 109 700 110
    纸尿裤 奶瓶 婴儿湿巾 辅食 爬行垫 吸奶器 奶粉 安抚玩具
    吸水性:effect 材质:touch 气味:smell 分量:fit 做工:make 密封:use 柔软度:touch 日期:fresh

玩具 65 520 70
    积木 遥控车 拼图 毛绒公仔 手办 桌游 水枪 磁力片 橡皮泥
    做工:make 颜色:look 零件:make 手感:touch 续航:use 气味:smell 说明书:use 大小:fit

零食 29 420 9
    坚果 薯片 肉脯 辣条 饼干 蜜饯 巧克力 鸭脖 雪花酥 海苔
    口感:taste 味道:taste 分量:fit 日期:fresh 辣度:taste 甜度:taste 独立小包:use 酥脆度:taste

生鲜水果 45 2600 7
    车厘子 苹果 大闸蟹 橙子 牛排 三文鱼 草莓 猕猴桃 红薯 鲜虾
    新鲜度:fresh 味道:taste 个头:fit 水分:taste 甜度:taste 果肉:taste 冰袋:use 肉质:taste

茶叶 88 300 60
    龙井 普洱 铁观音 白茶 茉莉花茶 红茶 岩茶 绿茶
    茶香:smell 回甘:taste 叶底:look 汤色:look 耐泡度:effect 罐子:make 口感:taste 日期:fresh

酒水 159 1400 90
    白酒 红酒 啤酒 黄酒 果酒 米酒 威士忌
    口感:taste 酒香:smell 瓶身:look 回味:taste 酒标:look 度数:taste 木盒:make

粮油调味 49 3200 120
    大米 食用油 酱油 面条 小米 火锅底料 醋 蜂蜜 香菇
    米香:smell 口感:taste 日期:fresh 分量:fit 味道:taste 颗粒:look 瓶盖:use 油色:look

手机配件 29 90 46
    手机壳 钢化膜 充电线 充电头 支架 数据线 蓝牙耳机 车载支架
    手感:touch 贴合度:fit 充电速度:effect 孔位:fit 做工:make 颜色:look 接口:use 音质:effect

数码 699 620 130
    机械键盘 鼠标 移动硬盘 平板 显示器 智能手表 路由器 音箱 相机
    手感:touch 续航:use 屏幕:look 做工:make 连接:use 音质:effect 运行:effect 散热:effect
    包装盒:look

小家电 199 2400 140
    电饭煲 吹风机 加湿器 空气炸锅 电热水壶 挂烫机 豆浆机 取暖器 破壁机
    噪音:effect 做工:make 容量:fit 火力:effect 按键:use 外观:look 清洗:use 说明书:use
    加热:effect

厨具 69 1300 120
    炒锅 菜刀 砧板 保鲜盒 饭碗 筷子 汤锅 水杯 不粘锅
    手柄:touch 不粘效果:effect 做工:make 釉面:look 重量:fit 刀刃:effect 密封:use 大小:fit

家纺 139 1900 90
    四件套 羽绒被 枕头 毛毯 床笠 窗帘 凉席 浴巾
    面料:touch 颜色:look 厚度:fit 做工:make 气味:smell 尺寸:fit 填充:make 柔软度:touch

收纳 35 900 80
    收纳箱 挂钩 鞋架 衣架 置物架 真空袋 抽屉盒 垃圾桶
    承重:effect 材质:make 安装:use 尺寸:fit 粘性:effect 颜色:look 板材:make 空间:fit

五金工具 55 1100 120
    螺丝刀 电钻 卷尺 扳手 水龙头 锁具 灯泡 胶水 插排
    精度:effect 手感:touch 材质:make 安装:use 接口:fit 做工:make 力道:effect 螺纹:make

文具 19 260 70
    笔记本 中性笔 便利贴 文件夹 马克笔 手账本 计算器 书立
    纸张:touch 出墨:effect 颜色:look 手感:touch 装订:make 封面:look 书写:use 数量:fit

图书 42 480 200
    小说 绘本 考研资料 菜谱 字帖 历史读物 童话 工具书
    纸张:touch 印刷:make 内容:effect 封面:look 排版:look 装订:make 字体:look 油墨味:smell

宠物用品 59 1500 100
    猫粮 猫砂 狗粮 牵引绳 猫条 猫爬架 狗窝 冻干
    适口性:taste 气味:smell 结团:effect 颗粒:look 材质:make 日期:fresh 除臭:effect 分量:fit

运动户外 89 750 90
    瑜伽垫 跑步鞋 哑铃 帐篷 跳绳 护膝 羽毛球拍 冲锋衣 泳镜
    防滑:effect 做工:make 弹性:fit 手感:touch 气味:smell 防水:effect 重量:fit 收纳袋:use

汽车用品 79 1100 110
    坐垫 脚垫 行车记录仪 玻璃水 车载吸尘器 遮阳挡 香薰 方向盘套
    贴合度:fit 气味:smell 做工:make 安装:use 画质:effect 吸力:effect 材质:touch 颜色:look

园艺花卉 36 1200 60
    多肉 绿萝 营养土 花盆 月季 种子 鲜花 浇水壶
    根系:fresh 叶子:fresh 花苞:look 土质:make 盆子:look 大小:fit 开花:effect 冷天打包:use

首饰 69 35 60
    项链 耳钉 手链 戒指 发夹 手镯 胸针
    光泽:look 做工:make 款式:look 链条:make 大小:fit 盒子:look 佩戴:touch 镶嵌:make

保健食品 149 350 220
    维生素 鱼油 蛋白粉 钙片 益生菌 阿胶 燕窝
    口感:taste 日期:fresh 吸收:effect 瓶子:make 味道:smell 效果:effect 颗粒:look

虚拟充值 50 0 3
    话费 视频会员 游戏点券 音乐会员 流量包 加油卡 网盘会员
    到账:arrive 卡密:arrive 充值:arrive 自动发货:arrive 有效期:fit 客服回复:serve
"""
"""One block a category: name, yuan, grams, hours; goods; aspects."""


def _category(block: str) -> Category:
    head, goods, *aspects = block.strip().splitlines()
    name, yuan, weight_g, lag_h = head.split()
    return Category(
        name=name,
        goods=tuple(goods.split()),
        price=float(yuan),
        weight_g=float(weight_g),
        review_lag_h=float(lag_h),
        aspects=tuple(" ".join(aspects).split()),
        is_instant=float(lag_h) < HOURS_OF_INSTANT,
    )


CATEGORIES = tuple(_category(block) for block in _TABLE.split("\n\n"))
"""Every category, in a fixed order; its index is what arrays hold."""

EVERYWHERE = (
    "物流:arrive",
    "快递:arrive",
    "客服:serve",
    "老板:serve",
    "包装:pack",
    "价格:price",
    "性价比:price",
)
"""Aspects of any purchase."""

PRAISE = {
    "touch": "舒服 柔软 细腻 顺滑 扎实 厚实 有质感 亲肤 不硌人 比想的好",
    "look": "好看 很正 显白 和图片一样 高级 大气 挺耐看 百搭 亮眼 清爽 没色差",
    "make": "精细 结实 没毛刺 没线头 用料足 严丝合缝 挑不出毛病 挺扎实 工整 过关",
    "fit": "刚好 合适 标准 够用 足 正合我意 跟描述一致 不大不小 很准 够大",
    "smell": "淡淡的 好闻 不刺鼻 很自然 没什么怪味 清新 散得快 很正",
    "taste": "好吃 很鲜 够味 香 不腻 正宗 嘎嘣脆 甜而不齁 一口气吃完 地道 回味无穷",
    "effect": "明显 给力 到位 稳 超出预期 靠谱 不错的 在线 没得说 比旧的强",
    "use": "方便 顺手 简单 好操作 一看就会 省事 没卡过 灵活 牢靠",
    "fresh": "很新 新鲜 刚生产的 没有坏的 活蹦乱跳 水灵 精神 近期的 完好",
    "arrive": "很快 神速 隔天就到 秒到 准时 比预计早 没耽误 给力 一点没拖",
    "serve": "耐心 热情 回得快 好说话 专业 负责 有问必答 实在 态度没得挑",
    "pack": "严实 用心 完好无损 缠了好几层 没压坏 干净 讲究 结实",
    "price": "划算 实惠 比店里便宜 良心 值 能接受 公道 合理 白菜价 没得说",
}
"""Good words by group of aspect."""

COMPLAINT = {
    "touch": "扎人 发硬 薄 塑料感重 粗糙 滑手 闷",
    "look": "色差大 跟图不符 显老 发暗 廉价 一般 掉色",
    "make": "粗糙 有线头 脱胶 松动 有划痕 歪的 一扯就断 用两天就坏",
    "fit": "偏小 偏大 不准 缺斤少两 对不上 太短 不够",
    "smell": "刺鼻 味儿大 晾了几天还有味 怪 呛人",
    "taste": "不新鲜 发苦 太咸 腻 跟以前不一样 没味道 硬邦邦",
    "effect": "几乎没有 一般 不明显 不稳定 比不上旧款 翻车 没感觉",
    "use": "费劲 看不懂 卡 容易掉 反人类 漏 不灵",
    "fresh": "快过期了 坏了好几个 蔫了 烂了一半 压坏了 不新鲜",
    "arrive": "太慢 等了一周 一直不动 送错地方 没通知就放驿站 催了才发",
    "serve": "爱答不理 踢皮球 半天不回 态度差 机器人回复 推卸",
    "pack": "破了 压扁了 太简陋 漏出来了 一层薄塑料袋 脏",
    "price": "虚高 买完就降价 不值 比别家贵 有点贵",
}
"""Bad words by group of aspect."""

BRANDS = listed("""
    木棉 青禾 南山 小满 拾光 云栖 半亩 栗子 松果 北岸 初见 泊川 素年 闲鹿 橙意 朴物 山野 微澜
    竹里 海盐 乐纯 卡拉 美舍 优沐 诺雅 凯途 恒居 千寻 丰谷 良叙
""")
"""Invented names of makers."""

TRAITS = listed("""
    新款 加厚 大号 学生 轻奢 网红 家用 便携 高颜值 特价 礼盒装 纯色 秋冬 正品 送礼 平价 防水
    复古 2025 小众 宿舍 儿童 男女通用 官方
""")
"""What people add to a search, and sellers to a title."""

REGIONS = listed("""
    广东 浙江 江苏 山东 河南 四川 河北 湖北 湖南 福建 安徽 上海 北京 辽宁 陕西 江西 广西 重庆
    云南 山西 贵州 黑龙江 吉林 天津 内蒙古 新疆 甘肃 海南 宁夏 青海 西藏
""")
"""Provinces, roughly by the number of buyers."""

ABROAD = listed("柬埔寨 缅甸 菲律宾 马来西亚 新加坡 日本 美国 加拿大 澳大利亚 德国")
"""Where an account may be besides; nothing is sent there."""

PLACES = (*REGIONS, *ABROAD)
"""Where accounts are; indices of `REGIONS` are those of the same places here."""

SELLER_REGIONS = (1, 0, 2, 9, 3, 11, 6, 4, 7, 10)
"""Where shops are, as indices of `REGIONS`, most of them first."""

CARRIERS = ("中达", "圆和", "申运", "韵捷", "顺安", "极速", "邮联")
"""Invented carriers; their share of parcels falls along the list."""

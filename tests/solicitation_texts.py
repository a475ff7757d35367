"""Texts that offer a reward for praise, and honest ones that use the same words."""

OFFERS = [
    "打卡拍照、发布五星好评,免费享用双人套餐",
    "好评返现5元",
    "收货五星带图，截图联系客服领红包",
    "招募奶茶体验官，先拍下，收到货五星带图50字以上，截图给客服，货款红包全返，限量名额",
    "包裹里有返现卡：五星好评+晒图+15字，截图加客服微信，返5元红包",
    "放单羊毛袜，先拍后返，五星好评带图，佣金8元，实名号进群，微信ab_001234",
    "免单活动！搜“羊毛袜”，货比三家，浏览5-7分钟再拍，收货五星带图，送免单、礼品或红包，进群领取",
    "收貨⭐5帶圖好坪反现⑤元，➕vx abc_123",
    "女子评返王见，五.星.晒.图，凭截图领🧧３元",
    "不给好评不返现，五星截图发客服",
    "拒绝差评，5星好评晒图送饮料一份",
    "招收测评员，淘宝天猫京东做单，每单佣金10-20，日结，加薇ABC12345",
    "我们不做刷单！只要您五星好评截图，返现5元",
    "本群谨防骗子！放单，五星好评佣金8元，加薇信 abc99123",
    "想免费吃大餐吗？打卡并发五星好评，凭截图立减30元",
    "Free product in exchange for a 5-star review! Refund after review via PayPal, DM me",
    "Leave us a positive review and get a $10 Amazon gift card",
    "ＬＥＡＶＥ a ５-ｓｔａｒ review, send us the screenshot and receive $5 via PayPal",
]

LOOK_ALIKE_TEXTS = {
    "neutral-invitation": [
        "欢迎评价，如实分享您的使用感受，送积分",
        "希望亲满意的话给个五星好评，谢谢",
        "Share your honest review and help other shoppers, any rating is welcome",
    ],
    "open-lottery": [
        "写评价参与抽奖，无论好评差评均可，随机抽取10名送礼品",
        "晒单抽奖：评价内容不限，好坏均可，每周抽3位送保温杯",
        "Leave a review, positive or negative, and be entered in our giveaway",
    ],
    "disclosed-trial": [
        "京东官方试用：免费申请，收到后提交真实试用报告，注明免费试用",
        "#ad 感谢品牌赠送，用了两周，写评价说说真实感受，保湿还行",
        "I received this product free through Amazon Vine, here is my review",
    ],
    "warranty-card": [
        "扫码登记保修，上传订单截图，免费延保一年",
        "Register your product for a free extra year of warranty",
    ],
    "affiliate": [
        "通过我的链接下单，我会获得佣金（CPS），价格不变",
        "As an affiliate I earn a commission when you order through the links in this review",
    ],
    "real-job": [
        "诚聘淘宝客服，月薪5000，五险一金，双休，面试地址人民路1号",
        "门店招兼职发单员，日结120元，包午餐，地址万达广场，面试请联系",
    ],
    "news-or-warning": [
        "警惕刷单骗局：有人要你搜“羊毛袜”，浏览5-7分钟再拍，说佣金8元，请举报",
        "警方提醒：“动动手指、日赚百元，好评返现加微信”是骗局，凡要求垫付的刷单兼职都是诈骗",
        "市场监管局通报：某餐厅以免费套餐诱导顾客发布五星好评，被罚款5万元",
        "平台规则：严禁商家以返现、红包等方式诱导用户给出好评",
        "Amazon prohibits offering refunds or gift cards for positive reviews",
    ],
    "denial": [
        "我们不做好评返现，也请不要相信任何返现卡片",
        "拒绝刷单，诚信经营，不返现不送礼，欢迎真实评价",
    ],
    "question-or-complaint": [
        "有人知道好评返现卡合法吗",
        "收到包裹里有张好评返现卡，五星截图返5元，这违法吗？",
        "骗人的！好评返现都没有！！！",
        "商家让我给五星好评才给返现，太恶心了",
        "I got a card in the box offering $10 for a 5-star review. Shady!",
    ],
    "happy-guest": [
        "今天打卡这家店，五星好评！老板还送了甜品，味道不错",
        "给自己买的，东西不错，直接好评，还有红包哦！",
        "好评，等安装好试用后再追加",
    ],
    "ordinary-promotion": [
        "新店开业，全场8折，进店送礼品，欢迎光临",
        "新品上市！搜“羊毛袜”领券，满200返50，收藏店铺送优惠券",
    ],
}

BAITS = [
    "动动手指、日赚百元，手机即可操作，加微信abc_0012",
    "刷单兼职，每单佣金5-10元，垫付本金当天返还，在家可做，加qq群87654321",
    "宝妈学生党看过来，点赞关注任务，一单一结，日入200+，无需经验，进群领任务",
    "轻松赚零花！给视频点赞即可，零门槛，提现秒到账，下载app联系接待员",
    "Work from home, simple tasks on your phone, earn $200 per day, no experience, WhatsApp "
    "+44 7700 900123",
]

BAIT_LOOK_ALIKES = {
    "real-job": [
        "诚聘淘宝客服，月薪5000，五险一金，双休，面试地址人民路1号",
        "门店招兼职发单员，日结120元，包午餐，地址万达广场，面试请联系店长",
        "Part-time barista, $18 per hour, on-site interview, health insurance",
    ],
    "ordinary-promotion": [
        "充值话费返利，满100返10，手机客户端操作，点击查看",
        "下载app首单立减20元，邀请好友各得10元红包",
    ],
    "news-or-warning": [
        "警方提醒：“动动手指、日赚百元”是骗局，凡要求垫付的刷单兼职都是诈骗",
        "反诈中心：刷单兼职、每单佣金5元、先垫付后返利，都是诈骗套路，切勿相信",
        "Police warn of task scams: victims were told to earn $200 per day liking videos at home",
    ],
    "question-or-complaint": [
        "请问手机点赞一单5元的兼职靠谱吗？需要垫付",
        "我被骗了两千，说好的刷单返佣金，垫付之后没返，大家别信",
    ],
    "affiliate": ["通过我的链接购买，我会获得佣金（CPS），价格不变"],
}

"""What is asked for in return: praise, a review or photo at all, an order, proof of it.

Read from the text without disguise. Each pattern is one element of the bargain; `reading` asks
that they stand together.
"""

import re

# Praise that is dictated. What names both sides (好评差评均可) is taken out before: see `NEUTRAL`.
PRAISE = re.compile(
    r"小红花|(?:改|删|撤|修改|去)(?:掉|除|了|一下|成|个)?[^,。!?;\n]{0,6}(?:[差中]评)|"
    r"[差中]评[^,。!?;\n]{0,6}(?:删|改|撤|修改|去掉)|"
    r"(?:评[价论分])[^,。!?;\n]{0,10}(?:改|修改)成|"
    r"满星|全满星|五 ?星(?!级|会员|客户|用户|商户|商家|好店|电器|百货|商|酒店|大|体育|店|旗|钻|厨|"
    r"抢|宾馆|控股|啤酒|村|路|广场|小区|股份|"
    r"彩|物业|服务|品质)|[45] ?星|全5|打满分|满分|高分|(?<![万千百众获受])好评(?!率|如潮|度|"
    r"不断|连连|爆|"
    r"上万|过万|无数|榜)|好的?评价|好话|美言|夸(?:一夸|夸|赞)|赞美|"
    r"优质(?:评价|点评|评论|笔记)|"
    r"正面(?:评价|评论|反馈)|追好|不要(?:给|打)?[中差低]|(?:不给|不打|勿给?|别给|无)(?:中差评|"
    r"差评|低分|一星)|"
    r"(?:5|five)[ \-]?stars?|positive(?: |ly)?(?:reviews?|feedbacks?|ratings?)?|(?:good|great|"
    r"nice|excellent|glowing|favou?rable|top) (?:google |amazon |yelp |online )?"
    r"(?:reviews?|feedbacks?|ratings?|comments?)|thumbs[ \-]up|"
    r"(?:remov|delet|chang|edit|revis|updat|tak)(?:e|ing)(?: down)? (?:the|your|that) (?:\w+ ){0,2}"
    r"(?:reviews?|ratings?|feedback)|五星 (?:google |amazon |yelp )?reviews?"
)
# A review, photo or post, of whatever kind.
REVIEW = re.compile(
    r"评价|评论|点评|写评|打评|测评|评分(?!以上|高|达)|评语|返图|晒图|晒单|晒照|晒出|晒朋友圈|"
    r"打卡(?!工资|机|上班|薪|考勤)|笔记(?!本)|种草|"
    r"买家秀|带图|配图|附图|好评|"
    r"发(?:布|表|送|到|条|个|篇|一[条篇个])?(?:在|至)?(?:抖音|小红书|朋友圈|大众点评|美团|微博|"
    r"快手|视频号|视频|图文|动态|作品)|追评|"
    r"五星|5星|满星|评完|写完|发帖|探店|写(?:评|好|满|够|上)?\d+字|字以上|拍照|"
    r"reviews?|feedbacks?|ratings?|rate (?:us|it|the)|testimonials?|photos?|videos?|"
    r"post (?:about|a|your)|check[ \-]?in|unboxing"
)
# The trade's own words: they name the act of faking itself.
TRADE = re.compile(
    r"刷(?:一|\d{1,2})?单|刷信誉?|刷钻|刷评|刷好评|刷销量|刷人气|刷浏览|刷赞|刷粉|刷手(?!机)|"
    r"刷客|放单|补单|"
    r"做单|接单员|抢单(?=.{0,12}(?:佣|任务|平台|兼职|返本))|派单(?=.{0,12}佣)|本佣|"
    r"先拍后返|拍下(?:全)?返|空包|垫付|代写(?:好评|评价|评论)|好评代写|写手|收(?:评价|好评|"
    r"实名|老|小|买家|淘宝|京东)号|评价号|买家秀(?:征集|代拍|"
    r"有偿)|有偿(?:好评|评价|评论|点评|测评|笔记)|"
    r"评价员|点赞员|测评(?:员|师|人员|群|招)|试客|体验官|试用官|体验师|"
    r"免单(?=.{0,20}(?:五星|好评|晒图|评))|"
    r"(?:补|拍|走|跑)单员?(?=.{0,10}(?:佣|返|结))|涨粉|养号|做(?:好评|信誉)|好评工作|"
    r"写(?:好)?评语|(?:来|帮|为|给)(?:我|本|您|你|本人|我们)?(?:网)?(?:店铺?|铺子)工作|(?:铺子|"
    r"店铺?|网店)工作|网店好评|人气单|"
    r"fake reviews?|paid reviews?|review(?:er)?s? (?:wanted|needed)|(?:product |"
    r"amazon )?testers? (?:wanted|needed|group)|"
    r"(?:looking|searching|seeking) (?:for )?[^.!?\n]{0,28}(?:testers|reviewers|(?:buyers|people|"
    r"ladies) (?:to|for) )|refund[^.!?\n]{0,24}after (?:your |the )?review|货不发|不发货|先拍付|"
    r"brush(?:ing|er)|refund after review|"
    r"free after review|full refund after"
)
# What is done on the platform besides.
ACT = re.compile(
    r"下单|拍下|购买|买家|付款|搜索?|浏览|收藏|加购|关注|确认收货|收到货?|收货|签收|到店|进店|"
    r"消费|核销|团购|点赞|转发|分享|"
    r"截[图屏]|扫[码描]|二维码|上传|发布|打卡|拍照|晒|评|淘宝|天猫|京东|拼多多|美团|大众点评|"
    r"小红书|抖音|快手|饿了么|亚马逊|店铺?|网店|"
    r"order|purchase|buy|bought|search|amazon|ebay|etsy|google|yelp|trip ?advisor|trustpilot|"
    r"screenshots?|scan|listing|store|"
    r"website|share|upload|post|submit|leave|write"
)
# The condition is demanded right before it, or the reward hinges on it right behind.
MUST = re.compile(
    "(?:只要|仅需|只需|必须|要求|需要?|就|凭|写满?|打满?|发|晒|点个?|给个?|给我们|满|先|完成)(?:的|"
    "个|条|上|一个)?[^,。!?;\\n]{0,4}$|"
    r"(?:with|for|leave(?: us)?|post|write|submit|give us|get|in exchange for|return for) (?:a |"
    r"an |your |us )*(?:\w+ )?$"
)
THEN = re.compile(
    "[^,。!?;\\n]{0,8}[,:]?(?:后|完|就|即|可|返|送|换|兑|免|=|领|立|当场|截|加|\\+|带图|带字|配图)|"
    r"[^.!?\n]{0,24}(?:=|and (?:get|receive|claim|we|enjoy)|to (?:get|claim|receive)|& (?:get|"
    r"claim)|we(?:'ll| will))"
)
PROOF = re.compile(
    r"截[图屏]|(?:发|给|联系|找|加|告诉|私信?)(?:我|在线|本店|店家)?(?:客服|掌柜|店主|前台|"
    r"收银|服务员|店员|老板)|凭(?:评价|好评|截图|此|点评|图)|"
    r"出示|screenshots?|show this|show your phone|send (?:us|me) (?:the|a|your|link|proof|pic)|"
    r"show (?:us|the|your)|"
    r"proof|review link"
)
ROUTE = re.compile(
    r"联系|加(?:我|微|v|客服|群|qq|好友|人事|这个|一下|扣)|添加|私信|私聊|私我|私我|滴滴|dd\b|"
    r"扫码|扫一扫|二维码|进群|加群|入群|报名|咨询|详询|"
    r"戳|点击|回复|来电|致电|电话|微信|qq|客服|名额|限量|招募|征集|招聘|诚聘|急招|诚招|招收|"
    r"诚邀|邀(?:请|您|你)|有意者?|速来|找我|请?添|"
    r"contact|dm (?:me|us)|pm me|message (?:me|us)|inbox|e-?mail|whats ?app|telegram|wechat|"
    r"scan|sign up|join|apply|reply|interested|reach out|text us"
)
# The bargain's hinge: one side of it for the other.
LINK = re.compile(
    r"即(?:可|送|返|得|赠|享|领|有)|就(?:可|送|返|能|给|有|得|免|减|领|赠|奖)|便可|可(?:领|得|"
    r"享|获|返|免|兑|减|抽|送|赠)|能(?:领|得|返|免)|换(?:取|领|购|红包|\d)|"
    r"凭|后(?:返|送|领|联系|加|找|私|截|退|即|可|再|全|免|发|给|参与)|再返|立返|秒返|马上返|"
    r"只需|只要|仅需|要求|需要?|记得|必须|条件|才(?:返|能|可|送|给)|"
    r"领(?:取|红包|\d|礼|优惠|券|奖|现)|奖励|有礼|换|享|返(?:现|红包|\d|券|你|您|全|利|款)|"
    r"赠送(?!了|的)|送[\u4e00-\u9fff]{1,4}[一两二三1-9][份个串瓶杯碟盘张罐袋盒件]|[+] ?(?:图|"
    r"晒|收藏|打卡|好评|五星|关注|评)|如?满意(?:请|的话|就|给|打)|送(?:您|你|\d|一|红包|礼|"
    r"优惠|饮|小|券|菜|无)|"
    r"晒图返|好评返|"
    r"in exchange|in return|exchange for|after (?:you |your |the |posting |leaving |we )?|"
    r"once (?:you |we |your )?|when you|if you|as a thank|and (?:get|receive|we)|"
    r"to (?:get|receive|claim|redeem|earn|qualify)|get (?:a|your|an|full|\$|free|paid)|receive|"
    r"claim|we(?:'ll| will| would| can)|enjoy|is on us|for (?:a|your|an|leaving|each|every)|earn"
)
NUMBER_OF_PHOTOS = re.compile(
    r"(\d{1,2}|[一二两三四五六七八九十])\s*(?:张|幅|p)\s*(?:以上)?(?:的)?(?:实物|真实|美|高清|"
    r"精修)?(?:图|照)|(?:图|照片|晒图|配图|带图)\s*(?:至少|不少于|满)?\s*"
    r"(\d{1,2}|[一二两三四五六七八九十])\s*(?:张|p|幅)|(\d{1,2})\s*(?:photos?|pictures?|pics?|"
    r"images?)"
)
NUMBER_OF_CHARACTERS = re.compile(
    r"(\d{1,3}|十五|[二三五]?十)\s*个?字|(\d{1,4})\s*(?:words|characters)"
)
STARS = re.compile(r"([1-5一二三四五])\s*(?:颗|个)?星|(five|[1-5])[ \-]?stars?")

# Both sides are welcome: what follows is no dictated praise.
NEUTRAL = re.compile(
    r"(?:无论|不论|不管|不限)[^。！!\n]{0,8}(?:好评|好坏|正面|星级|评价|内容|"
    r"几星)[^。！!\n，,]{0,14}|好评(?:或|和|、|/|与|还是)?(?:中评(?:、|或|"
    r"/)?)?差评[^。！!\n]{0,10}(?:可|行|以|欢迎|一样)|"
    r"好坏(?:均可|都可|都行|不限|不论)|评价内容不限|(?:如实|真实|客观|实事求是|"
    r"中肯)(?:地)?(?:评|反馈|分享|写|点评|评价|体验|感受)[^。，,！!\n]{0,4}|(?:与|"
    r"和)评[价分](?:内容|高低|好坏)?无关|"
    r"不要求(?:一定)?(?:五星|好评|正面)|(?:无需|不需要?|不必|不用)(?:给|写|打)?(?:五星|好评|"
    r"评价)|不影响(?:抽奖|领取|中奖)|差评也|"
    r"honest(?:ly)? (?:reviews?|feedback|opinions?|thoughts)?|(?:positive|good),? (?:or|and|"
    r"and/or) (?:negative|bad)|good or bad|positive, negative|"
    r"unbiased|regardless of (?:your |the )?(?:rating|review|star|what)|whatever (?:your|"
    r"the) (?:rating|opinion)|no (?:positive )?review (?:is )?required|any rating"
)
DISCLOSED = re.compile(
    r"# ?(?:ad|sponsored|gifted|广告|合作|推广|赞助|恰饭)(?![a-z])|广告(?:合作|投放|推广|$)|"
    r"利益相关|商务合作笔记|品牌赞助|合作推广|本(?:文|条|笔记|视频)(?:为|是|含)(?:广告|推广|"
    r"合作)|"
    r"官方(?:试用|众测|评测|体验)|试用中心|阿里试用|京东试用|众测|受邀(?:体验|试用)|"
    r"免费提供(?:试用|体验|样品)[^。]{0,12}(?:观点|评价|感受)|标注.{0,4}(?:广告|试用|赠品)|"
    r"注明.{0,6}(?:试用|赠|广告|免费)|"
    r"amazon vine|vine (?:voice|review|program)|sponsored (?:post|by)|paid partnership|"
    r"i received this (?:product|item)? ?(?:for )?free|gifted by|disclos|advertisement"
)

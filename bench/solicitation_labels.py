"""Which messages of the set zh-fbs-spam-sms solicit, read by hand: ids only, no text.

Definition. *brushing*: hires people to order, to raise a shop's credit or to write reviews (刷单,
刷信誉, 好评工作, 帮我店铺工作). *praise*: a reward for good stars or praise (好评返现). *bait*:
easy money for anybody, at home or on a phone, of an unnamed or online task, none of the former.
All others advertise, lend, gamble and the like: they solicit something else. Left out of *praise*
are rewards for a photo of any kind (晒单抽奖); left out of *bait* are calls to a job that promise
nothing easy. Every message with a word of a wide list (兼职, 好评, 简历, 日结, 在家, ...) was read;
what says none of them was not, so that what hides from it (唰单) counts for nobody.

Half 0 was looked at while the rules were made. Half 1 was labelled after they were frozen.
"""

BRUSHING = """
352891 416017 521410 760697 864175 117043 810604 987908 391877 977693 215998 197935 267134 488885
530859 835204 905290 910512 949911 353044 471915 486060 689648 813281 189126 331342 347178 433954
674754 698217
852447 939144 682379 108284 112496 387536 576353 579839 585762 676300 778726 869352 968167 644415
770880 889964 988839 990558 158370 294683 633180 743533 796621 898079 188795 202172 233316 300368
393707 395545 583588 715273 850073
"""
PRAISE = """
578855 160747 351851 920046 490823 219652 745779 415688 150050 869240 443012 561295 633699 490534
747634
397337 456147 474321 470720
"""
BAIT = """
316650 385792 776197 938980 435248 592736 832971 877907 798478 942849 134920 280707 698739 930472
737005 899031 735445 244100 379066 252569 270088 366756 832066 581719 663620 355464 459804 422116
990638 971598 289411
429872 299463 873168 214771 362268 994269 312372 714027 984118 813105 130772 926586 257005 737341
551927
"""

KIND = {
    message: kind
    for kind, ids in (("brushing", BRUSHING), ("praise", PRAISE), ("bait", BAIT))
    for message in ids.split()
}
"""Kind by message id; a message that is not here does not solicit."""

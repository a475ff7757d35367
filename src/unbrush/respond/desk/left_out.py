"""What does not count, as its shop is told: why, on what basis, for how long, how to appeal.

Orders and reviews are left out by a program and at once (L1), before anybody has looked. A shop
that does not know of it could not appeal against it.
"""

from collections.abc import Sequence

from unbrush.base.clock import minute_of
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.terms import FAMILIES

_ZONE = "Asia/Shanghai"


def left_out_of(transaction: Transaction, shop_ids: Sequence[str]) -> list[Row]:
    """Return what the newest run leaves out of shops, in words; none of what it leaves alone.

    Returns:
        shop_id, as_of (epoch ms UTC), n_left_out and n_counted (orders, or reviews where a shop
        has no orders; None if the run does not say), is_restored, open_appeal, zh, en.
    """
    rows = transaction.all(
        """SELECT d.subject_id AS shop_id, d.families, d.human_outcome, r.imported_at AS as_of,
                  r.policy_version, c.n_fake AS n_left_out, c.n_genuine AS n_counted,
                  (SELECT min(a.appeal_id) FROM appeals a WHERE a.shop_id = d.subject_id
                     AND a.step_id IS NULL AND a.state = 'open') AS open_appeal
           FROM decisions d JOIN runs r ON r.run_id = d.run_id
           LEFT JOIN shop_counts c ON c.shop_id = d.subject_id
           WHERE d.subject_kind = 'shop' AND d.subject_id IN :shops AND d.rung <> 'L0'
           ORDER BY d.subject_id""",
        shops=list(shop_ids),
    )
    told: list[Row] = []
    for row in rows:
        words = _words(row)
        told.append({
            **{name: row[name] for name in ("shop_id", "as_of", "n_left_out", "n_counted")},
            "is_restored": row["human_outcome"] == "reversed",
            "open_appeal": row["open_appeal"], "zh": words.zh, "en": words.en,
        })  # fmt: skip
    return told


def _words(row: Row) -> Words:
    at = minute_of(int(row["as_of"]), _ZONE)
    if row["human_outcome"] == "reversed":
        return Words(
            f"店铺 {row['shop_id']}：经人复核，此前不计入的订单和评价已恢复计数，不再据此处理。",
            f"Shop {row['shop_id']}: people looked again; its orders and reviews count, and "
            "nothing follows from what was said of them.",
        )
    n, rest = row["n_left_out"], row["n_counted"]
    facts = Words("有订单或评价不计入", "orders or reviews of it are left out of")
    if n is not None and rest is not None:
        facts = Words(
            f"{n:,} 笔订单（无订单的店铺为评价）不计入，其余 {rest:,} 笔照常计入",
            f"{n:,} of its orders (of a shop without orders: reviews) are left out, and the other "
            f"{rest:,} count, for",
        )
    said = [FAMILIES[each] for each in str(row["families"]).split(",") if each in FAMILIES]
    why = Words(
        "、".join(each.zh for each in said) or "记录",
        ", ".join(each.en for each in said) or "records",
    )
    by = Words("由程序作出，尚未经人审查", "A program decided this, and nobody has looked yet")
    if row["human_outcome"] is not None:
        by = Words("由程序作出，已经人审查", "A program decided this, and people have looked at it")
    appeal = Words(
        "可随时免费申诉（不指明处置），由人复核；成立则全部恢复计数。",
        "You may appeal at any time, free of charge, without naming a step; people look again, and "
        "if you are right all of it counts.",
    )
    if row["open_appeal"]:
        appeal = Words(
            f"您的申诉 {row['open_appeal']} 正在由人复核；成立则全部恢复计数。",
            f"Your appeal {row['open_appeal']} is being looked at by people; if you are right all "
            "of it counts.",
        )
    return Words(
        f"店铺 {row['shop_id']}，截至北京时间 {at}：{facts.zh}销量、评分与排名。\n"
        f"理由：{why.zh}方面的记录显示其并非真实交易或体验。\n"
        f"性质：这不是处罚，不扣款、不扣分，也不表示是该店所为；{by.zh}。\n"
        f"依据：无法认定为真实的不计数（L1），规则版本 {row['policy_version']}。\n"
        f"期限：不设期限；有新数据即重新计算，不再有依据的自动恢复。\n申诉：{appeal.zh}",
        f"Shop {row['shop_id']}, as of {at} (China): {facts.en} sales, rating and rank.\n"
        f"Reasons: records (of these kinds: {why.en}) show that they are no genuine trade or "
        "experience.\nWhat it is: no punishment; no money or points are taken, and it does not say "
        f"that the shop did it. {by.en}.\n"
        f"Basis: what cannot be held for genuine does not count (L1), rules {row['policy_version']}"
        ".\nTerm: none; it is reckoned anew with new data, and what nothing speaks against any "
        f"more counts by itself.\nAppeal: {appeal.en}",
    )

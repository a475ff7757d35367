"""Spun praise: each clause drawn from a few ways of saying it, in any order, by many accounts.

What it finds: Praise in one shop whose clauses come from the same few ways, slot by slot
    ("朋友推荐的/闺蜜介绍来的 · 物超所值/性价比高 · 祝老板大卖/愿掌柜兴隆"): four slots at least,
    filled by at least ``min_accounts`` accounts in as many different texts, far oftener than these
    clauses meet by chance there. A review that mixes in own words counts if it fills enough slots.
Why it is fake: Who sells praise in quantity spins one text into many, so that no two are alike.
    Buyers share the clauses but hardly ever four of them.
Look-alikes: Stock clauses in free combination, and what belongs to one topic
    ("一直穿41，这次拍的41，刚好"), meet in other reviews of the shop, too: how often any two meet
    there is part of the chance. A form that asks everybody the same gives the same clauses in other
    shops, or slots that all begin alike; its labels ("外观：") do not count, nor do words of the
    shop's titles. A text that people pass on or quote is one text, however they add to it. Season's
    greetings are a slot or two. People of one order who say the same say it once. One person who
    always writes alike is one account. Default praise, tags and assisted texts are known as for
    `template-praise`. Complaints that agree (a rating of ``complaint`` or less) are not praise.
Score: e / (e + min_accounts), where e is the number of accounts beyond those expected; two thirds
    of it where there are no other shops to compare with: a form's questions cannot be told there.
    E1.
Check by hand: 1. Read the reviews side by side and mark the slots. 2. Look for anything that only
    this item has. 3. See whether its buyers were asked these questions by the platform.
Cost: Reads reviews and items; about 6 s a million reviews on one core where shops have thousands.
References: docs/architecture.md, Evidence; Poisson tail bound (Chernoff), shared among all sets of
    clauses of a shop (Bonferroni).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.detector import Detector, Facts
from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.text.bundles import Bundle, Rules, bundles
from unbrush.base.text.own_words import of_item, own_words
from unbrush.base.words import Words, counted

UNCOMPARED = 2 / 3  # of the score


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on clauses that come together were spun."""

    min_accounts: int = bounded(5, at_least=3, doc="Accounts in one shop, in as many texts.")
    min_reviews: int = bounded(30, at_least=10, doc="Written reviews of a shop to be judged.")
    min_slots: int = bounded(4, at_least=3, doc="Slots that a third of the reviews fill.")
    min_lift: float = bounded(8.0, at_least=1.5, doc="Times as many accounts as chance gives.")
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance of one by chance in a shop."
    )
    complaint: float = bounded(3.0, at_least=0, doc="Rating up to which a review is no praise.")


def stream(params: Params, events: EventRows) -> pa.Table:
    """Return the reviews that were spun from a bundle of clauses of their shop."""
    own = own_words(events, columns=["rating"], of_items=["title"])
    is_praise = pc.fill_null(pc.greater(own.reviews["rating"], params.complaint), True)
    rows = np.flatnonzero(is_praise.to_numpy())
    titles = of_item(own.reviews, own.items, "title").cast(pa.string()).combine_chunks()
    rules = Rules(
        min_accounts=params.min_accounts,
        min_place=params.min_reviews,
        min_slots=params.min_slots,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
    )
    found = bundles(
        own.texts_of(rows),
        own.accounts[rows],
        own.shops[rows],
        quoted=titles.take(pa.array(rows)),
        rules=rules,
    )
    ids = own.reviews["review_id"].combine_chunks()
    out = [
        {**_facts(params, bundle), "n_filled": n_filled, "row": int(rows[row])}
        for bundle in found
        for row, n_filled in zip(bundle.rows, bundle.n_filled.tolist(), strict=True)
    ]
    if not out:
        return pa.table({"subject_id": ids[:0], "score": pa.array([], pa.float64())})
    table = pa.Table.from_pylist(out)
    subjects = ids.take(table["row"].combine_chunks())
    alone = pa.array(np.arange(len(out) + 1), pa.int32())
    return (
        table.drop_columns("row")
        .append_column("subject_id", subjects)
        .append_column("evidence_ids", pa.ListArray.from_arrays(alone, subjects))
    )


def _facts(params: Params, bundle: Bundle) -> dict[str, object]:
    excess = bundle.n_accounts - bundle.expected
    score = excess / (excess + params.min_accounts)
    return {
        "score": round(score if bundle.is_compared else UNCOMPARED * score, 6),
        "bundle": bundle.template,
        "n_slots": bundle.n_slots,
        "n_accounts": bundle.n_accounts,
        "n_ways": bundle.n_ways,
        "n_in_shop": bundle.n_place,
        "expected_accounts": round(bundle.expected, 4),
        "is_compared": bundle.is_compared,
    }


def explain(facts: Facts) -> Words:
    """Show the slots with their ways, who fills them, and how many would by chance."""
    usual, accounts, slots = facts["expected_accounts"], facts["n_accounts"], facts["n_slots"]
    alone_zh = "" if facts["is_compared"] else "（没有其他店铺可比，不能排除平台统一提问）"
    alone_en = (
        ""
        if facts["is_compared"]
        else " There are no other shops to compare with: the platform may have asked for it."
    )
    return Words(
        zh=f"本店 {accounts} 个账号的好评由同一组可替换短句拼成，顺序可变：“{facts['bundle']}”"
        f"（{slots} 个位置，“/”隔开同一位置的不同说法）；本条用到其中 {facts['n_filled']} 个位置。"
        f"若各短句互不相干，约应有 {usual:.3g} 个账号如此{alone_zh}。",
        en=f"{counted(accounts, 'account')} in this shop put their praise together from one set of "
        f"interchangeable clauses, in any order: “{facts['bundle']}” ({counted(slots, 'slot')}; "
        f"“/” parts ways of filling one); this review fills {facts['n_filled']} of them. If the "
        f"clauses had nothing to do with each other, about {usual:.3g} would.{alone_en}",
    )


DETECTOR = Detector(
    name="spun-praise",
    title=Words("由可替换短句拼成的好评", "praise spun from interchangeable clauses"),
    subject="review",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "account_id", "item_id", "text")},
    uses={
        "reviews": ("shop_id", "text_source", "append_of", "rating"),
        "items": ("item_id", "shop_id", "title"),
    },
    evidence="reviews",
    look_alikes={
        "free-combination": Words("常用短句的自由组合", "stock clauses in free combination"),
        "one-topic": Words(
            "同一话题自然连带的短句", "clauses that one topic brings together by itself"
        ),
        "same-questions": Words("平台统一提问的评价表单", "a form that asks everybody the same"),
        "form-labels": Words("评价表单的栏目名", "labels of a review form"),
        "default-praise": Words(
            "系统默认好评、标签、辅助文字", "default praise, tags, assisted texts"
        ),
        "quoted-title": Words("引用商品标题", "words of the item's title"),
        "passed-on": Words("互相转抄的同一段文字", "one text that people pass on and add to"),
        "season-greetings": Words("节日祝福", "season's greetings"),
        "one-order": Words("一起下单的人说同样的话", "people of one order who say the same"),
        "own-words-again": Words("同一人的习惯写法", "one person who always writes alike"),
        "agreeing-complaints": Words("内容相近的差评", "complaints that agree"),
    },
    params=Params(),
    stream=stream,
    explain=explain,
)

"""Scam bait: posts that promise easy money for a thumb's work, and take it from whoever answers.

What it finds: Captured posts that promise earnings (daily pay, commission per task) with ease
    (on a phone, at home, no skill, no deposit) for work on likes, orders or tasks, ask for money in
    advance, or call readers to a private chat: "动动手指、日赚百元", 垫付, 连环单.
Why it is fake: Nobody pays a hundred a day for likes. The first small tasks are paid, the later
    ones are prepaid and never come back (prepaid-task-scam). Readers are victims, not brushers.
Look-alikes: Real jobs (a place, insurance, an interview, a contract); ordinary promotions with cash
    back; news and police warnings that quote the bait; who asks whether it is a scam, or tells how
    it was one; affiliate programmes.
Score: (points - 1.5) / 5, within 0 to 1: 0.9 for each different promise of ease (up to 3) and of
    earnings (up to 2), for work on a phone or in online shops and for money in advance; 0.8 for a
    way to come forward, 0.5 for a named task; 1.2 for a stranger's job offer (您的简历已通过); for
    traps: more back than paid in (2.4), an account that is frozen until more is paid (3.2), chains
    of orders (1.4), levels to unlock (2.3), a tutor (0.9); less for terms of a real job (1 each),
    complaints and tales. From ``min_score`` on; E1. It implicates nobody: it says which posts
    people must be warned of (element b: somebody organises).
Check by hand: 1. Read the post: who pays, for what, and what must the reader pay first? 2. Look for
    the same words elsewhere. 3. Report it, and warn whoever answered.
Cost: Reads each distinct post once, under 0.1 ms.
References: docs/architecture.md, Evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.params import bounded
from unbrush.base.solicitation import read_all
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a post is bait."""

    min_score: float = bounded(
        0.5, at_least=0.01, at_most=1.0, doc="Score from which a post is called bait."
    )


def compute(params: Params, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return posts that bait with easy money."""
    posts = tables["posts"].sort_by("post_id")
    found = [
        (row, said)
        for row, said in enumerate(read_all(posts["text"]))
        if said is not None and said.bait.score >= params.min_score
    ]
    ids = posts["post_id"].combine_chunks().take(pa.array([row for row, _ in found], pa.int64()))
    baits = [said.bait for _, said in found]
    return pa.table(
        {
            "subject_id": ids,
            "evidence_ids": pa.ListArray.from_arrays(
                pa.array(range(len(found) + 1), pa.int32()), ids
            ),
            "score": pa.array([bait.score for bait in baits], pa.float64()),
            "earnings": pa.array([bait.words for bait in baits], pa.string()),
            "n_ease": pa.array([bait.n_easy for bait in baits], pa.int64()),
            "n_earnings": pa.array([bait.n_earn for bait in baits], pa.int64()),
            "asks_prepay": pa.array([bait.asks_prepay for bait in baits], pa.bool_()),
            "n_contacts": pa.array([len(said.contacts) for _, said in found], pa.int64()),
        }
    )


def explain(facts: Facts) -> Words:
    """Say what is promised, and whether money in advance is spoken of."""
    easy, earn = facts["n_ease"], facts["n_earnings"]
    prepay_zh = "，并提到垫付、充值等先付款" if facts["asks_prepay"] else ""
    prepay_en = "; it speaks of paying first" if facts["asks_prepay"] else ""
    return Words(
        f"疑似刷单诈骗诱饵，请提醒读者勿信：许诺收入 {earn} 处（如“{facts['earnings']}”）、"
        f"轻松 {easy} 处{prepay_zh}（分值 {facts['score']:.2f}）。",
        f"Probably the bait of a task scam, of which readers are to be warned: it promises "
        f'earnings {counted(earn, "time")} (such as "{facts["earnings"]}") and ease '
        f"{counted(easy, 'time')}{prepay_en} (score {facts['score']:.2f}).",
    )


DETECTOR = Detector(
    name="scam-bait",
    title=Words("刷单诈骗诱饵帖", "the bait of a task scam"),
    subject="post",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.ORGANISED,
    needs={"posts": ("post_id", "text")},
    evidence="posts",
    implicates=Implicates.NOBODY,
    look_alikes={
        "real-job": Words("真实招聘", "real jobs"),
        "ordinary-promotion": Words("普通返现促销", "ordinary promotions with cash back"),
        "news-or-warning": Words("新闻、警方提醒", "news and police warnings"),
        "question-or-complaint": Words(
            "提问或讲述受骗", "who asks, or tells of having been fooled"
        ),
        "affiliate": Words("分享链接得佣金（CPS）", "affiliate programmes"),
    },
    params=Params(),
    compute=compute,
    explain=explain,
)

"""Paid praise, posted: money or goods for five stars, for a review to order, or for fake orders.

What it finds: Captured posts that offer a reward (cash back, a free meal, commission, a gift) on a
    condition (praise, a photo with a review, an order by a script) for an act on a platform, close
    together and tied by words of exchange; and those that sell shops fake orders or reviews by the
    dozen; in Chinese and English, also in disguise (⭐5, 好坪返现, 薇, ③⑧, split or spaced
    characters).
Why it is fake: Praise that is paid for is no experience. Readers take a hundred of five stars for
    a hundred guests. The reward is what draws hands, so that the call itself gives it away.
Look-alikes: Neutral invitations and lotteries that say that any review will do; open trials and
    advertisements that dictate no praise; warranty cards; affiliate links; real jobs; news, police
    warnings and rules that quote the bait; who denies it, asks about it or complains of it; guests
    who praise what they ate. What is told apart by its surroundings is not told apart for ever: an
    offer in the form of a complaint would be spared.
Score: Points for the condition (dictated praise 1.6, the trade's own words 2), for how close the
    reward stands (up to 1.2), for its kind and amount (up to 1.1), words of exchange (1), proof
    (0.7), a way to come forward (0.5), contacts (0.7), numbers of photos or characters (0.6),
    hidden words (up to 0.8); less for signs of a complaint (1.2 each) or of a visit (0.6 each);
    0.6 where the condition is demanded right before it or the reward hinges on it right behind. A
    sale to shops: points for what is sold, how it is made to pass, price, maker and client.
    1 / (1 + exp(1.3 × (4.2 - points))). From ``min_score`` on; E1 always, since anybody can write a
    post about a shop. It shows that somebody organises (element b), not who.
Check by hand: 1. Read the post: what is given, what for? 2. Look whether the shop knows of it. 3.
    Lay its script beside the orders that came after it (instruction-match).
Cost: Reads each distinct post once, under 0.1 ms.
References: docs/architecture.md, Evidence.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.solicitation import Solicitation, read_all
from unbrush.base.solicitation.sayings import LOOK_ALIKES, said_en, said_zh, told
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a post is an offer."""

    min_score: float = bounded(
        0.5, at_least=0.01, at_most=1.0, doc="Score from which a post is called paid praise."
    )


def compute(params: Params, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return posts that offer a reward for praise or fake orders."""
    posts = tables["posts"].sort_by("post_id")
    found = [
        (row, said)
        for row, said in enumerate(read_all(posts["text"]))
        if said is not None and said.score >= params.min_score
    ]
    ways = [_ways(said, posts["contact_token"][row].as_py()) for row, said in found]
    shared = Counter(way for its_ways in ways for way in its_ways)
    ids = posts["post_id"].combine_chunks().take(pa.array([row for row, _ in found], pa.int64()))
    facts = [
        {
            "score": said.score,
            **told(said),
            "n_contacts": max(
                len({contact.key for contact in said.contacts}), min(1, len(its_ways))
            ),
            "n_posts_by_contact": max((shared[way] for way in its_ways), default=1),
        }
        for (_, said), its_ways in zip(found, ways, strict=True)
    ]
    alone = pa.ListArray.from_arrays(pa.array(range(len(found) + 1), pa.int32()), ids)
    columns = {name: [each[name] for each in facts] for name in facts[0]} if facts else {}
    return pa.table(
        {"subject_id": ids, "evidence_ids": alone, "score": pa.array([], pa.float64()), **columns}
    )


def _ways(said: Solicitation, given: str | None) -> list[str]:
    """What posts of one hand share: contacts in the text, and the token of one captured beside."""
    captured = (f"token:{given}",) if given else ()
    return sorted({*captured, *(contact.key for contact in said.contacts)})


def _n_contacts(said: Solicitation, ways: list[str]) -> int:
    """How many contacts a post gives; one captured beside it is most likely one of the text's."""
    return max(len({contact.key for contact in said.contacts}), min(1, len(ways)))


def explain(facts: Facts) -> Words:
    """Say what is offered for what, by which marks, and in how many posts of the same contact."""
    n = facts["n_posts_by_contact"]
    more_zh = f"；同一联系方式共见于 {n} 篇此类帖子" if n > 1 else ""
    more_en = f"; {counted(n, 'such post')} have the same contact" if n > 1 else ""
    return Words(f"该帖{said_zh(facts)}{more_zh}。", f"The post {said_en(facts)}{more_en}.")


DETECTOR = Detector(
    name="paid-praise-post",
    title=Words("有偿好评、刷单招募帖", "a post that pays for praise or fake orders"),
    subject="post",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.ORGANISED,
    needs={"posts": ("post_id", "text")},
    uses={"posts": ("contact_token",)},
    evidence="posts",
    look_alikes=LOOK_ALIKES,
    params=Params(),
    compute=compute,
    explain=explain,
)

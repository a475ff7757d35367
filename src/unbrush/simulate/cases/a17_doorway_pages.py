"""A17, doorway pages: one hotline, other people's names, every town, and an article pasted behind.

Published, measured on one page: 76 lines, the hotline ten times, the brand sixteen times, 407 names
of places (382 different) in 54 lines, and below them an article that has nothing to do with it. The
acceptance asks for that page, 500 pages made from slots like it and 500 honest ones.

Not published, so drawn by seed within ranges of our own: five sorts of such spam (appliances,
locks, banks and airlines, loans, removals), six in ten with an article behind, before or in the
middle; fourteen sorts of honest pages that name many places or numbers. One number serves several
pages under several names. From level to level numbers are written in more ways, lists grow
shorter, one page names more numbers.

The pages stand in `public/pages.jsonl`, as text or HTML, and what each is in `truth/pages.jsonl`:
its label, its numbers and names, and from where to where it is spam, article, or plain. The same
pages as plain text are posts of the market, found on the web. Nothing in the market is fake.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Plan, Planting, Post, look_alike
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import N_DAYS, START_AT
from unbrush.simulate.sheet import blank
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.texts import write_pairs
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.doorways import Ring, doorway, ring, specimen
from unbrush.simulate.texts.page import Page, as_text
from unbrush.simulate.texts.page_set import handed_over
from unbrush.simulate.texts.plain_pages import plain_page
from unbrush.simulate.world import World

NAME = "A17"
TITLE = Words(
    "门页：一个热线、多个品牌、四百多个地名，下面贴一篇无关文章",
    "doorway pages: one hotline, many brands, 407 places, an unrelated article below",
)
KIND, PLAIN = "doorway-pages", "honest-pages"
TIERS = {"ci": 12_000, "nightly": 200_000}  # orders of the market
N_PAGES = {"ci": 500, "nightly": 5_000}
"""Of either sort, beside the specimen."""
PER_RING = (3, 14)
CHANNEL = "web"
_SITES = AUTHORS + 1_000_000
"""Numbers that honest sites sign with begin here."""


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the pages; orders are honest."""
    spam, signed = _spam(world, N_PAGES[tier])
    honest = [
        plain_page(Dice(world.streams.part("case A17 plain", number)))
        for number in range(N_PAGES[tier])
    ]
    pages, by = [*spam, *honest], [*signed, *(_SITES + n for n in range(len(honest)))]
    numbered = [f"w{number + 1:05d}" for number in rng.permutation(len(pages))]
    posts = [_post(rng, page, author) for page, author in zip(pages, by, strict=True)]
    plan = Plan(name=KIND, is_fake=True, level=world.level, organiser="agent")
    planted = Planting(plan=plan, orders=blank(0), posts=posts[: len(spam)])
    beside = look_alike(PLAIN, blank(0), posts=posts[len(spam) :])
    return Staged(
        plantings=[planted, beside],
        roles=[Role("organiser", "author", np.unique(signed))],
        facts={
            "n_doorways": len(spam),
            "n_honest_pages": len(honest),
            "specimen": numbered[0],
            "n_numbers": len({number for page in spam for number in page.numbers}),
        },
        beside=lambda out: _write(world, out, pages, numbered, posts),
    )


def _spam(world: World, n: int) -> tuple[list[Page], list[int]]:
    """Return the specimen and ``n`` pages like it, and who has put up each."""
    pages, signed = [specimen(Dice(world.streams.part("case A17 specimen")))], [AUTHORS]
    number = 0
    while len(pages) <= n:
        number += 1
        dice = Dice(world.streams.part("case A17 spam", number))
        hand: Ring = ring(dice, level=world.level)
        for _ in range(min(dice.whole(*PER_RING), n + 1 - len(pages))):
            pages.append(doorway(dice, level=world.level, of=hand))
            signed.append(AUTHORS + number)
    return pages, signed


def _post(rng: Rng, page: Page, author: int) -> Post:
    at = START_AT + int(rng.integers(DAY_MS, (N_DAYS - 1) * DAY_MS))
    return Post(at, as_text(page).content, CHANNEL, int(author), contacts=" ".join(page.numbers))


def _write(
    world: World, out: Path, pages: list[Page], numbered: list[str], posts: list[Post]
) -> None:
    """Write the pages by number, so that their order says nothing, and what each is."""
    table = pq.read_table(out / "posts.parquet", columns=["post_id", "captured_at", "text"])
    place = {(row["captured_at"], row["text"]): row["post_id"] for row in table.to_pylist()}

    def pairs() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for own, page, post in sorted(zip(numbered, pages, posts, strict=True), key=lambda p: p[0]):
            dice = Dice(world.streams.part("case A17 layout", int(own[1:])))
            html_share = 0.0 if page.kind == "specimen" else 0.4
            record, truth = handed_over(dice, page, own=own, html_share=html_share)
            yield record, {**truth, "post_id": place[post.at, post.text]}

    write_pairs(out / "public/pages.jsonl", out / "truth/pages.jsonl", pairs())

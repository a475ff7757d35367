"""Doorway page: a page or post made to catch searches, around a hotline that is nobody's.

What it finds: Pages, and parts of pages, that list places by the dozen around one number said
    again and again; one number under several brands, on one page or across pages; one sentence
    filled with another city or brand, page after page; search words heaped up. Each such segment
    is cut out with its reasons; what stands beside it, a news article put there to look fresh, is
    kept and not flagged.
Why it is fake: Nobody reads three hundred names of counties. They are there for who searches
    "brand + county + repair" and calls the first number, believing that it is the maker's.
Look-alikes: Branch lists (every entry has its street or a number of its own). Notices of
    authorities, results of elections and examinations, weather, news and travel that name many
    places (they sell nothing and repeat no number). A maker's own page (one brand; its number at
    the head, in the text, at the foot; the cities that it serves once). Carriers' lists of where
    they go. Directories of hotlines (a number for each organisation). Classified advertisements
    and one tradesman's own (their numbers differ; few places). Portals' city pages (no number
    among the places; the portal's own stands under its own name). News of a franchise.
Score: The square root of reach × push. Reach: n / (n + 10) for n places outside addresses, brands
    beyond two, phrases that repeat, what other pages say of the number. Push: mentions of one
    number beyond four, words that sell. Both: numbers written so that no filter reads them (肆零零,
    one digit at a time), and drive: every other line has one of the same few numbers. A fifth
    where entries have numbers of their own, a third where they have addresses. From 0.5 on a
    segment is a doorway. Text alone: E1.
Check by hand: 1. Search for the number: under how many names does it answer? 2. Look for the
    number on the brand's own site. 3. Read a segment aloud: does it tell anybody anything?
Cost: Reads posts; about 5 ms a page of 1,000 characters on one core, linear in length.
References: the style of a page is read by dynamic programming over its characters (Viterbi, 1967);
    names of places: base/pages/places_data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from unbrush.base.detector import Detector, Facts
from unbrush.base.errors import UnreadableFile
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.pages.evidence import Known
from unbrush.base.pages.hotline_graph import (
    HotlineGraph,
    Said,
    host_of,
    hotline_graph,
    known_numbers,
)
from unbrush.base.pages.hotlines import written
from unbrush.base.pages.segments import DOORWAY, Page, read_page
from unbrush.base.pages.text import MAX_BYTES, is_html, page_text
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

MOST_NAMED = 20  # brands in the facts of one page
SEGMENT = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("label", pa.string()),
        ("score", pa.float64()),
        ("reasons_zh", pa.list_(pa.string())),
        ("reasons_en", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a page is worth a signal."""

    min_characters: int = bounded(
        40, at_least=1, doc="Characters in doorway segments before a page is named."
    )
    min_score: float = bounded(0.5, at_least=0.5, at_most=1.0, doc="Score of its surest segment.")


def compute(params: Params, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return posts that hold doorway segments."""
    posts = _posts(tables["posts"])
    texts = {text: None for _, text, _ in posts}
    pages = {text: read_page(text) for text in texts}
    graph = hotline_graph(_said(posts, pages))
    known = known_numbers(graph)
    # What other pages say of a number can only make a doorway of what presses to call it.
    for text, page in pages.items():
        if not known.keys().isdisjoint(page.found.numbers):
            pages[text] = read_page(text, known=known)
    rows = [
        _row(post, pages[text], known) for post, text, _ in posts if _is_named(params, pages[text])
    ]
    return _table(rows, tables["posts"].schema.field("post_id").type)


def graph_of(posts: pa.Table) -> HotlineGraph:
    """Return the graph number → brands → pages of a table of posts, for reports."""
    read = _posts(posts)
    return hotline_graph(_said(read, {text: read_page(text) for _, text, _ in read}))


def _posts(table: pa.Table) -> list[tuple[Any, str, str]]:
    """Each post once: its id, its text as a reader sees it, the host where it stands."""
    rows: dict[Any, tuple[str, str]] = {}
    columns = (table[name].to_pylist() for name in ("post_id", "text", "url"))
    for post, text, url in zip(*columns, strict=True):
        if text:
            given = (_as_read(text), host_of(url))
            rows[post] = min(rows.get(post, given), given)
    return [(post, *rows[post]) for post in sorted(rows)]


def _as_read(text: str) -> str:
    """The text of HTML; plain text, and HTML that no reader takes, as they are."""
    if not is_html(text):
        return text
    try:
        return page_text(text[:MAX_BYTES]).text
    except UnreadableFile:
        return text


def _said(posts: list[tuple[Any, str, str]], pages: Mapping[str, Page]) -> list[Said]:
    return [
        Said(
            page=str(post),
            mark=text,
            host=host,
            pairs=pages[text].pairs,
            sentences=pages[text].sentences,
            numbers=pages[text].found.numbers,
        )
        for post, text, host in posts
    ]


def _is_named(params: Params, page: Page) -> bool:
    segments = [one for one in page.segments if one.label == DOORWAY]
    length = sum(one.end - one.start for one in segments)
    return length >= params.min_characters and any(
        one.score >= params.min_score for one in segments
    )


def _row(post: Any, page: Page, known: Mapping[str, Known]) -> dict[str, Any]:
    found = page.found
    doorways = [one for one in page.segments if one.label == DOORWAY]
    number = _telling_number(page, known)
    elsewhere = known.get(number, Known())
    brands = sorted(found.brands, key=lambda name: (-found.brands[name], name))
    return {
        "subject_id": post,
        "score": max(one.score for one in doorways),
        "evidence_ids": [post],
        "n_segments": len(page.segments),
        "n_doorways": len(doorways),
        "doorway_share": round(page.doorway_share, 4),
        "hotline": written(number) if number else None,
        "n_calls": found.numbers[number],
        "n_hotlines": len(found.numbers),
        "n_brands": max(found.fan.get(number, 0), elsewhere.n_brands),
        "n_pages_of_hotline": elsewhere.n_pages or None,
        "brands": brands[:MOST_NAMED],
        "n_places": found.n_places,
        "n_distinct_places": found.n_distinct,
        "stops_per_100": round(found.stops_per_100, 2),
        "n_unread": page.n_unread or None,
        "segments": [
            {
                "start": one.start,
                "end": one.end,
                "label": one.label,
                "score": one.score,
                "reasons_zh": [words.zh for words in one.reasons],
                "reasons_en": [words.en for words in one.reasons],
            }
            for one in page.segments
        ],
    }


def _telling_number(page: Page, known: Mapping[str, Known]) -> str:
    """The number of the page that stands under most brands, then the one said most often."""

    def tells(number: str) -> tuple[int, int, str]:
        brands = max(page.found.fan.get(number, 0), known.get(number, Known()).n_brands)
        return -brands, -page.found.numbers[number], number

    return min(page.found.numbers, key=tells, default="")


def _table(rows: list[dict[str, Any]], id_type: pa.DataType) -> pa.Table:
    text, whole, share = pa.string(), pa.int64(), pa.float64()
    schema = pa.schema(
        [
            ("subject_id", id_type),
            ("score", share),
            ("evidence_ids", pa.list_(id_type)),
            ("n_segments", whole),
            ("n_doorways", whole),
            ("doorway_share", share),
            ("hotline", text),
            ("n_calls", whole),
            ("n_hotlines", whole),
            ("n_brands", whole),
            ("n_pages_of_hotline", whole),
            ("brands", pa.list_(text)),
            ("n_places", whole),
            ("n_distinct_places", whole),
            ("stops_per_100", share),
            ("n_unread", whole),
            ("segments", pa.list_(SEGMENT)),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def explain(facts: Facts) -> Words:
    """Say how much of the page it is, and what it does with numbers, brands and places."""
    share, places, different = facts["doorway_share"], facts["n_places"], facts["n_distinct_places"]
    zh, en = [], []
    if facts["hotline"] is not None:
        zh.append(f"号码 {facts['hotline']} 出现 {facts['n_calls']} 次")
        en.append(f"says {facts['hotline']} {counted(facts['n_calls'], 'time')}")
        if facts["n_brands"] > 1:
            zh.append(f"挂在 {facts['n_brands']} 个品牌名下")
            en.append(f"under {counted(facts['n_brands'], 'brand')}")
    if places:
        zh.append(f"罗列 {places} 个地名（{different} 个不同）")
        en.append(f"lists {counted(places, 'place')} ({different:,} different)")
    zh.append(f"每百字 {facts['stops_per_100']:.2f} 个句号")
    en.append(f"has {facts['stops_per_100']:.2f} full stops per 100 characters")
    kept_zh = kept_en = ""
    if share < 1:
        kept_zh, kept_en = "；其余部分保留", "; the rest is kept"
    return Words(
        f"页面的 {share:.0%} 是为截取搜索流量而堆砌的文字：{'，'.join(zh)}{kept_zh}。",
        f"{share:.0%} of the page was made to catch searches: it {', '.join(en)}{kept_en}.",
    )


DETECTOR = Detector(
    name="doorway-page",
    title=Words("截流门页", "a page made to catch searches"),
    subject="post",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"posts": ("post_id", "text")},
    uses={"posts": ("url",)},
    evidence="posts",
    look_alikes={
        "branch-list": Words("真实的门店名单", "a real list of branches"),
        "official-notice": Words(
            "列举县区的政府通知", "a notice of an authority that lists counties"
        ),
        "contact-page": Words("品牌自己的联系页面", "a maker's own contact page"),
        "coverage-list": Words("物流、服务覆盖范围", "where a carrier goes"),
        "weather-and-results": Words(
            "天气、选举、考试名单", "weather, elections, examination lists"
        ),
        "travel": Words("写到许多地方的游记和新闻", "travel and news that name many places"),
        "hotline-directory": Words("官方热线大全", "a directory of official hotlines"),
        "franchise-news": Words("加盟新闻", "news of a franchise"),
        "portal": Words("门户的网站地图和城市页", "a portal's sitemap and city pages"),
        "classifieds": Words("分类广告", "classified advertisements"),
        "tradesman": Words("一位师傅自己的广告", "one tradesman's own advertisement"),
    },
    params=Params(),
    compute=compute,
    explain=explain,
    implicates=Implicates.NOBODY,
)

"""Doorway page: its example, what is known only across pages, and what is said of it."""

import json
import random

import pytest

from tests import pages
from tests.worlds import T0, Example, Market, build
from unbrush.base.pages.hotline_graph import host_of
from unbrush.detect import detect
from unbrush.detect.doorway_page import DETECTOR, graph_of


def post(number: int, text: str, **more) -> dict:
    return {"post_id": number, "text": text, "captured_at": T0 + number, "channel": "page", **more}


def many(kind, start: int, n: int = 3) -> list[dict]:
    return [post(start + seed, kind(random.Random(seed))) for seed in range(n)]


def one_city(city: str, brand: str, number: str = "400-622-3187") -> str:
    """A page of its own for each city: prose, a number said twice, nothing that tells by itself."""
    return (
        f"{city}{brand}指纹锁售后服务电话：{number}\n"
        f"{brand}在{city}的用户您好，指纹识别不灵敏时请先擦拭感应区，再重新录入指纹。电池电量低于一成时门锁会有提示音，"
        f"请及时更换。如仍不能打开，可联系{brand}维修，电话{number}。\n我们会在两小时内安排人员到场查看。"
    )


FARM = [
    post(40 + n, one_city(city, brand), url=f"https://www.site{n % 2}.example/{n}")
    for n, (city, brand) in enumerate(zip(pages.CITIES[:6], pages.BRANDS[:6], strict=True))
]
ENGLISH_PAGE = pages.english(random.Random(3)) + "\n\n" + pages.ENGLISH_STORY
FAKES = [
    *[post(n, kind(random.Random(n))) for n, kind in enumerate(pages.DOORWAYS)],
    *[
        post(10 + n, kind(random.Random(n)) + "\n\n" + "\n".join(pages.STORY))
        for n, kind in enumerate(pages.DOORWAYS[:6])
    ],
    post(20, ENGLISH_PAGE),
    post(21, "<html><body><p>" + pages.specimen(random.Random(9)).replace("\n", "<br>")),
    *FARM,
]
HONEST = [row for n, kind in enumerate(pages.HONEST) for row in many(kind, 1_000 + 10 * n, 2)]

EXAMPLE = Example(
    fake={"posts": [*HONEST, *FAKES]},
    finds={row["post_id"] for row in FAKES},
    without_fakes={"posts": HONEST},
    look_alikes={
        "branch-list": {
            "posts": [
                *many(pages.branches, 0),
                *many(pages.branches_one_number, 10),
                *many(pages.english_branches, 20),
            ]
        },
        "official-notice": {"posts": many(pages.notice, 0)},
        "contact-page": {
            "posts": [
                *many(pages.contact, 0),
                # One maker's page for every city: one brand, a street in each.
                *[
                    post(
                        20 + n,
                        f"方盾智能锁{city}服务中心\n地址：{city}{area}中山路{n + 3}号\n"
                        f"方盾{city}服务中心服务电话 400-800-1234，周日休息。",
                    )
                    for n, (city, area) in enumerate(
                        zip(pages.CITIES[:20], pages.COUNTIES, strict=False)
                    )
                ],
            ]
        },
        "coverage-list": {"posts": many(pages.logistics, 0)},
        "weather-and-results": {
            "posts": [*many(pages.weather, 0), *many(pages.election, 10)],
        },
        "travel": {
            "posts": [
                *many(pages.travel, 0),
                *many(pages.story, 10),
                *many(pages.english_story, 20, 1),
            ]
        },
        "hotline-directory": {"posts": many(pages.directory, 0)},
        "franchise-news": {"posts": many(pages.franchise, 0)},
        "portal": {
            "posts": [
                *many(pages.sitemap, 0),
                *[
                    post(
                        20 + n,
                        f"{city}搬家公司大全\n共有商家{n + 40}个，按距离排序。\n"
                        f"{brand}维修 查看商家\n"
                        "\n关于百里网 帮助 百里网客服热线：400-555-0199",
                    )
                    for n, (city, brand) in enumerate(
                        zip(pages.CITIES[:30], pages.BRANDS * 3, strict=False)
                    )
                ],
            ]
        },
        "classifieds": {"posts": many(pages.classifieds, 0)},
        "tradesman": {"posts": many(pages.one_tradesman, 0)},
    },
)


def facts_of(engine, market: Market) -> dict[int, dict]:
    detect(engine, build(engine, market), chosen=[DETECTOR])
    rows = engine.query("SELECT subject_id, facts FROM signals").to_pylist()
    return {row["subject_id"]: json.loads(row["facts"]) for row in rows}


def test_an_article_behind_it_is_cut_off_and_kept(engine):
    story = "\n".join(pages.STORY)
    doorway = pages.specimen(random.Random(5))
    facts = facts_of(engine, {"posts": [post(1, doorway + "\n\n" + story)]})[1]
    first, second = facts["segments"]
    assert (first["label"], second["label"]) == ("doorway", "kept")
    assert second["start"] == first["end"] == pytest.approx(len(doorway), abs=2)
    assert facts["n_calls"] == 11
    assert facts["n_distinct_places"] > 100
    assert facts["doorway_share"] == pytest.approx(len(doorway) / len(doorway + story), abs=0.01)


def test_pages_of_one_city_each_are_found_only_together(engine):
    assert set(facts_of(engine, {"posts": FARM})) == {row["post_id"] for row in FARM}
    assert facts_of(engine, {"posts": FARM[:2]}) == {}
    assert (
        facts_of(engine, {"posts": [FARM[0], *({**FARM[0], "post_id": n} for n in range(9))]}) == {}
    )


def test_one_sentence_for_every_city_is_found_under_one_brand(engine):
    cities = [post(n, one_city(city, "方盾")) for n, city in enumerate(pages.CITIES[:12])]
    assert set(facts_of(engine, {"posts": cities})) == set(range(12))
    assert facts_of(engine, {"posts": cities[:4]}) == {}


def test_an_honest_page_beside_a_farm_is_spared(engine):
    rows = [*FARM, post(1, pages.contact(random.Random(1))), post(2, pages.STORY[0])]
    assert not {1, 2} & set(facts_of(engine, {"posts": rows}))


def test_the_graph_leads_from_a_number_to_brands_and_pages(engine):
    build(engine, {"posts": [*FARM, *HONEST]})
    graph = graph_of(engine.query("SELECT post_id, text, url FROM posts"))
    node = graph.numbers[0]
    assert (node.number, node.label) == ("4006223187", "400-622-3187")
    assert {name for name, _ in node.brands} == set(pages.BRANDS[:6])
    assert node.hosts == (("site0.example", 3), ("site1.example", 3))
    assert len(graph.numbers) == 1
    assert {edge["to"] for edge in graph.edges()} >= {"number:4006223187", "brand:海瑞德"}
    assert sum(row["kind"] == "page" for row in graph.nodes()) == 6


def test_no_mobile_number_is_shown_whole(engine):
    market = {"posts": [post(1, pages.stuffed(random.Random(2)))]}
    detect(engine, build(engine, market), chosen=[DETECTOR])
    said = json.dumps(engine.query("SELECT * FROM signals").to_pylist(), ensure_ascii=False)
    assert "****" in said
    digits = pages.stuffed(random.Random(2)).split("电话")[1][:11]
    assert digits.translate(str.maketrans("０１２３４５６７８９", "0123456789")) not in said


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.A.example/x?y", "a.example"),
        ("b.example/z", "b.example"),
        ("http://[bad", ""),
        (None, ""),
        ("", ""),
    ],
)
def test_hosts_are_read_from_addresses(url, host):
    assert host_of(url) == host

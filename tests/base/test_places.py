"""Places: which names count, in which forms, and which words do not."""

import time

import pytest

from unbrush.base.pages.places import find_english_places, find_places, place_names
from unbrush.base.pages.points import points_of


def places(text: str) -> list[str]:
    return place_names(find_places(points_of(text).points).names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("昨天从杭州到南昌", ["杭州", "南昌"]),
        ("杭州市和杭州是一个地方", ["杭州", "杭州"]),
        ("北京市朝阳区、海淀、昌平", ["北京", "朝阳", "海淀", "昌平"]),
        ("臺北市、新竹縣", ["台北", "新竹"]),
        ("广西壮族自治区南宁市", ["广西壮族自治区", "南宁"]),
        ("拱墅、余杭、临平、萧山四个区", ["拱墅", "余杭", "临平", "萧山"]),
        ("朝阳产业，和平发展，新华书店", []),
        ("上海与和平", ["上海"]),
        ("大河乡的三台医院", ["大河乡"]),
        ("", []),
    ],
)
def test_a_name_counts_where_it_can_be_nothing_else(text, names):
    found = places(text)
    assert [name.removesuffix("壮族自治区") for name in found] == [
        name.removesuffix("壮族自治区") for name in names
    ]


def test_towns_in_english_are_found_by_how_they_are_written():
    text = "Locksmith near me in Dallas. Plano, TX | Frisco | Fort Worth | Call us now. In May, we"
    assert [name for *_, name in find_english_places(text)] == [
        "Dallas",
        "Plano",
        "Frisco",
        "Fort Worth",
    ]


def test_a_text_keeps_its_places_under_another_form():
    text = "電話：④⓪⓪－１２\u200b３４ 臺北"
    points = points_of(text)
    assert points.text() == "电话:400-1234 台北"
    assert text[points.places[points.text().index("台")] :] == "臺北"
    assert points.places[-1] == len(text)


def test_half_surrogates_do_not_stop_it():
    assert points_of("北\ud800京").text() == "北\ufffd京"


def test_a_long_text_takes_as_long_as_it_is_long():
    find_places(points_of("北京").points)
    hard = "巴音郭楞蒙古自治" * 250_000
    start = time.process_time()
    assert places(hard) == []
    assert time.process_time() - start < 10

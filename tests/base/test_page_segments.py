"""Page segments: doorways in every form are cut out, what is beside them is kept."""

import random
import time
from itertools import pairwise

import pytest

from tests import pages
from unbrush.base.pages.segments import DOORWAY, KEPT, read_page

SEEDS = range(6)
each_doorway = pytest.mark.parametrize("kind", pages.DOORWAYS, ids=lambda kind: kind.__name__)


def story_for(kind) -> tuple[str, str]:
    if kind is pages.english:
        return tuple(pages.ENGLISH_STORY.split("\n\n"))
    return pages.STORY[:2]


def edges(text: str) -> list[int]:
    return [segment.start for segment in read_page(text).segments[1:]]


@each_doorway
@pytest.mark.parametrize("seed", SEEDS)
def test_a_doorway_is_one_from_end_to_end(kind, seed):
    page = read_page(kind(random.Random(seed)))
    assert [segment.label for segment in page.segments] == [DOORWAY]
    assert page.doorway_share == 1
    assert page.segments[0].reasons
    assert all(words.zh and words.en for words in page.segments[0].reasons)


@pytest.mark.parametrize("kind", pages.HONEST, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_honest_page_is_kept_whole(kind, seed):
    text = kind(random.Random(seed))
    page = read_page(text)
    assert [(one.start, one.end, one.label) for one in page.segments] == [(0, len(text), KEPT)]
    assert page.segments[0].score < 0.45


@each_doorway
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("order", ["doorway first", "story first", "in the middle", "twice"])
def test_a_story_beside_a_doorway_is_kept(kind, seed, order):
    doorway = kind(random.Random(seed))
    first, second = story_for(kind)
    parts = {
        "doorway first": [doorway, first + "\n" + second],
        "story first": [first + "\n" + second, doorway],
        "in the middle": [first, doorway, second],
        "twice": [doorway, first, doorway, second],
    }[order]
    text = "\n\n".join(parts)
    wanted = [sum(len(part) + 2 for part in parts[:n]) for n in range(1, len(parts))]
    assert edges(text) == pytest.approx(wanted, abs=2)
    labels = [segment.label for segment in read_page(text).segments]
    assert labels == [DOORWAY if part == doorway else KEPT for part in parts]


@each_doorway
@pytest.mark.parametrize("seed", SEEDS)
def test_the_border_is_found_where_no_line_marks_it(kind, seed):
    doorway = kind(random.Random(seed)).replace("\n", " ")
    story = " ".join(story_for(kind)).replace("\n", "")
    assert edges(doorway + story) == pytest.approx([len(doorway)], abs=8)


def test_segments_cover_the_text_as_it_was_given():
    text = "\u200b" + pages.specimen(random.Random(1)) + "\n" + pages.STORY[0] + "\U0001f600"
    segments = read_page(text).segments
    assert segments[0].start == 0
    assert segments[-1].end == len(text)
    for one, other in pairwise(segments):
        assert one.end == other.start
        assert one.label != other.label


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "好", "\ud800", "400-123-4567", "\u200b" * 50])
def test_what_says_nothing_is_no_doorway(text):
    page = read_page(text)
    assert not page.is_doorway
    assert sum(one.end - one.start for one in page.segments) == len(text)


@pytest.mark.parametrize(
    "unit",
    [
        "北京市", "400-123-4567 ", "海尔售后电话", "好", "。", "的", "1", "a ", "\n", "A", "In A, ",
        "王店官方客服4001234567\n", "1 1 ", "四零零", "- ", "Plano, ", "路1号",
    ],
)  # fmt: skip
def test_hostile_lengths_take_linear_time(unit):
    read_page("北京售后")
    start = time.process_time()
    read_page(unit * (400_000 // len(unit)))
    assert time.process_time() - start < 8


def test_many_invented_brands_take_linear_time():
    names = [f"牌{chr(0x5000 + n % 9000)}{chr(0x5000 + n // 90)}" for n in range(9000)]
    text = "".join(f"{name}售后4001234567\n" for name in names)
    start = time.process_time()
    read_page(text * 3)
    assert time.process_time() - start < 8


def lines_of(number: str) -> str:
    return "\n".join(
        f"{brand}空调{word}{number}"
        for brand, word in zip(
            ["美固"] * 6,
            ["售后电话", "维修热线", "客服电话", "上门服务", "报修电话", "服务热线"],
            strict=True,
        )
    )


@pytest.mark.parametrize("number", ["肆零零陆贰贰叁壹捌柒", "4  0  0  -  6  2  2  -  3  1  8  7"])
def test_a_number_in_disguise_that_every_line_repeats_is_a_doorway(number):
    assert read_page(lines_of(number)).is_doorway


HEADLINE = "济南一小学推出校园农场，家长点赞"


def test_a_headline_behind_a_list_of_places_is_kept():
    doorway = pages.specimen(random.Random(4))
    text = f"{doorway}\n{HEADLINE}\n{pages.STORY[0]}\n{pages.STORY[1]}"
    kept = "".join(text[each.start : each.end] for each in read_page(text).segments[1:])
    assert HEADLINE in kept


CALLS = [
    "{0} Customer Service Number {1}",
    "Call {0} support now {1} to talk to a live agent 24/7",
    "How do I contact {0}? Dial {1} for refund and cancellation",
    "{0} helpline phone number {1}, toll free number {1}",
    "Need help with {0}? Call us today {1}",
]


def test_english_pages_of_one_number_under_many_names_are_doorways():
    names = ["Norvia Air", "Belmont Bank", "Cloudpay", "Hexmail"]
    text = "\n".join(call.format(name, "1-888-555-0142") for name in names for call in CALLS)
    page = read_page(text)
    assert page.is_doorway
    assert page.found.numbers["8885550142"] >= 20


def test_an_english_contact_page_is_kept():
    text = (
        "Contact Belmont Bank\nCustomer service number 1-800-555-0177, Monday to Friday.\n"
        "To report a lost card, call 1-800-555-0188 at any hour.\n"
        "You can also write to us, or visit a branch. Bring a photo ID with you.\n"
        "Belmont Bank never asks for your password by phone. If in doubt, hang up and call the "
        "number on the back of your card."
    )
    assert not read_page(text).is_doorway

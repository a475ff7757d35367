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

"""The parts that texts are put together from."""

import pytest

from unbrush.simulate.chance import Streams
from unbrush.simulate.texts import contacts
from unbrush.simulate.texts.buying import TRADES
from unbrush.simulate.texts.calls import CALLS, call
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.doorways import FAMILIES, doorway, specimen
from unbrush.simulate.texts.edits import EDITS, N_EDITS, edited
from unbrush.simulate.texts.masks import masked
from unbrush.simulate.texts.neutral import NEUTRAL, neutral
from unbrush.simulate.texts.page import as_text
from unbrush.simulate.texts.plain_pages import PLAIN, plain_page
from unbrush.simulate.texts.reviewing import review
from unbrush.simulate.texts.spin import spin
from unbrush.simulate.texts.supplied import descended, draft, filled, skeletons


@pytest.fixture
def dice() -> Dice:
    return Dice(Streams(4).part("test"))


def test_spinning_says_each_way_and_keeps_what_is_given(dice: Dice):
    said = {spin(dice, "{很|真{的|}}<good>{，|}", {"good": ("鞋", "帽")}) for _ in range(300)}
    assert said == {f"{how}{good}{end}" for how in ("很", "真的", "真") for good in "鞋帽"
                    for end in ("，", "")}  # fmt: skip


@pytest.mark.parametrize("form", ["{好|坏", "好}", "<good"])
def test_a_form_that_is_not_closed_is_refused(form: str, dice: Dice):
    with pytest.raises(ValueError, match=r".+"):
        spin(dice, form, {"good": "鞋"})


@pytest.mark.parametrize("trade", TRADES)
@pytest.mark.parametrize("mood", ["pleased", "even", "angry"])
def test_a_review_is_whole_and_its_stars_suit_its_mood(trade: str, mood: str, dice: Dice):
    for _ in range(40):
        said = review(dice, trade=TRADES[trade], mood=mood)
        assert not set("{}<>|") & set(said.text)
        assert said.rating in {"pleased": (4, 5), "even": (3, 4), "angry": (1, 2)}[mood]


def test_honest_reviews_of_one_thing_seldom_coincide(dice: Dice):
    texts = [review(dice, trade=TRADES["shoes"]).text for _ in range(500)]
    assert len(set(texts)) > 490


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("level", range(4))
def test_a_call_is_whole_and_has_the_contact_that_it_shows(kind: str, level: int, dice: Dice):
    for _ in range(60):
        said = call(dice, level=level, kind=kind)
        assert not set("{}<>\ue000") & set(said.text)
        assert all(each.written for each in said.contacts)


@pytest.mark.parametrize("kind", NEUTRAL)
def test_a_neutral_text_is_whole(kind: str, dice: Dice):
    for _ in range(40):
        said = neutral(dice, kind=kind)
        assert not set("{}<>\ue000") & set(said.text)
        assert (said.label, said.kind) == ("neutral", kind)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_the_text_and_keeps_most_of_it(name: str, dice: Dice):
    text = "平时穿43码，这次拍的就是43，大小正合适，快递4天到的，质量不错，可以买"
    for _ in range(30):
        copy = EDITS[name](dice, text)
        assert copy != text
        assert len(set(copy) & set(text)) > 0.4 * len(set(text))


@pytest.mark.parametrize("level", range(4))
def test_edits_of_a_level_are_as_many_as_it_says(level: int, dice: Dice):
    n = {len(edited(dice, "质量不错，物流很快，下次还来", level=level)[1]) for _ in range(100)}
    assert (min(n), max(n)) == N_EDITS[level]


def test_a_mask_hides_more_at_a_higher_level(dice: Dice):
    text = "五星好评截图返现，红包日结，刷单佣金"
    kept = [
        sum(masked(dice, text, level=level).count(word) for word in ("好评", "返现", "红包", "刷单")
            for _ in range(50))
        for level in range(4)
    ]  # fmt: skip
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == 200 > 3 * kept[3]


@pytest.mark.parametrize("level", range(4))
def test_a_hidden_number_still_has_its_digits(level: int, dice: Dice):
    digits = str.maketrans(
        "零一二三四五六七八九洞幺两拐壹贰叁肆伍陆柒捌玖", "01234567890127123456789"
    )
    for _ in range(200):
        number = contacts.phone(dice)
        shown = contacts.hidden(dice, number, level=level).translate(digits)
        plain = "".join(str(contacts_value(c)) for c in shown if contacts_value(c) is not None)
        assert plain == number


def contacts_value(letter: str) -> int | None:
    """Return the digit that a letter stands for, whatever its dress."""
    import unicodedata

    value = unicodedata.digit(letter, None)
    return value if value is not None else (0 if letter in "⓪⓿" else None)


def test_fillings_of_a_skeleton_share_its_words_and_others_do_not(dice: Dice):
    [first, *others] = skeletons(dice, 8)
    base = filled(dice, first, TRADES["shoes"], freedom=0)
    assert filled(dice, first, TRADES["shoes"], freedom=0) == base
    near = [share(base, filled(dice, first, TRADES["shoes"], freedom=0.5)) for _ in range(20)]
    far = [share(base, filled(dice, other, TRADES["shoes"], freedom=0.5)) for other in others]
    assert sum(near) / len(near) > sum(far) / len(far) + 0.3


def test_a_draft_is_left_further_behind_at_each_level(dice: Dice):
    source = draft(dice, shop="云里小馆")
    kept = [
        sum(share(source.text, descended(dice, source, level=level)) for _ in range(60))
        for level in range(4)
    ]
    assert kept == sorted(kept, reverse=True)


def share(one: str, other: str) -> float:
    """Return how many pairs of letters of two texts are the same (0-1)."""
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other)]
    return len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("level", range(4))
def test_a_doorway_is_whole_and_may_hold_an_article(family: str, level: int, dice: Dice):
    for with_article in (True, False):
        page = doorway(dice, level=level, family=family, with_article=with_article)
        text = as_text(page).content
        assert not set("{}<>") & set(text)
        assert any(block.label == "article" for block in page.blocks) == with_article
        assert page.numbers
        assert any(name in text for name in page.brands)


def test_the_specimen_has_the_published_measures(dice: Dice):
    page = specimen(dice)
    text = as_text(page).content
    assert text.count(page.numbers[0]) == 10
    assert text.count(page.brands[0]) == 16
    assert len(text.splitlines()) == 76
    [_, places, *_] = page.blocks
    assert len(places.lines) == 54
    named = [name for line in places.lines for name in line.removeprefix("热门城市：")
             .replace("市（", "、").removesuffix("）").split("、")]  # fmt: skip
    named = [name.removesuffix("市") if name.endswith("市") else name for name in named]
    assert len(named) == 407
    assert 370 <= len(set(named)) <= 382
    assert 3_000 < len(text) < 4_500


@pytest.mark.parametrize("kind", PLAIN)
def test_an_honest_page_is_whole_and_has_no_doorway(kind: str, dice: Dice):
    for _ in range(10):
        page = plain_page(dice, kind=kind)
        assert (page.label, page.kind) == ("plain", kind)
        assert {block.label for block in page.blocks} == {"plain"}
        assert not set("{}<>") & set(as_text(page).content)


def test_a_title_is_an_article_only_where_it_is_its_headline(dice: Dice):
    pages = [doorway(dice, level=1, with_article=True) for _ in range(300)]
    headed = {page.headed for page in pages if page.blocks[0].label == "article"}
    assert headed == {"article", "doorway"}
    for page in pages:
        is_headline = page.title in {
            line for b in page.blocks if b.label == "article" for line in b.lines
        }
        number = any(name in page.title for name in page.brands)
        assert (page.headed == "article") != number
        assert page.headed == "article" or not is_headline

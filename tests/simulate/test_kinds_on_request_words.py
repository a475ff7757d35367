"""Kinds planted on request that are about what reviews say, and the honest words beside them."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from unbrush.simulate import KINDS, LOOK_ALIKES, LOOK_ALIKES_BESIDE, USUAL_KINDS, schemes, simulate
from unbrush.simulate.lexicon import CATEGORIES, COMPLAINT
from unbrush.store.duckdb_engine import DuckDBEngine

Ask = Callable[..., list[tuple]]
LEVELS = [0, 1, 2, 3]
EVERY = ["bland-praise", "listing-copy", "stars-against-words"]
BESIDE = [(kind, name) for name, kinds in LOOK_ALIKES_BESIDE.items() for kind in kinds]
ASPECTS = {c.name: {aspect.split(":")[0] for aspect in c.aspects} for c in CATEGORIES}
COMPLAINTS = {word for words in COMPLAINT.values() for word in words.split()}
SAID = """SELECT text, rating, title, category, shop_id FROM reviews
    JOIN items USING (item_id, shop_id)"""
PERSONAL = re.compile("家里|朋友|同事|闺蜜|邻居|平时|一般|一开始|下单前|买之前|网|拿|取|收到")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Return the rows of a SELECT over a market of one kind: ``ask(sql, kind, level)``."""

    @cache
    def made(kind: str, level: int) -> Path:
        out = tmp_path_factory.mktemp("market")
        simulate(out, n_orders=8_000, seed=11, level=level, kinds=[kind])
        return out

    with DuckDBEngine(threads=2) as engine:

        def rows(sql: str, kind: str, level: int) -> list[tuple]:
            folder = made(kind, level)
            for path in sorted([*folder.glob("*.parquet"), *folder.glob("truth/*.parquet")]):
                engine.view(path.stem, f"SELECT * FROM {engine.scan(path)}")
            for subject in ("order", "review", "shop"):
                engine.view(
                    f"fake_{subject}s",
                    f"""SELECT subject_id FROM labels
                    WHERE is_fake AND kind = '{kind}' AND subject_kind = '{subject}'""",
                )
            table = engine.query(sql)
            return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

        yield rows


def fakes(ask: Ask, kind: str, level: int, where: str = "true") -> list[tuple]:
    sql = f"{SAID} WHERE review_id IN (FROM fake_reviews) AND {where} ORDER BY review_id"
    return ask(sql, kind, level)


def honest(ask: Ask, name: str) -> list[tuple]:
    """Return what a look-alike writes itself, where the platform does not fill it in."""
    [kind] = LOOK_ALIKES_BESIDE[name]
    return ask(
        f"""{SAID} WHERE text_source = 'written' AND review_id IN (SELECT subject_id FROM labels
        WHERE subject_kind = 'review' AND look_alike = '{name}') ORDER BY review_id""",
        kind,
        1,
    )


def speaks_of_goods(text: str, category: str) -> bool:
    return any(aspect in text for aspect in ASPECTS[category])


def complains(text: str) -> bool:
    return any(word in text for word in COMPLAINTS)


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize("kind", EVERY)
def test_it_is_planted_on_request_only(kind: str):
    assert kind in KINDS
    assert kind not in USUAL_KINDS


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", EVERY)
def test_the_truth_names_it_and_no_other_kind(ask, kind: str, level: int):
    assert ask("SELECT DISTINCT kind FROM plans WHERE is_fake", kind, level) == [(kind,)]
    [(planted,)] = ask("SELECT sum(n_orders)::INT FROM plans WHERE is_fake", kind, level)
    assert 200 < planted < 600
    assert len(fakes(ask, kind, level)) > 0.75 * planted  # the last ones come after the span


@pytest.mark.parametrize("kind", EVERY)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, kind: str):
    for name in ("a", "b"):
        simulate(tmp_path / name, n_orders=1_500, seed=4, level=2, kinds=[kind])
    assert_same(tmp_path / "a", tmp_path / "b")


def assert_same(one: Path, other: Path) -> None:
    for path in sorted(one.rglob("*.*")):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes(), path.name


@pytest.mark.parametrize("kinds", [[], ["review-cash-card"], ["item-swap", "red-packet"]])
def test_other_markets_are_what_they_were_without_it(tmp_path: Path, monkeypatch, kinds: list[str]):
    simulate(tmp_path / "with", n_orders=1_500, seed=4, level=2, kinds=kinds)
    others = tuple(scheme for scheme in schemes.FRAUDS if scheme.name not in EVERY)
    monkeypatch.setattr(schemes, "FRAUDS", others)
    monkeypatch.setattr(schemes, "BESIDE", ())
    simulate(tmp_path / "without", n_orders=1_500, seed=4, level=2, kinds=kinds)
    assert_same(tmp_path / "without", tmp_path / "with")


@pytest.mark.parametrize(("kind", "name"), BESIDE)
def test_its_look_alikes_are_beside_it_and_nowhere_else(ask, kind: str, name: str):
    assert name not in LOOK_ALIKES
    for planted in EVERY:
        found = ask(
            f"SELECT count(*), bool_or(is_fake) FROM labels WHERE look_alike = '{name}'", planted, 1
        )
        assert found[0][1] is (False if planted == kind else None)
    assert len(honest(ask, name)) > 8


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", EVERY)
def test_real_buyers_of_the_same_items_write_beside_it(ask, kind: str, level: int):
    said = ask(
        f"""{SAID} WHERE item_id IN (SELECT item_id FROM reviews
            WHERE review_id IN (FROM fake_reviews))
        AND text_source = 'written' AND length(text) > 9
        AND review_id NOT IN (SELECT subject_id FROM labels WHERE subject_kind = 'review')""",
        kind,
        level,
    )
    assert len(said) > 0.2 * len(fakes(ask, kind, level))
    assert share([speaks_of_goods(text, category) for text, _, _, category, _ in said]) > 0.5


# Bland praise


@pytest.mark.parametrize("level", LEVELS)
def test_bland_praise_says_nothing_of_the_goods(ask, level: int):
    said = fakes(ask, "bland-praise", level)
    assert share([speaks_of_goods(text, category) for text, _, _, category, _ in said]) < 0.02
    assert {rating for _, rating, *_ in said} == ({5} if level < 2 else {4, 5})


def test_bland_praise_repeats_less_and_varies_more_the_better_it_hides(ask):
    by_level = [fakes(ask, "bland-praise", level) for level in LEVELS]
    distinct = [len({text for text, *_ in said}) / len(said) for said in by_level]
    assert distinct[0] < 0.6 < 0.9 < min(distinct[1:])
    spread = [sum(len(text) > 40 or len(text) < 8 for text, *_ in said) for said in by_level]
    assert spread[0] < spread[2]
    names = [
        share([title.endswith(text_good(text, title)) for text, _, title, *_ in said])
        for said in by_level
    ]
    assert names[1] == 0
    assert names[2] > 0.2


def text_good(text: str, title: str) -> str:
    """Return the longest end of the title that stands in the text; a mark that no title has."""
    ends = (title[n:] for n in range(len(title) - 1))
    return next((end for end in ends if end in text), "\0")


def test_people_in_a_hurry_write_as_little(ask):
    said = honest(ask, "hurried-praise")
    assert share([len(text) < 14 for text, *_ in said]) > 0.7
    [(days,)] = ask(
        """SELECT (max(placed_at) - min(placed_at)) / 86400000 FROM orders WHERE order_id IN
        (SELECT subject_id FROM labels WHERE look_alike = 'hurried-praise'
            AND subject_kind = 'order')""",
        "bland-praise",
        1,
    )
    assert days < 2


# Listing copies


def test_less_of_the_title_is_left_the_better_a_copy_hides(ask):
    kept = []
    for level in LEVELS:
        said = fakes(ask, "listing-copy", level)
        parts = [(text, title.split(" ")[1:-1]) for text, _, title, *_ in said]
        assert all(len(points) == 3 for _, points in parts)
        kept.append(share([any(point in text for point in points) for text, points in parts]))
    assert kept[0] > 0.99
    assert kept == sorted(kept, reverse=True)
    assert kept[3] < 0.5


def test_a_careful_copy_has_something_personal_and_a_careless_one_has_not(ask):
    found = [
        share([bool(PERSONAL.search(text)) for text, *_ in fakes(ask, "listing-copy", level)])
        for level in (0, 3)
    ]
    assert found[0] < 0.05
    assert found[1] > 0.5


def test_long_titles_are_not_the_mark_of_a_copied_listing(ask):
    [(n, others)] = ask(
        """SELECT count(*), count(*) FILTER (WHERE shop_id NOT IN (FROM fake_shops)) FROM items
        WHERE contains(title, ' ')""",
        "listing-copy",
        0,
    )
    assert others / n > 0.5


def test_who_quotes_a_title_says_something_of_the_goods_as_well(ask):
    said = honest(ask, "title-quoter")
    assert share([text.startswith(title.split(" ")[0]) for text, _, title, *_ in said]) > 0.05
    assert share([rating < 4 for _, rating, *_ in said]) > 0.05
    assert share([speaks_of_goods(text, category) for text, _, _, category, _ in said]) > 0.8


# Stars against words


@pytest.mark.parametrize("level", LEVELS)
def test_bought_stars_stand_on_complaints_of_honest_buyers(ask, level: int):
    said = fakes(ask, "stars-against-words", level, "shop_id IN (FROM fake_shops)")
    assert len(said) > 20
    assert {rating for _, rating, *_ in said} == ({5} if level < 2 else {4, 5})
    told = share([complains(text) for text, *_ in said])
    assert told > 0.95 if level == 0 else told > 0.6 if level < 3 else told < 0.6
    [(orders,)] = ask(
        """SELECT count(*) FROM reviews WHERE review_id IN (FROM fake_reviews)
        AND shop_id IN (FROM fake_shops) AND order_id IN (FROM fake_orders)""",
        "stars-against-words",
        level,
    )
    assert orders == 0


@pytest.mark.parametrize("level", LEVELS)
def test_a_rivals_low_stars_stand_on_praise_or_nothing_at_an_honest_shop(ask, level: int):
    victims = """shop_id IN (SELECT subject_id FROM labels WHERE subject_kind = 'shop'
        AND look_alike = 'stars-against-words-victim' AND NOT is_fake)"""
    said = fakes(ask, "stars-against-words", level, victims)
    assert len(said) > 100
    assert {rating for _, rating, *_ in said} == ({1} if level == 0 else {1, 2})
    assert share([complains(text) for text, *_ in said]) < 0.05
    assert len(said) == len(fakes(ask, "stars-against-words", level, "rating < 3"))


def test_the_chat_says_less_of_what_the_stars_are_for_the_better_it_hides(ask):
    asked = [
        ask("SELECT count(*) FROM messages WHERE contains(text, '五星')", "stars-against-words", n)
        for n in LEVELS
    ]
    assert asked[0][0][0] > 20
    assert asked[3][0][0] == 0


@pytest.mark.parametrize("name", ["but-review", "ironic-review", "misclick"])
def test_honest_clashes_are_everywhere(ask, name: str):
    said = honest(ask, name)
    assert len({shop for *_, shop in said}) > 0.4 * len(said)
    if name == "ironic-review":
        assert {rating for _, rating, *_ in said} == {1, 2}
        assert share([complains(text) for text, *_ in said]) > 0.95
    if name == "misclick":
        assert any(rating == 5 and complains(text) for text, rating, *_ in said)
        assert any(rating == 1 and not complains(text) for text, rating, *_ in said)

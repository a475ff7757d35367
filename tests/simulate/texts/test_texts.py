"""What holds for every sort of text that can be written."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from unbrush.base.errors import BadParameter
from unbrush.simulate.texts import SORTS, write_texts

every_sort = pytest.mark.parametrize("sort", SORTS)
every_level = pytest.mark.parametrize("level", range(4))
N = 400


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return records and truth of a sort at a level, made once."""
    made: dict[tuple[str, int], tuple[list[dict], list[dict]]] = {}

    def pairs(sort: str, level: int = 2) -> tuple[list[dict], list[dict]]:
        if (sort, level) not in made:
            out = tmp_path_factory.mktemp("texts")
            write_texts(out, sort=sort, n=N, level=level, seed=5)
            made[sort, level] = rows(out / "input.jsonl"), rows(out / "truth.jsonl")
        return made[sort, level]

    return pairs


@every_sort
@every_level
def test_each_text_has_its_truth_on_the_same_line(sort: str, level: int, written):
    records, truths = written(sort, level)
    assert len(records) == N
    assert [r["id"] for r in records] == [t["id"] for t in truths]
    assert len({r["id"] for r in records}) == N
    assert all((r.get("text") or r["html"]).strip() for r in records)


@every_sort
def test_the_same_arguments_give_the_same_bytes_and_others_others(sort: str, tmp_path):
    for out, level, seed in (("a", 1, 1), ("b", 1, 1), ("level", 2, 1), ("seed", 1, 2)):
        write_texts(tmp_path / out, sort=sort, n=60, level=level, seed=seed)
    for name in ("input.jsonl", "truth.jsonl"):
        first = (tmp_path / "a" / name).read_bytes()
        assert first == (tmp_path / "b" / name).read_bytes()
        assert first != (tmp_path / "level" / name).read_bytes()
        assert first != (tmp_path / "seed" / name).read_bytes()


@every_sort
def test_the_first_of_many_are_those_of_few(sort: str, tmp_path):
    write_texts(tmp_path / "few", sort=sort, n=50, seed=3)
    write_texts(tmp_path / "many", sort=sort, n=130, seed=3)
    assert rows(tmp_path / "few/input.jsonl") == rows(tmp_path / "many/input.jsonl")[:50]


@every_sort
def test_the_record_says_nothing_of_the_truth(sort: str, written):
    records, _ = written(sort)
    known = {"id", "text", "html", "text_source", "rating", "posted_at", "account_id",
             "item_id", "item_title"}  # fmt: skip
    assert {key for record in records for key in record} <= known


@every_sort
def test_texts_are_many_and_not_a_few_over_and_over(sort: str, written):
    records, truths = written(sort, 1)
    short = {"honest-short", "default", "tag", "assisted", "empty", "off-the-page"}
    texts = [
        record.get("text") or record["html"]
        for record, truth in zip(records, truths, strict=True)
        if truth["kind"] not in short
    ]
    assert len(set(texts)) > 0.97 * len(texts)


@pytest.mark.parametrize(
    "wrong", [{"sort": "poems"}, {"level": 4}, {"n": 0}, {"seed": -1}], ids=str
)
def test_what_cannot_be_written_is_answered_with_what_can(wrong: dict, tmp_path):
    with pytest.raises(BadParameter) as caught:
        write_texts(tmp_path / "out", **{"sort": "posts", **wrong})
    assert caught.value.hint
    assert not (tmp_path / "out").exists()


@every_level
def test_spans_of_pages_hold_the_lines_of_their_label(level: int, written):
    records, truths = written("pages", level)
    for record, truth in zip(records, truths, strict=True):
        content = record.get("text") or record["html"]
        for span in truth["spans"]:
            part = content[span["start"] : span["end"]]
            if truth["is_html"]:
                said = unescape(re.sub(r"<[^>]+>", "", part))
                assert re.sub(r"\s", "", said) == re.sub(r"\s", "", "".join(span["lines"]))
            else:
                assert part == "\n".join(span["lines"])
        labels = {span["label"] for span in truth["spans"]}
        assert labels <= ({"doorway", "article"} if truth["label"] == "doorway" else {"plain"})


def test_every_doorway_names_its_number_while_it_does_not_hide_it(written):
    for record, truth in zip(*written("pages", 1), strict=True):
        if truth["label"] == "doorway":
            assert any(
                number in (record.get("text") or record["html"]) for number in truth["numbers"]
            )


def test_contacts_stand_plain_in_posts_at_level_0_and_hidden_at_level_3(written):
    def shown(level: int) -> float:
        n = found = 0
        for record, truth in zip(*written("posts", level), strict=True):
            if truth["label"] == "neutral":
                continue
            n += len(truth["contacts"])
            found += sum(each["value"] in record["text"] for each in truth["contacts"])
        return found / n

    assert shown(0) == 1
    assert shown(3) < 0.3


@every_level
def test_what_is_said_of_a_call_follows_from_its_text(level: int, written):
    for _, truth in zip(*written("posts", level), strict=True):
        if truth["label"] != "paid-praise":
            assert not truth["fields"]
            continue
        assert truth["fields"]["reward"] in ("free", "commission", "packet")
        assert truth["fields"].get("reward_minor", 100) > 0


def test_what_a_call_says_stands_in_it_at_level_0(written):
    for record, truth in zip(*written("posts", 0), strict=True):
        for name in ("shop", "item", "keyword"):
            if name in truth["fields"]:
                assert truth["fields"][name] in record["text"]


def test_a_copy_names_an_earlier_review_of_the_same_item(written):
    records, truths = written("reviews")
    place = {record["id"]: number for number, record in enumerate(records)}
    copies = [t for t in truths if t["kind"] == "copy" and t["parent"]]
    assert copies
    for truth in copies:
        own, parent = place[truth["id"]], place[truth["parent"]]
        assert parent < own
        assert records[parent]["item_id"] == records[own]["item_id"]

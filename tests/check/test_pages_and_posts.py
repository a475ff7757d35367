"""Pages, posts and pictures one after the other: segments, fields, order, kinds."""

import io
import json
import sys
from itertools import pairwise

import pytest

from unbrush.check.kinds import Kind, kind_of_fields, kind_of_text
from unbrush.serve.cli import run_command

BRANDS = ("海尔", "格力", "美的", "海信", "奥克斯")
PLACES = (
    "北京市朝阳区、上海市浦东新区、广州市天河区、深圳市南山区、杭州市西湖区、成都市锦江区、江汉区"
)
SPAM = "\n".join(
    f"{brand}空调售后维修电话400-123-4567全国统一报修，服务区域：{PLACES}" for brand in BRANDS
)
ARTICLE = (
    "昨日，市民王女士告诉记者，她每天早晨都会到湖边散步。公园管理处表示，今年春天来得比往年早，"
    "樱花提前一周开放。不少游客带着孩子前来拍照。工作人员提醒大家文明赏花，不要攀折花枝。"
    "据介绍，花期还将持续两周左右，周末人流较大，建议错峰出行。"
)
CALL = "打卡拍照、发布五星好评，免费享用双人套餐，加微信 abc_12345 报名"
VISIT = "今天和朋友去了这家火锅店，味道一般，排队太久。"


def said(capsys, *words, code=0):
    assert run_command(["check", *map(str, words), "--json"]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def jsonl(path, *records):
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_spam_is_cut_out_and_the_article_behind_it_is_kept(tmp_path, capsys):
    text = f"{SPAM}\n\n{ARTICLE}"
    path = jsonl(tmp_path / "pages.jsonl", {"id": "p", "text": text}, {"id": "q", "text": ARTICLE})
    both, article = said(capsys, "--kind", "page", path)
    assert [each["label"] for each in both["segments"]] == ["doorway", "kept"]
    doorway, kept = both["segments"]
    assert doorway["start"] == 0
    assert kept["end"] == len(text)
    assert ARTICLE in text[kept["start"] :]
    assert doorway["reasons"][0]["zh"]
    assert doorway["reasons"][0]["en"]
    assert both["labels"] == ["doorway-page"]
    assert both["numbers"][0]["n_brands"] >= 3
    assert article["labels"] == []
    assert [each["label"] for each in article["segments"]] == ["kept"]


def test_offsets_count_code_points_of_the_text_given(tmp_path, capsys):
    text = f"{'😀' * 40}\n{ARTICLE}\n\n{SPAM}"
    (page,) = said(capsys, "--kind", "page", jsonl(tmp_path / "p.jsonl", {"text": text}))
    segments = page["segments"]
    assert segments[0]["start"] == 0
    assert segments[-1]["end"] == len(text)
    for before, after in pairwise(segments):
        assert before["end"] == after["start"]
    doorway = next(each for each in segments if each["label"] == "doorway")
    assert text[doorway["start"] : doorway["end"]].startswith("海尔")


def test_of_html_the_text_that_offsets_count_comes_along(tmp_path, capsys):
    html = (
        f"<html><head><title>售后</title></head><body><p>{SPAM}</p><p>{ARTICLE}</p></body></html>"
    )
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    (page,) = said(capsys, path)
    assert page["is_kind_guessed"]
    assert page["kind"] == "page"
    assert page["title"] == "售后"
    kept = page["segments"][-1]
    assert ARTICLE in page["text"][kept["start"] : kept["end"]]
    (line,) = said(capsys, "--kind", "page", jsonl(tmp_path / "p.jsonl", {"html": html}))
    assert line["segments"] == page["segments"]


def test_html_in_an_old_encoding_says_so_itself(tmp_path, capsys):
    path = tmp_path / "page.html"
    html = f'<html><head><meta charset="gb2312"></head><body>{ARTICLE}</body></html>'
    path.write_bytes(html.encode("gb18030"))
    assert "市民王女士" in said(capsys, path)[0]["text"]


def test_nothing_is_lost_and_order_is_kept(tmp_path, capsys):
    path = jsonl(
        tmp_path / "p.jsonl", {"id": 1, "text": VISIT}, "{", {"id": 3}, {"id": 4, "text": CALL}
    )
    for kind in ("page", "post"):
        found = said(capsys, "--kind", kind, path, code=1)
        assert [each["id"] for each in found] == [1, None, 3, 4]
        assert [each["line"] for each in found] == [1, 2, 3, 4]
        assert ["error" in each for each in found] == [False, True, True, False]
        assert {each["kind"] for each in found} == {kind}


def test_a_call_is_labelled_and_read_into_fields(tmp_path, capsys):
    path = jsonl(tmp_path / "p.jsonl", {"id": 1, "text": CALL}, {"id": 2, "text": VISIT})
    call, visit = said(capsys, "--kind", "post", path)
    assert call["labels"] == ["paid-praise-post"]
    assert call["fields"]["stars"] == 5
    (contact,) = call["fields"]["contacts"]
    assert contact["kind"] == "wechat"
    assert CALL[contact["start"] : contact["end"]] == "abc_12345"
    assert "abc_12345" not in json.dumps(call), "a contact is personal and shown masked"
    assert call["reasons"][0]["zh"]
    assert visit["labels"] == []
    assert visit["fields"] == {}


def test_more_posts_than_a_chunk_stay_in_order(tmp_path, capsys):
    records = [{"id": n, "text": CALL if n % 1_000 == 7 else VISIT} for n in range(9_000)]
    found = said(capsys, "--kind", "post", jsonl(tmp_path / "p.jsonl", *records))
    assert [each["id"] for each in found] == list(range(9_000))
    assert [each["id"] for each in found if each["labels"]] == list(range(7, 9_000, 1_000))


def test_lines_come_while_later_ones_are_not_read_yet(tmp_path):
    from unbrush.check.sources import Options, check

    path = jsonl(tmp_path / "p.jsonl", *[{"id": n, "text": VISIT} for n in range(5_000)])
    documents = check(None, [str(path)], Options(now_ms=0, kind=Kind.PAGE))
    assert next(documents)["id"] == 0
    path.write_bytes(path.read_bytes()[:2_000_000] + b"\xff\xff\xff\n")
    documents.close()


def test_several_files_and_a_pipe_are_told_apart(tmp_path, capsys, monkeypatch):
    class Pipe:
        buffer = io.BytesIO(json.dumps({"id": 9, "text": CALL}).encode())

    monkeypatch.setattr(sys, "stdin", Pipe)
    path = tmp_path / "a.txt"
    path.write_text(VISIT, encoding="utf-8")
    found = said(capsys, path, "-", tmp_path / "none.txt", code=1)
    assert [each["file"] for each in found] == [
        str(path),
        "standard input",
        str(tmp_path / "none.txt"),
    ]
    assert [each["kind"] for each in found] == ["post", "post", None]
    assert found[1]["labels"] == ["paid-praise-post"]
    assert found[2]["error"]["code"] == "source-not-found"


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ([{"text": "很好", "rating": 5}], Kind.REVIEWS),
        ([{"item_id": 1, "reviews": []}], Kind.REVIEWS),
        ([{"评价内容": "很好"}], Kind.REVIEWS),
        ([{"id": 1, "html": "<p>"}], Kind.PAGE),
        ([{"url": "x", "text": "短"}], Kind.PAGE),
        ([{"text": "短"}], Kind.POST),
        ([{"text": "长" * 2_000}], Kind.PAGE),
        ([{"text": "长" * 2_000}, {"text": "短"}], Kind.POST),
        ([{"file": "a.png"}], Kind.PICTURE),
    ],
)
def test_kinds_are_told_by_the_fields(records, kind):
    from unbrush.check.fields import telling_titles

    assert kind_of_fields(records, telling_titles()) is kind


def test_a_text_is_a_post_unless_it_is_long_or_has_markup():
    assert kind_of_text(CALL) is Kind.POST
    assert kind_of_text("<html><body>a</body></html>") is Kind.PAGE
    assert kind_of_text(ARTICLE * 20) is Kind.PAGE


def test_the_terminal_speaks_the_language_asked_for(tmp_path, capsys):
    path = jsonl(tmp_path / "p.jsonl", {"id": 1, "text": CALL})
    for lang, has, lacks in (
        ("zh", "换取", "pays for"),
        ("en", "pays for", "换取"),
        ("both", "pays for", ""),
    ):
        assert run_command(["check", "--kind", "post", str(path), "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert has in out
        assert not lacks or lacks not in out


@pytest.mark.parametrize(
    ("words", "code", "said_"),
    [
        ([], 2, "There is nothing to check"),
        (["--kind", "novel", "x"], 2, "novel"),
        (["x.csv", "--max-text-mb", "0"], 2, "--max-text-mb is 0"),
        (["x.csv", "--now", "soon"], 2, "no date"),
        (["x.csv"], 1, "There is no x.csv"),
    ],
)
def test_mistakes_get_a_sentence_and_a_code(words, code, said_, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_command(["check", *words]) == code
    shown = capsys.readouterr()
    assert said_ in shown.err + shown.out

"""Reviews of one item, as somebody copied them: the rating corrected, the copies shown."""

import csv
import json

import pytest

from unbrush.base.rating import mean_of, scale_of
from unbrush.check import reviews
from unbrush.check.gathering import masked
from unbrush.serve.cli import run_command
from unbrush.store.duckdb_engine import DuckDBEngine

COPIED = (
    "宝贝收到了比想象中还要好看，物流很快，卖家态度也非常好，下次还会再来购买的，推荐给大家哦",
    "宝贝收到啦比想象中还要好看，物流很快，卖家态度也非常好，下次还会再来购买的，推荐给大家呀",
    "宝贝收到了比照片上还要好看，物流很快，卖家态度也非常好，下次还会再来购买的，推荐给大家哦",
    "宝贝收到了比想象中还要好看！物流很快！卖家态度也非常好！下次还会再来购买的！推荐给大家哦",
    "宝貝收到了比想象中還要好看，物流很快，賣家態度也非常好，下次還會再來購買的，推薦給大家哦",
    "宝贝收到了比想象中还要好看，物流超快，卖家态度也非常好，下次还会再来购买的，推荐给大家哦",
)
OWN = (
    ("鞋底穿了一周就开胶，客服推来推去不给处理，颜色也和图片差很多", 1),
    ("尺码偏大半码，平时穿四十的买三十九刚好，走一天路不磨脚就是有点闷", 4),
    ("给老爸买的，他说鞋垫太薄，冬天穿会冷，别的还凑合", 3),
)
READY = ("此用户没有填写评价。", "系统默认好评", "该用户未填写评价内容")


def document(tmp_path, capsys, text, name="reviews.csv", *words, code=0, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    assert run_command(["check", str(path), "--json", *words]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def table(header="编号,评分,评价内容", *, extra=()):
    rows = [(text, 5) for text in COPIED] + list(OWN) + [(text, 5) for text in READY]
    lines = [f"{n},{stars},{text}" for n, (text, stars) in enumerate(rows, 1)]
    return "\n".join([header, *lines, *extra, ""])


def test_copies_are_left_out_of_the_rating_and_shown_with_their_template(tmp_path, capsys):
    (item,) = document(tmp_path, capsys, table())
    rating = item["rating"]
    assert rating["raw"]["value"] == pytest.approx((6 * 5 + 8 + 15) / 12, abs=1e-3)
    assert rating["adjusted"]["n"] == 6
    assert rating["adjusted"]["value"] == pytest.approx((8 + 15) / 6, abs=1e-3)
    assert rating["adjusted"]["low"] < rating["adjusted"]["value"] < rating["adjusted"]["high"]
    assert rating["own_words"]["value"] == pytest.approx(8 / 3, abs=1e-3)
    assert rating["range"][0] <= rating["counted"]["value"] <= rating["range"][1]
    (skeleton,) = item["skeletons"]
    assert skeleton["n"] == 6
    assert "物流" in skeleton["template"]
    assert len(skeleton["examples"]) >= 3
    for review in item["reviews"][:6]:
        assert "repeated-text" in review["labels"]
        assert review["cluster"]["id"] == skeleton["id"]
        assert any(reason["zh"] and reason["en"] for reason in review["reasons"])


def test_the_bounds_hold_what_may_have_been_missed_and_only_where_something_was_found(
    tmp_path, capsys
):
    (item,) = document(tmp_path, capsys, table())
    rating = item["rating"]
    assert rating["bounds"]["adjusted"]["n_like"] == 0  # the five stars left are the platform's
    assert rating["bounds"]["adjusted"]["low"] <= rating["adjusted"]["low"]
    lines = [f"{n},{stars},{text}" for n, (text, stars) in enumerate(OWN, 1)]
    (item,) = document(tmp_path, capsys, "\n".join(["编号,评分,评价内容", *lines, ""]))
    assert item["rating"]["bounds"] == {"adjusted": None, "own_words": None}


def test_the_style_of_one_text_alone_leaves_no_review_out_of_the_mean():
    def review(rating, verdict, *labels):
        return {
            "rating": rating,
            "verdict": verdict,
            "labels": list(labels),
            "text_source": "written",
        }

    own = [review(2.0, "kept"), review(5.0, "doubtful", "invented-text")]
    assert reviews._rating(own, (1.0, 5.0))["adjusted"]["n"] == 2
    own[1] = review(5.0, "doubtful", "invented-text", "template-praise")
    assert reviews._rating(own, (1.0, 5.0))["adjusted"]["n"] == 1
    own[1] = review(5.0, "excluded", "invented-text")
    assert reviews._rating(own, (1.0, 5.0))["adjusted"]["n"] == 1


def test_default_praise_and_words_of_their_own_are_not_flagged(tmp_path, capsys):
    (item,) = document(tmp_path, capsys, table())
    assert item["ready_made"] == {"default": 3}
    for review in item["reviews"][6:]:
        assert review["labels"] == []
        assert review["verdict"] == "kept"


def test_tags_and_assisted_texts_are_not_flagged_where_they_are_marked(tmp_path, capsys):
    lines = [f"{n},5,{text},标签" for n, text in enumerate(COPIED, 1)]
    (item,) = document(tmp_path, capsys, "\n".join(["id,评分,内容,来源", *lines, ""]))
    assert item["ready_made"] == {"tag": 6}
    assert item["verdicts"] == {"excluded": 0, "doubtful": 0, "kept": 6}


def test_what_could_not_be_judged_is_said(tmp_path, capsys):
    (item,) = document(tmp_path, capsys, table())
    codes = {each["code"] for each in item["not_judged"]}
    assert codes == {"no-accounts", "no-times", "no-orders", "no-market", "short-text", "no-style"}


def test_accounts_and_times_are_used_where_they_are_public(tmp_path, capsys):
    rows = [f"u{n},2025-05-0{n} 10:00,5,{text}" for n, text in enumerate(COPIED, 1)]
    text = "\n".join(["用户,评价时间,评分,评价内容", *rows, ""])
    (item,) = document(tmp_path, capsys, text, "r.csv", "--now", "2025-06-01")
    codes = {each["code"] for each in item["not_judged"]}
    assert not codes & {"no-accounts", "no-times"}
    assert item["verdicts"]["kept"] == 0


def test_one_person_who_repeats_herself_is_spared(tmp_path, capsys):
    rows = [f"ann,5,{text}" for text in COPIED]
    (item,) = document(tmp_path, capsys, "\n".join(["用户,评分,评价内容", *rows, ""]))
    assert item["verdicts"]["kept"] == 6


def test_findings_equal_those_of_a_run(tmp_path, capsys):
    rows = [f"{n},u{n},shoes,2025-05-0{n}T10:00:00Z,5,{text}" for n, text in enumerate(COPIED, 1)]
    header = "review_id,account_id,item_id,posted_at,rating,text"
    (tmp_path / "market").mkdir()
    (item,) = document(tmp_path, capsys, "\n".join([header, *rows, ""]), "market/reviews.csv")
    out = tmp_path / "out"
    assert run_command(["run", str(tmp_path / "market"), "--out", str(out)]) == 0
    with DuckDBEngine() as engine:
        signals = engine.query(
            f"SELECT * FROM {engine.scan(out / 'signals.parquet')} WHERE subject_kind = 'review'"
        ).to_pylist()
        counts = engine.query(
            f"SELECT * FROM {engine.scan(out / 'clean_counts.parquet')} WHERE subject_kind = 'item'"
        ).to_pylist()
    ran = {(str(row["subject_id"]), row["detector"], row["score"]) for row in signals}
    checked = {
        (str(review["id"]), reason["name"], reason["score"])
        for review in item["reviews"]
        for reason in review["reasons"]
        if reason["kind"] == "signal"
    }
    assert ran
    assert checked == ran
    assert item["rating"]["counted"]["n"] == counts[0]["reviews_clean"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_usual_encodings_are_told_by_themselves(encoding, tmp_path, capsys):
    (item,) = document(tmp_path, capsys, table(), encoding=encoding)
    assert item["n_reviews"] == 12
    assert item["verdicts"]["kept"] == 6


@pytest.mark.parametrize(
    "header", ["id,rating,text", "review_id,stars,content", "序号,星级,评论内容", "编号,打分,正文"]
)
def test_usual_titles_are_understood(header, tmp_path, capsys):
    (item,) = document(tmp_path, capsys, table(header), "r.csv", "--kind", "reviews")
    assert item["rating"]["raw"]["n"] == 12


def test_a_line_for_each_review_gives_a_line_for_each_in_order(tmp_path, capsys):
    rows = [
        {"id": f"r{n}", "item_id": "shoes", "rating": 5, "text": t} for n, t in enumerate(COPIED)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines.insert(2, "broken")
    lines.insert(4, '{"id": "empty", "item_id": "shoes"}')
    found = document(tmp_path, capsys, "\n".join(lines), "r.jsonl", code=1)
    assert [each["line"] for each in found] == list(range(1, 9))
    assert [each["id"] for each in found] == ["r0", "r1", None, "r2", "empty", "r3", "r4", "r5"]
    assert ["error" in each for each in found] == [n in (2, 4) for n in range(8)]
    assert found[0]["labels"] == ["repeated-text"]
    assert found[0]["item"]["id"] == "shoes"
    assert found[0]["item"]["rating"]["raw"]["n"] == 6


def test_a_line_for_each_item_gives_a_line_for_each_with_its_reviews(tmp_path, capsys):
    items = [
        {"item_id": "a", "title": "小白鞋", "reviews": [{"text": t, "rating": 5} for t in COPIED]},
        {"item_id": "b", "reviews": [{"text": t, "rating": s} for t, s in OWN]},
        {"item_id": "c", "reviews": []},
        {"item_id": "a", "reviews": ["again"]},
    ]
    text = "\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    found = document(tmp_path, capsys, text, "items.jsonl", code=1)
    assert [each["id"] for each in found] == ["a", "b", "c", "a"]
    assert found[0]["verdicts"]["kept"] == 0
    assert found[0]["title"] == "小白鞋"
    assert found[1]["verdicts"]["kept"] == 3
    assert found[2]["error"]["code"] == "empty-table"
    assert "line 1" in found[3]["error"]["message"]


def test_a_time_that_is_none_is_told_and_the_rest_goes_on(tmp_path, capsys):
    rows = [f"{n},2025-05-0{n},5,{text}" for n, text in enumerate(COPIED, 1)]
    rows[2] = rows[2].replace("2025-05-03", "soon")
    text = "\n".join(["id,时间,评分,评价内容", *rows, ""])
    (item,) = document(tmp_path, capsys, text, "r.csv", "--now", "2025-06-01", code=1)
    assert item["n_reviews"] == 5
    (bad,) = (each for each in item["reviews"] if "error" in each)
    assert bad["id"] == "3"
    assert bad["error"]["code"] == "unreadable-time"


def test_a_row_with_too_many_cells_is_told_in_its_place(tmp_path, capsys):
    text = table(extra=["13,5,a,b,c"])
    (item,) = document(tmp_path, capsys, text, code=1)
    (bad,) = (each for each in item["reviews"] if "error" in each)
    assert "5 cells" in bad["error"]["message"]
    assert bad["line"] == 14


def test_quoted_text_may_hold_commas_and_breaks(tmp_path, capsys):
    path = tmp_path / "q.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "rating", "text"], [1, 5, 'a, "b"\nc'], [2, 4, "d"]])
    assert run_command(["check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_reviews"] == 2


def test_the_same_reviews_give_the_same_bytes(tmp_path, capsys):
    first = document(tmp_path, capsys, table())
    assert document(tmp_path, capsys, table()) == first


@pytest.mark.parametrize(
    ("ratings", "ends"),
    [
        ([5, 4, 1], (1, 5)),
        ([5, 0], (0, 5)),
        ([9, 10], (0, 10)),
        ([80, 95], (0, 100)),
        ([-3], None),
        ([], (1, 5)),
        ([5] * 99 + [50], (1, 5)),
    ],
)
def test_the_scale_is_the_narrowest_that_holds_nearly_all(ratings, ends):
    assert scale_of(ratings) == ends


def test_the_interval_narrows_with_the_number_and_never_leaves_the_scale():
    few, many = mean_of([5.0] * 5, (1, 5)), mean_of([5.0] * 500, (1, 5))
    assert few.low < many.low < 5 == many.high == few.high
    one = mean_of([1.0], (1, 5))
    assert one.low == 1 < one.high < 5
    assert mean_of([], (1, 5)).value is None


def test_the_interval_holds_the_true_mean_as_often_as_it_says():
    import numpy as np

    rng = np.random.default_rng(7)
    for shares in ([0.02, 0.02, 0.06, 0.2, 0.7], [0.4, 0.05, 0.05, 0.1, 0.4]):
        truth = float(np.dot(shares, range(1, 6)))
        held = 0
        for _ in range(400):
            mean = mean_of(rng.choice([1.0, 2, 3, 4, 5], 40, p=shares).tolist(), (1, 5))
            held += mean.low <= truth <= mean.high
        assert held >= 0.93 * 400


@pytest.mark.parametrize(
    ("name", "is_masked"), [("匿名用户", True), ("t***3", True), ("张**", True), ("ann", False)]
)
def test_a_name_that_many_go_by_is_no_account(name, is_masked):
    assert masked(name) == is_masked

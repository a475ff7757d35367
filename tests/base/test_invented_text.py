"""Texts in numbers, the shipped model, and the training that makes it."""

import gzip
import json
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.worlds import data_folder
from unbrush.base.errors import SourceNotFound, UnreadableFile
from unbrush.base.text import invented_text_training as training
from unbrush.base.text.grams import LANGUAGES, MOST_READ, grams, languages, run_of
from unbrush.base.text.invented_text import read_models, telling, told
from unbrush.serve.cli import run_command

SHIPPED = files("unbrush.base.text").joinpath("invented_text_data", "model.json")
ZH = "酒店位置优越，交通便利，房间干净整洁，服务人员热情周到，早餐种类丰富，整体体验非常愉快。"
EN = "The staff were very friendly and the room was clean, with a great view of the park."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ZH, "zh"),
        ("酒店的WiFi很快，iPhone充电也方便，楼下有KFC和7-11，出门就是地铁站", "zh"),
        (EN, "en"),
        (EN.upper(), "en"),
        ("部屋は清潔で広々としており、朝食も種類が豊富でした", ""),
        ("직원들은 친절했으며 객실은 넓고 깨끗했습니다", ""),
        ("Das Hotel war sehr gut und wir haben uns in dem Zimmer sehr wohl gefühlt", ""),
        ("Het hotel is goed gelegen, de kamer was schoon en we komen zeker terug", ""),
        ("Отель расположен в самом центре города", ""),
        ("clean room great location", ""),
        ("12345 !!!", ""),
        ("", ""),
    ],
)
def test_the_language_is_known_or_said_not_to_be(text, language):
    known, _ = languages(pa.array([text]))
    assert LANGUAGES[known[0]] == language


def test_form_case_and_repeated_marks_change_no_run():
    texts = pa.array(["房间很好!!!!  交通ＯＫ", "房間很好!!交通ok".replace("交", " 交")])
    found = grams(texts, shortest=1, longest=3)
    first, second = np.split(found.buckets, found.starts[1:-1])
    assert set(first) == set(second)


def test_the_runs_of_one_text_are_those_of_all():
    found = grams(pa.array([EN]), shortest=2, longest=5)
    assert set(run_of(EN, shortest=2, longest=5).values()) == set(found.buckets.tolist())


def test_a_huge_text_costs_no_more_than_what_is_read_of_it():
    texts = pa.array([ZH * 200, (ZH * 200)[:MOST_READ] + "x" * 5_000_000])
    found = grams(texts, shortest=1, longest=3)
    assert np.diff(found.starts)[0] == np.diff(found.starts)[1]


def test_nothing_can_be_told_of_short_and_foreign_texts():
    said = told(pa.array(["位置优越，服务周到", EN[:60], None, "房間は清潔でした。" * 30, ZH]))
    assert np.isnan(said.log_odds).tolist() == [True, True, True, True, False]
    assert said.is_beyond[:4].tolist() == [False] * 4


def test_what_speaks_for_a_machine_stands_in_the_text():
    for run in telling(ZH, "zh"):
        assert run in ZH.replace("，", ",").replace("。", ".")


def test_a_model_of_another_format_is_refused():
    model = json.loads(SHIPPED.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="format 99"):
        read_models(json.dumps(model | {"format": 99}))
    model["languages"]["zh"]["style"].pop("commas")
    with pytest.raises(ValueError, match="zh was made for other features"):
        read_models(json.dumps(model))


def test_the_shipped_model_is_small_and_says_what_it_was_made_from():
    text = SHIPPED.read_text(encoding="utf-8")
    assert len(text) < 300_000
    model = json.loads(text)
    assert sorted(model["data"]) == list(training.SETS)
    for own in model["languages"].values():
        for name in training.SETS:
            assert own["measured"].get(name, {}).get("false_alarms", 0) <= 0.01


def test_probabilities_are_calibrated_where_they_are_fitted():
    chance = np.random.default_rng(5)
    kind = np.arange(4000) % 4 == 0  # a quarter, yet both kinds weigh the same
    scores = chance.normal(np.where(kind, 1.0, -1.0), 1.0)
    slope, offset = training.platt(scores, kind)
    assert slope == pytest.approx(2.0, abs=0.2)
    assert offset == pytest.approx(0.0, abs=0.2)
    assert training.expected_error(1 / (1 + np.exp(-slope * scores - offset)), kind) < 0.03
    assert training.expected_error(np.full(4000, 0.9), kind) == pytest.approx(0.4)


def test_the_threshold_lets_no_more_than_its_share_through():
    scores = np.arange(250.0)
    assert (scores >= training.threshold(scores, 0.01)).sum() == 2
    assert (scores[:50] >= training.threshold(scores[:50], 0.01)).sum() == 0


def test_the_area_counts_ties_by_half():
    kind = np.array([False, True, False, True])
    assert training.auroc(np.array([0.0, 1.0, 0.0, 1.0]), kind) == 1.0
    assert training.auroc(np.zeros(4), kind) == 0.5


def test_missing_or_broken_data_are_told(tmp_path, capsys):
    with pytest.raises(SourceNotFound, match="cgor-home-kitchen-sample"):
        training.read_examples(tmp_path)
    for name in training.SETS:
        (tmp_path / name).mkdir()
        with gzip.open(tmp_path / name / training.FILE, "wt") as file:
            file.write("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="cannot be read") as raised:
        training.read_examples(tmp_path)
    assert "README" in raised.value.hint
    assert run_command(["learn-text", str(tmp_path), "--out", str(tmp_path / "model.json")]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.data
def test_the_shipped_chinese_model_is_what_the_data_teach():
    """English takes the same way, and half a minute."""
    folder = data_folder("maide-up-hotel").parent
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    examples = training.read_examples(folder)
    assert training.learned(examples, "zh") == shipped["languages"]["zh"]
    for name, own in shipped["data"].items():
        assert training.fingerprint(folder / name / training.FILE) == own


@pytest.mark.data
def test_genuine_reviews_of_goods_never_seen_are_spared():
    goods = pq.read_table(data_folder("zh-genuine-reviews") / "online_shopping.parquet")
    said = told(goods["text"])
    n_told = np.count_nonzero(~np.isnan(said.log_odds))
    assert n_told > 20_000
    assert np.count_nonzero(said.is_beyond) <= 0.01 * n_told

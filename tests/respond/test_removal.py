"""What each kind of evidence removes, days as pictures, and what people put back."""

import json
import re

import pytest

from tests.respond.small_run import small_run
from tests.worlds import DAY, T0
from unbrush.base.engine import Engine
from unbrush.base.reversals import RESTORE, Reversal
from unbrush.base.run_folder import RunFolder
from unbrush.respond import respond

LATER = T0 + 365 * DAY


def report(engine: Engine, tmp_path, **options) -> tuple[str, dict]:
    folder = RunFolder(tmp_path)
    respond(engine, folder, small_run(engine, **options))
    page = folder.report.read_text(encoding="utf-8")
    return page, json.loads(folder.summary.read_text(encoding="utf-8"))


def said(kind: str, subject: str) -> Reversal:
    return Reversal(
        action=RESTORE, kind=kind, id=subject, at=LATER, who="李娜", because="婚宴 <b>wedding</b>"
    )


@pytest.mark.parametrize("word", ["关系网络", "graph"])
def test_each_family_has_its_switch(engine: Engine, tmp_path, word):
    page, _ = report(engine, tmp_path)
    table = page[page.index('class="removal"') :]
    table = table[: table.index("</table>")]
    families = re.findall(r'id="without-([a-z-]+)"', table)
    assert families[0] == "none"
    assert word in table
    for family in families[1:]:
        assert f"#shops:has(#without-{family}:checked) .without-{family}" in page
    assert "checked" in table


def test_a_shop_shows_what_it_would_count_without_a_family(engine: Engine, tmp_path):
    page, _ = report(engine, tmp_path)
    rows = engine.query(
        """SELECT subject_id, name, orders_raw, orders_clean, orders_regained
        FROM removed_by JOIN clean_counts USING (subject_kind, subject_id)
        WHERE subject_kind = 'shop' AND evidence = 'family' AND orders_regained > 0"""
    ).to_pylist()
    assert rows, "the small market has a row that one family alone removes"
    for row in rows:
        line = next(
            line for line in page.split("<tr") if f">{row['subject_id']}</bdi></a><br>" in line
        )
        cell = re.search(rf'<span class="without without-{row["name"]}">(.*?)</td>', line)
        assert f"{row['orders_clean'] + row['orders_regained']:,}" in cell[1]


def test_a_days_picture_stays_within_its_frame(engine: Engine, tmp_path):
    page, _ = report(engine, tmp_path)
    paths = re.findall(r'<path class="spark-(?:raw|clean)" d="([^"]+)"', page)
    assert len(paths) >= 8
    for path in paths:
        heights = [float(number) for number in re.findall(r"V([\d.]+)", path)]
        widths = [float(number) for number in re.findall(r"H([\d.]+)", path)]
        assert all(0 <= height <= 26 for height in heights)
        assert widths == sorted(widths)
        assert widths[-1] == 120


def test_bought_places_are_told_in_words(engine: Engine, tmp_path):
    page, _ = report(engine, tmp_path)
    section = page[page.index('<section id="ranks">') :]
    assert "Places bought" in section
    assert "多占的名次" in section
    assert "rank_influence.parquet" in section


def test_nothing_restored_says_nothing_of_it(engine: Engine, tmp_path):
    page, summary = report(engine, tmp_path)
    assert "Restored by people" not in page
    assert summary["restored"] == {}


def test_what_people_restored_is_told_and_counted(engine: Engine, tmp_path):
    before, _ = report(engine, tmp_path / "before")
    page, summary = report(engine, tmp_path / "after", said=[said("shop", "106")])
    n = summary["restored"]["order"]
    assert n == 90, "what the rival bought"
    assert "Restored by people" in page
    assert "经人工恢复计入" in page
    assert "婚宴 &lt;b&gt;wedding&lt;/b&gt;" in page
    assert "李娜" in page
    assert f"{n} restored" in page
    assert "Since then people have restored" in page
    assert f">{n} orders<" in page
    assert page.count("all restored by people: nothing follows from it") >= 2, "table and page"
    assert "all restored by people" not in before
    assert "people have restored" not in before
    assert "李娜" not in before
    shop = engine.query(
        "SELECT * FROM clean_counts WHERE subject_kind = 'shop' AND subject_id = 106"
    ).to_pylist()[0]
    assert shop["orders_raw"] == shop["orders_clean"]

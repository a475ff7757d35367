"""The page of a check: whole in itself, in both languages, deaf to what strangers wrote."""

import json
import random
import re
import shutil

import pytest

from tests import pages
from unbrush.serve.cli import run_command

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EVIL = (
    "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7*7 }} "
    '\u202e "五星好评返现5元'
)


@pytest.fixture
def page(tmp_path):
    (tmp_path / "post.jsonl").write_text(json.dumps({"id": EVIL, "text": EVIL}), encoding="utf-8")
    rows = ["id,rating,text", f'1,5,"{EVIL.replace(chr(34), chr(34) * 2)}"', "2,4,b"]
    (tmp_path / "r.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "p.html").write_text("<html><body>你好 &lt;b&gt;</body></html>", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("post.jsonl", "r.csv", "p.html", "none.txt")]
    out = tmp_path / "out.html"
    assert run_command(["check", *files, "--html", str(out)]) == 1
    return out


def test_what_strangers_wrote_stays_text(page):
    text = page.read_text(encoding="utf-8")
    assert "<img src=x" not in text
    assert "alert(2)</script>" not in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text


def test_it_needs_nothing_outside_itself(page):
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)\s*=\s*["\']?(?:https?:)?//', text)
    assert "default-src 'none'" in text


def doorway(seed):
    return re.sub(r"400-\d{3}-\d{4}", "400-820-1234", pages.many_brands(random.Random(seed)))


def page_of(tmp_path, documents):
    given = tmp_path / "pages.jsonl"
    lines = [json.dumps(each, ensure_ascii=False) for each in documents]
    given.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "pages.html"
    assert run_command(["check", "--kind", "page", str(given), "--html", str(out)]) == 0
    return out.read_text(encoding="utf-8")


def test_a_hotline_of_many_brands_is_drawn_with_its_pages_and_brands(tmp_path):
    text = page_of(tmp_path, [{"id": f"门页{n}", "text": doorway(n)} for n in range(3)])
    (drawing,) = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    labels = re.findall(r">([^<]+)</text>", drawing)
    assert "400-820-1234" in labels
    assert {f"门页{n}" for n in range(3)} <= set(labels)
    assert len(re.findall("<path", drawing)) == len(labels) - drawing.count("<rect")
    for words in ("旁边的品牌", "Brands beside it"):
        assert words in text


def test_nothing_is_drawn_of_pages_that_catch_nobody(tmp_path):
    text = page_of(
        tmp_path, [{"id": "a", "text": "本店电话400-820-1234，海尔空调售后，欢迎来电。"}]
    )
    assert "<svg" not in text


def test_every_input_is_there_with_its_error(page):
    text = page.read_text(encoding="utf-8")
    assert text.count("<section>") == 4
    assert "source-not-found" in text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [1200, 390])
def test_it_speaks_either_language_and_fits_a_phone(page, width):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 800}, locale="zh-CN")
        troubles = []
        tab.on("console", lambda message: troubles.append(message.text))
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("dialog", lambda dialog: troubles.append(dialog.message))
        tab.goto(page.as_uri())
        assert tab.inner_text("h1") == "核查结果"
        tab.click("text=English")
        assert tab.inner_text("h1") == "What was checked"
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert troubles == []
        browser.close()


def test_a_language_asked_for_is_the_first(tmp_path):
    (tmp_path / "a.txt").write_text("短文", encoding="utf-8")
    out = tmp_path / "out.html"
    assert run_command(["check", str(tmp_path / "a.txt"), "--html", str(out), "--lang", "en"]) == 0
    assert 'data-asked="en"' in out.read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_named(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("短文", encoding="utf-8")
    assert run_command(["check", str(tmp_path / "a.txt"), "--html", "/dev/null/x.html"]) == 1
    assert "cannot-write" in capsys.readouterr().err

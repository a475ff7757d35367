"""Page text: what a reader sees, and what is refused."""

import time
from contextlib import suppress

import pytest

from unbrush.base.errors import UnreadableFile
from unbrush.base.pages.text import MAX_BYTES, page_text

PAGE = (
    "<!doctype html><html><head><title>锁具 维修</title><style>p{color:red}</style></head><body>"
    "<h1>标题</h1><p>一<b>二</b>三</p>四<br>五<script>alert('x')</script><!-- 注 -->"
    "<div style='display: none'>藏起来的字</div><p hidden>也藏</p><noscript>无</noscript>"
    "<table><tr><td>甲</td><td>乙</td></tr></table>&lt;b&gt;&amp;</body></html>"
)


def test_html_becomes_what_is_shown():
    page = page_text(PAGE)
    assert page.text.split() == ["标题", "一二三", "四", "五", "甲", "乙", "<b>&"]
    assert page.title == "锁具 维修"
    assert page.hidden == "藏起来的字也藏"
    assert page.is_html


def test_plain_text_stays_as_it_is():
    text = "  第一行\r\n\n1 < 2，<不是标签>\t完 "
    assert page_text(text).text == text
    assert page_text(text.encode()).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-32"])
def test_encodings_are_found_out(encoding):
    assert page_text(PAGE.encode(encoding)).title == "锁具 维修"


def test_a_declared_encoding_is_used_where_it_fits():
    html = "<html><head><meta charset='big5'></head><body>電話維修服務</body></html>"
    assert page_text(html.encode("big5")).text == "電話維修服務"
    wrong = html.replace("big5", "iso-8859-1")
    assert page_text(wrong.encode()).text == "電話維修服務"


def test_much_hidden_text_is_noted():
    hidden = "<div style='font-size:0'>" + "北京售后" * 40 + "</div>"
    notes = page_text(f"<html><body>{hidden}<p>你好</p></body></html>").notes
    assert "160" in notes[0].zh
    assert "160" in notes[0].en


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04rest", "zip archive"),
        (b"\x89PNG\r\n", "PNG"),
        (b"%PDF-1.7 <html>", "PDF"),
        (b"a\x00b\x00c", "zero bytes"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
        (bytes(range(128, 256)) * 40, "no encoding"),
        (b"x" * (MAX_BYTES + 1), "8,388,609 bytes"),
        ("字" * (MAX_BYTES + 1), "characters"),
        ("<html>" + "<div>" * 100_000, "100,000 elements"),
        ("<html>" + "".join(f"<b a={n}>" for n in range(900)) + "<p>x" * 90_000, "unclosed styles"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(content, says):
    start = time.process_time()
    with pytest.raises(UnreadableFile, match=says) as raised:
        page_text(content, name="seite.html")
    assert "seite.html" in raised.value.message
    assert raised.value.hint
    assert time.process_time() - start < 3


@pytest.mark.parametrize("unit", ["<p>", "<li>x", "<svg>", "<a href=x>y</a>", "<div ", "&lt;", "<"])
def test_hostile_html_takes_bounded_time(unit):
    start = time.process_time()
    with suppress(UnreadableFile):
        page_text("<html><body>" + unit * (300_000 // len(unit)))
    assert time.process_time() - start < 8


def test_a_hundred_megabytes_are_refused_at_once():
    line = b"\xe5\x8c\x97" * 34_000_000
    start = time.process_time()
    with pytest.raises(UnreadableFile):
        page_text(line)
    assert time.process_time() - start < 0.5

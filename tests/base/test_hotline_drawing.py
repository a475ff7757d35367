"""The hotline graph as boxes and lines."""

from itertools import pairwise

from unbrush.base.pages.hotline_drawing import MOST_BRANDS, MOST_NUMBERS, ROW, Call, drawing_of


def call(page: str, number: str, *brands: str) -> Call:
    return Call(page=page, number=number, brands=brands)


def labels(drawing, kind: str) -> list[str]:
    return [box.whole for box in drawing.boxes if box.kind == kind]


def test_a_number_without_brands_is_not_drawn():
    assert drawing_of([]) is None
    assert drawing_of([call("p", "400-000-0000")]) is None


def test_every_page_and_brand_is_tied_to_its_number_once():
    calls = [
        call("p1", "400", "海尔", "美的"),
        call("p2", "400", "美的"),
        call("p3", "955", "格力"),
    ]
    drawing = drawing_of(calls)
    assert labels(drawing, "number") == ["400", "955"]
    assert labels(drawing, "page") == ["p1", "p2", "p3"]
    assert labels(drawing, "brand") == ["美的", "海尔", "格力"]
    assert len(drawing.lines) == 6


def test_boxes_of_a_column_do_not_overlap_and_stay_inside():
    calls = [call(f"p{n}", f"4{n % 5}", *[f"b{(n * k) % 23}" for k in range(6)]) for n in range(40)]
    drawing = drawing_of(calls)
    for kind in ("page", "number", "brand"):
        places = sorted(box.y for box in drawing.boxes if box.kind == kind)
        assert all(b - a >= ROW for a, b in pairwise(places))
        assert places[0] > 0
        assert places[-1] + ROW // 2 <= drawing.height


def test_what_has_no_room_is_counted():
    many = [call(f"p{n}", "400", *[f"b{k}" for k in range(30)]) for n in range(20)]
    drawing = drawing_of(many)
    assert labels(drawing, "brand")[-1] == f"+{30 - MOST_BRANDS + 1}"
    assert labels(drawing, "page")[-1] == "+13"
    lone = [call("p", f"4{n:02d}", "a", "b") for n in range(MOST_NUMBERS + 3)]
    assert drawing_of(lone).n_left == 3


def test_long_and_hostile_labels_are_cut_and_cleaned():
    drawing = drawing_of([call("题目" * 40, "400", "a\u202eb\nc")])
    (page,) = (box for box in drawing.boxes if box.kind == "page")
    assert page.label.endswith("…")
    assert len(page.label) < 20
    assert page.whole == "题目" * 40
    assert labels(drawing, "brand") == ["a�b c"]


def test_the_order_of_pages_changes_nothing():
    calls = [call(f"p{n}", f"4{n % 3}", f"b{n % 4}", "x") for n in range(12)]
    assert drawing_of(calls) == drawing_of(calls[::-1])

"""What does not count is told to its shop, with how to appeal, as long as it does not count."""

from tests.respond.desk.office import NOW, decided, office
from unbrush.base.records import Row, add
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.left_out import left_out_of
from unbrush.store.records import SqlRecords


def told(records: SqlRecords, *shops: str) -> list[Row]:
    with records.reading() as tx:
        return left_out_of(tx, shops)


def test_a_shop_reads_what_is_left_out_and_how_to_appeal(records: SqlRecords) -> None:
    with records.writing() as tx:
        decided(tx, "L1", "s1", "s2")
        add(tx, "shop_counts", shop_id="s1", run_id="r1", n_fake=1_234, n_genuine=56)
    [row] = told(records, "s1")
    assert (row["n_left_out"], row["n_counted"], row["as_of"]) == (1_234, 56, NOW)
    assert "1,234 笔订单" in row["zh"]
    for part in ("资金", "规则版本 p", "不设期限", "北京时间", "免费申诉"):
        assert part in row["zh"], part
    for part in ("money", "rules p", "Term: none", "(China)", "appeal at any time"):
        assert part in row["en"], part
    assert "L1" in row["en"]
    assert "L5" not in told(records, "s2")[0]["en"]


def test_nothing_is_told_of_shops_that_are_left_alone_or_of_others(records: SqlRecords) -> None:
    with records.writing() as tx:
        decided(tx, "L0", "s1", "s2")
    assert told(records, "s1") == []
    assert told(records) == []


def test_an_appeal_is_told_and_what_is_restored_too(records: SqlRecords) -> None:
    with records.writing() as tx:
        people = office(tx)
        decided(tx, "L5")
        file_appeal(tx, NOW, "s1", "都是真的", caller=people["mia"])
    [row] = told(records, "s1")
    assert (row["open_appeal"], row["is_restored"]) == ("A-1", False)
    assert "A-1" in row["zh"]
    assert "A-1" in row["en"]
    with records.writing() as tx:
        decide_appeal(
            tx, NOW, "A-1", "overturned", caller=people["rita"], expected_version=1, reason="属实",
        )  # fmt: skip
    [row] = told(records, "s1")
    assert (row["open_appeal"], row["is_restored"]) == (None, True)
    assert "恢复计数" in row["zh"]

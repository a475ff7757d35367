from unbrush.base.manifest import Manifest, TableCapability


def manifest() -> Manifest:
    return Manifest(
        tables={"orders": TableCapability(n_rows=2, fill={"shop_id": 1.0, "remark": 0.0})},
        id_types={"order": "BIGINT", "shop": "VARCHAR"},
        params={"order-concentration": {"window_s": 3600}},
    )


def test_it_names_what_is_missing_and_counts_an_empty_column_as_missing():
    needs = {"orders": ("shop_id", "remark", "item_id"), "reviews": ("text",)}
    assert manifest().lacks(needs) == ["orders.remark", "orders.item_id", "reviews"]


def test_it_reads_back_what_it_wrote(tmp_path):
    manifest().write(tmp_path / "m.json")
    assert Manifest.read(tmp_path / "m.json") == manifest()


def test_one_text_id_makes_all_subject_ids_text():
    assert manifest().subject_id_type == "VARCHAR"
    whole = Manifest(tables={}, id_types={"order": "BIGINT", "waybill": "VARCHAR"})
    assert whole.subject_id_type == "BIGINT"

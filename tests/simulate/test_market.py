"""The world is tested too: fakes exist, the share is as asked, tables are as promised."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from unbrush.base.errors import BadParameter
from unbrush.base.tables import TABLES
from unbrush.simulate import LOOK_ALIKES, USUAL_KINDS, simulate
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sink import schema_of
from unbrush.simulate.truth import LABELS, VICTIM

EVERY = [(2_000, 0), (2_000, 1), (2_000, 2), (2_000, 3), (20_000, 0), (20_000, 3), (60_000, 1)]
each_world = pytest.mark.parametrize(("n_orders", "level"), EVERY)
FAKES = "FROM labels WHERE is_fake"


@each_world
def test_every_kind_is_there_at_every_level_and_scale(ask, n_orders: int, level: int):
    which = {"n_orders": n_orders, "level": level}
    for subject in ("order", "account", "shop"):
        found = ask(f"SELECT DISTINCT kind {FAKES} AND subject_kind = '{subject}'", **which)
        assert {kind for (kind,) in found} == set(USUAL_KINDS), subject
    reviewed = ask(f"SELECT DISTINCT kind {FAKES} AND subject_kind = 'review'", **which)
    assert {kind for (kind,) in reviewed} >= set(USUAL_KINDS) - {"reverse-brushing"}


@each_world
def test_every_look_alike_is_there(ask, n_orders: int, level: int):
    which = {"n_orders": n_orders, "level": level}
    found = ask("SELECT DISTINCT look_alike FROM labels WHERE NOT is_fake", **which)
    assert {name for (name,) in found} == set(LOOK_ALIKES)


@each_world
def test_the_number_of_orders_and_the_share_of_fakes_are_as_asked(ask, n_orders: int, level: int):
    which = {"n_orders": n_orders, "level": level}
    assert ask("SELECT count(*) FROM orders", **which) == [(n_orders,)]
    [(n_fake,)] = ask(f"SELECT count(*) {FAKES} AND subject_kind = 'order'", **which)
    assert 0.03 <= n_fake / n_orders <= 0.06


def test_without_fakes_nothing_is_fake_and_look_alikes_remain(market):
    folder = market(2_000, 1, with_fakes=False)
    labels = pq.read_table(folder / "truth" / "labels.parquet").to_pylist()
    assert not any(label["is_fake"] or label["kind"] for label in labels)
    assert {label["look_alike"] for label in labels} == set(LOOK_ALIKES) - {VICTIM}


def test_tables_have_exactly_their_columns(market):
    paths = sorted(market().glob("*.parquet"))
    assert {path.stem for path in paths} == set(TABLES) - NOT_SIMULATED
    for path in paths:
        assert pq.read_schema(path).equals(schema_of(path.stem)), path.stem


def test_the_truth_is_in_its_own_folder_only(market):
    folder = market()
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".parquet") == ["truth"]
    assert not (folder / "labels.parquet").exists()
    assert pq.read_schema(folder / "truth" / "labels.parquet").equals(LABELS)
    facts = json.loads((folder / "truth" / "market.json").read_text(encoding="utf-8"))
    assert facts["seed"] == 11
    assert facts["n_orders"] == 20_000


def test_a_subject_has_one_label_and_a_fake_one_names_its_kind(ask):
    assert ask("SELECT 1 FROM labels GROUP BY subject_kind, subject_id HAVING count(*) > 1") == []
    assert ask("SELECT 1 FROM labels WHERE (kind = '') = (look_alike = '')") == []
    assert ask("SELECT 1 FROM labels WHERE is_fake != (kind != '')") == []
    assert ask("SELECT 1 FROM labels WHERE plan_id NOT IN (SELECT plan_id FROM plans)") == []


@pytest.mark.parametrize("table", ["order", "review", "account", "shop"])
def test_every_label_is_of_a_subject_that_exists(ask, table: str):
    missing = ask(
        f"""SELECT 1 FROM labels WHERE subject_kind = '{table}'
            AND subject_id NOT IN (SELECT {table}_id FROM {table}s)"""
    )
    assert missing == []


def test_plans_count_their_labels(ask):
    differing = ask(
        """SELECT plan_id FROM plans JOIN labels USING (plan_id) WHERE subject_kind = 'order'
           GROUP BY plan_id, n_orders HAVING count(*) != n_orders"""
    )
    assert differing == []
    assert ask("SELECT 1 FROM plans WHERE is_fake AND (n_accounts < 1 OR n_shops < 1)") == []


REFERENCES = [
    ("shops.owner_id", "owners.owner_id"),
    ("items.shop_id", "shops.shop_id"),
    ("accounts.invited_by", "accounts.account_id"),
    ("accounts.staff_of_shop_id", "shops.shop_id"),
    ("account_links.account_id", "accounts.account_id"),
    ("orders.account_id", "accounts.account_id"),
    ("orders.shop_id", "shops.shop_id"),
    ("orders.item_id", "items.item_id"),
    ("orders.campaign_id", "campaigns.campaign_id"),
    ("interactions.account_id", "accounts.account_id"),
    ("interactions.item_id", "items.item_id"),
    ("refunds.order_id", "orders.order_id"),
    ("subsidies.order_id", "orders.order_id"),
    ("payouts.shop_id", "shops.shop_id"),
    ("shipments.order_id", "orders.order_id"),
    ("scans.waybill_id", "shipments.waybill_id"),
    ("reviews.order_id", "orders.order_id"),
    ("reviews.account_id", "accounts.account_id"),
    ("messages.order_id", "orders.order_id"),
]


@pytest.mark.parametrize(("child", "parent"), REFERENCES)
def test_every_id_refers_to_something(ask, child: str, parent: str):
    table, column = child.split(".")
    other, key = parent.split(".")
    assert ask(f"SELECT 1 FROM {table} WHERE {column} NOT IN (SELECT {key} FROM {other})") == []


NOT_SIMULATED = {"inspections", "declared_revenue", "labels", "photos"}


@pytest.mark.parametrize(
    "name", sorted(n for n, t in TABLES.items() if t.is_keyed and n not in NOT_SIMULATED)
)
def test_keys_are_unique(ask, name: str):
    key = ", ".join(TABLES[name].key)  # one parcel may carry several orders
    assert ask(f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1") == []


def test_an_order_and_its_review_agree(ask):
    joined = "FROM reviews r JOIN orders o USING (order_id)"
    assert ask(f"SELECT 1 {joined} WHERE r.account_id != o.account_id") == []
    assert ask(f"SELECT 1 {joined} WHERE r.item_id != o.item_id OR r.shop_id != o.shop_id") == []
    assert (
        ask("SELECT 1 FROM orders JOIN items USING (item_id) WHERE orders.shop_id != items.shop_id")
        == []
    )


def test_nothing_happens_before_its_cause_or_after_the_span(ask):
    for order in (
        "paid_at < placed_at",
        "shipped_at < placed_at",
        "confirmed_at < shipped_at",
        "closed_at < placed_at",
        f"placed_at NOT BETWEEN {START_AT} AND {END_AT - 1}",
        f"confirmed_at >= {END_AT}",
    ):
        assert ask(f"SELECT 1 FROM orders WHERE {order}") == [], order
    for table, column in (("interactions", "at"), ("transfers", "at"), ("scans", "at")):
        outside = f"t.{column} NOT BETWEEN {START_AT} AND {END_AT - 1}"
        assert ask(f"SELECT 1 FROM {table} t WHERE {outside}") == [], table
    reviewed = "reviews r JOIN shipments s USING (order_id) JOIN scans c USING (waybill_id)"
    assert ask(f"SELECT 1 FROM {reviewed} WHERE c.kind = 'signed' AND posted_at < c.at") == []


def test_nobody_acts_before_they_registered(ask):
    for table, column in (
        ("orders", "placed_at"),
        ("interactions", "at"),
        ("reviews", "posted_at"),
    ):
        late = f"FROM {table} t JOIN accounts USING (account_id) WHERE registered_at > t.{column}"
        assert ask(f"SELECT 1 {late}") == [], table
    links = "account_links JOIN accounts USING (account_id)"
    assert ask(f"SELECT 1 FROM {links} WHERE first_seen_at < registered_at") == []


def test_numbers_say_nothing_about_who_is_fake(ask):
    """Ids follow time, not the order in which things were planted."""
    for table, key, moment in (
        ("orders", "order_id", "placed_at"),
        ("accounts", "account_id", "registered_at"),
        ("transfers", "transfer_id", '"at"'),
    ):
        steps = f"{moment} - lag({moment}) OVER (ORDER BY {key}) AS step"
        assert ask(f"SELECT 1 FROM (SELECT {steps} FROM {table}) WHERE step < 0") == [], table


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path):
    """Ten times: bytes that differ do so by chance of memory, not every time."""
    runs = [tmp_path / str(number) for number in range(10)]
    for run in runs:
        simulate(run, n_orders=3_000, seed=3)
    names = sorted(path.relative_to(runs[0]) for path in runs[0].rglob("*.*"))
    assert len(names) == 22
    for name in names:
        assert len({(run / name).read_bytes() for run in runs}) == 1, name


def test_another_seed_gives_another_market(tmp_path: Path):
    for seed in (3, 4):
        simulate(tmp_path / str(seed), n_orders=2_000, seed=seed)
    orders = [tmp_path / seed / "orders.parquet" for seed in ("3", "4")]
    assert orders[0].read_bytes() != orders[1].read_bytes()


@pytest.mark.parametrize("wrong", [{"level": 4}, {"level": -1}, {"seed": -1}])
def test_a_level_or_seed_that_does_not_exist_is_refused(tmp_path: Path, wrong: dict):
    with pytest.raises(BadParameter):
        simulate(tmp_path, **{"n_orders": 2_000, "seed": 1, **wrong})


def test_only_the_kinds_named_are_planted(tmp_path):
    simulate(tmp_path, n_orders=2_000, seed=5, kinds=["red-packet"])
    kinds = pq.read_table(tmp_path / "truth/labels.parquet")["kind"].unique().to_pylist()
    assert [kind for kind in kinds if kind] == ["red-packet"]
    facts = json.loads((tmp_path / "truth/market.json").read_text(encoding="utf-8"))
    assert 0.025 < facts["n_fake_orders"] / facts["n_orders"] < 0.065

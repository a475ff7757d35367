"""What holds for every public case, at its smallest tier."""

import importlib
import json
import pkgutil
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import unbrush.simulate.cases
from unbrush.base.errors import BadParameter
from unbrush.simulate import CASES, KINDS, LOOK_ALIKES, simulate, simulate_case
from unbrush.simulate.lexicon import REGIONS
from unbrush.simulate.sink import schema_of
from unbrush.simulate.staging import GANG, ROLES, TOKENS
from unbrush.simulate.truth import LABELS, VICTIM

PAGE = (Path(__file__).parents[2] / "docs" / "simulating.md").read_text(encoding="utf-8")
HOLDS = {
    "payer": (("transfers", "from_token"), ("transfers", "to_token"), ("orders", "payer_token")),
    "shipper": (("shipments", "shipper_token"),),
    "author": (("posts", "author_token"),),
}
WITHOUT_GANG = {"A11"}  # nothing in it is fake
WITHOUT_MERCHANTS = {"A8", "A11", "A17", "B2"}  # no shop gains
DIFFERS = {"A17": ("posts.parquet", "public/pages.jsonl")}  # where trade is honest at every level
every_case = pytest.mark.parametrize("case", CASES)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder of a case at a level, made once."""
    folders: dict[tuple[str, int], Path] = {}

    def folder(case: str, level: int = 1) -> Path:
        if (case, level) not in folders:
            out = tmp_path_factory.mktemp("case")
            simulate_case(out, case=case, tier=CASES[case].tiers[0], level=level, seed=3)
            folders[case, level] = out
        return folders[case, level]

    return folder


def read(folder: Path, name: str) -> pa.Table:
    return pq.read_table(folder / f"{name}.parquet")


def gang_of(folder: Path) -> list[dict]:
    path = folder / "truth/gang.parquet"
    return pq.read_table(path).to_pylist() if path.exists() else []


def test_every_file_is_a_case_and_none_is_lost():
    files = [entry.name for entry in pkgutil.iter_modules(unbrush.simulate.cases.__path__)]
    assert len(files) == len(CASES)
    for file in files:
        name = importlib.import_module(f"unbrush.simulate.cases.{file}").NAME
        assert re.fullmatch(r"[A-Z]\d+", name)
        assert file.startswith(f"{name.lower()}_")


@every_case
def test_it_has_a_title_a_place_on_the_page_and_known_tiers(case: str):
    chosen = CASES[case]
    assert chosen.title.zh
    assert chosen.title.en
    assert f"| `{case}` |" in PAGE
    assert chosen.tiers
    sizes = [chosen.n_orders(tier) for tier in chosen.tiers]
    assert sizes == sorted(sizes)
    assert sizes[0] <= 200_000  # the smallest is for everybody's tests


@every_case
def test_tables_have_their_columns_and_the_truth_its_shape(case: str, made):
    folder = made(case)
    for path in folder.glob("*.parquet"):
        assert pq.read_schema(path).equals(schema_of(path.stem)), path.stem
    assert pq.read_schema(folder / "truth/labels.parquet").equals(LABELS)
    assert (folder / "truth/gang.parquet").exists() == (case not in WITHOUT_GANG)
    if case not in WITHOUT_GANG:
        assert pq.read_schema(folder / "truth/gang.parquet").equals(GANG)
    facts = json.loads((folder / "truth/market.json").read_text(encoding="utf-8"))
    assert (facts["case"], facts["tier"]) == (case, CASES[case].tiers[0])
    assert read(folder, "orders").num_rows == facts["n_orders"]


@every_case
def test_every_look_alike_stands_beside_it_and_no_other_kind(case: str, made):
    labels = read(made(case), "truth/labels")
    assert set(labels["look_alike"].to_pylist()) >= set(LOOK_ALIKES) - {VICTIM}
    assert not set(labels["kind"].to_pylist()) & set(KINDS)


@every_case
@pytest.mark.parametrize("level", [0, 3])
def test_whoever_has_a_role_is_in_the_market(case: str, level: int, made):
    folder = made(case, level)
    rows = gang_of(folder)
    keys = [(row["role"], row["subject_kind"], row["subject_id"], row["token"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["role"] for row in rows} <= set(ROLES)
    assert {row["province"] for row in rows} <= {*REGIONS, None}
    for kind in {row["subject_kind"] for row in rows}:
        own = [row for row in rows if row["subject_kind"] == kind]
        if kind in TOKENS:
            assert all(row["subject_id"] is None for row in own)
            known = {
                token
                for table, column in HOLDS[kind]
                for token in read(folder, table)[column].to_pylist()
            }
            named = {row["token"] for row in own}
            # At deeper levels most money is unseen, and so may be who moves it.
            assert named <= known if level == 0 else named & known
        else:
            assert all(row["token"] is None for row in own)
            table = "staff" if kind == "staff" else f"{kind}s"
            known = set(read(folder, table)[f"{kind}_id"].to_pylist())
            assert {row["subject_id"] for row in own} <= known


@every_case
def test_a_merchants_province_is_its_shops_region(case: str, made):
    folder = made(case)
    shops = read(folder, "shops")
    region = dict(zip(shops["shop_id"].to_pylist(), shops["region"].to_pylist(), strict=True))
    merchants = [r for r in gang_of(folder) if r["role"] == "merchant"]
    assert bool(merchants) == (case not in WITHOUT_MERCHANTS)
    assert all(row["province"] == region[row["subject_id"]] for row in merchants)


@every_case
def test_who_took_part_is_labelled_and_the_rest_is_honest(case: str, made):
    folder = made(case)
    labels = read(folder, "truth/labels").to_pylist()
    for kind in ("account", "shop", "staff"):
        fake = {r["subject_id"] for r in labels if r["subject_kind"] == kind and r["is_fake"]}
        own = {r["subject_id"] for r in gang_of(folder) if r["subject_kind"] == kind}
        assert fake == own


@every_case
def test_the_same_arguments_give_the_same_bytes_and_others_others(case: str, made, tmp_path):
    tier = CASES[case].tiers[0]
    first = made(case)
    for out, level, seed in (("same", 1, 3), ("level", 2, 3), ("seed", 1, 4)):
        simulate_case(tmp_path / out, case=case.lower(), tier=tier, level=level, seed=seed)
    names = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    for name in names:
        assert (first / name).read_bytes() == (tmp_path / "same" / name).read_bytes(), name
    for other in ("level", "seed"):
        for name in DIFFERS.get(case, ("orders.parquet", "truth/labels.parquet")):
            assert (first / name).read_bytes() != (tmp_path / other / name).read_bytes(), other


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"case": "A99"}, "A5"),
        ({"case": ""}, "A5"),
        ({"tier": "huge"}, "ci"),
        ({"level": 4}, "3"),
        ({"seed": -1}, "0"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(tmp_path, wrong: dict, said: str):
    with pytest.raises(BadParameter) as caught:
        simulate_case(tmp_path, **{"case": "A5", **wrong})
    assert said in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_market_without_a_case_leaves_no_gang_of_an_earlier_one(tmp_path):
    simulate_case(tmp_path, case="A5", seed=3)
    simulate(tmp_path, n_orders=1_000, seed=3)
    assert not (tmp_path / "truth/gang.parquet").exists()

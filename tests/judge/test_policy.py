"""Policies as data: the file says what the code does, and says what is wrong with itself."""

import pyarrow as pa
import pytest

from tests.judge.test_judge import order, signal
from tests.worlds import build
from unbrush.base.engine import Engine
from unbrush.base.errors import BadPolicy
from unbrush.base.evidence import ring_member_schema, ring_schema, signal_schema
from unbrush.judge import Policy, judge
from unbrush.judge.comparing import compare
from unbrush.judge.look_alikes import LOOK_ALIKES
from unbrush.judge.policy import LOOK_ALIKE_FAMILIES
from unbrush.judge.policy_file import default_text, described, file_values, read_policy


def written(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_is_the_default():
    assert read_policy("default") == Policy()
    for key in file_values(Policy()):
        assert key.split(".", 1)[1] in default_text()


def test_a_key_of_an_older_file_is_read_and_sets_nothing(tmp_path):
    old = written(tmp_path, "[shop]\nmin_shipped_share = 0.4\nmin_rows = 4\n")
    assert read_policy(old) == Policy(name="mine", min_rows=4)


def test_every_look_alike_has_its_families():
    assert {each.name for each in LOOK_ALIKES} == set(LOOK_ALIKE_FAMILIES)


def test_a_policy_is_known_by_what_it_says(tmp_path):
    same = read_policy(written(tmp_path, 'name = "other"\n[weights]\nE1 = 0.45\n'))
    assert same.version == Policy().version
    assert same.name == "other"
    changed = read_policy(written(tmp_path, "[neutralise]\nprobability = 0.8\n"))
    assert changed.version != Policy().version
    assert changed.name == "mine"
    once = read_policy(written(tmp_path, '[look_alikes]\ncampaign = ["graph", "time"]\n'))
    twice = read_policy(written(tmp_path, '[look_alikes]\ncampaign = ["time", "graph"]\n'))
    assert once.version == twice.version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[weigths]\n", "Did you mean weights?"),
        ("[weights]\nE4 = 0.5\n", "has no key 'E4'"),
        ("[weights]\nE1 = 1.5\n", "mine.toml: weights.E1 is 1.5"),
        ("[weights]\nE1 = true\n", "must be a number"),
        ("[weights]\nE1 = nan\n", "must lie between"),
        ("[shop]\nmin_rows = 2.5\n", "a whole number"),
        ("[weights]\nE2 = 0.99\n", "weights fall"),
        ("[weights]\nE1 = 0.7\n", "one weak sign"),
        ('[rungs]\nhighest = "L6"\n', "need a history"),
        ("[families]\ntext = 0\n", "true or false"),
        ("[families]\nwords = true\n", "[families] has no key 'words'"),
        ('[detectors]\noff = ["shared-devise"]\n', "Did you mean shared-device?"),
        ('[detectors]\noff = "shared-device"\n', "list of names"),
        ('[look_alikes]\ncampaign = ["tim"]\n', "Did you mean time?"),
        ('[look_alikes]\nholiday = ["time"]\n', "no key 'holiday'"),
        ('[reasons]\n"weights.E9" = "so"\n', "no key 'weights.E9'"),
        ('[reasons]\n"weights.E1" = 3\n', "Say why"),
        ("name = 3\n", "name cannot be 3"),
        ("weights = 3\n", "as a section"),
        ("[weights\n", "is not TOML"),
    ],
)
def test_what_makes_no_sense_is_said(tmp_path, text, said):
    with pytest.raises(BadPolicy) as caught:
        read_policy(written(tmp_path, text), detectors=["shared-device", "quick-review"])
    assert said in f"{caught.value.message} {caught.value.hint}"


def test_no_such_file_and_no_text(tmp_path):
    with pytest.raises(BadPolicy, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPolicy, match="not UTF-8"):
        read_policy(tmp_path / "mine.toml")


def test_changes_carry_their_reason(tmp_path):
    text = '[shop]\nmin_rows = 5\n[reasons]\n"shop.min_rows" = "small shops complained"\n'
    rows = {row["key"]: row for row in described(read_policy(written(tmp_path, text)))}
    changed = [key for key, row in rows.items() if row["is_changed"]]
    assert changed == ["shop.min_rows"]
    assert rows["shop.min_rows"]["why"] == "small shops complained"


def decided(engine: Engine, policy: Policy, signals, orders) -> dict:
    manifest = build(engine, {"orders": orders})
    engine.put("signals", pa.Table.from_pylist(signals, schema=signal_schema(pa.int64())))
    engine.put("rings", pa.Table.from_pylist([], schema=ring_schema()))
    engine.put("ring_members", pa.Table.from_pylist([], schema=ring_member_schema(pa.int64())))
    judge(engine, manifest, policy=policy)
    rows = engine.query("SELECT * FROM decisions").to_pylist()
    return {(row["subject_kind"], row["subject_id"]): row for row in rows}


def paid_back(n: int) -> list[dict]:
    shared = {"family": "money", "strength": "E3", "element": "c"}
    return [signal(row, "cashback-loop", **shared) for row in range(1, n + 1)]


def test_nothing_is_decided_by_what_is_switched_off(engine: Engine):
    orders, signals = [order(row) for row in range(1, 5)], paid_back(4)
    assert decided(engine, Policy(), signals, orders)["order", 1]["is_neutralised"]
    for policy in (Policy(families_off=("money",)), Policy(detectors_off=("cashback-loop",))):  # type: ignore[arg-type]
        assert not decided(engine, policy, signals, orders)


def test_no_run_goes_above_the_highest_rung(engine: Engine):
    tied = [signal(row, "farm", family="graph", strength="E2") for row in range(1, 5)]
    orders, signals = [order(row) for row in range(1, 5)], paid_back(4) + tied
    assert decided(engine, Policy(), signals, orders)["shop", 1]["rung"] == "L5"
    assert decided(engine, Policy(highest="L3"), signals, orders)["shop", 1]["rung"] == "L3"
    assert decided(engine, Policy(highest="L1"), signals, orders)["shop", 1]["rung"] == "L1"


def test_a_backtest_says_what_changes_and_for_whom(engine: Engine):
    orders, signals = [order(row) for row in range(1, 5)], paid_back(4)
    for side, policy in (("old", Policy(highest="L2")), ("new", Policy(families_off=("money",)))):  # type: ignore[arg-type]
        decided(engine, policy, signals, orders)
        for table in ("decisions", "clean_counts"):
            engine.create(f"{side}_{table}", f"SELECT * FROM {table}")
            engine.drop(table)
    engine.create("truth", "SELECT 'order' AS subject_kind, '1' AS subject_id, false AS is_fake")
    found = compare(engine)
    assert {"kind": "order", "from": "L1", "to": "L0", "n": 4} in found["subjects"]
    assert {"kind": "shop", "from": "L2", "to": "L0", "n": 1} in found["subjects"]
    [money] = [row for row in found["merchants"] if row["what"].startswith("turnover")]
    assert (money["old"], money["new"], money["shops_changed"]) == (0, 4_000, 1)
    [row] = found["accusations"]
    assert (row["honest_old"], row["honest_new"]) == (1, 0)
    assert len([row for row in found["examples"] if row["kind"] == "order"]) == 4

import time

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import data_folder
from unbrush.base.errors import BadParameter, InputError
from unbrush.group.burst import PAIR, SOURCE, TARGET, Params, new_sketch, surges
from unbrush.judge.score import ranking


def fed(edges, *, sketch=None, **params):
    """Surprises of (source, target, tick) rows."""
    sketch = sketch or new_sketch(params=Params(**params))
    source, target, tick = np.array(edges, np.int64).reshape(-1, 3).T
    return surges(sketch, source=source, target=target, tick=tick)


def stream(n=20_000, *, n_ticks=50, seed=1):
    rng = np.random.default_rng(seed)
    tick = np.sort(rng.integers(0, n_ticks, n))
    return np.column_stack([rng.integers(0, 900, n), rng.zipf(1.5, n) % 300, tick])


def test_an_edge_repeated_in_one_tick_surprises_more_than_a_steady_one():
    steady = [(1, 1, tick) for tick in range(20)]
    repeated = [(2, 2, tick) for tick in range(19)] + [(2, 2, 19)] * 10
    rows = sorted(steady + repeated, key=lambda row: row[2])
    found = fed(rows)
    of = {source: found[[row[0] == source for row in rows]][-1] for source in (1, 2)}
    assert (of[2] > 20 * of[1].max()).all()


def test_a_surge_of_new_accounts_shows_in_their_shop_alone():
    quiet = [(100 + tick, 7, tick) for tick in range(20)]
    surge = [(1_000 + n, 7, 20) for n in range(30)]
    last = fed(quiet + surge)[-1]
    assert last[TARGET] > 100
    assert last[PAIR] == last[SOURCE] < 10


def test_a_hectic_account_shows_in_itself():
    last = fed([(1, 5, 0)] + [(9, shop, 10) for shop in range(30)])[-1]
    assert last[SOURCE] > 100 > last[TARGET]


def test_nothing_surprises_in_the_first_tick():
    assert not fed([(1, 1, 5)] * 100).any()


def test_the_thousandth_steady_tick_does_not_surprise():
    assert fed([(1, 1, tick) for tick in range(1_000)], keep=0.0)[-1].max() == 0.0


def test_an_attack_does_not_make_itself_normal():
    rows = [(1, 1, tick) for tick in range(10)]
    rows += [(1, 1, tick) for tick in range(10, 60) for _ in range(50)]
    held, added = fed(rows)[-1].min(), fed(rows, hold_above=1e15)[-1].min()
    assert held > 50 * added


def test_a_surge_is_forgotten_when_the_stream_was_silent_for_long():
    assert fed([(1, 1, 0), *[(1, 1, 1)] * 30, (1, 1, 1_000)])[-1].max() < 10


def plainly(edges, params):
    """The same by exact counts, every count told of every tick."""
    now, past, held = {}, {}, set()
    first = last = edges[0][2]
    result = []
    for source, target, tick in edges:
        for step in range(last + 1, tick + 1):
            for key, count in now.items():
                if key in held:
                    past[key] *= (step - first) / max(step - first - 1, 1)
                else:
                    past[key] += count
                now[key] = count * params.keep
        last = tick
        row = []
        for key in ((source, target), (source, None), (None, target)):
            now[key] = now.get(key, 0.0) + 1.0
            past.setdefault(key, 0.0)
            n = tick - first
            mean = max(past[key] / n, params.min_mean) if n else 0.0
            excess = max(now[key] - mean, 0.0)
            row.append(excess**2 / mean if mean else 0.0)
            (held.add if row[-1] > params.hold_above else held.discard)(key)
        result.append(row)
    return result


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 12)), min_size=1, max_size=60
    ),
    st.sampled_from([0.0, 0.5, 0.9]),
)
def test_surprises_are_those_of_exact_counts_told_of_every_tick(rows, keep):
    rows = sorted(rows, key=lambda row: row[2])
    params = Params(keep=keep, hold_above=5.0, min_mean=0.2, row_bits=18)
    found = fed(rows, sketch=new_sketch(params=params))
    np.testing.assert_allclose(found, plainly(rows, params), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_batch_boundaries_change_nothing(size):
    rows = stream(3_000)
    sketch = new_sketch()
    parts = [fed(rows[at : at + size], sketch=sketch) for at in range(0, len(rows), size)]
    assert np.array_equal(np.concatenate(parts), fed(rows))


def test_the_same_stream_and_seed_give_the_same_bytes():
    assert fed(stream()).tobytes() == fed(stream()).tobytes()


def test_another_seed_collides_elsewhere():
    params = Params(row_bits=4)
    one, other = (
        fed(stream(), sketch=new_sketch(params=params, seed=seed)).tobytes() for seed in (0, 1)
    )
    assert one != other


def test_memory_does_not_grow_with_the_stream():
    sketch = new_sketch(params=Params(row_bits=8))
    arrays = (sketch.cells, sketch.ticks, sketch.multipliers)
    before = [(id(array), array.nbytes) for array in arrays]
    n = 500_000
    rows = np.column_stack([np.arange(n), np.arange(n) * 7, np.arange(n) // 100])
    fed(rows, sketch=sketch)
    arrays = (sketch.cells, sketch.ticks, sketch.multipliers)
    assert [(id(array), array.nbytes) for array in arrays] == before
    assert sum(nbytes for _, nbytes in before) < 96 * 2 * 256 + 1_000


def test_ids_of_all_sizes_and_signs_are_told_apart():
    ids = [0, 1, -1, 2**32, 2**63 - 1, -(2**63)]
    found = fed([(7, 8, 0)] + [(a, b, 3) for a in ids for b in ids], min_mean=1.0)
    assert found[:, PAIR].max() == 0.0
    assert found[-1, SOURCE] == (6 - 1) ** 2


def test_hashes_above_63_bits_are_ids_too():
    ids = np.array([2**64 - 1, 5], np.uint64)
    whole = surges(new_sketch(), source=ids, target=ids, tick=np.array([0, 1]))
    assert np.array_equal(whole, fed([(-1, -1, 0), (5, 5, 1)]))


def test_an_empty_batch_changes_nothing():
    sketch = new_sketch()
    nothing = np.array([])
    assert surges(sketch, source=nothing, target=nothing, tick=nothing).shape == (0, 3)
    assert np.array_equal(fed(stream(500), sketch=sketch), fed(stream(500)))


@pytest.mark.parametrize("rows", [[(1, 1, 3)], [(1, 1, 6), (2, 2, 5)]])
def test_a_tick_that_goes_back_is_refused_and_leaves_no_trace(rows):
    sketch = new_sketch()
    fed([(1, 1, 5)], sketch=sketch)
    before = (sketch.cells.tobytes(), sketch.ticks.tobytes())
    with pytest.raises(InputError, match="after tick") as told:
        fed(rows, sketch=sketch)
    assert "arrival" in told.value.hint
    assert (sketch.cells.tobytes(), sketch.ticks.tobytes()) == before


def test_ticks_may_start_below_zero():
    assert np.array_equal(fed([(1, 1, -5), (1, 1, -3)]), fed([(1, 1, 0), (1, 1, 2)]))


def test_unequal_lengths_are_refused():
    one, two = np.array([1]), np.array([1, 2])
    with pytest.raises(InputError, match="1 sources, 2 targets and 1 ticks"):
        surges(new_sketch(), source=one, target=two, tick=one)


def test_text_is_refused_with_advice():
    with pytest.raises(InputError, match="target") as told:
        surges(new_sketch(), source=np.array([1]), target=np.array(["店"]), tick=np.array([1]))
    assert "hash text" in told.value.hint


def test_a_parameter_out_of_bounds_is_refused():
    with pytest.raises(BadParameter, match=r"burst\.keep"):
        new_sketch(params=Params(keep=1.0))


@pytest.mark.data
def test_attacks_on_a_network_are_ranked_as_well_as_by_midas_f():
    folder = data_folder("darpa-stream-midas")
    rows = pq.read_table(folder / "edges.parquet")
    times = rows["edges"].to_numpy()
    minute = rows["minute"].to_numpy().astype("datetime64[m]").astype(np.int64)
    is_attack = np.repeat(rows["attack"].is_valid().to_numpy(), times)
    edges = {
        "source": np.repeat(rows["source_id"].to_numpy(), times),
        "target": np.repeat(rows["target_id"].to_numpy(), times),
        "tick": np.repeat(minute, times),
    }
    sketch = new_sketch(params=Params(row_bits=10, keep=0.9, hold_above=1_000.0, min_mean=0.0))
    started = time.process_time()
    found = [
        surges(sketch, **{name: column[at : at + 65_536] for name, column in edges.items()})
        for at in range(0, len(is_attack), 65_536)
    ]
    seconds = time.process_time() - started
    auroc, _ = ranking(np.concatenate(found).max(axis=1), is_attack)
    assert len(is_attack) == 4_554_344
    assert auroc is not None
    assert auroc >= 0.980  # MIDAS-F: 0.985
    assert len(is_attack) / seconds >= 1e6

import numpy as np

from unbrush.simulate.chance import Streams, fixed, pick_at, running


def test_a_part_draws_the_same_whatever_other_parts_drew():
    streams, alone = Streams(5), Streams(5)
    streams.part("shops").random(1_000)
    assert (streams.part("items").random(9) == alone.part("items").random(9)).all()


def test_parts_and_their_numbers_differ():
    streams = Streams(5)
    drawn = [streams.part(*key).random() for key in (("a",), ("b",), ("a", 1), ("a", 2))]
    assert len(set(drawn)) == len(drawn)


def test_fixed_numbers_are_even_and_depend_on_the_salt():
    ids = np.arange(100_000)
    share = fixed(ids, salt=1)
    assert (share >= 0).all()
    assert (share < 1).all()
    assert abs(share.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(share, fixed(ids, salt=2))[0, 1]) < 0.02


def test_a_pick_falls_where_the_running_sum_says():
    chances = running(np.array([1.0, 0.0, 3.0]))
    assert pick_at(chances, np.array([0.0, 0.24, 0.25, 0.999, 1.0])).tolist() == [0, 0, 2, 2, 2]

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unbrush.group.connect import cores


def groups(ties, min_ties=2, min_size=3):
    a, b = (np.array([tie[i] for tie in ties], np.int64) for i in (0, 1))
    found = cores(a, b, min_ties, min_size)
    result: dict[int, set[int]] = {}
    for node, group in zip(found["node"].tolist(), found["group"].tolist(), strict=True):
        result.setdefault(group, set()).add(node)
    return list(result.values())


def test_a_triangle_is_a_group_and_its_tail_is_not():
    assert groups([(10, 20), (20, 30), (10, 30), (30, 40), (40, 50)]) == [{10, 20, 30}]


def test_a_chain_has_no_core():
    assert groups([(1, 2), (2, 3), (3, 4)]) == []


def test_two_triangles_are_two_groups_in_the_order_of_their_smallest():
    assert groups([(7, 8), (8, 9), (7, 9), (1, 2), (2, 3), (1, 3)]) == [{1, 2, 3}, {7, 8, 9}]


def test_small_groups_are_left_out():
    assert groups([(1, 2), (2, 3), (1, 3)], min_size=4) == []


def test_no_ties_make_no_groups():
    assert groups([]) == []


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_the_core_is_what_repeated_removal_leaves(pairs):
    ties = sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]})
    left = set(ties)
    while True:
        degree: dict[int, int] = {}
        for a, b in left:
            degree[a] = degree.get(a, 0) + 1
            degree[b] = degree.get(b, 0) + 1
        kept = {(a, b) for a, b in left if degree[a] >= 2 and degree[b] >= 2}
        if kept == left:
            break
        left = kept
    expected = {node for tie in left for node in tie}
    assert {node for group in groups(ties, min_size=1) for node in group} == expected

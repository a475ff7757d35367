"""Boosted trees as plain numbers: margins, and how much each feature moves one (TreeSHAP).

A forest is read from a file that may come from anywhere, so that everything about it is checked
before it is walked: children stand after their parents, every node is reached once.

The contributions are Shapley values of the tree itself, where a feature left out goes both ways in
the proportion of the rows that the tree was grown on (S. Lundberg et al., 2020; here one leaf at a
time, by the polynomial of subset sizes).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]

MOST_TREES = 5_000
MOST_NODES = 1_023
MOST_DEPTH = 12


class BadTree(ValueError):
    """A tree that is none."""


@dataclass(frozen=True, kw_only=True)
class Forest:
    """Trees one after another; a leaf has feature -1 and its value as threshold.

    Attributes:
        roots: First node of each tree, and the number of all nodes at the end.
        feature: Which number a node asks for.
        threshold: A row goes left where its number is at most this.
        left, right: Nodes that follow.
        count: Rows of training that came by.
        n_features: Numbers in a row.
    """

    roots: Whole
    feature: Whole
    threshold: Floats
    left: Whole
    right: Whole
    count: Floats
    n_features: int

    def margins(self, values: Floats) -> Floats:
        """Return the sum of leaf values for each row of ``values``, shape (n, n_features)."""
        from unbrush.judge.learned.walking import margins

        rows = np.ascontiguousarray(values, dtype=np.float64)
        return np.asarray(
            margins(rows, self.roots, self.feature, self.threshold, self.left, self.right)
        )

    def contributions(self, values: Floats) -> Floats:
        """Return how far each number moves each row's margin, shape (n, n_features).

        They sum up to the margin less the mean margin of what the trees were grown on.
        """
        from unbrush.judge.learned.walking import contributions

        boxes = _boxes(self)
        rows = np.ascontiguousarray(values, dtype=np.float64)
        return np.asarray(contributions(rows, *boxes, self.n_features))

    def used(self) -> set[int]:
        """Return which features any node asks for."""
        return set(self.feature[self.feature >= 0].tolist())


def forest_of(trees: Sequence[Sequence[Sequence[Any]]], n_features: int) -> Forest:
    """Return the forest of trees written as lists of nodes.

    Args:
        trees: Each a list of ``[feature, threshold, left, right, count]`` with the root first and
            children after their parents, or ``[-1, value, 0, 0, count]`` for a leaf.
        n_features: Numbers in a row.

    Raises:
        BadTree: One of them is no such tree.
    """
    if not isinstance(trees, list) or not 1 <= len(trees) <= MOST_TREES:
        raise BadTree(f"there must be 1 to {MOST_TREES:,} trees")
    nodes: list[tuple[int, float, int, int, float]] = []
    roots = [0]
    for number, tree in enumerate(trees):
        nodes += _checked(tree, n_features, len(nodes), number)
        roots.append(len(nodes))
    feature, threshold, left, right, count = zip(*nodes, strict=True)
    return Forest(
        roots=np.array(roots, np.int32),
        feature=np.array(feature, np.int32),
        threshold=np.array(threshold, np.float64),
        left=np.array(left, np.int32),
        right=np.array(right, np.int32),
        count=np.array(count, np.float64),
        n_features=n_features,
    )


def _checked(
    tree: Any, n_features: int, offset: int, number: int
) -> list[tuple[int, float, int, int, float]]:
    """Return the nodes of one tree with children counted from the forest's first node."""
    if not isinstance(tree, list) or not 1 <= len(tree) <= MOST_NODES:
        raise BadTree(f"tree {number} must be a list of 1 to {MOST_NODES:,} nodes")
    depth = [0] + [-1] * (len(tree) - 1)
    nodes = []
    for place, node in enumerate(tree):
        if not (
            isinstance(node, list)
            and len(node) == 5
            and all(isinstance(each, int) and not isinstance(each, bool) for each in node[::2])
            and all(isinstance(each, int | float) for each in node)
            and isinstance(node[3], int)
            and all(isfinite(each) for each in node)
        ):
            raise BadTree(f"node {place} of tree {number} is not [feature, number, left, right, n]")
        feature, threshold, left, right, count = node
        if depth[place] < 0 or depth[place] > MOST_DEPTH:
            raise BadTree(f"node {place} of tree {number} is reached by no other, or too deep")
        if not 0 < count < 2**53 or not -1 <= feature < n_features:
            raise BadTree(f"node {place} of tree {number} has a count or feature that cannot be")
        if feature >= 0:
            for child in (left, right):
                if not place < child < len(tree) or depth[child] >= 0:
                    raise BadTree(f"node {place} of tree {number} leads back or nowhere")
                depth[child] = depth[place] + 1
            if tree_count(tree, left) + tree_count(tree, right) != count:
                raise BadTree(f"node {place} of tree {number} does not pass on what it counts")
        nodes.append((feature, float(threshold), left + offset, right + offset, float(count)))
    return nodes


def tree_count(tree: list[Any], place: int) -> float:
    """Return the rows that came by a node; -1 if it has none to say."""
    node = tree[place]
    is_whole = isinstance(node, list) and len(node) == 5 and isinstance(node[4], int)
    return node[4] if is_whole else -1


def grown(dumped: Mapping[str, Any]) -> list[list[list[float | int]]]:
    """Return the trees of LightGBM's ``dump_model`` as `forest_of` reads them."""
    trees = []
    for each in dumped["tree_info"]:
        tree: list[list[float | int]] = []
        _grow(each["tree_structure"], tree)
        trees.append(tree)
    return trees


def _grow(node: Mapping[str, Any], tree: list[list[float | int]]) -> int:
    """Add a node and all below it to ``tree``; return its place."""
    place = len(tree)
    if "leaf_value" in node:
        tree.append([-1, float(node["leaf_value"]), 0, 0, int(node.get("leaf_count", 1))])
        return place
    tree.append([int(node["split_feature"]), float(node["threshold"]), 0, 0, 0])
    left, right = _grow(node["left_child"], tree), _grow(node["right_child"], tree)
    tree[place][2:] = [left, right, tree[left][4] + tree[right][4]]
    return place


def _boxes(forest: Forest) -> tuple[Whole, Floats, Whole, Floats, Floats, Floats]:
    """Return every leaf as a box: of each feature on its way, the range and the share passed on.

    Starts of leaves, their values, and for each feature of each: number, least, most, share.
    """
    starts, values = [0], []
    features: list[int] = []
    least: list[float] = []
    most: list[float] = []
    share: list[float] = []
    for root in forest.roots[:-1].tolist():
        ways: list[tuple[int, dict[int, tuple[float, float, float]]]] = [(root, {})]
        while ways:
            node, path = ways.pop()
            asked = int(forest.feature[node])
            if asked < 0:
                values.append(float(forest.threshold[node]))
                for each, (low, high, part) in sorted(path.items()):
                    features.append(each)
                    least.append(low)
                    most.append(high)
                    share.append(part)
                starts.append(len(features))
                continue
            cut = float(forest.threshold[node])
            low, high, part = path.get(asked, (-np.inf, np.inf, 1.0))
            for child, bounds in (
                (int(forest.right[node]), (max(low, cut), high)),
                (int(forest.left[node]), (low, min(high, cut))),
            ):
                passed = float(forest.count[child] / forest.count[node])
                ways.append((child, {**path, asked: (*bounds, part * passed)}))
    return (
        np.array(starts, np.int32),
        np.array(values, np.float64),
        np.array(features, np.int32),
        np.array(least, np.float64),
        np.array(most, np.float64),
        np.array(share, np.float64),
    )

import numpy as np

from unbrush.respond.layout import SHOP_RADIUS, beside, two_circles


def test_one_shop_stands_in_the_middle():
    accounts, shops = two_circles(np.ones((5, 1)))
    assert shops.tolist() == [[0.0, 0.0]]
    assert np.allclose(np.hypot(*accounts.T), 1, atol=1e-3)


def test_accounts_stand_on_the_side_of_their_shop():
    weights = np.array([[1.0, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]])
    accounts, shops = two_circles(weights)
    assert np.allclose(np.hypot(*shops.T), SHOP_RADIUS, atol=1e-3)
    for account, row in zip(accounts, weights, strict=True):
        own, other = (shops[row > 0][0], shops[row == 0][0])
        assert np.hypot(*(account - own)) < np.hypot(*(account - other))


def test_no_two_nodes_share_a_place():
    accounts, shops = two_circles(np.zeros((48, 12)))
    points = np.vstack((accounts, shops))
    assert len({tuple(point) for point in points.tolist()}) == 60


def test_a_ring_without_shops_or_accounts_can_be_drawn():
    accounts, shops = two_circles(np.zeros((3, 0)))
    assert (len(accounts), len(shops)) == (3, 0)
    accounts, shops = two_circles(np.zeros((0, 2)))
    assert (len(accounts), len(shops)) == (0, 2)


def test_shared_tokens_stand_outside_and_apart():
    accounts, _ = two_circles(np.ones((8, 1)))
    hubs = beside(accounts, [[0, 1], [0, 1], [4, 5]])
    assert (np.hypot(*hubs.T) > 1.1).all()
    assert np.hypot(*(hubs[0] - hubs[1])) > 0.1
    assert np.hypot(*(hubs[0] - accounts[0])) < np.hypot(*(hubs[0] - accounts[4]))

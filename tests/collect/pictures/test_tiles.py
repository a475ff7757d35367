import numpy as np

from unbrush.collect.pictures.tiles import tiles_of


def test_a_small_picture_is_one_tile():
    (tile,) = tiles_of(np.zeros((50, 70), np.uint8), width=100, area=10_000, margin=10)
    assert tile.core == tile.seen == (0, 0, 70, 50)


def test_cores_cover_everything_once():
    rng = np.random.default_rng(1)
    tiles = tiles_of(
        rng.integers(0, 256, (950, 330), dtype=np.uint8), width=100, area=10_000, margin=10
    )
    covered = np.zeros((950, 330), int)
    for tile in tiles:
        left, top, right, bottom = tile.core
        covered[top:bottom, left:right] += 1
        assert right - left <= 100
        assert bottom - top <= 100
        assert tile.seen.left <= left
        assert tile.seen.bottom >= bottom
    assert (covered == 1).all()


def test_cuts_go_between_lines_of_text():
    page = np.full((400, 100), 255, np.uint8)
    for top in range(10, 400, 40):  # text on 30 rows of 40
        page[top : top + 30, ::2] = 0
    cuts = [tile.core.bottom for tile in tiles_of(page, width=200, area=20_000, margin=5)]
    assert len(cuts) > 1
    assert all(page[cut - 1].min() == 255 for cut in cuts[:-1])


def test_every_point_belongs_to_one_tile():
    tiles = tiles_of(np.zeros((300, 300), np.uint8), width=100, area=10_000, margin=10)
    for column, row in ((0, 0), (99.5, 100.0), (299.9, 299.9), (100.0, 75.0)):
        assert sum(tile.owns(column, row) for tile in tiles) == 1


def test_a_wide_picture_keeps_its_lines_whole_and_is_cut_lower():
    tiles = tiles_of(np.zeros((300, 500), np.uint8), width=500, area=50_000, margin=0)
    assert {tile.core.width for tile in tiles} == {500}
    assert len(tiles) == 3

"""OCR: pixels → lines of text, where they stand and how sure the recogniser is. Offline.

The library is RapidOCR on ONNX Runtime; its wheel carries the Chinese models (PP-OCRv6, small),
and they are given by path, so that nothing is ever looked for elsewhere. Detection works on tiles
of the picture (see `tiles`) scaled so that text is neither tiny nor huge; recognition on the lines
at full size, each by itself, so that a line reads the same whatever stands beside it. Work is
bounded by counts and never by a clock: the same picture always gives the same lines.
"""

import re
import threading
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unbrush.base.errors import missing_extra
from unbrush.base.pictures.screenshot import Box, TextLine
from unbrush.collect.pictures.tiles import Tile, tiles_of

Pixels = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]
"""Four corners of a line, (4, 2), from its upper left clockwise."""

THREADS = 1
"""Threads of ONNX Runtime. A second one saves a third of the time and spends twice the work, most
of it waiting; many pictures are better shared out among processes. The lines are the same."""

TILE_WIDTH = 2_000  # of a tile's core, in pixels of the scaled picture
TILE_AREA = 1_000_000  # in larger ones the model misses small text that stands alone
MARGIN = 64
WIDEST = 736  # shorter side of a scaled picture: 1 on phones is 2-3 pixels of the screen
NARROWEST = 640
LARGEST_SCALE = 3.0
SMALL_TEXT = 13  # median height of lines (scaled pixels) below which a second look pays
SECOND_LOOK = 2.0
CLEAR_STEP = 40  # of 255, between neighbouring pixels
LEAST_INK = 100  # clear steps: a word in small print has more
UPRIGHT_SHARE = 0.5  # of lines' length: with less across than this, the picture lies on its side
LONG_LINE = 1.5  # width over height from which a line has a direction
ASKED_DIRECTION = 12  # lines asked whether they are upside down
LEAST_CONFIDENCE = 0.5
LEAST_SIDE = 4  # pixels; less holds no character
SAME_LINE = 0.5  # of the smaller box, covered by another of a neighbouring tile
PROBE = 6  # looks that tell which way a picture lies
LINE_WORK, LENGTH_WORK = 0.03, 0.006
"""What reading costs beside a look: per line, and per height of a line that it is long."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a picture is read; the rest is left and said to be.

    Attributes:
        max_tiles: Pieces of about a megapixel in which text is sought, second looks included.
        max_lines: Lines that are recognised.
        max_length: All lines together, in heights of a line: about a character each.
        max_work: Seeking and recognising together, in looks; a line counts `LINE_WORK`, each
            height of it that it is long `LENGTH_WORK`. This is what bounds the time.
    """

    max_tiles: int = 56
    max_lines: int = 1_000
    max_length: int = 12_000
    max_work: float = 22


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one picture.

    Attributes:
        lines: In reading order: rows from top to bottom, each from left to right.
        upright: The picture as it was read.
        turned: Degrees by which it was turned clockwise: 0, 90, 180 or 270.
        read_until: First row that was not read; the picture's height if all was.
    """

    lines: tuple[TextLine, ...]
    upright: Pixels
    turned: int
    read_until: int


@dataclass(frozen=True, slots=True)
class _Found:
    """Where lines are, before they are read."""

    corners: list[Corners]
    read_until: int


def read_lines(rgb: Pixels, *, limits: Limits = LIMITS, threads: int = THREADS) -> Reading:
    """Read the text of a picture.

    Args:
        rgb: The picture, (height, width, 3), as `opening` returns it.
        limits: How much of it is read.
        threads: Threads of ONNX Runtime.

    Raises:
        MissingExtra: The extra ``ocr`` is not installed.
    """
    engine = _engine(threads)
    upright, turned = np.ascontiguousarray(rgb), 0
    # The first looks tell which way it lies, so that a long picture is not sought through thrice.
    first = replace(limits, max_tiles=min(PROBE, limits.max_tiles))
    looked: _Looks = {}
    found = _find(engine, upright, first, looked)
    if _lies_on_its_side(found.corners):
        upright, turned, looked = np.ascontiguousarray(np.rot90(upright, -1)), 90, {}
        found = _find(engine, upright, first, looked)
    crops = [engine.crop(upright, corners) for corners in found.corners]
    is_upside_down = engine.are_upside_down(crops)
    if is_upside_down:
        upright, turned, looked = np.ascontiguousarray(np.rot90(upright, 2)), turned + 180, {}
    if is_upside_down or (first != limits and found.read_until < upright.shape[0]):
        # Sought anew and not mirrored: what is beyond the limits lies at the other end now.
        found = _find(engine, upright, limits, looked)
        crops = [engine.crop(upright, corners) for corners in found.corners]
    lines = [
        TextLine(text, _box(corners), confidence)
        for corners, (text, confidence) in zip(found.corners, engine.read(crops), strict=True)
        if text and confidence >= LEAST_CONFIDENCE
    ]
    return Reading(tuple(in_reading_order(lines)), upright, turned, found.read_until)


def in_reading_order(lines: list[TextLine]) -> list[TextLine]:
    """Return lines by rows from top to bottom, each row from left to right.

    Lines share a row if each one's middle is within the other's height.
    """
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda each: (each.box.top + each.box.bottom, each.box.left)):
        if rows and _same_row(rows[-1][0].box, line.box):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda each: each.box.left)]


def _same_row(box: Box, other: Box) -> bool:
    middle, others = (box.top + box.bottom) / 2, (other.top + other.bottom) / 2
    return other.top < middle < other.bottom and box.top < others < box.bottom


def _find(engine: "_Engine", rgb: Pixels, limits: Limits, looked: "_Looks") -> _Found:
    """Return where the lines of a picture are, tile by tile.

    Args:
        engine: Finds the lines of a tile.
        rgb: The picture.
        limits: How much of it is looked at.
        looked: What earlier looks at this picture saw; they count again and cost nothing.
    """
    scale = _scale(rgb.shape[1], rgb.shape[0])
    search = _Search(engine, rgb, limits, looked)
    total = 0.0
    corners: list[Corners] = []
    for tile in search.tiles(Box(0, 0, rgb.shape[1], rgb.shape[0]), scale):
        if search.is_spent:
            return _Found(corners, tile.core.top)
        for each in search.lines_of(tile, scale, corners):
            length = max(1.0, _longer(each) / _shorter(each))
            total += length
            search.work_left -= LINE_WORK + LENGTH_WORK * length
            is_over = len(corners) >= limits.max_lines or total > limits.max_length
            if is_over or search.work_left < 0:
                return _Found(corners, int(each[:, 1].min()))
            corners.append(each)
    return _Found(corners, rgb.shape[0])


def _scale(width: int, height: int) -> float:
    shorter = max(1, min(width, height))
    if shorter > WIDEST:
        return WIDEST / shorter
    return min(LARGEST_SCALE, max(1.0, NARROWEST / shorter))


_Looks = dict[tuple[Box, float], list[Corners]]
"""What was found at each look: where it was directed, at which scale."""


class _Search:
    """Looks for lines in one picture, larger where text is small, until its looks are spent."""

    def __init__(self, engine: "_Engine", rgb: Pixels, limits: Limits, looked: _Looks) -> None:
        self.engine, self.rgb, self.looked = engine, rgb, looked
        self.grey = rgb[:, :, 1]  # green is most of what the eye sees
        self.n_left, self.work_left = limits.max_tiles, limits.max_work
        self.largest = max(1.0, SECOND_LOOK * _scale(rgb.shape[1], rgb.shape[0]))

    @property
    def is_spent(self) -> bool:
        """Whether no more looks are allowed."""
        return self.n_left <= 0 or self.work_left < 1

    def tiles(self, part: Box, scale: float) -> list[Tile]:
        """Cut a part of the picture into tiles for looks at ``scale``."""
        grey = self.grey[part.top : part.bottom, part.left : part.right]
        width, area = int(TILE_WIDTH / scale), int(TILE_AREA / scale**2)
        tiles = tiles_of(grey, width=width, area=area, margin=int(MARGIN / scale))
        return [each.moved(part.left, part.top) for each in tiles]

    def lines_of(self, tile: Tile, scale: float, before: list[Corners]) -> list[Corners]:
        """Return the lines of one tile that are not among ``before``, from top to bottom."""
        found = self._closer(tile, self._look(tile, scale), scale)
        near = [_box(each) for each in before if each[:, 1].max() > tile.seen.top]
        return [
            each
            for each in sorted(found, key=lambda c: (float(c[:, 1].min()), float(c[:, 0].min())))
            if tile.owns(*map(float, each.mean(axis=0))) and not _is_known(_box(each), near)
        ]

    def _look(self, tile: Tile, scale: float) -> list[Corners]:
        """Return the lines of a tile in pixels of the picture; none once the looks are spent."""
        if self.is_spent:
            return []
        self.n_left -= 1
        self.work_left -= 1
        seen = tile.seen
        if (seen, scale) not in self.looked:
            piece = self.rgb[seen.top : seen.bottom, seen.left : seen.right]
            moved = np.array([seen.left, seen.top], np.float32)
            self.looked[seen, scale] = [each + moved for each in self.engine.find(piece, scale)]
        return self.looked[seen, scale]

    def _closer(self, tile: Tile, found: list[Corners], scale: float) -> list[Corners]:
        """Look again at twice the scale while text is small, or where there is ink but no text."""
        while True:
            larger = min(SECOND_LOOK * scale, self.largest)
            if larger <= scale or self.is_spent or not self._is_small(tile, found, scale):
                return found
            pieces = self.tiles(tile.seen, larger)
            scale = larger
            if not found:  # one look tells whether it is worth while
                busiest = max(pieces, key=lambda piece: _ink(self.grey, piece.core))
                if not self._look(busiest, scale):
                    continue
            again: list[Corners] = []
            for piece in pieces:
                again += [
                    each
                    for each in self._look(piece, scale)
                    if piece.owns(*map(float, each.mean(axis=0)))
                    and not _is_known(_box(each), [_box(other) for other in again])
                ]
            found = again or found

    def _is_small(self, tile: Tile, found: list[Corners], scale: float) -> bool:
        if not found:
            return _ink(self.grey, tile.core) > LEAST_INK
        return float(np.median([_shorter(each) for each in found])) * scale < SMALL_TEXT


def _ink(grey: Pixels, box: Box) -> int:
    """Return how many clear steps from pixel to pixel the rows of a part of a picture have."""
    part = grey[box.top : box.bottom, box.left : box.right].astype(np.int16)
    return int(np.count_nonzero(np.abs(np.diff(part, axis=1)) > CLEAR_STEP))


def _is_known(box: Box, near: list[Box]) -> bool:
    for other in near:
        across = min(box.right, other.right) - max(box.left, other.left)
        down = min(box.bottom, other.bottom) - max(box.top, other.top)
        smaller = min(box.width * box.height, other.width * other.height)
        if across > 0 and down > 0 and across * down > SAME_LINE * smaller:
            return True
    return False


def _width(corners: Corners) -> float:
    return float(np.linalg.norm(corners[0] - corners[1]))


def _height(corners: Corners) -> float:
    return float(np.linalg.norm(corners[0] - corners[3]))


def _longer(corners: Corners) -> float:
    return max(_width(corners), _height(corners))


def _shorter(corners: Corners) -> float:
    return max(1.0, min(_width(corners), _height(corners)))


def _box(corners: Corners) -> Box:
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
    return Box(left, top, right, bottom)


def _lies_on_its_side(found: list[Corners]) -> bool:
    """Whether most of the length of the lines runs from top to bottom."""
    across = down = 0.0
    for corners in found:
        width, height = _width(corners), _height(corners)
        if width >= LONG_LINE * height:
            across += width
        elif height >= LONG_LINE * width:
            down += height
    return down > 0 and across < UPRIGHT_SHARE * (across + down)


class _Engine:
    """RapidOCR with its models loaded; may be shared by threads."""

    def __init__(self, threads: int) -> None:
        try:
            import rapidocr
            from rapidocr.utils.process_img import get_rotate_crop_image
        except ImportError:
            raise missing_extra("ocr", "Reading the text of pictures") from None
        models = Path(rapidocr.__file__).parent / "models"
        self._ocr: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_preprocess_img": False,
                "Global.text_score": 0.0,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                "Det.limit_side_len": 32,
                "Cls.model_path": str(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                "Rec.rec_batch_num": 1,
            }
        )
        self._crop = get_rotate_crop_image
        self._lock = threading.Lock()

    def find(self, piece: Pixels, scale: float) -> list[Corners]:
        """Return the corners of the lines in a piece of a picture, sought at a scale of it."""
        import cv2

        height, width = piece.shape[:2]
        if min(height, width) < LEAST_SIDE:
            return []
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        sought: Any = piece if scale == 1 else cv2.resize(piece, size, interpolation=how)
        with self._lock:
            found = self._ocr(_bgr(sought), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        back = np.array([width / size[0], height / size[1]], np.float32)
        corners = [np.asarray(each, np.float32) * back for each in found.boxes]
        return [each for each in corners if min(_width(each), _height(each)) >= LEAST_SIDE]

    def crop(self, rgb: Pixels, corners: Corners) -> Pixels:
        """Cut one line out of a picture and straighten it."""
        box = _box(corners)
        pad = 4
        top, left = max(0, box.top - pad), max(0, box.left - pad)
        piece = rgb[top : box.bottom + pad, left : box.right + pad]
        shifted = corners - np.array([left, top], np.float32)
        return _bgr(self._crop(piece, shifted))

    def are_upside_down(self, crops: list[Pixels]) -> bool:
        """Whether most of the longest lines are."""
        longest = sorted(crops, key=lambda crop: -crop.shape[1])[:ASKED_DIRECTION]
        if not longest:
            return False
        with self._lock:
            _, answer = self._ocr.cls_and_rotate([crop.copy() for crop in longest])
        turned = sum(label == "180" and sure > 0.9 for label, sure in answer.cls_res)
        return bool(turned * 2 > len(longest))

    def read(self, crops: list[Pixels]) -> list[tuple[str, float]]:
        """Return the text of each line and the confidence in it."""
        if not crops:
            return []
        with self._lock:
            read = self._ocr.recognize_txt(crops)
        return [
            (_clean(text), float(confidence))
            for text, confidence in zip(read.txts, read.scores, strict=True)
        ]


@cache
def _engine(threads: int) -> _Engine:
    """Return the engine of this process, made at first use: loading takes a second."""
    return _Engine(threads)


def _clean(text: str) -> str:
    """Take away what cannot be seen: control characters, marks of direction, odd spaces."""
    return unicodedata.normalize("NFC", _UNSEEN.sub(" ", text)).strip()


def _bgr(rgb: Pixels) -> Pixels:
    return np.ascontiguousarray(rgb[:, :, ::-1])

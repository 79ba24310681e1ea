"""A board in its place: perspective, light, shadow, letters; once with the old words and once with the new."""

from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.change import Patch
from transforms.edits.lettering.boards import CHALKED, Board
from transforms.edits.lettering.set import fitting, letters
from transforms.edits.matching import like_the_photo, lit, softened
from transforms.edits.scene import Scene
from transforms.edits.vectors import f32

OVER = 2
"""Boards are drawn at this multiple and scaled down: smooth edges."""
MIN_LETTER = 0.026
"""Letter size as a share of the frame's height below which nobody reads it."""
MIN_LETTER_PX = 9


@dataclass(frozen=True)
class Shape:
    """Where a board goes.

    Attributes:
        corners: float [4, 2], pixels, from the upper left clockwise as the words are read.
        size: width and height of its face, pixels.
        lies: it lies on the ground: its shadow falls beside it, not behind it.
    """

    corners: np.ndarray
    size: tuple[int, int]
    lies: bool


def on_wall(board: Board, x: int, y: int, width: int, rng: np.random.Generator) -> Shape:
    """Return a board that hangs around a pixel, seen a little from the side."""
    aspect = float(rng.uniform(*board.aspect))
    height = width / aspect
    yaw, turn = float(rng.uniform(-0.1, 0.1)), np.deg2rad(float(rng.normal(0, 1.2)))
    u, v = width / 2 * np.array([-1, 1, 1, -1]), height / 2 * np.array([-1, -1, 1, 1])
    v = v * (1 + yaw * np.array([-1, 1, 1, -1]))
    u = u * np.cos(3.2 * yaw)
    corners = np.stack([x + u * np.cos(turn) - v * np.sin(turn), y + u * np.sin(turn) + v * np.cos(turn)], axis=1)
    return Shape(corners, (width, max(4, round(height))), False)


def on_ground(board: Board, x: int, y: int, width: int, pitch: float, rng: np.random.Generator) -> Shape:
    """Return a board that lies flat around a pixel, turned, seen from `pitch` radians above."""
    height = width / float(rng.uniform(*board.aspect))
    turn = float(rng.uniform(-0.5, 0.5))
    u, v = width / 2 * np.array([-1, 1, 1, -1]), height / 2 * np.array([-1, -1, 1, 1])
    right, near = u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)
    # what is nearer is larger
    scale = 1 + 0.22 * near / max(width, height) * np.cos(pitch)
    corners = np.stack([x + right * scale, y + near * np.sin(pitch) * scale], axis=1)
    return Shape(corners, (width, max(4, round(height))), True)


def hung(
    scene: Scene,
    board: Board,
    shape: Shape,
    texts: tuple[str, str],
    face: str,
    colours: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> tuple[Patch, Patch, np.ndarray] | None:
    """Return a board with the first and with the second text, and its mask (bool [H, W]); None if it does not fit.

    Args:
        scene: the photo.
        board, shape: what hangs where.
        texts: what it says before and after.
        face: path of the typeface.
        colours: of the board and of its letters, sRGB.
        rng: its wear; both boards have the same.
    """  # fmt: skip
    width, height = (OVER * side for side in shape.size)
    room = (1 - 2 * board.margin[0]) * width, (1 - 2 * board.margin[1]) * height
    size, lines = fitting(texts, face, *room)
    seen = size / OVER * _foreshortening(shape)
    if seen < max(MIN_LETTER_PX, MIN_LETTER * scene.height):
        return None
    paper, ink = (tuple(int(v) for v in colour) for colour in colours)
    ground, cover = board.ground((paper[0], paper[1], paper[2]), height, width, rng)
    worn = 1 - 0.5 * np.clip(cv2.GaussianBlur(rng.normal(0, 1, cover.shape).astype(np.float32), (0, 0), 1.2), 0, 1)
    frame = _frame(scene, shape, height)
    if frame is None:
        return None
    left, top, right, bottom = frame
    seed, patches = int(rng.integers(1 << 31)), []
    for text in texts:
        glyphs = letters(text, face, size, lines, width, height)
        glyphs = glyphs * (worn if board.noun in CHALKED else 0.96)
        rgb = ground + glyphs[..., None] * (f32(ink) - ground)
        flat, alpha = _warped(rgb, cover, shape, frame)
        soft, alpha = softened(scene, lit(scene, flat, left, top), alpha)
        shown = like_the_photo(scene, soft, np.random.default_rng(seed))
        if board.gloss:
            shown = np.clip(shown + _sheen(shape, frame, board.gloss), 0, 255)
        shadow = _shadow(scene, alpha, board.thick * shape.size[1], shape.lies)
        total = 1 - (1 - shadow) * (1 - alpha)
        patches.append(Patch(left, top, total.astype(np.float32), (shown * alpha[..., None]).astype(np.float32)))
    mask = np.zeros((scene.height, scene.width), bool)
    mask[top:bottom, left:right] = alpha > 0.5
    return patches[0], patches[1], mask


def _foreshortening(shape: Shape) -> float:
    """Return how high a row of letters is seen, as a share of its height on the board."""
    a, b, c, d = shape.corners
    return float((np.linalg.norm(d - a) + np.linalg.norm(c - b)) / 2 / shape.size[1])


def _frame(scene: Scene, shape: Shape, height: int) -> tuple[int, int, int, int] | None:
    pad = 3 + round(0.2 * height / OVER)
    x1, y1 = (int(v) for v in np.floor(shape.corners.min(axis=0)) - pad)
    x2, y2 = (int(v) for v in np.ceil(shape.corners.max(axis=0)) + pad)
    if x1 < 0 or y1 < 0 or x2 > scene.width or y2 > scene.height:
        return None
    return x1, y1, x2, y2


def _warped(
    rgb: np.ndarray, cover: np.ndarray, shape: Shape, frame: tuple[int, int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the board as it is seen: colour (float32 [h, w, 3], not premultiplied) and coverage (float32 [h, w])."""
    height, width = cover.shape
    size = frame[2] - frame[0], frame[3] - frame[1]
    own = f32([[0, 0], [width, 0], [width, height], [0, height]])
    seen = (shape.corners - np.array(frame[:2])) * OVER
    bend = cv2.getPerspectiveTransform(own, seen.astype(np.float32))
    double = (OVER * size[0], OVER * size[1])
    layer = np.dstack([rgb * cover[..., None], cover]).astype(np.float32)
    large = cv2.warpPerspective(layer, bend, double, flags=cv2.INTER_LINEAR)
    small = cv2.resize(large, size, interpolation=cv2.INTER_AREA)
    alpha = small[..., 3]
    return small[..., :3] / np.maximum(alpha, 1e-3)[..., None], np.clip(alpha, 0, 1)


def _sheen(shape: Shape, frame: tuple[int, int, int, int], gloss: float) -> np.ndarray:
    """Return a soft diagonal reflection, float32 [h, w, 1]."""
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    across = (x + 0.6 * y) / 1.6
    return (26 * gloss * np.exp(-(((across - 0.32) / 0.2) ** 2)))[..., None].astype(np.float32)


def _shadow(scene: Scene, alpha: np.ndarray, thick: float, lies: bool) -> np.ndarray:
    """Return the share of light that the surface around a board loses, float32 [h, w]."""
    drop = max(0.8, thick)
    side = -np.sign(scene.light_side) * drop
    down = 0.7 * drop if lies else drop
    moved = cv2.warpAffine(alpha, f32([[1, 0, side], [0, 1, down]]), alpha.shape[::-1])
    cast = 0.42 * cv2.GaussianBlur(moved, (0, 0), 0.5 + 0.55 * drop)
    contact = 0.3 * cv2.GaussianBlur(alpha, (0, 0), 1.0 + 0.2 * drop)
    shadow = 1 - (1 - cast) * (1 - contact)
    return np.where(shadow < 0.025, 0, shadow).astype(np.float32)

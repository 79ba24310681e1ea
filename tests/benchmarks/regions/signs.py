"""Edits of text: a line, a word or blocks of lines come, go or change on a panel or on the photo itself."""

import cv2
import numpy as np

from benchmarks.regions.colour import mean_delta
from benchmarks.regions.lettering import Face, any_face, any_text
from benchmarks.regions.scene import NoRoom, Scene

LEADING = 1.5
"""Height of a line over that of its letters."""


def text(scene: Scene) -> None:
    """Change text: `line`, `word`, `comes`, `goes`, or `blocks` (two lines that are not neighbours)."""
    rng = scene.rng
    kind = str(rng.choice(["line", "word", "comes", "goes", "blocks"], p=[0.28, 0.24, 0.17, 0.16, 0.15]))
    lines = int(rng.integers(3, 6)) if kind == "blocks" else int(rng.integers(1, 5))
    side = min(scene.height, scene.width)
    high = max(10, round(float(np.exp(rng.uniform(np.log(0.03), np.log(0.11 if lines < 3 else 0.06)))) * side))
    face, old = any_face(rng, high), [any_text(rng, int(rng.integers(2, 5))) for _ in range(lines)]
    old = [_shortened(face, words, 0.8 * scene.width) for words in old]
    changed = _changed_lines(rng, kind, lines)
    new = [_rewritten(rng, words, kind) if i in changed else words for i, words in enumerate(old)]
    new = [_shortened(face, words, 0.85 * scene.width) for words in new]
    width = max(face.ink(" ".join(words)).shape[1] for words in [*old, *new])
    pitch = round(LEADING * high)
    pad = round(0.6 * high)
    box = width + 2 * pad, lines * pitch + 2 * pad
    if box[0] > 0.96 * scene.width or box[1] > 0.96 * scene.height:
        raise NoRoom
    x, y = scene.place(*box)
    x, y = (int(np.clip(v, 0, most)) for v, most in ((x, scene.width - box[0]), (y, scene.height - box[1])))
    colour = _ground(scene, x, y, *box)
    ground = scene.after.copy()
    starts = [x + pad + (width - face.ink(" ".join(words)).shape[1]) // 2 * int(rng.random() < 0.5) for words in old]
    for i in range(lines):
        top = y + pad + i * pitch
        if kind != "comes" or i not in changed:
            _write(scene.before, face, old[i], starts[i], top, colour)
        if kind != "goes" or i not in changed:
            _write(scene.after, face, new[i], starts[i], top, colour)
    if kind == "goes" or rng.random() < 0.4:
        _redraw_ground(scene, ground, face, old, new, starts, changed, y + pad, pitch, colour, kind)
    for block in _blocks(changed):
        shown = np.zeros((scene.height, scene.width), bool)
        for i in block:
            shown |= _line_mask(scene, face, old[i], new[i], starts[i], y + pad + i * pitch, kind)
        scene.add_region(_closed(shown, high, len(block) > 1))
    scene.busy[y : y + box[1], x : x + box[0]] = True


def _shortened(face: Face, words: list[str], most: float) -> list[str]:
    while len(words) > 1 and face.ink(" ".join(words)).shape[1] > most:
        words = words[:-1]
    return words


def _changed_lines(rng: np.random.Generator, kind: str, lines: int) -> list[int]:
    if kind == "blocks":
        first = int(rng.integers(0, lines - 2))
        return [first, int(rng.integers(first + 2, lines))]
    first = int(rng.integers(lines))
    if kind != "word" and lines > 2 and first + 1 < lines and rng.random() < 0.3:
        return [first, first + 1]
    return [first]


def _rewritten(rng: np.random.Generator, words: list[str], kind: str) -> list[str]:
    if kind in ("comes", "goes"):
        return words
    if kind == "word":
        at = int(rng.integers(len(words)))
        fresh = next(word for word in any_text(rng, 6) if word != words[at])
        return [*words[:at], fresh, *words[at + 1 :]]
    return next(fresh for fresh in (any_text(rng, len(words)) for _ in range(9)) if fresh[0] != words[0])


def _blocks(changed: list[int]) -> list[list[int]]:
    return [changed] if len(changed) > 1 and changed[1] == changed[0] + 1 else [[i] for i in changed]


def _ground(scene: Scene, x: int, y: int, width: int, height: int) -> np.ndarray:
    """Lay a flat or shaded panel, or leave the photo; returns a colour for letters that shows on it."""
    rng = scene.rng
    part = (slice(y, y + height), slice(x, x + width))
    kind = rng.choice(["flat", "shaded", "photo"], p=[0.3, 0.3, 0.4])
    if kind != "photo":
        panel = np.broadcast_to(rng.uniform(15, 245, 3), (height, width, 3)).astype(np.float32)
        if kind == "shaded":
            slope = np.linspace(-1, 1, height)[:, None] * rng.normal() + np.linspace(-1, 1, width) * rng.normal()
            panel = np.clip(panel + (slope * 30)[..., None] * rng.uniform(0.4, 1, 3), 0, 255).astype(np.float32)
        panel += rng.normal(0, rng.uniform(0, 2.5), panel.shape).astype(np.float32)
        scene.before[part] = np.clip(panel, 0, 255)
        scene.after[part] = scene.before[part]
    ground = scene.after[part].reshape(-1, 3)[:: max(1, width * height // 800)]
    tries = rng.uniform(0, 255, (10, 3))
    tries[0], tries[1] = 12, 244
    gaps = [mean_delta(ground, np.broadcast_to(colour, ground.shape)) for colour in tries]
    steps = [float(np.abs(ground.mean(axis=1) - colour.mean()).mean()) for colour in tries]
    clear = [i for i in range(10) if gaps[i] > 28 and steps[i] > 45] or [int(np.argmax(gaps))]
    return tries[int(rng.choice(clear))]


def _patch(scene_like: np.ndarray, ink: np.ndarray, left: int, top: int) -> tuple[tuple[slice, slice], np.ndarray]:
    height, width = scene_like.shape[:2]
    x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + ink.shape[1], width), min(top + ink.shape[0], height)
    x2, y2 = max(x2, x1), max(y2, y1)
    return (slice(y1, y2), slice(x1, x2)), ink[y1 - top : y2 - top, x1 - left : x2 - left]


def _write(canvas: np.ndarray, face: Face, words: list[str], left: int, top: int, colour: np.ndarray) -> None:
    part, ink = _patch(canvas, face.ink(" ".join(words)), left, top)
    canvas[part] += ink[..., None] * (colour - canvas[part])


def _inked(scene: Scene, face: Face, words: list[str], left: int, top: int) -> np.ndarray:
    out = np.zeros((scene.height, scene.width), np.float32)
    part, ink = _patch(out, face.ink(" ".join(words)), left, top)
    out[part] = ink
    return out


def _line_mask(scene: Scene, face: Face, old: list[str], new: list[str], left: int, top: int, kind: str) -> np.ndarray:
    """Ink of what changed in a line: all of both where it was rewritten, from the changed word on otherwise."""
    before, after = _inked(scene, face, old, left, top), _inked(scene, face, new, left, top)
    shown = np.maximum(before, after) > 0.3
    if kind == "word":
        same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        differs = np.flatnonzero((np.abs(before - after) > 0.3).any(axis=0))
        lead = left + face.ink(" ".join([*old[:same], ""])).shape[1] - 8 if same else 0
        shown[:, : max(lead, 0)] = False
        if differs.size:
            shown[:, : differs[0]] = False
            shown[:, differs[-1] + 1 :] = False
    return shown


def _closed(shown: np.ndarray, high: int, several: bool) -> np.ndarray:
    """Join letters to lines, and lines that are neighbours to a block."""
    across, down = round(1.1 * high) | 1, (round(1.6 * high) if several else round(0.5 * high)) | 1
    padded = np.pad(shown.astype(np.uint8), max(across, down))
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((down, across), np.uint8))
    rim = max(across, down)
    return closed[rim:-rim, rim:-rim] > 0


def _redraw_ground(
    scene: Scene,
    ground: np.ndarray,
    face: Face,
    old: list[list[str]],
    new: list[list[str]],
    starts: list[int],
    changed: list[int],
    top: int,
    pitch: int,
    colour: np.ndarray,
    kind: str,
) -> None:
    """Draw the ground anew where letters went, then the new letters on it."""
    for i in changed:
        ink = _inked(scene, face, old[i], starts[i], top + i * pitch)
        ink = np.maximum(ink, _inked(scene, face, new[i], starts[i], top + i * pitch)) > 0.1
        fresh = scene.repainted(ground, ink)
        if kind != "goes":
            _write(fresh, face, new[i], starts[i], top + i * pitch, colour)
        near = cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        scene.after[near] = fresh[near]

"""Words that lie on the picture itself: a caption's bar, a subtitle, the date that a camera prints."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.change import Patch
from transforms.edits.lettering.set import fitting, letters
from transforms.edits.lettering.words import day, saying
from transforms.edits.scene import Scene
from transforms.edits.vectors import f32

OVER = 3
"""Letters are drawn at this multiple and scaled down."""
MIN_LETTER_PX = 9


@dataclass(frozen=True)
class Overlay:
    """A way to put words on a picture: `lay(scene, texts, face, generator)` gives both patches and their area."""

    noun: str
    says: Callable[[np.random.Generator], str]
    lay: Callable[[Scene, tuple[str, str], str, np.random.Generator], tuple[Patch, Patch, np.ndarray] | None]


def _bar(scene: Scene, height: int, top: int) -> np.ndarray:
    mask = np.zeros((scene.height, scene.width), bool)
    mask[top : top + height] = True
    return mask


def _set(texts: tuple[str, str], face: str, width: int, height: int, fill: float, left: float) -> list[np.ndarray]:
    """Return the coverage of both texts in a box, on one line, in one size; empty where they would be too small."""
    size, _ = fitting(texts, face, OVER * (0.94 * width), OVER * fill * height)
    size = min(size, int(OVER * fill * height / 1.18))
    if size < OVER * MIN_LETTER_PX:
        return []
    large = [letters(t, face, size, 1, OVER * width, OVER * height, OVER * left * width) for t in texts]
    return [cv2.resize(glyphs, (width, height), interpolation=cv2.INTER_AREA) for glyphs in large]


def caption(
    scene: Scene, texts: tuple[str, str], face: str, rng: np.random.Generator
) -> tuple[Patch, Patch, np.ndarray] | None:
    """Lay a translucent bar along the bottom or top, as under a picture in the news."""
    height = max(20, round(float(rng.uniform(0.085, 0.125)) * scene.height))
    at_top = rng.random() < 0.35 and not scene.objects_mask[:height].any()
    top = 0 if at_top else scene.height - height
    bar = _bar(scene, height, top)
    glyphs = _set(texts, face, scene.width, height, 0.72, -1.0 if rng.random() < 0.6 else 0.03)
    if not glyphs or not scene.free(bar):
        return None
    dark = rng.random() < 0.75
    paper, ink = (f32([12, 12, 14]), f32([245, 245, 242])) if dark else (f32([246, 246, 244]), f32([20, 20, 24]))
    opacity = float(rng.uniform(0.62, 0.85))
    patches = []
    for cover in glyphs:
        alpha = opacity + (1 - opacity) * cover
        colour = paper * (opacity * (1 - cover))[..., None] + ink * cover[..., None]
        patches.append(Patch(0, top, alpha.astype(np.float32), colour.astype(np.float32)))
    return patches[0], patches[1], bar


def subtitle(
    scene: Scene, texts: tuple[str, str], face: str, rng: np.random.Generator
) -> tuple[Patch, Patch, np.ndarray] | None:
    """Lay pale letters with a dark outline near the bottom, as under a film."""
    height = max(20, round(float(rng.uniform(0.075, 0.1)) * scene.height))
    top = round(scene.height * float(rng.uniform(0.955, 0.98))) - height
    bar = _bar(scene, height, top)
    glyphs = _set(texts, face, scene.width, height, 0.78, -1.0)
    if not glyphs or not scene.free(bar):
        return None
    ink = f32([248, 246, 238]) if rng.random() < 0.7 else f32([252, 232, 120])
    reach = max(1.0, 0.035 * height)
    patches = []
    for cover in glyphs:
        near = cv2.dilate(cover, np.ones((3, 3), np.uint8), iterations=max(1, round(reach)))
        outline = np.clip(cv2.GaussianBlur(near, (0, 0), 0.6 * reach) * 1.1, 0, 0.92)
        alpha = 1 - (1 - outline) * (1 - cover)
        patches.append(Patch(0, top, alpha.astype(np.float32), (ink * cover[..., None]).astype(np.float32)))
    return patches[0], patches[1], bar


def stamp(
    scene: Scene, texts: tuple[str, str], face: str, rng: np.random.Generator
) -> tuple[Patch, Patch, np.ndarray] | None:
    """Lay glowing digits into a lower corner, as compact cameras burn them in."""
    height = max(16, round(float(rng.uniform(0.055, 0.08)) * scene.height))
    width = min(round(0.45 * scene.width), 6 * height)
    margin = round(0.03 * scene.width)
    left, top = scene.width - width - margin, scene.height - height - round(0.035 * scene.height)
    mask = np.zeros((scene.height, scene.width), bool)
    mask[top : top + height, left : left + width] = True
    glyphs = _set(texts, face, width, height, 0.85, -1.0)
    if not glyphs or not scene.free(mask):
        return None
    core, halo = (f32([255, 196, 96]), f32([255, 112, 24])) if not scene.grey else (f32([252] * 3), f32([220] * 3))
    patches = []
    for cover in glyphs:
        glow = np.clip(0.75 * cv2.GaussianBlur(cover, (0, 0), 0.09 * height), 0, 0.8)
        alpha = 1 - (1 - glow) * (1 - 0.96 * cover)
        colour = halo * (glow * (1 - 0.96 * cover))[..., None] + core * (0.96 * cover)[..., None]
        patches.append(Patch(left, top, alpha.astype(np.float32), colour.astype(np.float32)))
    return patches[0], patches[1], mask


OVERLAYS = (
    Overlay("caption", saying, caption),
    Overlay("subtitle", saying, subtitle),
    Overlay("date stamp", day, stamp),
)
"""What can lie on any picture."""

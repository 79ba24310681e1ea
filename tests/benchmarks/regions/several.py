"""Several edits in one picture, and an edit with something nobody asked for."""

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.regions.edits import add, attribute, material, recolour, remove, reshape, resize, swap
from benchmarks.regions.fields import smooth_field, smooth_fields
from benchmarks.regions.objects import other_photo, texture
from benchmarks.regions.scene import NoRoom, Scene
from benchmarks.regions.shapes import blob
from benchmarks.regions.signs import text

LOCAL: tuple[Callable[[Scene], None], ...] = (add, remove, swap, recolour, material, resize, text, attribute, reshape)


def multi(scene: Scene) -> None:
    """Two to four local edits of different kinds in different places."""
    scene.small = True
    wanted = int(scene.rng.integers(2, 5))
    done = 0
    for i in scene.rng.permutation(len(LOCAL)):
        kept = scene.before.copy(), scene.after.copy(), scene.busy.copy(), len(scene.regions)
        try:
            LOCAL[i](scene)
        except NoRoom:
            # it may have planted something before it found no room
            scene.before, scene.after, scene.busy = kept[:3]
            del scene.regions[kept[3] :]
            continue
        done += 1
        if done == wanted:
            return
    if done < 2:
        raise NoRoom


def collateral(scene: Scene) -> None:
    """A local edit, and far from it a smudge, stain, garbled patch or wrong texture that nobody asked for."""
    scene.small = True
    LOCAL[int(scene.rng.integers(len(LOCAL)))](scene)
    scene.small = False
    rng = scene.rng
    area = scene.area(least=0.003, most=0.06)
    shape = blob(rng)
    width = int(np.clip(np.sqrt(area / shape.fill * shape.aspect), 8, 0.5 * scene.width))
    height = int(np.clip(np.sqrt(area / shape.fill / shape.aspect), 8, 0.5 * scene.height))
    rows, columns = np.nonzero(scene.regions[0])
    centre = np.array([columns.mean(), rows.mean()])
    far = 0.3 * np.hypot(scene.width, scene.height)
    for shrink in np.linspace(1, 0, 30):
        x, y = scene.place(width, height)
        if np.hypot(*(centre - (x + width / 2, y + height / 2))) >= far * shrink:
            break
    x, y = max(0, min(x, scene.width - width)), max(0, min(y, scene.height - height))
    weight = cv2.GaussianBlur(np.pad(shape.drawn(width, height), 3), (0, 0), 1.0)[3:-3, 3:-3]
    part = scene.after[y : y + height, x : x + width]
    spoilt = _spoilt(scene, part, width, height)
    part += weight[..., None] * (spoilt - part)
    mask = np.zeros((scene.height, scene.width), bool)
    mask[y : y + height, x : x + width] = weight > 0.35
    scene.add_region(mask)


def _spoilt(scene: Scene, part: np.ndarray, width: int, height: int) -> np.ndarray:
    rng = scene.rng
    kind = rng.choice(["stain", "garbled", "foreign", "smear"])
    mean = part.mean(axis=(0, 1))
    if kind == "stain":
        push = rng.normal(0, 1, 3) + np.sign(128 - mean)
        push *= rng.uniform(45, 110) / np.linalg.norm(push)
        out = part + push * (1 + 0.25 * smooth_field(rng, height, width, 8.0)[..., None])
    elif kind == "garbled":
        out = part + smooth_fields(rng, height, width, rng.uniform(2.5, 6), 3) * rng.uniform(25, 55)
    elif kind == "foreign":
        other = texture(rng, scene.photos, other_photo(rng, scene.photos, scene.index), width, height)
        out = other + 0.5 * (mean - other.mean(axis=(0, 1)))
    else:
        out = cv2.blur(part, (max(3, width // 3) | 1, 3)) + rng.choice([-1, 1]) * rng.uniform(22, 45)
    return np.clip(out, 0, 255).astype(np.float32)

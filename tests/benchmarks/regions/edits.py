"""Local edits with exact truth: things come, go, change, move and bend."""

import cv2
import numpy as np

from benchmarks.regions.colour import delta_76, lab_of, mean_delta, rgb_of, sampled, strength_for
from benchmarks.regions.fields import displaced, feathered, smooth_field
from benchmarks.regions.objects import Sprite, contrasted, other_photo, texture
from benchmarks.regions.scene import NoRoom, Scene
from schemas.geometry import xyxy_from_mask

JOIN_SHARE = 0.1
"""Old and new place nearer than this share of the larger side of their boxes are one region."""
BENT = 1.5
"""Displacement from which a bent area counts as changed, pixels."""
BENT_DELTA = 5.0
"""Euclidean CIELAB difference that a pixel of a bent area shows at least near by."""


def add(scene: Scene) -> None:
    """One new thing; in a fifth of the cases two or three of a kind."""
    area = scene.area()
    sprite, x, y = scene.placed(area)
    scene.add_region(sprite.over(scene.after, x, y))
    if scene.small or area > 0.08 * scene.height * scene.width or scene.rng.random() > 0.28:
        return
    for _ in range(scene.rng.integers(1, 3)):
        again = sprite.scaled(float(scene.rng.uniform(0.75, 1.25)))
        again = again.mirrored() if scene.rng.random() < 0.5 else again
        try:
            x, y = scene.place(*again.size)
        except NoRoom:
            return
        again = contrasted(scene.rng, scene.after, again, x, y, like=False)
        scene.add_region(again.over(scene.after, x, y))


def remove(scene: Scene) -> None:
    """A thing goes; what was behind it is drawn again, at times with a trace of its shadow or of itself."""
    sprite, x, y = scene.placed(scene.area(most=0.3))
    gone = sprite.over(scene.before, x, y)
    clean = scene.repainted(scene.after, gone)
    trace = scene.rng.random()
    if trace < 0.15:
        ghost = scene.rng.uniform(0.08, 0.2)
        clean += ghost * (scene.before - clean)
    elif trace < 0.4:
        body = np.zeros(gone.shape, np.float32)
        Sprite(sprite.rgb, sprite.alpha, sprite.body, np.zeros_like(sprite.shade)).over(
            stamp := np.zeros((*gone.shape, 3), np.float32), x, y
        )
        body = (stamp.max(axis=2) > 0).astype(np.float32)
        shade = cv2.GaussianBlur(body, (0, 0), max(2.0, 0.1 * min(sprite.size))) * scene.rng.uniform(0.05, 0.2)
        clean *= 1 - shade[..., None]
    scene.after = clean
    scene.add_region(gone)


def swap(scene: Scene) -> None:
    """A thing gives way to another of some other shape, in the same place."""
    rng = scene.rng
    old, x, y = scene.placed(scene.area(most=0.35), like=0.1)
    gone = old.over(scene.before, x, y)
    after = scene.repainted(scene.after, gone)
    new = scene.sprite(float(old.body.sum()) * rng.uniform(0.55, 1.5))
    slack = 0.15 * np.array(old.size)
    left = round(x + (old.size[0] - new.size[0]) / 2 + rng.uniform(-1, 1) * slack[0])
    top = round(y + (old.size[1] - new.size[1]) / 2 + rng.uniform(-1, 1) * slack[1])
    left = int(np.clip(left, -new.size[0] // 4, scene.width - 3 * new.size[0] // 4))
    top = int(np.clip(top, -new.size[1] // 4, scene.height - 3 * new.size[1] // 4))
    new = contrasted(rng, after, new, left, top, rng.random() < 0.15)
    come = new.over(after, left, top)
    if (come & scene.busy).any():
        raise NoRoom
    scene.after = after
    scene.add_region(gone | come)


def recolour(scene: Scene) -> None:
    """A thing, planted or real, takes another colour; a fifth change moderately."""
    mask = _thing(scene, scene.area(most=0.35))
    weight = feathered(mask, 0, 0.7)[..., None]
    lab = lab_of(scene.after)
    rows, columns = sampled(mask)
    push = np.array([scene.rng.normal(0, 0.4), *scene.rng.normal(0, 1, 2)], np.float32)
    push *= 110 / np.linalg.norm(push)
    if abs(push[0]) > 12 and (lab[rows, columns, 0].mean() - 50) * push[0] > 0:
        push[0] *= -1
    turn, own = scene.rng.uniform(0.2, 1), lab[rows, columns][None]
    target = scene.rng.uniform(6, 10) if scene.rng.random() < 0.2 else scene.rng.uniform(11, 32)

    def painted(pixels: np.ndarray, share: float) -> np.ndarray:
        flat = pixels * (1, 1 - turn * share, 1 - turn * share)
        return rgb_of(flat + share * push)

    def seen(share: float) -> float:
        return mean_delta(rgb_of(own), painted(own, share))

    share = strength_for(seen, target)
    scene.after += weight * (painted(lab, share) - scene.after)
    scene.add_region(mask)


def material(scene: Scene) -> None:
    """A thing, planted or real, keeps its shape and light and takes another texture."""
    mask = _thing(scene, scene.area(least=0.004, most=0.35))
    x1, y1, x2, y2 = xyxy_from_mask(mask) or (0, 0, scene.width, scene.height)
    donor = other_photo(scene.rng, scene.photos, scene.index)
    cloth = texture(scene.rng, scene.photos, donor, x2 - x1, y2 - y1)
    part = scene.after[y1:y2, x1:x2]
    light = cv2.GaussianBlur(part.mean(axis=2), (0, 0), max(2.0, 0.1 * min(x2 - x1, y2 - y1)))
    inside = mask[y1:y2, x1:x2]
    light = light / max(float(light[inside].mean()), 8.0)
    rows, columns = sampled(inside)
    own = part[rows, columns]
    contrast, level = scene.rng.uniform(0.8, 1.3), own.mean()
    cloth = cloth - cloth.mean() * (1 - scene.rng.uniform(0, 0.5)) + level * scene.rng.uniform(0.5, 1.0)
    cloth = np.clip((cloth - cloth.mean()) * contrast + cloth.mean(), 0, 255) * np.clip(light, 0.5, 1.6)[..., None]
    push = scene.rng.normal(0, 1, 3) + np.sign(128 - level)
    push *= 90 / np.linalg.norm(push)
    share = strength_for(lambda t: mean_delta(own, np.clip(cloth[rows, columns] + t * push, 0, 255)), 9.0)
    weight = feathered(inside, 0, 0.7)[..., None]
    part += weight * (np.clip(cloth + (share if share > 0.01 else 0.0) * push, 0, 255) - part)
    scene.add_region(mask)


def move(scene: Scene) -> None:
    """A thing goes to another place: one region where the two places are near, otherwise the old one first."""
    sprite, x, y = scene.placed(scene.area(most=0.12), like=0.1)
    gone = sprite.over(scene.before, x, y)
    after = scene.repainted(scene.after, gone)
    width, height = sprite.size
    left, top = x, y
    if scene.rng.random() < 0.4:
        angle, step = scene.rng.uniform(0, 2 * np.pi), scene.rng.uniform(0.35, 0.9)
        left, top = round(x + step * width * np.cos(angle)), round(y + step * height * np.sin(angle))
        left, top = (
            int(np.clip(v, 0, max(0, most))) for v, most in ((left, scene.width - width), (top, scene.height - height))
        )
    if (left, top) == (x, y) or max(abs(left - x) / width, abs(top - y) / height) < 0.25:
        scene.busy |= gone
        left, top = scene.place(width, height)
    come = sprite.over(after, left, top)
    scene.after = after
    first, second = xyxy_from_mask(gone), xyxy_from_mask(come)
    if first is None or second is None:
        raise NoRoom
    across, down = (max(first[i] - second[i + 2], second[i] - first[i + 2], 0) for i in (0, 1))
    apart = float(np.hypot(across, down))
    side = max(max(box[2] - box[0], box[3] - box[1]) for box in (first, second))
    for mask in [gone | come] if apart < JOIN_SHARE * side else [gone, come]:
        scene.add_region(mask)


def resize(scene: Scene) -> None:
    """A thing grows or shrinks where it stands: one region, old and new together."""
    sprite, x, y = scene.placed(scene.area(least=0.004, most=0.2), like=0.1)
    factor = float(scene.rng.uniform(0.55, 0.8) if scene.rng.random() < 0.5 else scene.rng.uniform(1.25, 1.6))
    gone = sprite.over(scene.before, x, y)
    after = scene.repainted(scene.after, gone)
    new = sprite.scaled(factor)
    left, top = round(x + (sprite.size[0] - new.size[0]) / 2), y + sprite.size[1] - new.size[1]
    come = new.over(after, left, top)
    if (come & scene.busy).any():
        raise NoRoom
    scene.after = after
    scene.add_region(gone | come)


def pose(scene: Scene) -> None:
    """A textured area, or a part of a thing, is bent smoothly."""
    rng = scene.rng
    planted = _planted(scene, scene.area(least=0.01, most=0.15)) if rng.random() < 0.5 else None
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for _ in range(6):
        radius = np.sqrt(scene.area(least=0.008, most=0.12) / np.pi)
        cx, cy = rng.uniform(0.12, 0.88) * scene.width, rng.uniform(0.12, 0.88) * scene.height
        if planted is not None:
            rows, columns = np.nonzero(planted)
            pick = int(rng.integers(rows.size))
            cx, cy = float(columns[pick]), float(rows[pick])
            radius = np.sqrt(planted.sum() / np.pi) * rng.uniform(0.5, 1.1)
        dx, dy = _bend(scene, cx, cy, radius)
        bent = displaced(scene.after, dx, dy)
        mask = _bent(scene, bent, np.hypot(dx, dy))
        if (scene.busy & mask).any() and planted is None:
            continue
        share = mask.sum() / max(1, int((np.hypot(dx, dy) > BENT).sum()))
        if best is None or share > best[0]:
            best = share, mask, bent
        if share > 0.6:
            break
    if best is None or best[0] < 0.3 or best[1].sum() < 100:
        raise NoRoom
    scene.after = best[2]
    scene.add_region(best[1])


def _bend(scene: Scene, cx: float, cy: float, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a displacement that turns and pushes a round area: two float32 [H, W], pixels, smooth to nothing."""
    y, x = np.mgrid[: scene.height, : scene.width].astype(np.float32)
    x, y = (x - cx) / radius, (y - cy) / radius
    weight = np.clip(1 - (x * x + y * y) / 2.2, 0, 1) ** 2
    push = max(6.0, radius * scene.rng.uniform(0.15, 0.4))
    angle, turn = scene.rng.uniform(0, 2 * np.pi), scene.rng.uniform(-0.35, 0.35) * radius
    dx, dy = weight * (push * np.cos(angle) - turn * y), weight * (push * np.sin(angle) + turn * x)
    return dx.astype(np.float32), dy.astype(np.float32)


def _bent(scene: Scene, bent: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Where a bent area differs visibly: closed over its flat spots, one piece."""
    moved = shift > BENT
    box = xyxy_from_mask(moved)
    mask = np.zeros(moved.shape, bool)
    if box is None:
        return mask
    part = slice(box[1], box[3]), slice(box[0], box[2])
    seen = ((delta_76(bent[part], scene.after[part]) > BENT_DELTA) & moved[part]).astype(np.uint8)
    seen = cv2.medianBlur(seen, 3)
    side = int(np.clip(0.12 * max(seen.shape), 3, 51)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    padded = cv2.copyMakeBorder(seen, side, side, side, side, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[side:-side, side:-side]
    rings, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    solid = cv2.drawContours(np.zeros_like(seen), rings, -1, 1, cv2.FILLED)
    mask[part] = (solid > 0) & moved[part]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    # crumbs that lie apart from the bent body are not what a person would box
    keep = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= 0.08 * stats[1:, cv2.CC_STAT_AREA].max())
    return np.isin(labels, keep[keep > 0])


def reshape(scene: Scene) -> None:
    """A face-like change: an oval whose features shift by some pixels and whose colour changes a little."""
    rng = scene.rng
    grey = scene.after.mean(axis=2)
    detail = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 3.0))
    best: tuple[float, np.ndarray] | None = None
    for _ in range(10):
        area, aspect = scene.area(least=0.01, most=0.12), rng.uniform(0.65, 0.9)
        ry, rx = np.sqrt(area / np.pi / aspect), np.sqrt(area / np.pi * aspect)
        if 2.2 * max(rx, ry) > min(scene.width, scene.height):
            continue
        cx, cy = rng.uniform(rx, scene.width - rx), rng.uniform(ry, scene.height - ry)
        y, x = np.ogrid[: scene.height, : scene.width]
        reach = (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2).astype(np.float32)
        if (scene.busy & (reach <= 1)).any():
            continue
        found = float(np.quantile(detail[reach <= 1], 0.4))
        if best is None or found > best[0]:
            best = found, reach
    if best is None:
        raise NoRoom
    reach = best[1]
    weight = np.clip((1.25 - reach) / 0.35, 0, 1)
    cell = max(5.0, np.sqrt(float((reach <= 1).sum())) * 0.3)
    dx, dy = (np.clip(smooth_field(rng, scene.height, scene.width, cell) * 2.6, -5, 5) * weight for _ in range(2))
    bent = displaced(scene.after, dx, dy)
    tint = rng.normal(0, 1, 3)
    tint *= rng.uniform(6, 13) / np.linalg.norm(tint)
    scene.after = np.clip(bent + weight[..., None] * tint, 0, 255).astype(np.float32)
    scene.add_region(reach <= 1)


def attribute(scene: Scene) -> None:
    """A detail of a larger thing appears, goes or changes its colour: 0.1 to 1 % of the frame."""
    rng = scene.rng
    frame = scene.height * scene.width
    large = float(np.exp(rng.uniform(np.log(0.04), np.log(0.1 if scene.small else 0.3)))) * frame
    host = _planted(scene, large)
    detail = scene.sprite(max(70.0, float(np.exp(rng.uniform(np.log(0.001), np.log(0.01)))) * frame))
    deep = cv2.distanceTransform(np.pad(host, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    rim = round(0.06 * min(scene.height, scene.width))
    deep[:rim], deep[-rim:], deep[:, :rim], deep[:, -rim:] = 0, 0, 0, 0
    rows, columns = np.nonzero(deep >= min(0.4 * max(detail.size), 0.8 * float(deep.max())))
    if rows.size == 0 or deep.max() < 2:
        raise NoRoom
    pick = int(rng.integers(rows.size))
    x, y = int(columns[pick]) - detail.size[0] // 2, int(rows[pick]) - detail.size[1] // 2
    detail = contrasted(rng, scene.after, detail, x, y, like=False)
    kind = rng.choice(["comes", "goes", "changes"])
    if kind == "comes":
        scene.add_region(detail.over(scene.after, x, y))
    elif kind == "goes":
        gone = detail.over(scene.before, x, y)
        scene.after = scene.repainted(scene.after, gone)
        scene.add_region(gone)
    else:
        shown = detail.over(scene.before, x, y)
        other = contrasted(rng, scene.before, detail, x, y, like=False)
        scene.add_region(shown | other.over(scene.after, x, y))


def _planted(scene: Scene, area: float) -> np.ndarray:
    """Plant a thing into both pictures; bool [H, W], its silhouette without its shadow."""
    sprite, x, y = scene.placed(area, like=0.15)
    scene.plant(sprite, x, y)
    stamp = np.zeros((scene.height, scene.width, 3), np.float32)
    return Sprite(sprite.rgb, sprite.alpha, sprite.body, np.zeros_like(sprite.shade)).over(stamp, x, y)


def _thing(scene: Scene, area: float) -> np.ndarray:
    """Something to change: a real thing of the base picture, or a planted one; bool [H, W]."""
    if scene.rng.random() < 0.45:
        most = 0.05 if scene.small else 0.35
        mask = scene.even_area(0.004, most)
        if mask is not None:
            return mask
    return _planted(scene, area)

"""What a person sees is not quite natural in an edited picture, measured on its pixels."""

import cv2
import numpy as np
from skimage.color import rgb2lab

from transforms.edits.language import article
from transforms.edits.scene import Scene
from transforms.edits.triplet import Flaw

LEAST = 0.03
"""Severity below which nobody would mention a flaw."""


def too_smooth(scene: Scene, name: str, rgb: np.ndarray, alpha: np.ndarray) -> tuple[Flaw, ...]:
    """Judge a rendered thing (float [h, w, 3], alpha [h, w]) by how much less texture it has than the photo."""
    luma = rgb @ np.array([0.299, 0.587, 0.114])
    inside = cv2.erode((alpha > 0.9).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if not inside.any():
        return ()
    fine = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.2))
    own = float(fine[inside].mean())
    whole = float(np.median(np.abs(scene.luma - cv2.GaussianBlur(scene.luma, (0, 0), 1.2))))
    return _flaw(
        "light",
        f"{article(name)} (smoother|cleaner|less grainy|with less grain|more even) than (the (rest of the picture|rest|"
        "picture around it)|its surroundings|all around it)",
        0.8 * (1 - own / max(whole, 0.2)),
    )


def poor_ground(scene: Scene, name: str, x: int, y: int, radius: int) -> tuple[Flaw, ...]:
    """Judge where a thing stands in a photo of unknown ground: the busier the place, the less it is a floor."""
    y1, y2, x1, x2 = max(0, y - radius), y + radius, max(0, x - radius), x + radius
    return _flaw(
        "scale",
        f"a {name} that (stands|rests) on (nothing one can make out|no ground that one could name|uncertain ground)",
        0.15 + float(scene.slope[y1:y2, x1:x2].mean()) / 12,
    )


def loud_colour(photo: np.ndarray, painted: np.ndarray, mask: np.ndarray, name: str) -> tuple[Flaw, ...]:
    """Judge a repainted object (pictures [H, W, 3], 0..255) by how far its colour outdoes all others."""
    thin = rgb2lab(photo[::4, ::4] / 255.0)
    strongest = float(np.percentile(np.hypot(thin[..., 1], thin[..., 2]), 97))
    own = np.median(rgb2lab(painted[mask][None] / 255.0)[0], axis=0)
    excess = (float(np.hypot(own[1], own[2])) - strongest) / 60
    return _flaw(
        "light", f"a colour of the {name} (stronger|louder|more vivid) than any other in the (picture|scene)", excess
    )


def flat_texture(photo: np.ndarray, mask: np.ndarray, name: str) -> tuple[Flaw, ...]:
    """Judge a new surface by the form it may miss: the more the object's lightness varies, the more form there is."""
    spread = float(rgb2lab(photo[mask][None])[0, :, 0].std())
    return _flaw(
        "light",
        f"a pattern on the {name} that does not (quite|really|fully) follow its (form|shape|folds)",
        spread / 90,
    )


def stretched_surroundings(scene: Scene, around: np.ndarray, moved_px: float) -> tuple[Flaw, ...]:
    """Judge a bent object by what it drags along (`around`, bool [H, W]): a busy place shows the stretching."""
    if not around.any():
        return ()
    severity = float(scene.slope[around].mean()) / 12 + moved_px / max(scene.height, scene.width)
    return _flaw("warp", "surroundings that (bend|warp|stretch) along with what was (moved|bent)", severity)


def foreign_light(photo: np.ndarray, mask: np.ndarray, backdrop: np.ndarray, name: str) -> tuple[Flaw, ...]:
    """Judge a new background by how far its mean colour is from that of the foreground (CIELAB distance)."""
    front = rgb2lab(photo[mask][::7][None])[0].mean(axis=0)
    back = rgb2lab(np.clip(backdrop, 0, 255)[~mask][::7][None] / 255.0)[0].mean(axis=0)
    severity = 0.1 + float(np.linalg.norm(front - back)) / 160
    return _flaw(
        "light", f"{article(name)} (lit differently from|in another light than|not lit like) the background", severity
    )


def clipped(before: np.ndarray, after: np.ndarray) -> tuple[Flaw, ...]:
    """Judge a toned picture (uint8 [H, W, 3] each) by the share of pixels that lost all detail to black or white."""
    lost = [float(((p[::3, ::3] <= 1) | (p[::3, ::3] >= 254)).any(axis=2).mean()) for p in (before, after)]
    label = (
        "parts of the (picture|image) that have lost (their|all) (detail|texture) to (plain|flat) black, white or "
        "colour"
    )
    return _flaw("light", label, 1.5 * (lost[1] - lost[0]))


def _flaw(kind: str, label: str, severity: float) -> tuple[Flaw, ...]:
    severity = round(float(np.clip(severity, 0.0, 1.0)), 4)
    return (Flaw(kind, label, severity, "naturalness"),) if severity >= LEAST else ()

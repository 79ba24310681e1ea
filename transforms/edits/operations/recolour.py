"""Recolour: another colour for an object, its shading, highlights and texture kept."""

import cv2
import numpy as np
from skimage.color import rgb2lab

from transforms.edits.change import Change, Request, patch_from_picture
from transforms.edits.colours import PAINTS, from_lab, lab
from transforms.edits.flaws import loud_colour
from transforms.edits.language import place_of
from transforms.edits.naming import phrase, type_for
from transforms.edits.operations.add import laid_thing, swap
from transforms.edits.scene import Scene
from transforms.edits.things import place_kind
from transforms.sources.image import SceneObject

COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "white", "black", "grey")
BY_KIND: dict[str, dict[str, tuple[int, int, int]]] = {
    "sky": {"pink": (236, 170, 178), "orange": (240, 178, 112), "deep blue": (58, 110, 186), "lilac": (186, 164, 214)},
    "nature": {
        "yellow": (226, 182, 56),
        "red": (176, 44, 40),
        "pink": (222, 120, 160),
        "purple": (124, 76, 156),
        "white": (226, 222, 216),
    },
    "animal": {
        "grey": (132, 132, 134),
        "black": (44, 42, 42),
        "ginger": (196, 116, 52),
        "cream": (222, 204, 170),
        "blue": (84, 130, 186),
    },
}
"""What things of a kind plausibly become; other things take any paint."""
BY_NAME: dict[str, dict[str, tuple[int, int, int]]] = {
    "hair": {"black": (34, 30, 30), "grey": (150, 148, 146), "red": (142, 58, 30), "dark brown": (64, 42, 28)},
    "eye": {"blue": (70, 120, 178), "amber": (206, 140, 34), "grey": (136, 144, 148), "green": (78, 140, 70)},
    "nose": {"pink": (214, 130, 136), "black": (40, 36, 38), "brown": (104, 68, 52)},
    "lips": {"red": (176, 26, 44), "dark red": (112, 22, 36), "plum": (104, 34, 76), "coral": (224, 92, 76)},
    "coffee": {"green": (122, 150, 74), "pink": (222, 156, 150), "dark brown": (54, 34, 22)},
    "trees": {"yellow": (206, 172, 58), "orange": (206, 118, 40), "red": (168, 56, 40)},
}
MAX_GAIN = 1.8
"""Contrast of the darker half grows at most by this: what is nearly black holds more noise than form."""
MAX_LIFT = 55.0
"""Lightness that a recolouring may add: what is nearly black has no shading that a light paint could show."""
DIFFERENT = 18.0
"""CIEDE2000 from which a new colour is another colour."""


REAL_SHARE = 0.7
"""Share of recolourings tried on a real object first."""


def propose_recolour(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose another colour for an object that may be recoloured; its value is a colour word."""
    if scene.grey:
        return None
    wanted = like.request.value if like is not None and like.request.operation == "recolour" else "-"
    ways = [_real, _laid] if rng.random() < REAL_SHARE else [_laid, _real]
    return next((change for change in (way(scene, wanted, rng) for way in ways) if change is not None), None)


def _real(scene: Scene, wanted: str, rng: np.random.Generator) -> Change | None:
    objects = [o for o in scene.objects_with("recolour") if phrase(o) not in scene.names]
    if not objects:
        return None
    o = objects[int(rng.integers(len(objects)))]
    now = np.median(rgb2lab(scene.photo[o.mask]), axis=0)
    options = {n: c for n, c in palette(o).items() if n != o.colour and _far(lab(c), now)}
    options = {n: c for n, c in options.items() if n == wanted} or options
    if not options:
        return None
    name = list(options)[int(rng.integers(len(options)))]
    painted = repainted(scene.photo, o.mask, options[name])
    patch = patch_from_picture(painted, feathered(o.mask))
    assert patch is not None, o.name
    request = Request("recolour", phrase(o), name, o.place, mentions_place=o.place != "-")
    flaws = loud_colour(scene.photo, painted, o.mask, o.name)
    return Change(type_for(o, "color_alter"), request, (), (patch,), o.mask, o.mask, flaws_after=flaws)


def _laid(scene: Scene, wanted: str, rng: np.random.Generator) -> Change | None:
    """Lay a thing into the source and the same thing, in another colour, into the edited image."""
    thing = laid_thing(scene, rng)
    if thing is None or thing.kind is None or thing.colour == "-":
        return None
    colours = [c for c in thing.kind.colours if c != thing.colour]
    colours = [c for c in colours if c == wanted] or colours
    colour = colours[int(rng.integers(len(colours)))]
    other = place_kind(scene, thing.kind, colour, thing.turn, thing.spot, rng)
    if other is None:
        return None
    request = Request("recolour", thing.name, colour, place_of(thing.mask, thing.spot.surface))
    return swap("color_alter", request, thing, other)


def palette(o: SceneObject) -> dict[str, tuple[int, int, int]]:
    """Return the colours, by name, that an object plausibly takes."""
    return BY_NAME.get(o.name) or BY_KIND.get(o.kind) or {name: PAINTS[name] for name in COLOURS}


def feathered(mask: np.ndarray, sigma: float = 0.8) -> np.ndarray:
    """Return a soft edge for a mask (bool [H, W]): float32, 1 inside, 0 a pixel outside."""
    return np.clip(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma) * 1.25 - 0.2, 0, 1)


def repainted(photo: np.ndarray, mask: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Return `photo` (uint8) with the colour of the masked object replaced, float32 0..255.

    Lightness keeps its shape around the new paint's, chroma follows lightness as shading does, small differences
    of colour are kept in part, and highlights stay those of the light.
    """
    ys, xs = np.nonzero(cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), np.uint8)))
    y1, y2, x1, x2 = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    before = rgb2lab(photo[y1:y2, x1:x2])
    own = before[mask[y1:y2, x1:x2]]
    middle, target = np.median(own, axis=0), lab(colour)
    goal = target[0] + (0.15 if target[0] < 25 or target[0] > 85 else 0.3) * (middle[0] - target[0])
    scale = goal / max(middle[0], 8.0)
    # shading is multiplicative, highlights are additive: scale what is darker, compress what is lighter
    lower = goal + (before[..., 0] - middle[0]) * min(scale, MAX_GAIN)
    upper = goal + (before[..., 0] - middle[0]) * (99 - goal) / max(99 - middle[0], 1.0)
    lightness = np.where(before[..., 0] < middle[0], lower, upper)
    spread = max(float(np.percentile(own[:, 0], 98)) - middle[0], 4.0)
    chroma = np.hypot(before[..., 1], before[..., 2])
    drained = np.clip(1 - chroma / max(float(np.median(np.hypot(own[:, 1], own[:, 2]))), 1e-3), 0, 1)
    gloss = np.clip((before[..., 0] - middle[0]) / spread - 0.6, 0, 1) * (
        drained if np.hypot(*middle[1:]) > 12 else 0.5
    )
    shading = np.clip(lightness / max(goal, 1.0), 0, 1.25) ** 0.8
    # what is left of the old colours beside their shading: without it, shadows would take the opposite hue
    old_shading = np.clip(before[..., :1] / max(middle[0], 1.0), 0, 1.25) ** 0.8
    rest = (before[..., 1:] - middle[1:] * old_shading) * 0.25 * min(1.0, goal / max(float(middle[0]), 8.0))
    after = np.dstack([lightness, (target[1:] * shading[..., None] + rest) * (1 - 0.85 * gloss[..., None])])
    out = photo.astype(np.float32)
    out[y1:y2, x1:x2] = from_lab(after)
    return out


def _far(new: np.ndarray, now: np.ndarray) -> bool:
    """Return whether a CIELAB colour is another one than `now`, and one that the object could be painted in."""
    return new[0] - now[0] < MAX_LIFT and float(np.linalg.norm(new - now)) > DIFFERENT * 1.4

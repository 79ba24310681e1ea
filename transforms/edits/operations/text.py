"""Text: a caption, label or sign in the photo gets other words."""

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Change, Patch, Request
from transforms.edits.placing import calm_spot
from transforms.edits.scene import Scene
from transforms.edits.vectors import f32

WORDS: dict[str, tuple[str, ...]] = {
    "sign": (
        "OPEN", "CLOSED", "EXIT", "SALE", "SOLD OUT", "NO PARKING", "PRIVATE", "WELCOME", "FOR RENT", "WET PAINT",
        "KEEP OUT", "INFO", "ROOM 12", "ROOM 7", "TICKETS", "QUIET PLEASE", "DO NOT TOUCH", "FREE ENTRY",
    ),
    "label": (
        "No. 4", "No. 17", "Sample A", "Sample B", "Draft", "Final", "Archive", "Spring", "Winter", "Day 1", "Day 30",
        "Exhibit C", "Before", "After", "Take 2", "Copy", "New",
    ),
    "caption": (
        "A quiet morning", "The long way home", "One fine day", "What a view", "Almost there", "Taken last summer",
        "A moment to remember", "Somewhere new", "The best of 2024", "Greetings from far away", "Stay curious",
        "Do not forget to smile", "Every day counts", "Made with care", "Look closer",
    ),
}  # fmt: skip
"""What a thing of a kind may say."""
PLATES = (
    ((244, 243, 238), (24, 26, 30)),
    ((28, 74, 140), (246, 246, 244)),
    ((178, 28, 30), (250, 248, 244)),
    ((250, 206, 60), (26, 24, 20)),
    ((34, 96, 60), (244, 244, 238)),
    ((36, 36, 40), (240, 238, 232)),
)
"""(plate, letters) in sRGB."""
MIN_LETTER_PX = 11
"""Smaller text is not read."""
SCALE = 3
"""Signs are drawn at this multiple and scaled down: smooth edges."""


def propose_text(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to change the words of a caption, label or sign that the source shows; its value is the new text."""
    kinds = [kind for kind in MAKERS if not any(kind in name for name in scene.names)]
    if not kinds or min(scene.height, scene.width) < 96:
        return None
    kind = kinds[int(rng.integers(len(kinds)))]
    old, new = (WORDS[kind][i] for i in rng.permutation(len(WORDS[kind]))[:2])
    made = MAKERS[kind](scene, (old, new), rng)
    if made is None:
        return None
    before, after, mask = made
    request = Request("text", f"{kind} that reads “{old}”" if rng.random() < 0.4 else kind, new)
    return Change("text_change", request, (before,), (after,), mask, mask)


Made = tuple[Patch, Patch, np.ndarray]
"""(with the old text, with the new one, where both are: bool [H, W])."""


def _caption(scene: Scene, texts: tuple[str, str], rng: np.random.Generator) -> Made | None:
    """Make a translucent bar along the bottom or top, as under a picture in the news."""
    height = max(20, round(float(rng.uniform(0.09, 0.13)) * scene.height))
    top = 0 if rng.random() < 0.2 else scene.height - height
    bar = np.zeros((scene.height, scene.width), bool)
    bar[top : top + height] = True
    size = _fitting(texts, 0.92 * scene.width, 0.62 * height)
    if size < MIN_LETTER_PX or not scene.free(bar):
        return None
    dark = rng.random() < 0.75
    paper, ink = ((12, 12, 14), (245, 245, 242)) if dark else ((246, 246, 244), (20, 20, 24))
    centred = rng.random() < 0.6
    opacity = float(rng.uniform(0.62, 0.85))
    patches = []
    for text in texts:
        letters = _letters(text, size, scene.width, height, "mm" if centred else "lm", 0.03)
        alpha = opacity + (1 - opacity) * letters
        colour = f32(paper) * (opacity * (1 - letters))[..., None] + f32(ink) * letters[..., None]
        patches.append(Patch(0, top, alpha.astype(np.float32), colour.astype(np.float32)))
    return patches[0], patches[1], bar


def _label(scene: Scene, texts: tuple[str, str], rng: np.random.Generator) -> Made | None:
    """Make a small rounded label in a corner."""
    height = max(18, round(float(rng.uniform(0.08, 0.115)) * scene.height))
    width = round(min(0.45 * scene.width, height * (1.0 + 0.42 * max(map(len, texts)))))
    margin = round(0.035 * min(scene.height, scene.width))
    corners = [(x, y) for x in (margin, scene.width - margin - width) for y in (margin, scene.height - margin - height)]
    for pick in rng.permutation(4):
        left, top = corners[pick]
        mask = np.zeros((scene.height, scene.width), bool)
        mask[top : top + height, left : left + width] = True
        if scene.free(mask):
            break
    else:
        return None
    size = _fitting(texts, 0.86 * width, 0.6 * height)
    if size < MIN_LETTER_PX:
        return None
    paper, ink = PLATES[int(rng.integers(len(PLATES)))]
    cover = _rounded(width, height, round(0.28 * height))
    patches = [_plate(text, size, cover, paper, ink, left, top) for text in texts]
    return patches[0], patches[1], mask


def _sign(scene: Scene, texts: tuple[str, str], rng: np.random.Generator) -> Made | None:
    """Make a flat sign with a rim, a little turned, with a soft shadow, in a calm place."""
    height = round(float(rng.uniform(0.1, 0.16)) * scene.height)
    width = round(height * (0.9 + 0.36 * max(map(len, texts))))
    if width > 0.5 * scene.width:
        width, height = round(0.5 * scene.width), round(0.5 * scene.width / (0.9 + 0.36 * max(map(len, texts))))
    size = _fitting(texts, 0.84 * width, 0.5 * height)
    within = _walls(scene)
    spot = calm_spot(scene, width * 1.25, height * 1.45, rng, within=within) if size >= MIN_LETTER_PX else None
    if spot is None:
        return None
    paper, ink = PLATES[int(rng.integers(len(PLATES)))]
    cover = _rounded(width, height, max(2, round(0.07 * height)))
    pad = round(0.18 * height)
    corners = _corners(width, height, pad, rng)
    left, top = spot[0] - width // 2 - pad, spot[1] - round(0.2 * height) - height - pad
    light = scene.light_at(spot[0], max(0, spot[1] - height // 2), height)
    shade = float(np.clip((np.mean(light.key) + np.mean(light.ambient)) ** (1 / 2.2), 0.6, 1.0))
    patches = []
    for text in texts:
        flat = _plate(text, size, cover, paper, ink, 0, 0, rim=True)
        patches.append(_hung(scene, flat, corners, (width + 2 * pad, height + 2 * pad), left, top, shade))
    if patches[0] is None or patches[1] is None:
        return None
    mask = np.zeros((scene.height, scene.width), bool)
    x1, y1, x2, y2 = patches[0].box_xyxy
    mask[y1:y2, x1:x2] = patches[0].alpha > 0.6
    return (patches[0], patches[1], mask) if xyxy_from_mask(mask) and scene.free(mask) else None


def _walls(scene: Scene) -> np.ndarray:
    """Return bool [H, W]: where a sign can hang: annotated walls, anywhere in a photo without annotations."""
    room = np.full(scene.taken.shape, not scene.source.objects)
    for o in scene.source.objects:
        if o.kind == "background":
            room |= o.mask
    return room


MAKERS: dict[str, Callable[[Scene, tuple[str, str], np.random.Generator], Made | None]] = {
    "caption": _caption,
    "label": _label,
    "sign": _sign,
}


def _corners(width: int, height: int, pad: int, rng: np.random.Generator) -> np.ndarray:
    """Return where the plate's corners go: turned and seen a little from the side."""
    x, y = pad + width * np.array([0, 1, 1, 0]), pad + height * np.array([0, 0, 1, 1])
    lean = float(rng.uniform(-0.06, 0.06)) * height
    turn = np.deg2rad(float(rng.uniform(-2.5, 2.5)))
    y = y + lean * np.array([1, -1, 1, -1])
    cx, cy = pad + width / 2, pad + height / 2
    u, v = x - cx, y - cy
    return np.stack([cx + u * np.cos(turn) - v * np.sin(turn), cy + u * np.sin(turn) + v * np.cos(turn)], 1)


def _hung(
    scene: Scene, flat: Patch, corners: np.ndarray, size: tuple[int, int], left: int, top: int, shade: float
) -> Patch | None:
    height, width = flat.alpha.shape
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    bend = cv2.getPerspectiveTransform(own, corners.astype(np.float32))
    alpha = cv2.warpPerspective(flat.alpha, bend, size, flags=cv2.INTER_AREA)
    colour = cv2.warpPerspective(flat.colour, bend, size, flags=cv2.INTER_AREA) * shade
    if scene.grey:
        grey = colour @ np.array([0.299, 0.587, 0.114], np.float32)
        colour = np.repeat(grey[..., None], 3, axis=2)
    drop = max(1, round(0.03 * height))
    moved = cv2.warpAffine(alpha, np.array([[1, 0, drop], [0, 1, drop]], np.float32), size)
    shadow = 0.4 * cv2.GaussianBlur(moved, (0, 0), 1.2 * drop)
    shadow[shadow < 0.03] = 0
    cover = 1 - (1 - shadow) * (1 - alpha)
    if left < 0 or top < 0 or left + size[0] > scene.width or top + size[1] > scene.height:
        return None
    return Patch(left, top, cover.astype(np.float32), colour.astype(np.float32))


def _plate(
    text: str,
    size: int,
    cover: np.ndarray,
    paper: tuple[int, int, int],
    ink: tuple[int, int, int],
    left: int,
    top: int,
    rim: bool = False,
) -> Patch:
    height, width = cover.shape
    letters = _letters(text, size, width, height, "mm", 0.0)
    if rim:
        inner = cv2.erode(cover, np.ones((3, 3)), iterations=max(2, height // 14), borderValue=0)
        core = cv2.erode(inner, np.ones((3, 3)), iterations=max(1, height // 40), borderValue=0)
        letters = np.maximum(letters, inner - core)
    colour = np.array(paper, np.float32) * (1 - letters)[..., None] + np.array(ink, np.float32) * letters[..., None]
    return Patch(left, top, cover, (colour * cover[..., None]).astype(np.float32))


def _rounded(width: int, height: int, radius: int) -> np.ndarray:
    image = Image.new("L", (width * SCALE, height * SCALE))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, width * SCALE - 1, height * SCALE - 1), radius * SCALE, fill=255)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32) / 255


def _letters(text: str, size: int, width: int, height: int, anchor: str, margin: float) -> np.ndarray:
    """Return the coverage of a line of text in a box, float32 [height, width], 0..1."""
    image = Image.new("L", (width * SCALE, height * SCALE))
    x = width * SCALE / 2 if anchor == "mm" else margin * width * SCALE
    font = ImageFont.load_default(size * SCALE)
    ImageDraw.Draw(image).text((x, height * SCALE / 2), text, 255, font=font, anchor=anchor)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32) / 255


def _fitting(texts: tuple[str, str], width: float, height: float) -> int:
    """Return the largest letter size at which both texts fit a box."""
    probe = ImageFont.load_default(40)
    widest = max(probe.getlength(text) for text in texts)
    return int(min(height, 40 * width / widest))

"""Text: a board, label, book or caption that the source shows gets other words."""

from collections.abc import Callable

import numpy as np

from transforms.edits.change import Change, Patch, Request
from transforms.edits.language import place_of
from transforms.edits.lettering.boards import ON_GROUND, ON_THINGS, ON_WALLS, Board
from transforms.edits.lettering.fonts import faces
from transforms.edits.lettering.hang import Shape, hung, on_ground, on_wall
from transforms.edits.lettering.overlay import OVERLAYS
from transforms.edits.lettering.words import pair
from transforms.edits.placing import calm_spot, ground_spot
from transforms.edits.scene import Scene
from transforms.sources.image import SceneObject

MIN_SIDE = 96
"""Pixels: a smaller picture has no room for words."""
TRIES = 3
QUOTED = 0.4
"""Share of instructions that say what stands there now."""
BUSY = 5.0
"""Slope, levels per pixel, from which a place is no wall."""
STICKY = frozenset({"cardboard", "plastic", "painted metal", "metal", "fabric", "wool", "cotton"})
"""Materials to which something sticks and that are flat over its width."""
Made = tuple[str, str, str, Patch, Patch, np.ndarray]
"""(what it is called, old words, new words, with the old, with the new, where: bool [H, W])."""
Way = Callable[[Scene, np.random.Generator], Made | None]


def propose_text(scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Propose to change the words on something that the source shows; its value is the new text."""
    if min(scene.height, scene.width) < MIN_SIDE:
        return None
    ways = _ways(scene)
    for _ in range(TRIES):
        weights = np.array([weight for _, weight in ways])
        way = ways[int(rng.choice(len(ways), p=weights / weights.sum()))][0]
        made = way(scene, rng)
        if made is None:
            continue
        name, old, new, before, after, mask = made
        if not scene.free(mask):
            continue
        target = f"{name} that reads “{old}”" if rng.random() < QUOTED else name
        return Change("text_change", Request("text", target, new, place_of(mask)), (before,), (after,), mask, mask)
    return None


def _ways(scene: Scene) -> list[tuple[Way, float]]:
    """Return the kinds of places that the photo has, with their weights: what lies on the picture suits any."""
    ways: list[tuple[Way, float]] = [(_overlay, 1.0)]
    if walls(scene).any():
        ways.append((_on_a_wall, 3.0))
    if any(_sticks(scene, o) for o in scene.source.objects):
        ways.append((_on_a_thing, 1.5))
    if scene.source.surfaces:
        ways.append((_on_the_ground, 2.0))
    return ways


def _overlay(scene: Scene, rng: np.random.Generator) -> Made | None:
    kinds = [kind for kind in OVERLAYS if not any(kind.noun in name for name in scene.names)]
    if not kinds:
        return None
    kind = kinds[int(rng.integers(len(kinds)))]
    texts = pair(kind.says, rng)
    laid = kind.lay(scene, texts, _face(scene, rng), rng)
    return laid and (kind.noun, *texts, *laid)


def _on_a_wall(scene: Scene, rng: np.random.Generator) -> Made | None:
    board = _board(scene, ON_WALLS, rng)
    return None if board is None else _hung_within(scene, board, walls(scene), rng)


def _on_a_thing(scene: Scene, rng: np.random.Generator) -> Made | None:
    things = [o for o in scene.source.objects if _sticks(scene, o)]
    board = _board(scene, ON_THINGS, rng)
    if board is None or not things:
        return None
    return _hung_within(scene, board, things[int(rng.integers(len(things)))].mask, rng)


def _hung_within(scene: Scene, board: Board, within: np.ndarray, rng: np.random.Generator) -> Made | None:
    width = float(rng.uniform(*board.share)) * scene.width
    height = width / np.mean(board.aspect)
    spot = calm_spot(scene, 1.15 * width, 1.3 * height, rng, within=within, over_objects=True)
    if spot is None or _slope_at(scene, spot, width, height) > BUSY:
        return None
    return _filled(scene, board, on_wall(board, spot[0], round(spot[1] - 0.65 * height), round(width), rng), rng)


def _on_the_ground(scene: Scene, rng: np.random.Generator) -> Made | None:
    board = _board(scene, ON_GROUND, rng)
    if board is None:
        return None
    width = float(rng.uniform(*board.share)) * scene.width
    scale = scene.source.surfaces[0].px_per_metre
    spot = ground_spot(scene, 0.02, 1.1 * width / scale, rng)
    if spot is None:
        return None
    return _filled(scene, board, on_ground(board, spot.x, spot.y, round(width), max(0.75, spot.pitch), rng), rng)


def _filled(scene: Scene, board: Board, shape: Shape, rng: np.random.Generator) -> Made | None:
    texts = pair(board.says[int(rng.integers(len(board.says)))], rng)
    schemes = [s for s in board.schemes if not scene.grey or s[0] in ("-", "white", "black")] or list(board.schemes)
    word, paper, ink = schemes[int(rng.integers(len(schemes)))]
    made = hung(scene, board, shape, texts, _face(scene, rng), (np.array(paper), np.array(ink)), rng)
    if made is None:
        return None
    name = board.noun if word == "-" or scene.grey or rng.random() < 0.4 else f"{word} {board.noun}"
    return name, *texts, *made


def _board(scene: Scene, boards: tuple[Board, ...], rng: np.random.Generator) -> Board | None:
    """Return a kind of board of which the program has none yet."""
    free = [board for board in boards if not any(board.noun in name for name in scene.names)]
    return free[int(rng.integers(len(free)))] if free else None


def _face(scene: Scene, rng: np.random.Generator) -> str:
    known = faces(scene.fonts)
    return known[int(rng.integers(len(known)))]


def walls(scene: Scene) -> np.ndarray:
    """Return bool [H, W]: where something can hang: annotated walls, anywhere in a photo without annotations."""
    room = np.full(scene.taken.shape, not scene.source.objects)
    for o in scene.source.objects:
        if o.kind == "background" or (o.kind == "building" and o.mask.mean() > 0.1):
            room |= o.mask
    return room & ~scene.objects_mask if scene.source.objects else room


def _sticks(scene: Scene, o: SceneObject) -> bool:
    """Return whether something can stick to an object."""
    return o.material in STICKY and o.mask.mean() > 0.012 and scene.free(o.mask)


def _slope_at(scene: Scene, spot: tuple[int, int], width: float, height: float) -> float:
    x1, x2 = int(spot[0] - width / 2), int(spot[0] + width / 2)
    return float(scene.slope[max(0, int(spot[1] - height)) : spot[1], max(0, x1) : x2].mean())

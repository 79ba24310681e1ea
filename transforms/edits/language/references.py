"""Other ways to point at a thing: by what stands beside it, or as the leftmost, rightmost, largest of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_mask

NEAR = 0.6
"""Gap between two things, as a share of the larger one's side, up to which they stand next to each other."""
APART = 1.25
"""Factor by which the largest of a kind is larger than the next, so that nobody has to measure."""
COUNTS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class Landmark:
    """A thing that can be pointed at. Attributes: its full name, its head noun, its half open pixel box."""

    name: str
    noun: str
    box_xyxy: BoxXYXY


def landmark(name: str, noun: str, mask: np.ndarray | None) -> Landmark | None:
    """Return a thing by its mask (bool [H, W]), None if it has no pixels."""
    box = None if mask is None else xyxy_from_mask(mask)
    return Landmark(name, noun, box) if box else None


def references(target: Landmark, others: Sequence[Landmark], counted: Sequence[Landmark]) -> tuple[str, ...]:
    """Return noun phrases with their article that hold of the target and of nothing else in the picture.

    Args:
        target: what is meant.
        others: everything else that has a name, the target not among them.
        counted: those of them of whose kind the picture shows no more, as far as anybody knows: without this, "the
            larger of the two coins" might be said of a heap of coins.
    """
    found = []
    if not any(other.name == target.name for other in others):
        relations = ((_relation(target, other), other) for other in others)
        found += [
            f"the {target.name} {relation}" for relation, other in relations if relation and _single(other, others)
        ]
    alike = [other for other in others if other.noun == target.noun]
    if 0 < len(alike) < len(COUNTS) - 1 and all(other in counted for other in alike):
        found += _superlatives(target, alike)
    return tuple(found)


def _single(other: Landmark, others: Sequence[Landmark]) -> bool:
    return sum(o.name == other.name for o in others) == 1


def _relation(target: Landmark, other: Landmark) -> str:
    """Say how the target stands to another thing, empty where nothing plain holds."""
    if other.name == target.name or _overlap(target.box_xyxy, other.box_xyxy):
        return ""
    ax1, ay1, ax2, ay2 = target.box_xyxy
    bx1, by1, bx2, by2 = other.box_xyxy
    gap_x, gap_y = max(bx1 - ax2, ax1 - bx2, 0), max(by1 - ay2, ay1 - by2, 0)
    side = max(ax2 - ax1, ay2 - ay1, bx2 - bx1, by2 - by1)
    level = min(ay2, by2) - max(ay1, by1) > 0
    if level and 0 <= gap_x < NEAR * side:
        return f"next to the {other.name}"
    if level and gap_x > 0:
        return f"to the {'left' if ax2 <= bx1 else 'right'} of the {other.name}"
    if gap_y > 0 and min(ax2, bx2) - max(ax1, bx1) > 0:
        return f"{'above' if ay2 <= by1 else 'below'} the {other.name}"
    return ""


def _superlatives(target: Landmark, alike: Sequence[Landmark]) -> list[str]:
    number = COUNTS[len(alike) + 1]
    plural = plural_of(target.noun)
    many = len(alike) > 1
    x = _middle(target)
    found = []
    if x < min(map(_middle, alike)):
        found.append(f"the {'leftmost' if many else 'left one'} of the {number} {plural}")
    if x > max(map(_middle, alike)):
        found.append(f"the {'rightmost' if many else 'right one'} of the {number} {plural}")
    size, sizes = _area(target), list(map(_area, alike))
    if size > APART * max(sizes):
        found.append(f"the {'largest' if many else 'larger'} of the {number} {plural}")
    if APART * size < min(sizes):
        found.append(f"the {'smallest' if many else 'smaller'} of the {number} {plural}")
    return found


def plural_of(noun: str) -> str:
    """Return the plural of a noun.

    >>> plural_of("galaxy"), plural_of("box"), plural_of("tray"), plural_of("stack of books")
    ('galaxies', 'boxes', 'trays', 'stacks of books')
    """
    first, of, rest = noun.partition(" of ")
    if first.endswith("y") and first[-2:-1] not in "aeiou":
        first = f"{first[:-1]}ies"
    elif first.endswith(("x", "ch", "sh", "ss")):
        first += "es"
    elif not first.endswith("s"):
        first += "s"
    return f"{first}{of}{rest}"


def _middle(thing: Landmark) -> float:
    return (thing.box_xyxy[0] + thing.box_xyxy[2]) / 2


def _area(thing: Landmark) -> float:
    x1, y1, x2, y2 = thing.box_xyxy
    return float((x2 - x1) * (y2 - y1))


def _overlap(a: BoxXYXY, b: BoxXYXY) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])

"""Noun phrases: number, article, place in the picture."""

import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.texts.words import without_accents

MASS = frozenset({"coffee", "hair", "fur", "sky", "grass", "water", "text"})
VOWEL_SOUND = ("a", "e", "i", "o", "u", "hour", "honest", "suv", "led ", "lcd", "mri", "rv")
CONSONANT_SOUND = ("uni", "use", "eu", "one", "ukulele", "urin", "ufo", "usb")
"""Starts of words in small letters that sound like a vowel, and of those among them that do not."""


def is_plural(noun: str) -> bool:
    """Return whether a noun phrase names several things.

    >>> is_plural("red ribbons"), is_plural("glass"), is_plural("trees on the left")
    (True, False, True)
    """
    words = noun.split(" on ")[0].split(" of ")[0].split()
    return words[-1].endswith("s") and not words[-1].endswith("ss")


def article(noun: str) -> str:
    """Return a noun phrase with the article that it takes.

    >>> article("orange ball"), article("roof tiles"), article("second coin"), article("éclair")
    ('an orange ball', 'roof tiles', 'another coin', 'an éclair')
    """
    if noun.startswith("second "):
        return f"another {noun.removeprefix('second ')}"
    if noun.startswith(("a ", "an ", "blurred ")) or noun.split(" of ")[0] in MASS or is_plural(noun):
        return noun
    return f"{indefinite(noun)} {noun}"


def indefinite(noun: str) -> str:
    """Return the indefinite article that a singular noun phrase takes.

    >>> [indefinite(noun) for noun in ("umbrella", "unicycle", "SUV", "hourglass", "TV")]
    ['an', 'a', 'an', 'an', 'a']
    """
    low = without_accents(noun.lower())
    return "an" if low.startswith(VOWEL_SOUND) and not low.startswith(CONSONANT_SOUND) else "a"


def place_of(mask: np.ndarray, surface: str = "-") -> str:
    """Say where a mask (bool [H, W]) lies in its picture, as a phrase.

    Args:
        mask: of a thing.
        surface: what it stands on, "-" when unknown.
    """
    box = xyxy_from_mask(mask)
    if box is None:
        return "-"
    height, width = mask.shape
    x, y = (box[0] + box[2]) / 2 / width, (box[1] + box[3]) / 2 / height
    side = "on the left" if x < 0.36 else "on the right" if x > 0.64 else "in the middle"
    if surface != "-":
        return f"on the {surface} {side}"
    level = "upper" if y < 0.33 else "lower" if y > 0.67 else ""
    if level and side != "in the middle":
        return (
            f"in the {level} {side.rsplit(' ', 1)[1]} corner" if abs(x - 0.5) > 0.3 else f"{side} in the {level} part"
        )
    return f"{side} at the {'top' if level == 'upper' else 'bottom'}" if level else side

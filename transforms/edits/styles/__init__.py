"""Whole-frame styles: the photo as if it were painted, drawn or printed, its structure kept."""

from transforms.edits.styles.drawing import charcoal, line_art, pencil, woodcut
from transforms.edits.styles.graphic import comic, mosaic, pixel_art, print_in_dots, stained_glass
from transforms.edits.styles.paint import Style, oil, pointillism, watercolour

STYLES: dict[str, Style] = {
    "an oil painting": oil,
    "a watercolour painting": watercolour,
    "a pointillist painting": pointillism,
    "a pencil sketch": pencil,
    "a charcoal drawing": charcoal,
    "black and white line art": line_art,
    "a woodcut": woodcut,
    "a comic book drawing": comic,
    "pixel art": pixel_art,
    "a stained-glass window": stained_glass,
    "a vintage print in dots of ink": print_in_dots,
    "a mosaic of small tiles": mosaic,
}
"""What the picture becomes, with its article -> (uint8 [H, W, 3], generator) -> the same in that style."""
NEED_COLOUR = frozenset({"a pointillist painting", "a comic book drawing", "a vintage print in dots of ink"})
"""Styles that live by colour: not for greyscale photos."""

"""The things that can be laid into a photo: what they are called, how large they are, where they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Protocol

from transforms.edits.solids import large, small
from transforms.edits.solids.trace import Light, Rendering


class Shape(Protocol):
    """What can be seen of a thing of natural size: a traced solid, or a cut-out.

    Attributes:
        radius, height: of a cylinder that contains it, metres.
        floats: it hangs in the air and casts no shadow on the ground.
    """

    @property
    def radius(self) -> float: ...  # noqa: D102

    @property
    def height(self) -> float: ...  # noqa: D102

    @property
    def floats(self) -> bool: ...  # noqa: D102

    def rendered(self, pitch: float, px_per_metre: float, light: Light) -> Rendering:
        """Return it as seen from `pitch` radians below the horizon, at a scale, in a light."""


Build = Callable[[str, float], Shape]
"""(colour name, turn in radians) -> a thing of natural size."""
VIVID = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "teal")


@dataclass(frozen=True)
class Kind:
    """A thing of the library.

    Attributes:
        noun: what it is called.
        height: natural height, metres.
        colours: it may have; the single colour "-" means that its look needs no colour word.
        build: makes it.
        where: "ground", "table" or "air".
        most_px: height in pixels above which it would be less sharp than the photo.
        lender_id: source_id of the cut-out that it is, "-" for a solid.
    """

    noun: str
    height: float
    colours: tuple[str, ...]
    build: Build
    where: tuple[str, ...]
    most_px: float = inf
    lender_id: str = "-"


KINDS: dict[str, Kind] = {
    kind.noun: kind
    for kind in (
        Kind("ball", 0.22, VIVID, large.ball, ("ground",)),
        Kind("beach ball", 0.32, ("red", "blue", "green", "orange"), large.beach_ball, ("ground",)),
        Kind("cardboard box", 0.24, ("-",), large.cardboard_box, ("ground",)),
        Kind("gift box", 0.25, ("red", "green", "blue", "purple", "pink", "yellow"), large.gift, ("ground",)),
        Kind("wooden crate", 0.31, ("-",), large.crate, ("ground",)),
        Kind("mug", 0.095, VIVID, large.mug, ("ground", "table")),
        Kind("vase", 0.3, ("white", "blue", "green", "red", "teal", "black"), large.vase, ("ground",)),
        Kind("traffic cone", 0.5, ("-",), large.traffic_cone, ("ground",)),
        Kind("bucket", 0.3, ("red", "blue", "green", "yellow", "white", "grey"), large.bucket, ("ground",)),
        Kind("wooden barrel", 0.86, ("-",), large.barrel, ("ground",)),
        Kind("rubber duck", 0.112, ("-",), small.duck, ("ground", "table")),
        Kind("apple", 0.09, ("red", "green"), small.apple, ("table",)),
        Kind("orange", 0.072, ("-",), small.orange, ("table",)),
        Kind("lemon", 0.053, ("-",), small.lemon, ("table",)),
        Kind("egg", 0.045, ("-",), small.egg, ("table",)),
        Kind("die", 0.016, ("white", "red", "blue", "green", "yellow"), small.die, ("table",)),
        Kind("macaron", 0.026, ("pink", "green", "yellow", "brown", "purple"), small.macaron, ("table",)),
        Kind("pumpkin", 0.235, ("-",), large.pumpkin, ("ground",)),
        Kind("bottle", 0.31, ("green", "brown", "blue"), large.bottle, ("ground",)),
        Kind("tyre", 0.2, ("-",), large.tyre, ("ground",)),
        Kind("potted plant", 0.5, ("-",), large.flower_pot, ("ground",)),
        Kind("stack of books", 0.135, ("-",), large.books, ("ground",)),
        Kind("suitcase", 0.46, ("brown", "red", "blue", "green"), large.suitcase, ("ground",)),
        Kind("sugar cube", 0.014, ("-",), small.sugar_cube, ("table",)),
        Kind("blueberry", 0.0165, ("-",), small.blueberry, ("table",)),
        Kind("cherry", 0.04, ("-",), small.cherry, ("table",)),
        Kind("strawberry", 0.034, ("-",), small.strawberry, ("table",)),
        Kind("wine cork", 0.044, ("-",), small.cork, ("table",)),
        Kind("chess pawn", 0.0425, ("white", "black"), small.pawn, ("table",)),
        Kind("tealight", 0.0195, ("white", "red", "pink", "yellow"), small.tealight, ("table",)),
        Kind("balloon", 0.38, ("red", "orange", "yellow", "green", "blue", "purple", "pink"), large.balloon, ("air",)),
        Kind("hot air balloon", 16.4, ("red", "blue", "orange", "purple", "green"), large.air_balloon, ("air",)),
    )
}
"""By noun."""

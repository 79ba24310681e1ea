"""What a rendered scene was made of, so that it can be made again with one thing changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.edits.change import lay
from transforms.edits.things import Thing
from transforms.sources.image import SourceImage


@dataclass(frozen=True, eq=False)
class Arrangement:
    """The description of a rendered scene.

    Attributes:
        empty: the room before anything stood in it, with its surfaces.
        things: what stands in it; the object `t3` of the picture is the fourth.
    """

    empty: SourceImage
    things: tuple[Thing, ...]

    def picture(self, things: Sequence[Thing]) -> np.ndarray:
        """Return the room with these things in it, uint8 [H, W, 3]: what stands lower is nearer and hides the rest."""
        return lay(self.empty.rgb, [thing.patch for thing in sorted(things, key=lambda thing: thing.spot.y)])

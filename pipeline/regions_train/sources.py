"""Pictures to edit: rendered scenes, and crops of the photos that the user names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import cv2
import numpy as np

from schemas.errors import UserError
from schemas.keys import rng_for
from schemas.plan import Rights, SourceItem, SourceRecord
from transforms.edits.cutouts import cutout_kind
from transforms.edits.solids.library import Kind
from transforms.regions.frame import resize_to
from transforms.sources.cutouts import find_cutouts
from transforms.sources.decode import DecodeLimits, decode_image
from transforms.sources.find import find_sources
from transforms.sources.identity import source_id
from transforms.sources.image import SourceImage
from transforms.sources.read import inspect_item, load_cutout, read_bytes
from transforms.sources.scenes.scene import render_scene, scene_item

FIRST_SCENE = 5_000_000
"""Numbers from here on are kept for training: data sets count scenes from 0."""
CROP = (0.45, 1.0)
"""Share of a photo's shorter side that a crop has."""
LONGER = (448, 1152)
"""Longer side of a crop, pixels."""
ASPECTS = (1.0, 1.25, 4 / 3, 1.5, 16 / 9)
LIMITS = DecodeLimits(max_side=1600)


@dataclass(frozen=True)
class Library:
    """What cases are made of besides scenes.

    Attributes:
        photos: folder of photos, "-" for none.
        cutouts: folder of named pictures with transparency, "-" for none.
    """

    photos: str = "-"
    cutouts: str = "-"

    @cached_property
    def photo_items(self) -> Sequence[SourceItem]:
        """The photos that can be read, by name."""
        if self.photos == "-":
            return ()
        items = [item for item in find_sources(self.photos) if isinstance(item, SourceItem)]
        if not items:
            raise UserError(f"--photos {self.photos}: no photo in it that can be read")
        return items

    @cached_property
    def things(self) -> Sequence[Kind]:
        """The cut-outs that can be read, by name."""
        if self.cutouts == "-":
            return ()
        items = [item for item in find_cutouts(self.cutouts, Rights()) if isinstance(item, SourceItem)]
        records = [record for item in items if isinstance(record := inspect_item(item, LIMITS), SourceRecord)]
        return [cutout_kind(record, partial(load_cutout, record, LIMITS)) for record in records]

    def photo(self, index: int) -> np.ndarray:
        """Return a photo, uint8 [H, W, 3]; not to be written to."""
        return _photo(self.photo_items[index].uri)

    def crop(self, rng: np.random.Generator) -> np.ndarray:
        """Return a random part of a random photo, some mirrored or of other colours, uint8 [H, W, 3]."""
        photo = self.photo(int(rng.integers(len(self.photo_items))))
        height, width = photo.shape[:2]
        aspect = float(rng.choice(ASPECTS))
        if height > width:
            aspect = 1 / aspect
        share = rng.uniform(*CROP)
        high = min(height, width / aspect) * share
        wide = high * aspect
        x, y = int(rng.uniform(0, width - wide)), int(rng.uniform(0, height - high))
        part = photo[y : y + max(8, round(high)), x : x + max(8, round(wide))]
        longer = min(rng.integers(*LONGER), 1.5 * max(part.shape))
        scale = longer / max(part.shape[:2])
        part = resize_to(part, max(64, round(part.shape[1] * scale)), max(64, round(part.shape[0] * scale)))
        if rng.random() < 0.5:
            part = part[:, ::-1]
        return _recoloured(np.ascontiguousarray(part), rng)

    def scene(self, number: int) -> SourceImage:
        """Return a rendered scene of those kept for training."""
        item = scene_item(FIRST_SCENE + number)
        scene = render_scene(item.uri)
        return SourceImage(_record(scene.rgb, item), scene.rgb, scene.objects, scene.surfaces, scene.arrangement)

    def picture(self, key: str) -> SourceImage:
        """Return the picture that a program is rendered on: a crop of a photo."""
        rgb = self.crop(rng_for(key, "crop"))
        return SourceImage(_record(rgb, SourceItem(name=key, uri=key, dataset="-")), rgb)


@lru_cache(maxsize=64)
def _photo(uri: str) -> np.ndarray:
    return decode_image(read_bytes(uri, LIMITS.max_bytes), LIMITS)


def _record(rgb: np.ndarray, item: SourceItem) -> SourceRecord:
    none = "0" * 16  # nothing is looked up by likeness here
    height, width = rgb.shape[:2]
    return SourceRecord(
        source_id=source_id(rgb), item=item, width=width, height=height, dhash=none, dhash_mirrored=none
    )


def _recoloured(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a picture with another hue, saturation and exposure."""
    if rng.random() < 0.4:
        return rgb
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(-14, 14)) % 180
    hsv[..., 1] *= rng.uniform(0.6, 1.3)
    hsv[..., 2] = 255 * (hsv[..., 2] / 255) ** rng.uniform(0.75, 1.35)
    return cv2.cvtColor(np.clip(np.rint(hsv), 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)

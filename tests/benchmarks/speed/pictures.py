"""What is edited: the bundled photos, scaled to one size, and rendered scenes of that size."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from schemas.plan import SourceItem, SourceRecord
from transforms.sources.decode import DecodeLimits
from transforms.sources.find import find_sources
from transforms.sources.image import SourceImage
from transforms.sources.read import inspect_item, load_source
from transforms.sources.scenes.scene import scene_item

SIZE = 768
"""Longer side, pixels."""
SCENES = (9, 11, 15)
"""Numbers of rendered scenes whose longer side is just that."""


def bundled_sources(size: int) -> list[SourceImage]:
    """Return the bundled photos with their objects, scaled until their longer side has `size` pixels."""
    items = [item for item in find_sources(None) if isinstance(item, SourceItem)]
    return [scaled(_opened(item), size) for item in items]


def rendered_sources(numbers: Sequence[int]) -> list[SourceImage]:
    """Return rendered scenes, as large as they are."""
    return [_opened(scene_item(number)) for number in numbers]


def _opened(item: SourceItem) -> SourceImage:
    limits = DecodeLimits()
    record = inspect_item(item, limits)
    assert isinstance(record, SourceRecord), item.name
    return load_source(record, limits)


def scaled(source: SourceImage, size: int) -> SourceImage:
    """Return a photo and its objects at another size; what is rendered on it lies in that size too."""
    height, width = source.rgb.shape[:2]
    scale = size / max(height, width)
    new = max(1, round(width * scale)), max(1, round(height * scale))

    def fit(mask: np.ndarray) -> np.ndarray:
        return cv2.resize(mask.astype(np.float32), new, interpolation=cv2.INTER_LINEAR) >= 0.5

    rgb = cv2.resize(source.rgb, new, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    objects = tuple(replace(o, mask=fit(o.mask)) for o in source.objects)
    surfaces = tuple(replace(s, mask=fit(s.mask), px_per_metre=scale * s.px_per_metre) for s in source.surfaces)
    record = source.record.model_copy(update={"width": new[0], "height": new[1]})
    return SourceImage(record, rgb, objects, surfaces)

"""From two picture files to their regions."""

import hashlib
from dataclasses import dataclass

import numpy as np

from pipeline.regions_tool.record import PairRegions
from schemas.example import Edit
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.label import label_regions
from transforms.regions.refiner import make_refiner
from transforms.regions.result import MaskRefiner, RegionResult
from transforms.sources.decode import DecodeError, DecodeLimits, decode_image
from transforms.sources.files import read_file
from transforms.sources.missing import why_unreadable

LIMITS = DecodeLimits(max_bytes=2**30, max_pixels=100_000_000, min_side=8, max_side=100_000_000)
"""Nothing is scaled down, so masks and overlay have the edited picture's own size; larger pictures are refused."""


class UnreadablePictureError(Exception):
    """A picture of a pair that cannot be used.

    Attributes:
        role: source or edited.
        uri: where it is.
        reason: `unreadable`, or a reason of `DecodeError`.
        detail: one line for a person.
    """

    def __init__(self, role: str, uri: str, reason: str, detail: str) -> None:
        super().__init__(role, uri, reason, detail)
        self.role, self.uri, self.reason, self.detail = role, uri, reason, detail


@dataclass(frozen=True, eq=False)
class MeasuredPair:
    """A pair and its regions.

    Attributes:
        config: how regions were derived.
        record: the regions as they are written.
        result: of `derive_regions`: full masks, difference map, registration.
        source: uint8 [H', W', 3] sRGB, the picture before the edit.
        edited: uint8 [H, W, 3] sRGB, the edited picture.
        label_map: uint8 [H, W], pixel = id of its region, 0 = unchanged.
    """

    config: RegionsConfig
    record: PairRegions
    result: RegionResult
    source: np.ndarray
    edited: np.ndarray
    label_map: np.ndarray


def measure_files(
    source: str, edited: str, config: RegionsConfig | None = None, masks: MaskRefiner | None = None, name: str = "pair"
) -> MeasuredPair:
    """Measure what visibly changed between two picture files.

    JPEG, PNG, WebP, TIFF, BMP, GIF and AVIF of any mode, told by content, and HEIC where pillow-heif is there: shown
    upright, in sRGB, transparency laid on white, deep pixels scaled to 8 bits, inks converted, of several frames the
    first. The pictures may differ in size; the regions are in the frame of the edited one.

    Args:
        source: path or address of the picture before the edit.
        edited: of the picture after the edit.
        config: how regions are derived.
        masks: refines the masks; made from `config` if not given (give it where many pairs are measured with SAM).
        name: of the pair, for its record.

    Raises:
        UnreadablePictureError: a file cannot be read, is no picture, or is too small, too large or blank.
        UserError: `config` asks for a refiner that cannot be had.
    """
    config = config or RegionsConfig()
    refiner = masks or make_refiner(config)
    before, before_sha256 = _read("source", source)
    after, after_sha256 = _read("edited", edited)
    result = derive_regions(before, after, config, refiner)
    regions, label_map = label_regions(result, [Edit.imported("unknown")])
    record = PairRegions.of_result(name, result, regions, (before_sha256, after_sha256))
    return MeasuredPair(config, record, result, before, after, label_map)


def _read(role: str, uri: str) -> tuple[np.ndarray, str]:
    """Return a picture, uint8 [H, W, 3] sRGB, and the sha256 of its file."""
    try:
        data = read_file(uri, LIMITS.max_bytes)
        return decode_image(data, LIMITS), hashlib.sha256(data).hexdigest()
    except OSError as error:
        raise UnreadablePictureError(role, uri, "unreadable", why_unreadable(uri, error)) from None
    except DecodeError as error:
        raise UnreadablePictureError(role, uri, error.reason, error.detail) from None

"""`spatialreward regions`: what changed between two picture files."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from pipeline.report.draw import draw_overlay
from schemas.errors import UserError
from schemas.example import Edit, EditRegion
from transforms import storage
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.label import label_regions
from transforms.regions.refiner import make_refiner
from transforms.regions.result import RegionResult
from transforms.sources.decode import DecodeError, DecodeLimits, decode_image

ANY_SIZE = DecodeLimits(min_side=8)


@dataclass(frozen=True, eq=False)
class MeasuredPair:
    """The regions of one pair. Attributes: the edited picture, the result, the record's regions, the label map."""

    edited: np.ndarray
    result: RegionResult
    edit_region: tuple[EditRegion, ...]
    label_map: np.ndarray

    def to_json(self) -> str:
        """Return the regions as JSON text; boxes are relative, 0..1000, in the frame of the edited picture."""
        height, width = self.edited.shape[:2]
        facts: dict[str, Any] = {
            "status": self.result.status,
            "edit_region": [region.model_dump() for region in self.edit_region],
            "width": width,
            "height": height,
            "registration_px": round(self.result.registration.displacement_px, 4),
            "noise_floor": round(self.result.noise_floor, 4),
            "method": self.result.method,
        }
        return json.dumps(facts, ensure_ascii=False, indent=2)

    def write_overlay(self, path: Path) -> None:
        """Write the edited picture with boxes and masks drawn in, as PNG or by the name's ending.

        Raises:
            UserError: the ending is no picture format, or the file cannot be written.
        """
        stream = io.BytesIO()
        form = Image.registered_extensions().get(path.suffix.lower(), "")
        if form not in ("PNG", "JPEG", "WEBP"):
            raise UserError(f"--overlay {path}: name it .png, .jpg or .webp")
        Image.fromarray(draw_overlay(self.edited, self.edit_region, self.label_map)).save(stream, form)
        try:
            storage.write_bytes(str(path), stream.getvalue())
        except OSError as error:
            raise UserError(f"--overlay {path}: cannot be written ({error.strerror}); choose another place") from None


def _decode(path: Path) -> np.ndarray:
    try:
        return decode_image(path.read_bytes(), ANY_SIZE)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); give the path of a picture") from None
    except DecodeError as error:
        raise UserError(f"{path}: {error.reason} ({error.detail}); give a JPEG, PNG, WebP, TIFF, BMP or GIF") from None


def measure_pair(source: Path, edited: Path, sam_checkpoint: Path | None) -> MeasuredPair:
    """Derive the edit regions of two picture files.

    Raises:
        UserError: a file cannot be read or is no picture, or the checkpoint cannot be used.
    """
    config = RegionsConfig(masks="sam", sam_checkpoint=str(sam_checkpoint)) if sam_checkpoint else RegionsConfig()
    refiner = make_refiner(config)
    before, after = _decode(source), _decode(edited)
    result = derive_regions(before, after, config, refiner)
    regions, label_map = label_regions(result, [Edit.imported("unknown")])
    return MeasuredPair(after, result, regions, label_map)


def print_regions(measured: MeasuredPair, console: Console) -> None:
    """Print the regions as a table."""
    console.print(f"{measured.result.status}: {len(measured.edit_region)} edit regions ({measured.result.method})")
    if not measured.edit_region:
        return
    table = Table("id", "bbox_2d (0-1000)", "area", "ΔE00", "confidence")
    for region in measured.edit_region:
        table.add_row(
            str(region.id),
            str(region.bbox_2d),
            f"{region.area:.2%}",
            f"{region.delta_e:.1f}",
            f"{region.confidence:.2f}",
        )
    console.print(table)

"""The regions of one pair: a table or JSON, and pictures."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.regions_tool.measure import UnreadablePictureError, measure_files
from pipeline.regions_tool.pictures import Pictures, check_folder, check_picture_file
from pipeline.regions_tool.record import PairRegions, with_meaning
from schemas.errors import UserError
from transforms.regions.config import RegionsConfig
from transforms.sources.files import printable_name


def measure_one(
    source: str,
    edited: str,
    config: RegionsConfig,
    overlay: Path | None = None,
    masks: Path | None = None,
    steps: Path | None = None,
) -> PairRegions:
    """Measure one pair and write its pictures.

    Args:
        source: the picture before the edit.
        edited: the picture after it; its name, without `.edited` and ending, names the pair and its masks.
        config: how regions are derived.
        overlay: file for the edited picture with boxes and masks.
        masks: folder for the label map and the regions' masks.
        steps: file for the picture of every step.

    Raises:
        UserError: a picture cannot be used, or a place cannot be written to.
    """
    for flag, path in (("--overlay", overlay), ("--steps", steps)):
        if path:
            check_picture_file(flag, path)
    if masks:
        check_folder("--masks", masks)
    name = printable_name(Path(edited).stem.removesuffix(".edited")) or "pair"
    try:
        measured = measure_files(source, edited, config, name=name)
    except UnreadablePictureError as error:
        raise UserError(f"{error.uri}: {error.reason} ({error.detail}); give the path of {_wanted(error)}") from None
    Pictures(overlay, masks, steps, name).write(measured)
    return measured.record


def _wanted(error: UnreadablePictureError) -> str:
    if error.reason in ("unreadable", "not_an_image", "unsupported_format", "empty", "truncated"):
        return "a JPEG, PNG, WebP, TIFF, BMP or GIF"
    return "another picture"


def pretty_json(record: PairRegions, encoding: str) -> str:
    """Return the record as indented JSON that a stream of this encoding shows without a loss."""
    is_unicode = encoding.lower().startswith("utf")
    return json.dumps(record.model_dump(), ensure_ascii=not is_unicode, indent=2)


def print_record(record: PairRegions, console: Console) -> None:
    """Print the regions as a table."""
    count = f"{len(record.edit_region)} edit region{'' if len(record.edit_region) == 1 else 's'}"
    console.print(
        f"{with_meaning(record.status)}; {count} in {record.width}x{record.height} ({record.method})", soft_wrap=True
    )
    if not record.edit_region:
        return
    table = Table("id", "kind", "bbox_2d (0-1000)", "area", "ΔE00", "confidence")
    for region in record.edit_region:
        table.add_row(
            str(region.id),
            region.kind,
            str(region.bbox_2d),
            f"{region.area:.2%}",
            f"{region.delta_e:.1f}",
            f"{region.confidence:.2f}",
        )
    console.print(table)

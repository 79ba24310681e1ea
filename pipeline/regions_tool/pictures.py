"""The pictures that the regions tool writes: an overlay, the label map, a mask for each region, every step."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.regions_tool.measure import MeasuredPair
from pipeline.regions_tool.steps_picture import draw_steps
from pipeline.report.draw import draw_overlay
from schemas.errors import UserError
from schemas.example import MAX_REGIONS
from transforms import storage

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


@dataclass(frozen=True)
class Pictures:
    """Where the pictures of one pair go; None for none.

    Attributes:
        overlay: file of the edited picture with boxes and masks.
        masks: folder of the label map and the regions' masks.
        steps: file of the picture of every step.
        name: what files in the folder of masks are called after.
    """

    overlay: Path | None = None
    masks: Path | None = None
    steps: Path | None = None
    name: str = "pair"

    @property
    def label_map(self) -> Path | None:
        """The file of the label map."""
        return self.masks / f"{self.name}.mask.png" if self.masks else None

    def stand(self) -> bool:
        """Return whether all that is asked for was written; region masks come before the label map."""
        return all(path.is_file() for path in (self.overlay, self.label_map, self.steps) if path)

    def write(self, measured: MeasuredPair) -> None:
        """Write what is asked for. Masks that an earlier run left for regions that are no longer there are removed.

        Raises:
            UserError: a file cannot be written.
        """
        if self.masks and self.label_map:
            count = len(measured.record.edit_region)
            for number in range(1, MAX_REGIONS + 1):
                path = self.masks / f"{self.name}.region{number}.png"
                if number <= count:
                    _write(path, np.where(measured.label_map == number, np.uint8(255), np.uint8(0)), "PNG")
                else:
                    path.unlink(missing_ok=True)
            _write(self.label_map, measured.label_map, "PNG")
        if self.overlay:
            drawn = draw_overlay(measured.edited, measured.record.edit_region, measured.label_map)
            _write(self.overlay, drawn, FORMATS[self.overlay.suffix.lower()])
        if self.steps:
            _write(self.steps, draw_steps(measured), FORMATS[self.steps.suffix.lower()])


def _write(path: Path, pixels: np.ndarray, form: str) -> None:
    stream = io.BytesIO()
    try:
        # The same pixels at half the time: large pictures spend most of it here.
        options = {"compress_level": 3} if form == "PNG" else {}
        Image.fromarray(pixels).save(stream, form, **options)
        storage.write_bytes(str(path), stream.getvalue())
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise UserError(f"{path}: cannot be written ({cause}); choose another place or format") from None


def check_picture_file(flag: str, path: Path) -> None:
    """Refuse a place that no picture can be written to.

    Raises:
        UserError: the ending is no picture format, or a folder stands there.
    """
    if path.suffix.lower() not in FORMATS:
        raise UserError(f"{flag} {path}: name it .png, .jpg or .webp")
    if path.is_dir():
        raise UserError(f"{flag} {path}: is a folder; give the name of a picture to write")


def check_folder(flag: str, path: Path) -> None:
    """Refuse a place where no folder can be made.

    Raises:
        UserError: a file stands there or above it, or the name is that of a picture.
    """
    if path.suffix.lower() in FORMATS and not path.is_dir():
        raise UserError(f"{flag} {path}: is named like a picture; give a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{flag} {path}: no folder can be made there ({error.strerror}); give another") from None

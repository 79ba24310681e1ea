"""Real pairs with boxes drawn by eye: a folder with pairs.json and the pictures that it names."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from benchmarks.regions.pair import Pair
from schemas.errors import UserError
from schemas.geometry import BoxXYXY
from transforms.sources.decode import DecodeError, DecodeLimits, decode_image

FULL_SIZE = DecodeLimits(min_side=8, max_side=1_000_000)
"""Boxes are in pixels of the file, so nothing may be scaled down."""


class RealRef(BaseModel):
    """One entry of pairs.json, and the folder that it stands in. Keys that are not named here are not needed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    folder: Path = Path()
    id: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    edited: Annotated[str, Field(min_length=1)]
    boxes_xyxy: tuple[BoxXYXY, ...]
    """Half open, pixels of the edited image; none for an unedited pair."""
    ignore_xyxy: tuple[BoxXYXY, ...] = ()
    edit_type: str = "-"
    quality: str = "-"
    """How exact the drawing is; `global` means that the whole frame was edited."""
    registration: str = "-"

    def load(self) -> Pair:
        """Decode both pictures.

        Raises:
            UserError: a picture cannot be read, or a box leaves the frame.
        """
        source, edited = self._decode(self.source), self._decode(self.edited)
        height, width = edited.shape[:2]
        for x1, y1, x2, y2 in self.boxes_xyxy:
            if not (0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height):
                raise UserError(
                    f"--pairs {self.folder}/pairs.json: box {[x1, y1, x2, y2]} of {self.id} is empty or leaves the "
                    f"{width}x{height} frame of {self.edited}; mend it"
                )
        return Pair(
            data="real",
            id=self.id,
            group=hashlib.sha256(str(source.shape).encode() + source.tobytes()).hexdigest()[:12],
            source=source,
            edited=edited,
            boxes_xyxy=self.boxes_xyxy,
            label_map=None,
            ignore_xyxy=self.ignore_xyxy,
            whole_frame=self.quality == "global",
            edit_type=self.edit_type,
            frame=self.registration,
            quality=self.quality,
        )

    def _decode(self, name: str) -> np.ndarray:
        path = self.folder / name
        try:
            return decode_image(path.read_bytes(), FULL_SIZE)
        except OSError:
            raise UserError(f"--pairs {self.folder}: pairs.json names {name}, which cannot be read; add it") from None
        except DecodeError as error:
            raise UserError(f"--pairs {path}: {error}; replace this picture") from None


def real_refs(folder: str | Path) -> list[RealRef]:
    """Read a folder's pairs.json: a list of {id, source, edited, boxes_xyxy, …}.

    Raises:
        UserError: there is none, it is not valid, or an id occurs twice.
    """
    path = Path(folder) / "pairs.json"
    if not path.is_file():
        raise UserError(f"--pairs {folder}: there is no pairs.json in it; name a folder that has one")
    try:
        refs = TypeAdapter(list[RealRef]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise UserError(f"--pairs {path}: not valid JSON ({error}); mend it") from None
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "the file"
        raise UserError(f"--pairs {path}: {where}: {problem['msg']}; mend it") from None
    if len({ref.id for ref in refs}) < len(refs):
        raise UserError(f"--pairs {path}: an id occurs twice; ids must be unique")
    return [ref.model_copy(update={"folder": Path(folder)}) for ref in refs]

"""What the regions tool says of one pair: one line of its JSON Lines file."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.example import MAX_REGIONS, EditRegion, Model, OptionalDecimal, Text
from transforms.regions.result import RegionResult, Status

_MEANING = {
    "unchanged": "nothing changed visibly",
    "global": "the whole frame was edited",
    "unregistrable": "the pictures do not show the same scene, or cannot be laid on each other",
}
NONE = "-"
"""Stands in text fields for what is not known or does not apply."""


def with_meaning(status: str) -> str:
    """Return a status, and what it means where that needs saying.

    >>> with_meaning("unchanged")
    'unchanged: nothing changed visibly'
    """
    return f"{status}: {_MEANING[status]}" if status in _MEANING else status


class PairRegions(Model):
    """The regions of one pair, or why it has none. No field is ever missing, so that any reader infers one type."""

    name: Text
    """Of the pair: NAME of `NAME.source.EXT`, or file and line of a jsonl file."""
    status: Status | Literal["error"]
    """ok, unchanged (no regions), global (the first is the whole frame), unregistrable; error: it was not measured."""
    reason: Text = NONE
    """Of an error: short, snake_case, the unit of counting."""
    detail: Text = NONE
    """Of an error: one line for a person."""
    width: Annotated[int, Field(ge=0)] = 0
    """Of the edited picture, pixels; 0 in an error."""
    height: Annotated[int, Field(ge=0)] = 0
    edit_region: Annotated[tuple[EditRegion, ...], Field(max_length=MAX_REGIONS)] = ()
    """As in a data set; `bbox_2d` is relative, 0..1000, in the frame of the edited picture."""
    registration_px: OptionalDecimal = -1.0
    """Mean displacement that registration corrected, pixels of the edited picture."""
    noise_floor: OptionalDecimal = -1.0
    """Median difference of the unedited part, CIEDE2000."""
    method: Text = NONE
    source_sha256: Text = NONE
    """Of the file's bytes."""
    edited_sha256: Text = NONE

    @classmethod
    def of_error(cls, name: str, reason: str, detail: str) -> "PairRegions":
        """Return the line of a pair that could not be measured."""
        return cls(name=name, status="error", reason=reason, detail=" ".join(detail.split())[:500] or NONE)

    @classmethod
    def of_result(
        cls,
        name: str,
        result: RegionResult,
        regions: tuple[EditRegion, ...],
        sha256: tuple[str, str],
    ) -> "PairRegions":
        """Return the line of a measured pair.

        Args:
            name: of the pair.
            result: of `derive_regions`.
            regions: of `label_regions`.
            sha256: of both files' bytes, source first.
        """
        width, height = result.size
        return cls(
            name=name,
            status=result.status,
            width=width,
            height=height,
            edit_region=regions,
            registration_px=result.registration.displacement_px,
            noise_floor=result.noise_floor,
            method=result.method,
            source_sha256=sha256[0],
            edited_sha256=sha256[1],
        )

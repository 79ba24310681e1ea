"""One row of `sources.parquet`: a picture that a data set was made of or brought along, without the picture."""

from typing import Literal

from schemas.example import Model
from schemas.vocabulary import Split

Kind = Literal["photo", "pair", "cutout", "edited"]
"""A photo, the source of a pair, a cut-out, the edited picture of a pair."""


class SourceRow(Model):
    """What must be known of a source to keep what is like it out of other splits."""

    source_id: str
    """First 16 hex digits of the sha256 of the decoded pixels and size."""
    kind: Kind
    """A picture that is the source of one pair and the edited picture of another has the kind `pair`. Sets of earlier
    versions have no edited pictures."""
    group_id: str
    """Sources of one group stand in one split."""
    split: Split
    scene: str
    """Photos of one scene stand in one split; `-` for none."""
    dhash: str
    """64-bit difference hash of the decoded pixels, 16 hex digits."""
    dhash_mirrored: str
    """The same of the mirrored picture."""
    detail: str = "-"
    """The finer part of the hash, see `PictureHash`; `-` in files of earlier versions."""

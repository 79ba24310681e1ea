"""One row of a hash list (`spatialreward hashes`): a picture that a data set must not hold, without the picture."""

from schemas.example import Model


class HashRow(Model):
    """What must be known of a benchmark's picture to keep it out of a training set."""

    name: str
    """As its source reader names it, for a person."""
    dhash: str
    """64-bit difference hash of the decoded pixels, 16 hex digits."""
    dhash_mirrored: str
    """The same of the mirrored picture."""
    instruction: str
    """That the picture is the answer to, as it stands; `-` for none."""
    detail: str = "-"
    """The finer part of the hash, see `PictureHash`; `-` in files of earlier versions."""

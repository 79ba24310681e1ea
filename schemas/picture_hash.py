"""The hash of a picture: a coarse part that finds candidates for a copy, and a finer one that confirms them."""

from schemas.example import Model


class PictureHash(Model):
    """What must be known of a picture to find its copies without opening it again."""

    dhash: str
    """64-bit difference hash of the decoded pixels, 16 hex digits."""
    dhash_mirrored: str
    """The same of the mirrored picture."""
    detail: str = "-"
    """A small picture of the content, see `transforms.sources.detail`; `-` where none was kept."""

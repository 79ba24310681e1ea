"""The catalogue of bundled photos: which there are, their rights, objects and surfaces, and how to read one.

No image file stands in this repository: a photo is read from the wheel that ships it, and its sha256 is checked.
"""

from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from schemas.errors import UserError
from schemas.example import Model, Text

ObjectKind = Literal[
    "person",
    "animal",
    "vehicle",
    "building",
    "food",
    "clothing",
    "accessory",
    "nature",
    "sky",
    "ground",
    "thing",
    "background",
]
Operation = Literal["recolour", "retexture", "remove", "replace", "move", "cutout", "background", "glasses"]
PointXY = tuple[float, float]
"""`(x, y)` of a pixel's centre, in pixels of the photo at full size."""
Ring = Annotated[tuple[PointXY, ...], Field(min_length=3)]
"""A closed outline; the last point joins the first."""

MINIMUM_VERSIONS = {"scikit-image": "0.26", "scikit-learn": "1.7", "matplotlib": "3.10"}
"""What `pyproject.toml` asks for; named in the error when a photo is missing or changed."""


class PhotoObject(Model):
    """A named thing in a photo, with its outline and the edits that would look plausible on it."""

    id: Text
    name: Text
    attributes: tuple[Text, ...]
    place: Text
    """Where it is, when the name alone is not enough ("on the left"); `-` otherwise."""
    colour: Text
    material: Text
    kind: ObjectKind
    polygons_xy: Annotated[tuple[Ring, ...], Field(min_length=1)]
    holes_xy: tuple[Ring, ...]
    operations: frozenset[Operation]


class Surface(Model):
    """Ground that an added object can stand on: its base inside the polygon."""

    name: Text
    polygon_xy: Ring
    px_per_metre: Annotated[float, Field(gt=0.0)]
    """Scale at the polygon's middle, estimated from objects of known size."""


class BundledPhoto(Model):
    """One photo of an installed package."""

    name: Text
    package: Text
    """Distribution that ships it, as pip knows it."""
    resource: Annotated[str, Field(pattern=r"^[\w.]+:[\w./-]+$")]
    """`import.package:path/inside/it`."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    license: Text
    """SPDX id, or `LicenseRef-…` where SPDX has none."""
    attribution: Text
    license_source: Text
    """Where the licence is stated."""
    scene: Text
    """Photos of one scene share it, and never stand in two splits."""
    people: Literal["yes", "no"]
    caption: Text
    objects: tuple[PhotoObject, ...]
    surfaces: tuple[Surface, ...]

    @model_validator(mode="after")
    def _check_object_ids(self) -> Self:
        ids = [item.id for item in self.objects]
        if len(ids) != len(set(ids)):
            raise ValueError(f"{self.name}: object ids must be unique, got {ids}")
        return self


@lru_cache(maxsize=1)
def load_catalogue() -> tuple[BundledPhoto, ...]:
    """Read and validate the catalogue, in its own order; every call returns the same tuple."""
    text = resources.files(__package__).joinpath("catalogue.json").read_bytes()
    photos = TypeAdapter(tuple[BundledPhoto, ...]).validate_json(text)
    names = [photo.name for photo in photos]
    if len(names) != len(set(names)):
        raise ValueError(f"catalogue.json: photo names must be unique, got {names}")
    return photos


def read_photo_bytes(photo: BundledPhoto) -> bytes:
    """Read a photo's file from the package that ships it.

    Args:
        photo: an entry of `load_catalogue()`.

    Returns:
        The encoded file, byte for byte.

    Raises:
        UserError: the package or file is missing, or the file is not the one that the catalogue describes.
    """
    module, _, path = photo.resource.partition(":")
    try:
        data = resources.files(module).joinpath(path).read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise UserError(f"bundled photo {photo.name}: {photo.resource} is missing; {_install_hint(photo)}") from error
    digest = sha256(data).hexdigest()
    if digest != photo.sha256:
        raise UserError(
            f"bundled photo {photo.name}: {photo.resource} has sha256 {digest[:12]}…, the catalogue says "
            f"{photo.sha256[:12]}…; {_install_hint(photo)}"
        )
    return data


def _install_hint(photo: BundledPhoto) -> str:
    version = MINIMUM_VERSIONS.get(photo.package)
    requirement = f"{photo.package}>={version}" if version else photo.package
    return f'run: pip install --force-reinstall "{requirement}"'

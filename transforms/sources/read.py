"""From an item to pixels: opened once in pass 1 (`inspect_item`), and again where pixels are needed (`load_source`)."""

from collections.abc import Callable

import cv2
import numpy as np

from schemas.plan import PairRow, SourceItem, SourceRecord
from schemas.reject import Reject
from schemas.vocabulary import RejectClass
from transforms.sources.bundled.objects import object_mask, surface_mask
from transforms.sources.bundled.photos import BundledPhoto, load_catalogue, read_photo_bytes
from transforms.sources.coco.objects import scene_objects
from transforms.sources.content import PLACEHOLDER, has_content
from transforms.sources.decode import DecodeError, DecodeLimits, decode_cutout, decode_image, refuse_foreign
from transforms.sources.files import is_seldom_read, read_file
from transforms.sources.foreign import HEAD
from transforms.sources.hashing import picture_hash
from transforms.sources.identity import pixels_sha256, source_id
from transforms.sources.image import SceneObject, SceneSurface, SourceImage
from transforms.sources.missing import why_unreadable
from transforms.sources.row_path import shown
from transforms.sources.scenes.scene import RenderedScene, is_scene, render_scene

Look = Callable[[np.ndarray], object]
BUNDLED = "bundled:"
"""Scheme of a bundled photo's address: `bundled:NAME`."""
SAME_SHAPE = 0.03
"""Logarithm of the ratio of two aspects up to which pictures count as of one shape: sides are whole pixels."""
BACKDROP = 128
"""Grey, 0..255, before which a cut-out is hashed."""


def read_bytes(uri: str, max_bytes: int | None = None) -> bytes:
    """Return the encoded image at a path, an address such as gs://, or `bundled:NAME`.

    Args:
        uri: where it is.
        max_bytes: of a larger file only `max_bytes + 1` bytes are returned, so that it shows without being read.

    Raises:
        OSError: it is missing, not a regular file, or cannot be read.
        UserError: the package that ships a bundled photo is missing or changed.
    """
    photo = _bundled_photo(uri)
    return read_file(uri, max_bytes) if photo is None else read_photo_bytes(photo)


def _picture_bytes(uri: str, limits: DecodeLimits) -> bytes:
    """Return the encoded image at an address; of what is no picture by its name and its start, no more is read.

    Raises:
        DecodeError: see `refuse_foreign`.
        OSError: see `read_bytes`.
    """
    if not uri.startswith(BUNDLED) and is_seldom_read(uri):
        refuse_foreign(read_bytes(uri, HEAD))
    return read_bytes(uri, limits.max_bytes)


def load_source(record: SourceRecord, limits: DecodeLimits) -> SourceImage:
    """Open a source that pass 1 accepted; bundled and annotated photos and rendered scenes come with their objects.

    Raises:
        DecodeError: `source_changed` when the pixels are no longer those of the record; see `decode_image`.
        OSError: the file is gone.
    """
    rgb, scene = _opened(record.item, limits)
    _check_unchanged(record, rgb)
    if scene is not None:
        return SourceImage(record, rgb, scene.objects, scene.surfaces, scene.arrangement)
    photo = _bundled_photo(record.item.uri)
    if photo is not None:
        return _with_scene(record, rgb, photo)
    return SourceImage(record, rgb, scene_objects(record.item.instance_rows(), rgb))


def load_cutout(record: SourceRecord, limits: DecodeLimits) -> np.ndarray:
    """Open a cut-out that pass 1 accepted: uint8 [H, W, 4], see `decode_cutout`; raises as `load_source` does."""
    rgba = decode_cutout(_picture_bytes(record.item.uri, limits), limits)
    _check_unchanged(record, rgba)
    return rgba


def _check_unchanged(record: SourceRecord, pixels: np.ndarray) -> None:
    if (found := source_id(pixels)) != record.source_id:
        raise DecodeError("source_changed", f"pixels are {found}, were {record.source_id} when first opened")


def _opened(item: SourceItem, limits: DecodeLimits) -> tuple[np.ndarray, RenderedScene | None]:
    """Return an item's pixels, uint8 [H, W, 3], and the scene that they show if it is a rendered one."""
    if is_scene(item.uri):
        scene = render_scene(item.uri)
        return scene.rgb, scene
    return decode_image(_picture_bytes(item.uri, limits), limits), None


def load_edited(pair: PairRow, limits: DecodeLimits) -> np.ndarray:
    """Decode the edited image of a pair: uint8 [H, W, 3].

    Raises:
        DecodeError: see `decode_image`.
        OSError: the file is gone.
    """
    return decode_image(_picture_bytes(pair.edited_uri, limits), limits)


def inspect_item(item: SourceItem, limits: DecodeLimits, look: Look | None = None) -> SourceRecord | Reject:
    """Open an item's image, and a pair's edited image too: its record, or the row that says why it cannot be used.

    Args:
        item: to open.
        limits: of what is decoded.
        look: is shown the picture, uint8 [H, W, 3], if it can be used.
    """
    role = "source"
    try:
        if item.cutout:
            return _inspected_cutout(item, limits, look)
        rgb, _ = _opened(item, limits)
        _check_content(rgb)
        _check_annotated_size(item, rgb)
        role = "edited"
        edited = load_edited(item.pair, limits) if item.pair else None
        if edited is not None:
            _check_content(edited)
    except DecodeError as error:
        if role == "edited" and error.reason == "blank":
            return _reject(item, PLACEHOLDER, error.detail, role, "filter")
        return _reject(item, error.reason, error.detail, role)
    except OSError as error:
        return _reject(item, "unreadable", why_unreadable(_uri(item, role), error), role)
    return _record(item, rgb, rgb, look, edited)


def _record(
    item: SourceItem, pixels: np.ndarray, seen: np.ndarray, look: Look | None, edited: np.ndarray | None = None
) -> SourceRecord:
    """Return the record of pixels (uint8 [H, W, 3] or [H, W, 4]), hashed for likeness as they are seen ([H, W, 3]).

    A pair's edited picture (uint8 [H, W, 3]) is hashed too.
    """
    if look:
        look(seen)
    height, width = pixels.shape[:2]
    hashed = picture_hash(seen)
    return SourceRecord(
        source_id=source_id(pixels),
        item=item,
        width=width,
        height=height,
        dhash=hashed.dhash,
        dhash_mirrored=hashed.dhash_mirrored,
        detail=hashed.detail,
        edited_sha256="-" if edited is None else pixels_sha256(edited),
        edited=None if edited is None else picture_hash(edited),
    )


def _check_content(rgb: np.ndarray) -> None:
    """Refuse a picture that shows nothing, which would join all rows that have it."""
    if not has_content(rgb):
        raise DecodeError("blank", f"{rgb.shape[1]}x{rgb.shape[0]} pixels of one colour and faint noise")


def _check_annotated_size(item: SourceItem, rgb: np.ndarray) -> None:
    """Refuse a picture of another shape than its annotations were drawn in, such as one that was turned since."""
    height, width = rgb.shape[:2]
    for row in item.instance_rows()[:1]:
        if abs(np.log(width * row.height / (height * row.width))) > SAME_SHAPE:
            detail = f"annotated at {row.width}x{row.height}, upright it is {width}x{height}; draw its outlines anew"
            raise DecodeError("other_shape", detail)


def _inspected_cutout(item: SourceItem, limits: DecodeLimits, look: Look | None) -> SourceRecord:
    rgba = decode_cutout(_picture_bytes(item.uri, limits), limits)
    alpha = rgba[..., 3:] / 255
    on_grey = np.rint(rgba[..., :3] * alpha + BACKDROP * (1 - alpha)).astype(np.uint8)
    return _record(item, rgba, on_grey, look)


def _reject(item: SourceItem, reason: str, detail: str, role: str, reject_class: RejectClass = "error") -> Reject:
    return Reject(
        level="file",
        key=item.name,
        name=item.name,
        stage="decode",
        reason=reason,
        reject_class=reject_class,
        detail=f"{role} image {shown(item.shown(_uri(item, role)))}: {detail}" if item.pair else detail,
    )


def _uri(item: SourceItem, role: str) -> str:
    return item.pair.edited_uri if item.pair and role == "edited" else item.uri


def _bundled_photo(uri: str) -> BundledPhoto | None:
    if not uri.startswith(BUNDLED):
        return None
    name = uri.removeprefix(BUNDLED)
    for photo in load_catalogue():
        if photo.name == name:
            return photo
    raise FileNotFoundError(f"no bundled photo {name}")


def _with_scene(record: SourceRecord, rgb: np.ndarray, photo: BundledPhoto) -> SourceImage:
    objects = tuple(
        SceneObject(
            id=item.id,
            name=item.name,
            attributes=item.attributes,
            place=item.place,
            colour=item.colour,
            material=item.material,
            kind=item.kind,
            mask=_fit_mask(object_mask(item, photo.width, photo.height), rgb),
            operations=frozenset(item.operations),
        )
        for item in photo.objects
    )
    scale = rgb.shape[1] / photo.width
    surfaces = tuple(
        SceneSurface(
            name=surface.name,
            mask=_fit_mask(surface_mask(surface, photo.width, photo.height), rgb),
            px_per_metre=surface.px_per_metre * scale,
        )
        for surface in photo.surfaces
    )
    return SourceImage(record, rgb, objects, surfaces)


def _fit_mask(mask: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """Scale a mask of the full photo to the decoded one: True where it covers at least half of a pixel."""
    height, width = rgb.shape[:2]
    if mask.shape == (height, width):
        return mask
    return cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA) >= 0.5

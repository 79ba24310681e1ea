"""The catalogue of bundled photos is complete, true to the installed files, and drawn inside the frame."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from schemas.errors import UserError
from transforms.sources.bundled import photos as module
from transforms.sources.bundled.objects import object_mask, surface_mask
from transforms.sources.bundled.photos import BundledPhoto, PhotoObject, Surface, load_catalogue, read_photo_bytes

CARD = Path(__file__).parents[3] / "data_cards" / "bundled_photos.md"
OBJECTS = [
    pytest.param(photo, item, id=f"{photo.name}-{item.id}") for photo in load_catalogue() for item in photo.objects
]
SURFACES = [
    pytest.param(photo, item, id=f"{photo.name}-{item.name}") for photo in load_catalogue() for item in photo.surfaces
]
SQUARE = {
    "id": "square",
    "name": "square",
    "attributes": (),
    "place": "-",
    "colour": "-",
    "material": "-",
    "kind": "thing",
    "polygons_xy": (((1, 1), (6, 1), (6, 6), (1, 6)),),
    "holes_xy": (((3, 3), (4, 3), (4, 4), (3, 4)),),
    "operations": ("remove",),
}


@pytest.fixture(params=load_catalogue(), ids=lambda photo: photo.name)
def photo(request):
    return request.param


def test_installed_file_is_the_one_described(photo):
    with Image.open(BytesIO(read_photo_bytes(photo))) as image:
        assert image.size == (photo.width, photo.height)


def test_every_photo_has_objects_and_rights(photo):
    assert photo.objects
    for text in (photo.license, photo.attribution, photo.license_source):
        assert text.strip() not in ("", "-", "unknown")


def test_names_are_unique_and_ids_unique_in_a_photo():
    names = [photo.name for photo in load_catalogue()]
    assert len(names) == len(set(names)) >= 10
    for photo in load_catalogue():
        ids = [item.id for item in photo.objects]
        assert len(ids) == len(set(ids))


def test_a_stereo_pair_is_one_scene():
    scenes = {photo.name: photo.scene for photo in load_catalogue()}
    assert scenes["motorcycle_left"] == scenes["motorcycle_right"]
    assert len(set(scenes.values())) == len(scenes) - 1


def test_photos_with_clothing_say_that_they_show_people(photo):
    if any(item.kind in ("person", "clothing") for item in photo.objects):
        assert photo.people == "yes"


@pytest.mark.parametrize(("photo", "item"), OBJECTS)
def test_object_mask_has_a_sound_area_and_stays_in_the_frame(photo, item):
    mask = object_mask(item, photo.width, photo.height)
    assert mask.shape == (photo.height, photo.width)
    assert mask.dtype == bool
    assert 0.001 <= mask.mean() <= 0.95
    for ring in (*item.polygons_xy, *item.holes_xy):
        _assert_sound_ring(ring, photo)


@pytest.mark.parametrize(("photo", "item"), SURFACES)
def test_surface_mask_has_a_sound_area_and_stays_in_the_frame(photo, item):
    assert 0.001 <= surface_mask(item, photo.width, photo.height).mean() <= 0.95
    _assert_sound_ring(item.polygon_xy, photo)


def _assert_sound_ring(ring, photo):
    points = np.array(ring, np.float32)
    assert points.min() >= 0
    assert (points <= (photo.width, photo.height)).all()
    assert cv2.contourArea(points) > 1


@pytest.mark.parametrize(("photo", "item"), OBJECTS)
def test_what_can_be_moved_can_be_removed_and_cut_out(photo, item):
    if "move" in item.operations:
        assert {"remove", "cutout"} <= item.operations


def test_holes_are_taken_out_and_overlapping_pieces_add_up():
    mask = object_mask(PhotoObject.model_validate(SQUARE), 8, 8)
    assert mask.sum() == 36 - 4
    assert not mask[3, 3]
    twice = PhotoObject.model_validate({**SQUARE, "polygons_xy": SQUARE["polygons_xy"] * 2, "holes_xy": ()})
    assert object_mask(twice, 8, 8).sum() == 36


def test_surface_mask_covers_its_polygon():
    surface = Surface(name="table", polygon_xy=((0, 4), (7, 4), (7, 7), (0, 7)), px_per_metre=100.0)
    mask = surface_mask(surface, 8, 8)
    assert mask[4:].all()
    assert not mask[:4].any()


def _first(**changes):
    return load_catalogue()[0].model_copy(update=changes)


def test_changed_bytes_are_a_users_error():
    changed = _first(sha256="0" * 64)
    with pytest.raises(UserError, match=r'sha256 .*pip install .*"scikit-image>='):
        read_photo_bytes(changed)


@pytest.mark.parametrize("resource", ["skimage.data:no_such_photo.png", "no_such_package_here:photo.png"])
def test_a_missing_file_or_package_is_a_users_error(resource):
    with pytest.raises(UserError, match="is missing; run: pip install"):
        read_photo_bytes(_first(resource=resource))


def test_tampered_file_on_disk_is_noticed(tmp_path, monkeypatch):
    photo = load_catalogue()[0]
    tampered = read_photo_bytes(photo) + b"\0"
    name = photo.resource.partition(":")[2]
    (tmp_path / name).write_bytes(tampered)
    monkeypatch.setattr(module.resources, "files", lambda _: tmp_path)
    with pytest.raises(UserError, match="sha256"):
        read_photo_bytes(photo)


def test_every_package_has_a_minimum_version():
    assert {photo.package for photo in load_catalogue()} == set(module.MINIMUM_VERSIONS)


def test_degenerate_entries_are_refused():
    with pytest.raises(ValidationError):
        PhotoObject.model_validate({**SQUARE, "polygons_xy": (((0, 0), (1, 1)),)})
    with pytest.raises(ValidationError):
        PhotoObject.model_validate({**SQUARE, "operations": ("explode",)})
    entry = load_catalogue()[0].model_dump()
    with pytest.raises(ValidationError, match="unique"):
        BundledPhoto.model_validate({**entry, "objects": [entry["objects"][0]] * 2})


def test_the_data_card_states_the_same_rights(photo):
    cells = (photo.name, photo.package, photo.license, photo.attribution, photo.license_source)
    assert f"| {' | '.join(cells)} |" in CARD.read_text().splitlines()

"""Identity follows the pixels; the difference hash follows what is seen."""

import hashlib
import io

import cv2
import numpy as np
import pytest
from PIL import Image

from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes
from transforms.sources.decode import decode_image
from transforms.sources.hashing import dhash, dhash_hex, dhash_mirrored_hex, hamming
from transforms.sources.identity import pixels_sha256, source_id

NAMES = ["astronaut", "chelsea", "china", "coffee", "flower", "rocket"]


@pytest.fixture(scope="module")
def photos():
    return {p.name: decode_image(read_photo_bytes(p)) for p in load_catalogue() if p.name in NAMES}


def recompressed(rgb):
    small = cv2.resize(rgb, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    stream = io.BytesIO()
    Image.fromarray(small).save(stream, "JPEG", quality=60)
    return decode_image(stream.getvalue())


def test_identity_is_that_of_size_and_pixels():
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert pixels_sha256(rgb) == hashlib.sha256(b"4 2\0" + bytes(range(24))).hexdigest()
    assert source_id(rgb) == pixels_sha256(rgb)[:16]
    assert source_id(rgb.reshape(4, 2, 3)) != source_id(rgb)
    changed = rgb.copy()
    changed[1, 2, 0] ^= 1
    assert source_id(changed) != source_id(rgb)


def test_identity_does_not_depend_on_memory_layout():
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert source_id(rgb[:, ::-1]) == source_id(np.ascontiguousarray(rgb[:, ::-1]))


def test_the_file_does_not_count(photos):
    streams = [io.BytesIO(), io.BytesIO()]
    Image.fromarray(photos["chelsea"]).save(streams[0], "PNG")
    Image.fromarray(photos["chelsea"]).save(streams[1], "BMP")
    assert len({source_id(decode_image(stream.getvalue())) for stream in streams}) == 1


def test_known_hashes():
    rising = np.repeat(np.tile(np.arange(0, 180, 2, dtype=np.uint8), (80, 1))[..., None], 3, axis=2)
    assert dhash(rising) == 0
    assert dhash(rising[:, ::-1]) == 2**64 - 1
    assert dhash_hex(rising[:, ::-1]) == "f" * 16
    assert dhash_mirrored_hex(rising) == "f" * 16


def test_copies_stay_near(photos):
    for name, rgb in photos.items():
        assert hamming(dhash(rgb), dhash(recompressed(rgb))) <= 4, name


def test_different_photos_are_far_apart(photos):
    hashes = [dhash(rgb) for rgb in photos.values()]
    hashes += [int(dhash_mirrored_hex(rgb), 16) for rgb in photos.values()]
    assert min(hamming(a, b) for i, a in enumerate(hashes) for b in hashes[:i]) >= 12


def test_the_mirrored_hash_finds_a_mirrored_copy(photos):
    for rgb in photos.values():
        assert hamming(int(dhash_mirrored_hex(rgb), 16), dhash(recompressed(rgb[:, ::-1]))) <= 4


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 200, 3), (5, 2, 3)])
def test_tiny_crops_have_a_hash(shape):
    crop = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert 0 <= dhash(crop) < 2**64
    assert dhash_hex(crop) == dhash_hex(crop.copy())

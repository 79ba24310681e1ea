"""Any size and mode of picture is measured in its own size, or refused in one line."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms
from regions_pairs import SIDE, SQUARE, edited_photo, photo

from pipeline.regions_tool.measure import UnreadablePictureError, measure_files
from schemas.geometry import iou_xyxy, xyxy_from_bbox_2d
from transforms.regions.config import RegionsConfig


def plain(mode):
    return lambda image, path: image.convert(mode).save(path)


def deep_grey(image, path):
    Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257).save(path)


def deep_colour(image, path):
    cv2.imwrite(str(path), np.asarray(image)[..., ::-1].astype(np.uint16) * 257)


def integers(image, path):
    Image.fromarray(np.asarray(image.convert("L")).astype(np.int32) * 257).save(path)


def floats(image, path):
    Image.fromarray(np.asarray(image.convert("L")).astype(np.float32) / 255).save(path)


def transparent_palette(image, path):
    image.convert("P").save(path, transparency=0)


def see_through(image, path):
    """A corner is transparent, with other colours below it."""
    alpha = np.full(image.size[::-1], 255, np.uint8)
    alpha[:40, :40] = 0
    image.putalpha(Image.fromarray(alpha))
    image.save(path)


def grey_alpha(image, path):
    image = image.convert("LA")
    image.putalpha(Image.new("L", image.size, 254))
    image.save(path)


def cielab(image, path):
    lab = ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(image, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    converted.save(path)


def frames(image, path):
    image.save(path, save_all=True, append_images=[Image.new("RGB", image.size, "teal")])


@pytest.mark.parametrize(
    ("save", "ending"),
    [
        (plain("RGB"), "png"),
        (plain("L"), "png"),
        (plain("1"), "png"),
        (plain("P"), "png"),
        (plain("P"), "gif"),
        (plain("RGBA"), "webp"),
        (plain("CMYK"), "jpg"),
        (plain("CMYK"), "tif"),
        (plain("RGB"), "bmp"),
        (deep_grey, "png"),
        (deep_grey, "tif"),
        (deep_colour, "png"),
        (integers, "tif"),
        (floats, "tif"),
        (transparent_palette, "png"),
        (see_through, "png"),
        (grey_alpha, "png"),
        (cielab, "tif"),
        (frames, "gif"),
    ],
)
def test_every_mode_is_measured(save, ending, tmp_path):
    paths = [str(tmp_path / f"{role}.{ending}") for role in ("source", "edited")]
    for pixels, path in zip((photo(), edited_photo()), paths, strict=True):
        save(Image.fromarray(pixels), path)
    record = measure_files(*paths).record
    assert (record.status, record.width, record.height) == ("ok", SIDE, SIDE)
    assert max(iou_xyxy(xyxy_from_bbox_2d(r.bbox_2d, SIDE, SIDE), SQUARE) for r in record.edit_region) > 0.75


@pytest.mark.parametrize(
    ("save", "ending"),
    [(plain("RGBA"), "webp"), (plain("P"), "gif"), (plain("CMYK"), "tif"), (deep_colour, "png"), (plain("RGB"), "jpg")],
)
def test_a_picture_and_itself_in_another_mode_are_unchanged(save, ending, tmp_path):
    paths = [str(tmp_path / "a.png"), str(tmp_path / f"b.{ending}")]
    Image.fromarray(photo()).save(paths[0])
    save(Image.fromarray(photo()), paths[1])
    for pair in (paths, paths[::-1]):
        assert measure_files(*pair).record.status == "unchanged"


@pytest.mark.parametrize(("save", "ending"), [(plain("L"), "jpg"), (deep_grey, "png")])
def test_a_photo_that_lost_its_colours_is_a_change_of_the_whole_frame(save, ending, tmp_path):
    Image.fromarray(photo()).save(tmp_path / "a.png")
    save(Image.fromarray(photo()), tmp_path / f"b.{ending}")
    assert measure_files(str(tmp_path / "a.png"), str(tmp_path / f"b.{ending}")).record.status == "global"


def test_what_lies_under_transparency_is_no_change(tmp_path):
    below = photo()
    below[:100, :100] = (0, 200, 0)
    alpha = np.full((SIDE, SIDE), 255, np.uint8)
    alpha[:100, :100] = 0
    for name, pixels in (("a.png", photo()), ("b.png", below)):
        Image.fromarray(np.dstack([pixels, alpha])).save(tmp_path / name)
    white = photo()
    white[:100, :100] = 255
    Image.fromarray(white).save(tmp_path / "white.png")
    for other in ("b.png", "white.png"):
        assert measure_files(str(tmp_path / "a.png"), str(tmp_path / other)).record.status == "unchanged"


@pytest.mark.parametrize(
    ("width", "height", "least_iou"),
    [
        (8, 8, 0.1),
        (32, 32, 0.9),
        (33, 47, 0.9),
        (32, 8000, 0.3),
        (8000, 32, 0.3),
        (700, 100, 0.85),
        (1025, 769, 0.9),
        (8000, 1500, 0.85),
    ],
)
def test_every_size_is_measured_in_its_own_pixels(width, height, least_iou, tmp_path):
    before = cv2.resize(photo(), (width, height), interpolation=cv2.INTER_AREA)
    after = before.copy()
    x1, y1, x2, y2 = width // 3, height // 3, width * 2 // 3, height * 2 // 3
    after[y1:y2, x1:x2] = (200, 30, 30)
    for name, pixels in (("a.png", before), ("b.png", after)):
        cv2.imwrite(str(tmp_path / name), pixels[..., ::-1])
    measured = measure_files(str(tmp_path / "a.png"), str(tmp_path / "b.png"), RegionsConfig(masks="none"))
    assert measured.label_map.shape == measured.edited.shape[:2] == (height, width)
    assert (measured.record.width, measured.record.height) == (width, height)
    assert measured.record.status == "ok"
    boxes = [region.bbox_xyxy for region in measured.result.regions]
    assert max(iou_xyxy(box, (x1, y1, x2, y2)) for box in boxes) > least_iou


@pytest.mark.parametrize("size", [(200, 200), (320, 320), (256, 240)])
def test_pictures_of_different_size_are_measured_in_the_edited_frame(size, tmp_path):
    Image.fromarray(photo()).save(tmp_path / "a.png")
    Image.fromarray(edited_photo()).resize(size, Image.Resampling.LANCZOS).save(tmp_path / "b.png")
    measured = measure_files(str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert measured.label_map.shape == size[::-1]
    boxes = [xyxy_from_bbox_2d(region.bbox_2d, SIDE, SIDE) for region in measured.record.edit_region]
    assert max(iou_xyxy(box, SQUARE) for box in boxes) > 0.75


def test_a_turned_photo_is_measured_upright(tmp_path):
    Image.fromarray(photo()).save(tmp_path / "a.png")
    turned = Image.fromarray(np.rot90(edited_photo()).copy())
    exif = turned.getexif()
    exif[0x0112] = 6  # the viewer turns it clockwise
    turned.save(tmp_path / "b.jpg", quality=95, exif=exif)
    record = measure_files(str(tmp_path / "a.png"), str(tmp_path / "b.jpg")).record
    assert max(iou_xyxy(xyxy_from_bbox_2d(r.bbox_2d, SIDE, SIDE), SQUARE) for r in record.edit_region) > 0.75


@pytest.mark.parametrize(
    ("size", "reason"), [((12_000, 12_000), "too_many_pixels"), ((4000, 7), "too_small"), ((64, 64), "blank")]
)
def test_what_cannot_be_measured_is_refused_with_a_reason(size, reason, tmp_path):
    Image.fromarray(photo()).save(tmp_path / "a.png")
    Image.new("1", size).save(tmp_path / "b.png")
    with pytest.raises(UnreadablePictureError) as caught:
        measure_files(str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert (caught.value.role, caught.value.reason) == ("edited", reason)
    assert "\n" not in caught.value.detail

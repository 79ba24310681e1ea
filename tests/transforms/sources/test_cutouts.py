"""A user's folder of cut-outs: found, named, opened, refused."""

import io

import numpy as np
import pytest
from PIL import Image

from schemas.errors import UserError
from schemas.plan import UNKNOWN_HEIGHT, Rights
from schemas.reject import Reject
from transforms.dedup.sources import group_cutouts
from transforms.sources.cutouts import called_by_name, find_cutouts
from transforms.sources.decode import DecodeError, DecodeLimits, decode_cutout
from transforms.sources.read import inspect_item, load_cutout

LIMITS = DecodeLimits()


def thing(height=90, width=70, seed=0, margin=10) -> np.ndarray:
    """Return a striped ellipse on nothing, uint8 [H, W, 4]."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    rgb = np.clip(
        rng.integers(40, 215, 3) + 30 * np.sin(9 * y)[..., None] + rng.normal(0, 3, (height, width, 3)), 0, 255
    )
    rgba = np.dstack([rgb, 255.0 * (x**2 + y**2 <= 1.05)])
    return np.pad(rgba.astype(np.uint8), ((margin, margin), (margin, margin), (0, 0)))


def png(rgba: np.ndarray) -> bytes:
    data = io.BytesIO()
    Image.fromarray(rgba).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "kitchen").mkdir()
    for name, seed in (("Red-Mug_02.png", 1), ("kitchen/17.png", 2), ("kitchen/tall vase.webp", 3)):
        Image.fromarray(thing(seed=seed)).save(tmp_path / name, lossless=True)
    return tmp_path


def test_a_cutout_is_called_by_its_file_or_its_row(folder):
    (folder / "cutouts.csv").write_text("name,called,height_m,license\nkitchen/17.png,jug,0.22,CC0-1.0\n")
    found = {item.name: item for item in find_cutouts(str(folder), Rights(license="MIT"))}
    assert list(found) == ["cutouts/Red-Mug_02.png", "cutouts/kitchen/17.png", "cutouts/kitchen/tall vase.webp"]
    said = [(item.cutout.called, item.cutout.height_m, item.rights.license) for item in found.values()]
    assert said == [("red mug", UNKNOWN_HEIGHT, "MIT"), ("jug", 0.22, "CC0-1.0"), ("tall vase", UNKNOWN_HEIGHT, "MIT")]
    assert called_by_name("17.png") == "thing"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,called\nno.png,x\n", "cutouts.csv:2: column name: no image 'no.png'"),
        ("name,height_m\nRed-Mug_02.png,12cm\n", "cutouts.csv:2: column height_m: '12cm'; write metres"),
        ("name,height_m\nRed-Mug_02.png,-1\n", "cutouts.csv:2: column height_m"),
        ("name,size\nRed-Mug_02.png,1\n", "cutouts.csv:1: unknown column 'size'"),
        ("name\nRed-Mug_02.png\nRed-Mug_02.png\n", "cutouts.csv:3: column name: 'Red-Mug_02.png' has a row already"),
    ],
)
def test_a_damaged_table_is_named_by_line_and_column(folder, text, message):
    (folder / "cutouts.csv").write_text(text)
    with pytest.raises(UserError, match=r"cutouts\.csv") as error:
        find_cutouts(str(folder), Rights())
    assert message in str(error.value)


def test_a_folder_that_holds_none_is_said_at_once(tmp_path):
    with pytest.raises(UserError, match=r"--cutouts .*no image in it"):
        find_cutouts(str(tmp_path), Rights())
    with pytest.raises(UserError, match=r"--cutouts .*no such folder"):
        find_cutouts(str(tmp_path / "missing"), Rights())


def test_it_is_cut_to_what_is_seen_of_it():
    rgba = decode_cutout(png(thing(margin=25)), LIMITS)
    assert rgba.shape == (90, 70, 4)
    assert rgba[45, 35, 3] == 255 and rgba[0, 0, 3] == 0


def test_a_narrow_thing_is_accepted_and_a_tiny_one_is_not():
    assert decode_cutout(png(thing(200, 20)), LIMITS).shape[:2] == (200, 20)
    with pytest.raises(DecodeError) as error:
        decode_cutout(png(thing(40, 40)), LIMITS)
    assert error.value.reason == "too_small"


@pytest.mark.parametrize("picture", ["opaque", "empty"])
def test_what_is_not_cut_out_is_set_aside_with_its_reason(tmp_path, picture):
    rgba = thing()
    rgba[..., 3] = 255 if picture == "opaque" else 0
    (tmp_path / "cup.png").write_bytes(png(rgba))
    (item,) = find_cutouts(str(tmp_path), Rights())
    found = inspect_item(item, LIMITS)
    assert isinstance(found, Reject) and found.key == "cutouts/cup.png"
    assert found.reason == ("not_cut_out" if picture == "opaque" else "too_small")


def test_what_was_inspected_is_what_is_loaded(folder):
    item, *_ = find_cutouts(str(folder), Rights())
    record = inspect_item(item, LIMITS)
    assert load_cutout(record, LIMITS).shape == (record.height, record.width, 4)
    (folder / "Red-Mug_02.png").write_bytes(png(thing(seed=9)))
    with pytest.raises(DecodeError, match="source_changed"):
        load_cutout(record, LIMITS)


def test_identical_ones_are_one_and_alike_ones_share_a_group(folder):
    same = (folder / "Red-Mug_02.png").read_bytes()
    (folder / "copy.png").write_bytes(same)
    alike = np.array(Image.open(folder / "Red-Mug_02.png"))
    alike[50:52, 40:42, 0] ^= 1
    (folder / "alike.png").write_bytes(png(alike))
    records = [inspect_item(item, LIMITS) for item in find_cutouts(str(folder), Rights())]
    found = group_cutouts(records, radius=1)
    assert [reject.reason for reject in found.rejects] == ["duplicate_source"]
    names = [{record.item.name.split("/")[-1] for record in group.sources} for group in found.groups]
    assert sum(len(group) for group in names) == 4
    assert {"Red-Mug_02.png", "alike.png"} in names

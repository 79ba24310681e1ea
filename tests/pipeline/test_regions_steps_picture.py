"""`spatialreward regions --steps`: a picture of every step, for any pair and status."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image
from regions_pairs import edited_photo, make_pair_folder, photo
from skimage import data as photos
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.regions_tool.measure import measure_files
from pipeline.regions_tool.steps import trace_steps
from pipeline.regions_tool.steps_maps import colour_of_ratio
from pipeline.regions_tool.steps_panels import STRONG, step_panels
from pipeline.regions_tool.steps_picture import CELL, draw_steps
from schemas.errors import UserError
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.frame import work_frame

BARE = RegionsConfig(masks="none", sharpen=False)


def dark_photo():
    return (0.45 * edited_photo()).astype(np.uint8)


def drawn_photo():
    """The photo as a pencil drawing: another style."""
    grey = cv2.cvtColor(photo(), cv2.COLOR_RGB2GRAY).astype(np.float32)
    lines = np.clip(255 * grey / np.maximum(cv2.GaussianBlur(grey, (0, 0), 3), 1), 0, 255)
    return np.repeat((255 * (lines / 255) ** 4).astype(np.uint8)[..., None], 3, axis=2)


def other_photo():
    return np.array(Image.fromarray(photos.coffee()).resize((256, 256)))


def photo_before_another_background():
    pixels = other_photo()
    pixels[20:120, 60:160] = photo()[20:120, 60:160]
    return pixels


def photo_with_another_middle():
    pixels = photo()
    pixels[12:244, 12:244] = other_photo()[12:244, 12:244]
    return pixels


PICTURES = [
    edited_photo,
    dark_photo,
    drawn_photo,
    other_photo,
    photo,
    photo_before_another_background,
    photo_with_another_middle,
]
STATUSES = {
    "ok": edited_photo,
    "unchanged": photo,
    "global": dark_photo,
    "unregistrable": other_photo,
}


def saved(folder, *pictures):
    paths = [folder / f"{number}.png" for number in range(len(pictures))]
    for path, pixels in zip(paths, pictures, strict=True):
        Image.fromarray(pixels).save(path)
    return [str(path) for path in paths]


def regions(*arguments):
    return CliRunner().invoke(app, ["regions", *map(str, arguments)])


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_drawn(status, tmp_path):
    out = tmp_path / "deep" / "steps.png"
    result = regions(*saved(tmp_path, photo(), STATUSES[status]()), "--json", "--steps", out)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == status
    drawn = np.asarray(Image.open(out))
    height, width = drawn.shape[:2]
    assert 4 * CELL < width < 4 * CELL + 200
    assert 4 * CELL < height < 6 * CELL
    cells = [drawn[y : y + CELL // 2, x : x + CELL // 2] for y in range(80, 80 + 4 * 440, 440) for x in (80, 500, 920)]
    assert all(cell.std() > 2 or cell.mean() < 250 for cell in cells)  # no panel is left white


def test_the_picture_is_the_same_each_time(tmp_path):
    measured = measure_files(*saved(tmp_path, photo(), edited_photo()), BARE)
    assert np.array_equal(draw_steps(measured), draw_steps(measured))


@pytest.mark.parametrize("edited", PICTURES)
def test_the_steps_are_those_of_the_chain(edited):
    source, edited = photo(), edited()
    result = derive_regions(source, edited, BARE)
    steps = trace_steps(source, edited, BARE)
    assert np.array_equal(steps.maps.delta_e, result.delta_e_small)
    frame = work_frame(source, edited, BARE.work_size)
    traced = {frame.full_mask(component.mask).tobytes() for component in steps.components}
    # a region of the whole frame, or of all but a foreground, comes first and is none of the components
    local = result.regions[steps.whole.edited and result.status != "unregistrable" :]
    assert traced == {region.mask.tobytes() for region in local}
    assert steps.local == (result.status != "unregistrable" and not steps.whole.style)


def test_the_steps_of_the_network_show_its_probability(tmp_path):
    config = BARE.model_copy(update={"method": "network"})
    result = derive_regions(photo(), edited_photo(), config)
    measured = measure_files(*saved(tmp_path, photo(), edited_photo()), config)
    steps = trace_steps(photo(), edited_photo(), config)
    frame = work_frame(photo(), edited_photo(), config.work_size)
    assert {frame.full_mask(c.mask).tobytes() for c in steps.components} == {r.mask.tobytes() for r in result.regions}
    panels = step_panels(steps, measured, 256)
    titles = [panel.title for panel in panels]
    assert "Probability" in titles
    assert not {"Strength", "Fragments", "Objects"} & set(titles)
    red = np.asarray(panels[titles.index("Probability")].picture).astype(int)
    assert (red[..., 0] - red[..., 1])[45:75, 165:195].mean() > (STRONG[0] - STRONG[1]) / 2
    assert "network" in panels[titles.index("Masks")].caption


def test_a_style_leaves_the_search_for_local_edits_out():
    steps = trace_steps(photo(), drawn_photo(), BARE)
    assert (steps.whole.style, steps.local, len(steps.fragments), steps.components) == (True, False, 0, ())


def test_panels_show_what_was_switched_off(tmp_path):
    switches = ("register_frame", "match_colours", "match_drift", "hysteresis", "group", "tighten", "evidence")
    config = RegionsConfig(masks="none", **dict.fromkeys(switches, False))
    measured = measure_files(*saved(tmp_path, photo(), edited_photo()), config)
    panels = step_panels(trace_steps(measured.source, measured.edited, config), measured, 200)
    words = " ".join(f"{panel.title} {panel.caption}" for panel in panels)
    assert words.count("switched off") == 5
    assert "The largest of the colour maps" in words


def test_the_fragment_panel_marks_the_edit(tmp_path):
    measured = measure_files(*saved(tmp_path, photo(), edited_photo()), BARE)
    panels = step_panels(trace_steps(measured.source, measured.edited, BARE), measured, 256)
    (picture,) = (np.asarray(panel.picture).astype(int) for panel in panels if panel.title == "Fragments")
    red = picture[..., 0] - picture[..., 1]
    assert red[45:75, 165:195].min() > (STRONG[0] - STRONG[1]) / 2
    assert np.median(red) == 0


def test_the_noise_floor_is_the_middle_of_the_colours():
    low, floor, high = colour_of_ratio(np.float32([[1 / 20, 1, 20]]))[0].astype(int)
    assert low[2] > low[0] + 80
    assert high[0] > high[2] + 80
    assert np.ptp(floor) < 5


@pytest.mark.parametrize(
    ("shape", "grey"), [((8, 9), False), ((40, 1500), False), ((1500, 40), True), ((900, 1400), True)]
)
def test_any_size_and_grey_pictures(shape, grey, tmp_path):
    height, width = shape
    before = cv2.resize(photo(), (width, height), interpolation=cv2.INTER_AREA)
    after = before.copy()
    after[height // 4 : height // 2, width // 4 : width // 2] = (200, 30, 30)
    pair = [picture[..., 1] if grey else picture for picture in (before, after)]
    drawn = draw_steps(measure_files(*saved(tmp_path, *pair), RegionsConfig(masks="none")))
    assert drawn.dtype == np.uint8
    assert 1000 < drawn.shape[1] < 1800
    assert 500 < drawn.shape[0] < 2400


def test_a_folder_of_pairs_gives_a_picture_for_each_that_was_measured(tmp_path):
    pairs = make_pair_folder(tmp_path / "pairs")
    result = regions(pairs, "-o", tmp_path / "regions.jsonl", "--masks-by", "none", "--steps", tmp_path / "steps")
    assert result.exit_code == 0, result.output
    names = {path.relative_to(tmp_path / "steps").as_posix() for path in (tmp_path / "steps").rglob("*.png")}
    assert names == {"cat.png", "same.png", "sub/dog.png"}


@pytest.mark.parametrize(
    ("many", "value", "words"),
    [
        (False, "out.txt", "--steps out.txt: name it .png, .jpg or .webp"),
        (False, "folder.png", "--steps folder.png: is a folder"),
        (True, "all.png", "--steps all.png: is named like a picture; give a folder"),
        (True, "text", "--steps text: no folder can be made there"),
    ],
)
def test_a_bad_place_is_named_before_any_work(many, value, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("a file")
    (tmp_path / "folder.png").mkdir()
    make_pair_folder(tmp_path / "pairs")
    pair = ["pairs/cat.source.png", "pairs/cat.edited.webp"]
    result = regions(*(["pairs", "-o", "regions.jsonl"] if many else pair), "--steps", value)
    assert isinstance(result.exception, UserError), result.output
    assert words in str(result.exception)
    assert not (tmp_path / "regions.jsonl").exists()

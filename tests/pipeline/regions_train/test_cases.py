"""Training cases: pairs with their truth, the same every time, and none of the benchmark's."""

import numpy as np
import pytest
from PIL import Image

from pipeline.regions_train.cases import HEIGHT, WIDTH, case_of, shrunk, unit_cases
from pipeline.regions_train.composed import composed_pair
from pipeline.regions_train.frames import framed
from pipeline.regions_train.pair import TrainingPair
from pipeline.regions_train.sources import FIRST_SCENE, Library
from pipeline.regions_train.store import ROW, make_cases, read_cases, unit_path
from pipeline.regions_train.ways import WAYS
from schemas.errors import UserError
from schemas.keys import rng_for
from transforms.edits.colour_difference import delta_e
from transforms.regions.network.inputs import COARSE, FINE


def textured(height=240, width=320):
    rng = np.random.default_rng(3)
    coarse = rng.integers(40, 210, (height // 20, width // 20, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


@pytest.fixture
def library(tmp_path):
    for number in range(3):
        Image.fromarray(np.roll(textured(), 40 * number, axis=1)).save(tmp_path / f"{number}.png")
    return Library(photos=str(tmp_path))


def test_a_scene_gives_cases_of_programs_and_the_same_ones_again():
    first, second = (list(unit_cases(0, 5, Library())) for _ in range(2))
    assert len(first) >= 4
    for one, other in zip(first, second, strict=True):
        assert one.fine.shape == (len(FINE), HEIGHT, WIDTH)
        assert one.coarse.shape == (len(COARSE), HEIGHT // 2, WIDTH // 2)
        assert one.labels.shape == (HEIGHT, WIDTH)
        assert all((getattr(one, name) == getattr(other, name)).all() for name in ("fine", "coarse", "labels"))
    assert any((case.labels > 0).any() for case in first)


def test_scenes_of_training_are_none_that_a_build_reaches():
    assert FIRST_SCENE >= 1_000_000
    assert Library().scene(0).record.item.uri.endswith(str(FIRST_SCENE))


def test_what_is_labelled_differs_and_what_is_not_does_not_but_for_noise(library):
    seen = set()
    for number in range(40):
        rng = rng_for("composed", number)
        pair = composed_pair(textured(), library, rng)
        seen.add(pair.kind)
        change = delta_e(pair.source, pair.edited)
        if pair.whole:
            assert np.median(change) > 3
            continue
        outside = change[pair.labels == 0]
        assert outside.size == 0 or np.median(outside) < 4
        for label in np.unique(pair.labels[pair.labels > 0]):
            inside = change[pair.labels == label]
            assert np.quantile(inside, 0.9) > 2
    assert len(seen) > 8
    assert "unedited" in seen


@pytest.mark.parametrize("name", sorted(WAYS))
def test_every_way_paints_a_picture(name, library):
    rgb = textured()
    mask = np.zeros(rgb.shape[:2], bool)
    mask[60:140, 80:200] = True
    seen = np.broadcast_to(WAYS[name](rgb, mask, library, rng_for(name)), rgb.shape)
    assert np.isfinite(seen).all()
    assert np.abs(seen[mask] - rgb[mask]).mean() > 1


def test_a_frame_takes_its_labels_with_it():
    labels = np.zeros((240, 320), np.uint8)
    labels[100:160, 120:200] = 1
    base = textured()
    edited = base.copy()
    edited[labels > 0] = (255, 0, 0)
    for number in range(25):
        pair = framed(TrainingPair(base, edited, labels, False, "thing"), rng_for("frame", number))
        assert pair.edited.shape[:2] == pair.labels.shape
        red = (pair.edited[..., 0] > 190) & (pair.edited[..., 1] < 70)
        assert (red & (pair.labels > 0)).sum() > 0.85 * (pair.labels > 0).sum()


def test_upright_pictures_lie_on_their_side():
    base = np.ascontiguousarray(np.rot90(textured()))
    labels = np.zeros(base.shape[:2], np.uint8)
    labels[20:60, 30:70] = 1
    edited = base.copy()
    edited[labels > 0] = (255, 0, 0)
    case = case_of(TrainingPair(base, edited, labels, False, "thing"), np.random.default_rng(0))
    inside = case.labels != 255
    rows, columns = inside.any(axis=1).sum(), inside.any(axis=0).sum()
    assert columns > rows
    ratio = case.fine[FINE.index("ratio_0")]
    assert ratio[case.labels == 1].mean() > ratio[case.labels == 0].mean() + 40


def test_a_region_keeps_the_pixels_that_it_covers_by_half():
    labels = np.zeros((40, 40), np.uint8)
    labels[10:30, 10:31] = 7
    small = shrunk(labels, (20, 20))
    assert small[5:15, 5:15].all()
    assert small.sum() == 7 * 10 * 11


def test_only_missing_units_are_made_and_nothing_half_written_stays(tmp_path, library):
    folder = tmp_path / "cases"
    assert len(list(make_cases(folder, 3, 0, library, 1))) == 3
    before = {unit: unit_path(folder, unit).read_bytes() for unit in range(3)}
    unit_path(folder, 1).unlink()
    (folder / "unit-00001.partial").write_bytes(b"cut off")
    assert len(list(make_cases(folder, 3, 0, library, 2))) == 1
    assert {unit: unit_path(folder, unit).read_bytes() for unit in range(3)} == before
    assert sorted(path.suffix for path in folder.iterdir()) == [".npy"] * 3
    cases = read_cases(folder, range(3))
    assert all(case.dtype == ROW for case in cases)


def test_a_folder_without_photos_is_named(tmp_path):
    with pytest.raises(UserError, match=str(tmp_path)):
        Library(photos=str(tmp_path)).photo_items  # noqa: B018

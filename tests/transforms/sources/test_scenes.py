"""Rendered scenes: the same for everybody, all different, their masks where their things are."""

import numpy as np
import pytest

from schemas.errors import UserError
from schemas.plan import SourceItem
from transforms.edits.colour_difference import delta_e
from transforms.sources.decode import DecodeLimits
from transforms.sources.find import find_sources
from transforms.sources.read import inspect_item, load_source
from transforms.sources.scenes.room import empty_room
from transforms.sources.scenes.scene import render_scene

NUMBERS = (0, 3, 5, 11)


@pytest.fixture(scope="module")
def scenes():
    return {number: render_scene(f"scene:{number}") for number in NUMBERS}


def test_a_number_always_gives_the_same_pixels(scenes):
    again = render_scene("scene:3")
    assert np.array_equal(again.rgb, scenes[3].rgb)
    assert [o.name for o in again.objects] == [o.name for o in scenes[3].objects]


def test_scenes_differ(scenes):
    pictures = {(s.rgb.shape, s.rgb.tobytes()) for s in scenes.values()}
    assert len(pictures) == len(NUMBERS)


def test_things_are_named_apart_and_stand_where_their_masks_say(scenes):
    for number, scene in scenes.items():
        names = [(o.colour, o.name) for o in scene.objects]
        assert len(set(names)) == len(names) >= 1, number
        for o in (o for o in scene.objects if o.kind != "sky"):
            assert o.mask.shape == scene.rgb.shape[:2] and 60 < o.mask.sum() < 0.3 * o.mask.size
            around = np.median(scene.rgb[~o.mask], axis=0)
            assert np.abs(np.median(scene.rgb[o.mask], axis=0) - around).max() > 3


def test_some_scenes_are_outdoors_under_a_sky_where_balloons_hang():
    shown = [render_scene(f"scene:{number}") for number in (0, 11, 17, 31)]
    skies = [o for scene in shown for o in scene.objects if o.kind == "sky"]
    assert len(skies) == len(shown) and all(o.mask.mean() > 0.1 and not o.operations for o in skies)
    for scene in shown:
        (surface,) = scene.surfaces
        assert surface.name in ("grass", "sand", "gravel", "asphalt", "paving")
        standing = [o for o in scene.objects if o.kind != "sky" and "balloon" not in o.name]
        assert all(np.nonzero(o.mask)[0].max() > np.nonzero(surface.mask)[0].min() for o in standing)
    assert any("balloon" in o.name for scene in shown for o in scene.objects)


def test_masks_are_those_of_what_was_laid(scenes):
    """Where no thing and no shadow is, a scene is its empty room."""
    from schemas.keys import rng_for

    room = empty_room(rng_for("scene", 5))
    empty = np.clip(np.rint(room.rgb), 0, 255).astype(np.uint8)
    changed = delta_e(empty, scenes[5].rgb) > 2
    things = np.any([o.mask for o in scenes[5].objects], axis=0)
    assert (changed & things).sum() > 0.7 * things.sum()
    assert not changed[: int(0.1 * changed.shape[0])].any()
    assert changed.mean() < 0.6


def test_a_scene_is_a_source_with_rights_of_its_own():
    items = find_sources("scenes:3")
    assert [item.name for item in items] == ["scene-000000", "scene-000001", "scene-000002"]
    record = inspect_item(items[1], DecodeLimits())
    source = load_source(record, DecodeLimits())
    assert source.surfaces and source.rgb.shape == (record.height, record.width, 3)
    assert (record.item.rights.license, record.item.rights.people) == ("Apache-2.0", "no")
    assert len({item.scene for item in items}) == 3


def test_more_scenes_contain_the_fewer_and_stand_beside_the_bundled_photos():
    assert find_sources("scenes:5")[:3] == find_sources("scenes:3")
    beside = find_sources(None, scenes=2)
    assert [item.dataset for item in beside if isinstance(item, SourceItem)][-3:] == ["bundled", "rendered", "rendered"]


@pytest.mark.parametrize("address", ["scenes:", "scenes:0", "scenes:-3", "scenes:many"])
def test_a_number_that_is_none_is_told(address):
    with pytest.raises(UserError, match="scenes:500"):
        find_sources(address)


def test_what_is_laid_into_a_scene_is_of_another_kind_and_behind_nothing(scenes):
    from transforms.edits.operations.add import some_solid
    from transforms.edits.scene import Scene
    from transforms.sources.scenes.scene import scene_item

    source = load_source(inspect_item(scene_item(3), DecodeLimits()), DecodeLimits())
    names = {o.name for o in source.objects}
    laid = [some_solid(Scene(source), np.random.default_rng(seed)) for seed in range(25)]
    found = [thing for thing in laid if thing is not None]
    assert len(found) > 5
    for thing in found:
        assert thing.kind.noun not in names
        for o in source.objects:
            if (o.mask & thing.mask).any():
                assert np.nonzero(o.mask)[0].max() < thing.spot.y + 2

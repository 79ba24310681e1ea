"""Edits of a rendered scene's own things: exact, shadows included, nothing else touched."""

import cv2
import numpy as np
import pytest

from transforms.edits.change import lay
from transforms.edits.degree import part_of
from transforms.edits.operations import rendered
from transforms.edits.scene import Scene
from transforms.sources.decode import DecodeLimits
from transforms.sources.image import SourceImage
from transforms.sources.read import inspect_item, load_source
from transforms.sources.scenes.scene import scene_item

OPERATIONS = ("recolour", "retexture", "remove", "replace", "resize", "move")


@pytest.fixture(scope="module")
def source() -> SourceImage:
    return load_source(inspect_item(scene_item(23), DecodeLimits()), DecodeLimits())


@pytest.fixture(scope="module")
def changes(source):
    def none(*_):
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendered, "EXACT_SHARE", 1.0)
        found = {}
        for name in OPERATIONS:
            found[name] = rendered.in_rendered(name, none)(Scene(source), None, np.random.default_rng(4))
        return found


def target_of(source, change):
    (index,) = [i for i, o in enumerate(source.objects) if o.mask is change.source_mask]
    return index


def test_a_scene_is_its_arrangement(source):
    assert np.array_equal(source.arrangement.picture(source.arrangement.things), source.rgb)


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_the_thing_and_its_shadow_change(source, changes, name):
    change = changes[name]
    after = lay(source.rgb, change.after)
    differs = (after != source.rgb).any(axis=2)
    assert differs.any() and not change.before and change.measured(source.rgb) is not None
    old = source.arrangement.things[target_of(source, change)]
    x1, y1, x2, y2 = old.patch.box_xyxy
    differs[y1:y2, x1:x2] = False
    if name in ("recolour", "retexture", "remove"):
        assert not differs.any()
    else:
        ys, xs = np.nonzero(change.edited_mask)
        reach = 2 * max(np.ptp(ys), np.ptp(xs))
        differs[max(0, ys.min() - reach) : ys.max() + reach, max(0, xs.min() - reach) : xs.max() + reach] = False
        assert not differs.any()


def test_what_is_removed_leaves_the_scene_as_if_it_never_stood_there(source, changes):
    change = changes["remove"]
    index = target_of(source, change)
    others = [thing for i, thing in enumerate(source.arrangement.things) if i != index]
    assert np.array_equal(lay(source.rgb, change.after), source.arrangement.picture(others))


def test_recolouring_keeps_form_and_shadow(source, changes):
    change = changes["recolour"]
    differs = (lay(source.rgb, change.after) != source.rgb).any(axis=2)
    rim = np.ones((9, 9), np.uint8)  # as wide as a lens blurs an edge
    assert not (differs & ~cv2.dilate(change.source_mask.astype(np.uint8), rim).astype(bool)).any()
    assert np.array_equal(change.source_mask, change.edited_mask)


def test_a_move_may_be_left_half_done(source, changes):
    change = changes["move"]
    part = part_of(change, source.rgb, 0.5)
    assert part is not None and 0 < part.done < 1
    assert not (lay(source.rgb, [part.patch])[change.source_mask] != source.rgb[change.source_mask]).any()
    assert not (change.source_mask & change.edited_mask).any()


def test_what_a_program_took_stays_untouched(source):
    scene = Scene(source)
    scene.taken[:] = True
    for name in OPERATIONS:
        propose = rendered.in_rendered(name, lambda *_: None)
        assert propose(scene, None, np.random.default_rng(0)) is None

import cv2
import numpy as np
import pytest

from transforms.edits.change import VISIBLE_DELTA_E, lay
from transforms.edits.colour_difference import delta_e
from transforms.edits.operations.wear import _badge, _glasses
from transforms.edits.scene import Scene
from transforms.sources.image import SceneObject, SourceImage


def portrait() -> SourceImage:
    height, width = 240, 240
    rgb = np.full((height, width, 3), (120, 130, 140), np.uint8)
    head, coat, eyes = (np.zeros((height, width), np.uint8) for _ in range(3))
    cv2.circle(head, (120, 80), 50, 1, -1)
    cv2.rectangle(coat, (40, 140), (200, 239), 1, -1)
    for x in (100, 140):
        cv2.circle(eyes, (x, 76), 5, 1, -1)
    rgb[head > 0], rgb[coat > 0], rgb[eyes > 0] = (205, 170, 150), (60, 80, 60), (40, 30, 30)
    rgb = np.clip(rgb + np.random.default_rng(0).normal(0, 2, rgb.shape), 0, 255).astype(np.uint8)
    things = (
        SceneObject("p", "woman", (), "-", "-", "-", "person", (head | coat) > 0, frozenset()),
        SceneObject("c", "coat", (), "-", "green", "wool", "clothing", coat > 0, frozenset()),
        SceneObject("e", "eyes", (), "-", "-", "-", "person", eyes > 0, frozenset({"glasses"})),
    )
    return SourceImage(None, rgb, things)


@pytest.mark.parametrize(("way", "where"), [(_glasses, "e"), (_badge, "c")])
def test_what_is_worn_sits_where_it_belongs_and_nothing_else_changes(way, where):
    source = portrait()
    place = next(o.mask for o in source.objects if o.id == where)
    for seed in range(4):
        change = way(Scene(source), np.random.default_rng(seed))
        assert change is not None and change.edit_type == "ps_human"
        worn = lay(source.rgb, change.after)
        visible = delta_e(source.rgb, worn) > VISIBLE_DELTA_E
        assert visible.any() and not (visible & ~change.covers(*place.shape)).any()
        assert (change.edited_mask & place).any()
        again = way(Scene(source), np.random.default_rng(seed))
        assert np.array_equal(worn, lay(source.rgb, again.after))


def test_glasses_need_a_pair_of_eyes():
    source = portrait()
    without = SourceImage(None, source.rgb, source.objects[:2])
    assert _glasses(Scene(without), np.random.default_rng(0)) is None

import numpy as np
import pytest

from transforms.regions.fragments import find_fragments
from transforms.regions.grouping import group


def objects_of(*boxes, shape=(400, 500)):
    strength = np.full(shape, 0.3, np.float32)
    for x1, y1, x2, y2 in boxes:
        strength[y1:y2, x1:x2] = 5.0
    fragments = find_fragments(strength)
    assert len(fragments) == len(boxes)
    return group(fragments)


@pytest.mark.parametrize(
    ("boxes", "count"),
    [
        pytest.param([(50, 50, 120, 110), (128, 50, 190, 110)], 1, id="pieces of one object"),
        pytest.param([(50, 50, 120, 110), (145, 130, 215, 190)], 2, id="objects of like size apart"),
        pytest.param([(50, 50, 250, 250), (263, 90, 273, 100)], 1, id="a crumb"),
        pytest.param([(20, 50, 220, 250), (233, 185, 239, 191), (255, 180, 455, 380)], 2, id="a crumb between objects"),
        pytest.param([(50, 100, 110, 116), (126, 100, 190, 116), (206, 102, 260, 114)], 1, id="words of a line"),
        pytest.param([(50, 100, 200, 116), (60, 128, 190, 142)], 1, id="lines of a block"),
        pytest.param([(50, 100, 200, 116), (60, 160, 190, 176)], 2, id="lines with one between"),
    ],
)
def test_what_belongs_together(boxes, count):
    assert len(set(objects_of(*boxes).tolist())) == count


def test_a_halo_between_objects_does_not_join_them():
    strength = np.full((300, 400), 0.3, np.float32)
    strength[100:200, 100:230] = 1.3
    strength[110:190, 110:150] = strength[110:190, 180:220] = 12.0
    fragments = find_fragments(strength)
    assert len(fragments) == 2
    assert len(set(group(fragments).tolist())) == 2

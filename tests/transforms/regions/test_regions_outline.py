import numpy as np

from transforms.regions.outline import outline


def maps(*boxes):
    strength = np.full((200, 300), 0.2, np.float32)
    for x1, y1, x2, y2, value in boxes:
        strength[y1:y2, x1:x2] = value
    return strength


def box(mask):
    ys, xs = np.nonzero(mask)
    return xs.min(), ys.min(), xs.max() + 1, ys.max() + 1


def drawn(strength):
    return outline(strength > 1, strength, strength, strength)


def test_the_halo_of_a_strong_object_is_left_out():
    found = drawn(maps((90, 60, 210, 140, 1.5), (100, 70, 200, 130, 12.0)))
    assert box(found) == (100, 70, 200, 130)


def test_a_weak_crumb_far_off_is_left_out_and_a_strong_one_stays():
    large = (60, 60, 120, 120, 8.0)
    assert box(drawn(maps(large, (200, 80, 206, 86, 1.9)))) == (60, 60, 120, 120)
    assert box(drawn(maps(large, (200, 80, 206, 86, 7.0)))) == (60, 60, 206, 120)


def test_gaps_and_holes_are_filled():
    strength = maps((60, 60, 140, 140, 8.0))
    strength[90:110, 90:110] = 0.2
    assert drawn(strength)[60:140, 60:140].all()

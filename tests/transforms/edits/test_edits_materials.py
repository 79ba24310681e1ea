import numpy as np
import pytest

from transforms.edits.materials import CLOTH, MATERIALS, THING, WALL
from transforms.edits.operations.retexture import _around

Y, X = np.mgrid[0:120, 0:160].astype(np.float32)


@pytest.mark.parametrize("name", MATERIALS)
def test_a_material_is_a_pattern_within_range_and_repeatable(name):
    first, second = (MATERIALS[name].pattern(X, Y, 120.0, np.random.default_rng(3)) for _ in range(2))
    assert first.shape == (120, 160, 3) and np.array_equal(first, second)
    assert np.isfinite(first).all() and first.min() > -40 and first.max() < 300
    assert first.std(axis=(0, 1)).max() > 3


def test_there_are_materials_for_things_cloth_and_walls():
    for kind in (THING, CLOTH, WALL):
        assert sum(kind in material.suits for material in MATERIALS.values()) >= 4


def test_a_pattern_turns_away_at_the_rims_of_a_round_thing():
    mask = np.zeros((120, 160), bool)
    mask[10:110, 40:120] = True
    u, _ = _around(mask, np.full(mask.shape, 120, np.float32), flat=False)
    step = np.diff(u[60])
    assert step[42] > 1.6 * step[79] and step[116] > 1.6 * step[79]


def test_a_fold_bends_the_pattern_and_a_wall_stays_flat():
    mask = np.ones((120, 160), bool)
    fold = np.tile(120 + 60 * np.tanh((np.arange(160, dtype=np.float32) - 80) / 6), (120, 1)).astype(np.float32)
    even, bent = (_around(mask, light, flat=False)[0] for light in (np.full_like(fold, 120), fold))
    assert np.abs(bent - even)[60, 74:86].max() > 1
    assert np.array_equal(_around(mask, fold, flat=True)[0], X)

import numpy as np
import pytest

from transforms.edits.colours import PAINTS
from transforms.edits.solids.library import KINDS
from transforms.edits.solids.sdf import box, ellipsoid, revolved
from transforms.edits.solids.trace import Light, trace

LIGHT = Light((-0.5, 0.75, 0.43), (0.8, 0.8, 0.8), (0.3, 0.3, 0.3), (0.2, 0.2, 0.2), 0.5)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_thing_is_seen_whole_within_its_rendering(name):
    kind = KINDS[name]
    made = trace(kind.build(kind.colours[0], 0.7), 0.4, 40 / kind.height, LIGHT)
    rows, columns = np.flatnonzero(made.alpha.max(axis=1) > 0.5), np.flatnonzero(made.alpha.max(axis=0) > 0.5)
    assert 30 < np.ptp(rows) < 90 and np.ptp(columns) > 8
    assert made.alpha[0].max() == 0 and made.alpha[:, 0].max() == 0
    assert np.isfinite(made.colour).all()
    assert set(kind.colours) <= {"-", *PAINTS}


def test_light_from_the_left_throws_the_shadow_to_the_right():
    ball = KINDS["ball"].build("red", 0.0)
    made = trace(ball, 0.5, 200.0, LIGHT)
    middle = round(made.base_xy[0])
    assert made.shadow[:, middle + 5 :].sum() > 1.5 * made.shadow[:, : middle - 5].sum()
    lit = made.colour.sum(axis=2) * (made.alpha > 0.9)
    assert lit[:, :middle].sum() > lit[:, middle:].sum()
    assert max(made.shadow[0].max(), made.shadow[:, 0].max(), made.shadow[:, -1].max()) < 0.03


def test_what_hangs_throws_no_shadow():
    assert trace(KINDS["balloon"].build("red", 0.0), 0.2, 100.0, LIGHT).shadow.max() == 0


def test_distances_are_those_of_the_solids():
    points = np.array([[0, 0, 0], [3, 0, 0], [0, 2.5, 0]], np.float32)
    assert box((0, 0, 0), (1, 1, 1), 0.1)(points) == pytest.approx([-1, 2, 1.5], abs=1e-4)
    assert ellipsoid((0, 0, 0), (1, 1, 1))(points)[1:] == pytest.approx([2, 1.5], abs=1e-3)
    cylinder = revolved([(0, -1), (1, -1), (1, 1), (0, 1)])
    assert cylinder(np.array([[0.5, 0, 0], [1.5, 0, 0]], np.float32)) == pytest.approx([-0.5, 0.5], abs=0.03)

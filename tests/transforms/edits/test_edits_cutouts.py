"""Cut-outs of the user's own, laid into photos like the solids of the library."""

import cv2
import numpy as np
import pytest

from schemas.plan import CandidatePlan, CutoutRow, ProgramPlan, SourceItem, SourceRecord
from transforms.edits.config import EditsConfig, NoiseConfig, OperationWeights
from transforms.edits.cutouts import SHARPEST, USUAL_HEIGHT, cutout_kind
from transforms.edits.operations import OPERATIONS
from transforms.edits.operations.add import some_solid
from transforms.edits.placing import Spot
from transforms.edits.render import render_program
from transforms.edits.scene import Scene
from transforms.edits.solids.trace import Light
from transforms.edits.things import place_kind
from transforms.edits.triplet import Triplet

LIGHT = Light((0.5, 0.8, 0.3), (0.7, 0.7, 0.7), (0.4, 0.4, 0.4), (0.3, 0.3, 0.3), 0.5)


def disc_of(colour, side=120) -> np.ndarray:
    rgba = np.zeros((side, side, 4), np.uint8)
    rgba[..., :3] = colour
    cv2.circle(rgba, (side // 2, side // 2), side // 2 - 1, (*colour, 255), -1)
    return rgba


def kind(called="green coaster", height_m=0.3, colour=(40, 160, 60), source_id="e" * 16, load=None):
    cutout = CutoutRow(called=called, height_m=height_m)
    item = SourceItem(name="cutouts/it.png", uri="/it.png", dataset="cutouts", cutout=cutout)
    row = SourceRecord(source_id=source_id, item=item, width=120, height=120, dhash="0" * 16, dhash_mirrored="f" * 16)
    return cutout_kind(row, load or (lambda: disc_of(colour)))


def test_it_is_as_high_as_said_or_as_its_like_in_the_library_or_as_usual():
    assert kind(height_m=0.42).height == 0.42
    assert kind("blue mug", -1.0).height == pytest.approx(0.095)
    assert kind("gizmo", -1.0).height == USUAL_HEIGHT


def test_it_is_scaled_by_the_scene_and_darkens_the_ground_away_from_the_light():
    seen = kind().build("-", 0.0).rendered(0.4, 200.0, LIGHT)
    ys, xs = np.nonzero(seen.alpha > 0.5)
    assert ys.max() - ys.min() + 1 == pytest.approx(60, abs=2) and ys.max() + 1 == pytest.approx(seen.base_xy[1], abs=1)
    assert (xs.max() + xs.min()) / 2 == pytest.approx(seen.base_xy[0], abs=1)
    bare = seen.shadow * (seen.alpha < 0.02)
    side = round(seen.base_xy[0])
    assert bare[:, :side].sum() > 2 * bare[:, side:].sum(), "the light comes from the right"
    assert 0.2 < seen.shadow.max() <= 1


def test_a_dim_light_makes_it_dark_and_a_warm_one_warm():
    shape = kind(colour=(180, 180, 180)).build("-", 0.0)
    dim = Light(LIGHT.direction, (0.2, 0.15, 0.1), (0.1, 0.08, 0.06), LIGHT.ground, 0.5)
    bright, dark = (
        seen.colour[seen.alpha > 0.9].mean(axis=0) for seen in (shape.rendered(0.4, 200.0, x) for x in (LIGHT, dim))
    )
    assert dark.mean() < 0.5 * bright.mean()
    assert dark[0] / dark[2] > 1.3 * bright[0] / bright[2]


def test_it_is_never_enlarged_beyond_its_own_sharpness(annotated):
    scene, spot = Scene(annotated), Spot(140, 190, 100.0, 0.4, "floor")
    assert place_kind(scene, kind(height_m=0.5), "-", 0.0, spot, np.random.default_rng(0)) is not None
    close = Spot(140, 190, 1.1 * SHARPEST * 120 / 0.5, 0.4, "floor")
    assert place_kind(scene, kind(height_m=0.5), "-", 0.0, close, np.random.default_rng(0)) is None


def test_it_is_opened_once_and_only_when_laid(annotated):
    opened = []

    def load():
        opened.append(1)
        return disc_of((40, 160, 60))

    own = kind(load=load)
    scene = Scene(annotated, cutouts=(own,))
    assert not opened
    laid = [some_solid(scene, np.random.default_rng(seed)) for seed in range(20)]
    names = [thing.name for thing in laid if thing is not None]
    assert 5 < names.count("green coaster") < len(names), "some are of our own library still"
    assert len(opened) == 1


@pytest.mark.parametrize("operation", ["add", "remove", "replace", "move", "resize"])
def test_every_operation_on_laid_things_takes_it_and_names_its_lender(annotated, operation):
    own = [kind(), kind("striped jar", 0.25, (160, 60, 40), "d" * 16)]
    weights = OperationWeights(**{name: float(name == operation) for name in OPERATIONS})
    config = EditsConfig(noise=NoiseConfig(enabled=False), max_edits=1, multi_edit_share=0.0, operations=weights)
    seen = 0
    for number in range(25):
        plan = ProgramPlan(
            program_id=f"{annotated.record.source_id}-p{number:03d}",
            candidates=[CandidatePlan(outcome="faithful")],
            partner_ids=[],
        )
        for item in render_program(plan, annotated, {}, config, 0, own):
            if not isinstance(item, Triplet):
                continue
            said = f"{item.edits[0].target} {item.edits[0].value}"
            if "coaster" in said or "jar" in said:
                lender = "e" * 16 if "coaster" in said else "d" * 16
                assert lender in item.lender_ids and item.lender_ids[0] == annotated.record.source_id
                assert item.truth.regions
                seen += 1
    assert seen >= 2


def test_without_a_library_nothing_is_drawn_for_it(annotated):
    """The same bytes as before for whoever gives no cut-outs."""
    bare = some_solid(Scene(annotated), np.random.default_rng(4))
    again = some_solid(Scene(annotated, cutouts=()), np.random.default_rng(4))
    assert bare.name == again.name and np.array_equal(bare.patch.colour, again.patch.colour)

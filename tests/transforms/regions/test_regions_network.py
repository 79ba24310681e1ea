"""The network that ships with the package: its inputs, its objects, its file, and the pairs that it is run on."""

import hashlib
import logging
from importlib.resources import files

import cv2
import numpy as np
import pytest

from schemas.geometry import iou_xyxy, xyxy_from_mask
from transforms.regions.compare import compare
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.frame import work_frame
from transforms.regions.network import model
from transforms.regions.network.inputs import COARSE, FINE, network_inputs
from transforms.regions.network.model import NetworkOutputs, load_network
from transforms.regions.network.objects import find_objects
from transforms.regions.register import register
from transforms.regions.verdict import judge

NETWORK = RegionsConfig(method="network", masks="none")


def inputs_of(source, edited):
    frame = work_frame(source, edited, 512)
    aligned = register(frame.source, frame.edited)
    verdict = judge(aligned, frame.edited)
    maps = compare(aligned, frame.edited, NETWORK, verdict.whole.tone)
    return network_inputs(aligned, frame.edited, maps, verdict)


def outputs(shape=(96, 128)):
    """An answer that nothing was edited, to be painted on; every pixel points at itself."""
    sides = np.full((4, shape[0] // 4, shape[1] // 4), 2, np.float32)
    return NetworkOutputs(np.zeros(shape, np.float32), sides)


def paint(said, box, points_at=None, probability=0.95):
    """Say that a box was edited, and that its pixels point at a box: its own if none is given."""
    x1, y1, x2, y2 = box
    said.edited[y1:y2, x1:x2] = probability
    left, top, right, bottom = points_at or box
    y, x = np.mgrid[y1 // 4 : y2 // 4, x1 // 4 : x2 // 4] * 4 + 2
    said.sides[:, y1 // 4 : y2 // 4, x1 // 4 : x2 // 4] = np.stack([x - left, y - top, right - x, bottom - y])


def boxes(objects):
    return [xyxy_from_mask(found.mask) for found in objects]


def test_inputs_are_bytes_in_whole_multiples_padded_with_nothing(scenes):
    source = scenes.photo()[:150, :203]
    edited = scenes.paint(source, scenes.ellipse(source.shape, (90, 70), (34, 22)))
    seen = inputs_of(source, edited)
    assert seen.fine.shape == (len(FINE), 160, 224)
    assert seen.coarse.shape == (len(COARSE), 80, 112)
    assert seen.fine.dtype == seen.coarse.dtype == np.uint8
    assert seen.size == (203, 150)
    assert not seen.fine[:, 150:].any()
    assert not seen.fine[:, :, 203:].any()
    assert not seen.coarse[:, 75:].any()
    assert not seen.coarse[:, :, 102:].any()
    ratio = seen.fine[FINE.index("ratio_0")]
    assert ratio[70, 90] > ratio[20:40, 20:40].max()
    assert (seen.coarse[COARSE.index("inside")][:75, :101] == 255).all()


def test_fragments_that_point_at_one_box_are_one_object_and_others_are_not():
    said = outputs()
    paint(said, (8, 8, 24, 24), (8, 8, 88, 24))
    paint(said, (72, 8, 88, 24), (8, 8, 88, 24))
    paint(said, (8, 64, 24, 80))
    assert boxes(find_objects(said)) == [(8, 8, 88, 24), (8, 64, 24, 80)]
    apart = outputs()
    paint(apart, (8, 8, 24, 24))
    paint(apart, (72, 8, 88, 24))
    assert len(find_objects(apart)) == 2


def test_objects_that_are_unsure_or_minor_are_dropped():
    said = outputs()
    paint(said, (8, 8, 88, 88))
    paint(said, (112, 8, 124, 20), probability=0.55)
    paint(said, (112, 60, 120, 68))
    assert boxes(find_objects(said)) == [(8, 8, 88, 88)]
    assert find_objects(outputs()) == []


def test_beside_an_edit_of_the_whole_frame_an_object_must_be_surer():
    said = outputs()
    paint(said, (8, 8, 40, 40), probability=0.91)
    alone, beside = find_objects(said), find_objects(said, beside_whole=True)
    assert boxes(alone) == [(8, 8, 40, 40)]
    assert all(found.confidence < alone[0].confidence for found in beside)
    paint(said, (8, 8, 40, 40), probability=0.99)
    assert find_objects(said)[0].confidence > alone[0].confidence


def test_an_edit_is_found_under_noise_and_in_a_moved_frame(scenes):
    source = scenes.photo()
    mask = scenes.ellipse(source.shape, (90, 70), (34, 22))
    edited = scenes.editor_noise(scenes.shifted(scenes.paint(source, mask), 1.6, -1.1))
    result = derive_regions(source, edited, NETWORK)
    truth = xyxy_from_mask(scenes.shifted(mask.astype(np.uint8), 1.6, -1.1) > 0)
    assert (result.status, result.method) == ("ok", "network/1")
    assert len(result.regions) == 1
    assert iou_xyxy(result.regions[0].bbox_xyxy, truth) > 0.8
    assert result.regions[0].mask_by == "network"
    assert 0.5 <= result.regions[0].confidence <= 1


def test_noise_alone_is_no_edit(scenes):
    source = scenes.photo()
    for edited in (source, scenes.editor_noise(source), scenes.shifted(scenes.editor_noise(source), 0.7, 1.3)):
        assert derive_regions(source, edited, NETWORK).status == "unchanged"


def test_a_change_of_tone_is_one_region_of_the_whole_frame(scenes):
    source = scenes.photo()
    toned = np.clip(source * np.array([1.25, 0.9, 0.65]), 0, 255).astype(np.uint8)
    result = derive_regions(source, toned, NETWORK)
    assert result.status == "global"
    assert [region.whole_frame for region in result.regions] == [True]


def test_another_picture_is_unregistrable(scenes):
    result = derive_regions(scenes.photo(), np.rot90(scenes.photo(), 2).copy(), NETWORK)
    assert (result.status, result.regions) == ("unregistrable", ())


def test_masks_are_refined_on_the_networks_outlines(scenes):
    source = scenes.photo()
    edited = scenes.paint(source, scenes.ellipse(source.shape, (90, 70), (34, 22)))
    result = derive_regions(source, edited, NETWORK.model_copy(update={"masks": "grabcut"}))
    assert result.method == "network/1+grabcut"
    assert [region.mask_by for region in result.regions] == ["grabcut"]


def test_the_same_bytes_from_any_number_of_threads(scenes):
    source = scenes.photo(700)
    edited = scenes.editor_noise(scenes.paint(source, scenes.ellipse(source.shape, (300, 200), (90, 60))))
    before, found = cv2.getNumThreads(), set()
    for threads in (1, 2, 4):
        cv2.setNumThreads(threads)
        result = derive_regions(source, edited, NETWORK)
        found.add(hashlib.sha256(b"".join(region.mask.tobytes() for region in result.regions)).hexdigest())
        found.add(tuple((region.bbox_xyxy, region.confidence, region.delta_e) for region in result.regions))
    cv2.setNumThreads(before)
    assert len(found) == 2


@pytest.mark.parametrize("shape", [(8, 8), (8, 300), (33, 31), (64, 1500)])
def test_frames_of_any_shape_are_looked_at(shape):
    rng = np.random.default_rng(0)
    source = rng.integers(0, 255, (*shape, 3), dtype=np.uint8)
    edited = source.copy()
    edited[: shape[0] // 2, : shape[1] // 2] = (250, 30, 30)
    result = derive_regions(source, edited, NETWORK)
    assert result.size == shape[::-1]
    assert all(region.mask.shape == shape for region in result.regions)


def test_without_weights_the_classical_chain_says_that_it_stands_in(scenes, monkeypatch, caplog):
    source = scenes.photo()
    edited = scenes.paint(source, scenes.ellipse(source.shape, (90, 70), (34, 22)))
    monkeypatch.setattr(model, "WEIGHTS", "removed.onnx")
    load_network.cache_clear()
    with caplog.at_level(logging.WARNING):
        result = derive_regions(source, edited, NETWORK)
    load_network.cache_clear()
    assert result.method == "classical/1"
    assert "removed.onnx is missing" in caplog.text


def test_the_weights_are_small_and_those_that_the_card_names():
    weights = (files("transforms.regions.network") / model.WEIGHTS).read_bytes()
    card = (files("transforms.regions.network") / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert len(weights) < 1_000_000
    assert hashlib.sha256(weights).hexdigest() in card

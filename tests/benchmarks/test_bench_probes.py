"""The probes find what is planted, and nothing where there is nothing."""

import cv2
import numpy as np
import pytest

from benchmarks.probes.examples import Facts
from benchmarks.probes.learn import (
    area_under_curve,
    balanced_accuracy,
    causes,
    cross_validated,
    figure,
    tokens,
    trees,
    words,
)
from benchmarks.probes.probes import _of_the_same_kinds, run_probes
from benchmarks.probes.removals import removal_ratio
from benchmarks.probes.seams import curve_statistics, seam_rows
from benchmarks.probes.statistics import image_statistics

SCENES = [f"s{index // 12}" for index in range(240)]


def picture(seed, height=140, width=180):
    rng = np.random.default_rng(seed)
    soft = cv2.resize(rng.normal(0, 30, (7, 9)), (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    return np.clip(120 + soft + rng.normal(0, 4, (height, width, 3)), 0, 255).astype(np.uint8)


def test_statistics_are_finite_and_tell_noise_and_blocks_from_clean():
    clean = picture(0)
    noisy = np.clip(clean + np.random.default_rng(1).normal(0, 6, clean.shape), 0, 255).astype(np.uint8)
    ok, data = cv2.imencode(".jpg", clean, [cv2.IMWRITE_JPEG_QUALITY, 30])
    blocky = cv2.imdecode(data, cv2.IMREAD_COLOR)
    found = [image_statistics(p) for p in (clean, noisy, blocky)]
    assert ok and all(np.isfinite(list(values.values())).all() for values in found)
    assert found[1]["noise.q50"] > found[0]["noise.q50"] + 0.1
    assert found[2]["grid.rows"] > found[0]["grid.rows"] + 0.1
    assert found[2]["cosine.zeros"] > found[0]["cosine.zeros"]


def test_trees_find_a_planted_statistic_and_name_it():
    rng = np.random.default_rng(2)
    inputs, answers = rng.normal(0, 1, (240, 6)), rng.integers(0, 2, 240).astype(float)
    chance = figure(answers, cross_validated(inputs, answers, SCENES, trees), SCENES, balanced_accuracy)
    assert chance.low < 0.5 < chance.high and chance.value < 0.6
    inputs[:, 3] += 2.5 * answers
    planted = figure(answers, cross_validated(inputs, answers, SCENES, trees), SCENES, balanced_accuracy)
    assert planted.value > 0.8 and planted.low > 0.7
    assert causes(inputs, answers, SCENES, list("abcdef"))[0] == "d"


def test_a_scene_is_never_in_training_and_test():
    """What tells the scene alone is worth nothing on scenes that were not seen."""
    rng = np.random.default_rng(3)
    by_scene = rng.normal(0, 1, (20, 4))
    answers = np.repeat(rng.integers(0, 2, 20), 12).astype(float)
    inputs = by_scene[np.repeat(np.arange(20), 12)]
    predicted = cross_validated(inputs, answers, SCENES, trees)
    assert figure(answers, predicted, SCENES, balanced_accuracy).low < 0.6


def test_words_are_found_in_scripts_without_spaces():
    rng = np.random.default_rng(5)
    answers = rng.integers(0, 2, 240).astype(float)
    signs = list("天空海山树花草石房车门窗灯桌椅")
    texts = np.array(
        ["".join(rng.permutation(signs)[:8]) + ("顺便" if answer else "") + "画" for answer in answers], object
    )
    assert area_under_curve(answers, cross_validated(texts, answers, SCENES, words)) > 0.95
    assert tokens("Paint a cup: 把t-shirt变红") == ["Paint", "cup", "把", "shirt", "变", "红"]


def test_words_are_found():
    rng = np.random.default_rng(4)
    answers = rng.integers(0, 2, 240).astype(float)
    texts = np.array([f"make thing {rng.integers(9)} {'surely' if a else 'maybe'} blue" for a in answers], dtype=object)
    assert figure(answers, cross_validated(texts, answers, SCENES, words), SCENES, area_under_curve).value > 0.95


def test_a_hard_paste_has_a_ridge_along_its_border():
    rgb = picture(5)
    mask = np.zeros(rgb.shape[:2], bool)
    mask[50:90, 60:110] = True
    pasted = rgb.copy()
    pasted[mask] = np.clip(pasted[mask].astype(int) + 45, 0, 255)
    assert curve_statistics(pasted, mask)["ridge"] > curve_statistics(rgb, mask)["ridge"] + 0.5
    kinds = [kind for kind, _ in seam_rows(pasted, mask, "edit", np.random.default_rng(0))]
    assert kinds.count("edit") == 1 and kinds.count("random") == kinds.count("planted") >= 1


def test_a_smooth_filling_is_off_its_surroundings_and_a_rough_one_is_not():
    rgb = picture(6)
    mask = np.zeros(rgb.shape[:2], bool)
    mask[50:90, 60:110] = True
    smooth = rgb.copy()
    smooth[mask] = cv2.GaussianBlur(rgb, (0, 0), 5)[mask]
    assert removal_ratio(smooth, mask) > 3
    assert removal_ratio(rgb, mask) < 1.5
    assert removal_ratio(rgb, np.zeros_like(mask)) is None


def test_kinds_of_request_are_matched():
    kinds = ["remove"] * 6 + ["add"] * 6
    answers = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    kept = _of_the_same_kinds(kinds, answers)
    assert kept.tolist()[:2] == [0, 1] and len(kept) == 4 and max(kept) < 6


def made(index, shortcut):
    rng = np.random.default_rng(index)
    faithful = bool(rng.integers(2))
    edited = {"noise": rng.normal() + 3 * shortcut * faithful, "other": rng.normal()}
    row = {
        "key": f"k{index}", "outcome": "faithful" if faithful else "failed", "edit_type": "multi", "instruction":
        f"make it {rng.integers(40)} now", "edited_sha256": str(index), "source_sha256": str(index),
        "instruction_following": 25 * faithful, "over_editing": 25,
    }  # fmt: skip
    planted = {**edited, "noise": edited["noise"] + 4 * faithful}
    crop = rng.integers(0, 255, (128, 128, 3), dtype=np.uint8)
    flat = crop // 2 if faithful else crop
    members = {"bytes.mask.png": float(rng.integers(500)), "place.group": float(rng.integers(3))}
    return Facts(
        row, SCENES[index % 240], {"noise": rng.normal(), "other": 0.0}, edited, planted, members,
        np.stack([crop, flat]), [], None,
    )  # fmt: skip


@pytest.mark.parametrize("shortcut", [False, True])
def test_every_probe_proves_itself_and_tells_a_shortcut(shortcut, monkeypatch):
    monkeypatch.setattr("benchmarks.probes.probes.network", lambda inputs, answers, tests: trees(
        inputs.mean(axis=(1, 2)), answers, tests.mean(axis=(1, 2))
    ))  # fmt: skip
    results = {r.name: r for r in run_probes([made(i, shortcut) for i in range(168)], lambda: None)}
    assert all(results[name].proves for name in ("a1", "a3", "b", "f"))
    assert results["a1"].met is not shortcut
    assert results["b"].met and results["f"].met
    if shortcut:
        assert results["a1"].cause.startswith("noise")

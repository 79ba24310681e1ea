"""The same bytes from any number of threads: OpenCV's, OpenMP's and the linear algebra library's."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import transforms
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions


def digests(pairs):
    """Return a hash of all that was measured, for each pair and with either kind of masks."""
    found = []
    for source, edited in pairs:
        for masks in ("none", "grabcut"):
            result = derive_regions(source, edited, RegionsConfig(masks=masks))
            facts = [(r.bbox_xyxy, r.delta_e, r.confidence, r.mask_by) for r in result.regions]
            content = hashlib.sha256(repr((result.status, result.noise_floor, facts)).encode())
            arrays = result.delta_e_map, result.registration.matrix, *(region.mask for region in result.regions)
            for array in arrays:
                content.update(array.tobytes())
            found.append(content.hexdigest())
    return found


@pytest.fixture(scope="module")
def pairs(scenes):
    small, large = scenes.photo(), scenes.photo(1224)
    two = scenes.paint(large, scenes.ellipse(large.shape, (340, 280), (150, 90)))
    two = scenes.paint(two, scenes.ellipse(large.shape, (900, 600), (30, 26)), (200, 40, 200))
    toned = np.clip(
        scenes.paint(small, scenes.ellipse(small.shape, (90, 70), (34, 22))) * np.array([1.2, 0.9, 0.7]), 0, 255
    )
    return [
        (large, scenes.editor_noise(scenes.shifted(two, 2.3, -1.4, stretch=1.004))),
        (large, cv2.resize(scenes.editor_noise(two), (700, 500))),
        (small, toned.astype(np.uint8)),
        (small, cv2.stylization(small, sigma_s=60, sigma_r=0.45)),
    ]


@pytest.fixture(scope="module")
def expected(pairs):
    """What one thread gives."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield digests(pairs)
    cv2.setNumThreads(before)


def test_the_pairs_are_of_all_kinds(pairs):
    assert pairs[0][0].shape[0] * pairs[0][0].shape[1] > 990_000
    results = [derive_regions(*pair) for pair in pairs]
    assert [result.status for result in results] == ["ok", "ok", "global", "global"]
    assert {region.mask_by for result in results[:2] for region in result.regions} == {"grabcut"}


@pytest.mark.parametrize("count", [2, 4])
def test_threads_of_opencv(pairs, expected, count):
    cv2.setNumThreads(count)
    assert digests(pairs) == expected


@pytest.mark.parametrize("count", ["1", "2"])
def test_threads_of_libraries(pairs, expected, count, tmp_path):
    np.savez(tmp_path / "pairs.npz", *(image for pair in pairs for image in pair))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), count)
    root = str(Path(transforms.__file__).parents[1])
    printed = subprocess.run(
        [sys.executable, __file__, tmp_path / "pairs.npz"],
        env={**os.environ, **threads, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert printed.split() == expected


if __name__ == "__main__":
    images = [*np.load(sys.argv[1]).values()]
    print(*digests(zip(images[::2], images[1::2], strict=True)))

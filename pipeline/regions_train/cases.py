"""From pairs to cases: what the network sees, and what it shall say."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.regions_train.composed import composed_pair
from pipeline.regions_train.frames import framed
from pipeline.regions_train.pair import TrainingPair
from pipeline.regions_train.rendered import rendered_pairs
from pipeline.regions_train.sources import Library
from schemas.keys import cv_seed, rng_for
from transforms.regions.compare import compare
from transforms.regions.config import RegionsConfig
from transforms.regions.network.inputs import COARSE, FINE, network_inputs
from transforms.regions.place import lay
from transforms.regions.verdict import judge

WIDTH, HEIGHT = 512, 384
"""Canvas of a case, pixels; upright pictures are laid on their side."""
SMALLER = 0.3
"""Share of the cases that are looked at smaller than the canvas."""
CONFIG = RegionsConfig(masks="none")


@dataclass(frozen=True, eq=False)
class Case:
    """One training case.

    Attributes:
        fine: uint8 [4, 384, 512], see `NetworkInputs`.
        coarse: uint8 [18, 192, 256].
        labels: uint8 [384, 512], number of the region, 0 = unedited, 255 = outside the picture.
        whole: the whole frame was edited.
        kind: what it was made by.
    """

    fine: np.ndarray
    coarse: np.ndarray
    labels: np.ndarray
    whole: bool
    kind: str


def unit_cases(unit: int, seed: int, library: Library) -> Iterator[Case]:
    """Make the cases of one unit of work: a rendered scene, or a photo, and what is made of it.

    Args:
        unit: number; three of four stand for a photo where there are photos.
        seed: of the training data.
        library: photos and cut-outs.
    """
    key = f"regions-{seed}-{unit}"
    cv2.setRNGSeed(cv_seed(key))
    for number, pair in enumerate(_pairs(key, unit, library)):
        rng = rng_for(key, "case", number)
        yield case_of(framed(pair, rng), rng)


def _pairs(key: str, unit: int, library: Library) -> Iterator[TrainingPair]:
    if not library.photo_items or unit % 4 == 0:
        source = library.scene(unit)
        yield from rendered_pairs(f"{key}-p0", source, library)
        yield from rendered_pairs(f"{key}-p1", source, library)
        yield composed_pair(source.rgb, library, rng_for(key, "composed"))
        return
    if unit % 4 == 1:
        yield from rendered_pairs(f"{key}-p0", library.picture(f"{key}-p0"), library)
    for number in range(4):
        rng = rng_for(key, "composed", number)
        yield composed_pair(library.crop(rng), library, rng)


def case_of(pair: TrainingPair, rng: np.random.Generator) -> Case:
    """Compare a pair as the region chain does, and lay it on the canvas."""
    source, edited, labels = pair.source, pair.edited, pair.labels
    if edited.shape[0] > edited.shape[1]:
        source, edited, labels = (np.ascontiguousarray(np.rot90(image)) for image in (source, edited, labels))
    height, width = edited.shape[:2]
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    scale *= rng.uniform(0.65, 1.0) if rng.random() < SMALLER else 1.0
    laid = lay(source, edited, CONFIG, int(max(width, height) * scale))
    frame, aligned = laid.frame, laid.aligned
    labels = laid.overlap.of_edited(labels) if laid.overlap else labels
    verdict = judge(aligned, frame.edited)
    maps = compare(aligned, frame.edited, CONFIG, verdict.whole.tone)
    seen = network_inputs(aligned, frame.edited, maps, verdict)
    fine = np.zeros((len(FINE), HEIGHT, WIDTH), np.uint8)
    coarse = np.zeros((len(COARSE), HEIGHT // 2, WIDTH // 2), np.uint8)
    target = np.full((HEIGHT, WIDTH), 255, np.uint8)
    fine[:, : seen.fine.shape[1], : seen.fine.shape[2]] = seen.fine
    coarse[:, : seen.coarse.shape[1], : seen.coarse.shape[2]] = seen.coarse
    target[: frame.size[1], : frame.size[0]] = shrunk(labels, frame.size)
    return Case(fine, coarse, target, pair.whole, pair.kind)


def shrunk(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a label map (uint8 [H, W]) in a smaller size (w, h): a region where it covers half of a pixel or more."""
    out = np.zeros(size[::-1], np.uint8)
    for number in np.unique(labels[labels > 0]):
        cover = cv2.resize((labels == number).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        out[cover >= 0.5] = number
    return out

"""Lay a pair on each other: the source stretched over the frame, or, where that fails, the part that both show."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.regions.bars import without_bars
from transforms.regions.config import RegionsConfig
from transforms.regions.features import Axis, find_by_features
from transforms.regions.frame import WorkFrame, resize_to, work_frame
from transforms.regions.overlap import Overlap, Run, Size
from transforms.regions.register import Aligned, correlation, register
from transforms.regions.rows import align_rows

SURE = 0.8
"""Share of the structure that both images show from which on the stretched source is taken as it is."""
SNAP = 0.006
"""A run that ends this close to the end of a picture, as a share of its longer side, ends there."""
LEAST_PX = 24
"""Pixels that the shared part has along each side."""
LEAST_SHARE = 0.4
"""Share of one of both pictures that is shared."""
FOUND = 0.4
"""Share of the textured part that must be alike in the shared part,"""
GAIN = 1.3
"""and it must be this many times as large as with the stretched source."""
CLEAR = 1.1
"""A further placement is better if it explains this many times as much."""
TRUSTED = 0.7
"""Share of the structure that is alike from which on a placement is beyond doubt."""
PICTURE_PX = 1280
"""Longer side that placements are looked for at."""
COMPARED_PX = 384


@dataclass(frozen=True, eq=False)
class Laid:
    """A pair laid on each other.

    Attributes:
        source, edited: uint8 full size, what is compared: the pictures, or the part of each that both show.
        frame: both at the working size.
        aligned: the registered source.
        overlap: the shared part; None where the source was stretched over the frame.
    """

    source: np.ndarray
    edited: np.ndarray
    frame: WorkFrame
    aligned: Aligned
    overlap: Overlap | None


def lay(source: np.ndarray, edited: np.ndarray, config: RegionsConfig, work_size: int | None = None) -> Laid:
    """Bring the source onto the edited frame.

    Editors resize, so that the source is first stretched over the frame and registered. Where that shows little
    structure in common, other placements are tried: bars taken off, features that both pictures show, rows or
    columns laid along each other. The one that explains most of the frame is taken if it explains clearly more.

    Args:
        source: uint8 [H', W', 3].
        edited: uint8 [H, W, 3].
        config: switches of the steps.
        work_size: longer side of the working frame, pixels; None for that of `config`.
    """
    size = work_size or config.work_size
    plain = _laid(source, edited, None, config, size)
    if not config.register_frame or plain.aligned.agreement >= SURE:
        return plain
    overlap = find_overlap(source, edited, plain.aligned, plain.frame.edited)
    if overlap is None:
        return plain
    return _laid(overlap.of_source(source), overlap.of_edited(edited), overlap, config, size)


def _laid(source: np.ndarray, edited: np.ndarray, overlap: Overlap | None, config: RegionsConfig, size: int) -> Laid:
    frame = work_frame(source, edited, size)
    aligned = register(frame.source, frame.edited, config.register_frame)
    return Laid(source, edited, frame, aligned, overlap)


def find_overlap(source: np.ndarray, edited: np.ndarray, plain: Aligned, frame: np.ndarray) -> Overlap | None:
    """Return the part that both pictures show, or None where the stretched source explains as much.

    Args:
        source: uint8 [H', W', 3].
        edited: uint8 [H, W, 3].
        plain: the stretched source, registered onto `frame`.
        frame: uint8 [h, w, 3], the edited picture at the working size.
    """
    small = [_reduced(image) for image in (source, edited)]
    scale = COMPARED_PX / max(small[1].shape[:2])
    limit = GAIN * _alike(plain.source, frame, COMPARED_PX / max(frame.shape[:2]))[0]
    best, most = None, 0.0
    for overlap in candidates(*small):
        if not _large_enough(overlap):
            continue
        alike, share = _alike(overlap.of_source(small[0]), overlap.of_edited(small[1]), scale)
        alike *= overlap.share
        if share >= FOUND and alike > max(limit, CLEAR * most):
            best, most = overlap, alike
    return best.scaled(_size(source), _size(edited)) if best else None


def candidates(source: np.ndarray, edited: np.ndarray) -> Iterator[Overlap]:
    """Yield placements of the source (uint8 [H', W', 3]) in the edited frame ([H, W, 3]), the plainest first."""
    sizes = _size(source), _size(edited)
    whole = [(0, 0, *size) for size in sizes]
    inner = [without_bars(image) for image in (source, edited)]
    for a, b in dict.fromkeys([(whole[0], inner[1]), (inner[0], whole[1]), (inner[0], inner[1])]):
        if [a, b] != whole:
            columns, rows = (Run((b[i], b[i + 2]), (a[i], a[i + 2])) for i in (0, 1))
            yield Overlap((columns,), (rows,), *sizes)
    for axes in find_by_features(source, edited):
        runs = [_run(axis, sizes[0][i], sizes[1][i]) for i, axis in enumerate(axes)]
        yield Overlap((runs[0],), (runs[1],), *sizes)
    everything = [Run((0, sizes[1][i]), (0, sizes[0][i])) for i in (0, 1)]
    for rows in align_rows(source, edited):
        yield Overlap((everything[0],), rows, *sizes)
    for columns in align_rows(source.swapaxes(0, 1), edited.swapaxes(0, 1)):
        yield Overlap(columns, (everything[1],), *sizes)


def _run(axis: Axis, source: int, edited: int) -> Run:
    """Return what two pictures of so many pixels along an axis share under a map; empty where nothing."""
    scale, shift = axis
    first, last = max(0.0, -shift / scale), min(float(edited), (source - shift) / scale)
    first, last = _snapped(first, last, edited)
    begin, end = _snapped(scale * first + shift, scale * last + shift, source)
    return Run((round(first), round(last)), (round(begin), round(end)))


def _snapped(first: float, last: float, length: int) -> tuple[float, float]:
    near = SNAP * length
    return (0.0 if first < near else first), (float(length) if last > length - near else last)


def _large_enough(overlap: Overlap) -> bool:
    runs = *overlap.columns, *overlap.rows
    if any(min(run.edited[1] - run.edited[0], run.source[1] - run.source[0]) < 1 for run in runs):
        return False
    shapes = overlap.shared_sizes
    whole = overlap.source_size, overlap.edited_size
    shares = [shape[0] * shape[1] / (size[0] * size[1]) for shape, size in zip(shapes, whole, strict=True)]
    return min(min(shape) for shape in shapes) >= LEAST_PX and max(shares) >= LEAST_SHARE


def _alike(source: np.ndarray, edited: np.ndarray, scale: float) -> tuple[float, float]:
    """Return the share of the frame whose structure both images show, and the share of that of all structure in it.

    Args:
        source, edited: uint8; the source is brought to the edited image's shape.
        scale: of the size that they are compared at.
    """
    height, width = edited.shape[:2]
    size = max(8, round(width * min(1.0, scale))), max(8, round(height * min(1.0, scale)))
    a, b = (resize_to(image, *size) for image in (source, edited))
    found = np.nan_to_num(correlation(a, b), nan=-1.0) > 0.5
    either = _textured(a) | _textured(b)
    return float(found.mean()), float(found.sum() / max(1, either.sum()))


def _textured(image: np.ndarray) -> np.ndarray:
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1)
    centred = grey - cv2.boxFilter(grey, -1, (17, 17))
    return cv2.boxFilter(centred * centred, -1, (17, 17)) > 9


def _reduced(image: np.ndarray) -> np.ndarray:
    width, height = _size(image)
    scale = PICTURE_PX / max(width, height)
    return image if scale >= 1 else resize_to(image, max(1, round(width * scale)), max(1, round(height * scale)))


def _size(image: np.ndarray) -> Size:
    return image.shape[1], image.shape[0]


def trust(laid: Laid) -> float:
    """Return how sure a placement is, 0..1: the structure that both pictures show there, full from `TRUSTED` on."""
    return min(1.0, laid.aligned.agreement / TRUSTED)

"""Lay a pair on each other: the source stretched over the frame, or, where that fails, the part that both show."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from schemas.geometry import BoxXYXY
from transforms.regions.bars import without_bars
from transforms.regions.config import RegionsConfig
from transforms.regions.features import Axis, find_by_features
from transforms.regions.frame import WorkFrame, resize_to, work_frame
from transforms.regions.likeness import BAND_PX, COARSE_PX, Likeness, alike, side_shares
from transforms.regions.overlap import Overlap, Run, Size
from transforms.regions.register import Aligned, register
from transforms.regions.rows import align_rows
from transforms.regions.sweep import find_by_sweep

SURE, SURE_COARSE = 0.8, 0.7
"""Share of the structure that both images show, and of that of either at a coarse size, from which on the stretched
source is taken as it is."""
PROVED, PROVED_SIDE = 0.3, 0.35
"""Share of all structure, and of that along each side, that a misplaced source does not reach."""
OTHER_SHAPE = 1.03
"""Ratio of the aspects of both pictures up to which a stretch is what an editor's sizes leave."""
SNAP = 0.006
"""A run that ends this close to the end of a picture, as a share of its length, ends there."""
LEAST_PX = 24
"""Pixels that the shared part has along each side."""
LEAST_SHARE = 0.4
"""Share of one of both pictures that is shared."""
CLEAR = 1.06
"""Two runs are better than one if they explain this many times as much."""
ENOUGH = 0.9
"""Share of the shared part that is alike from which on no further placement is tried."""
WHOLE = 0.97
"""Share of one of both pictures that it has then."""
SHAPE = 1.03
"""Ratio of the aspects of two pictures of one shape at the most."""
TRUSTED = 0.7
"""Share of the structure that is alike from which a placement is beyond doubt."""
PICTURE_PX = 1280
"""Longer side that placements are looked for at."""


@dataclass(frozen=True, eq=False)
class Laid:
    """A pair laid on each other.

    Attributes:
        source, edited: uint8 full size, what is compared: the pictures, or the part of each that both show.
        frame: both at the working size.
        aligned: the registered source.
        overlap: the shared part; None where the source was stretched over the frame.
        trust: how sure it is that they show the same there, 0..1; no region is surer.
    """

    source: np.ndarray
    edited: np.ndarray
    frame: WorkFrame
    aligned: Aligned
    overlap: Overlap | None
    trust: float = 1.0


def lay(source: np.ndarray, edited: np.ndarray, config: RegionsConfig, work_size: int | None = None) -> Laid:
    """Bring the source onto the edited frame.

    Editors resize, so that the source is first stretched over the frame and registered. Where that shows little
    structure in common, other placements are tried: bars taken off, rows or columns laid along each other, things
    that both pictures show, and in the end all scales. The one that explains most of the frame is taken if it
    explains clearly more.

    Args:
        source: uint8 [H', W', 3].
        edited: uint8 [H, W, 3].
        config: switches of the steps.
        work_size: longer side of the working frame, pixels; None for that of `config`.
    """
    size = work_size or config.work_size
    plain = _laid(source, edited, None, config, size)
    if not config.register_frame or not doubtful(plain):
        return plain
    overlap = find_overlap(source, edited, plain.aligned, plain.frame.edited)
    if overlap is None:
        return replace(plain, trust=_stretch_trust(plain))
    inner = overlap.inset()
    laid = _laid(inner.of_source(source), inner.of_edited(edited), inner, config, size)
    return replace(laid, trust=min(1.0, laid.aligned.agreement / TRUSTED))


def doubtful(laid: Laid) -> bool:
    """Return whether the stretched source shows so little of the edited frame that other placements are tried.

    Large edits leave as little. Where some structure is found again, and along all sides, the place is right.
    """
    source, edited, agreement = laid.aligned.source, laid.frame.edited, laid.aligned.agreement
    alien = agreement < SURE or alike(source, edited, (COARSE_PX,)).share < SURE_COARSE
    if _reshaped(laid):
        return alien or min(side_shares(source, edited)) < PROVED_SIDE
    if not alien:
        return False
    return alike(source, edited, (BAND_PX,)).share < PROVED or min(side_shares(source, edited)) < PROVED_SIDE


def _reshaped(laid: Laid) -> bool:
    """Return whether the pictures differ more in shape than by what an editor's sizes leave."""
    (a, b), (c, d) = laid.frame.source_size, laid.frame.edited_size
    return max(a * d, b * c) > OTHER_SHAPE * min(a * d, b * c)


def _stretch_trust(laid: Laid) -> float:
    """Return how sure a stretched source is that nothing better was found for: less where it was bent into shape."""
    return min(1.0, alike(laid.aligned.source, laid.frame.edited).share / TRUSTED) if _reshaped(laid) else 1.0


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
    before = alike(plain.source, frame)
    best, most = None, Likeness(0.0, 0.0, 0.0)
    for overlap, bars in candidates(*small):
        if not _large_enough(overlap):
            continue
        now = alike(overlap.of_source(small[0]), overlap.of_edited(small[1]), frame=small[1].shape)
        now = now.within(overlap.share)
        better = now.better_than(before, overlap.parted) or (bars and now.plainer_than(before))
        if better and now.worth > (CLEAR if overlap.parted else 1.0) * most.worth:
            best, most = overlap, now
            if now.share >= ENOUGH and max(overlap.shares) >= WHOLE and not overlap.parted:
                break
    return best.scaled(_size(source), _size(edited)) if best else None


def candidates(source: np.ndarray, edited: np.ndarray) -> Iterator[tuple[Overlap, bool]]:
    """Yield placements of the source (uint8 [H', W', 3]) in the edited frame ([H, W, 3]), the plainest first.

    With each comes whether it is the picture without bars, in its own shape.
    """
    sizes = _size(source), _size(edited)
    yield from _without_bars(source, edited)
    everything = [Run((0, sizes[1][i]), (0, sizes[0][i])) for i in (0, 1)]
    for rows in align_rows(source, edited):
        yield Overlap((everything[0],), rows, *sizes), False
    for columns in align_rows(source.swapaxes(0, 1), edited.swapaxes(0, 1)):
        yield Overlap(columns, (everything[1],), *sizes), False
    for find in (find_by_features, find_by_sweep):
        for axes in find(source, edited):
            runs = [_run(axis, sizes[0][i], sizes[1][i]) for i, axis in enumerate(axes)]
            yield Overlap((runs[0],), (runs[1],), *sizes), False


def _without_bars(source: np.ndarray, edited: np.ndarray) -> Iterator[tuple[Overlap, bool]]:
    sizes = _size(source), _size(edited)
    whole = [(0, 0, *size) for size in sizes]
    inner = [without_bars(image) for image in (source, edited)]
    boxes = [(whole[0], inner[1]), (inner[0], whole[1]), (inner[0], inner[1])]
    # bars that were laid over the picture
    boxes += [(_times(inner[1], sizes[1], sizes[0]), inner[1]), (inner[0], _times(inner[0], sizes[0], sizes[1]))]
    for a, b in dict.fromkeys(boxes):
        if [a, b] != whole:
            columns, rows = (Run((b[i], b[i + 2]), (a[i], a[i + 2])) for i in (0, 1))
            shapes = [(x2 - x1) / max(1, y2 - y1) for x1, y1, x2, y2 in (a, b)]
            yield Overlap((columns,), (rows,), *sizes), max(shapes) <= SHAPE * min(shapes)


def _times(box: BoxXYXY, old: Size, new: Size) -> BoxXYXY:
    x1, y1, x2, y2 = (round(v * n / o) for v, n, o in zip(box, new * 2, old * 2, strict=True))
    return x1, y1, x2, y2


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
    return min(min(shape) for shape in overlap.shared_sizes) >= LEAST_PX and max(overlap.shares) >= LEAST_SHARE


def _reduced(image: np.ndarray) -> np.ndarray:
    width, height = _size(image)
    scale = PICTURE_PX / max(width, height)
    return image if scale >= 1 else resize_to(image, max(1, round(width * scale)), max(1, round(height * scale)))


def _size(image: np.ndarray) -> Size:
    return image.shape[1], image.shape[0]

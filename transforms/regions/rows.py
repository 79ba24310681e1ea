"""Lay the rows of a picture along those of another: what was put before, after or between them."""

import cv2
import numpy as np

from transforms.regions.overlap import Run

MOST_ROWS = 640
"""Rows that either picture is brought to at most."""
COLUMNS = 96
"""Values that stand for a row."""
UNLIKE = 0.3
"""What a row that is not found again counts against one that is."""
FLAT = 3.0
"""Grey levels of deviation that count as nothing to be seen in a row."""
CANDIDATES = 10
"""Shifts that are tried for the upper and for the lower part."""
LEAST = 0.04
"""Share of the rows that each of two parts has."""
CUT_REACH = 0.03
"""Share of the frame that a cut between two parts is moved by at most."""
BETTER = 1.06
"""Two parts must explain this many times what one does."""


def align_rows(source: np.ndarray, edited: np.ndarray) -> list[tuple[Run, ...]]:
    """Return ways to lay the rows of a source along those of an edited picture, its columns as wide: one run, or two.

    Args:
        source: uint8 [H', W', 3].
        edited: uint8 [H, W, 3]; both widths show the same.
    """
    ratio = source.shape[1] / edited.shape[1]
    heights = edited.shape[0], source.shape[0] / ratio
    step = max(1.0, max(heights) / MOST_ROWS)
    counts = [max(2, round(height / step)) for height in heights]
    above, below = (_rows(image, count) for image, count in zip((edited, source), counts, strict=True))
    gains = _diagonals(_gain(above, below))
    total = gains.sum(axis=1)
    best = int(total.argmax())
    shifts = np.arange(-len(below) + 1, len(above))
    ways = [_runs((shifts[best],), len(above), counts)]
    two = _two_parts(gains, shifts, len(above), len(below))
    if two and two[0] > BETTER * total[best]:
        ways.append(_runs(two[1], two[2], counts))
    exact = [_to_pixels(way, edited.shape[0] / counts[0], source.shape[0] / counts[1]) for way in ways]
    refined = [_refined(way, source, edited, ratio, step) for way in exact]
    return [_cut_anew(way, source, edited, ratio) if len(way) == 2 else way for way in refined]


def _rows(image: np.ndarray, count: int) -> np.ndarray:
    """Return what stands for each of `count` rows, float32 [count, COLUMNS]: light less its neighbourhood's mean."""
    grey = cv2.cvtColor(
        cv2.resize(np.ascontiguousarray(image), (COLUMNS * 2, count), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    values = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8)
    return (values - cv2.GaussianBlur(values, (0, 0), 6))[:, ::2]


def _gain(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return what it speaks for to lay each row of one picture on each of the other, float32 [n, m], -1..1."""
    energy = (above * above).mean(axis=1)[:, None] + (below * below).mean(axis=1)[None]
    return (2 * (above @ below.T) / above.shape[1] - UNLIKE * energy) / (energy + FLAT**2)


def _diagonals(gain: np.ndarray) -> np.ndarray:
    """Return float32 [n + m - 1, n]: the gain of each row of the edited picture at each shift, 0 where there is none.

    Shift d lays row i on row i - d of the source; the first shift is 1 - m.
    """
    n, m = gain.shape
    shifts, rows = np.arange(1 - m, n)[:, None], np.arange(n)[None]
    to = rows - shifts
    inside = (to >= 0) & (to < m)
    return np.where(inside, gain[np.broadcast_to(rows, to.shape), np.clip(to, 0, m - 1)], np.float32(0))


def _two_parts(gains: np.ndarray, shifts: np.ndarray, n: int, m: int) -> tuple[float, tuple[int, int], int] | None:
    """Return the gain of the best two parts, their shifts, and the row of the edited picture that ends the first."""
    until = np.concatenate([np.zeros((len(gains), 1), np.float32), np.cumsum(gains, axis=1)], axis=1)
    since = until[:, -1:] - until
    uppers, lowers = _peaks(until.max(axis=1)), _peaks(since.max(axis=1))
    least = max(2, round(LEAST * min(n, m)))
    best: tuple[float, tuple[int, int], int] | None = None
    for upper in uppers:
        for lower in lowers:
            grown = int(shifts[lower] - shifts[upper])
            if abs(grown) < 2:
                continue
            ends = np.arange(n + 1)
            starts = ends + max(0, grown)
            # a source that lost rows goes on after them; both parts have some rows
            usable = (starts <= n - least) & (ends >= least + max(0, int(shifts[upper])))
            if not usable.any():
                continue
            value = np.where(usable, until[upper] + since[lower][np.minimum(starts, n)], -np.inf)
            top = float(value.max())
            if best is None or top > best[0]:
                alike = np.flatnonzero(value >= top - 1e-3 * abs(top))
                at = int(alike[len(alike) // 2])
                best = top, (int(shifts[upper]), int(shifts[lower])), at
    return best


def _peaks(values: np.ndarray) -> list[int]:
    """Return the places of the largest values, none next to a larger one."""
    higher = (values >= np.roll(values, 1)) & (values >= np.roll(values, -1))
    places = np.flatnonzero(higher)
    return places[np.argsort(-values[places], kind="stable")[:CANDIDATES]].tolist()


def _runs(shifts: tuple[int, ...], end: int, counts: list[int]) -> tuple[Run, ...]:
    """Return the runs of one or two shifts, in rows of the reduced pictures."""
    n, m = counts
    if len(shifts) == 1:
        d = int(shifts[0])
        first, last = max(0, d), min(n, m + d)
        return (Run((first, last), (first - d, last - d)),)
    upper, lower = shifts
    begin, start = max(0, upper), end + max(0, lower - upper)
    stop = min(n, m + lower)
    return Run((begin, end), (begin - upper, end - upper)), Run((start, stop), (start - lower, stop - lower))


def _to_pixels(runs: tuple[Run, ...], edited: float, source: float) -> tuple[Run, ...]:
    return tuple(
        Run(
            (round(run.edited[0] * edited), round(run.edited[1] * edited)),
            (round(run.source[0] * source), round(run.source[1] * source)),
        )
        for run in runs
    )


def _refined(
    runs: tuple[Run, ...], source: np.ndarray, edited: np.ndarray, ratio: float, step: float
) -> tuple[Run, ...]:
    """Return the runs, each moved by up to two reduced rows to where the full pictures' rows are most alike."""
    if step <= 1.0 and ratio == 1.0:
        return runs
    found = []
    height = source.shape[0]
    for run in runs:
        (y1, y2), (s1, _) = run.edited, run.source
        length = round((y2 - y1) * ratio)
        if y2 <= y1 or length < 2:
            return runs
        reach = int(np.ceil(2 * step * ratio))
        part = _rows(edited[y1:y2], length)
        low, high = max(0, s1 - reach), min(height, s1 + length + reach)
        strip = _rows(source[low:high], high - low)
        best, at = -np.inf, s1
        for first in range(low, max(low, high - length) + 1):
            near = strip[first - low : first - low + length]
            if len(near) == length and (likeness := float((near * part).sum())) > best:
                best, at = likeness, first
        if not np.isfinite(best):
            at, length = s1, run.source[1] - s1
        found.append(Run(run.edited, (at, min(height, at + length))))
    if len(found) == 2 and found[1].source[0] < found[0].source[1]:
        overlap = found[0].source[1] - found[1].source[0]
        if round(overlap / ratio) >= found[0].edited[1] - found[0].edited[0] - 2:
            return runs
        upper = found[0]
        end = upper.edited[1] - round(overlap / ratio)
        found[0] = Run((upper.edited[0], end), (upper.source[0], upper.source[1] - overlap))
    return tuple(found)


def _cut_anew(runs: tuple[Run, ...], source: np.ndarray, edited: np.ndarray, ratio: float) -> tuple[Run, ...]:
    """Return two runs parted where the rows of the pictures as they are differ least; blurred ones are off by some."""
    upper, lower = runs
    height = edited.shape[0]
    above, below = (
        cv2.resize(np.ascontiguousarray(image), (COLUMNS, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
        for image, rows in ((edited, height), (source, max(2, round(source.shape[0] / ratio))))
    )
    shifts = [run.edited[0] - round(run.source[0] / ratio) for run in runs]
    grown = shifts[1] - shifts[0]
    reach = max(4, round(CUT_REACH * height))
    ends = np.arange(max(upper.edited[0] + 2, upper.edited[1] - reach), upper.edited[1] + reach + 1)
    ends = ends[ends + max(0, grown) < lower.edited[1] - 2]
    if not len(ends):
        return runs

    def unlike(rows: np.ndarray, shift: int) -> np.ndarray:
        to = np.clip(rows - shift, 0, len(below) - 1)
        return np.abs(above[np.clip(rows, 0, height - 1)] - below[to]).mean(axis=(1, 2))

    # a row moves from the lower run to the upper one with every step of the cut
    steps = unlike(ends[:-1], shifts[0]) - unlike(ends[:-1] + max(0, grown), shifts[1])
    cost = np.concatenate([[0.0], np.cumsum(steps)])
    best = np.flatnonzero(cost <= cost.min() + 1e-3)
    end = int(ends[best[np.abs(ends[best] - upper.edited[1]).argmin()]])
    start = end + max(0, grown)
    return (
        Run((upper.edited[0], end), (upper.source[0], round((end - shifts[0]) * ratio))),
        Run((start, lower.edited[1]), (round((start - shifts[1]) * ratio), lower.source[1])),
    )

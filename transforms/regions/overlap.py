"""The part of both pictures of a pair that shows the same, where their frames differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from schemas.geometry import BoxXYXY

Size = tuple[int, int]
INSET = 0.004
"""Share of the frame that is left out where the shared part was cut."""


@dataclass(frozen=True)
class Run:
    """A run of rows or of columns that both pictures have: half open pixel ranges in the edited and in the source."""

    edited: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True)
class Margin:
    """A rectangle of the edited frame that the source has not.

    Attributes:
        box_xyxy: half open.
        axis: 0 where it is left or right of the shared part, 1 above or below.
        between: it parts the shared part.
    """

    box_xyxy: BoxXYXY
    axis: int
    between: bool = False

    @property
    def thickness(self) -> int:
        """Pixels across it."""
        return self.box_xyxy[2 + self.axis] - self.box_xyxy[self.axis]


@dataclass(frozen=True)
class Overlap:
    """Where the source is in the edited frame.

    Attributes:
        columns, rows: the runs that both pictures have, in order; two where something was pushed in between.
        source_size, edited_size: (width, height) of the pictures.
        exact: the same before `inset`; None if it was not.
    """

    columns: tuple[Run, ...]
    rows: tuple[Run, ...]
    source_size: Size
    edited_size: Size
    exact: "Overlap | None" = None

    def of_source(self, image: np.ndarray) -> np.ndarray:
        """Return the shared part of an image [H', W', ...] of the source's size."""
        return _cut(image, [run.source for run in self.rows], [run.source for run in self.columns])

    def of_edited(self, image: np.ndarray) -> np.ndarray:
        """Return the shared part of an image [H, W, ...] of the edited picture's size."""
        return _cut(image, [run.edited for run in self.rows], [run.edited for run in self.columns])

    def spread(self, mask: np.ndarray) -> np.ndarray:
        """Return a bool mask of the shared part as one of the edited frame, [H, W]; False in the margins."""
        width, height = self.edited_size
        full = np.zeros((height, width), bool)
        rows, columns = (np.concatenate([np.arange(*run.edited) for run in runs]) for runs in (self.rows, self.columns))
        full[np.ix_(rows, columns)] = mask
        return full

    def spread_small(self, values: np.ndarray, size: Size) -> np.ndarray:
        """Return a map [h, w] of the shared part as one of the edited frame at `size` (w, h); 0 in the margins."""
        width, height = size
        rows = _nearest([run.edited for run in self.rows], self.edited_size[1], height, values.shape[0])
        columns = _nearest([run.edited for run in self.columns], self.edited_size[0], width, values.shape[1])
        full = values[np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))]
        return np.where((rows >= 0)[:, None] & (columns >= 0), full, np.zeros((), values.dtype))

    def full_matrix(self, matrix: np.ndarray) -> np.ndarray:
        """Turn a [2, 3] map of the shared part, edited pixel -> source pixel, into one of the pictures.

        Where there are two runs it is that of the longer one.
        """
        inward, outward = self._moves()
        return (outward @ np.vstack([matrix, [0, 0, 1]]) @ inward)[:2]

    def shared_matrix(self, matrix: np.ndarray) -> np.ndarray:
        """Undo `full_matrix`."""
        inward, outward = self._moves()
        return (np.linalg.inv(outward) @ np.vstack([matrix, [0, 0, 1]]) @ np.linalg.inv(inward))[:2]

    def _moves(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the [3, 3] moves from the edited picture to its shared part, and from the source's to the source."""
        inward, outward = np.eye(3), np.eye(3)
        for axis, runs in enumerate((self.columns, self.rows)):
            longest = max(range(len(runs)), key=lambda i: runs[i].edited[1] - runs[i].edited[0])
            before = runs[:longest]
            inward[axis, 2] = sum(run.edited[1] - run.edited[0] for run in before) - runs[longest].edited[0]
            outward[axis, 2] = runs[longest].source[0] - sum(run.source[1] - run.source[0] for run in before)
        return inward, outward

    def margins(self) -> list["Margin"]:
        """Return the parts of the edited frame that the source has not: above and below, then left and right."""
        if self.exact:
            return self.exact.margins()
        width, height = self.edited_size
        x1, y1, x2, y2 = self.box_xyxy
        margins = [Margin((0, 0, width, y1), 1), Margin((0, y2, width, height), 1)]
        margins += [Margin((x1, a.edited[1], x2, b.edited[0]), 1, True) for a, b in pairwise(self.rows)]
        margins += [Margin((0, y1, x1, y2), 0), Margin((x2, y1, width, y2), 0)]
        margins += [Margin((a.edited[1], y1, b.edited[0], y2), 0, True) for a, b in pairwise(self.columns)]
        return [margin for margin in margins if margin.thickness > 0]

    @property
    def box_xyxy(self) -> BoxXYXY:
        """Half open box of the shared part in the edited frame, with what was pushed in between."""
        columns, rows = self.columns, self.rows
        return columns[0].edited[0], rows[0].edited[0], columns[-1].edited[1], rows[-1].edited[1]

    @property
    def parted(self) -> bool:
        """Whether something was pushed in between, or taken out."""
        return len(self.columns) > 1 or len(self.rows) > 1

    @property
    def shared_sizes(self) -> tuple[Size, Size]:
        """(width, height) of the shared part in the source and in the edited picture."""
        axes = self.columns, self.rows
        source, edited = (
            tuple(sum(getattr(run, side)[1] - getattr(run, side)[0] for run in runs) for runs in axes)
            for side in ("source", "edited")
        )
        return (source[0], source[1]), (edited[0], edited[1])

    def scaled(self, source_size: Size, edited_size: Size) -> "Overlap":
        """Return the same for pictures of other sizes (width, height)."""
        if (source_size, edited_size) == (self.source_size, self.edited_size):
            return self
        runs = []
        for axis, old in enumerate((self.columns, self.rows)):
            by_source = source_size[axis] / self.source_size[axis]
            by_edited = edited_size[axis] / self.edited_size[axis]
            runs.append(tuple(Run(_times(run.edited, by_edited), _times(run.source, by_source)) for run in old))
        return Overlap(runs[0], runs[1], source_size, edited_size)

    @property
    def shares(self) -> tuple[float, float]:
        """Shares of the source and of the edited picture that both have."""
        whole = self.source_size, self.edited_size
        source, edited = (w * h / (a * b) for (w, h), (a, b) in zip(self.shared_sizes, whole, strict=True))
        return source, edited

    @property
    def share(self) -> float:
        """Share of the edited frame that the source has."""
        return self.shares[1]

    def inset(self) -> "Overlap":
        """Return the same without the outermost pixels where either picture goes on: a cut may be a pixel off."""
        runs = []
        for axis, old in enumerate((self.columns, self.rows)):
            by = max(1.0, INSET * self.edited_size[axis])
            runs.append(
                tuple(
                    _shortened(run, by, (i > 0 or not _starts(run)), i < len(old) - 1 or not self._ends(run, axis))
                    for i, run in enumerate(old)
                )
            )
        return Overlap(runs[0], runs[1], self.source_size, self.edited_size, exact=self)

    def _ends(self, run: Run, axis: int) -> bool:
        return run.edited[1] == self.edited_size[axis] and run.source[1] == self.source_size[axis]


def _starts(run: Run) -> bool:
    return run.edited[0] == 0 and run.source[0] == 0


def _shortened(run: Run, by: float, first: bool, last: bool) -> Run:
    """Return a run without so many pixels of the edited picture at either end."""
    (e1, e2), (s1, s2) = run.edited, run.source
    ratio = (s2 - s1) / (e2 - e1)
    if e2 - e1 < 8 * by:
        return run
    return Run(
        (e1 + round(by) * first, e2 - round(by) * last),
        (s1 + round(by * ratio) * first, s2 - round(by * ratio) * last),
    )


def _times(ends: tuple[int, int], scale: float) -> tuple[int, int]:
    return round(ends[0] * scale), round(ends[1] * scale)


def _cut(image: np.ndarray, rows: Sequence[tuple[int, int]], columns: Sequence[tuple[int, int]]) -> np.ndarray:
    parts = [image[y1:y2] for y1, y2 in rows]
    tall = parts[0] if len(parts) == 1 else np.concatenate(parts)
    parts = [tall[:, x1:x2] for x1, x2 in columns]
    return np.ascontiguousarray(parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1))


def _nearest(runs: Sequence[tuple[int, int]], full: int, size: int, values: int) -> np.ndarray:
    """Return which of `values` places along an axis each of `size` pixels shows, int [size]; -1 in a margin."""
    at = (np.arange(size) + 0.5) * full / size
    place, before = np.full(size, -1), 0
    total = sum(last - first for first, last in runs)
    for first, last in runs:
        inside = (at >= first) & (at < last)
        place[inside] = np.minimum((at[inside] - first + before) / total * values, values - 1).astype(int)
        before += last - first
    return place

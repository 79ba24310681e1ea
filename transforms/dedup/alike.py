"""Decide from their details if two pictures with near hashes show the same content.

Thumbnails of copies agree cell by cell, whatever was done to tone, size and compression, once a smooth curve of tone is
fitted and a cell may be as far off as its neighbours differ, which a shift of a part of a cell explains. Thumbnails of
other content on the same ground do not, in a share of the cells that grows with the content.
"""

from collections.abc import Sequence

import numpy as np

from transforms.dedup.moved import moved_to
from transforms.sources.detail import Details, read_details

AT_ONCE = 1 << 12
"""Pairs whose cells are compared at a time: what bounds memory (some 10 kB a pair)."""
FRAME, WINDOW, COLOURS = 0.15, 0.04, 0.15
"""Shares of the cells of frame, window and colours that may differ where the ground is plain."""
SHIFTED, LARGE_SHIFTED = 0.08, 0.04
"""Where no ground is plain: cells of the frame that may differ, as a share of those that differ when it is shifted by a
cell. In a layout of bars and white areas few cells differ then, and few may. The second: where a large content decides.
"""
PLACE = 0.04
"""Shares of the frame by which the sides of two windows may differ."""
GROUND = 64
"""Levels by which two grounds may differ: what a change of brightness explains."""
LARGE = 0.6
"""Share of the frame from which on a window is no finer than the frame, which then may decide alone."""
CAPTION = 2
"""Neighbouring rows of cells of which none counts: a line of text may be laid over a copy."""
NOISE, RELATIVE, SHIFT = 1.5, 0.03, 0.2
"""Differences of a cell that mean nothing: levels, a share of the largest cell, a share of its neighbours' range."""
THIN = 0.4
"""Largest cell, as a share of the content's contrast, below which the content is thin, such as writing, and less may
differ: in proportion, down to a half."""
COLOUR_NOISE = 12
"""Levels by which the colour of a cell may differ."""
SAVED, TONED = 1.5, 4.0
"""Ratio of the largest cells of two windows up to which one may be the other after saving, or after a change of tone: a
content that hardly differs from its ground in luma can be fitted to any other.
"""
GAIN = (0.5, 2.0)
"""By what a change of contrast or saturation may scale colours."""
STEP = (3.0, 0.08)
"""From where on two neighbouring cells make a step: levels, and share of the largest cell."""
CONFLICTS = 0.06
"""Share of the steps of two thumbnails that may lead the other way, for the first, fast look."""
_ORDER = 3

Pair = tuple[np.ndarray, np.ndarray]


class Looks:
    """The details of some pictures, made ready to be compared in great numbers."""

    def __init__(self, details: Details, rows: np.ndarray) -> None:
        """Make details ready; `rows` (int64 [N]) is the row of each picture in them."""
        self.details, self.rows = details, rows
        frames, windows = (
            [_steps(flipped, scale) for flipped in (thumbnails, thumbnails[:, :, ::-1])]
            for thumbnails, scale in ((details.frame, details.scale[:, 0]), (details.window, details.scale[:, 1]))
        )
        # bits of the own and of the mirrored picture, uint64 [2, N, 2, words]
        self.frames, self.windows = np.stack(frames), np.stack(windows)
        self.large = _area(details) >= LARGE

    def alike(self, i: np.ndarray, others: "Looks", j: np.ndarray, flipped: np.ndarray) -> np.ndarray:
        """Return for some pairs if the two show the same content, bool [P]; see `alike`.

        Args:
            i: numbers of pictures of these.
            others, j: the pictures to compare them with.
            flipped: bool [P], compare with the mirrored picture of the other.
        """
        i, j = self.rows[i], others.rows[j]
        turned = flipped.astype(np.int64)
        quick = _few_conflicts(self.frames[0, i], others.frames[turned, j])
        ask = np.flatnonzero(quick)
        large = self.large[i[ask]] & others.large[j[ask]]
        ask = ask[large | _few_conflicts(self.windows[0, i[ask]], others.windows[turned[ask], j[ask]])]
        ask = ask[self._may_be(i[ask], others, j[ask], flipped[ask])]
        result = np.zeros(len(i), bool)
        result[ask] = alike(self.details.rows(i[ask]), others.details.rows(j[ask]), flipped[ask])
        return result

    def _may_be(self, i: np.ndarray, others: "Looks", j: np.ndarray, flipped: np.ndarray) -> np.ndarray:
        """Return if place and colours of two contents can be those of copies, where these decide, bool [P]."""
        one, other = self.details, others.details
        result = ~(one.plain[i] & other.plain[j]) | (self.large[i] & others.large[j])
        ask = np.flatnonzero(~result)
        i, j, flipped = i[ask], j[ask], flipped[ask]
        x1, y1, x2, y2 = other.place[j].T
        place = np.stack([np.where(flipped, 1 - x2, x1), y1, np.where(flipped, 1 - x1, x2), y2], axis=1)
        near = np.abs(one.place[i] - place).max(axis=1, initial=0) <= PLACE
        ask, i, j, flipped, place = (values[near] for values in (ask, i, j, flipped, place))
        theirs = other.colours[j]
        theirs = np.where(flipped[:, None, None, None], theirs[:, :, ::-1], theirs)
        result[ask] = _other_colours((one.colours[i], theirs), (one.place[i], place)) <= COLOURS
        return result


def looks_of(texts: Sequence[str], wanted: np.ndarray | None = None) -> Looks:
    """Return the looks of pictures by the texts of their details; only those of `wanted` (bool [N]) can be compared."""
    wanted = np.ones(len(texts), bool) if wanted is None else wanted
    return Looks(read_details([texts[k] for k in np.flatnonzero(wanted).tolist()]), np.cumsum(wanted) - 1)


def _steps(thumbnails: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return where neighbouring cells rise and where they fall, packed bits, uint64 [N, 2, words]."""
    count, side = thumbnails.shape[:2]
    cells = thumbnails.astype(np.int16)
    right, down = np.diff(cells, axis=2), np.diff(cells, axis=1)
    steps = np.concatenate([part.reshape(count, side * (side - 1)) for part in (right, down)], axis=1)
    least = np.maximum(STEP[0] * 127 / np.maximum(scale, 1), STEP[1] * 127)[:, None]
    bits = np.stack([steps >= least, steps <= -least], axis=1)
    spare = -bits.shape[2] % 64
    packed = np.packbits(np.pad(bits, [(0, 0), (0, 0), (0, spare)]), axis=2)
    return np.ascontiguousarray(packed).view(np.uint64)


def _few_conflicts(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return if few steps of one picture lead the other way in another (uint64 [P, 2, words] each), bool [P]."""
    against = np.bitwise_count(one & other[:, ::-1]).sum(axis=(1, 2), dtype=np.int32)
    most = np.minimum(*(np.bitwise_count(some).sum(axis=(1, 2), dtype=np.int32) for some in (one, other)))
    few: np.ndarray = against <= CONFLICTS * most
    return few


def alike(one: Details, other: Details, flipped: np.ndarray) -> np.ndarray:
    """Return for each row if the two pictures show the same content, bool [P].

    A picture without a detail is like all others: its difference hash alone decides.

    Args:
        one, other: P pictures each.
        flipped: bool [P], compare with the mirrored picture of `other`.
    """
    result = ~one.known | ~other.known
    ask = np.flatnonzero(~result)
    ground = np.abs(one.ground[ask].astype(np.int16) - other.ground[ask]).max(axis=1, initial=0) <= GROUND
    ask = ask[ground | ~(one.plain & other.plain)[ask]]
    for begin in range(0, len(ask), AT_ONCE):
        some = ask[begin : begin + AT_ONCE]
        result[some] = _same_cells(one.rows(some), other.rows(some).flipped(flipped[some]))
    return result


def _same_cells(one: Details, other: Details) -> np.ndarray:
    plain = one.plain & other.plain
    frames = _levels(one.frame, one.scale[:, 0]), _levels(other.frame, other.scale[:, 0])
    thin = np.where(plain, _thin(one, other), 1)
    found = np.minimum(_differing(*frames, thin, 1, CAPTION), _differing(*frames[::-1], thin, 1, CAPTION))
    same = found <= np.where(plain, FRAME, 0)
    by_frame = np.flatnonzero(~plain | (same & (np.minimum(_area(one), _area(other)) >= LARGE)))
    least = np.minimum(*(_own_change(cells[by_frame], thin[by_frame]) for cells in frames))
    decided = found[by_frame] <= np.where(plain[by_frame], LARGE_SHIFTED, SHIFTED) * least
    by_window = np.setdiff1d(np.flatnonzero(same & plain), by_frame[decided])
    same[by_frame] = decided
    same[by_window] = _same_windows(one.rows(by_window), other.rows(by_window))
    return same


def _area(details: Details) -> np.ndarray:
    x1, y1, x2, y2 = details.place.T
    found: np.ndarray = (x2 - x1) * (y2 - y1)
    return found


def _same_windows(one: Details, other: Details) -> np.ndarray:
    """Return if the contents of pictures on plain grounds are the same, bool [P]."""
    same = np.abs(one.place - other.place).max(axis=1, initial=0) <= PLACE
    a, b = _levels(one.window, one.scale[:, 1]), _levels(other.window, other.scale[:, 1])
    thin = _thin(one, other)
    found = np.minimum(_differing(a, b, thin), _differing(b, a, thin))
    moved = moved_to(a, one.place, other.place), moved_to(b, other.place, one.place)
    again = np.minimum(_differing(moved[0], b, thin), _differing(moved[1], a, thin))
    again[~_as_strong(a, b, SAVED)] = 1
    same &= _as_strong(a, b, TONED) & (np.minimum(found, again) <= WINDOW)
    same &= _other_colours((one.colours, other.colours), (one.place, other.place)) <= COLOURS
    return same


def _as_strong(a: np.ndarray, b: np.ndarray, most: float) -> np.ndarray:
    """Return if the largest cells of two windows (float32 [P, S, S] each) differ by no more than a factor."""
    low, high = np.sort([np.abs(some).max(axis=(1, 2), initial=0) for some in (a, b)], axis=0)
    strong: np.ndarray = low * most + NOISE >= high
    return strong


def _thin(one: Details, other: Details) -> np.ndarray:
    """Return by how much less may differ between thin contents, 0.5..1, float32 [P]."""
    shares = [found.scale[:, 1] / np.maximum(found.contrast, 1) for found in (one, other)]
    factor: np.ndarray = np.clip(np.minimum(*shares) / THIN, 0.5, 1)
    return factor


def _own_change(cells: np.ndarray, thin: np.ndarray) -> np.ndarray:
    """Return the share of cells in which thumbnails differ from themselves, shifted by a cell, float32 [P]."""
    right = np.concatenate([cells[:, :, 1:], cells[:, :, -1:]], axis=2)
    down = np.concatenate([cells[:, 1:], cells[:, -1:]], axis=1)
    found: np.ndarray = (_differing(right, cells, thin, 1) + _differing(down, cells, thin, 1)) / 2
    return found


def _levels(thumbnails: np.ndarray, scale: np.ndarray) -> np.ndarray:
    levels: np.ndarray = thumbnails * (scale.astype(np.float32) / 127)[:, None, None]
    return levels


def _differing(one: np.ndarray, other: np.ndarray, thin: np.ndarray, margin: int = 0, caption: int = 0) -> np.ndarray:
    """Return the share of cells in which thumbnails (levels, float32 [P, S, S] each) differ, float32 [P].

    The tone of the first is fitted to the other's. As a change of tone may lose levels, both directions are tried.

    Args:
        one, other: to compare.
        thin: factor of what may differ, float32 [P].
        margin: cells along the border of which none counts: a thin frame or a narrow crop changes these.
        caption: neighbouring rows, those that differ most, of which no cell counts.
    """
    fitted = _toned(one, other)
    largest = np.abs(other).max(axis=(1, 2), keepdims=True, initial=0)
    allowed = NOISE + RELATIVE * largest + SHIFT * np.minimum(_range(fitted), _range(other))
    allowed *= thin[:, None, None]
    within = slice(margin, one.shape[1] - margin)
    rows = (np.abs(fitted - other) > allowed)[:, within, within].mean(axis=2, dtype=np.float32)
    found: np.ndarray = rows.sum(axis=1)
    if caption:
        bands = np.lib.stride_tricks.sliding_window_view(rows, caption, axis=1).sum(axis=2)
        found = found - bands.max(axis=1)
    found /= rows.shape[1]
    return found


def _toned(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return `one` with the polynomial of tone by which it comes nearest to `other`."""
    count = len(one)
    values = one.reshape(count, one.shape[1] * one.shape[2])
    values = values / np.maximum(np.abs(values).max(axis=1, keepdims=True, initial=0), 1e-3)
    powers = np.stack([values**k for k in range(_ORDER + 1)], axis=2)
    across = powers.transpose(0, 2, 1)
    gram = across @ powers + 1e-3 * np.eye(_ORDER + 1, dtype=np.float32)
    weights = np.linalg.solve(gram, across @ other.reshape(count, values.shape[1], 1))
    toned: np.ndarray = (powers @ weights).reshape(one.shape)
    return toned


def _range(cells: np.ndarray) -> np.ndarray:
    """Return the largest less the smallest of each cell and its eight neighbours."""
    low = high = cells
    for axis in (1, 2):
        low, high = _over(np.minimum, low, axis), _over(np.maximum, high, axis)
    found: np.ndarray = high - low
    return found


def _over(pick: np.ufunc, cells: np.ndarray, axis: int) -> np.ndarray:
    """Return the pick among each cell and its two neighbours along an axis."""
    result = cells.copy()
    first, last = [slice(None)] * 3, [slice(None)] * 3
    first[axis], last[axis] = slice(None, -1), slice(1, None)
    before, behind = tuple(first), tuple(last)
    result[before] = pick(result[before], cells[behind])
    result[behind] = pick(result[behind], cells[before])
    return result


def _other_colours(colours: Pair, places: Pair) -> np.ndarray:
    """Return the share of cells whose colours differ, float32 [P]: as they are, or each moved to the other's window.

    Args:
        colours: of two contents, halves of levels, int8 [P, C, C, 2] each.
        places: of their windows, float [P, 4] each.
    """
    a, b = (2 * some.astype(np.float32).transpose(3, 0, 1, 2) for some in colours)  # [2, P, C, C]
    moved = moved_to(a, *places), moved_to(b, *places[::-1])
    again = np.minimum(_far(moved[0], b), _far(a, moved[1]))
    reach = [np.abs(some).max(axis=0) for some in (a, b)]
    again[~_as_strong(reach[0], reach[1], SAVED)] = 1
    found: np.ndarray = np.minimum(_far(a, b), again)
    return found


def _far(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the share of cells whose colours (levels, float32 [2, P, C, C] each) are far from each other."""
    energy = (a * a).sum(axis=(0, 2, 3))
    gain = np.clip((a * b).sum(axis=(0, 2, 3)) / np.maximum(energy, 1), *GAIN)
    far = np.abs(gain[:, None, None] * a - b).max(axis=0) > COLOUR_NOISE
    share: np.ndarray = far.mean(axis=(1, 2), dtype=np.float32)
    return share

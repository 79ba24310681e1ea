"""The tables of a run."""

from collections.abc import Callable, Sequence

from benchmarks.regions import estimates as of
from benchmarks.regions.estimates import Estimate, Ratio, estimate
from benchmarks.regions.evaluate import Row
from benchmarks.regions.score import MISS
from benchmarks.regions.table import counted, figure, line, with_interval
from benchmarks.regions.timing import Timing
from benchmarks.table import NOTHING, Table
from schemas.geometry import BoxXYXY

STRONGEST = 3
"""The highest noise level."""
STATUSES = ("unchanged", "ok", "global", "unregistrable")
TRUTHS = ("unedited", "local", "whole frame")
SIZES = ("small (< 1 %)", "medium (< 10 %)", "large", "whole frame")
"""Sizes of a box as a share of the frame."""
MASK, MS = "mask IoU", "ms (CPU)"
_MS_NOTE = "ms: wall time on one thread, in brackets processor time"
_BOUNDS = (0.01, 0.1, 0.99)
_NOTE = (
    "F1, P, R: boxes one to one at IoU 0.5 over all edited pairs; in brackets 95 % intervals, bootstrap over sources."
)


_MARGINS = "Boxes that lie mostly on bars or on what was added count neither way."


def overview(title: str, rows: Sequence[Row], timing: Timing | None = None) -> Table:
    """Compare methods.

    Args:
        title: of the table.
        rows: of all methods, of one data set.
        timing: of the methods; None to leave the column out.
    """
    masks = any(row.score.mask_iou is not None for row in rows)
    header = ["method", "F1", "P", "R", "F1 at 0.75", "F1 per pair", "union IoU", MASK, "fires on unedited", MS]
    lines = []
    for method, found in by(rows, lambda row: row.method).items():
        cells = [
            method,
            with_interval(estimate(found, of.f1)),
            figure(estimate(found, of.precision)),
            figure(estimate(found, of.recall)),
            with_interval(estimate(found, of.f1_75)),
            figure(estimate(found, of.f1_per_pair)),
            with_interval(estimate(found, of.union_iou)),
            with_interval(estimate(found, of.mask_iou)),
            counted(estimate(found, of.fires)),
            _ms(timing, method),
        ]
        lines.append(cells)
    timed = timing is not None and bool(timing.ms)
    drop = {i for i, column in enumerate(header) if (column == MASK and not masks) or (column == MS and not timed)}
    pairs = {row.id: bool(row.truth_xyxy) for row in rows}
    note = (
        f"{len(pairs)} pairs, {sum(pairs.values())} of them edited, {len({row.group for row in rows})} sources. {_NOTE}"
    )
    if timing and timed:
        note += f" {_MS_NOTE}, median over pairs of {timing.megapixels:.2f} megapixels."
    return Table(title, _without(header, drop), tuple(_without(cells, drop) for cells in lines), note)


def breakdown(title: str, rows: Sequence[Row], key: Callable[[Row], object]) -> Table:
    """Score one method on parts of the pairs.

    Args:
        title: of the table.
        rows: of one method.
        key: names the part that a pair belongs to.
    """
    lines = []
    for name, found in sorted(by(rows, key).items()):
        cells = (
            name,
            str(sum(bool(row.truth_xyxy) for row in found)),
            with_interval(estimate(found, of.f1)),
            figure(estimate(found, of.precision)),
            figure(estimate(found, of.recall)),
            with_interval(estimate(found, of.f1_75)),
            figure(estimate(found, of.union_iou)),
            figure(estimate(found, of.mask_iou)),
            counted(estimate(found, of.fires)),
        )
        lines.append(cells)
    header = ("", "edited pairs", "F1", "P", "R", "F1 at 0.75", "union IoU", MASK, "fires on unedited")
    masks = any(row.score.mask_iou is not None for row in rows)
    drop = {i for i, column in enumerate(header) if column == MASK and not masks}
    return Table(title, _without(header, drop), tuple(_without(cells, drop) for cells in lines))


def false_boxes(title: str, rows: Sequence[Row], key: Callable[[Row], object]) -> Table:
    """Count the boxes of one method over what nobody edited, on parts of the pairs.

    Args:
        title: of the table.
        rows: of one method.
        key: names the part that a pair belongs to.
    """
    lines = []
    for name, found in [*sorted(by(rows, key).items()), ("all", list(rows))]:
        edited, unedited = ([row for row in found if bool(row.truth_xyxy) == wanted] for wanted in (True, False))
        wrong = [sum(hit == MISS for hit in row.score.hits_50) for row in edited]
        cells = [
            name,
            str(len({row.group for row in found})),
            str(len(edited)),
            with_interval(estimate(found, of.f1)),
            figure(estimate(found, of.f1_75)),
            figure(estimate(found, of.recall)),
            f"{sum(wrong) / len(wrong):.2f}" if wrong else NOTHING,
            counted(estimate(found, of.fires)),
            f"{sum(len(row.boxes_xyxy) for row in unedited) / len(unedited):.2f}" if unedited else NOTHING,
        ]
        lines.append(tuple(cells))
    header = ("", "photos", "edited pairs", "F1", "F1 at 0.75", "R", "false boxes a pair", "fires on unedited")
    return Table(title, (*header, "boxes on an unedited pair"), tuple(lines), _MARGINS)


def type_by_level(title: str, rows: Sequence[Row]) -> Table:
    """Return the F1 of one method by edit type and noise level, and how often it fires on unedited pairs."""
    levels = sorted({row.level for row in rows})
    lines = []
    for edit_type, found in sorted(by(rows, lambda row: row.edit_type).items()):
        edited = [row for row in found if row.truth_xyxy]
        cells = [[row for row in found if row.level == level] for level in [*levels]]
        shown = [figure(estimate(part, of.f1)) if edited else counted(estimate(part, of.fires)) for part in cells]
        lines.append((edit_type if edited else f"{edit_type} (fires)", *shown))
    return Table(title, ("", *(f"level {level}" for level in levels)), tuple(lines))


def size_of(box: BoxXYXY, width: int, height: int) -> int:
    """Return the index in `SIZES` of a box in a frame."""
    share = (box[2] - box[0]) * (box[3] - box[1]) / (width * height)
    return sum(share >= bound for bound in _BOUNDS)


def by_size(title: str, rows: Sequence[Row]) -> Table:
    """Score one method by the size of the regions: a hit or a miss has its true box's size, a false box its own."""

    def part(size: int, hits: Callable[[Row], Sequence[int]], recall: bool) -> Callable[[Row], Ratio]:
        def ratio(row: Row) -> Ratio:
            if not row.truth_xyxy:
                return 0, 0
            true = [size_of(box, row.width, row.height) == size for box in row.truth_xyxy]
            hit = sum(true[i] for i in hits(row) if i != MISS)
            if recall:
                return hit, sum(true)
            false = [box for box, i in zip(row.boxes_xyxy, hits(row), strict=True) if i == MISS]
            return 2 * hit, sum(true) + hit + sum(size_of(box, row.width, row.height) == size for box in false)

        return ratio

    lines = []
    for size, name in enumerate(SIZES):
        recall = estimate(rows, part(size, lambda row: row.score.hits_50, recall=True))
        f1 = estimate(rows, part(size, lambda row: row.score.hits_50, recall=False))
        f1_75 = estimate(rows, part(size, lambda row: row.score.hits_75, recall=False))
        if f1.count:
            lines.append((name, f"{recall.count:.0f}", with_interval(f1), figure(recall), with_interval(f1_75)))
    note = "Share of the frame that the box covers. A hit or a miss has its true box's size, a false box its own."
    return Table(title, ("", "true boxes", "F1", "R", "F1 at 0.75"), tuple(lines), note)


def statuses(title: str, rows: Sequence[Row]) -> Table:
    """Return what a method said of each kind of pair, as counts."""
    lines = []
    for truth in TRUTHS:
        found = [row.status for row in rows if row.truth == truth]
        if found:
            lines.append(line([truth, *(found.count(status) for status in STATUSES)]))
    return Table(title, ("truth", *STATUSES), tuple(lines), "Pairs by what was done to them and what was said of them.")


def ablation(
    rows: Sequence[Row], timing: Timing, real: Sequence[Row] = (), title: str = "One step switched at a time"
) -> Table:
    """Compare the whole chain with itself after one switch.

    Args:
        rows: of all variants, synthetic; the first is the whole chain.
        timing: of the variants.
        real: of all variants, on real pairs.
        title: of the table.
    """
    variants = list(dict.fromkeys(row.method for row in [*rows, *real]))
    base: Estimate | None = None
    lines = []
    for name in variants:
        found = [row for row in rows if row.method == name]
        strong = [row for row in found if row.level == STRONGEST]
        photos = [row for row in real if row.method == name]
        f1 = estimate(found, of.f1)
        base = base or f1
        lines.append(
            (
                name,
                with_interval(f1),
                f"{f1.value - base.value:+.3f}" if f1.count else NOTHING,
                figure(estimate(strong, of.f1)),
                figure(estimate(found, of.f1_75)),
                figure(estimate(found, of.mask_iou)),
                counted(estimate(found, of.fires)),
                counted(estimate(strong, of.fires)),
                figure(estimate(photos, of.f1)),
                figure(estimate(photos, of.union_iou)),
                _ms(timing, name),
            )
        )
    header = ["", "F1", "change", "F1 at level 3", "F1 at 0.75", MASK, "fires on unedited"]
    header += ["fires at level 3", "real F1", "real union IoU", MS]
    return Table(title, tuple(header), tuple(lines), f"{_MS_NOTE}.")


def worst(title: str, rows: Sequence[Row], count: int) -> Table:
    """List the pairs that one method does worst on, edited or not."""
    lines = [
        line(
            [
                row.id,
                row.edit_type,
                row.level if row.level >= 0 else NOTHING,
                row.frame,
                f"{row.width}x{row.height}",
                row.status,
                len(row.truth_xyxy),
                len(row.boxes_xyxy),
                f"{row.f1:.2f}",
                f"{row.f1_75:.2f}",
                f"{row.score.union_iou:.2f}",
                NOTHING if row.score.mask_iou is None else f"{row.score.mask_iou:.2f}",
            ]
        )
        for row in worst_first(rows)[:count]
    ]
    header = ("pair", "type", "level", "frame", "size", "status", "true", "found", "F1", "F1 at 0.75", "union", "mask")
    return Table(title, header, tuple(lines))


def worst_first(rows: Sequence[Row]) -> list[Row]:
    """Sort by F1, then by F1 at 0.75, then by the IoU of the unions."""
    return sorted(rows, key=lambda row: (row.f1, row.f1_75, row.score.union_iou))


def by(rows: Sequence[Row], key: Callable[[Row], object]) -> dict[str, list[Row]]:
    """Group rows by a key written as text, in the order in which the groups first occur."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(key(row)), []).append(row)
    return groups


def _ms(timing: Timing | None, method: str) -> str:
    return f"{timing.ms[method]:.0f} ({timing.cpu_ms[method]:.0f})" if timing and method in timing.ms else NOTHING


def _without(cells: Sequence[str], drop: set[int]) -> tuple[str, ...]:
    return tuple(cell for i, cell in enumerate(cells) if i not in drop)

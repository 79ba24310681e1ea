"""What a run leaves in its folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.regions.compared import draw_compared
from benchmarks.regions.evaluate import Row
from benchmarks.regions.methods import OURS, Method
from benchmarks.regions.pair import PairRef
from benchmarks.regions.pictures import write_sheets
from benchmarks.regions.reliability import reliability, reliability_png, reliability_table
from benchmarks.regions.tables import (
    STRONGEST,
    ablation,
    breakdown,
    by,
    by_size,
    false_boxes,
    overview,
    statuses,
    type_by_level,
    worst,
    worst_first,
)
from benchmarks.regions.timing import Timing
from benchmarks.table import Table

DATA = {
    "synthetic": "synthetic",
    "real": "real pairs",
    "crops": "unedited crops of the real pairs",
    "framings": "frames that differ",
}


@dataclass(frozen=True)
class Run:
    """All that a run found.

    Attributes:
        cases: the pairs, in order.
        methods: those that stand side by side.
        variants: the chain and its ablations; may be empty.
        rows: one per pair and method, methods first, then variants; in order of the pairs.
        timing: of the methods and variants.
    """

    cases: Sequence[PairRef]
    methods: Sequence[Method]
    variants: Sequence[Method]
    rows: Sequence[Row]
    timing: Timing

    def of(self, data: str, methods: Sequence[Method]) -> list[Row]:
        """Return the rows of some methods on one data set."""
        names = {method.name for method in methods}
        return [row for row in self.rows if row.data == data and row.method in names]

    @property
    def ours(self) -> list[Method]:
        """The rows of the chain itself, without ablations."""
        return [method for method in self.methods if method.name in OURS]


def all_tables(run: Run, worst_count: int) -> list[Table]:
    """Return every table of a run: methods side by side, then the first of ours in parts, then the ablation."""
    tables = []
    for data, name in DATA.items():
        rows = run.of(data, run.methods)
        if rows:
            tables.append(overview(f"All methods, {name}", rows, run.timing))
        strongest = [row for row in rows if row.level == STRONGEST]
        if strongest:
            tables.append(overview(f"All methods, {name}, under the strongest noise", strongest))
    for method in run.ours[:1]:
        tables += _synthetic_parts(run.of("synthetic", [method]), method.name)
    for method in run.ours:
        tables += _real_parts(run.of("real", [method]), method.name)
    for method in run.ours:
        rows = run.of("framings", [method])
        if rows:
            tables.append(false_boxes(f"{method.name}, frames that differ", rows, lambda row: row.frame))
            tables.append(false_boxes(f"{method.name}, frames that differ, by kind", rows, lambda row: row.edit_type))
    for method in run.ours[:1]:
        tables += _both_parts(run, method, worst_count)
    if run.variants:
        tables.append(ablation(run.of("synthetic", run.variants), run.timing, run.of("real", run.variants)))
    return tables


def _synthetic_parts(rows: Sequence[Row], name: str) -> list[Table]:
    if not rows:
        return []
    return [
        breakdown(f"{name}, synthetic, by edit type", rows, lambda row: row.edit_type),
        breakdown(f"{name}, synthetic, by noise level", rows, lambda row: row.level),
        breakdown(f"{name}, synthetic, by frame", rows, lambda row: row.frame),
        type_by_level(f"{name}, synthetic, F1 by edit type and noise level", rows),
    ]


def _real_parts(rows: Sequence[Row], name: str) -> list[Table]:
    if not rows:
        return []
    return [
        breakdown(f"{name}, real pairs, by quality of the drawing", rows, lambda row: row.quality),
        breakdown(f"{name}, real pairs, by registration", rows, lambda row: row.frame),
        breakdown(f"{name}, real pairs, by edit type", rows, lambda row: row.edit_type),
    ]


def _both_parts(run: Run, method: Method, worst_count: int) -> list[Table]:
    tables = []
    for data, name in DATA.items():
        rows = run.of(data, [method])
        if rows:
            title = f"{method.name}, {name}"
            tables.append(by_size(f"{title}, by size of the region", rows))
            tables.append(statuses(f"{title}, status", rows))
            tables.append(reliability_table(f"{title}, confidence", reliability(rows)))
            tables.append(worst(f"{title}, worst pairs", rows, worst_count))
    return tables


def write_outputs(run: Run, tables: Sequence[Table], headline: str, out: Path, worst_count: int) -> list[Path]:
    """Write scores, tables, diagram and sheets; what an earlier run left in their place goes.

    Args:
        run: all that was found.
        tables: from `all_tables`.
        headline: what was run, one line.
        out: folder, made if it is missing.
        worst_count: pairs of each data set that are drawn.

    Returns:
        The paths written.
    """
    out.mkdir(parents=True, exist_ok=True)
    for stale in out.glob("worst-*-[0-9][0-9].png"):
        stale.unlink()
    scores, markdown, diagram = out / "scores.jsonl", out / "tables.md", out / "reliability.png"
    scores.write_text("".join(json.dumps(row.to_json()) + "\n" for row in run.rows), encoding="utf-8")
    text = "\n".join([f"# Edit regions, measured\n\n{headline}\n", *(table.to_markdown() for table in tables)])
    markdown.write_text(text, encoding="utf-8")
    paths = [scores, markdown]
    for method in run.ours[:1]:
        bins = {data: found for data in DATA if (found := reliability(run.of(data, [method])))}
        diagram.write_bytes(reliability_png(bins))
        paths.append(diagram)
        paths += _sheets(run, method, out, worst_count)
    return paths + _compared(run, out)


def _compared(run: Run, out: Path) -> list[Path]:
    """Draw the first two of our methods on the real pairs."""
    rows = [run.of("real", [method]) for method in run.ours[:2]]
    if len(rows) < 2 or not rows[0]:
        return []
    path = out / "compared-real.png"
    draw_compared(path, *rows)
    return [path]


def _sheets(run: Run, method: Method, out: Path, count: int) -> list[Path]:
    # One row of a method for each case, in the order of the cases.
    rows = [row for row in run.rows if row.method == method.name]
    case_of = {id(row): case for case, row in zip(run.cases, rows, strict=True)}
    paths = []
    for data, found in by(rows, lambda row: row.data).items():
        chosen = [(case_of[id(row)], row) for row in worst_first(found)[:count]]
        paths += write_sheets(out, f"worst-{data}", chosen, method)
    return paths

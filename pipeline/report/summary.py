"""The summary as a person reads it in a terminal."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.report.figures import Summary, summarise
from pipeline.report.truth import Agreement
from transforms import storage

__all__ = ["print_summary", "streaming_line", "summarise"]

_MB = 1_000_000


def print_summary(summary: Summary, console: Console) -> None:
    """Print funnel, reasons, counts, scores, agreement with the truth, and where the shards are."""
    _print_funnel(summary, console)
    _print_set_aside(summary, console)
    _print_groups(summary, console)
    _print_mixture(summary, console)
    _print_counts(summary, console)
    _print_scores(summary, console)
    _print_worth(summary, console)
    _print_truth(summary, console)
    _print_shards(summary, console)


def streaming_line(summary: Summary) -> str:
    """Return the one line of Python that streams the data set."""
    split = summary.splits[0].name
    what = repr(
        str(Path(summary.out).absolute()) if summary.out.startswith("~") else summary.out
    )  # `~` would be a home
    if not storage.is_local(summary.out):  # an address is no folder to `datasets`, its shards are files
        what = f"'webdataset', data_files={{{split!r}: {storage.join(summary.out, 'data', f'{split}-*.tar')!r}}}"
    return f"import datasets; data = datasets.load_dataset({what}, split={split!r}, streaming=True)"


def _table(title: str, first: str, *columns: str) -> Table:
    table = _bare_table(title)
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _bare_table(title: str) -> Table:
    return Table(
        title=f"\n{title}",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )


def _print_funnel(summary: Summary, console: Console) -> None:
    sums = summary.accounting
    console.print(f"\n[bold]Data set[/bold] {escape(summary.out)}, recipe {escape(summary.recipe)}")
    console.print(f"files       {sums.files_found} found = {sums.files_used} used + {sums.files_set_aside} set aside")
    console.print(
        f"candidates  {sums.candidates_planned} planned = {sums.candidates_kept} kept + "
        f"{sums.candidates_set_aside} set aside"
    )
    if summary.cleaned:
        said = ", ".join(f"{count} with {kind}" for kind, count in summary.cleaned.items())
        console.print(f"texts       cleaned as they came in: {said}", soft_wrap=True)


def _print_set_aside(summary: Summary, console: Console) -> None:
    if not summary.set_aside:
        return
    table = _bare_table("Set aside")
    for column in ("level", "stage", "reason", "class"):
        table.add_column(column)
    table.add_column("rows", justify="right")
    for line in summary.set_aside:
        table.add_row(line.level, line.stage, escape(line.reason), line.reject_class, str(line.count))
    console.print(table)
    if summary.near_duplicates != "-":
        console.print(f"[bold]{escape(summary.near_duplicates)}[/bold]", soft_wrap=True)
    elif summary.largest_near_duplicates > 1:
        console.print(f"The largest group of near-duplicate sources has {summary.largest_near_duplicates}.")


def _print_groups(summary: Summary, console: Console) -> None:
    """Print what must stand in one split, and where that keeps a split from its quota."""
    if summary.largest_group > 1:
        console.print(
            f"The largest group of pairs that share pictures, or a scene, and so a split has {summary.largest_group}.",
            soft_wrap=True,
        )
    for note in summary.notes:
        console.print(f"[bold]Note:[/bold] {escape(note)}.", soft_wrap=True)


def _print_mixture(summary: Summary, console: Console) -> None:
    if len(summary.mixture) > 1:
        table = _table("Mixture", "component", "kept", "wanted", "planned", "sources")
        for part in summary.mixture:
            table.add_row(part.component, *map(str, (part.kept, part.wanted, part.planned, part.sources)))
        console.print(table)
    missing = [line for part in summary.mixture for line in part.shortfalls()]
    if missing:
        console.print("\n[bold]Not supplied by the sources[/bold] (nothing else stands in for it)")
        for line in missing:
            console.print(f"  {escape(line)}")


def _print_counts(summary: Summary, console: Console) -> None:
    splits = [split.name for split in summary.splits]
    for title, counts in (("outcome", summary.outcomes), ("edit type", summary.edit_types)):
        table = _table(f"Kept, by {title}", title, *splits, "all")
        for value, line in counts.items():
            table.add_row(value, *(str(line.get(split, 0)) for split in splits), str(sum(line.values())))
        table.add_section()
        samples = [split.samples for split in summary.splits]
        table.add_row("all", *map(str, samples), str(sum(samples)))
        console.print(table)


def _print_scores(summary: Summary, console: Console) -> None:
    if summary.scores:
        table = _table("Scores", "axis", "10 %", "median", "90 %")
        for name, spread in summary.scores.items():
            table.add_row(name, *(f"{value:.1f}" for value in (spread.low, spread.median, spread.high)))
        console.print(table)
    console.print(f"\nregions per sample   {_counts(summary.regions)}")
    console.print(f"samples per group    {_counts(summary.group_sizes)}")
    console.print(f"rank against overall {summary.disagreements} of {summary.pairs} pairs disagree")


def _print_worth(summary: Summary, console: Console) -> None:
    """Print what a trainer asks first: are the scores used, do they follow what was measured, are there twins."""
    worth = summary.worth
    if worth is None:
        return
    table = _table("Use of the scores", "axis", "values with 1 % or more", "most common", "Spearman with severity")
    for axis in worth.axes:
        common = int(np.argmax(axis.shares))
        table.add_row(axis.name, f"{axis.used} of 26", f"{common} ({axis.shares[common]:.0%})", _known(axis.spearman))
    console.print(table)
    shares = ", ".join(f"{outcome} {share:.0%}" for outcome, share in worth.most_of_one.items())
    console.print(f"\nmost of one value    {shares or 'no graded outcome'}")
    console.print(f"source twins         {worth.source_twins:.1%} of the examples")
    console.print(f"instruction twins    {worth.instruction_twins:.1%} of the examples")
    console.print(f"instructions         {worth.distinct_instructions:.1%} distinct")
    console.print(f"one best             in {_known(worth.strict_best)} of the groups of two and more")


def _known(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _counts(counts: dict[int, int]) -> str:
    return ", ".join(f"{value}: {count}" for value, count in counts.items())


def _print_truth(summary: Summary, console: Console) -> None:
    truth = summary.truth
    if truth is None:
        return
    columns = ("candidates", "mean IoU", "F1 at 0.5", "set aside")
    table = _table("Regions against the truth, all candidates before filters", "", *columns)
    _add_agreements(table, truth.outcomes)
    table.add_section()
    _add_agreements(table, truth.sizes)
    table.add_section()
    _add_agreements(table, [truth.local] if truth.local else [])
    console.print(table)
    console.print(f"\nfalse alarms on unedited pairs: {truth.false_alarms:.1%} of {truth.unedited}")
    if truth.reliability:
        found = truth.reliability
        console.print(
            f"confidence of regions: mean {found.confidence:.3f}, {found.true:.1%} of {found.regions} are true, "
            f"expected calibration error {found.error:.3f}"
        )
    console.print()


def _add_agreements(table: Table, lines: Iterable[Agreement]) -> None:
    for line in lines:
        figures = (str(line.candidates), f"{line.iou:.3f}", f"{line.f1:.3f}", f"{line.set_aside:.0%}")
        table.add_row(line.name, *figures)


def _print_shards(summary: Summary, console: Console) -> None:
    for split in summary.splits:
        console.print(
            f"{split.name:<11} {split.samples} samples of {split.sources} sources in {split.shards} shards, "
            f"{split.bytes / _MB:.1f} MB: {escape(summary.out)}/data/{split.name}-*.tar",
            soft_wrap=True,
        )
    console.print("\nStream them:", style="bold")
    console.print(streaming_line(summary), soft_wrap=True, markup=False)

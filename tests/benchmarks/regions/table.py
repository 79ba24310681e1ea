"""A table of text, for the terminal and as markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from rich.table import Table as RichTable

from benchmarks.regions.estimates import Estimate

NOTHING = "–"


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        title: one line.
        header: names of the columns; the first is the row's name.
        rows: cells as text.
        note: how to read it; may be empty.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def to_markdown(self) -> str:
        """Return the table under a heading."""
        lines = [self.header, ("---", *["---:"] * (len(self.header) - 1)), *self.rows]
        body = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        return f"## {self.title}\n\n{self.note + chr(10) * 2 if self.note else ''}{body}\n"

    def to_rich(self) -> RichTable:
        """Return the table for the terminal."""
        table = RichTable(title=self.title, title_justify="left", caption=self.note or None, caption_justify="left")
        for i, name in enumerate(self.header):
            table.add_column(name, justify="right" if i else "left")
        for row in self.rows:
            table.add_row(*row)
        return table


def figure(value: Estimate) -> str:
    """Write a figure without its interval."""
    return NOTHING if isnan(value.value) else f"{value.value:.3f}"


def with_interval(value: Estimate) -> str:
    """Write a figure and its 95 % interval."""
    if isnan(value.value) or isnan(value.low):
        return figure(value)
    return f"{value.value:.3f} [{value.low:.2f}, {value.high:.2f}]"


def counted(value: Estimate) -> str:
    """Write a share as a count and per cent, with its 95 % interval."""
    if not value.count:
        return NOTHING
    text = f"{value.hits:.0f}/{value.count:.0f} ({value.value:.1%})"
    return text if isnan(value.low) else f"{text} [{value.low:.0%}, {value.high:.0%}]"


def line(cells: Sequence[object]) -> tuple[str, ...]:
    """Write plain values as cells."""
    return tuple(str(cell) for cell in cells)

"""A table of text, for the terminal and as markdown."""

from dataclasses import dataclass

from rich.table import Table as RichTable

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

"""Small CSV files that a user writes beside images: the first line names the columns, `name` is one of them."""

import csv
from collections.abc import Sequence

from schemas.errors import UserError
from transforms.sources.files import read_file


def read_table(place: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, column -> stripped cell) of every row that is not empty.

    Args:
        place: path or address of the file.
        columns: that it may have; `name` it must have.

    Raises:
        UserError: the file is damaged; the message names line and column.
    """
    try:
        reader = csv.reader(read_file(place).decode("utf-8-sig").splitlines(keepends=True), strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{place}: not a UTF-8 CSV file ({error}); save it again as CSV, UTF-8") from None
    (first, header), *body = [row for row in rows if any(row[1])] or [(1, [""])]
    _check_header(f"{place}:{first}", header, columns)
    for line, row in body:
        if len(row) != len(header):
            raise UserError(f"{place}:{line}: {len(row)} cells for {len(header)} columns; quote cells that hold commas")
    return [(line, dict(zip(header, row, strict=True))) for line, row in body]


def _check_header(place: str, header: list[str], columns: Sequence[str]) -> None:
    accepted = ", ".join(columns)
    for column in header:
        if column not in columns:
            raise UserError(f"{place}: unknown column {column!r}; accepted: {accepted}")
    if "name" not in header or len(set(header)) != len(header):
        raise UserError(f"{place}: the first line must name the column name, and none twice; accepted: {accepted}")

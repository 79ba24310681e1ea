"""Small CSV files that a user writes beside images: the first line names the columns, `name` is one of them."""

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from schemas.errors import UserError
from transforms.sources.files import read_file
from transforms.sources.record_file import delimiter_of
from transforms.sources.text import NotUnicodeError, decode_text


def read_table(place: str, columns: Sequence[str], names: Collection[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (name, place of the row for messages, column -> stripped cell) of every row that is not empty.

    Args:
        place: path or address of the file.
        columns: that it may have; `name` it must have.
        names: of the images that a row may be about, each at most once.

    Raises:
        UserError: the file is damaged, or a name is; the message names line and column.
    """
    try:
        text = decode_text(read_file(place))
        delimiter = delimiter_of(next((line for line in text.splitlines() if line.strip()), ""))
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except OSError as error:
        raise UserError(f"{place}: cannot be read ({error.strerror or error}); it must be a CSV file") from None
    except (NotUnicodeError, csv.Error) as error:
        raise UserError(f"{place}: not a UTF-8 CSV file ({error}); save it again as CSV, UTF-8") from None
    (first, header), *body = [row for row in rows if any(row[1])] or [(1, [""])]
    header = [column.lower() for column in header]
    _check_header(f"{place}:{first}", header, columns)
    for line, row in body:
        if len(row) != len(header):
            raise UserError(f"{place}:{line}: {len(row)} cells for {len(header)} columns; quote cells that hold commas")
    seen: set[str] = set()
    written = {unicodedata.normalize("NFC", name): name for name in names}
    for line, row in body:
        cells = dict(zip(header, row, strict=True))
        name, at = _name_among(cells["name"], names), f"{place}:{line}"
        if name not in names:  # some systems keep accents in names apart from their letters
            name = written.get(unicodedata.normalize("NFC", name), name)
        if name not in names:
            raise UserError(
                f"{at}: column name: no image {name!r} in the folder{_like(name, names)}; write it relative to it"
            )
        if name in seen:
            raise UserError(f"{at}: column name: {name!r} has a row already; keep one of them")
        seen.add(name)
        yield name, at, cells


def _name_among(name: str, names: Collection[str]) -> str:
    """Return a name as it is if there is such an image, otherwise with `/` for backslashes and without `./`."""
    return name if name in names else name.replace("\\", "/").removeprefix("./")


def _like(name: str, names: Collection[str]) -> str:
    found = next((other for other in sorted(names) if other.casefold() == name.casefold()), "")
    return f" (but {found!r}: upper and lower case count)" if found else ""


def _check_header(place: str, header: list[str], columns: Sequence[str]) -> None:
    accepted = ", ".join(columns)
    for column in header:
        if column not in columns:
            raise UserError(f"{place}: unknown column {column!r}; accepted: {accepted}")
    if "name" not in header or len(set(header)) != len(header):
        raise UserError(f"{place}: the first line must name the column name, and none twice; accepted: {accepted}")

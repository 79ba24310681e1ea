"""Where a build may write, and how that place may lie to what it reads."""

from collections.abc import Sequence
from pathlib import Path

from schemas.errors import UserError
from transforms import storage
from transforms.sources.files import printable_name
from transforms.sources.look import place_of

UNREADABLE = ("[", "]", "*", "?", "::")
"""In a path, `datasets` takes these for patterns or for chained addresses, and finds another file or none."""
_WITHOUT_PATH, _COCO, _END_OF_FILE = ("scenes:", "bundled:"), "coco:", ".json:"


def check_out(out: str, sources: Sequence[str], extend: str | None) -> None:
    """Refuse an output folder that readers would not find again, or that a build would read its own output from.

    A data set below a folder of sources is allowed: it is passed over as a source.

    Args:
        out: the output folder, a path or an address.
        sources: as given, and other folders that are read.
        extend: the data set that is added to.

    Raises:
        UserError: names the flag and what to do.
    """
    if not out.strip():
        raise UserError("--out: is empty; give it the path of a folder")
    for flag, place in (("--out", out), *(("--sources", source) for source in sources)):
        if printable_name(place) != place:
            raise UserError(f"{flag} {printable_name(place)}: the path is not UTF-8; rename the folder")
    whole = str(Path(out).absolute()) if storage.is_local(out) else out.partition("://")[2]
    if (bad := next((text for text in UNREADABLE if text in whole), None)) is not None:
        shown = out if bad in out else f"{out} (at {whole})"
        raise UserError(
            f"--out {shown}: {bad} in a path is a pattern or a chain to the library that reads data sets, which would "
            "not find it; choose another path"
        )
    if extend is not None and _same(extend, out):
        raise UserError(f"--extend {extend}: is --out itself; give --out a new folder, {extend} stays as it is")
    for source in sources:
        for place in _places(source):
            if _same(place, out):
                raise UserError(f"--out {out}: is the folder of --sources {source}; choose another folder")
            if _is_below(place, out):
                raise UserError(f"--out {out}: --sources {source} is in it; choose a folder of its own for the output")


def _places(source: str) -> list[str]:
    """Return the paths or addresses in what `--sources` was given."""
    if source.startswith(_WITHOUT_PATH):
        return []
    if source.startswith(_COCO):
        return source.removeprefix(_COCO).split(_END_OF_FILE)
    return [place_of(source)]


def _same(one: str, other: str) -> bool:
    return _real(one) == _real(other)


def _is_below(place: str, folder: str) -> bool:
    return _real(place).startswith(_real(folder).rstrip("/") + "/")


def _real(place: str) -> str:
    """Return a path without links and `..`, an address without a slash at its end."""
    return str(Path(place).resolve()) if storage.is_local(place) else place.rstrip("/")

"""Whether a finished build's sources lie as they lay, told from outside: by name, size and time of change."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.config import Recipe, config_hash
from schemas.plan import SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.formats import readable_formats
from transforms.sources.read import BUNDLED
from transforms.sources.scenes.scene import is_scene

SEEN = "report/seen"


def seen_hash(recipe: Recipe, found: Iterable[SourceItem | Reject], extends: str = "-") -> str | None:
    """Return 16 hex digits that stand for recipe, code, and sources as they lie; None where that cannot be told.

    Bundled photos and rendered scenes follow from the code. Sources, hash lists and models at an address have to be
    opened. `extends` is the sha256 of the manifest of the set that is extended.
    """
    beside = [*recipe.dedup.benchmarks, *(path for path in [recipe.dedup.embedding] if path != "-")]
    if not all(map(storage.is_local, beside)):
        return None
    marks = [extends, f"{beside} {_marks(beside)}", " ".join(readable_formats())]
    for entry in found:
        uris = _uris(entry)
        if not all(map(storage.is_local, uris)):
            return None
        marks.append(f"{entry.model_dump_json()} {_marks(uris)}")
    return config_hash(recipe, marks)


def _uris(entry: SourceItem | Reject) -> list[str]:
    if isinstance(entry, Reject):
        return []
    uris = [entry.uri, *([entry.pair.edited_uri] if entry.pair else [])]
    return [uri for uri in uris if not uri.startswith(BUNDLED) and not is_scene(uri)]


def _marks(uris: Sequence[str]) -> list[tuple[int, int]]:
    marks = []
    for uri in uris:
        try:
            found = Path(uri).stat()
            marks.append((found.st_size, found.st_mtime_ns))
        except (OSError, ValueError):  # a name that this locale cannot write, or with a zero byte
            marks.append((-1, -1))
    return marks


def is_as_seen(out: str, seen: str | None) -> bool:
    """Return whether the last finished build at `out` saw just this."""
    path = storage.join(out, SEEN)
    return seen is not None and storage.exists(path) and storage.read_bytes(path).decode() == seen


def write_seen(out: str, seen: str | None) -> None:
    """Note what a finished build saw."""
    if seen is not None:
        storage.write_bytes(storage.join(out, SEEN), seen.encode())

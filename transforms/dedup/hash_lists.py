"""Hash lists: the pictures and instructions of benchmarks that a data set must not hold."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from schemas.errors import UserError
from schemas.hash_list import HashRow
from schemas.picture_hash import PictureHash
from transforms import storage
from transforms.dedup.alike import Looks, looks_of
from transforms.dedup.confirmed import Hashed, hash_array
from transforms.dedup.fingerprint import normalise_instruction
from transforms.rows import read_rows
from transforms.sources.detail import detail
from transforms.sources.hashing import dhash

SUFFIX = ".parquet"
_NAME = re.compile(r"[\w.+-]+", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{16}")
_KEY = "dedup.benchmarks"


@dataclass(frozen=True, eq=False)
class HashList:
    """A benchmark, without its pictures.

    Attributes:
        benchmark: its name, that of the list's file.
        sha256: of the file.
        hashes: of the pictures and of their mirror images, uint64 [N, 2].
        looks: of the pictures.
        undetailed: how many pictures have no detail, and are compared by their difference hash alone.
        instructions: that they answer to, see `normalise_instruction`.
    """

    benchmark: str
    sha256: str
    hashes: np.ndarray
    looks: Looks
    undetailed: int
    instructions: frozenset[str]

    @property
    def pictures(self) -> int:
        """How many pictures are listed."""
        return len(self.hashes)

    def distance(self, rgb: np.ndarray, radius: int) -> int:
        """Return the bits to the nearest listed picture that shows what `rgb` shows; radius + 1 for none within it."""
        bits = np.bitwise_count(self.hashes ^ np.uint64(dhash(rgb)))
        pictures, flipped = np.nonzero(bits <= radius)
        if not len(pictures):
            return radius + 1
        same = looks_of([detail(rgb)]).alike(np.zeros(len(pictures), np.int64), self.looks, pictures, flipped == 1)
        return int(bits[pictures, flipped][same].min(initial=radius + 1))


def listed(benchmark: str, sha256: str, rows: Sequence[Hashed], instructions: Iterable[str] = ()) -> HashList:
    """Return the list of some pictures and instructions."""
    return HashList(
        benchmark=benchmark,
        sha256=sha256,
        hashes=hash_array(rows),
        looks=looks_of([row.detail for row in rows]),
        undetailed=sum(row.detail == "-" for row in rows),
        instructions=frozenset(map(normalise_instruction, instructions)),
    )


def benchmark_name(path: str) -> str:
    """Return the name of a benchmark, that of its list's file.

    >>> benchmark_name("lists/gedit.parquet")
    'gedit'

    Raises:
        UserError: it cannot be the name of a list.
    """
    name = PurePosixPath(path).name
    benchmark = name.removesuffix(SUFFIX)
    if benchmark == name or not _NAME.fullmatch(benchmark):
        raise UserError(
            f"{path}: is no name of a hash list, NAME{SUFFIX} with letters, digits, _ . + and - alone; "
            f"spatialreward hashes DIR -o NAME{SUFFIX} makes one"
        )
    return benchmark


def read_hash_lists(paths: Sequence[str]) -> tuple[HashList, ...]:
    """Read hash lists.

    Raises:
        UserError: one is missing, is no hash list, or is called like another.
    """
    found = [_read(path) for path in paths]
    if len({one.benchmark for one in found}) < len(found):
        raise UserError(f"{_KEY}: {', '.join(paths)}: two lists are called alike; rename one of the files")
    return tuple(found)


def without_details(lists: Iterable[HashList]) -> Iterator[str]:
    """Yield what to say of lists that hold pictures without details."""
    for one in lists:
        if one.undetailed:
            yield (
                f"{one.benchmark}{SUFFIX}: {one.undetailed} of {one.pictures} pictures have no detail (it was made "
                "earlier): they are compared by a coarse hash alone, which takes different things on one ground "
                f"for copies; make the list again: spatialreward hashes DIR -o {one.benchmark}{SUFFIX}"
            )


def copy_hash_lists(paths: Iterable[str], folder: str) -> None:
    """Copy lists to where a build's workers can read them; what lay there goes."""
    storage.remove(folder)
    for path in paths:
        storage.write_bytes(storage.join(folder, PurePosixPath(path).name), storage.read_bytes(path))


def read_copied_lists(folder: str) -> tuple[HashList, ...]:
    """Read what `copy_hash_lists` copied, sorted by name."""
    return read_hash_lists([storage.join(folder, name) for name in sorted(storage.list_files(folder))])


def _read(path: str) -> HashList:
    benchmark = benchmark_name(path)
    try:
        data = storage.read_bytes(path)
    except OSError as error:
        raise UserError(f"{_KEY}: {path}: cannot be read ({error.strerror or error}); name a hash list") from None
    rows = read_rows(data, path, list(HashRow.model_fields), optional=["detail"])
    for number, row in enumerate(rows, 1):
        if bad := [key for key in ("dhash", "dhash_mirrored") if not _HASH.fullmatch(str(row[key]))]:
            raise UserError(f"{path}: row {number}: {bad[0]}: is not 16 hex digits; make the list again")
    hashed = [
        PictureHash(dhash=row["dhash"], dhash_mirrored=row["dhash_mirrored"], detail=_detail(row)) for row in rows
    ]
    said = {str(row["instruction"]) for row in rows} - {"-"}
    try:
        return listed(benchmark, hashlib.sha256(data).hexdigest(), hashed, said)
    except ValueError as error:
        raise UserError(f"{path}: column detail: {error}; make the list again") from None


def _detail(row: Mapping[str, Any]) -> str:
    return str(row.get("detail") or "-")

"""Hash lists: the pictures and instructions of benchmarks that a data set must not hold."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from schemas.errors import UserError
from schemas.hash_list import HashRow
from transforms import storage
from transforms.dedup.fingerprint import normalise_instruction
from transforms.rows import read_rows

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
        pictures: how many there are.
        hashes: of them and of their mirror images, uint64 [N], sorted, distinct.
        instructions: that they answer to, see `normalise_instruction`.
    """

    benchmark: str
    sha256: str
    pictures: int
    hashes: np.ndarray
    instructions: frozenset[str]

    def distance(self, value: int) -> int:
        """Return the fewest bits, 0..64, in which a hash differs from one of these."""
        return int(np.bitwise_count(self.hashes ^ np.uint64(value)).min(initial=64))


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
    values = [int(row[key], 16) for row in rows for key in ("dhash", "dhash_mirrored")]
    said = {str(row["instruction"]) for row in rows} - {"-"}
    return HashList(
        benchmark=benchmark,
        sha256=hashlib.sha256(data).hexdigest(),
        pictures=len(rows),
        hashes=np.unique(np.array(values, np.uint64)),
        instructions=frozenset(map(normalise_instruction, said)) - {""},
    )

"""The pieces of the banding join: near pairs among more hashes than one worker should search.

Each of radius + 1 bands deals the hashes into buckets by its value; a pair within the radius agrees in one band at
least and so meets in a bucket. A band value that many hashes share (photos with a plain sky) is cut into chunks, and
every two chunks meet in a bucket of their own, so that none holds more than some 2 x `CHUNK` hashes. A pair is found
in the first band in which it agrees, once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np

from schemas.work import Span, WorkList
from transforms import storage
from transforms.dedup.near import band_value, check_number, edges_of, gather, near_blocks

CHUNK = 30_000
"""Hashes of one band value that stay together."""
PAIRS = ".pairs"
"""How the name of a file of pairs ends: two 64-bit hashes each, little endian."""
LINES = 1 << 16
"""Hashes that are written at a time."""

Bucket = tuple[int, int, int, int]
"""Number of the band, value in it, two chunks (a <= b; equal where a chunk meets itself)."""
Crowd = tuple[tuple[int, int], int]
"""Number of a band and value in it that more than `CHUNK` hashes share; chunks that they are cut into."""


def write_hashes(name: str, hashes: np.ndarray, per_span: int) -> WorkList:
    """Write hashes (uint64 [N]) as lines of hex digits; `per_span` of them are dealt together."""
    with storage.atomic_writer(name) as stream:
        for block in np.array_split(hashes, max(1, len(hashes) // LINES)):
            stream.write("".join(f"{value:016x}\n" for value in block.tolist()).encode())
    return WorkList(name=name, lines=len(hashes), per_span=per_span)


def read_hashes(span: Span) -> np.ndarray:
    """Return the hashes of a span of lines, uint64 [N]."""
    with storage.open_read(span.name) as stream:
        stream.seek(span.offset)
        lines = stream.read(span.length).split()
    return np.array([int(line, 16) for line in lines], np.uint64)


def crowds(hashes: np.ndarray, radius: int, chunk: int = CHUNK) -> list[Crowd]:
    """Return the band values that more than `chunk` of these hashes (uint64 [N], all that there are) share."""
    found = []
    for number, (low, high) in enumerate(_bands(radius)):
        values, counts = np.unique(band_value(hashes, low, high), return_counts=True)
        many = counts > chunk
        pieces = -(-counts[many] // chunk)
        found += [((number, int(v)), int(n)) for v, n in zip(values[many], pieces, strict=True)]
    return found


def write_crowds(name: str, found: Iterable[Crowd]) -> WorkList:
    """Write crowds as lines."""
    lines = [f"{number} {value} {pieces}\n" for (number, value), pieces in found]
    storage.write_bytes(name, "".join(lines).encode())
    return WorkList(name=name, lines=len(lines), per_span=max(1, len(lines)))


def read_crowds(work: WorkList) -> Iterator[Crowd]:
    """Yield what `write_crowds` wrote."""
    for line in storage.read_bytes(work.name).splitlines():
        number, value, pieces = map(int, line.split())
        yield (number, value), pieces


def deal(hashes: np.ndarray, radius: int, crowded: Mapping[tuple[int, int], int]) -> Iterator[tuple[Bucket, int]]:
    """Yield every bucket in which a hash (uint64 [N]) meets others, with the hash as a signed number.

    Args:
        hashes: distinct.
        radius: bits, 1..15.
        crowded: of `crowds`.
    """
    mixed = _mixed(hashes).tolist()
    signed = hashes.view(np.int64).tolist()
    for number, (low, high) in enumerate(_bands(radius)):
        for value, mix, item in zip(band_value(hashes, low, high).tolist(), mixed, signed, strict=True):
            pieces = crowded.get((number, value), 1)
            own = mix % pieces
            for other in range(pieces):
                yield (number, value, min(own, other), max(own, other)), item


def pairs_of_bucket(bucket: Bucket, members: Iterable[int], radius: int, pieces: int) -> np.ndarray:
    """Return the pairs within `radius` bits that this bucket has to find, uint64 [P, 2].

    Of more than `MOST_PAIRS` it returns some more than these: whoever counts them says what to do.

    Args:
        bucket: its name.
        members: all hashes that were dealt into it, as signed numbers.
        radius: bits, 1..15.
        pieces: chunks that its band value is cut into.
    """
    number, _, a, b = bucket
    hashes = np.unique(np.fromiter(members, np.int64)).view(np.uint64)
    chunk = _mixed(hashes) % np.uint64(pieces)
    earlier = [np.uint64(((1 << (high - low)) - 1) << low) for low, high in _bands(radius)[:number]]

    def own(block: np.ndarray) -> np.ndarray:
        one, other = block.T
        differ = hashes[one] ^ hashes[other]
        mine = (chunk[one] != chunk[other]) | (a == b)
        return block[np.logical_and.reduce([mine, *(differ & mask != 0 for mask in earlier)])]

    return hashes[gather(map(own, near_blocks(hashes, radius)), len(hashes))]


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Return 32 bits of each hash that depend on all of its bits: no band decides the chunk."""
    mixed = (hashes ^ hashes >> np.uint64(32)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed >> np.uint64(32)


def _bands(radius: int) -> list[tuple[int, int]]:
    return list(pairwise(edges_of(radius + 1)))


def write_pairs(folder: str, pairs: np.ndarray) -> None:
    """Write pairs of hashes (uint64 [P, 2]) into a file that is named by what it holds.

    A step that is tried again writes the same file, or others with the same pairs, which count once.
    """
    content = pairs.astype("<u8").tobytes()
    storage.write_bytes(storage.join(folder, f"{hashlib.sha256(content).hexdigest()[:32]}{PAIRS}"), content)


def read_pairs(folder: str, hashes: np.ndarray, radius: int) -> np.ndarray:
    """Return all pairs that were written into a folder, as `near_pairs` returns them of these hashes.

    Args:
        folder: see `write_pairs`.
        hashes: uint64 [N], distinct and sorted.
        radius: that was searched for.

    Raises:
        UserError: there are more than `MOST_PAIRS`.
    """
    names = [name for name in storage.list_files(folder) if name.endswith(PAIRS)]
    contents = (storage.read_bytes(storage.join(folder, name)) for name in names)
    blocks = (np.searchsorted(hashes, np.frombuffer(content, "<u8").reshape(-1, 2)) for content in contents)
    pairs = gather(blocks, len(hashes))
    check_number(len(pairs), radius)
    return pairs

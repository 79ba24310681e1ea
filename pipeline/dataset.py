"""A finished data set as it lies: its manifest, its rows, and its samples as raw members."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import ValidationError

from schemas.errors import UserError
from schemas.example import Example
from schemas.manifest import Manifest
from schemas.vocabulary import SPLITS
from transforms import storage
from transforms.rows import iter_rows
from transforms.shards.codec import decode_label_map, decode_member
from transforms.shards.metadata import REJECTED, TRUTH, metadata_name
from transforms.tars import read_members


@dataclass(frozen=True)
class Sample:
    """One sample of a shard.

    Attributes:
        key: the part of its members' names before the first dot.
        shard: path of its shard relative to the data set.
        members: suffix ("source.jpg", "json", ...) -> bytes, in the order of the tar.
    """

    key: str
    shard: str
    members: dict[str, bytes]

    def image(self, name: str) -> np.ndarray:
        """Return the image member `source` or `edited`, uint8 [H, W, 3]."""
        return decode_member(next(data for suffix, data in self.members.items() if suffix.startswith(f"{name}.")))

    def label_map(self) -> np.ndarray:
        """Return the label map, uint8 [H, W]."""
        return decode_label_map(self.members["mask.png"])

    def example(self) -> Example:
        """Return the record."""
        return Example.model_validate_json(self.members["json"])


@dataclass(frozen=True)
class DataSet:
    """A complete data set. Attributes: its folder (path or address), its manifest."""

    out: str
    manifest: Manifest

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Metadata rows of every split, in order of split and key."""
        names = [metadata_name(split) for split in SPLITS if self.manifest.samples.get(split)]
        return [row for name in names for row in self.read_rows(name)]

    @cached_property
    def rejects(self) -> list[dict[str, Any]]:
        """Rows of what was set aside."""
        return self.read_rows(REJECTED)

    @cached_property
    def truths(self) -> list[dict[str, Any]]:
        """How derivation met the renderer's truth, per candidate; [] where no truth was known."""
        return self.read_rows(TRUTH) if storage.exists(storage.join(self.out, TRUTH)) else []

    @cached_property
    def manifest_sha256(self) -> str:
        """The sha256 of the manifest, which stands for all bytes of the data set."""
        return storage.sha256_of(storage.join(self.out, "manifest.json"))

    def read_rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a parquet file of the data set; raises as `iter_rows` does."""
        return list(self.iter_rows(name))

    def iter_rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a parquet file of the data set, some in memory at a time.

        Raises:
            UserError: the file is missing; see `transforms.rows.read_rows`.
        """
        path = storage.join(self.out, name)
        if not storage.exists(path):
            raise UserError(f"{path}: missing; build the data set again into an empty folder")
        yield from iter_rows(storage.read_bytes(path), path)

    def samples(self, shard: str) -> Iterator[Sample]:
        """Yield the samples of a shard: members that stand together and share a key.

        Raises:
            UserError: the manifest has no such shard; see `read_members`.
        """
        if shard not in {info.name for info in self.manifest.shards}:
            raise UserError(f"{self.out}: the manifest has no shard {shard[:80]!r}; build the data set again")
        key, members = "", dict[str, bytes]()
        path = storage.join(self.out, shard)
        with storage.open_read(path) as stream:
            for entry, content in read_members(stream, path):
                name, _, suffix = entry.name.partition(".")
                if members and name != key:
                    yield Sample(key, shard, members)
                    members = {}
                key, members[suffix] = name, content
        if members:
            yield Sample(key, shard, members)

    def find(self, keys: set[str]) -> dict[str, Sample]:
        """Return the samples of these keys; only the shards that hold one are opened."""
        shards = sorted({row["shard"] for row in self.rows if row["key"] in keys})
        return {sample.key: sample for shard in shards for sample in self.samples(shard) if sample.key in keys}


def open_dataset(out: str) -> DataSet:
    """Open a finished data set.

    Raises:
        UserError: no such folder, no manifest (unfinished, or no data set), or a manifest that cannot be read.
    """
    path = storage.join(out, "manifest.json")
    if not storage.exists(out):
        raise UserError(f"{out}: no such folder; give the folder that a build wrote with --out")
    if not storage.exists(path):
        raise UserError(f"{out}: no manifest.json, so no finished data set; finish its build, or give another folder")
    try:
        return DataSet(out.rstrip("/"), Manifest.model_validate_json(storage.read_bytes(path)))
    except ValidationError as error:
        raise UserError(f"{path}: {error.errors()[0]['msg']}; build the data set again") from None

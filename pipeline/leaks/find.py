"""Leaks between the splits of a finished data set: every source's picture from the shards, matched across splits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from pipeline.dataset import DataSet, open_dataset
from pipeline.leaks.features import Features, features
from pipeline.leaks.match import AGREEING, match
from pipeline.leaks.propose import Index, words

T = TypeVar("T")
Row = dict[str, Any]


@dataclass(frozen=True)
class Leak:
    """Two sources of different splits that show one photo.

    Attributes:
        source_ids, splits, keys: of both; the keys are of samples that show them.
        agreeing: matches that agree on one transform.
        mirrored: whether one is the mirrored other.
    """

    source_ids: tuple[str, str]
    splits: tuple[str, str]
    keys: tuple[str, str]
    agreeing: int
    mirrored: bool

    def __str__(self) -> str:
        ends = (f"{key} ({split})" for key, split in zip(self.keys, self.splits, strict=True))
        how = ", mirrored" if self.mirrored else ""
        return f"leak: {' and '.join(ends)} show one photo{how}: {self.agreeing} matches agree"


@dataclass(frozen=True)
class LeakTest:
    """Outcome of `find_leaks`.

    Attributes:
        leaks: found, most agreement first.
        pictures: sources compared.
        matched: pairs that were proposed and matched.
        faint: sources with too few corners to be matched at all.
        unseen: sources that only lend pixels, of which no sample shows the whole picture.
    """

    leaks: tuple[Leak, ...]
    pictures: int
    matched: int
    faint: int
    unseen: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A source as one of its samples shows it.

    Attributes:
        source_id, split, key: of the source, and of the sample.
        plain: its features.
        mirrored: those of its mirror image, where it is compared with all; None where it is only compared with.
    """

    source_id: str
    split: str
    key: str
    plain: Features
    mirrored: Features | None


def find_leaks(out: str, console: Console) -> LeakTest:
    """Compare the sources of different splits of a data set by local features, which the build never looks at.

    One picture per source is read from the shards. Each of the smaller splits, and its mirror image, is matched with
    those of other splits with which it shares most words.

    Raises:
        UserError: `out` is no finished data set.
    """
    data = open_dataset(out)
    shown = _shown(data.rows)
    pictures = sorted(_read(data, shown, console), key=lambda picture: picture.source_id)
    leaks, matched = compare(pictures, console)
    return LeakTest(
        leaks=tuple(leaks),
        pictures=len(pictures),
        matched=matched,
        faint=sum(len(picture.plain.points) < AGREEING for picture in pictures),
        unseen=len({source_id for row in data.rows for source_id in row["source_ids"]} - shown.keys()),
    )


def compare(pictures: Sequence[Picture], console: Console) -> tuple[list[Leak], int]:
    """Return the leaks among pictures, most agreement first, and how many pairs were matched."""
    proposed = list(_proposed(pictures))
    leaks: dict[tuple[str, str], Leak] = {}
    for picture, is_mirrored, other in _tracked(proposed, "Matching", len(proposed), console):
        view = picture.mirrored if is_mirrored else picture.plain
        assert view is not None, picture.key
        found = match(view, other.plain)
        if found.same:
            leak = _leak(picture, other, found.agreeing, is_mirrored)
            leaks[leak.source_ids] = max(leaks.get(leak.source_ids, leak), leak, key=lambda one: one.agreeing)
    return sorted(leaks.values(), key=lambda leak: (-leak.agreeing, leak.source_ids)), len(proposed)


def _tracked(items: Iterable[T], title: str, total: int, console: Console) -> Iterable[T]:
    return track(items, title, total, console=console, transient=True, disable=not console.is_terminal)


def _shown(rows: Iterable[Row]) -> dict[str, Row]:
    """Return source_id -> the row of the first sample whose source is no edit, or of a reversed one if need be."""
    ordered = sorted(rows, key=lambda row: (row["outcome"] == "reversed", row["key"]))
    return {row["source_id"]: row for row in reversed(ordered)}


def _read(data: DataSet, shown: dict[str, Row], console: Console) -> Iterator[Picture]:
    largest = max(data.manifest.samples, key=lambda split: data.manifest.samples[split])
    keys = {row["key"]: row for row in shown.values()}
    shards = sorted({row["shard"] for row in keys.values()})
    samples = (sample for shard in shards for sample in data.samples(shard) if sample.key in keys)
    for sample in _tracked(samples, "Reading sources", len(keys), console):
        row, rgb = keys[sample.key], sample.image("source")
        mirrored = None if row["split"] == largest else features(cv2.flip(rgb, 1))
        yield Picture(row["source_id"], row["split"], sample.key, features(rgb), mirrored)


def _proposed(pictures: Sequence[Picture]) -> Iterator[tuple[Picture, bool, Picture]]:
    """Yield the pairs to match: a picture of a smaller split, whether mirrored, and one of another split."""
    index = Index([words(picture.plain) for picture in pictures])
    splits = np.array([picture.split for picture in pictures])
    asked = [picture for picture in pictures if picture.mirrored is not None]
    allowed = np.array([splits != picture.split for picture in asked]).reshape(len(asked), len(pictures))
    for is_mirrored in (False, True):
        views = [picture.mirrored if is_mirrored else picture.plain for picture in asked]
        near = index.nearest([words(view) for view in views if view is not None], allowed)
        for picture, others in zip(asked, near, strict=True):
            yield from ((picture, is_mirrored, pictures[other]) for other in others)


def _leak(a: Picture, b: Picture, agreeing: int, mirrored: bool) -> Leak:
    a, b = sorted((a, b), key=lambda picture: picture.source_id)
    return Leak((a.source_id, b.source_id), (a.split, b.split), (a.key, b.key), agreeing, mirrored)

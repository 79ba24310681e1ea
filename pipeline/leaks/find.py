"""Leaks between the splits of a finished data set: sources and imported edited pictures, matched across splits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from schemas.plan import is_pair_key

T = TypeVar("T")
Row = dict[str, Any]
Shown = tuple[str, str]
"""Key of a sample, and which of its pictures: source or edited."""


@dataclass(frozen=True)
class Leak:
    """Two pictures of different splits that show one photo.

    Attributes:
        ids: of both, see `Picture`.
        splits, keys, roles: of both; the keys are of samples that show them as that role, source or edited.
        agreeing: matches that agree on one transform.
        mirrored: whether one is the mirrored other.
    """

    ids: tuple[str, str]
    splits: tuple[str, str]
    keys: tuple[str, str]
    roles: tuple[str, str]
    agreeing: int
    mirrored: bool

    def __str__(self) -> str:
        ends = (
            f"{_role(role)}{key} ({split})" for key, split, role in zip(self.keys, self.splits, self.roles, strict=True)
        )
        how = ", mirrored" if self.mirrored else ""
        return f"leak: {' and '.join(ends)} show one photo{how}: {self.agreeing} matches agree"


def _role(role: str) -> str:
    return "the edited picture of " if role == "edited" else ""


@dataclass(frozen=True)
class LeakTest:
    """Outcome of `find_leaks`.

    Attributes:
        leaks: found, most agreement first.
        pictures: sources and edited pictures of imported pairs that were compared.
        matched: pairs that were proposed and matched.
        faint: pictures with too few corners to be matched at all.
        unseen: sources that only lend pixels, of which no sample shows the whole picture.
    """

    leaks: tuple[Leak, ...]
    pictures: int
    matched: int
    faint: int
    unseen: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A source, or the edited picture of an imported pair, as a sample shows it.

    Attributes:
        id: of the source, or the first 16 digits of the sha256 of the edited picture's bytes.
        split, key: of the sample.
        plain: its features.
        mirrored: those of its mirror image, where it is compared with all; None where it is only compared with.
    """

    id: str
    split: str
    key: str
    plain: Features
    mirrored: Features | None
    role: str = "source"


def find_leaks(out: str, console: Console) -> LeakTest:
    """Compare the pictures of different splits of a data set by local features, which the build never looks at.

    One picture per source is read from the shards, and the edited pictures of imported pairs; the edited picture of a
    rendered candidate shows its own source. Each of the smaller splits, and its mirror image, is matched with those of
    other splits with which it shares most words.

    Raises:
        UserError: `out` is no finished data set.
    """
    data = open_dataset(out)
    shown = _shown(data.rows)
    pictures = sorted(_read(data, shown, console), key=lambda picture: (picture.id, picture.split))
    leaks, matched = compare(pictures, console)
    return LeakTest(
        leaks=tuple(leaks),
        pictures=len(pictures),
        matched=matched,
        faint=sum(len(picture.plain.points) < AGREEING for picture in pictures),
        unseen=len({source_id for row in data.rows for source_id in row["source_ids"]} - set(shown.values())),
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
            leaks[leak.ids] = max(leaks.get(leak.ids, leak), leak, key=lambda one: one.agreeing)
    return sorted(leaks.values(), key=lambda leak: (-leak.agreeing, leak.ids)), len(proposed)


def _tracked(items: Iterable[T], title: str, total: int, console: Console) -> Iterable[T]:
    return track(items, title, total, console=console, transient=True, disable=not console.is_terminal)


def _shown(rows: Iterable[Row]) -> dict[Shown, str]:
    """Return the pictures to compare: a sample's key and role -> the picture's id.

    A source is shown by the first sample whose source is no edit, or by a reversed one if need be. The edited picture
    of an imported pair is left out where a source of its split has the same bytes.
    """
    ordered = sorted(rows, key=lambda row: (row["outcome"] == "reversed", row["key"]))
    sources = {row["source_id"]: row for row in reversed(ordered)}
    known = {(row["split"], row["source_sha256"]) for row in sources.values()}
    pairs = [row for row in ordered if is_pair_key(row["key"])]
    edited = {(row["split"], row["edited_sha256"]): row for row in reversed(pairs)}
    return {(row["key"], "source"): source_id for source_id, row in sources.items()} | {
        (row["key"], "edited"): row["edited_sha256"][:16] for place, row in edited.items() if place not in known
    }


def _read(data: DataSet, shown: Mapping[Shown, str], console: Console) -> Iterator[Picture]:
    largest = max(data.manifest.samples, key=lambda split: data.manifest.samples[split])
    keys = {key for key, _ in shown}
    rows = {row["key"]: row for row in data.rows if row["key"] in keys}
    shards = sorted({row["shard"] for row in rows.values()})
    samples = (sample for shard in shards for sample in data.samples(shard) if sample.key in rows)
    for sample in _tracked(samples, "Reading pictures", len(rows), console):
        split = rows[sample.key]["split"]
        for role in ("source", "edited"):
            if identity := shown.get((sample.key, role)):
                rgb = sample.image(role)
                mirrored = None if split == largest else features(cv2.flip(rgb, 1))
                yield Picture(identity, split, sample.key, features(rgb), mirrored, role)


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
    a, b = sorted((a, b), key=lambda picture: (picture.id, picture.split))
    return Leak((a.id, b.id), (a.split, b.split), (a.key, b.key), (a.role, b.role), agreeing, mirrored)

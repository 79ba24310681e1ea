"""The manifest: its presence says that a data set is complete."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.example import Model
from schemas.vocabulary import Split

SHORT = 0.95
"""Part of what was wanted from which nothing is said to be missing: whole programs are kept."""


_INSIDE = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[\w.-]+(?:/[\w.-]+)*", re.ASCII)


def inside(name: str) -> str:
    """Return a name that stays in its folder, as it is.

    >>> inside("data/train-00000-of-00003.tar")
    'data/train-00000-of-00003.tar'

    Raises:
        ValueError: it is absolute, an address, or leads elsewhere.
    """
    if not _INSIDE.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is no name of a file in the data set")
    return name


InsideName = Annotated[str, AfterValidator(inside)]
"""Path relative to the data set. Files are read and written by it, and the manifest may come from anybody."""


class ShardInfo(Model):
    """One finished shard."""

    name: InsideName
    """Path relative to the data set: `data/train-00000-of-00003.tar`."""
    split: Split
    samples: int
    bytes: int
    sha256: str
    first_key: str
    last_key: str


class Accounting(Model):
    """Both equations: found = used + set aside; planned = kept + set aside."""

    files_found: int
    files_used: int
    files_set_aside: int
    candidates_planned: int
    candidates_kept: int
    candidates_set_aside: int


class QuotaCount(Model):
    """How many examples one value was to have, and has."""

    dimension: str
    """edit_type, outcome, regions or overall."""
    value: str
    wanted: int
    kept: int


class ComponentCount(Model):
    """One part of the mixture: what it was to have, and has."""

    component: str
    """Its name; `-` in a recipe without a mixture, and for imported pairs."""
    wanted: int
    planned: int
    """Candidates."""
    kept: int
    sources: int
    """Photos that were edited for it."""
    quotas: list[QuotaCount]

    def shortfalls(self) -> list[str]:
        """Return, a line each, what the sources did not supply: the whole first, then the values with a quota."""
        name = "" if self.component == "-" else f"{self.component}: "
        lines = [(f"{name}examples", self.kept, self.wanted)]
        lines += [(f"{name}{quota.dimension} {quota.value}", quota.kept, quota.wanted) for quota in self.quotas]
        return [f"{what}: {kept} of {wanted}" for what, kept, wanted in lines if kept < SHORT * wanted]


class BenchmarkCount(Model):
    """A benchmark that the data set was kept clean of, and what that took."""

    benchmark: str
    """Its name, that of the hash list's file."""
    sha256: str
    """Of the hash list."""
    pictures: int
    """In the list."""
    examples_checked: int
    """Examples of the data set whose sources and edited pictures were compared with it; fewer than all where a data set
    was extended with other lists than it was built with."""
    sources_set_aside: int
    candidates_set_aside: int
    """For their edited picture."""
    equal_instructions: int
    """Examples checked whose instruction is one of the benchmark's; they are not set aside."""


class Manifest(Model):
    """`manifest.json`, written last."""

    schema_version: str
    recipe: str
    config_hash: str
    seed: int
    versions: dict[str, str]
    """Package, lock file and the libraries that decide bytes."""
    cpu_features: list[str]
    accounting: Accounting
    samples: dict[str, int]
    """Per split."""
    shards: list[ShardInfo]
    files: dict[InsideName, str]
    """sha256 of every other file the reader relies on: metadata, rejected, card."""
    mixture: tuple[ComponentCount, ...] = ()
    """By component, in the recipe's order."""
    benchmarks: tuple[BenchmarkCount, ...] = ()
    """By hash list, sorted by name."""
    near_radius: int = -1
    """Bits up to which sources were compared; -1 in sets of earlier versions."""
    largest_near: int = -1
    """Sources of the largest group of near duplicates, those included that were set aside for it."""
    shared_radius: int = -1
    """Bits up to which pictures of imported pairs were compared; -1 in sets of earlier versions."""
    largest_group: int = -1
    """Pairs of the largest group that shares a split because it shares pictures or a scene; 0 without pairs, -1 in sets
    of earlier versions. Of an extended set, the larger one of both parts."""
    notes: tuple[str, ...] = ()
    """Where such groups keep the splits from their quotas, a line each."""
    embedder_sha256: str = "-"
    """Of the model by whose embeddings photos were compared too; `-` for none, and where a data set was extended."""
    similarity: float = -1.0
    """Cosine from which on they share a split."""
    extends: str = "-"
    """sha256 of the manifest of the data set that was extended, `-` for none."""
    cleaned: Annotated[dict[str, int], Field(default_factory=dict)]
    """What was changed in texts of the sources, such as "control characters": number of texts."""

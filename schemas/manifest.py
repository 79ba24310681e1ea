"""The manifest: its presence says that a data set is complete."""

from schemas.example import Model
from schemas.vocabulary import Split


class ShardInfo(Model):
    """One finished shard."""

    name: str
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
    files: dict[str, str]
    """sha256 of every other file the reader relies on: metadata, rejected, card."""

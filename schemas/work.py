"""What goes from step to step of a graph: pointers to files and counts, small enough for any shuffle or side input."""

from schemas.example import Model
from schemas.vocabulary import Split


class WorkList(Model):
    """A file of JSON lines, each a record to work on."""

    name: str
    """Path or address."""
    lines: int
    per_span: int
    """Lines that are worked on together."""

    @property
    def spans(self) -> int:
        """Number of spans."""
        return -(-self.lines // self.per_span)


class Span(Model):
    """Some lines of a work list, found without reading those before them."""

    name: str
    number: int
    """From 0."""
    offset: int
    """Of the first line's first byte."""
    length: int
    """Bytes, the last line's end included."""


class Inspected(Model):
    """A span of sources that pass 1 opened; what it found stands in a file of the span's number."""

    number: int
    usable: int
    set_aside: int


class MadePart(Model):
    """A part of a source whose candidates were made and not measured yet: they lie in a file."""

    name: str
    """Path or address."""


class StagedSlice(Model):
    """Parts whose candidates follow one another when all are sorted by key. A line of pass 3's work list."""

    number: int
    """From 0, in the order of keys."""
    names: list[str]
    """Of the parts' commit marks."""


class Collected(Model):
    """A slice whose tables stand (see `transforms.shards.tables`)."""

    number: int
    candidates: int
    """Staged ones, which no filter set aside."""
    set_aside: int


class ShardTask(Model):
    """A shard to write; its samples stand in a file of its name."""

    split: Split
    index: int
    count: int
    """Number of shards of the split."""

    @property
    def name(self) -> str:
        """Path of the shard, relative to the data set."""
        return shard_name(self.split, self.index, self.count)


class Placement(Model):
    """All candidates have their place: shards are planned, the tables of every slice say what is in which."""

    slices: int
    shards: dict[Split, int]
    """Number of shards of each split."""


def shard_name(split: Split, index: int, count: int) -> str:
    """Return the path of a shard, relative to the data set, of `count` of its split."""
    return f"data/{split}-{index:05d}-of-{count:05d}.tar"

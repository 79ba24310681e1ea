"""`spatialreward validate`: every promise of the format, checked on the files as they lie."""

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from pipeline.dataset import DataSet, open_dataset
from pipeline.finish import SOURCES
from pipeline.sample_checks import check_sample
from pipeline.shared_pictures import SharedPictures
from schemas.errors import UserError
from schemas.example import Example
from schemas.generate import metadata_row
from schemas.manifest import ShardInfo
from transforms import storage
from transforms.judgements.rank import RankInput, rank_group


@dataclass(frozen=True)
class ValidationResult:
    """Outcome of `validate_dataset`. Attributes: one line per problem; samples and shards that were read."""

    problems: list[str]
    samples: int
    shards: int


@dataclass(frozen=True)
class _Place:
    """A record and where it stands."""

    shard: ShardInfo
    example: Example


def validate_dataset(out: str) -> ValidationResult:
    """Check every file, sample, box, citation, score, rank and split of a finished data set.

    Raises:
        UserError: `out` is no finished data set.
    """
    data = open_dataset(out)
    problems, places, samples = [], list[_Place](), 0
    pictures = SharedPictures()
    for info in data.manifest.shards:
        shard = _Shard(data, info, pictures)
        problems += shard.problems()
        places += shard.places
        samples += shard.samples
    examples = [place.example for place in places]
    problems += [
        *_files(data),
        *_accounting(data, samples),
        *_keys(places),
        *_groups(places),
        *_splits(places),
        *pictures.problems(data.manifest),
        *_sources(data, places),
        *_same_picture_same_quality(examples),
    ]
    problems += _rows(data, places) if not any("metadata/" in problem for problem in problems) else []
    return ValidationResult(problems, samples, len(data.manifest.shards))


class _Shard:
    """One pass over one shard."""

    def __init__(self, data: DataSet, info: ShardInfo, pictures: SharedPictures) -> None:
        self.data, self.info, self.pictures = data, info, pictures
        self.places: list[_Place] = []
        self.samples = 0

    def problems(self) -> list[str]:
        """Read the shard; return what is wrong with it."""
        path = storage.join(self.data.out, self.info.name)
        if not storage.exists(path):
            return [f"{self.info.name}: missing"]
        if storage.sha256_of(path) != self.info.sha256:
            return [f"{self.info.name}: sha256 is not the manifest's; the file was changed or cut"]
        try:
            found = list(self._read())
        except (UserError, OSError) as error:
            return [f"{self.info.name}: cannot be read ({error})"]
        return found + list(self._totals(path))

    def _read(self) -> Iterator[str]:
        for sample in self.data.samples(self.info.name):
            self.samples += 1
            example, problems = check_sample(sample, partial(self.pictures.add, self.info.split))
            yield from (f"{self.info.name}: {sample.key}: {problem}" for problem in problems)
            if example:
                self.places.append(_Place(self.info, example))

    def _totals(self, path: str) -> Iterator[str]:
        with storage.open_read(path) as stream:
            size = stream.seek(0, io.SEEK_END)
        if (self.samples, size) != (self.info.samples, self.info.bytes):
            yield (
                f"{self.info.name}: {self.samples} samples in {size} bytes, "
                f"the manifest says {self.info.samples} in {self.info.bytes}"
            )
        ends = [place.example.key for place in (self.places[:1] + self.places[-1:])]
        if ends != [self.info.first_key, self.info.last_key]:
            yield f"{self.info.name}: first and last key are {ends}"
        if not self.info.name.startswith(f"data/{self.info.split}-"):
            yield f"{self.info.name}: the manifest puts it in split {self.info.split}"


def _files(data: DataSet) -> Iterator[str]:
    for name, sha256 in data.manifest.files.items():
        path = storage.join(data.out, name)
        if not storage.exists(path):
            yield f"{name}: missing"
        elif storage.sha256_of(path) != sha256:
            yield f"{name}: sha256 is not the manifest's"
    listed = {info.name for info in data.manifest.shards}
    lying = {f"data/{name}" for name in storage.list_files(storage.join(data.out, "data"))}
    yield from (f"{name}: not in the manifest" for name in sorted(lying - listed))


def _accounting(data: DataSet, samples: int) -> Iterator[str]:
    sums = data.manifest.accounting
    if sums.files_found != sums.files_used + sums.files_set_aside:
        yield "manifest: files found is not used + set aside"
    if sums.candidates_planned != sums.candidates_kept + sums.candidates_set_aside:
        yield "manifest: candidates planned is not kept + set aside"
    if not samples == sums.candidates_kept == sum(data.manifest.samples.values()):
        yield f"manifest: {sums.candidates_kept} candidates kept, {samples} samples in the shards"


def _keys(places: list[_Place]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for place in places:
        key = place.example.key
        if key in seen:
            yield f"{key}: stands in {seen[key]} and in {place.shard.name}"
        seen[key] = place.shard.name


def _groups(places: list[_Place]) -> Iterator[str]:
    groups: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        groups[place.example.group_id].append(place)
    for group_id, members in groups.items():
        examples = [place.example for place in members]
        if len({place.shard.name for place in members}) > 1:
            yield f"group {group_id}: stands in more than one shard"
        if len({(example.source_id, example.instruction) for example in examples}) > 1:
            yield f"group {group_id}: more than one source or instruction"
        if wrong := [example.key for example in examples if example.group_size != len(members)]:
            yield f"group {group_id}: has {len(members)} members, {wrong[0]} says otherwise"
        ranks = rank_group([_rank_input(example) for example in examples])
        if any(ranks[example.key] != example.rank for example in examples):
            yield f"group {group_id}: ranks {[e.rank for e in examples]}, must be {[ranks[e.key] for e in examples]}"


def _rank_input(example: Example) -> RankInput:
    any_done = any(edit.done > 0 for edit in example.edits)
    return RankInput(example.key, example.judgement.overall, example.outcome, any_done)


def _splits(places: list[_Place]) -> Iterator[str]:
    splits: dict[str, set[str]] = defaultdict(set)
    for place in places:
        for source_id in {place.example.source_id, *place.example.provenance.source_ids}:
            splits[source_id].add(place.shard.split)
    for source_id, found in sorted(splits.items()):
        if len(found) > 1:
            yield f"source {source_id}: lends pixels to splits {', '.join(sorted(found))}"


def _sources(data: DataSet, places: list[_Place]) -> Iterator[str]:
    """Check the table of sources, which sets of earlier versions have not, against what the samples were made of."""
    if SOURCES not in data.manifest.files:
        return
    splits: dict[str, set[str]] = defaultdict(set)
    groups: dict[str, set[str]] = defaultdict(set)
    for row in data.read_rows(SOURCES):
        splits[row["source_id"]].add(row["split"])
        groups[row["group_id"]].add(row["split"])
    for group_id, found in sorted(groups.items()):
        if len(found) > 1:
            yield f"{SOURCES}: group {group_id} stands in {', '.join(sorted(found))}"
    for place in places:
        for source_id in place.example.provenance.source_ids:
            if place.shard.split not in splits[source_id]:
                yield f"{SOURCES}: {place.example.key} is made of {source_id}, which is not in {place.shard.split}"


def _same_picture_same_quality(examples: list[Example]) -> Iterator[str]:
    first: dict[str, Example] = {}
    for example in examples:
        other = first.setdefault(example.images.edited.sha256, example)
        if example.judgement.perceptual_quality != other.judgement.perceptual_quality:
            yield f"{example.key}: same edited picture as {other.key}, another perceptual quality"


def _rows(data: DataSet, places: list[_Place]) -> Iterator[str]:
    rows = {row["key"]: row for row in data.rows}
    expected = {p.example.key: metadata_row(p.example, p.shard.split, p.shard.name) for p in places}
    for key in sorted(rows.keys() ^ expected.keys()):
        yield f"metadata: {key} stands in {'a row' if key in rows else 'a shard'} alone"
    for key in sorted(rows.keys() & expected.keys()):
        if rows[key] != expected[key]:
            columns = [name for name in expected[key] if rows[key].get(name) != expected[key][name]]
            yield f"metadata: {key}: {', '.join(columns) or 'columns'} differ from its json"

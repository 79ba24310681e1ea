"""From staged candidates to shards: duplicates, quota, ranks, order. Small records only, one pure function."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.example import Example
from schemas.keys import digest
from schemas.staging import Record
from schemas.vocabulary import SPLITS, EditType, Outcome, RejectClass, Split
from schemas.work import ShardTask
from transforms.judgements.rank import RankInput, rank_group
from transforms.splits.quotas import Counted, Target, choose


class Entry(NamedTuple):
    """All that assembling needs to know of one staged candidate (some 600 bytes); a row of the table `candidates`."""

    key: str
    program_id: str
    order: str
    group_id: str
    split: Split
    jsonl: str
    """Name of the staging file that holds its record."""
    line: int
    """Line in that file, from 0."""
    copy_id: str
    """Equal for two candidates that are the same example (see `copy_id`)."""
    component: str
    edit_type: EditType
    outcome: Outcome
    n_regions: int
    overall: float
    any_done: bool
    fills: int
    """See `fills`."""


class Placed(NamedTuple):
    """A kept candidate in its shard, with what only the whole set knows."""

    key: str
    jsonl: str
    line: int
    rank: int
    group_size: int


class LeftOut(NamedTuple):
    """A candidate that is in no shard, and why, as in a Reject."""

    key: str
    stage: str
    reason: str
    reject_class: RejectClass
    detail: str


@dataclass(frozen=True)
class ShardPlan:
    """One shard to write. Attributes: its name's parts, its samples in order."""

    task: ShardTask
    samples: tuple[Placed, ...]


@dataclass(frozen=True)
class Assembled:
    """The shards, and every staged candidate that is in none."""

    shards: tuple[ShardPlan, ...]
    left_out: tuple[LeftOut, ...]


def entry_of(record: Record, jsonl: str, line: int) -> Entry:
    """Return what assembling needs of a staged record."""
    example = record.example
    return Entry(
        key=example.key,
        program_id=record.program_id,
        order=record.order,
        group_id=example.group_id,
        split=record.split,
        jsonl=jsonl,
        line=line,
        copy_id=copy_id(record),
        component=example.provenance.component,
        edit_type=example.edit_type,
        outcome=example.outcome,
        n_regions=len(example.edit_region),
        overall=example.judgement.overall,
        any_done=any(edit.done > 0 for edit in example.edits),
        fills=fills(example),
    )


def fills(example: Example) -> int:
    """Return how many of a record's four lists that may be empty are filled."""
    edits = example.edits
    return (
        bool(example.edit_region)
        + any(bool(edit.source_bbox_2d) for edit in edits)
        + any(bool(edit.edited_bbox_2d) for edit in edits)
        + any(bool(edit.region_ids) for edit in edits)
    )


def copy_id(record: Record) -> str:
    """Return the identity of an example for deduplication.

    Equal hashes of the source and of the crops under the edited regions, the same normalised instruction and the
    same outcome; without regions, equal image bytes.
    A whole-image likeness alone never makes a copy, and details confirm it (`transforms.shards.copies`).
    """
    mark, images = record.fingerprint, record.example.images
    if mark.regions_dhash == "-":
        content = f"{images.source.sha256} {images.edited.sha256}"
    else:
        content = f"{mark.source_dhash} {mark.regions_dhash} {images.edited.width}x{images.edited.height}"
    return digest(content, mark.instruction, record.example.outcome)[:16]


def assemble(entries: Iterable[Entry], targets: Sequence[Target], target_samples: int, seed: int) -> Assembled:
    """Return the shards of a data set and what is left out.

    Args:
        entries: every candidate that passed the filters.
        targets: per component, what to keep: whole programs, in the order in which they were planned, within the
            quotas. At most one program more than wanted is kept. A component without a target is kept whole.
        target_samples: samples per shard, about.
        seed: the recipe's.
    """
    ordered = sorted(entries, key=lambda entry: (entry.order, entry.program_id, entry.key))
    unique, duplicates = _drop_copies(ordered)
    kept, surplus = _keep_programs(unique, targets)
    shards = [
        shard
        for split in SPLITS
        for shard in _split_shards([entry for entry in kept if entry.split == split], split, target_samples, seed)
    ]
    return Assembled(tuple(shards), tuple(duplicates + surplus))


def _drop_copies(entries: Sequence[Entry]) -> tuple[list[Entry], list[LeftOut]]:
    first: dict[str, Entry] = {}
    kept, left_out = [], []
    for entry in entries:
        original = first.setdefault(entry.copy_id, entry)
        # candidates of one program are planned apart; two sources of it may look alike to a hash, as twins do
        if original.program_id == entry.program_id:
            kept.append(entry)
        else:
            detail = f"same source, edited regions and instruction as {original.key}"
            left_out.append(LeftOut(entry.key, "dedup", "duplicate_candidate", "duplicate", detail))
    return kept, left_out


def _keep_programs(entries: Sequence[Entry], targets: Sequence[Target]) -> tuple[list[Entry], list[LeftOut]]:
    components: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        components[entry.component][entry.program_id].append(entry)
    known = {target.name: target for target in targets}
    kept: list[Entry] = []
    left_out = []
    for name, programs in components.items():
        verdicts = choose(map(_counted, programs.values()), known.get(name, Target(name)))
        for members, verdict in zip(programs.values(), verdicts, strict=True):
            if verdict.reason:
                left_out += [LeftOut(e.key, "quota", verdict.reason, "quota", verdict.detail) for e in members]
            else:
                kept += members
    return kept, left_out


def _counted(entries: Iterable[Entry]) -> list[Counted]:
    return [Counted(entry.edit_type, entry.outcome, entry.n_regions, entry.overall) for entry in entries]


def _split_shards(entries: Sequence[Entry], split: Split, target: int, seed: int) -> list[ShardPlan]:
    if not entries:
        return []
    count = max(1, min(len(entries) // target, len(entries) // 20))
    programs: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        programs[entry.program_id].append(entry)
    order = sorted(programs, key=lambda program_id: digest(seed, "order", program_id))
    placed = _place(entries)
    return [
        ShardPlan(
            ShardTask(split=split, index=index, count=count),
            tuple(placed[e.key] for e in _shard_order([programs[p] for p in order[index::count]], seed)),
        )
        for index in range(count)
    ]


def _shard_order(programs: list[list[Entry]], seed: int) -> list[Entry]:
    """Return the samples of a shard, those of a program together and shuffled by hash.

    The sample that fills most lists leads with its program: readers without the card infer types from the first
    samples, and a list that is empty in all of them gets a wrong type.
    """
    fullest = max((entry for members in programs for entry in members), key=lambda entry: entry.fills)
    programs = sorted(programs, key=lambda members: fullest not in members)
    result = []
    for members in programs:
        result += sorted(members, key=lambda entry: (entry is not fullest, digest(seed, "shuffle", entry.key)))
    return result


def _place(entries: Sequence[Entry]) -> dict[str, Placed]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.group_id].append(entry)
    result = {}
    for members in groups.values():
        ranks = rank_group([RankInput(e.key, e.overall, e.outcome, e.any_done) for e in members])
        for entry in members:
            result[entry.key] = Placed(
                key=entry.key,
                jsonl=entry.jsonl,
                line=entry.line,
                rank=ranks[entry.key],
                group_size=len(members),
            )
    return result

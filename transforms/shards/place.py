"""Where every candidate goes: the arithmetic of the whole set, from tables to tables, in one place."""

from collections.abc import Iterator, Sequence

from schemas.vocabulary import SPLITS
from schemas.work import Placement, ShardTask
from transforms.shards.assemble import Assembled, LeftOut, Placed, assemble
from transforms.shards.tables import PLACES, read_entries, table_name, write_rows, write_samples
from transforms.splits.quotas import Target


def place(slices: int, folder: str, targets: Sequence[Target], target_samples: int, seed: int) -> Placement:
    """Assemble all candidates; write the place of each beside its slice, and the samples of every shard.

    Some 1 KB of memory for each candidate.

    Args:
        slices: number of slices that were collected.
        folder: of their tables.
        targets, target_samples, seed: see `assemble`.
    """
    collected = [read_entries(folder, number) for number in range(slices)]
    assembled = assemble((entry for entries in collected for entry in entries), targets, target_samples, seed)
    fates = _fates(assembled)
    for number, entries in enumerate(collected):
        write_rows(table_name(folder, "places", number), [_row(fates[entry.key]) for entry in entries], PLACES)
    for shard in assembled.shards:
        write_samples(folder, shard.task, shard.samples)
    counts = {split: sum(shard.task.split == split for shard in assembled.shards) for split in SPLITS}
    kept = sum(len(shard.samples) for shard in assembled.shards)
    return Placement(slices=slices, shards=counts, kept=kept)


def tasks_of(placement: Placement) -> Iterator[ShardTask]:
    """Yield every shard to write."""
    for split, count in placement.shards.items():
        for index in range(count):
            yield ShardTask(split=split, index=index, count=count)


_Fate = LeftOut | tuple[str, Placed]


def _fates(assembled: Assembled) -> dict[str, _Fate]:
    fates: dict[str, _Fate] = {left_out.key: left_out for left_out in assembled.left_out}
    for shard in assembled.shards:
        name = shard.task.name
        fates.update((sample.key, (name, sample)) for sample in shard.samples)
    return fates


def _row(fate: _Fate) -> dict[str, str | int]:
    if isinstance(fate, LeftOut):
        said = {"stage": fate.stage, "reason": fate.reason, "class": fate.reject_class, "detail": fate.detail}
        return {"shard": "", "rank": 0, "group_size": 0, **said}
    name, sample = fate
    nothing = dict.fromkeys(("stage", "reason", "class", "detail"), "")
    return {"shard": name, "rank": sample.rank, "group_size": sample.group_size, **nothing}

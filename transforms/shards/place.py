"""Where every candidate goes: the arithmetic of the whole set, from tables to tables, in one place."""

from collections.abc import Iterator, Sequence

from schemas.vocabulary import SPLITS
from schemas.work import Collected, Placement, ShardTask
from transforms.shards.assemble import Assembled, LeftOut, Placed, assemble
from transforms.shards.copies import confirm_copies
from transforms.shards.tables import PLACES, read_details, read_entries, table_name, write_rows, write_samples
from transforms.splits.quotas import Target


def place(
    collected: Sequence[Collected], folder: str, targets: Sequence[Target], target_samples: int, seed: int
) -> Placement:
    """Assemble all candidates; write the place of each beside its slice, and the samples of every shard.

    Some 1 KB of memory for each candidate.

    Args:
        collected: every slice, in order.
        folder: of their tables.
        targets, target_samples, seed: see `assemble`.
    """
    slices = {part.number: read_entries(folder, part) for part in collected}
    entries = [entry for some in slices.values() for entry in some]
    entries = confirm_copies(entries, lambda keys: read_details(folder, slices, keys))
    assembled = assemble(entries, targets, target_samples, seed)
    fates = _fates(assembled)
    for number, some in slices.items():
        write_rows(table_name(folder, "places", number), [_row(fates[entry.key]) for entry in some], PLACES)
    for shard in assembled.shards:
        write_samples(folder, shard.task, shard.samples)
    counts = {split: sum(shard.task.split == split for shard in assembled.shards) for split in SPLITS}
    return Placement(slices=len(slices), shards=counts)


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

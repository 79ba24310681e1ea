"""A rank's batches over all epochs; every rank takes equally many steps, and a checkpoint says where each stands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch.utils.data import DataLoader

from pipeline.lock import drop_inherited_locks
from pipeline.train.encode import KINDS, Encoder
from pipeline.train.loss import IGNORED
from pipeline.train.shards import Shards
from pipeline.train.stream import Item, Piece, Place, Slot, SlotStream, StreamSettings
from schemas.errors import UserError
from schemas.keys import rng_for


@dataclass(frozen=True)
class Crew:
    """Who reads. Attributes: ranks in all, this one's number, loader processes per rank (0: the rank itself)."""

    ranks: int = 1
    rank: int = 0
    workers: int = 0

    @property
    def readers(self) -> int:
        """Slots per rank."""
        return max(1, self.workers)


def check_shards(shards: Shards, crew: Crew) -> None:
    """Refuse a crew with more readers than there are shards.

    Raises:
        UserError: says how to have more shards or fewer readers.
    """
    wanted, found = crew.ranks * crew.readers, len(shards.shards)
    if found < wanted:
        raise UserError(
            f"{crew.ranks} ranks of {crew.readers} readers need {wanted} shards, the training split has {found}; use "
            "--set data.workers=0 or fewer ranks, or smaller shards: spatialreward reshard DIR --out NEW --samples N"
        )


def pieces_of_epoch(shards: Shards, seed: int, epoch: int) -> list[Piece]:
    """Return all shards in the epoch's random order; slots take them in turn."""
    return [Piece(int(number)) for number in rng_for(seed, "shards", epoch).permutation(len(shards.shards))]


def plan_steps(shards: Shards, settings: StreamSettings, crew: Crew, epochs: int, accumulation: int) -> int:
    """Return how many steps the epochs have at most; fewer when conversations are dropped."""
    total = 0
    for epoch in range(epochs):
        most = [_most_batches(shards, piece.shard, settings) for piece in pieces_of_epoch(shards, settings.seed, epoch)]
        slots = crew.ranks * crew.readers
        per_slot = [sum(most[slot::slots]) for slot in range(slots)]
        per_rank = [sum(per_slot[rank :: crew.ranks]) for rank in range(crew.ranks)]
        total += -(-max(per_rank) // accumulation)
    return total


def _most_batches(shards: Shards, number: int, settings: StreamSettings) -> int:
    shard = shards.shards[number]
    buffers = -(-shard.samples // settings.buffer)
    return -(-shard.conversations // settings.batch_size) + buffers - 1


class TrainLoader:
    """Yields the batches of one epoch after another, one epoch per iteration, as the model's arguments.

    Slot s of all slots belongs to rank s % ranks. A rank that has nothing left while another has, or whose epoch does
    not fill its last step, yields fillers: batches without an answer, which weigh nothing.

    Args:
        shards: of the training split.
        encoder: makes tensors.
        settings: of the order.
        crew: who reads.
        epochs: after these, iterations are empty.
        accumulation: batches per step.

    Raises:
        UserError: fewer shards than readers.
    """

    def __init__(
        self, shards: Shards, encoder: Encoder, settings: StreamSettings, crew: Crew, epochs: int, accumulation: int
    ) -> None:
        check_shards(shards, crew)
        self._shards, self._encoder, self._settings = shards, encoder, settings
        self._crew, self._epochs, self._accumulation = crew, epochs, accumulation
        self._group = dist.new_group(backend="gloo") if crew.ranks > 1 else None
        self._past = Counter[str]()
        self._begin(0)

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        """Yield an epoch from where it stands, and begin the next; after the last there is nothing."""
        while self.epoch < self._epochs:
            count = 0
            for batch in self._epoch_batches():
                count += 1
                yield batch
            self._past.update(self._dropped())
            self._begin(self.epoch + 1)
            if count:  # an epoch of which nothing was left at a checkpoint is none
                return

    def dropped(self) -> dict[str, int]:
        """Return reason -> conversations that this rank dropped so far."""
        return dict(self._past + self._dropped())

    def dropped_by_all(self) -> dict[str, int]:
        """Return the same of all ranks together. Every rank must call it."""
        ranks: list[dict[str, int]] = [self.dropped()] * self._crew.ranks
        if self._group is not None:
            dist.all_gather_object(ranks, self.dropped(), group=self._group)
        return dict(sum(map(Counter, ranks), Counter[str]()))

    def state(self) -> dict[str, Any]:
        """Return where all ranks stand. Every rank must call it."""
        mine = {
            "slots": [[list(piece) for piece in self._left(slot)] for slot in range(self._crew.readers)],
            "dropped": [self._places[slot].dropped for slot in range(self._crew.readers)],
            "next": self._next,
            "past": dict(self._past),
        }
        ranks: list[dict[str, Any]] = [mine] * self._crew.ranks
        if self._group is not None:
            dist.all_gather_object(ranks, mine, group=self._group)
        return {"epoch": self.epoch, "ranks": ranks}

    def load_state(self, state: dict[str, Any]) -> bool:
        """Go on where `state` says.

        With as many ranks and readers as before the next batches are the same. With others what is left of the epoch
        is dealt out anew: each conversation still comes once, in another order.

        Returns:
            whether the next batches are the same.
        """
        ranks = state["ranks"]
        same = len(ranks) == self._crew.ranks and len(ranks[0]["slots"]) == self._crew.readers
        self._begin(state["epoch"])
        if same:
            mine = ranks[self._crew.rank]
            self._pieces = [[Piece(*piece) for piece in slot] for slot in mine["slots"]]
            self._places = [Place(0, _first(p), d) for p, d in zip(self._pieces, mine["dropped"], strict=True)]
            self._next, self._past = mine["next"], Counter(mine["past"])
            return True
        slots = [[Piece(*piece) for piece in slot] for rank in ranks for slot in rank["slots"]]
        begun = [slot[0] for slot in slots if slot]
        rest = [piece for slot in slots for piece in slot[1:]]
        self._take([*begun, *rest])
        if self._crew.rank == 0:  # sums over ranks stay what they were
            for rank in ranks:
                self._past.update(rank["past"])
                for counts in rank["dropped"]:
                    self._past.update(counts)
        return False

    def _begin(self, epoch: int) -> None:
        self.epoch = epoch
        self._take(pieces_of_epoch(self._shards, self._settings.seed, epoch) if epoch < self._epochs else [])

    def _take(self, pieces: Sequence[Piece]) -> None:
        slots = self._crew.ranks * self._crew.readers
        mine = range(self._crew.rank, slots, self._crew.ranks)
        self._pieces = [list(pieces[slot::slots]) for slot in mine]
        self._places = [Place(0, _first(pieces)) for pieces in self._pieces]
        self._next = 0

    def _left(self, slot: int) -> list[Piece]:
        place, pieces = self._places[slot], self._pieces[slot]
        return [] if place.number >= len(pieces) else [place.piece, *pieces[place.number + 1 :]]

    def _dropped(self) -> Counter[str]:
        return sum((Counter(place.dropped) for place in self._places), Counter[str]())

    def _epoch_batches(self) -> Iterator[dict[str, torch.Tensor]]:
        items, count, last = self._items(), 0, None
        ahead = next(items, None)
        while self._anyone(ahead is not None) or count % self._accumulation:
            if ahead is not None and ahead.batch is not None:
                self._note(ahead)
                yield (last := ahead.batch)
                ahead = next(items, None)
            else:
                yield _filler(last if last is not None else self._some_batch())
            count += 1

    def _items(self) -> Iterator[Item]:
        readers = self._crew.readers
        turns = [(self._next + turn) % readers for turn in range(readers)]
        slots = [Slot(slot, tuple(self._pieces[slot]), self._places[slot].dropped) for slot in turns]
        stream = SlotStream(self._shards, slots, self._encoder, self._settings, self.epoch)
        for item in DataLoader(
            stream,
            batch_size=None,
            num_workers=self._crew.workers,
            collate_fn=_as_it_is,
            worker_init_fn=_begin_reading,
        ):
            if item.batch is None:
                self._note(item)
            else:
                yield item

    def _note(self, item: Item) -> None:
        self._places[item.slot] = item.place
        self._next = (item.slot + 1) % self._crew.readers

    def _anyone(self, mine: bool) -> bool:
        if self._group is None:
            return mine
        flag = torch.tensor(int(mine))
        dist.all_reduce(flag, op=dist.ReduceOp.MAX, group=self._group)
        return bool(flag)

    def _some_batch(self) -> dict[str, torch.Tensor]:
        """Return a batch for a rank that has had none: the first conversation of the split."""
        stream = SlotStream(self._shards, [Slot(0, (Piece(0),), {})], self._encoder, self._settings, self.epoch)
        found: dict[str, torch.Tensor] | None = next(iter(stream)).batch
        if found is None:
            raise UserError("every conversation of the first shard was dropped; raise data.max_tokens")
        return found


def _first(pieces: Sequence[Piece]) -> Piece:
    return pieces[0] if pieces else Piece(0)


def _filler(batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    blank = {"labels": torch.full_like(batch["labels"], IGNORED), KINDS: torch.zeros_like(batch[KINDS])}
    return batch | blank


def _begin_reading(_number: int) -> None:
    drop_inherited_locks()


def _as_it_is(item: Item) -> Item:
    return item

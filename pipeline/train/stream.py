"""Batches from shards: shuffled by shard and buffer, sorted by length inside a buffer, resumed to the batch."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from torch.utils.data import IterableDataset, get_worker_info

from pipeline.train.conversations import Conversation, conversations_of
from pipeline.train.encode import Encoder
from pipeline.train.shards import Shards, stream_samples
from schemas.keys import rng_for

TOO_LONG, TOO_NARROW, UNREADABLE = "too long", "over 200 times as long as wide", "unreadable"


class Piece(NamedTuple):
    """What is left of a shard. Attributes: its number, the sample at which a buffer begins, batches of it used."""

    shard: int
    start: int = 0
    batches: int = 0


@dataclass(frozen=True)
class Place:
    """Where a slot stands behind a batch.

    Attributes:
        number: of its pieces, the one in work; behind the last, all is read.
        piece: what is left of it.
        dropped: reason -> conversations dropped, in this epoch, by this slot.
    """

    number: int
    piece: Piece
    dropped: dict[str, int] = field(default_factory=dict)


class Item(NamedTuple):
    """What a loader process sends. Attributes: its slot, where that stands, and the batch; None behind the last."""

    slot: int
    place: Place
    batch: dict[str, Any] | None


@dataclass(frozen=True)
class StreamSettings:
    """What decides the order of batches, but for slots. Attributes as in the recipe."""

    prompts: str
    buffer: int
    batch_size: int
    seed: int


@dataclass(frozen=True)
class Slot:
    """One reader's share of an epoch. Attributes: its number in the rank, its pieces, and what it dropped so far."""

    number: int
    pieces: tuple[Piece, ...]
    dropped: dict[str, int]


class SlotStream(IterableDataset):
    """The batches of one epoch and rank, as `Item`s; each loader process reads the slot of its own number.

    Args:
        shards: of the split.
        slots: one per loader process, in the order in which they take turns.
        encoder: makes tensors.
        settings: of the order.
        epoch: from 0.
    """

    def __init__(
        self, shards: Shards, slots: Sequence[Slot], encoder: Encoder, settings: StreamSettings, epoch: int
    ) -> None:
        self._shards, self._slots, self._encoder = shards, slots, encoder
        self._settings, self._epoch = settings, epoch

    def __iter__(self) -> Iterator[Item]:
        worker = get_worker_info()
        slot = self._slots[worker.id if worker else 0]
        dropped = Counter(slot.dropped)
        for number, piece in enumerate(slot.pieces):
            for left, batch in self._batches(piece, dropped):
                if rows := self._encoded(batch, dropped):
                    yield Item(slot.number, Place(number, left, dict(dropped)), self._encoder.batch(rows))
        yield Item(slot.number, Place(len(slot.pieces), Piece(0), dict(dropped)), None)

    def _encoded(self, batch: Sequence[Conversation], dropped: Counter[str]) -> list[dict[str, Any]]:
        rows = []
        for conversation in batch:
            try:
                rows.append(self._encoder.row(conversation))
            except (OSError, ValueError):
                dropped[UNREADABLE] += 1
        return rows

    def _batches(self, piece: Piece, dropped: Counter[str]) -> Iterator[tuple[Piece, list[Conversation]]]:
        samples = stream_samples(self._shards.shards[piece.shard].url, piece.start)
        start, used = piece.start, piece.batches
        while buffer := list(islice(samples, self._settings.buffer)):
            conversations, reasons = self._read(buffer)
            if used == 0:  # of a buffer that was begun before, they are counted already
                dropped.update(reasons)
            for number, batch in enumerate(self._grouped(conversations, piece.shard, start)):
                if number >= used:
                    yield Piece(piece.shard, start, number + 1), batch
            start, used = start + len(buffer), 0

    def _read(self, buffer: Sequence[dict[str, bytes]]) -> tuple[list[tuple[int, Conversation]], list[str]]:
        """Return the conversations of samples with their lengths, and the reasons for those that are left out."""
        kept, reasons = list[tuple[int, Conversation]](), list[str]()
        for sample in buffer:
            try:
                found, missing = self._conversations(sample)
            except (KeyError, StopIteration, ValueError):  # a member is missing, or the record is none
                reasons.append(UNREADABLE)
                continue
            reasons += missing
            for conversation in found:
                try:
                    length = self._encoder.length(conversation)
                except ValueError:
                    reasons.append(TOO_NARROW)
                    continue
                if length > self._encoder.budget.max_tokens:
                    reasons.append(TOO_LONG)
                else:
                    kept.append((length, conversation))
        return kept, reasons

    def _conversations(self, sample: dict[str, bytes]) -> tuple[list[Conversation], list[str]]:
        return conversations_of(sample, self._shards.repeated, self._settings.prompts, self._encoder.special)

    def _grouped(self, found: list[tuple[int, Conversation]], shard: int, start: int) -> list[list[Conversation]]:
        """Return batches of about one length each, in random order."""
        draw = rng_for(self._settings.seed, "buffer", self._epoch, shard, start)
        shuffled = [found[index] for index in draw.permutation(len(found))]
        by_length = [conversation for _, conversation in sorted(shuffled, key=lambda pair: pair[0])]
        size = self._settings.batch_size
        batches = [by_length[first : first + size] for first in range(0, len(by_length), size)]
        return [batches[index] for index in draw.permutation(len(batches))]

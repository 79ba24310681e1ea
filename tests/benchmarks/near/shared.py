"""What is merged by mistake, and which copies are found, among pictures that share a ground or a layout."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.near.copies import COPIES
from benchmarks.near.recall import copy_bits, strangers
from benchmarks.table import NOTHING, Table
from transforms.dedup.near import connected_groups
from transforms.sources.hashing import picture_hash

TRIED = ("JPEG q50", "resized to 50 %", "mirrored, 50 %, JPEG q50")
"""Copies of each picture that are looked for."""


def ground_row(name: str, pictures: Sequence[np.ndarray], radius: int) -> tuple[str, ...]:
    """Return a row of `grounds_table`: everything by hashes alone, and confirmed."""
    confirmed = strangers(enumerate(pictures))
    alone = replace(confirmed, looks=None)
    groups = []
    for found in (alone.close(radius), confirmed.close(radius)):
        removed = len(pictures) - len(np.unique(connected_groups(len(pictures), found)))
        groups += [str(len(found)), str(removed)]
    own = [picture_hash(rgb) for rgb in pictures]
    cells = [name, str(len(pictures)), groups[0], groups[2], groups[1], groups[3]]
    for copy in TRIED:
        hashed, agreed = copy_bits(own, [picture_hash(COPIES[copy](rgb)) for rgb in pictures])
        near = hashed <= radius
        share = f"{np.mean(near):.0%} → {np.mean(agreed <= radius):.0%}".replace("%", " %") if near.any() else NOTHING
        cells.append(share)
    return tuple(cells)


def grounds_table(rows: Sequence[tuple[str, ...]], radius: int) -> Table:
    """Return the table of some rows."""
    header = ("", "pictures", "pairs near", "merged", "removed by hash", "removed", *TRIED)
    note = f"Hashes within {radius} bits. Copies: found by hashes alone → found where details agree too."
    return Table("Different pictures on one ground", header, tuple(rows), note)

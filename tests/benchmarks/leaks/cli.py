"""The command: plant copies, count who finds them, write the table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from rich.console import Console

from benchmarks.leaks.copies import COPIES
from benchmarks.table import Table
from pipeline.leaks.features import features
from pipeline.leaks.find import Picture, compare
from schemas.plan import SourceItem, SourceRecord
from transforms.dedup.config import DedupConfig
from transforms.dedup.sources import deduplicate_sources
from transforms.sources.decode import DecodeLimits, decode_image
from transforms.sources.find import find_all_sources
from transforms.sources.hashing import dhash_hex, dhash_mirrored_hex
from transforms.sources.identity import source_id
from transforms.sources.read import read_bytes
from transforms.sources.scenes.scene import is_scene, render_scene

SIDE = 1024
"""Longer side of the photos at most, pixels."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def opened(addresses: list[str]) -> dict[str, np.ndarray]:
    """Return name -> pixels (uint8 [H, W, 3]) of sources, one of each scene, longer side `SIDE` at most."""
    found: dict[str, SourceItem] = {}
    for item in find_all_sources(addresses):
        if isinstance(item, SourceItem):
            found.setdefault(item.name if item.scene == "-" else item.scene, item)
    return {item.name: _opened(item) for item in found.values()}


def _opened(item: SourceItem) -> np.ndarray:
    if is_scene(item.uri):
        return render_scene(item.uri).rgb
    rgb = decode_image(read_bytes(item.uri), DecodeLimits())
    scale = SIDE / max(rgb.shape[:2])
    return rgb if scale >= 1 else cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def is_merged(photo: np.ndarray, copy: np.ndarray) -> bool:
    """Return whether a build by its defaults keeps a copy with its photo, so that they cannot stand in two splits."""
    records = [_record(name, rgb) for name, rgb in (("photo", photo), ("copy", copy))]
    return len(deduplicate_sources(records, [], DedupConfig()).groups) == 1


def _record(name: str, rgb: np.ndarray) -> SourceRecord:
    height, width = rgb.shape[:2]
    item = SourceItem(name=name, uri=name, dataset="-")
    hashes = {"dhash": dhash_hex(rgb), "dhash_mirrored": dhash_mirrored_hex(rgb)}
    return SourceRecord(source_id=source_id(rgb), item=item, width=width, height=height, **hashes)


def table(photos: Mapping[str, np.ndarray], console: Console) -> Table:
    """Return, for each kind of copy, who finds it: every photo in train, a copy of each in validation."""
    train = [Picture(name, "train", name, features(rgb), None) for name, rgb in photos.items()]
    lines, false = [], 0
    for kind, copy in COPIES.items():
        copies = {name: np.ascontiguousarray(copy(rgb)) for name, rgb in photos.items()}
        merged = {name for name, rgb in copies.items() if is_merged(photos[name], rgb)}
        planted = [
            Picture(f"{name} copy", "validation", name, features(rgb), features(cv2.flip(rgb, 1)))
            for name, rgb in copies.items()
        ]
        leaks, _ = compare([*train, *planted], console)
        found = {leak.keys[0] for leak in leaks if leak.keys[0] == leak.keys[1]}
        false += sum(leak.keys[0] != leak.keys[1] for leak in leaks)
        left = len(photos) - len(merged | found)
        lines.append((kind, f"{len(merged)}", f"{len(found)}", f"{len(found - merged)}", f"{left}"))
        console.print(f"{kind}: {len(merged)} merged, {len(found)} found by the leak test, {left} by neither")
    note = f"Of {len(photos)} photos. Pairs of different photos that the leak test took for one in all: {false}."
    header = ("copy", "merged by the build", "found by the leak test", "by it alone", "by neither")
    return Table("Planted copies", header, tuple(lines), note)


@app.command()
def main(
    sources: Annotated[list[str] | None, typer.Option(help="As for a build; bundled photos if not given.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the table.")] = Path("build/leaks"),
) -> None:
    """Plant copies of photos in another split; count what the build merges and what the leak test finds.

    Example: python -m benchmarks.leaks --sources photos --sources scenes:20
    """
    console = Console()
    found = table(opened(sources or []), console)
    out.mkdir(parents=True, exist_ok=True)
    (out / "leaks.md").write_text(found.to_markdown(), encoding="utf-8")
    console.print(found.to_rich())
    console.print(f"leaks.md in {out}")

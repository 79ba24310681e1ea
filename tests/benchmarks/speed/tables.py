"""The tables of a run: medians over repeats, per candidate."""

from collections.abc import Sequence
from statistics import median

from benchmarks.speed.measure import (
    CODEC,
    DECODE,
    ENCODE,
    JUDGE,
    NOISE,
    OVERHEAD,
    REGIONS,
    RENDER,
    REST,
    STAGE,
    STAGES,
    WRITE,
    Spent,
    Timings,
)
from benchmarks.speed.work import NAMES
from benchmarks.table import NOTHING, Table
from schemas.vocabulary import EDIT_TYPES

GROUPS = {
    RENDER: (RENDER,),
    NOISE: (NOISE,),
    "encode, decode": (ENCODE, DECODE),
    REGIONS: (REGIONS,),
    "judge, filter": (JUDGE, REST),
    "stage, write": (STAGE, WRITE),
}
"""Columns of the table by operation -> stages."""
ALL_BUT = "all but rendering, noise and regions"


def per_candidate(spent: Sequence[Spent], stages: Sequence[str]) -> float:
    """Return milliseconds per candidate in some stages: the median over repeats, over all programs together."""
    by_repeat: dict[int, list[float]] = {}
    for entry in spent:
        sums = by_repeat.setdefault(entry.repeat, [0.0, 0.0])
        sums[0] += sum(entry.ms.get(stage, 0.0) for stage in stages)
        sums[1] += entry.candidates
    return median(ms / count for ms, count in by_repeat.values())


def by_operation(timings: Timings, size: int) -> Table:
    """Compare the operations."""
    header = ("operation", "edit type", "ms", *GROUPS, "codec", "× codec")
    lines = []
    for name in NAMES:
        found = [entry for entry in timings.spent if entry.name == name]
        if not found:
            continue
        types = sorted({entry.edit_type for entry in found}, key=EDIT_TYPES.index)
        whole, codec = per_candidate(found, STAGES), per_candidate(found, [CODEC])
        parts = [f"{per_candidate(found, stages):.1f}" for stages in GROUPS.values()]
        lines.append((name, ", ".join(types), f"{whole:.0f}", *parts, f"{codec:.1f}", f"{whole / codec:.1f}"))
    title = f"Milliseconds per candidate at {size} px, by operation"
    return Table(title, header, tuple(lines), _note(timings))


def by_stage(timings: Timings, size: int) -> Table:
    """Compare the stages, over all programs."""
    codec, whole = per_candidate(timings.spent, [CODEC]), per_candidate(timings.spent, STAGES)
    rows = [(name, per_candidate(timings.spent, [name])) for name in STAGES]
    lines = [(name, f"{ms:.1f}", f"{ms / whole:.0%}", f"{ms / codec:.1f}") for name, ms in rows]
    rest = per_candidate(timings.spent, OVERHEAD)
    lines.append((ALL_BUT, f"{rest:.1f}", f"{rest / whole:.0%}", f"{rest / codec:.2f}"))
    lines.append(("all", f"{whole:.1f}", "100%", f"{whole / codec:.1f}"))
    lines.append(("codec", f"{codec:.1f}", NOTHING, "1.0"))
    title = f"Milliseconds per candidate at {size} px, by stage"
    note = "All programs together. Goal: all but rendering and regions within 2.0 × codec."
    return Table(title, ("stage", "ms", "share", "× codec"), tuple(lines), note)


def by_scene(timings: Timings) -> Table | None:
    """Return what the rendering of each scene costs, None where none was timed."""
    if not timings.scenes:
        return None
    codec = per_candidate(timings.spent, [CODEC])
    found = {f"scene {number}": median(ms) for number, ms in timings.scenes.items()}
    found["median"] = median(found.values())
    lines = tuple((name, f"{ms:.0f}", f"{ms / codec:.1f}") for name, ms in found.items())
    note = "Per source: no part of the figures above."
    return Table("Milliseconds to render a scene", ("scene", "ms", "× codec"), lines, note)


def _note(timings: Timings) -> str:
    repeats = 1 + max(entry.repeat for entry in timings.spent)
    programs = len(timings.spent) // repeats
    candidates = sum(entry.candidates for entry in timings.spent if entry.repeat == 0)
    return (
        f"Processor time of one thread; medians of {repeats} interleaved repeats over {programs} programs with "
        f"{candidates} candidates. Codec: JPEG (quality 95, 4:4:4) encode and decode of the same two images. What a "
        "program's candidates share is divided among them. Photos are scaled to the size before anything is timed."
    )

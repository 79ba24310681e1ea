"""The regions of many pairs: one JSON line each, pictures, and a summary."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.config import DISTRIBUTION, code_digest
from pipeline.regions_tool.pairs import Found, Pair, find, find_in_two
from pipeline.regions_tool.pictures import check_folder
from pipeline.regions_tool.record import PairRegions
from pipeline.regions_tool.unfinished import Unfinished
from pipeline.regions_tool.workers import Job, measure_all
from schemas.errors import InterruptedRunError, UserError
from schemas.keys import digest
from transforms import storage

SHOWN = 5
"""How many pairs that were set aside the summary names."""


@dataclass(frozen=True)
class Summary:
    """What a run over many pairs came to.

    Attributes:
        out: the file with a line for each pair.
        records: its lines.
        others: pictures in the folder that belong to no pair.
        taken_over: how many lines an earlier, interrupted run had measured.
        seconds: how long this run took.
    """

    out: Path
    records: tuple[PairRegions, ...]
    others: int
    taken_over: int
    seconds: float

    @property
    def errors(self) -> tuple[PairRegions, ...]:
        """The pairs that were not measured."""
        return tuple(record for record in self.records if record.status == "error")

    @property
    def nothing_read(self) -> bool:
        """Whether not one pair could be measured."""
        return len(self.errors) == len(self.records)


def measure_many(path: str, out: Path, job: Job, jobs: int, console: Console, edited: str | None = None) -> Summary:
    """Measure the pairs of a folder or jsonl file into a JSON Lines file, in the order of their names or lines.

    A run that is interrupted leaves `OUT.part`; the same command goes on from there. OUT appears when all is done.

    Args:
        path: folder or file of rows, see `pairs.find`; or the folder of the pictures before their edits.
        out: the file to write, `.jsonl`; replaced if it stands.
        job: how, and where pictures go.
        jobs: processes.
        console: where the progress bar goes.
        edited: folder of the pictures after their edits, for two folders.

    Raises:
        UserError: there is no pair, or a place cannot be written to.
        InterruptedRunError: a process was killed.
    """
    started = time.monotonic()
    if out.suffix != ".jsonl" or out.is_dir():
        raise UserError(f"--out {out}: must be the name of a .jsonl file to write")
    found = find_in_two(path, edited) if edited else find(path)
    for flag, folder in (("--overlay", job.overlays), ("--masks", job.masks), ("--steps", job.steps)):
        if folder:
            check_folder(flag, folder)
    places = job.overlays, job.masks, job.steps
    settings = digest(DISTRIBUTION, code_digest(), job.config.model_dump_json(), *places)[:16]
    with Unfinished(out, settings) as unfinished:
        names, taken_over = _measure(found, unfinished, job, jobs, console)
        unfinished.finish(out, names)
    records = tuple(unfinished.records[name] for name in names)
    return Summary(out, records, found.others, taken_over, time.monotonic() - started)


def _measure(found: Found, unfinished: Unfinished, job: Job, jobs: int, console: Console) -> tuple[list[str], int]:
    """Bring a record of each row into `unfinished`; return the names in order, and how many were there before."""
    pairs = [row for row in found.rows if isinstance(row, Pair)]
    todo = [pair for pair in pairs if not _holds(unfinished.records.get(pair.name), pair, job)]
    bar = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    try:
        with Progress(*bar, TimeRemainingColumn(), console=console) as progress:
            task = progress.add_task("pairs", total=len(pairs), completed=len(pairs) - len(todo))
            for record in measure_all(todo, job, jobs):
                unfinished.add(record)
                progress.advance(task)
    except BrokenProcessPool:
        advice = "run the same command again to go on, with fewer --jobs if memory was short"
        raise InterruptedRunError(f"a worker process died; {unfinished.path} has what is measured: {advice}") from None
    except KeyboardInterrupt:
        console.print(
            f"Interrupted. {unfinished.path} has what is measured: the same command goes on from there.", soft_wrap=True
        )
        raise
    for row in found.rows:
        if isinstance(row, PairRegions):
            unfinished.add(row)
    return [row.name for row in found.rows], len(pairs) - len(todo)


def _holds(record: PairRegions | None, pair: Pair, job: Job) -> bool:
    """Return whether a record that was taken over is of the pictures as they are now, and its own were written."""
    if record is None or record.status == "error" or not job.pictures(pair).stand():
        return False
    try:
        sums = storage.sha256_of(pair.source), storage.sha256_of(pair.edited)
    except (OSError, ValueError):  # missing, or a name that this locale cannot write
        return False
    return sums == (record.source_sha256, record.edited_sha256)


def print_summary(summary: Summary, console: Console) -> None:
    """Print how many pairs, of which status, how many regions, what was set aside and why, and how long it took."""

    def say(text: str) -> None:
        console.print(text, soft_wrap=True, markup=False)

    statuses = Counter(record.status for record in summary.records)
    regions = sum(len(record.edit_region) for record in summary.records)
    say(f"{summary.out}: {len(summary.records)} pairs, {regions} edit regions, {summary.seconds:.1f} s")
    say(", ".join(f"{status} {count}" for status, count in sorted(statuses.items())))
    if summary.taken_over:
        say(f"{summary.taken_over} pairs were measured by an earlier run that was interrupted")
    if summary.others:
        say(f"{summary.others} other pictures: not named as a picture of a pair")
    _say_errors(summary.errors, say)


def _say_errors(errors: tuple[PairRegions, ...], say: Callable[[str], None]) -> None:
    if not errors:
        return
    reasons = Counter(record.reason for record in errors)
    say(f"set aside {len(errors)}: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
    for record in errors[:SHOWN]:
        say(f"  {record.name}: {record.reason} ({record.detail})")
    if len(errors) > SHOWN:
        say(f"  and {len(errors) - SHOWN} more")

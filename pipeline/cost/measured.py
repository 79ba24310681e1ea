"""Measured figures of one build, from its own files; and the small build that is run where there is none."""

import json
import tempfile
from dataclasses import dataclass, field

import pyarrow.parquet as pq
from pydantic import ValidationError
from rich.console import Console

from pipeline.build import BuildRequest, build
from pipeline.config import Recipe
from pipeline.cost.meter import Crossing, PassCost, RunCost, metered
from pipeline.dataset import open_dataset
from pipeline.layout import STAGING
from schemas.errors import UserError
from schemas.manifest import Manifest
from schemas.plan import Rights
from transforms import storage

PROBE_SOURCES = 8
PROBE_EXAMPLES = 24
PER_SOURCE = "inspect_sources"
"""The pass whose cost grows with the files that are found; that of the others grows with the candidates planned."""
UNKNOWN_BYTES = -1.0


@dataclass(frozen=True)
class Unit:
    """What one more file, or one more planned candidate, costs.

    Attributes:
        cpu_seconds: of one core, by step of the graph.
        shuffled, gathered, described: encoded bytes by step, see `PassCost`.
    """

    cpu_seconds: dict[str, float] = field(default_factory=dict)
    shuffled: dict[str, float] = field(default_factory=dict)
    gathered: dict[str, float] = field(default_factory=dict)
    described: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """Figures of a build.

    Attributes:
        origin: where they come from, for a person.
        files, planned, kept: files found, candidates planned, examples kept.
        per_file, per_candidate: costs that grow.
        once_seconds: processor time that does not: starts, planning of what was measured, Beam's own.
        example_bytes: of shards and metadata, per kept example.
        staged_bytes: of staging per planned candidate; `UNKNOWN_BYTES` where it is gone.
        staged_files: the same, files.
    """

    origin: str
    files: int
    planned: int
    kept: int
    per_file: Unit
    per_candidate: Unit
    once_seconds: float
    example_bytes: float
    staged_bytes: float = UNKNOWN_BYTES
    staged_files: float = UNKNOWN_BYTES


def of_build(out: str, origin: str = "") -> Measured:
    """Return the figures of a finished build, from its manifest and `report/run.json`.

    Raises:
        UserError: no finished data set, or its run was not measured from beginning to end.
    """
    manifest = open_dataset(out).manifest
    path = storage.join(out, "report", "run.json")
    run = json.loads(storage.read_bytes(path)) if storage.exists(path) else {}
    try:
        cost = RunCost.model_validate(run["cost"])
        if not run["from_start"] or cost.passes.keys() < {PER_SOURCE, "make_candidates"}:
            raise KeyError("from_start")
    except (KeyError, ValidationError):
        raise UserError(
            f"--measured {out}: {path} does not tell what a whole build costs (it was resumed, or made by another "
            "version or on a service); leave --measured out for a short trial, or give a folder built at one go"
        ) from None
    return _measured(origin or f"{out}: {sum(manifest.samples.values())} examples", out, manifest, cost)


def probe(recipe: Recipe, sources: tuple[str, ...], console: Console) -> Measured:
    """Build a few examples from a few of the sources in a temporary folder, in this process, and measure that.

    Raises:
        UserError: as a build does; or nothing was kept.
    """
    small = recipe.model_copy(update={"num_examples": PROBE_EXAMPLES})
    with tempfile.TemporaryDirectory(prefix="spatialreward-plan-") as folder:
        out = storage.join(folder, "out")
        request = BuildRequest(small, out, sources, Rights(), workers=1, keep_staging=True, sample=PROBE_SOURCES)
        with metered() as meter:
            manifest = build(request, console)
        if manifest is None:
            raise UserError(f"recipe {recipe.name}: none of the examples of a trial was kept; build a few to see why")
        files = manifest.accounting.files_found
        origin = f"a trial: {files} sources, {manifest.accounting.candidates_planned} candidates"
        return _measured(origin, out, manifest, meter.cost)


def _measured(origin: str, out: str, manifest: Manifest, cost: RunCost) -> Measured:
    sums = manifest.accounting
    others = [cost.passes[name] for name in cost.passes if name != PER_SOURCE]
    first = cost.passes.get(PER_SOURCE, PassCost())
    per_file, per_candidate = _unit([first], sums.files_found), _unit(others, sums.candidates_planned)
    grown = sums.files_found * sum(per_file.cpu_seconds.values())
    grown += sums.candidates_planned * sum(per_candidate.cpu_seconds.values())
    names = [name for name in storage.list_files(storage.join(out, STAGING)) if name.endswith((".tar", ".jsonl"))]
    staged = [name for name in names if "/" in name]
    kept = sum(manifest.samples.values())
    return Measured(
        origin=origin,
        files=sums.files_found,
        planned=sums.candidates_planned,
        kept=kept,
        per_file=per_file,
        per_candidate=per_candidate,
        once_seconds=max(0.0, cost.cpu_seconds - grown),
        example_bytes=(sum(shard.bytes for shard in manifest.shards) + _row_bytes(out, manifest)) / kept,
        staged_bytes=_bytes(out, staged) / sums.candidates_planned if staged else UNKNOWN_BYTES,
        staged_files=len(staged) / sums.candidates_planned if staged else UNKNOWN_BYTES,
    )


def _unit(passes: list[PassCost], count: int) -> Unit:
    """Divide what some passes cost by what they were spent on.

    Steps are timed by a clock on the wall; where others use the processor too, that is more than the processor time,
    and all steps are scaled down alike.
    """
    seconds: dict[str, float] = {}
    for cost in passes:
        clock = sum(cost.step_seconds.values())
        scale = min(1.0, cost.cpu_seconds / clock) if clock else 0.0
        for name, spent in cost.step_seconds.items():
            seconds[name] = seconds.get(name, 0.0) + spent * scale / count

    def each(crossings: dict[str, Crossing]) -> dict[str, float]:
        return {name: crossing.bytes / count for name, crossing in crossings.items()}

    return Unit(
        cpu_seconds=seconds,
        shuffled=each({name: crossing for cost in passes for name, crossing in cost.shuffled.items()}),
        gathered=each({name: crossing for cost in passes for name, crossing in cost.gathered.items()}),
        described=each({name: crossing for cost in passes for name, crossing in cost.described.items()}),
    )


def _row_bytes(out: str, manifest: Manifest) -> int:
    """Return the compressed bytes of the metadata's columns: a file's schema and footer do not grow."""
    total = 0
    for name in manifest.files:
        if name.startswith("metadata/"):
            with storage.open_read(storage.join(out, name)) as stream:
                found = pq.read_metadata(stream)
            groups = [found.row_group(i) for i in range(found.num_row_groups)]
            total += sum(g.column(j).total_compressed_size for g in groups for j in range(g.num_columns))
    return total


def _bytes(out: str, staged: list[str]) -> int:
    total = 0
    for name in staged:
        with storage.open_read(storage.join(out, STAGING, name)) as stream:
            total += stream.seek(0, 2)
    return total

"""From measured figures to any number of examples: quantities, costs, and what would break first. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cost.measured import UNKNOWN_BYTES, Measured
from transforms.dedup.near import ONE_WORKER_HASHES

LARGER = (26_000_000, 2_600_000_000)
"""What is projected beside the number asked for."""
JOB_DESCRIPTION_BYTES = 10_000_000
"""Largest graph of a job that Dataflow takes (its documentation, "Request quotas")."""
ASSEMBLING_BYTES = 3400
"""Bytes that pass 3 holds, over all processes, for one more example; measured, docs/scaling.md."""
NUMBERED_SHARDS = 99_999
"""Of one split: names have five digits, and with six they no longer sort as they are numbered."""


@dataclass(frozen=True)
class Machine:
    """What is here. Attributes: cores, bytes of memory, free bytes where the build would write."""

    cores: int
    memory_bytes: int
    free_bytes: int


@dataclass(frozen=True)
class Prices:
    """Prices of a service, in any one currency; None where unknown.

    Attributes:
        vcpu_hour: an hour of one virtual core, memory included.
        gb_month: a month of a stored gigabyte.
        gb_shuffle: a shuffled gigabyte.
    """

    vcpu_hour: float | None = None
    gb_month: float | None = None
    gb_shuffle: float | None = None


@dataclass(frozen=True)
class Workload:
    """What is to be built.

    Attributes:
        examples: to keep.
        sources: files that supply them.
        oversample: candidates planned per example.
        target_samples: of a shard.
        planning_bytes: in memory per source, while planning.
    """

    examples: int
    sources: float
    oversample: float
    target_samples: int
    planning_bytes: float

    def scaled(self, examples: int) -> "Workload":
        """Return the same with as many sources for each example."""
        return Workload(
            examples,
            self.sources * examples / self.examples,
            self.oversample,
            self.target_samples,
            self.planning_bytes,
        )


@dataclass(frozen=True)
class Projection:
    """Quantities of one build, and what they cost where prices are known (None where not).

    Attributes:
        candidates: planned, all of which are rendered and measured.
        cpu_hours: of one core of the machine that was measured; a service's virtual core is seldom faster.
        hours_here: if all cores of this machine work on it alone.
        data_gb, staged_gb: the finished set, and what lies beside it until it is finished (`UNKNOWN_BYTES` if unknown).
        staged_files: files in staging, listed at the start of a run and again for every look at its progress.
        shards: tars.
        shuffled_gb: encoded records that are grouped between workers.
        planning_gb: memory of the planning process.
    """

    examples: int
    sources: float
    candidates: float
    cpu_hours: float
    hours_here: float
    data_gb: float
    staged_gb: float
    staged_files: float
    shards: float
    shuffled_gb: float
    planning_gb: float
    compute_cost: float | None
    storage_cost: float | None
    shuffle_cost: float | None


@dataclass(frozen=True)
class Limit:
    """Something that stops working. Attributes: what; from how many examples; where (here or service); what then."""

    what: str
    examples: float
    where: str
    then: str


def project(measured: Measured, work: Workload, machine: Machine, prices: Prices) -> Projection:
    """Return what a build of this size takes."""
    candidates = work.examples * work.oversample
    cpu_seconds = measured.once_seconds
    cpu_seconds += work.sources * sum(measured.per_file.cpu_seconds.values())
    cpu_seconds += candidates * sum(measured.per_candidate.cpu_seconds.values())
    shuffled = work.sources * sum(measured.per_file.shuffled.values())
    shuffled += candidates * sum(measured.per_candidate.shuffled.values())
    known = measured.staged_bytes != UNKNOWN_BYTES
    cpu_hours, data_gb, shuffled_gb = cpu_seconds / 3600, work.examples * measured.example_bytes / 1e9, shuffled / 1e9
    return Projection(
        examples=work.examples,
        sources=work.sources,
        candidates=candidates,
        cpu_hours=cpu_hours,
        hours_here=cpu_hours / machine.cores,
        data_gb=data_gb,
        staged_gb=candidates * measured.staged_bytes / 1e9 if known else UNKNOWN_BYTES,
        staged_files=candidates * measured.staged_files if known else UNKNOWN_BYTES,
        shards=max(1.0, work.examples / work.target_samples),
        shuffled_gb=shuffled_gb,
        planning_gb=work.sources * work.planning_bytes / 1e9,
        compute_cost=_times(cpu_hours, prices.vcpu_hour),
        storage_cost=_times(data_gb, prices.gb_month),
        shuffle_cost=_times(shuffled_gb, prices.gb_shuffle),
    )


def _times(quantity: float, price: float | None) -> float | None:
    return None if price is None else quantity * price


def limits(measured: Measured, work: Workload, machine: Machine) -> list[Limit]:
    """Return what stops working as builds of this kind grow, the first first."""
    sources = work.sources / work.examples
    found = [
        Limit(
            "planning in one process",
            _at(machine.memory_bytes, sources * work.planning_bytes),
            "both",
            "a machine with more memory; then planning as a graph of its own, by split",
        ),
        Limit(
            "near-duplicate search in one worker",
            _at(ONE_WORKER_HASHES, 2 * sources),
            "both",
            "a join of bands on Beam, which a build takes by itself",
        ),
        Limit(
            "assembling in one worker",
            _at(machine.memory_bytes, ASSEMBLING_BYTES),
            "both",
            "a worker with more memory; then assembling by split",
        ),
        Limit("five digits of a shard's number", NUMBERED_SHARDS * work.target_samples, "both", "larger shards"),
    ]
    staged = max(0.0, measured.staged_bytes) * work.oversample
    full = _at(machine.free_bytes, measured.example_bytes + staged)
    found.append(Limit("free disk", full, "here", "a larger disk, or an address such as gs:// for --out"))
    for unit, each in ((measured.per_file, sources), (measured.per_candidate, work.oversample)):
        for name, size in unit.gathered.items():
            then = "a worker with more memory (encoded bytes are counted; Python's objects are larger)"
            found.append(Limit(f"{name}: all in one worker", _at(machine.memory_bytes, each * size), "both", then))
        for name, size in unit.described.items():
            then = "a file of them that the graph reads"
            at = _at(JOB_DESCRIPTION_BYTES, each * size)
            found.append(Limit(f"{name}: in the job's description", at, "service", then))
    return sorted((limit for limit in found if limit.examples < float("inf")), key=lambda limit: limit.examples)


def _at(room: float, each: float) -> float:
    return room / each if each > 0 else float("inf")


def first_to_break(limits: Sequence[Limit], examples: int, where: str) -> Limit | None:
    """Return the limit that a build of this size passes first, here or on a service."""
    return next((limit for limit in limits if limit.where in ("both", where) and limit.examples < examples), None)

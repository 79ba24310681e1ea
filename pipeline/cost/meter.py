"""What a build's graphs cost, measured as they run: processor time by step, and what crosses between workers."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.metrics import monitoring_infos
from apache_beam.portability.api import beam_runner_api_pb2
from pydantic import Field

from pipeline.runner import observed
from schemas.example import Model

_MSECS = "beam:metric:pardo_execution_time:process_bundle_msecs:v1"
_COUNT = "beam:metric:element_count:v1"
_BYTES = "beam:metric:sampled_byte_size:v1"
_GROUP = "beam:transform:group_by_key:v1"
_COMBINE = "beam:transform:combine_per_key:v1"


class Crossing(Model):
    """Elements that leave the process that made them.

    `bytes` are those of the encoded elements: the mean of those that Beam sampled times their number.
    """

    elements: int = 0
    bytes: float = 0.0


class PassCost(Model):
    """One pass over all its runs (rounds).

    Attributes:
        cpu_seconds: of all its processes, that of the planning before it included.
        step_seconds: by step of the graph, as Beam's clock sampled them; wall time of its threads.
        shuffled: by step, what is grouped.
        gathered: by step, what meets in one worker: side inputs, and combinations of everything.
        described: by step, what stands in the job's description itself.
    """

    cpu_seconds: float = 0.0
    step_seconds: dict[str, float] = Field(default_factory=dict)
    shuffled: dict[str, Crossing] = Field(default_factory=dict)
    gathered: dict[str, Crossing] = Field(default_factory=dict)
    described: dict[str, Crossing] = Field(default_factory=dict)


class RunCost(Model):
    """Cost of a run. Attributes: by pass, named by its function in `pipeline/graph.py`; all processor time."""

    passes: dict[str, PassCost] = Field(default_factory=dict)
    cpu_seconds: float = 0.0


class Meter:
    """Adds up what the graphs of a run cost; see `metered`."""

    def __init__(self) -> None:
        self._began = self._since = _cpu_seconds()
        self._passes: dict[str, PassCost] = {}

    def add(self, build: Callable[..., None], root: beam.Pipeline, result: Any) -> None:
        """Add a graph that ended."""
        now = _cpu_seconds()
        cost = _pass_cost(root, result, now - self._since)
        self._since = now
        name = (build.func if isinstance(build, partial) else build).__name__
        known = self._passes.get(name)
        self._passes[name] = _sum(known, cost) if known else cost

    @property
    def cost(self) -> RunCost:
        """What was added up until now."""
        return RunCost(passes=self._passes, cpu_seconds=_cpu_seconds() - self._began)


@contextmanager
def metered() -> Iterator[Meter]:
    """Measure the graphs that this process runs for a while."""
    meter = Meter()
    with observed(meter.add):
        yield meter


def _cpu_seconds() -> float:
    """Return the processor time of this process and of its children that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _sum(a: PassCost, b: PassCost) -> PassCost:
    def crossings(name: str) -> dict[str, Crossing]:
        one, two = getattr(a, name), getattr(b, name)
        both = {key: (one.get(key, Crossing()), two.get(key, Crossing())) for key in one | two}
        return {
            key: Crossing(elements=x.elements + y.elements, bytes=x.bytes + y.bytes) for key, (x, y) in both.items()
        }

    steps = {
        name: a.step_seconds.get(name, 0.0) + b.step_seconds.get(name, 0.0) for name in a.step_seconds | b.step_seconds
    }
    return PassCost(
        cpu_seconds=a.cpu_seconds + b.cpu_seconds,
        step_seconds=steps,
        shuffled=crossings("shuffled"),
        gathered=crossings("gathered"),
        described=crossings("described"),
    )


def _pass_cost(root: beam.Pipeline, result: Any, cpu_seconds: float) -> PassCost:
    by_stage = getattr(result, "_monitoring_infos_by_stage", None)  # the local runner's; a service has its own console
    if by_stage is None:
        return PassCost(cpu_seconds=cpu_seconds)
    infos = [info for stage in by_stage.values() for info in stage]
    seconds: dict[str, float] = defaultdict(float)
    for info in infos:
        if info.urn == _MSECS:
            seconds[_top(info.labels["PTRANSFORM"])] += monitoring_infos.extract_counter_value(info) / 1000
    transforms = root.to_runner_api().components.transforms.values()
    sizes = _sizes(infos)
    return PassCost(
        cpu_seconds=cpu_seconds,
        step_seconds={name: spent for name, spent in seconds.items() if spent > 0},
        shuffled=_crossings(sizes, ((t.unique_name, t.inputs.values()) for t in transforms if t.spec.urn == _GROUP)),
        gathered=_crossings(sizes, _gathering(transforms, sizes)),
        described=_crossings(sizes, _described(transforms)),
    )


def _top(name: str) -> str:
    return name.partition("/")[0]


def _sizes(infos: list[Any]) -> dict[str, Crossing]:
    """Return the elements of each PCollection, and their encoded bytes."""
    count: dict[str, int] = defaultdict(int)
    sampled: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for info in infos:
        name = info.labels.get("PCOLLECTION", "")
        if info.urn == _COUNT:
            count[name] += monitoring_infos.extract_counter_value(info)
        elif info.urn == _BYTES:
            number, total, *_ = monitoring_infos.extract_distribution(info)
            sampled[name][0] += number
            sampled[name][1] += total
    means = {name: total / max(1, number) for name, (number, total) in sampled.items()}
    return {name: Crossing(elements=number, bytes=number * means.get(name, 0.0)) for name, number in count.items()}


Transform = beam_runner_api_pb2.PTransform


def _crossings(sizes: dict[str, Crossing], steps: Any) -> dict[str, Crossing]:
    found: dict[str, Crossing] = {}
    for name, ids in steps:
        old = found.get(_top(name), Crossing())
        new = [sizes[one] for one in ids if one in sizes]
        found[_top(name)] = Crossing(
            elements=old.elements + sum(one.elements for one in new), bytes=old.bytes + sum(one.bytes for one in new)
        )
    return {name: crossing for name, crossing in found.items() if crossing.elements > 1}


def _gathering(transforms: Any, sizes: dict[str, Crossing]) -> Iterator[tuple[str, list[str]]]:
    makers = {one: _top(transform.unique_name) for transform in transforms for one in transform.outputs.values()}
    for transform in transforms:
        top = _top(transform.unique_name)
        sides = [one for name, one in transform.inputs.items() if name.startswith("python_side_input")]
        if others := [one for one in sides if makers[one] != top]:  # a combination lends its own result to itself
            yield transform.unique_name, others
        (*outputs,) = transform.outputs.values()
        if transform.spec.urn == _COMBINE and sizes.get(outputs[0], Crossing()).elements == 1:
            yield transform.unique_name, list(transform.inputs.values())


def _described(transforms: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the steps that begin with an impulse of their own, as `Create` does, and what comes out of them."""
    names = {transform.unique_name for transform in transforms}
    for transform in transforms:
        if f"{transform.unique_name}/Impulse" in names:
            yield transform.unique_name, list(transform.outputs.values())

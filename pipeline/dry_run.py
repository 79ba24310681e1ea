"""`spatialreward build --dry-run`: the jobs of a build, their steps, options and sizes; nothing is opened or run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from rich.console import Console

from pipeline.build import BuildRequest, build_facts, find, options_of, run_facts
from pipeline.config import Recipe
from pipeline.graph import inspect_sources, make_candidates, write_dataset
from pipeline.layout import Layout
from pipeline.mixture import deals_of
from pipeline.planning import Planned
from pipeline.runner import is_local_run
from pipeline.service import Job
from schemas.errors import UserError
from schemas.plan import SourceItem
from schemas.reject import Reject
from schemas.work import WorkList

Graph = Callable[[beam.Pipeline], None]


@dataclass(frozen=True)
class JobPlan:
    """What one job would do.

    Attributes:
        name: as the service shows it.
        size: what goes in, as far as it is known before the first job.
        steps: of the graph, in order.
        options: Beam's, those that differ from its defaults.
    """

    name: str
    size: str
    steps: tuple[str, ...]
    options: dict[str, object]


def plan_jobs(request: BuildRequest) -> list[JobPlan]:
    """Return the jobs of a build in the order in which they would run.

    Raises:
        UserError: what the build itself would refuse before its first job.
    """
    found = find(request)
    sizes = _sizes(request, found)
    return [
        JobPlan(
            name=str(_set(options)["job_name"]),
            size=sizes[job],
            steps=_steps(graph),
            options={key: value for key, value in _set(options).items() if key != "job_name"},
        )
        for job, graph in _graphs(request).items()
        for options in [options_of(request, job)]
    ]


def print_jobs(request: BuildRequest, console: Console) -> None:
    """Print `plan_jobs`; raises as it does."""
    jobs = plan_jobs(request)
    lines = [f"Plan of {request.out}, recipe {request.recipe.name}. Nothing is opened, written or submitted."]
    for number, job in enumerate(jobs, 1):
        lines += [
            "",
            f"job {number} of {len(jobs)}  {job.name}",
            f"  in       {job.size}",
            f"  steps    {' > '.join(job.steps)}",
            *(f"  option   {key} = {value}" for key, value in sorted(job.options.items())),
        ]
    console.print("\n".join(lines), soft_wrap=True, markup=False)


def _set(options: PipelineOptions) -> dict[str, object]:
    found: dict[str, object] = options.get_all_options(drop_default=True)
    return found


def _sizes(request: BuildRequest, found: Sequence[SourceItem | Reject]) -> dict[Job, str]:
    items = [entry for entry in found if isinstance(entry, SourceItem)]
    pairs = sum(item.pair is not None for item in items)
    cutouts = sum(item.cutout is not None for item in items)
    sources = len(items) - cutouts
    recipe = request.recipe
    if pairs < sources and recipe.num_examples is None and not recipe.mixture:
        raise UserError(f"recipe {recipe.name}: num_examples is missing; say how many with --num-examples N")
    planned = pairs + (_rendered(recipe) if pairs < sources else 0)
    local = is_local_run(options_of(request, "candidates"))
    rounds = f", in rounds of {recipe.execution.round_sources} parts" if local else ""
    return {
        "sources": f"{sources} sources ({pairs} pairs) and {cutouts} cut-outs",
        "candidates": f"at most {sources} sources, about {planned} candidates{rounds}",
        "shards": f"about {planned} candidates, of which {_wanted(recipe, planned)} are wanted",
    }


def _rendered(recipe: Recipe) -> int:
    budgets = [deal.budget for deal in deals_of(recipe)]
    return sum(ceil(budget.programs * budget.candidates_per_program) for budget in budgets)


def _wanted(recipe: Recipe, planned: int) -> int:
    return recipe.num_examples or sum(part.examples for part in recipe.mixture) or planned


def _graphs(request: BuildRequest) -> dict[Job, Graph]:
    """Return the graph of each job, without elements."""
    nothing = Planned((), (), (), 0, 0, "-", 0, "-", {})
    layout, recipe, empty = Layout(request.out, "-"), request.recipe, WorkList(name="-", lines=0, per_span=1)
    return {
        "sources": lambda root: inspect_sources(root, empty, recipe, layout),
        "candidates": lambda root: make_candidates(root, empty, recipe, layout, run_facts(request, nothing)),
        "shards": lambda root: write_dataset(root, empty, recipe, layout, build_facts(request, nothing)),
    }


def _steps(graph: Graph) -> tuple[str, ...]:
    """Return the labels of a graph's steps, as they stand in `pipeline.graph`."""
    root = beam.Pipeline(options=PipelineOptions([]))
    graph(root)
    (whole,) = root.transforms_stack
    return tuple(part.full_label for part in whole.parts)

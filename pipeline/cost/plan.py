"""`spatialreward plan`: hours, bytes and limits of a build before it is begun, from measured figures."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from pipeline.config import Recipe
from pipeline.cost.measured import Measured, of_build, probe
from pipeline.cost.memory import planning_bytes
from pipeline.cost.project import LARGER, Machine, Prices, Workload, limits, project
from pipeline.cost.show import as_json, print_plan
from pipeline.mixture import deals_of, targets_of
from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from transforms.sources.find import find_all_sources


@dataclass(frozen=True)
class PlanRequest:
    """What the user asked for. Attributes: as for a build; `measured`: a finished one, or None for a trial."""

    recipe: Recipe
    sources: tuple[str, ...]
    measured: str | None
    prices: Prices
    as_json: bool


def print_build_plan(request: PlanRequest, console: Console, progress: Console) -> None:
    """Measure, project, and print; progress goes to a console of its own.

    Raises:
        UserError: as a build does; nothing is left behind.
    """
    recipe = request.recipe
    found = find_all_sources(request.sources, Rights(), recipe.scenes, recipe.takes)
    items = [item for item in found if isinstance(item, SourceItem)]
    if not items:
        raise UserError(f"--sources {' '.join(request.sources)}: nothing that can be opened")
    measured = of_build(request.measured) if request.measured else probe(recipe, request.sources, progress)
    work = _workload(recipe, items, measured)
    machine = this_machine()
    sizes = [work, *(work.scaled(examples) for examples in LARGER if examples > work.examples)]
    projections = [project(measured, size, machine, request.prices) for size in sizes]
    ends = limits(measured, work, machine)
    if request.as_json:
        console.print_json(json.dumps(as_json(measured, machine, projections, ends)))
    else:
        print_plan(measured, machine, projections, ends, console)


def this_machine() -> Machine:
    """Return what this process may use, and what is free where it stands."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(len(os.sched_getaffinity(0)), memory, shutil.disk_usage(Path.cwd()).free)


def _workload(recipe: Recipe, items: Sequence[SourceItem], measured: Measured) -> Workload:
    pairs = sum(item.pair is not None for item in items)
    wanted = [target.num_examples for target in targets_of(recipe)]
    examples = pairs or sum(one for one in wanted if one is not None)
    if not examples:
        raise UserError(f"recipe {recipe.name}: num_examples is missing; say how many with --num-examples N")
    # All candidates of pairs are imported; of rendered ones as many are planned as the recipe says.
    oversample = measured.planned / measured.kept if pairs else recipe.oversample
    programs = 0.0 if pairs else sum(deal.budget.programs for deal in deals_of(recipe)) / len(items)
    held = planning_bytes(items, recipe, programs)
    return Workload(examples, len(items), oversample, recipe.shards.target_samples, held)

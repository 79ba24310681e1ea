"""A recipe's mixture as the stages take it: settings, programs to deal and quotas, by component."""

from functools import partial

from pipeline.config import Recipe
from transforms.edits.config import EditsConfig
from transforms.edits.plan import mean_candidates, plan_programs
from transforms.splits.plan import Budget, Deal
from transforms.splits.quotas import UNNAMED, Target


def edits_of(recipe: Recipe) -> dict[str, EditsConfig]:
    """Return the settings of the rendered edits, by component."""
    return {UNNAMED: recipe.edits} | {part.name: recipe.edits_of(part) for part in recipe.mixture}


def targets_of(recipe: Recipe) -> list[Target]:
    """Return what is to be kept, by component, in the recipe's order."""
    if not recipe.mixture:
        return [Target(num_examples=recipe.num_examples)]
    return [
        Target(part.name, wanted, part.quotas) for part, wanted in zip(recipe.mixture, _shares(recipe), strict=True)
    ]


def deals_of(recipe: Recipe) -> list[Deal]:
    """Return the programs to plan, by component, in the recipe's order."""
    if not recipe.mixture:
        return [_deal(recipe, UNNAMED, recipe.num_examples or 1)]
    return [
        _deal(recipe, part.name, wanted, part.people == "only", part.programs_per_source)
        for part, wanted in zip(recipe.mixture, _shares(recipe), strict=True)
    ]


def _deal(recipe: Recipe, name: str, wanted: int, people_only: bool = False, per_source: int | None = None) -> Deal:
    edits = edits_of(recipe)[name]
    budget = Budget(wanted, recipe.oversample, mean_candidates(edits))
    planner = partial(plan_programs, config=edits, seed=recipe.seed, component=name)
    return Deal(budget, planner, people_only, per_source)


def _shares(recipe: Recipe) -> list[int]:
    """Return the examples of each component, scaled to the recipe's total, at least one each."""
    whole = sum(part.examples for part in recipe.mixture)
    return [max(1, round(part.examples * (recipe.num_examples or whole) / whole)) for part in recipe.mixture]

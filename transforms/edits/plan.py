"""Which candidates each program gets: small records, no pixels."""

from collections.abc import Sequence

import numpy as np

from schemas.keys import rng_for
from schemas.plan import ProgramPlan, SourceRecord
from schemas.vocabulary import Outcome
from transforms.edits.config import RENDERED_OUTCOMES, EditsConfig

MAX_PARTNERS = 2
"""Other photos that a program may open: each costs a decode."""


def plan_programs(
    source: SourceRecord,
    first: int,
    count: int,
    partners: Sequence[SourceRecord],
    config: EditsConfig,
    seed: int,
) -> list[ProgramPlan]:
    """Plan `count` programs of a source, numbered from `first`.

    Args:
        source: the photo to edit.
        first: number of the first program; a program depends on its number, not on how many are asked for.
        count: how many.
        partners: sources of the same split that may lend pixels.
        config: the settings.
        seed: the recipe's.
    """
    return [
        _plan(f"{source.source_id}-p{number:03d}", partners, config, seed) for number in range(first, first + count)
    ]


def mean_candidates(config: EditsConfig) -> float:
    """Return the mean number of candidates of a program."""
    drawable = len(_weights(config, has_partners=True))
    sizes = range(config.candidates_min, config.candidates_max + 1)
    return float(np.mean([1 + min(size - 1, drawable) for size in sizes]))


def _plan(program_id: str, partners: Sequence[SourceRecord], config: EditsConfig, seed: int) -> ProgramPlan:
    rng = rng_for(program_id, seed, "plan")
    weights = _weights(config, bool(partners))
    size = min(int(rng.integers(config.candidates_min, config.candidates_max + 1)) - 1, len(weights))
    names, values = list(weights), np.array(list(weights.values()))
    others = rng.choice(len(names), size, replace=False, p=values / values.sum()).tolist() if size else []
    lenders = rng.permutation(len(partners))[:MAX_PARTNERS]
    return ProgramPlan(
        program_id=program_id,
        outcomes=["faithful", *(names[i] for i in sorted(others))],
        partner_ids=[partners[i].source_id for i in sorted(lenders)],
    )


def _weights(config: EditsConfig, has_partners: bool) -> dict[Outcome, float]:
    """Return the outcomes that can be rendered at all, with their weights."""
    weights: dict[Outcome, float] = {name: getattr(config.outcomes, name) for name in RENDERED_OUTCOMES}
    if config.max_edits < 2:
        del weights["partial"]
    if not has_partners:
        del weights["unrelated"]
    return {name: weight for name, weight in weights.items() if weight > 0}

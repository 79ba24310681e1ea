"""Which candidates each program gets: small records, no pixels."""

from collections.abc import Sequence

import numpy as np

from schemas.keys import rng_for
from schemas.plan import CandidatePlan, Extra, ProgramPlan, SourceRecord
from schemas.vocabulary import Outcome
from transforms.edits.config import RENDERED_OUTCOMES, EditsConfig

MAX_PARTNERS = 2
"""Other photos that a program may open: each costs a decode."""
EXTRAS: dict[Extra, float] = {"spare": 0.45, "cast": 0.2, "drift": 0.35}
"""What over-editing consists in, by share."""
TWIN_EXTRAS: dict[Extra, float] = {"spare": 0.5, "cast": 0.5}
"""The same where the source may show it already: nobody would take a tinted area for a photo."""
SIMULATED = 300
"""Plans of which the mean number of candidates is taken."""


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
    """Return the mean number of candidates of a program that has partners."""
    drawn = (_candidates(rng_for("mean", number), _weights(config, True), config) for number in range(SIMULATED))
    return float(np.mean([len(candidates) for candidates in drawn]))


def _plan(program_id: str, partners: Sequence[SourceRecord], config: EditsConfig, seed: int) -> ProgramPlan:
    rng = rng_for(program_id, seed, "plan")
    candidates = _candidates(rng, _weights(config, bool(partners)), config)
    lenders = rng.permutation(len(partners))[:MAX_PARTNERS]
    return ProgramPlan(
        program_id=program_id,
        candidates=[candidates[i] for i in rng.permutation(len(candidates))],
        partner_ids=[partners[i].source_id for i in sorted(lenders)],
    )


def _candidates(rng: np.random.Generator, weights: dict[Outcome, float], config: EditsConfig) -> list[CandidatePlan]:
    size = min(int(rng.integers(config.candidates_min, config.candidates_max + 1)) - 1, len(weights))
    names, values = list(weights), np.array(list(weights.values()))
    others = rng.choice(len(names), size, replace=False, p=values / values.sum()).tolist() if size else []
    outcomes: list[Outcome] = ["faithful", *(names[i] for i in sorted(others))]
    if "over_edit" not in weights or rng.random() >= config.twin_share:
        return [CandidatePlan(outcome=o, extra=_extra(o, EXTRAS, rng)) for o in outcomes]
    return _with_twins(outcomes, _drawn(TWIN_EXTRAS, rng), config)


def _with_twins(outcomes: list[Outcome], extra: Extra, config: EditsConfig) -> list[CandidatePlan]:
    """Add the group of a second source, which shows the extra already; each of its candidates has a twin."""
    if "over_edit" not in outcomes:
        outcomes = [*outcomes[: max(1, config.candidates_max - 1)], "over_edit"]
    about: dict[Outcome, Extra] = {"over_edit": extra, "wrong_target": "spare"}
    plain = [CandidatePlan(outcome=o, extra=about.get(o, "-")) for o in outcomes]
    twins: list[Outcome] = ["faithful", "over_edit"]
    if extra == "spare" and "wrong_target" in outcomes:
        twins.append("failed")
    return plain + [CandidatePlan(outcome=o, extra=extra, spared=True) for o in twins]


def _extra(outcome: Outcome, extras: dict[Extra, float], rng: np.random.Generator) -> Extra:
    if outcome == "wrong_target":
        return "spare"
    return _drawn(extras, rng) if outcome == "over_edit" else "-"


def _drawn(extras: dict[Extra, float], rng: np.random.Generator) -> Extra:
    names, shares = list(extras), np.array(list(extras.values()))
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def _weights(config: EditsConfig, has_partners: bool) -> dict[Outcome, float]:
    """Return the outcomes that can be rendered at all, with their weights."""
    weights: dict[Outcome, float] = {name: getattr(config.outcomes, name) for name in RENDERED_OUTCOMES}
    if not has_partners:
        del weights["unrelated"]
    return {name: weight for name, weight in weights.items() if weight > 0}

"""Which candidates each program gets: small records, no pixels."""

from collections.abc import Iterable, Sequence

import numpy as np

from schemas.keys import rng_for
from schemas.plan import CandidatePlan, Extra, ProgramPlan, SourceRecord
from schemas.vocabulary import Outcome
from transforms.edits.config import RENDERED_OUTCOMES, EditsConfig

MAX_PARTNERS = 2
"""Other photos that a program may open: each costs a decode."""
EXTRAS: dict[Extra, float] = {"spare": 0.5, "cast": 0.15, "drift": 0.35}
"""What over-editing consists in, by share."""
TWIN_EXTRAS: dict[Extra, float] = {"spare": 0.65, "cast": 0.35}
"""The same where the source may show it already: nobody would take a tinted area for a photo."""
IN_DEGREES: frozenset[Outcome] = frozenset({"partial", "artifact"})
"""Outcomes of which a group may hold two, one worse than the other."""
FLAWED_GROUPS = 0.25
"""Share of the groups without twins, and of three or more, whose best candidate is not perfect either."""
SIMULATED = 300
"""Plans of which the mean number of candidates is taken."""


def plan_programs(
    source: SourceRecord,
    numbers: Iterable[int],
    partners: Sequence[SourceRecord],
    config: EditsConfig,
    seed: int,
    component: str = "-",
) -> list[ProgramPlan]:
    """Plan programs of a source.

    Args:
        source: the photo to edit.
        numbers: of the programs; a program depends on its number, not on how many are asked for.
        partners: sources of the same split that may lend pixels.
        config: the settings.
        seed: the recipe's.
        component: part of the mixture that the programs belong to.
    """
    return [_plan(f"{source.source_id}-p{number:03d}", partners, config, seed, component) for number in numbers]


def mean_candidates(config: EditsConfig) -> float:
    """Return the mean number of candidates of a program that has partners."""
    drawn = (_candidates(rng_for("mean", number), _weights(config, True), config) for number in range(SIMULATED))
    return float(np.mean([len(candidates) for candidates in drawn]))


def _plan(
    program_id: str, partners: Sequence[SourceRecord], config: EditsConfig, seed: int, component: str
) -> ProgramPlan:
    rng = rng_for(program_id, seed, "plan")
    candidates = _candidates(rng, _weights(config, bool(partners)), config)
    lenders = rng.permutation(len(partners))[:MAX_PARTNERS]
    return ProgramPlan(
        program_id=program_id,
        candidates=[candidates[i] for i in rng.permutation(len(candidates))],
        partner_ids=[partners[i].source_id for i in sorted(lenders)],
        component=component,
    )


def _candidates(rng: np.random.Generator, weights: dict[Outcome, float], config: EditsConfig) -> list[CandidatePlan]:
    takes = [(name, take) for name in weights for take in range(2 if name in IN_DEGREES else 1)]
    size = min(int(rng.integers(config.candidates_min, config.candidates_max + 1)) - 1, len(takes))
    values = np.array([weights[name] for name, _ in takes])
    others = rng.choice(len(takes), size, replace=False, p=values / values.sum()).tolist() if size else []
    planned = [CandidatePlan(outcome="faithful")]
    for name, take in (takes[i] for i in sorted(others)):
        planned.append(CandidatePlan(outcome=name, extra=_extra(name, EXTRAS, rng), take=take))
    if "over_edit" in weights and rng.random() < config.twin_share:
        return _with_company(_with_twins(planned, _drawn(TWIN_EXTRAS, rng), config), weights)
    if len(planned) > 2 and rng.random() < FLAWED_GROUPS and "other_instruction" not in [c.outcome for c in planned]:
        planned = planned[1:]
    return _with_company(planned, weights)


def _with_twins(planned: list[CandidatePlan], extra: Extra, config: EditsConfig) -> list[CandidatePlan]:
    """Add the group of a second source, which shows the extra already; each of its candidates has a twin."""
    kept = [candidate for candidate in planned if candidate.outcome != "over_edit"]
    plain = [*kept[: max(1, config.candidates_max - 1)], CandidatePlan(outcome="over_edit", extra=extra)]
    twins: list[Outcome] = ["faithful", "over_edit"]
    if extra == "spare" and any(candidate.outcome == "wrong_target" for candidate in plain):
        twins.append("failed")
    return plain + [CandidatePlan(outcome=outcome, extra=extra, spared=True) for outcome in twins]


def _with_company(planned: list[CandidatePlan], weights: dict[Outcome, float]) -> list[CandidatePlan]:
    """Add what a candidate needs beside it: in its group another of the same source and instruction, or its twin."""
    outcomes = {candidate.outcome for candidate in planned}
    company = list(planned)
    if "other_instruction" in outcomes:
        company.append(CandidatePlan(outcome="faithful", other=True))
        if "wrong_target" not in outcomes and "wrong_target" in weights:  # its pictures are those just asked for
            company.append(CandidatePlan(outcome="wrong_target", extra="spare"))
    for name, partner in (("reversed", "already_true"), ("already_true", "reversed")):
        if name in outcomes and partner not in outcomes and partner in weights:
            company.append(CandidatePlan(outcome=partner))
    return company


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

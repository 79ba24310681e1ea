"""Judgements of pairs that nobody judged: what was measured, and scores that say so."""

import numpy as np

from schemas.aggregation import UNJUDGED
from schemas.example import EditRegion, Judgement, ScoredReasoning
from schemas.keys import rng_for
from transforms.candidate import Candidate
from transforms.edits.language.where import place, place_of
from transforms.judgements.amounts import count
from transforms.judgements.sc_regions import is_whole_picture, measured
from transforms.judgements.scores import derived_regions
from transforms.judgements.wording import UNNAMED, is_plural, pick, sentence, the


def unjudged(candidate: Candidate) -> Judgement:
    """Return a judgement with every score -1: SC cites each region with measured facts, both branches say why.

    Raises:
        ValueError: no regions were derived.
    """
    nobody = "Nobody has judged this edit, so it has no scores."
    reasoning = f"{regions_as_measured(candidate)} <|global|> {_count_of_regions(candidate)} {nobody}".strip()
    return Judgement.from_branches(
        ScoredReasoning(reasoning=reasoning, score=[UNJUDGED, UNJUDGED]),
        ScoredReasoning(
            reasoning="Nobody has judged how this picture looks, so it has no scores.", score=[UNJUDGED, UNJUDGED]
        ),
    )


def regions_as_measured(candidate: Candidate) -> str:
    """Return `<|bbox_k|> ...` with place, strength and extent for every region, in id order; "" without regions."""
    rng = rng_for(candidate.key, "sc")
    regions = derived_regions(candidate).edit_region
    return " ".join(f"<|bbox_{region.id}|> {_as_measured(region, rng)}" for region in regions)


def _as_measured(region: EditRegion, rng: np.random.Generator) -> str:
    if is_whole_picture(region):
        seen = "the picture as a whole differs from the source"
    elif region.label in UNNAMED:
        seen = pick(rng, ("something has changed {place}", "there is a change {place}")).format(
            place=place(region.bbox_2d, rng)
        )
    else:
        verb = "have" if is_plural(region.label) else "has"
        seen = f"{the(region.label)} {place_of(region.label, region.bbox_2d, rng)} {verb} changed"
    return f"{sentence(seen)} {measured(region, rng)}"


def _count_of_regions(candidate: Candidate) -> str:
    regions = derived_regions(candidate).edit_region
    if not regions:
        return "No visible change was found."
    return "One change was found." if len(regions) == 1 else f"{count(len(regions)).capitalize()} changes were found."

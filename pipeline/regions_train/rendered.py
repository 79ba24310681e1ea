"""Training pairs from the renderer: programs of every operation, done, half done, overdone, failed."""

from collections.abc import Iterator

import numpy as np

from pipeline.regions_train.pair import TrainingPair
from pipeline.regions_train.sources import Library
from schemas.keys import rng_for
from schemas.plan import CandidatePlan, Extra, ProgramPlan
from schemas.vocabulary import Outcome
from transforms.edits.config import EditsConfig
from transforms.edits.render import render_program
from transforms.edits.triplet import Triplet
from transforms.sources.image import SourceImage

OTHERS: dict[tuple[Outcome, Extra], float] = {
    ("failed", "-"): 1.0,
    ("partial", "-"): 1.4,
    ("over_edit", "spare"): 1.2,
    ("over_edit", "drift"): 0.4,
    ("over_edit", "cast"): 0.5,
    ("artifact", "-"): 0.9,
    ("identity_shift", "-"): 0.6,
    ("wrong_target", "spare"): 0.6,
}
"""What else is made of a program, and how often."""
PER_PROGRAM = 3
"""Outcomes beside the faithful one."""
EDITS = EditsConfig.model_validate(
    {
        "max_edits": 4,
        "multi_edit_share": 0.35,
        "operations": {"style": 0.6, "tone": 0.9, "text": 1.6, "pose": 1.6, "resize": 1.6, "move": 2.5, "turn": 1.0},
        "noise": {"strength_min": 0.0},
    }
)
CUTOUTS = 3
"""Cut-outs that a program may lay."""


def rendered_pairs(key: str, source: SourceImage, library: Library) -> Iterator[TrainingPair]:
    """Render one program on a picture.

    Args:
        key: of the program; everything random depends on it.
        source: what is edited.
        library: whose cut-outs may be laid.
    """
    rng = rng_for(key, "plan")
    names, weights = list(OTHERS), np.array(list(OTHERS.values()))
    others = rng.choice(len(names), PER_PROGRAM, replace=False, p=weights / weights.sum())
    candidates = [CandidatePlan(outcome="faithful")]
    candidates += [CandidatePlan(outcome=names[i][0], extra=names[i][1]) for i in sorted(others.tolist())]
    plan = ProgramPlan(program_id=key, candidates=candidates, partner_ids=[])
    count = len(library.things)
    laid = [library.things[i] for i in rng.choice(count, min(count, CUTOUTS), replace=False)] if count else []
    for item in render_program(plan, source, {}, EDITS, 0, laid):
        if isinstance(item, Triplet):
            yield _pair(item)


def _pair(triplet: Triplet) -> TrainingPair:
    assert triplet.truth is not None, triplet.key
    whole = [region.id for region in triplet.truth.regions if region.kind == "global"]
    labels = triplet.truth.label_map
    labels = np.where(np.isin(labels, whole), 0, labels).astype(np.uint8) if whole else labels
    kind = triplet.edit_type if triplet.outcome != "failed" else "unedited"
    return TrainingPair(triplet.source, triplet.edited, labels, bool(whole), kind)

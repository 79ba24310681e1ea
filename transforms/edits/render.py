"""An edit program becomes triplets: one item per planned outcome."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from schemas.keys import rng_for
from schemas.plan import ProgramPlan
from schemas.reject import Reject
from schemas.vocabulary import Outcome
from transforms.edits.config import EditsConfig
from transforms.edits.draft import Draft, truth_of
from transforms.edits.noise import add_noise, draw_noise, noise_flaw
from transforms.edits.outcomes import OUTCOMES, CannotRender
from transforms.edits.program import Picture, sample_program
from transforms.edits.solids.library import Kind
from transforms.edits.triplet import Flaw, Triplet
from transforms.sources.image import SourceImage

EDITOR = "renderer/1"


def render_program(
    plan: ProgramPlan,
    source: SourceImage,
    partners: Mapping[str, SourceImage],
    config: EditsConfig,
    seed: int,
    cutouts: Sequence[Kind] = (),
) -> Iterator[Triplet | Reject]:
    """Render every planned candidate of a program, in order.

    Lazy: one candidate is in memory at a time, beside the pictures that the program shares.

    Args:
        plan: what to render.
        source: the photo.
        partners: by source_id, at least those of `plan.partner_ids`.
        config: the settings.
        seed: the recipe's.
        cutouts: things of the user's own that may be laid into the photo.

    Yields:
        A Triplet, or a Reject (stage `render`, class `filter`) for an outcome that the photo does not carry.
    """
    program = sample_program(plan, source, partners, config, seed, cutouts)
    noise = _Noise(plan.program_id, config, seed)
    for index, planned in enumerate(plan.candidates):
        key, outcome = plan.key(index), planned.outcome
        try:
            if program is None:
                raise CannotRender("no_operation_fits", "the photo does not carry as many edits of the kinds asked for")
            stream = "other_instruction" if planned.other else outcome
            draft = OUTCOMES[outcome](program, planned, rng_for(plan.program_id, seed, "outcome", stream, planned.take))
        except CannotRender as refusal:
            yield _reject(key, source.record.item.name, outcome, refusal)
        else:
            yield _triplet(key, plan.program_id, outcome, draft, noise)


def _reject(key: str, name: str, outcome: Outcome, refusal: CannotRender) -> Reject:
    return Reject(
        level="candidate",
        key=key,
        name=name,
        stage="render",
        reason=refusal.reason,
        reject_class="filter",
        detail=f"{outcome}: {refusal.detail}",
    )


def _triplet(key: str, program_id: str, outcome: Outcome, draft: Draft, noise: "_Noise") -> Triplet:
    source, _ = noise.on("source", draft.source)
    edited, flaws = noise.on("edited", draft.edited)
    return Triplet(
        key=key,
        program_id=program_id,
        source=source,
        edited=edited,
        instruction=draft.instruction,
        edit_type=draft.edit_type,
        edits=draft.edits,
        outcome=outcome,
        truth=truth_of(draft),
        lender_ids=_lenders(draft),
        editor=EDITOR,
        flaws=flaws,
        identity_lost=draft.identity_lost,
    )


class _Noise:
    """One draw of noise per side of a program: equal pictures on one side get equal bytes."""

    def __init__(self, program_id: str, config: EditsConfig, seed: int) -> None:
        rng = rng_for(program_id, seed, "noise")
        source, edited = draw_noise(config.noise, rng), draw_noise(config.noise, rng)
        is_noisy = rng.random() < config.noise.noisy_sources
        self._draws = {"source": source if is_noisy else None, "edited": edited}
        self._enabled = config.noise.enabled
        self._latest: dict[tuple[str, int], tuple[Picture, np.ndarray, tuple[Flaw, ...]]] = {}

    def on(self, side: str, picture: Picture) -> tuple[np.ndarray, tuple[Flaw, ...]]:
        """Return the pixels that ship, and all flaws of the picture."""
        draw = self._draws[side]
        if draw is None or not self._enabled:
            return picture.rgb, picture.flaws
        known = self._latest.get((side, id(picture)))
        if known is None or known[0] is not picture:
            rgb, strength = add_noise(picture.rgb, draw)
            flaw = noise_flaw(draw, strength)
            known = (picture, rgb, (*picture.flaws, *((flaw,) if flaw else ())))
            self._latest = dict([*self._latest.items(), ((side, id(picture)), known)][-KEPT:])
        return known[1], known[2]


KEPT = 6
"""Noisy pictures kept for the next candidates of the program: both sources, and what their twins share."""


def _lenders(draft: Draft) -> tuple[str, ...]:
    both = draft.source.lender_ids + draft.edited.lender_ids
    return tuple(dict.fromkeys(both))

"""An edit program: the changes that are asked for, and others that only go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from schemas.keys import rng_for
from schemas.plan import ProgramPlan
from transforms.edits.change import Change, Request, lay
from transforms.edits.config import EditsConfig
from transforms.edits.flaws import clipped
from transforms.edits.language import instruction_for
from transforms.edits.operations import OPERATIONS
from transforms.edits.scene import Scene
from transforms.edits.triplet import Flaw
from transforms.sources.image import SourceImage

ATTEMPTS = 7
"""Proposals per wanted change before the program makes do with fewer."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished picture before noise, with what is visibly wrong with it."""

    rgb: np.ndarray
    flaws: tuple[Flaw, ...]
    lender_ids: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """What was sampled for one program.

    Attributes:
        scene: the photo.
        changes: asked for, in order.
        spare: a change that nobody asks for: what is done by mistake, or asked in another instruction. None
            where the photo has no room for it.
        instruction: asks for `changes`.
        finished: pictures made so far; most candidates share two.
    """

    scene: Scene
    changes: tuple[Change, ...]
    spare: Change | None
    instruction: str
    finished: dict[tuple[frozenset[int], bool], Picture] = field(default_factory=dict)

    @property
    def requests(self) -> list[Request]:
        """What is asked for."""
        return [change.request for change in self.changes]

    def picture(self, done: frozenset[int], spare_done: bool = False) -> Picture:
        """Return the picture with the changes of the given indices carried out, and the spare one if asked."""
        key = (done, spare_done)
        if key not in self.finished:
            self.finished[key] = self._finish(done, spare_done)
        return self.finished[key]

    def _finish(self, done: frozenset[int], spare_done: bool) -> Picture:
        states = [(change, index in done) for index, change in enumerate(self.changes)]
        if self.spare is not None:
            states.append((self.spare, spare_done))
        rgb = self.scene.photo
        flaws: list[Flaw] = []
        lenders = [self.scene.source.record.source_id]
        for change, is_done in states:
            rgb = lay(rgb, change.after if is_done else change.before)
            flaws += change.flaws_after if is_done else change.flaws_before
            lenders += [lender for lender in change.lender_ids if lender not in lenders]
        for change, is_done in states:
            if change.grade is not None and is_done:
                toned = change.grade(rgb)
                flaws += clipped(rgb, toned)
                rgb = toned
        return Picture(rgb, tuple(flaws), tuple(lenders))


def sample_program(
    plan: ProgramPlan, source: SourceImage, partners: Mapping[str, SourceImage], config: EditsConfig, seed: int
) -> Program | None:
    """Sample the changes of a program; None if the photo carries none.

    Every draw depends on `plan.program_id` and `seed` alone, so a program is the same whatever is rendered of it.
    """
    lenders = {partner_id: partners[partner_id] for partner_id in plan.partner_ids if partner_id in partners}
    scene = Scene(source, lenders, config.fonts)
    rng = rng_for(plan.program_id, seed, "size")
    wanted = _wanted(config, "partial" in plan.outcomes, rng)
    changes: list[Change] = []
    for index in range(wanted):
        change = _propose(scene, None, config, rng_for(plan.program_id, seed, "change", index))
        if change is not None:
            scene.take(change)
            changes.append(change)
    if not changes:
        return None
    spare = _spare(scene, changes[0], config, rng_for(plan.program_id, seed, "spare"))
    if spare is not None:
        scene.take(spare)
    instruction = instruction_for([c.request for c in changes], rng_for(plan.program_id, seed, "language"))
    return Program(scene, tuple(changes), spare, instruction)


def _wanted(config: EditsConfig, needs_two: bool, rng: np.random.Generator) -> int:
    several = rng.random() < config.multi_edit_share or needs_two
    if not several or config.max_edits < 2:
        return 1
    sizes = np.arange(2, config.max_edits + 1)
    weights = 0.4 ** np.arange(len(sizes))
    return int(rng.choice(sizes, p=weights / weights.sum()))


def _propose(scene: Scene, like: Change | None, config: EditsConfig, rng: np.random.Generator) -> Change | None:
    weights = config.operations.model_dump()
    names = [name for name in OPERATIONS if weights[name] > 0]
    chances = np.array([weights[name] for name in names])
    for _ in range(ATTEMPTS):
        name = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        change = OPERATIONS[name](scene, like, rng)
        change = change and change.measured(scene.photo)
        if change is not None:
            return change
    return None


def _spare(scene: Scene, like: Change, config: EditsConfig, rng: np.random.Generator) -> Change | None:
    """Propose a local change that nobody asks for, of the same operation as `like` where the photo allows."""
    operation = like.request.operation
    if like.grade is None and getattr(config.operations, operation) > 0:
        for _ in range(2):
            change = OPERATIONS[operation](scene, like, rng)
            change = change and change.measured(scene.photo)
            if change is not None:
                return change
    local = config.operations.model_copy(update={"tone": 0.0, "style": 0.0})
    if not any(local.model_dump().values()):
        return None
    return _propose(scene, None, config.model_copy(update={"operations": local}), rng)

"""An edit program: the changes that are asked for, and others that only go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from schemas.keys import rng_for
from schemas.plan import ProgramPlan
from schemas.vocabulary import EditType
from transforms.edits.change import Change, Request, blended, lay
from transforms.edits.config import EditsConfig
from transforms.edits.degree import Part, part_of
from transforms.edits.flaws import clipped
from transforms.edits.language import instruction_for
from transforms.edits.operations import OPERATIONS
from transforms.edits.pointing import pointed
from transforms.edits.scene import Scene
from transforms.edits.solids.library import Kind
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


@dataclass(frozen=True)
class State:
    """What of a program a picture shows.

    Attributes:
        done: for each change, how far it is carried out, 0..1.
        extra: the unrequested change that is carried out: "spare", "cast", "both", or "-" for none.
    """

    done: tuple[float, ...]
    extra: str = "-"


@dataclass(frozen=True, eq=False)
class Program:
    """What was sampled for one program.

    Attributes:
        scene: the photo.
        changes: asked for, in order.
        spare: a change that nobody asks for: what is done by mistake, or asked in another instruction. None
            where the photo has no room for it.
        cast: a look of the whole frame that nobody asks for; None where one is asked for.
        instruction: asks for `changes`.
        partners: by source_id, photos one of which may stand in for the edited image; opened when asked for.
        typos: chance of a slip of the finger in any other instruction.
        types: edit types that may be asked for; () for all.
        finished: pictures made so far; most candidates share a few.
        parts: changes carried out in part so far, by index and degree.
        toned: by change of the whole frame, the picture that it was last made of, and what it made.
    """

    scene: Scene
    changes: tuple[Change, ...]
    spare: Change | None
    cast: Change | None
    instruction: str
    partners: Mapping[str, SourceImage]
    typos: float = 0.0
    types: tuple[EditType, ...] = ()
    finished: dict[State, Picture] = field(default_factory=dict)
    parts: dict[tuple[int, float], Part | None] = field(default_factory=dict)
    toned: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @property
    def requests(self) -> list[Request]:
        """What is asked for."""
        return [change.request for change in self.changes]

    @property
    def nothing(self) -> tuple[float, ...]:
        """`State.done` of the source."""
        return (0.0,) * len(self.changes)

    @property
    def everything(self) -> tuple[float, ...]:
        """`State.done` of the faithful picture."""
        return (1.0,) * len(self.changes)

    def may_ask(self, change: Change) -> bool:
        """Return whether a change that nobody asks for could be asked for in another instruction."""
        return not self.types or change.edit_type in self.types

    def part(self, index: int, degree: float) -> Part | None:
        """Return a local change carried out in part; None where nothing of it would be seen."""
        if (index, degree) not in self.parts:
            self.parts[index, degree] = part_of(self.changes[index], self.scene.photo, degree)
        return self.parts[index, degree]

    def picture(self, state: State) -> Picture:
        """Return the picture of a state."""
        if state not in self.finished:
            self.finished[state] = self._finish(state)
        return self.finished[state]

    def _finish(self, state: State) -> Picture:
        rgb = self.scene.photo
        flaws: list[Flaw] = []
        lenders = [self.scene.source.record.source_id]
        states = list(enumerate(zip(self.changes, state.done, strict=True)))
        if self.spare is not None:
            states.append((-1, (self.spare, float(state.extra in ("spare", "both")))))
        for index, (change, done) in states:
            part = self.part(index, done) if 0 < done < 1 and change.grade is None else None
            if part is not None:
                rgb = lay(lay(rgb, change.before), [part.patch])
                flaws += part.flaws
            else:
                rgb = lay(rgb, change.after if done == 1 else change.before)
                flaws += change.flaws_after if done == 1 else change.flaws_before
            lenders += [lender for lender in change.lender_ids if lender not in lenders]
        graded = [(change, done) for change, done in zip(self.changes, state.done, strict=True)]
        if self.cast is not None:
            graded.append((self.cast, float(state.extra in ("cast", "both"))))
        for change, done in graded:
            if change.grade is not None and done > 0:
                whole = self._toned(change, rgb)
                toned = whole if done == 1 else blended(rgb, whole, done)
                flaws += clipped(rgb, toned)
                rgb = toned
        return Picture(rgb, tuple(flaws), tuple(lenders))

    def _toned(self, change: Change, rgb: np.ndarray) -> np.ndarray:
        """Return what a change of the whole frame makes of a picture; in part, a style is asked for it twice."""
        known = self.toned.get(id(change))
        if known is None or known[0] is not rgb:
            assert change.grade is not None, change.request.operation
            known = self.toned[id(change)] = (rgb, change.grade(rgb))
        return known[1]


def sample_program(
    plan: ProgramPlan,
    source: SourceImage,
    partners: Mapping[str, SourceImage],
    config: EditsConfig,
    seed: int,
    cutouts: Sequence[Kind] = (),
) -> Program | None:
    """Sample the changes of a program; None if the photo carries none.

    Every draw depends on `plan.program_id` and `seed` alone, so a program is the same whatever is rendered of it.
    """
    scene = Scene(source, config.fonts, cutouts)
    rng = rng_for(plan.program_id, seed, "size")
    wanted = _wanted(config, rng)
    changes: list[Change] = []
    for index in range(wanted):
        change = _propose(scene, None, config, rng_for(plan.program_id, seed, "change", index))
        if change is not None:
            scene.take(change)
            changes.append(change)
    if len(changes) < config.min_edits:
        return None
    spare = _spare(scene, changes[0], config, rng_for(plan.program_id, seed, "spare"))
    if spare is not None:
        scene.take(spare)
    cast = _cast(scene, changes, config, rng_for(plan.program_id, seed, "cast"))
    known = pointed(scene, [*changes, spare] if spare else changes)
    changes, spare = known[: len(changes)], known[-1] if spare else None
    requests = [change.request for change in changes]
    instruction = instruction_for(requests, rng_for(plan.program_id, seed, "language"), config.typos)
    return Program(scene, tuple(changes), spare, cast, instruction, partners, config.typos, config.edit_types)


def _cast(scene: Scene, changes: Sequence[Change], config: EditsConfig, rng: np.random.Generator) -> Change | None:
    """Propose a look of the whole frame that nobody asks for, None where one is asked for."""
    if config.operations.tone <= 0 or any(change.grade is not None for change in changes):
        return None
    return _tried("tone", scene, None, rng)


def _wanted(config: EditsConfig, rng: np.random.Generator) -> int:
    several = rng.random() < config.multi_edit_share
    least = max(config.min_edits, 2 if several else 1)
    if (not several and least == 1) or config.max_edits < 2:
        return 1
    sizes = np.arange(least, config.max_edits + 1)
    weights = 0.6 ** np.arange(len(sizes))
    return int(rng.choice(sizes, p=weights / weights.sum()))


def _propose(scene: Scene, like: Change | None, config: EditsConfig, rng: np.random.Generator) -> Change | None:
    weights = config.operations.model_dump()
    names = [name for name in OPERATIONS if weights[name] > 0]
    chances = np.array([weights[name] for name in names])
    narrow = bool(config.edit_types) or config.max_area < 1
    for _ in range(ATTEMPTS * (3 if narrow else 1)):
        name = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        change = _tried(name, scene, like, rng)
        if change and _wanted_kind(change, config):
            return change
    return None


def _wanted_kind(change: Change, config: EditsConfig) -> bool:
    """Return whether a change is of a type and of a size that the settings ask for."""
    area = sum(float(area.mean()) for area in change.areas)
    return (not config.edit_types or change.edit_type in config.edit_types) and area <= config.max_area


def _tried(operation: str, scene: Scene, like: Change | None, rng: np.random.Generator) -> Change | None:
    """Return a proposal with its areas measured, None if there is none or nothing of it would be seen."""
    change = OPERATIONS[operation](scene, like, rng)
    return change and change.measured(scene.photo)


def _spare(scene: Scene, like: Change, config: EditsConfig, rng: np.random.Generator) -> Change | None:
    """Propose a local change that nobody asks for, of the same operation as `like` where the photo allows."""
    operation = like.request.operation
    if like.grade is None and getattr(config.operations, operation) > 0:
        for _ in range(2):
            if change := _tried(operation, scene, like, rng):
                return change
    local = config.operations.model_copy(update={"tone": 0.0, "style": 0.0})
    if not any(local.model_dump().values()):
        return None
    anything = {"operations": local, "edit_types": (), "max_area": 1.0}
    return _propose(scene, None, config.model_copy(update=anything), rng)

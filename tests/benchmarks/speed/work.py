"""The programs that are timed: for each operation some, on sources that carry it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.keys import rng_for
from schemas.plan import SourcePlan
from transforms.candidate import Candidate
from transforms.edits.config import EditsConfig, OperationWeights
from transforms.edits.make import CandidateMaker
from transforms.edits.operations import OPERATIONS
from transforms.edits.plan import plan_programs
from transforms.shards.codec import ImageFormat
from transforms.sources.decode import DecodeLimits
from transforms.sources.image import SourceImage
from transforms.splits.quotas import UNNAMED

SURELY = 1e9
"""Weight of an operation beside which the others are never asked for, though they may still go wrong."""
WEAR, MULTI = "wear", "multi"
NAMES = (*OPERATIONS, WEAR, MULTI)
"""All that is timed: every operation, what `add` gives a person to wear, and several operations at once."""
FORMAT: ImageFormat = "jpg"


@dataclass(frozen=True)
class Work:
    """One program with all its candidates.

    Attributes:
        name: one of `NAMES`.
        edit_type: of its instruction.
        plan: with this program alone.
        maker: that makes it.
    """

    name: str
    edit_type: str
    plan: SourcePlan
    maker: CandidateMaker


def maker_for(name: str) -> CandidateMaker:
    """Return what makes candidates of one operation; all other settings are those of a build."""
    weights = OperationWeights()
    if name != MULTI:
        weights = weights.model_copy(update={"add" if name == WEAR else name: SURELY})
    config = EditsConfig(operations=weights, multi_edit_share=float(name == MULTI))
    return CandidateMaker({UNNAMED: config}, DecodeLimits(), FORMAT, seed=0)


def find_work(name: str, sources: Mapping[str, SourceImage], count: int) -> list[Work]:
    """Return `count` programs on different sources, fewer where fewer carry the operation.

    `transforms.edits.make.load_source` must give these sources.
    """
    found: list[Work] = []
    for work in _planned(name, sources):
        made = [c for c in work.maker.make(work.plan).candidates if isinstance(c, Candidate)]
        types = {candidate.edit_type for candidate in made if candidate.outcome == "faithful"}
        if types and _fits(name, edit_type := types.pop()):
            found.append(Work(name, edit_type, work.plan, work.maker))
        if len(found) == count:
            break
    return found


def _planned(name: str, sources: Mapping[str, SourceImage]) -> Iterator[Work]:
    """Yield a program on each source, in an order of its own for each operation."""
    maker = maker_for(name)
    ids = sorted(sources)
    for index in rng_for("speed", name).permutation(len(ids)):
        record = sources[ids[int(index)]].record
        partners = _partners(record.source_id, sources)
        programs = plan_programs(record, [0], partners, maker.edits[UNNAMED], maker.seed, UNNAMED)
        plan = SourcePlan(
            source=record, part=0, split="train", order="-", programs=programs, pairs=[], first_pair=0,
            partners=partners,
        )  # fmt: skip
        yield Work(name, "-", plan, maker)


def _partners(source_id: str, sources: Mapping[str, SourceImage]) -> Sequence:
    others = [other for other in sorted(sources) if other != source_id]
    return [sources[other].record for other in others[:2]]


def _fits(name: str, edit_type: str) -> bool:
    if name == MULTI:
        return edit_type == "multi"
    return name not in ("add", WEAR) or (edit_type == "ps_human") == (name == WEAR)

"""The oracle's semantic consistency reasoning: each region after its marker, then the whole picture."""

import numpy as np

from schemas.aggregation import MAX_SCORE
from schemas.example import Edit
from transforms.candidate import Candidate
from transforms.edits.language.grammar import expand
from transforms.judgements import sc_phrases as say
from transforms.judgements.amounts import count, extent, percent, points
from transforms.judgements.requests import clauses_for, fill
from transforms.judgements.sc_regions import FULLY, HARDLY, on_region
from transforms.judgements.scores import (
    NOTHING_DONE,
    Preservation,
    asks_for_whole_frame,
    derived_regions,
    is_unrequested,
    preservation,
    share_done,
)
from transforms.judgements.wording import listing, pick, sentence

QUOTABLE, QUOTES = 200, 0.4
"""Characters up to which an instruction is quoted, and how often it is."""
_KEEPS_ITS_TARGET = frozenset({"color_alter", "material_alter", "motion_change", "ps_human"})
"""Edits after which the target is to be the same thing still."""


def sc_reasoning(candidate: Candidate, score: list[int], rng: np.random.Generator) -> str:
    """Return the reasoning of the semantic consistency branch.

    Every region is cited once, in id order, as `<|bbox_k|> ...`; `<|global|> ...` stands last, alone without regions.

    Args:
        candidate: a candidate with known outcome and derived regions.
        score: `[instruction_following, over_editing]`, integers 0..25, which the last sentences account for.
        rng: chooses among phrasings, never among facts.
    """
    regions = derived_regions(candidate).edit_region
    parts = [f"<|bbox_{region.id}|> {on_region(candidate, region, rng)}" for region in regions]
    facts = [
        *_on_request(candidate, rng),
        *_on_shares(candidate, rng),
        *_on_the_rest(candidate, MAX_SCORE - score[1], rng),
    ]
    whole = [*facts, _verdict(score, rng)]
    return " ".join([*parts, f"<|global|> {' '.join(whole)}"])


def _on_request(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    ask = listing([_ask(edit, rng) for edit in candidate.edits])
    if candidate.outcome == "unrelated":
        return [pick(rng, say.UNRELATED).format(ask=ask)]
    if candidate.outcome == "reversed":
        return [pick(rng, say.BACKWARDS).format(ask=ask)]
    if candidate.outcome == "already_true" and share_done(candidate) >= FULLY:
        already = [fill(clauses_for(edit).already, edit, rng) for edit in candidate.edits]
        return [sentence(f"{listing(already)}, so there was nothing left to do")]
    if len(candidate.edits) == 1:
        return [_on_single_request(candidate, ask, rng), *_on_identity(candidate, rng)]
    return [_on_several_requests(candidate, ask, rng), *_on_identity(candidate, rng)]


def _on_single_request(candidate: Candidate, ask: str, rng: np.random.Generator) -> str:
    edit = candidate.edits[0]
    done = _done(candidate, edit)
    if len(candidate.instruction) <= QUOTABLE and rng.random() < QUOTES:
        return _on_quoted_request(candidate.instruction, edit, done, rng)
    if done < HARDLY:
        return pick(rng, say.NOT_MET).format(ask=ask, undone=fill(clauses_for(edit).undone, edit, rng, again=True))
    return pick(rng, say.MET if done >= FULLY else say.MET_IN_PART).format(ask=ask, far=_far(done, rng))


def _on_quoted_request(instruction: str, edit: Edit, done: float, rng: np.random.Generator) -> str:
    quoted = _quoted(instruction, rng)
    if done < HARDLY:
        undone = fill(clauses_for(edit).undone, edit, rng)
        return f"{quoted} {sentence(pick(rng, say.QUOTED_NOT_MET).format(undone=undone))}"
    met = pick(rng, say.QUOTED_MET if done >= FULLY else say.QUOTED_IN_PART)
    return f"{quoted} {met.format(far=_far(done, rng))}"


def _quoted(instruction: str, rng: np.random.Generator) -> str:
    quote = instruction.strip().rstrip(".!?").replace("“", "‘").replace("”", "’")
    return pick(rng, say.QUOTED).format(quote=quote)


def _far(done: float, rng: np.random.Generator) -> str:
    return pick(rng, (say.FAR,)).format(percent=percent(done))


def _on_several_requests(candidate: Candidate, ask: str, rng: np.random.Generator) -> str:
    missing = []
    for edit in candidate.edits:
        done = _done(candidate, edit)
        if done < HARDLY:
            missing.append(fill(clauses_for(edit).undone, edit, rng))
        elif done < FULLY:
            missing.append(pick(rng, say.PARTLY).format(ask=_ask(edit, rng), far=_far(done, rng)))
    n, k = len(candidate.edits), len(candidate.edits) - len(missing)
    nothing = all(_done(candidate, edit) < HARDLY for edit in candidate.edits)
    quoted = ""
    options: tuple[str, ...] = say.NONE_MET if nothing else say.SOME_MET if missing else say.ALL_MET
    if not nothing and len(candidate.instruction) <= QUOTABLE and rng.random() < QUOTES:
        quoted = _quoted(candidate.instruction, rng)
        options = say.QUOTED_SOME_MET if missing else say.QUOTED_ALL_MET
    said = pick(rng, options).format(
        ask=ask,
        n=count(n),
        k=count(k) if k else "none",
        has="has" if k <= 1 else "have",
        missing=listing(missing) if missing else "",
        All="Both" if n == 2 else f"All {count(n)}",
        None_="Neither of the two" if n == 2 else f"None of the {count(n)}",
    )
    return f"{quoted} {said}".strip()


def _on_identity(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    if candidate.outcome != "identity_shift":
        return []
    kept = [edit for edit in candidate.edits if edit.edit_type in _KEEPS_ITS_TARGET]
    if len(kept) != 1:
        return [sentence(pick(rng, say.IDENTITY_OF_ONE))]
    return [sentence(fill(say.IDENTITY, kept[0], rng))]


def _on_shares(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    """Say how many of several changes were asked for, where some were and some were not."""
    regions = derived_regions(candidate).edit_region
    asked = sum(not is_unrequested(region, candidate.outcome) for region in regions)
    if candidate.outcome == "reversed" or not 0 < asked < len(regions) or rng.random() < 0.4:
        return []
    number = count(asked)
    said = pick(rng, say.SHARES).format(
        n=count(len(regions)),
        k=number,
        belong="belongs" if asked == 1 else "belong",
        was="was" if asked == 1 else "were",
    )
    return [sentence(said)]


def _on_the_rest(candidate: Candidate, lost: int, rng: np.random.Generator) -> list[str]:
    if candidate.outcome == "unrelated":
        return []
    if not derived_regions(candidate).edit_region:
        return [pick(rng, say.SAME_PICTURE)]
    kept = preservation(candidate)
    sentences = [_on_outlines(kept, rng)] if asks_for_whole_frame(candidate) else []
    if kept.damage > 0:
        phrasings = next(options for limit, options in say.DAMAGE if kept.damage < limit)
        sentences.append(pick(rng, phrasings).format(extent=extent(kept.changed, rng)))
        if lost and rng.random() < 0.4:
            sentences.append(pick(rng, say.LOST).format(points=points(lost)))
    return sentences or [pick(rng, say.REST_KEPT)]


def _on_outlines(kept: Preservation, rng: np.random.Generator) -> str:
    return pick(rng, next(options for limit, options in say.OUTLINES if kept.structure >= limit))


def _verdict(score: list[int], rng: np.random.Generator) -> str:
    following, over = score
    grades = [next(words for limit, words in say.GRADES if value >= limit) for value in score]
    options = say.EQUAL if following == over else say.NUMBERS if grades[0] == grades[1] else say.NUMBERS + say.GRADED
    said = pick(rng, options)
    spoken = [expand(words, rng) for words in grades]
    return sentence(said.format(following=following, over=over, following_grade=spoken[0], over_grade=spoken[1]))


def _done(candidate: Candidate, edit: Edit) -> float:
    return 0.0 if candidate.outcome in NOTHING_DONE else edit.done


def _ask(edit: Edit, rng: np.random.Generator) -> str:
    return fill(clauses_for(edit).ask, edit, rng)

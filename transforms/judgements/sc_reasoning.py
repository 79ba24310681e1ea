"""The oracle's semantic consistency reasoning: each region after its marker, then the whole picture."""

from math import inf

import numpy as np

from schemas.aggregation import MAX_SCORE
from schemas.example import Edit
from transforms.candidate import Candidate
from transforms.judgements.requests import clauses_for, fill
from transforms.judgements.sc_regions import FULLY, HARDLY, on_region
from transforms.judgements.scores import (
    NOTHING_DONE,
    Preservation,
    asks_for_whole_frame,
    derived_regions,
    preservation,
    share_done,
)
from transforms.judgements.wording import count, extent, listing, pick, sentence

_MET = (
    "(The (request|wish|instruction) to|What was asked, to) {ask}(,|) (has been (met|fulfilled|carried "
    "out)|is (met|fulfilled)).",
    "The (instruction|request|task) (is|was) to {ask}, (and|which is what) (that has been done|has been "
    "done|the (edit|picture) (does|shows)).",
    "The (editor|model) (was asked|was told|had) to {ask} and (has done so|did so|has managed it|did just that).",
    "(Asked|Told) to {ask}, the (editor|model) (has done so|did so|delivered|complied).",
    "(One can see|It is plain|Comparing both pictures shows) that the (request|instruction) to {ask} was "
    "(met|followed|carried out).",
)
_MET_IN_PART = (
    "The (request|wish|instruction) to {ask} (has been|was|is) (met|fulfilled|carried out) only in part.",
    "The (instruction|request|task) (is|was) to {ask}, and the edit (stops short of that|goes only part "
    "of the way|leaves it unfinished).",
    "(Asked|Told) to {ask}, the (editor|model) (did so only in part|left the job half done|stopped on the way).",
    "(Of|From) the (request|instruction) to {ask}, (only a part|no more than a part|just a part) (has "
    "been|was) (carried out|done).",
)
_NOT_MET = (
    "The (instruction|task) (is|was) to {ask}, (but|yet|and still) {undone}.",
    "The (request|wish) (was|is) to {ask}, (yet|but) {undone}.",
    "The (editor|model) (was asked|was told|had) to {ask}, (but|yet) {undone}.",
    "(Asked|Told) to {ask}, the (editor|model) (has not done so|did nothing of the kind): {undone}.",
    "(Nothing came of|The edit ignores|Unmet remains) the (request|instruction) to {ask}: {undone}.",
)
_BACKWARDS = (
    "The (instruction|request|task) (is|was) to {ask}, (and|but) the edited (image|picture) (does|shows) "
    "the (reverse|opposite).",
    "The edit (does|is|amounts to) the (opposite|reverse) of the (request|instruction) to {ask}.",
    "(Asked|Told) to {ask}, the (editor|model) did (just|exactly) the (opposite|reverse).",
)
_ALL_MET = (
    "{All} requested changes have been made.",
    "The instruction is to {ask}, and all of it has been done.",
    "The instruction names {n} changes, and every one of them is there.",
)
_NONE_MET = (
    "{None_} requested changes has been made: {missing}.",
    "The instruction is to {ask}, and none of it has been done.",
)
_SOME_MET = (
    "Of the {n} requested changes, {k} {has} been made in full, but {missing}.",
    "The instruction names {n} changes. The edit makes {k} of them in full, but {missing}.",
)
_UNRELATED = (
    "With (another|a different) picture in its place, the request to {ask} cannot have been met, and "
    "(nothing|no part) of the source is left.",
    "The edited image has nothing (to do|in common) with the source, so the request to {ask} is unmet "
    "and nothing is (preserved|kept).",
)
_IDENTITY = (
    "(However|Yet|Still), {the} no longer {looks} like the one in the source.",
    "(In the process|On the way|Meanwhile) {the} {has} become (hard to recognise|another than before|a different one).",
)
_SAME_PICTURE = (
    "(Source and edited image|The two pictures|Both pictures|Before and after) (match|agree|are the "
    "same) (throughout|everywhere|in every part).",
    "No (change|difference) (can be seen|is to be found|shows) (anywhere|in any part of the (picture|frame)).",
    "(Comparing|Laying) the two pictures (side by side|one over the other|with each other) "
    "(shows|reveals) no (change|difference).",
)
_REST_KEPT = (
    "(The rest|The remainder|All the rest) of the (picture|frame|image) (is as it was|has been kept|was "
    "left alone|is unchanged).",
    "(Nothing else|No other part) (has changed|was touched|differs|shows a change).",
    "(Everything|All that lies) outside the edit (has been left alone|is as before|matches the source|is preserved).",
    "(Apart from|Beyond|Besides) (that|this), (source and edited image|both pictures|the two pictures) "
    "(agree|match|are the same).",
)
_OUTLINES = (
    (0.95, ("Shapes and outlines are all where they were.", "What the picture shows has been kept.")),
    (0.6, ("Some outlines have been lost or have shifted.", "A part of the fine structure has suffered.")),
    (0.0, ("Many outlines of the source have been lost.", "Much of what the source shows has not survived.")),
)
_DAMAGE = (
    (
        0.1,
        ("Apart from that there are only small traces of change.", "Outside the request one finds hardly any change."),
    ),
    (0.7, ("Unrequested changes take up {extent}, a clear fault.", "Changes that nobody wanted cover {extent}.")),
    (2.0, ("Unrequested changes take up {extent}, a serious fault.", "Unwanted changes to {extent} weigh heavily.")),
    (
        inf,
        (
            "Unrequested changes take up {extent} and cannot be overlooked.",
            "With {extent} changed unasked, little was spared.",
        ),
    ),
)
_GRADES = (
    (MAX_SCORE, "full marks"),
    (20, "a good score"),
    (13, "a middling score"),
    (6, "a poor score"),
    (1, "a very poor score"),
    (0, "nothing"),
)
_NUMBERS = (
    "(That|This) (makes|means|comes to) {following} of 25 for (following the instruction|the request) "
    "and {over} of 25 for (leaving the rest alone|preserving the rest|what was to stay).",
    "(So|Thus|Hence|Therefore) the edit (gets|earns|receives) {following} out of 25 for the "
    "(instruction|request) and {over} out of 25 for (preservation|the rest|what it kept).",
    "(Instruction following|Following the request) (gets|earns|is worth) {following} of 25, "
    "(preservation|leaving the rest alone) {over}(| of 25).",
)
_GRADED = (
    "It (earns|gets|deserves) {following_grade} for (following the instruction|doing what was asked) and "
    "{over_grade} for (leaving the rest alone|preserving the rest).",
    "(On|For) the (instruction|request) that means {following_grade}, (on|for) (preservation|the rest) {over_grade}.",
)
_EQUAL = (
    "(That|This) (is|makes) {over} of 25 on both counts, (following the instruction and leaving the rest "
    "alone|the request and the rest).",
    "(Instruction following|Following the request) and preservation (both|each) (get|earn|receive) "
    "{over} (out of|of) 25.",
)


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
    whole = [*_on_request(candidate, rng), *_on_the_rest(candidate, rng), _verdict(score, rng)]
    return " ".join([*parts, f"<|global|> {' '.join(whole)}"])


def _on_request(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    ask = listing([_ask(edit, rng) for edit in candidate.edits])
    if candidate.outcome == "unrelated":
        return [pick(rng, _UNRELATED).format(ask=ask)]
    if candidate.outcome == "reversed":
        return [pick(rng, _BACKWARDS).format(ask=ask)]
    if candidate.outcome == "already_true" and share_done(candidate) >= FULLY:
        already = [fill(clauses_for(edit).already, edit, rng) for edit in candidate.edits]
        return [sentence(f"{listing(already)}, so there was nothing left to do")]
    if len(candidate.edits) == 1:
        return [_on_single_request(candidate, ask, rng), *_on_identity(candidate, rng)]
    return [_on_several_requests(candidate, ask, rng), *_on_identity(candidate, rng)]


def _on_single_request(candidate: Candidate, ask: str, rng: np.random.Generator) -> str:
    edit = candidate.edits[0]
    done = _done(candidate, edit)
    if done < HARDLY:
        return pick(rng, _NOT_MET).format(ask=ask, undone=fill(clauses_for(edit).undone, edit, rng, again=True))
    return pick(rng, _MET if done >= FULLY else _MET_IN_PART).format(ask=ask)


def _on_several_requests(candidate: Candidate, ask: str, rng: np.random.Generator) -> str:
    missing = []
    for edit in candidate.edits:
        done = _done(candidate, edit)
        if done < HARDLY:
            missing.append(fill(clauses_for(edit).undone, edit, rng))
        elif done < FULLY:
            missing.append(f"the request to {_ask(edit, rng)} is met only in part")
    n, k = len(candidate.edits), len(candidate.edits) - len(missing)
    nothing = all(_done(candidate, edit) < HARDLY for edit in candidate.edits)
    return pick(rng, _NONE_MET if nothing else _SOME_MET if missing else _ALL_MET).format(
        ask=ask,
        n=count(n),
        k=count(k) if k else "none",
        has="has" if k <= 1 else "have",
        missing=listing(missing) if missing else "",
        All="Both" if n == 2 else f"All {count(n)}",
        None_="Neither of the two" if n == 2 else f"None of the {count(n)}",
    )


def _on_identity(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    if candidate.outcome != "identity_shift":
        return []
    return [sentence(fill(_IDENTITY, candidate.edits[0], rng))]


def _on_the_rest(candidate: Candidate, rng: np.random.Generator) -> list[str]:
    if candidate.outcome == "unrelated":
        return []
    if not derived_regions(candidate).edit_region:
        return [pick(rng, _SAME_PICTURE)]
    kept = preservation(candidate)
    sentences = [_on_outlines(kept, rng)] if asks_for_whole_frame(candidate) else []
    if kept.damage > 0:
        phrasings = next(options for limit, options in _DAMAGE if kept.damage < limit)
        sentences.append(pick(rng, phrasings).format(extent=extent(kept.changed)))
    return sentences or [pick(rng, _REST_KEPT)]


def _on_outlines(kept: Preservation, rng: np.random.Generator) -> str:
    return pick(rng, next(options for limit, options in _OUTLINES if kept.structure >= limit))


def _verdict(score: list[int], rng: np.random.Generator) -> str:
    following, over = score
    grades = [next(word for limit, word in _GRADES if value >= limit) for value in score]
    options = _EQUAL if following == over else _NUMBERS if grades[0] == grades[1] else _NUMBERS + _GRADED
    return pick(rng, options).format(following=following, over=over, following_grade=grades[0], over_grade=grades[1])


def _done(candidate: Candidate, edit: Edit) -> float:
    return 0.0 if candidate.outcome in NOTHING_DONE else edit.done


def _ask(edit: Edit, rng: np.random.Generator) -> str:
    return fill(clauses_for(edit).ask, edit, rng)

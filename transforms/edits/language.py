"""Instructions in English, from a small grammar: verbs, references by attribute and place, manners of asking."""

from collections.abc import Sequence

import numpy as np

from schemas.geometry import xyxy_from_mask
from transforms.edits.change import Request

CLAUSES: dict[str, tuple[str, ...]] = {
    "tone": (
        "make the whole picture {value}",
        "make the photo {value}",
        "change the overall look so that it is {value}",
        "give the whole image a look that is {value}",
        "regrade the photo so that it looks {value}",
        "turn the mood of the picture {value}",
        "let the entire scene look {value}",
    ),
    "recolour": (
        "make {the} {value}",
        "turn {the} {value}",
        "change {the} to {value}",
        "change the colour of {the} to {value}",
        "recolor {the} {value}",
        "paint {the} {value}",
        "give {the} {a_value} color",
        "let {the} be {value}",
    ),
    "add": (
        "add {a} {place}",
        "put {a} {place}",
        "place {a} {place}",
        "insert {a} {place}",
        "set down {a} {place}",
        "let there be {a} {place}",
        "include {a} {place}",
    ),
    "remove": (
        "remove {the}",
        "take {the} away",
        "delete {the}",
        "erase {the}",
        "get rid of {the}",
        "take {the} out of the picture",
        "edit out {the}",
        "make {the} disappear",
    ),
    "replace": (
        "replace {the} with {a_value}",
        "swap {the} for {a_value}",
        "put {a_value} where {the} {is_now}",
        "exchange {the} for {a_value}",
        "turn {the} into {a_value}",
        "take {the} away and put {a_value} there instead",
        "substitute {a_value} for {the}",
    ),
    "move": (
        "move {the} {destination}",
        "shift {the} {destination}",
        "put {the} {destination} instead",
        "relocate {the} {destination}",
        "take {the} and place it {destination}",
        "have {the} stand {destination}",
        "bring {the} {destination}",
    ),
    "text": (
        "change the text on {the} to “{value}”",
        "make {the} read “{value}”",
        "let {the} say “{value}”",
        "replace the wording of {the} with “{value}”",
        "rewrite {the} so that it says “{value}”",
        "edit {the}: it should read “{value}”",
        "put “{value}” on {the} instead of the current text",
    ),
    "background": (
        "change the background to {value}",
        "replace the background with {value}",
        "put {value} behind {the}",
        "swap the backdrop for {value}",
        "keep {the} and set {value} as the background",
        "show {the} in front of {value}",
        "give {the} a new background: {value}",
    ),
    "retexture": (
        "make {the} look like {value}",
        "change the material of {the} to {value}",
        "turn {the} into {value}",
        "give {the} a surface of {value}",
        "let {the} be made of {value}",
        "make {the} out of {value}",
        "have {the} look as if made of {value}",
    ),
    "style": (
        "turn the photo into {value}",
        "make the picture look like {value}",
        "redraw the whole image as {value}",
        "render the scene as {value}",
        "give the photo the style of {value}",
        "convert the image to {value}",
        "transform the whole picture into {value}",
    ),
    "resize": (
        "make {the} {value}",
        "change the size of {the}: {value}",
        "scale {the} so that it becomes {value}",
        "resize {the} to be {value}",
        "let {the} be {value}",
        "have {the} appear {value}",
        "redo {the} {value}, at the same place",
    ),
    "pose": (
        "make {the} {value}",
        "let {the} {value}",
        "have {the} {value}",
        "change the pose: {the} should {value}",
        "adjust {the} to {value}",
        "get {the} to {value}",
        "edit the posture so that {the} would {value}",
    ),
    "turn": (
        "turn {the} {value}",
        "rotate {the} {value}",
        "spin {the} {value}",
        "change the orientation of {the}: {value}",
        "reorient {the} {value}",
        "have {the} turned {value}",
        "let {the} be turned {value}",
    ),
}
"""Operation -> verb phrases. `{the}` and `{a}` are the target, `{a_value}` the value with its article."""

MANNERS = (
    "{Clause}.",
    "{Clause}.",
    "{Clause}",
    "Please {clause}.",
    "{Clause}, please.",
    "Could you {clause}?",
    "Can you {clause}?",
    "I would like you to {clause}.",
    "In this photo, {clause}.",
    "Edit the picture: {clause}.",
    "{Clause}, and leave everything else as it is.",
    "{Clause}. Nothing else should change.",
)
JOINTS = ("{first} and {last}", "{first}, then {last}", "{first}, and also {last}", "{first}; {last}")
MASS = frozenset({"coffee", "hair", "fur", "sky", "grass", "water", "text"})
VOWEL_SOUND = ("a", "e", "i", "o", "u")


def instruction_for(requests: Sequence[Request], rng: np.random.Generator) -> str:
    """Put requests into one instruction.

    Args:
        requests: in the order they are asked, at least one.
        rng: decides the wording.
    """
    clauses = [clause_for(request, rng) for request in requests]
    joined = clauses[-1]
    if len(clauses) > 1:
        joint = JOINTS[int(rng.integers(len(JOINTS)))]
        joined = joint.format(first=", ".join(clauses[:-1]), last=clauses[-1])
    manner = MANNERS[int(rng.integers(len(MANNERS)))]
    return manner.format(clause=joined, Clause=joined[0].upper() + joined[1:])


def clause_for(request: Request, rng: np.random.Generator) -> str:
    """Return one request as a verb phrase without a full stop."""
    options = CLAUSES[request.operation]
    place = "" if request.place == "-" else request.place
    where = f" {place}" if place and (request.mentions_place or rng.random() < 0.3) else ""
    clause = options[int(rng.integers(len(options)))].format(
        the=f"the {request.target}{where}",
        a=article(request.target),
        value=request.value,
        a_value=article(request.value),
        place=place or ("to the picture" if rng.random() < 0.5 else "to the scene"),
        destination=request.destination,
        is_now="are" if is_plural(request.target) else "is",
    )
    return clause.replace("put a", "add a", 1) if clause.endswith(("to the picture", "to the scene")) else clause


def is_plural(noun: str) -> bool:
    """Return whether a noun phrase names several things.

    >>> is_plural("red ribbons"), is_plural("glass"), is_plural("trees on the left")
    (True, False, True)
    """
    words = noun.split(" on ")[0].split(" of ")[0].split()
    return words[-1].endswith("s") and not words[-1].endswith("ss")


def article(noun: str) -> str:
    """Return a noun phrase with the article that it takes.

    >>> article("orange ball"), article("roof tiles"), article("second coin")
    ('an orange ball', 'roof tiles', 'another coin')
    """
    if noun.startswith("second "):
        return f"another {noun.removeprefix('second ')}"
    if noun.startswith(("a ", "an ", "blurred ")) or noun.split(" of ")[0] in MASS or is_plural(noun):
        return noun
    return f"{'an' if noun.lower().startswith(VOWEL_SOUND) else 'a'} {noun}"


def place_of(mask: np.ndarray, surface: str = "-") -> str:
    """Say where a mask (bool [H, W]) lies in its picture, as a phrase.

    Args:
        mask: of a thing.
        surface: what it stands on, "-" when unknown.
    """
    box = xyxy_from_mask(mask)
    if box is None:
        return "-"
    height, width = mask.shape
    x, y = (box[0] + box[2]) / 2 / width, (box[1] + box[3]) / 2 / height
    side = "on the left" if x < 0.36 else "on the right" if x > 0.64 else "in the middle"
    if surface != "-":
        return f"on the {surface} {side}"
    level = "upper" if y < 0.33 else "lower" if y > 0.67 else ""
    if level and side != "in the middle":
        return (
            f"in the {level} {side.rsplit(' ', 1)[1]} corner" if abs(x - 0.5) > 0.3 else f"{side} in the {level} part"
        )
    return f"{side} at the {'top' if level == 'upper' else 'bottom'}" if level else side

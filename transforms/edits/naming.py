"""How an annotated object is called in an instruction, and which edit type an edit of it has."""

from schemas.vocabulary import EditType
from transforms.edits.colours import PAINTS
from transforms.sources.image import SceneObject

NO_ADJECTIVE = frozenset({"-", "gold", "silver"})


def phrase(o: SceneObject) -> str:
    """Return a noun phrase without article: its colour, if that is a plain word, and its name."""
    return o.name if o.colour in NO_ADJECTIVE else f"{o.colour} {o.name}"


def noun_of(target: str) -> str:
    """Return what a phrase without article calls a thing, without the colour that may stand in front."""
    first, _, rest = target.partition(" ")
    return rest if first in PAINTS and rest else target


def type_for(o: SceneObject, otherwise: EditType) -> EditType:
    """Return `ps_human` for what belongs to a person, else the operation's own edit type."""
    return "ps_human" if o.kind in ("person", "clothing", "accessory") else otherwise

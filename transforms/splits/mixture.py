"""What a data set is mixed from: components, each with its own edits, sources and quotas."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from schemas.example import Model
from schemas.vocabulary import EditType, Outcome

Share = Annotated[float, Field(ge=0, le=1)]


def bounds(text: str) -> tuple[int, int]:
    """Return the whole numbers that a bin holds, first and last.

    >>> bounds("0"), bounds("2-4")
    ((0, 0), (2, 4))

    Raises:
        ValueError: neither a number nor two in order.
    """
    first, _, last = text.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(first) > int(last or first):
        raise ValueError(f"{text!r} is no bin; write one whole number or two, as in '0' and '2-4'")
    return int(first), int(last or first)


def _checked_bin(text: str) -> str:
    bounds(text)
    return text


Bin = Annotated[str, AfterValidator(_checked_bin)]


def _at_most_all(shares: dict[Any, float]) -> dict[Any, float]:
    if sum(shares.values()) > 1 + 1e-6:
        raise ValueError(f"the shares add up to {sum(shares.values()):g}, which is more than 1")
    return shares


class Quotas(Model):
    """Share of a component's examples that each value is to have; a value that is not named has none to keep to."""

    edit_type: Annotated[dict[EditType, Share], AfterValidator(_at_most_all)] = Field(default_factory=dict)
    outcome: Annotated[dict[Outcome, Share], AfterValidator(_at_most_all)] = Field(default_factory=dict)
    regions: Annotated[dict[Bin, Share], AfterValidator(_at_most_all)] = Field(default_factory=dict)
    """Number of regions, in bins: `"0"`, `"2-4"`."""
    overall: Annotated[dict[Bin, Share], AfterValidator(_at_most_all)] = Field(default_factory=dict)
    """Overall score in whole points, rounded down: `"0-1"` holds all below 2."""


class Component(Model):
    """One part of the mixture. Its programs share their settings, and its examples bear its name."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
    examples: Annotated[int, Field(ge=1)]
    """Of the whole mixture; scaled in proportion where `num_examples` asks for another total."""
    edits: dict[str, Any] = Field(default_factory=dict)
    """What differs from the recipe's `edits`."""
    people: Literal["any", "only"] = "any"
    """`only`: sources that are known to show people."""
    programs_per_source: Annotated[int, Field(ge=1)] | None = None
    """At most so many: a photo that is edited a hundred times teaches little. None: as many as it takes."""
    quotas: Quotas = Quotas()

"""Figures that say whether a data set is worth training on: use of the scores, twins, variety, rankings."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from schemas.aggregation import MAX_SCORE

AXES = ("instruction_following", "over_editing", "naturalness", "artifacts")
SC_AXES = AXES[:2]
GRADED = {"partial": "instruction_following", "over_edit": "over_editing", "artifact": "artifacts"}
"""Outcome -> the axis on which it comes in degrees."""
USED = 0.01
"""Share of the examples from which a value of a score counts as used."""
TWIN_GAP = 8
"""Points by which the two judgements of a source twin differ on one axis, at least."""


@dataclass(frozen=True)
class AxisUse:
    """How one axis is used.

    Attributes:
        name: the axis.
        shares: of each value 0..25 among the judged examples.
        used: values with 1 % or more.
        spearman: rank correlation of the score with one minus its measured severity; None where none was measured.
    """

    name: str
    shares: tuple[float, ...]
    used: int
    spearman: float | None


@dataclass(frozen=True)
class Worth:
    """All of it.

    Attributes:
        axes: by axis.
        most_of_one: outcome -> largest share of one value on the axis on which it comes in degrees.
        source_twins, instruction_twins: shares of the examples that are members of one, counted by sha256: equal
            edited image and instruction, another source, 8 points apart on one axis; equal images, other instruction.
        distinct_instructions: over programs and instructions; twins share theirs on purpose.
        strict_best: share of the groups of two and more with one candidate of rank 1; None without such.
    """

    axes: tuple[AxisUse, ...]
    most_of_one: dict[str, float]
    source_twins: float
    instruction_twins: float
    distinct_instructions: float
    strict_best: float | None


def worth_of(rows: Sequence[dict[str, Any]]) -> Worth | None:
    """Return the figures of the judged rows of a data set's metadata; None without any."""
    judged = [row for row in rows if row["overall"] >= 0]
    if not judged:
        return None
    asked = {(row["key"].rpartition("-")[0], row["instruction"]) for row in judged}
    return Worth(
        axes=tuple(_axis(judged, name) for name in AXES),
        most_of_one=_most_of_one(judged),
        source_twins=len(source_twins(judged)) / len(judged),
        instruction_twins=len(instruction_twins(judged)) / len(judged),
        distinct_instructions=len({instruction for _, instruction in asked}) / len(asked),
        strict_best=_strict_best(judged),
    )


def source_twins(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Return the keys of the members of source twins."""
    alike = _grouped(rows, "edited_sha256", "instruction")
    return {
        row["key"]
        for members in alike
        for pair in combinations(members, 2)
        if pair[0]["source_sha256"] != pair[1]["source_sha256"]
        and max(abs(pair[0][axis] - pair[1][axis]) for axis in SC_AXES) >= TWIN_GAP
        for row in pair
    }


def instruction_twins(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Return the keys of the members of instruction twins."""
    alike = _grouped(rows, "edited_sha256", "source_sha256")
    return {row["key"] for members in alike if len({row["instruction"] for row in members}) > 1 for row in members}


def _grouped(rows: Sequence[dict[str, Any]], *columns: str) -> list[list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return list(groups.values())


def _axis(rows: Sequence[dict[str, Any]], name: str) -> AxisUse:
    counts = Counter(row[name] for row in rows)
    shares = tuple(counts[value] / len(rows) for value in range(MAX_SCORE + 1))
    measured = [(row[name], 1 - row[f"severity_{name}"]) for row in rows if row[f"severity_{name}"] >= 0]
    scores, kept = (np.array(values) for values in zip(*measured, strict=True)) if measured else (np.empty(0),) * 2
    varied = len(set(scores.tolist())) > 1 and len(set(kept.tolist())) > 1
    correlation = float(spearmanr(scores, kept).statistic) if varied else None
    return AxisUse(name, shares, sum(share >= USED for share in shares), correlation)


def _most_of_one(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    found = {}
    for outcome, axis in GRADED.items():
        values = Counter(row[axis] for row in rows if row["outcome"] == outcome)
        if values:
            found[outcome] = max(values.values()) / values.total()
    return found


def _strict_best(rows: Sequence[dict[str, Any]]) -> float | None:
    groups = [members for members in _grouped(rows, "group_id") if len(members) > 1]
    best = [sum(row["rank"] == 1 for row in members) == 1 for members in groups]
    return float(np.mean(best)) if best else None

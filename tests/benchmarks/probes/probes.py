"""The probes, each beside a planted shortcut that it must find before its own figure means anything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from benchmarks.probes.examples import Facts
from benchmarks.probes.learn import (
    Figure,
    Fit,
    area_under_curve,
    balanced_accuracy,
    causes,
    cross_validated,
    figure,
    r_squared,
    tree_values,
    trees,
    words,
)
from benchmarks.probes.network import network
from pipeline.report.worth import SC_AXES, source_twins
from schemas.keys import rng_for
from transforms.texts.words import words_of

NOT_DONE = frozenset({"failed", "wrong_target"})
PLANTED_FOUND = 0.8
"""A planted shortcut counts as found from this figure on."""
PLANTED_WORD = "kindly now"
NO_GOAL = "–"
OF_GROUP = frozenset({"group_size", "place.group"})
"""Facts of a group: one faithful candidate in k is faithful with a chance of 1 / k."""


@dataclass(frozen=True)
class Result:
    """A probe's outcome.

    Attributes:
        name, what: the probe, and what it is given and asked.
        found: its figure.
        goal: as text, and whether the figure meets it (None where there is no goal).
        planted: the figure with a planted shortcut; None where none can be planted.
        cause: what carries a figure that misses its goal.
    """

    name: str
    what: str
    found: Figure
    goal: str
    met: bool | None
    planted: Figure | None = None
    cause: str = ""

    @property
    def proves(self) -> bool:
        """Whether the planted shortcut was found."""
        return self.planted is None or self.planted.value >= PLANTED_FOUND


def _matrix(rows: Sequence[dict[str, float]]) -> tuple[np.ndarray, list[str]]:
    names = sorted({name for row in rows for name in row})
    return np.array([[row.get(name, np.nan) for name in names] for row in rows]), names


def _classified(
    name: str,
    what: str,
    inputs: np.ndarray,
    answers: np.ndarray,
    scenes: Sequence[str],
    planted: np.ndarray | None,
    names: Sequence[str] = (),
    fit: Fit = trees,
    goal: float = 0.6,
) -> Result:
    found = figure(answers, cross_validated(inputs, answers, scenes, fit), scenes, balanced_accuracy)
    shown = None
    if planted is not None:
        shown = figure(answers, cross_validated(planted, answers, scenes, fit), scenes, balanced_accuracy)
    met = _at_most(found, goal)
    cause = ", ".join(causes(inputs, answers, scenes, names)) if met is False and names else ""
    return Result(name, what, found, f"≤ {goal:.2f}", met, shown, cause)


def _at_most(found: Figure, goal: float) -> bool | None:
    """Return whether a figure meets its goal, None where there were too few scenes for a figure."""
    return None if np.isnan(found.value) else found.value <= goal


def _judged(facts: Sequence[Facts]) -> tuple[list[Facts], np.ndarray, list[str]]:
    """Return faithful, failed and wrong_target examples, 1 for the faithful ones, and their scenes."""
    chosen = [f for f in facts if f.row["outcome"] == "faithful" or f.row["outcome"] in NOT_DONE]
    return chosen, np.array([float(f.row["outcome"] == "faithful") for f in chosen]), [f.scene for f in chosen]


def _pictures(facts: Sequence[Facts]) -> list[Result]:
    chosen, answers, scenes = _judged(facts)
    edited, names = _matrix([f.edited for f in chosen])
    planted, _ = _matrix([f.planted for f in chosen])
    source, _ = _matrix([f.source for f in chosen])
    both = np.hstack([edited, source])
    both_names = [f"{side} {name}" for side in ("edited", "source") for name in names]
    aim = "faithful or not done"
    return [
        _classified("a1", f"edited image alone → {aim}", edited, answers, scenes, planted, names),
        _classified("a2", f"source alone → {aim}", source, answers, scenes, None, names),
        _classified("a3", f"both as bags → {aim}", both, answers, scenes, np.hstack([planted, source]), both_names),
    ]


def _crops(facts: Sequence[Facts]) -> list[Result]:
    if find_spec("torch") is None:
        return []
    chosen, answers, scenes = _judged(facts)
    crops = np.stack([f.crops for f in chosen])
    what = "128 px crop of the edited image, small network → faithful or not done"
    return [_classified("a4", what, crops[:, 0], answers, scenes, crops[:, 1], fit=network)]


def _instructions(facts: Sequence[Facts]) -> list[Result]:
    texts = np.array([f.row["instruction"] for f in facts], dtype=object)
    outcomes = np.array([f.row["outcome"] for f in facts])
    scenes = [f.scene for f in facts]
    faithful = (outcomes == "faithful").astype(float)
    marked = np.array(
        [f"{text} {PLANTED_WORD}" if is_faithful else text for text, is_faithful in zip(texts, faithful, strict=True)],
        dtype=object,
    )
    found = [_classified("b", "instruction alone → faithful or any other", texts, faithful, scenes, marked, fit=words)]
    for outcome in sorted(set(outcomes) - {"faithful"}):
        answers = (outcomes == outcome).astype(float)
        if answers.sum() < 40:
            continue
        name, what = f"b {outcome}", f"instruction alone → {outcome}"
        found.append(_classified(name, what, texts, answers, scenes, None, fit=words))
        if found[-1].met is False:
            kept = _of_the_same_kinds([f.row["edit_type"] for f in facts], answers)
            own = [scenes[index] for index in kept]
            what += ", among as many requests of each kind"
            found.append(_classified(f"{name}, kinds", what, texts[kept], answers[kept], own, None, fit=words))
    return found


def _of_the_same_kinds(kinds: Sequence[str], answers: np.ndarray) -> np.ndarray:
    """Return the indices of all examples of class 1, and of others in the same proportion of kinds of request.

    Some outcomes are possible for some kinds only: what tells the kind then tells part of the outcome.
    """
    kind = np.array(kinds)
    rng = rng_for("probes", "kinds")
    taken = [np.flatnonzero(answers == 1)]
    for name in sorted(set(kind[taken[0]])):
        others = np.flatnonzero((answers == 0) & (kind == name))
        wanted = int((kind[taken[0]] == name).sum())
        taken.append(rng.permutation(others)[:wanted])
    return np.sort(np.concatenate(taken))


def _seams(facts: Sequence[Facts]) -> list[Result]:
    rows = [(kind, values, f.scene) for f in facts for kind, values in f.seams]
    if not {"edit", "random"} <= {kind for kind, _, _ in rows}:
        return []
    new, old = "border of faithful adds and replacements", "border of things that were there"
    planted, _ = _borders(rows, "planted", "random")
    found = []
    for name, what, positive, negative, goal in (
        ("c", f"{new} against random curves (AUC)", "edit", "random", 0.75),
        ("c control", f"{old} against random curves (AUC)", "own", "random", None),
        ("c own", f"{new} against {old} (AUC)", "edit", "own", 0.75),
    ):
        result, carried = _borders(rows, positive, negative)
        met = None if goal is None else _at_most(result, goal)
        text = NO_GOAL if goal is None else f"≤ {goal:.2f}"
        shown = planted if name == "c" else None
        found.append(Result(name, what, result, text, met, shown, carried() if met is False else ""))
    return found


def _borders(
    rows: Sequence[tuple[str, dict[str, float], str]], positive: str, negative: str
) -> tuple[Figure, Callable[[], str]]:
    """Return how well two kinds of borders are told apart, and what says by which statistics."""
    chosen = [row for row in rows if row[0] in (positive, negative)]
    inputs, names = _matrix([values for _, values, _ in chosen])
    answers = np.array([float(kind == positive) for kind, _, _ in chosen])
    scenes = [scene for _, _, scene in chosen]
    found = figure(answers, cross_validated(inputs, answers, scenes, trees), scenes, area_under_curve)
    return found, lambda: ", ".join(causes(inputs, answers, scenes, names))


def _removals(facts: Sequence[Facts]) -> list[Result]:
    known = [(f.removal, f.scene) for f in facts if f.removal is not None]
    if not known:
        return []
    values = np.array([ratio for ratio, _ in known])
    scenes = [scene for _, scene in known]

    def median(_: np.ndarray, ratios: np.ndarray) -> float:
        return float(np.median(ratios))

    marks = np.arange(len(values)) % 2.0
    found = figure(marks, values, scenes, median)
    what = "removal: texture off its surroundings, by that of two untouched parts (median)"
    return [Result("d", what, found, "≤ 1", _at_most(found, 1.0))]


def _scores(facts: Sequence[Facts]) -> list[Result]:
    statistics, _ = _matrix([f.edited for f in facts])
    types = sorted({f.row["edit_type"] for f in facts})
    asked = np.array([[float(f.row["edit_type"] == t) for t in types] for f in facts])
    length = np.array([[len(words_of(f.row["instruction"]))] for f in facts])
    inputs = np.hstack([statistics, asked, length])
    members = source_twins([f.row for f in facts])
    twins = np.array([f.row["key"] in members for f in facts])
    scenes = np.array([f.scene for f in facts])
    found = []
    for axis in SC_AXES:
        answers = np.array([float(f.row[axis]) for f in facts])
        for name, chosen in (("all", np.ones(len(facts), bool)), ("twins alone", twins), ("without twins", ~twins)):
            if chosen.sum() < 60:
                continue
            own = scenes[chosen].tolist()
            predicted = cross_validated(inputs[chosen], answers[chosen], own, tree_values)
            what = f"edited image and kind of request, no source → {axis}, {name} (R²)"
            found.append(Result(f"e {name}", what, figure(answers[chosen], predicted, own, r_squared), NO_GOAL, None))
    return found


def _metadata(facts: Sequence[Facts]) -> list[Result]:
    inputs, names = _matrix([f.members for f in facts])
    outcomes = np.array([f.row["outcome"] for f in facts])
    scenes = [f.scene for f in facts]
    answers = (outcomes == "faithful").astype(float)
    planted = inputs.copy()
    planted[:, names.index("place.group")] += 3 * answers
    alone = [index for index, name in enumerate(names) if name not in OF_GROUP]
    return [
        _at_chance("f", "sizes, bytes, places, key → faithful", inputs, answers, scenes, planted, names),
        _at_chance(
            "f, no group",
            "sizes, bytes, place in the shard, key → faithful",
            inputs[:, alone],
            answers,
            scenes,
            None,
            [names[index] for index in alone],
        ),
    ]


def _at_chance(
    name: str,
    what: str,
    inputs: np.ndarray,
    answers: np.ndarray,
    scenes: Sequence[str],
    planted: np.ndarray | None,
    names: Sequence[str],
) -> Result:
    result = _classified(name, what, inputs, answers, scenes, planted, names)
    met = result.found.low <= 0.5
    cause = "" if met else result.cause or ", ".join(causes(inputs, answers, scenes, names))
    return replace(result, goal="chance", met=met, cause=cause)


PROBES: tuple[Callable[[Sequence[Facts]], list[Result]], ...] = (
    _pictures,
    _crops,
    _instructions,
    _seams,
    _removals,
    _scores,
    _metadata,
)
"""In the order in which they run."""


def run_probes(facts: Sequence[Facts], done: Callable[[], None]) -> list[Result]:
    """Run every probe; `done` is called after each."""
    found: list[Result] = []
    for probe in PROBES:
        found += probe(facts)
        done()
    return found

"""How derived regions agree with the renderer's truth, over all candidates before any filter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.reliability import Reliability, reliability
from schemas.vocabulary import OUTCOMES

Row = dict[str, Any]
LOCAL = 0.9
"""True changed share of the frame from which an edit is one of the whole frame, in part at least (tone, style)."""
_SIZES = (
    (0.01, "under 1 % of the frame"),
    (0.05, "1 to 5 %"),
    (0.2, "5 to 20 %"),
    (LOCAL, "20 to 90 %"),
    (float("inf"), "90 % and more"),
)
"""Upper bounds of the true changed share of the frame."""


@dataclass(frozen=True)
class Agreement:
    """Agreement over some candidates that were edited.

    Attributes:
        name: what the candidates have in common.
        candidates: their number.
        iou: mean IoU of the derived and the true foreground, 0..1.
        f1: F1 of all their boxes together at IoU 0.5, 0..1.
        set_aside: share that no shard holds, 0..1.
    """

    name: str
    candidates: int
    iou: float
    f1: float
    set_aside: float


@dataclass(frozen=True)
class TruthAgreement:
    """Agreement by outcome and by size, false alarms, and how far confidence can be believed.

    Attributes:
        local: edits of less than 90 % of the frame; None without any.
        outcomes: one per outcome that was edited.
        sizes: by the true changed share of the frame.
        unedited: candidates in which nothing was changed.
        false_alarms: share of them with at least one derived region, 0..1.
        reliability: of the derived regions' confidence; None without any.
    """

    local: Agreement | None
    outcomes: tuple[Agreement, ...]
    sizes: tuple[Agreement, ...]
    unedited: int
    false_alarms: float
    reliability: Reliability | None


def truth_agreement(rows: Sequence[Row]) -> TruthAgreement | None:
    """Return the agreement over the rows of `report/truth.parquet`; None if there are none."""
    if not rows:
        return None
    edited = [row for row in rows if row["n_truth"] > 0 and row["truth_iou"] >= 0]
    unedited = [row for row in rows if row["n_truth"] == 0]
    local = [row for row in edited if row["area"] < LOCAL]
    alarms = sum(row["n_derived"] > 0 for row in unedited)
    return TruthAgreement(
        local=_agreement("all under 90 %", local) if local else None,
        outcomes=_each(edited, OUTCOMES, lambda row: str(row["outcome"])),
        sizes=_each(edited, [name for _, name in _SIZES], _size),
        unedited=len(unedited),
        false_alarms=alarms / len(unedited) if unedited else 0.0,
        reliability=reliability(rows),
    )


def _size(row: Row) -> str:
    return next(name for bound, name in _SIZES if row["area"] < bound)


def _each(rows: Sequence[Row], names: Sequence[str], name_of: Callable[[Row], str]) -> tuple[Agreement, ...]:
    members = {name: [row for row in rows if name_of(row) == name] for name in names}
    return tuple(_agreement(name, found) for name, found in members.items() if found)


def _agreement(name: str, rows: Sequence[Row]) -> Agreement:
    # F1 = 2 tp / (true + derived), so each row's own F1 gives back its matched boxes.
    boxes = sum(row["n_truth"] + row["n_derived"] for row in rows)
    matched = sum(row["truth_f1"] * (row["n_truth"] + row["n_derived"]) for row in rows)
    return Agreement(
        name=name,
        candidates=len(rows),
        iou=sum(row["truth_iou"] for row in rows) / len(rows),
        f1=matched / boxes,
        set_aside=sum(not row["kept"] for row in rows) / len(rows),
    )

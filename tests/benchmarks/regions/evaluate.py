"""Run methods over pairs, in one process or several."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import cv2
from threadpoolctl import threadpool_limits

from benchmarks.regions.methods import Method
from benchmarks.regions.pair import Pair, PairRef
from benchmarks.regions.score import Score, box_f1, keep_counted, score_pair
from pipeline.pool import worker_pool
from schemas.geometry import BoxXYXY


@dataclass(frozen=True)
class Row:
    """What one method made of one pair.

    Attributes:
        data, id, group, edit_type, level, frame, quality: see `Pair`.
        truth: unedited, local, or whole frame.
        method: name of the method.
        status: what it said of the pair.
        width, height: of the edited image.
        boxes_xyxy: predicted boxes that count.
        confidence: theirs; empty for a method that gives none.
        ignored_xyxy: predicted boxes that lie mostly in ignored places.
        truth_xyxy: true boxes.
        score: see there.
    """

    data: str
    id: str
    group: str
    edit_type: str
    level: int
    frame: str
    quality: str
    truth: str
    method: str
    status: str
    width: int
    height: int
    boxes_xyxy: tuple[BoxXYXY, ...]
    confidence: tuple[float, ...]
    ignored_xyxy: tuple[BoxXYXY, ...]
    truth_xyxy: tuple[BoxXYXY, ...]
    score: Score

    @property
    def f1(self) -> float:
        """F1 of the boxes at IoU 0.5."""
        return box_f1(self.score.hits_50, len(self.truth_xyxy))

    @property
    def f1_75(self) -> float:
        """F1 of the boxes at IoU 0.75."""
        return box_f1(self.score.hits_75, len(self.truth_xyxy))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON, floats rounded to six decimals."""
        return _rounded(asdict(self) | {"f1": self.f1, "f1_75": self.f1_75})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value


def evaluate(
    cases: Sequence[PairRef], methods: Sequence[Method], jobs: int = 1, on_pair: Callable[[], object] = lambda: None
) -> list[Row]:
    """Score methods on pairs; the result depends on neither `jobs` nor timing.

    With more than one job a script that calls this needs `if __name__ == "__main__":`, as workers import it anew.

    Args:
        cases: references, such as `seed_refs(range(200))` or `real_refs(folder)`; loaded in the worker.
        methods: such as `make_methods(["classical"])`.
        jobs: processes.
        on_pair: called after each pair.

    Returns:
        One row per pair and method, in the order of both.

    Raises:
        RuntimeError: a method failed on a pair, which is named.
    """
    rows: list[Row] = []
    for found in _run(cases, list(methods), jobs):
        rows += found
        on_pair()
    return rows


def _run(cases: Sequence[PairRef], methods: list[Method], jobs: int) -> Iterator[list[Row]]:
    if jobs <= 1 or len(cases) < 2:
        for case in cases:
            yield score_case(case, methods)
        return
    with worker_pool(min(jobs, len(cases))) as pool:
        for future in [pool.submit(score_case, case, methods) for case in cases]:
            yield future.result()


def score_case(case: PairRef, methods: Sequence[Method]) -> list[Row]:
    """Load one pair and score all methods on it, with one thread."""
    with one_thread():
        pair = case.load()
        return [score_method(pair, method) for method in methods]


def score_method(pair: Pair, method: Method) -> Row:
    """Run one method on one pair and score it.

    Raises:
        RuntimeError: it failed; the message names the pair.
    """
    try:
        prediction = method.predict(pair.source, pair.edited)
    except Exception as error:
        raise RuntimeError(f"{method.name} failed on {pair.data} pair {pair.id}: {error!r}") from error
    height, width = pair.edited.shape[:2]
    counted = keep_counted(prediction.boxes_xyxy, pair.ignore_xyxy, height, width)
    boxes = tuple(prediction.boxes_xyxy[i] for i in counted)
    return Row(
        data=pair.data,
        id=pair.id,
        group=pair.group,
        edit_type=pair.edit_type,
        level=pair.level,
        frame=pair.frame,
        quality=pair.quality,
        truth=truth_kind(pair),
        method=method.name,
        status=prediction.status,
        width=width,
        height=height,
        boxes_xyxy=boxes,
        confidence=tuple(prediction.confidence[i] for i in counted) if prediction.confidence else (),
        ignored_xyxy=tuple(box for i, box in enumerate(prediction.boxes_xyxy) if i not in counted),
        truth_xyxy=pair.boxes_xyxy,
        score=score_pair(
            boxes, pair.boxes_xyxy, prediction.mask, None if pair.label_map is None else pair.label_map > 0
        ),
    )


def truth_kind(pair: Pair) -> str:
    """Say what kind of edit a pair holds: unedited, local, or whole frame."""
    if not pair.boxes_xyxy:
        return "unedited"
    return "whole frame" if pair.whole_frame else "local"


@contextmanager
def one_thread() -> Iterator[None]:
    """Let OpenCV and the linear algebra libraries use one thread for a while."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        cv2.setNumThreads(before)

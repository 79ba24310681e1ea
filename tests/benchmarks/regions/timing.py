"""Milliseconds per pair, measured apart from the parallel run so that nothing disturbs them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import cv2
import numpy as np

from benchmarks.regions.evaluate import Row, one_thread
from benchmarks.regions.methods import Method
from benchmarks.regions.pair import PairRef

PAIRS = 6
REPEATS = 2
MEGAPIXEL = 1e6
LARGE = 0.8
"""Megapixels from which on a pair is measured as it is; smaller ones are enlarged to one megapixel."""


@dataclass(frozen=True)
class Timing:
    """How long methods take per pair.

    Attributes:
        ms: wall time by method, milliseconds.
        cpu_ms: time on the processor, which other work on the machine lengthens less.
        megapixels: median size of the pairs that they were measured on.
    """

    ms: dict[str, float]
    cpu_ms: dict[str, float]
    megapixels: float


def largest_cases(cases: Sequence[PairRef], rows: Sequence[Row], count: int = PAIRS) -> list[PairRef]:
    """Return the cases with the largest edited images.

    Args:
        cases: as given to `evaluate`.
        rows: what it returned.
        count: how many.
    """
    per_case = len(rows) // len(cases)
    area = [rows[i * per_case].width * rows[i * per_case].height for i in range(len(cases))]
    return [cases[i] for i in sorted(range(len(cases)), key=lambda i: (-area[i], i))[:count]]


def measure_ms(
    cases: Sequence[PairRef], methods: Sequence[Method], on_pair: Callable[[], object] = lambda: None
) -> Timing:
    """Time each method on decoded pairs, one thread, one after the other; median over pairs.

    Each pair is run twice and the faster run counts, so that a busy machine disturbs less.

    Args:
        cases: a few large ones; none for no timing.
        methods: what to time.
        on_pair: called after each pair.
    """
    if not cases:
        return Timing({}, {}, 0.0)
    times: dict[str, list[tuple[float, float]]] = {method.name: [] for method in methods}
    sizes = []
    with one_thread():
        for i, case in enumerate(cases):
            pair = case.load()
            source, edited = enlarged(pair.source, pair.edited)
            sizes.append(edited.shape[0] * edited.shape[1] / MEGAPIXEL)
            for method in methods:
                if i == 0:
                    method.predict(source, edited)  # what is loaded on first use does not count
                times[method.name].append(min(_ms(method, source, edited) for _ in range(REPEATS)))
            on_pair()
    return Timing(
        ms={name: median(wall for wall, _ in found) for name, found in times.items()},
        cpu_ms={name: median(cpu for _, cpu in found) for name, found in times.items()},
        megapixels=median(sizes),
    )


def enlarged(source: np.ndarray, edited: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Enlarge both images alike until the edited one has about a megapixel, unless it is large already."""
    pixels = edited.shape[0] * edited.shape[1]
    if pixels >= LARGE * MEGAPIXEL:
        return source, edited
    scale = (MEGAPIXEL / pixels) ** 0.5
    big = [cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) for image in (source, edited)]
    return big[0], big[1]


def _ms(method: Method, source: np.ndarray, edited: np.ndarray) -> tuple[float, float]:
    wall, cpu = perf_counter(), process_time()
    method.predict(source, edited)
    return 1000 * (perf_counter() - wall), 1000 * (process_time() - cpu)

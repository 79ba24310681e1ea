"""Cases on disk: a file for each unit of work, written whole, so that an interrupted run goes on where it was."""

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from functools import partial
from pathlib import Path

import numpy as np

from pipeline.pool import worker_pool
from pipeline.regions_train.cases import HEIGHT, WIDTH, Case, unit_cases
from pipeline.regions_train.sources import Library
from transforms.regions.network.inputs import COARSE, FINE

ROW = np.dtype(
    [
        ("fine", np.uint8, (len(FINE), HEIGHT, WIDTH)),
        ("coarse", np.uint8, (len(COARSE), HEIGHT // 2, WIDTH // 2)),
        ("labels", np.uint8, (HEIGHT, WIDTH)),
        ("whole", np.bool_),
        ("kind", "S24"),
    ]
)
"""A case as it lies in a file."""


def make_cases(folder: Path, units: int, seed: int, library: Library, jobs: int) -> Iterator[int]:
    """Make the cases of all units that are not there yet.

    Args:
        folder: where the files go.
        units: how many units there shall be.
        seed: of the data.
        library: what they are made of.
        jobs: processes.

    Yields:
        The number of cases of each unit, as it is ready.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [unit for unit in range(units) if not unit_path(folder, unit).exists()]
    work = partial(_write_unit, folder=folder, seed=seed, library=library)
    with worker_pool(jobs) as pool:
        for future in as_completed([pool.submit(work, unit) for unit in missing]):
            yield future.result()


def unit_path(folder: Path, unit: int) -> Path:
    """Return the file of a unit."""
    return folder / f"unit-{unit:05d}.npy"


def read_cases(folder: Path, units: Sequence[int]) -> list[np.ndarray]:
    """Return the cases of some units, one structured record each, mapped from disk."""
    return [case for unit in units for case in np.load(unit_path(folder, unit), mmap_mode="r", allow_pickle=False)]


def _write_unit(unit: int, folder: Path, seed: int, library: Library) -> int:
    rows = np.array([_row(case) for case in unit_cases(unit, seed, library)], ROW)
    path = unit_path(folder, unit)
    partial_path = path.with_suffix(".partial")
    with partial_path.open("wb") as file:
        np.save(file, rows, allow_pickle=False)
    partial_path.rename(path)
    return len(rows)


def _row(case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool, bytes]:
    return case.fine, case.coarse, case.labels, case.whole, case.kind.encode()

"""Many pairs, here or in several processes; a pair that cannot be measured is a record that says why."""

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.pool import worker_pool
from pipeline.regions_tool.measure import UnreadablePictureError, measure_files
from pipeline.regions_tool.pairs import Pair
from pipeline.regions_tool.pictures import Pictures
from pipeline.regions_tool.record import PairRegions
from schemas.errors import InterruptedRunError, UserError
from transforms.regions.config import RegionsConfig
from transforms.regions.refiner import make_refiner
from transforms.regions.result import MaskRefiner
from transforms.shortage import raise_if_short


@dataclass(frozen=True)
class Job:
    """What to do with every pair. Attributes: how regions are derived; folders for overlays, masks, steps, if any."""

    config: RegionsConfig
    overlays: Path | None
    masks: Path | None
    steps: Path | None = None

    def pictures(self, pair: Pair) -> Pictures:
        """Return where a pair's pictures go."""
        return Pictures(
            overlay=self.overlays / f"{pair.place}.png" if self.overlays else None,
            masks=self.masks / pair.place.parent if self.masks else None,
            steps=self.steps / f"{pair.place}.png" if self.steps else None,
            name=pair.place.name,
        )


def measure_all(pairs: Sequence[Pair], job: Job, jobs: int) -> Iterator[PairRegions]:
    """Measure pairs and write their pictures.

    Args:
        pairs: what to measure.
        job: how.
        jobs: processes; with 1 it happens in this one.

    Yields:
        A record per pair, as they are ready.

    Raises:
        UserError: the masks' refiner cannot be had, or pictures cannot be written.
        concurrent.futures.process.BrokenProcessPool: a process died.
    """
    if jobs == 1 or len(pairs) < 2:
        yield from (measure_pair(pair, job) for pair in pairs)
        return
    with worker_pool(min(jobs, len(pairs))) as pool:
        for future in as_completed([pool.submit(measure_pair, pair, job) for pair in pairs]):
            yield future.result()


def measure_pair(pair: Pair, job: Job) -> PairRegions:
    """Measure one pair and write its pictures.

    Raises:
        UserError: as in `measure_all`; never for what is wrong with the pair itself.
    """
    try:
        measured = measure_files(pair.source, pair.edited, job.config, _refiner(job.config), pair.name)
        job.pictures(pair).write(measured)
        return measured.record
    except (UserError, InterruptedRunError):
        raise
    except UnreadablePictureError as error:
        return PairRegions.of_error(pair.name, error.reason, f"{error.role} picture {error.uri}: {error.detail}")
    except Exception as error:  # one pair never ends a run over many
        raise_if_short(error)
        return PairRegions.of_error(pair.name, "failed", f"{type(error).__name__}: {error}")


@cache
def _refiner(config: RegionsConfig) -> MaskRefiner | None:
    """Return the refiner of the settings, loaded once per process."""
    return make_refiner(config)

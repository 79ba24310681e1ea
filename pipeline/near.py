"""Who searches for near duplicates: one worker, or above a number of hashes many, through the same graph runner."""

from functools import partial

import numpy as np
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.graph import join_near
from pipeline.layout import Layout
from pipeline.runner import run
from transforms import storage
from transforms.dedup.banding import crowds, read_pairs, write_crowds, write_hashes
from transforms.dedup.near import ONE_WORKER_HASHES, PairSearch, near_pairs

HASHES_PER_SPAN = 1 << 16


def pair_search(options: PipelineOptions, layout: Layout) -> PairSearch:
    """Return a search that gives the same pairs either way, chosen by the number of hashes."""

    def search(hashes: np.ndarray, radius: int) -> np.ndarray:
        if len(hashes) <= ONE_WORKER_HASHES or radius == 0:
            return near_pairs(hashes, radius)
        return joined_pairs(hashes, radius, options, layout)

    return search


def joined_pairs(hashes: np.ndarray, radius: int, options: PipelineOptions, layout: Layout) -> np.ndarray:
    """Return what `near_pairs` returns, found by a banding join on Beam.

    Args:
        hashes: uint64 [N], distinct and sorted.
        radius: bits, 1..15.

    Raises:
        UserError: as `near_pairs`.
        InterruptedRunError: raised in a worker.
    """
    storage.remove(layout.near)
    items = write_hashes(storage.join(layout.work, "hashes.txt"), hashes, HASHES_PER_SPAN)
    crowded = write_crowds(storage.join(layout.work, "crowds.txt"), crowds(hashes, radius))
    run(options, partial(join_near, hashes=items, crowds=crowded, radius=radius, layout=layout))
    return read_pairs(layout.near, hashes, radius)

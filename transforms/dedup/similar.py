"""Photos that show the same thing, however it is framed: told by embeddings, where the recipe names a model."""

from collections.abc import Mapping, Sequence

import numpy as np

BLOCK = 2048
"""Pictures that are compared with as many at a time."""


def similar_edges(source_ids: Sequence[str], embeddings: Mapping[str, np.ndarray], similarity: float) -> np.ndarray:
    """Return the pairs of pictures whose embeddings have a cosine of `similarity` or more, int64 [E, 2], i < j.

    All are compared with all: time grows with the square, 260,000 of 512 dimensions take some minutes.

    Args:
        source_ids: of the pictures.
        embeddings: source_id -> float16 [D], of length 1.
        similarity: -1..1.
    """
    if not source_ids or not embeddings:
        return np.empty((0, 2), np.int64)
    vectors = np.stack([embeddings[source_id] for source_id in source_ids])
    found = []
    for first in range(0, len(vectors), BLOCK):
        some = vectors[first : first + BLOCK].astype(np.float32)
        for other in range(first, len(vectors), BLOCK):
            cosine = some @ vectors[other : other + BLOCK].astype(np.float32).T
            pairs = np.argwhere(cosine >= similarity) + np.array([first, other])
            found.append(pairs[pairs[:, 0] < pairs[:, 1]])
    return np.concatenate(found)

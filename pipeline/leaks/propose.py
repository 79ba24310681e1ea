"""Which pictures are worth matching: those that share rare words, a word being some bits of one descriptor.

Two views of one corner differ in some 30 of 256 bits, so they often agree in 16 sampled ones; two other corners seldom
do. All pictures are compared at once, as a product of sparse matrices.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.leaks.features import Features

TABLES = 8
WORD_BITS = 16
PROPOSED = 10
"""Pictures that are matched with each."""
_CHUNK = 256


def words(found: Features) -> np.ndarray:
    """Return the distinct words of a picture, int32, sorted: one per table and descriptor."""
    bits = np.unpackbits(found.descriptors, axis=1)
    sampled = np.random.default_rng(0).permutation(bits.shape[1])[: TABLES * WORD_BITS].reshape(TABLES, WORD_BITS)
    values = bits[:, sampled].astype(np.int32) @ (1 << np.arange(WORD_BITS, dtype=np.int32))
    return np.unique(values + (np.arange(TABLES, dtype=np.int32) << WORD_BITS)).astype(np.int32)


class Index:
    """Pictures by their words, each word weighted by how rare it is."""

    def __init__(self, pictures: Sequence[np.ndarray]) -> None:
        self.size = len(pictures)
        counts = np.bincount(np.concatenate([*pictures, np.empty(0, np.int32)]), minlength=TABLES << WORD_BITS)
        self._weights = np.log((1 + self.size) / np.maximum(counts, 1)).astype(np.float32)
        self._known = self._matrix(pictures).T.tocsr()

    def _matrix(self, pictures: Sequence[np.ndarray]) -> csr_matrix:
        lengths = [len(picture) for picture in pictures]
        columns = np.concatenate([*pictures, np.empty(0, np.int32)])
        norms = [max(1e-6, float(np.linalg.norm(self._weights[picture]))) for picture in pictures]
        values = self._weights[columns] / np.repeat(norms, lengths).astype(np.float32)
        return csr_matrix(
            (values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(pictures), TABLES << WORD_BITS)
        )

    def nearest(self, pictures: Sequence[np.ndarray], allowed: np.ndarray) -> list[np.ndarray]:
        """Return for each picture the indexed ones that share most, at most `PROPOSED`, best first.

        Args:
            pictures: their words.
            allowed: bool [pictures, indexed], which may be proposed.
        """
        result = []
        for first in range(0, len(pictures), _CHUNK):
            chunk = slice(first, first + _CHUNK)
            shared = np.where(allowed[chunk], (self._matrix(pictures[chunk]) @ self._known).toarray(), 0)
            best = np.argsort(-shared, axis=1, kind="stable")[:, :PROPOSED]
            result += [row[shared[i, row] > 0] for i, row in enumerate(best)]
        return result

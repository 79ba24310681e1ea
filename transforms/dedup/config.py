"""Settings of deduplication."""

from typing import Annotated

from pydantic import Field

from schemas.example import Model


class DedupConfig(Model):
    """What counts as a near duplicate, and what must not overlap."""

    radius: Annotated[int, Field(ge=0, le=15)] = 3
    """Hamming radius (bits of 64) within which two sources are near duplicates, mirrored copies included."""
    max_group_share: Annotated[float, Field(gt=0, le=1)] = 0.02
    """A near-duplicate group above this share of the photos stops the build (groups chain); from 100 photos on."""
    shared_radius: Annotated[int, Field(ge=0, le=15)] = 8
    """Hamming radius within which pictures of pairs are compared further, to share a split if they are nearly the same.
    Wider than `radius`, since nothing is lost by it: small and plain pictures change more bits when saved again."""
    max_shared_output: Annotated[int, Field(ge=1)] = 20
    """So many different sources may share one edited picture; of more it is taken for a refusal's and rejected."""
    embedding: str = "-"
    """ONNX model whose embeddings of photos are compared too, path or address; `-` for none."""
    similarity: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Cosine of two embeddings from which on photos show the same thing and must share a split."""
    benchmarks: tuple[str, ...] = ()
    """Hash lists (`spatialreward hashes`): pictures near one of theirs are set aside as `benchmark_overlap`."""

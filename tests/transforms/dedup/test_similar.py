"""Photos that show the same thing share a split and all stay; a model that says so of all of them stops the build."""

import numpy as np
import pytest

from schemas.errors import UserError
from schemas.plan import SourceItem, SourceRecord
from transforms.dedup.config import DedupConfig
from transforms.dedup.similar import similar_edges
from transforms.dedup.sources import deduplicate_sources


def unit(*values):
    vector = np.array(values, np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float16)


def record(number, scene="-"):
    dhash = int(np.random.default_rng(number).integers(0, 2**63))
    item = SourceItem(name=f"{number:03d}.png", uri="-", dataset="t", scene=scene)
    return SourceRecord(
        source_id=f"s{number:03d}",
        item=item,
        width=9,
        height=9,
        dhash=f"{dhash:016x}",
        dhash_mirrored=f"{~dhash & 2**64 - 1:016x}",
    )


def test_equals_brute_force_over_several_blocks(monkeypatch):
    monkeypatch.setattr("transforms.dedup.similar.BLOCK", 7)
    rng = np.random.default_rng(0)
    ids = [f"{number}" for number in range(40)]
    vectors = {name: unit(*rng.normal(size=4)) for name in ids}
    stacked = np.stack([vectors[name] for name in ids]).astype(np.float32)
    expected = {(i, j) for i, j in np.argwhere(stacked @ stacked.T >= 0.8).tolist() if i < j}
    assert set(map(tuple, similar_edges(ids, vectors, 0.8).tolist())) == expected
    assert len(similar_edges(ids, {}, 0.8)) == len(similar_edges([], vectors, 0.8)) == 0


def test_similar_photos_stay_and_share_a_group():
    records = [record(1), record(2), record(3)]
    embeddings = {"s001": unit(1, 0), "s002": unit(0.99, 0.1), "s003": unit(0, 1)}
    found = deduplicate_sources(records, [], DedupConfig(similarity=0.95), embeddings=embeddings)
    assert [[r.source_id for r in group.sources] for group in found.groups] == [["s001", "s002"], ["s003"]]
    assert found.rejects == () and found.largest == 1
    alone = deduplicate_sources(records, [], DedupConfig(similarity=0.95))
    assert len(alone.groups) == 3


def test_a_model_that_finds_all_alike_stops_the_build():
    records = [record(number) for number in range(100)]
    embeddings = {r.source_id: unit(1, 0.1 * (number % 2)) for number, r in enumerate(records)}
    with pytest.raises(UserError, match=r"dedup\.similarity=0\.9: one group of similar photos holds 100 of 100"):
        deduplicate_sources(records, [], DedupConfig(), embeddings=embeddings)

"""A build whose recipe names a model for embeddings: crops of a photo go to its split, and the card says so."""

import hashlib
import json

import numpy as np
import pyarrow.parquet as pq
from commands import spatialreward
from PIL import Image
from skimage import data as photos
from toy_embedder import mean_colour, model

from pipeline.validate import validate_dataset
from transforms.sources.hashing import dhash
from transforms.sources.identity import source_id


def test_crops_share_the_split_of_their_photo(tmp_path):
    folder, weights = tmp_path / "photos", tmp_path / "toy.onnx"
    folder.mkdir()
    weights.write_bytes(model(mean_colour()))
    pairs = []
    for name, tint in zip(("coffee", "rocket", "chelsea"), np.eye(3) * 0.7, strict=True):
        rgb = (getattr(photos, name)()[:240, :320] * tint).astype(np.uint8)
        crop = np.ascontiguousarray(rgb[20:160, 20:220])
        Image.fromarray(rgb).save(folder / f"{name}.png")
        Image.fromarray(crop).save(folder / f"{name}-crop.png")
        assert (dhash(rgb) ^ dhash(crop)).bit_count() > 3
        pairs.append((source_id(rgb), source_id(crop)))
    out = tmp_path / "out"
    settings = [f"dedup.embedding={weights}", "dedup.similarity=0.95", "edits.max_edits=1"]
    settings += ["splits.train=0.34", "splits.validation=0.33", "splits.test=0.33"]
    overrides = [part for one in settings for part in ("--set", one)]
    spatialreward("build", "--recipe", "photos", "--sources", folder, "--num-examples", "12", "--out", out, *overrides)
    rows = {row["source_id"]: row for row in pq.read_table(out / "sources.parquet").to_pylist()}
    assert len(rows) == 6
    for photo, crop in pairs:
        assert rows[photo]["group_id"] == rows[crop]["group_id"] and rows[photo]["split"] == rows[crop]["split"]
    assert len({row["split"] for row in rows.values()}) > 1
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["embedder_sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert "cosine of 0.95" in (out / "README.md").read_text()
    assert validate_dataset(str(out)).problems == []

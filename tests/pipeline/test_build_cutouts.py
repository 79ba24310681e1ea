"""A build from two sources with cut-outs: lent within a split, named in every example that shows one, counted."""

import json

import cv2
import numpy as np
import pyarrow.parquet as pq
from commands import spatialreward
from PIL import Image

ADDS = "edits.operations={tone: 0, recolour: 0, text: 0, background: 0, retexture: 0, style: 0, pose: 0, turn: 0}"


def write_cutouts(folder, shade=0):
    folder.mkdir()
    for number in range(6):
        rgba = np.zeros((150, 110, 4), np.uint8)
        rgba[..., :3] = (40 + 30 * number, 200 - 25 * number, 90 + shade)
        rgba[::9, :, :3] //= 2
        points = cv2.ellipse2Poly((55, 75), (50, 70), 0, 0, 360, 60 // (number + 2))
        rgba[..., 3] = cv2.fillPoly(np.zeros((150, 110), np.uint8), [points], 255)
        Image.fromarray(rgba).save(folder / f"odd jar {number}.png")
    (folder / "broken.png").write_bytes(b"nothing")
    Image.fromarray(rgba[..., :3]).save(folder / "uncut.png")
    names = "\n".join(f"odd jar {number}.png,0.3,CC0-1.0,Jo" for number in range(6))
    (folder / "cutouts.csv").write_text(f"name,height_m,license,attribution\n{names}\n")
    return folder


def build(tmp_path, name, cutouts):
    out = tmp_path / name
    spatialreward(
        "build", "--recipe", "demo", "--out", out, "--cutouts", cutouts, "--num-examples", "24",
        "--sources", "scenes:5", "--sources", "bundled:", "--set", "edits.max_edits=1", "--set", ADDS,
    )  # fmt: skip
    return out


def test_a_build_from_two_sources_with_cutouts(tmp_path):
    out = build(tmp_path, "out", write_cutouts(tmp_path / "cutouts"))
    rows = [row for path in (out / "metadata").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    lent = [row for row in rows if "Jo" in row["attribution"]]
    assert lent and all(len(row["source_ids"]) > 1 and "CC0-1.0" in row["license"] for row in lent)
    assert any("odd jar" in row["instruction"] for row in lent)
    splits: dict[str, set[str]] = {}
    for row in rows:
        for source_id in row["source_ids"]:
            splits.setdefault(source_id, set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())
    accounting = json.loads((out / "manifest.json").read_text())["accounting"]
    assert accounting["files_found"] == 12 + 5 + 8
    aside = pq.read_table(out / "rejected.parquet").to_pylist()
    reasons = {row["name"]: row["reason"] for row in aside if row["level"] == "file"}
    assert reasons["cutouts/broken.png"] == "not_an_image" and reasons["cutouts/uncut.png"] == "not_cut_out"
    assert spatialreward("validate", out).stdout.rstrip().endswith("0 problems")

    again = spatialreward(
        "build", "--recipe", "demo", "--out", out, "--cutouts", write_cutouts(tmp_path / "others", 60),
        "--sources", "scenes:5", "--sources", "bundled:", "--num-examples", "24", "--set", "edits.max_edits=1",
        "--set", ADDS, check=False,
    )  # fmt: skip
    assert again.returncode == 2 and "another configuration" in again.stderr + again.stdout

"""A build from annotated photos: edits of people come out of it, and every image's rights go with it."""

import pyarrow.parquet as pq
from coco_files import write_coco
from commands import spatialreward


def test_a_build_from_annotated_photos(tmp_path):
    sources = write_coco(tmp_path / "coco")
    out = tmp_path / "out"
    spatialreward(
        "build", "--recipe", "photos", "--sources", sources, "--out", out, "--num-examples", "24",
        "--set", "edits.max_edits=1", "--set", "edits.operations={tone: 0.1, remove: 3, recolour: 3, pose: 3}",
    )  # fmt: skip
    rows = [row for path in (out / "metadata").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    assert len(rows) >= 20
    assert {row["license"] for row in rows} == {"CC-BY-2.0"} and {row["source_dataset"] for row in rows} == {"coco"}
    assert "ps_human" in {row["edit_type"] for row in rows}
    rejected = pq.read_table(out / "rejected.parquet").to_pylist()
    reasons = {row["reason"] for row in rejected if row["level"] == "file"}
    assert {"bad_annotation", "bad_name", "missing_file"} <= reasons
    assert spatialreward("validate", out).stdout.rstrip().endswith("0 problems")

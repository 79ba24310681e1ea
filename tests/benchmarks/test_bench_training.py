"""The bench of training: what it compares, that it says when it did not run, and a run on a tiny model."""

import json

import pytest
import torch
from typer.testing import CliRunner

from benchmarks.training import cli
from benchmarks.training.batch import BatchShape
from benchmarks.training.measure import Measured
from benchmarks.training.tables import HEADER, table
from benchmarks.training.variants import PRECISIONS, Precisions, Variant
from pipeline.train.shapes import build_random, shape_tiny

WIDE = CliRunner(env={"COLUMNS": "220"})


def test_without_a_gpu_every_row_says_so(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    result = CliRunner(env={"COLUMNS": "80"}).invoke(cli.app, ["--modes", "full,lora", "--samples", "8"])
    assert result.exit_code == 0, result.output
    assert result.output.count("not run: no GPU") == 2 * 2 * len(PRECISIONS)


def test_an_unknown_name_is_told():
    result = WIDE.invoke(cli.app, ["--precisions", "bf16,fp4"])
    assert result.exit_code == 2 and "--precisions fp4: not known; use some of bf16,rowwise,tensorwise" in result.output


def test_one_model_takes_each_precision_and_gives_it_back():
    model = build_random(shape_tiny(), "cpu")
    before = {name: id(module) for name, module in model.named_modules()}
    precisions = Precisions(model, PRECISIONS, emulate=True, smallest=32)
    layer = "model.language_model.layers.1.mlp.up_proj"
    for precision in ("rowwise", "tensorwise", "rowwise"):
        precisions.use(precision)
        scales = model.get_submodule(layer).config.cast_config_input.scaling_granularity.name
        assert scales == {"rowwise": "AXISWISE", "tensorwise": "TENSORWISE"}[precision]
    precisions.use("bf16")
    assert {name: id(module) for name, module in model.named_modules()} == before


def test_rows_stand_beside_bf16_of_the_same_kind():
    found = {
        Variant("full", "bf16", True, 8): Measured(ms=[1200.0, 1000.0, 1010.0], flops=5e14, peak=2**36, start=12.0),
        Variant("full", "rowwise", True, 8): Measured(ms=[808.0], flops=5e14, peak=2**36, start=12.0, converted=180),
        Variant("full", "rowwise", False, 8): Measured(failure="out of memory"),
        Variant("lora", "rowwise", True, 8): Measured(ms=[500.0], start=float("nan")),
    }
    rows = [dict(zip(HEADER, row, strict=True)) for row in table(found, BatchShape(), "NVIDIA H200").rows]
    assert [row["× BF16"] for row in rows] == ["1.00", "1.25", "–", "–"]
    assert rows[0]["ms per step"] == "1010 [1000–1200]" and rows[0]["tokens/s"] == "12,166"
    assert rows[0]["MFU"] == "50%" and rows[0]["peak GiB"] == "64.0"
    assert rows[1]["FP8 layers"] == "180" and rows[2]["tokens/s"] == "out of memory"
    assert [row["losses finite"] for row in rows] == ["yes, 0 steps", "yes, 0 steps", "–", "no"]


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_tiny_run_measures_every_variant_and_writes_its_table(tmp_path):
    flags = ["--tiny", "--no-compile", "--rounds", "2", "--steps", "1", "--samples", "2", "--out", str(tmp_path)]
    flags += ["--precisions", "bf16,tensorwise", "--activations", "again"]
    result = WIDE.invoke(cli.app, flags)
    assert result.exit_code == 0, result.output
    assert "FP8 tensorwise (emulated): 14 linear layers converted" in result.output
    found = json.loads((tmp_path / "training.json").read_text())
    assert len(found["variants"]) == 4 and found["versions"]["torchao"]
    for entry in found["variants"]:
        assert len(entry["ms"]) == len(entry["losses"]) == 2 and not entry["failure"]
        assert entry["converted"] == (0 if entry["precision"] == "bf16" else 14)
    starts = {entry["precision"]: entry["start"] for entry in found["variants"] if entry["mode"] == "full"}
    assert starts["tensorwise"] == pytest.approx(starts["bf16"], abs=0.02) and starts["tensorwise"] != starts["bf16"]
    assert "| full | BF16 | again | 2 |" in (tmp_path / "training.md").read_text()

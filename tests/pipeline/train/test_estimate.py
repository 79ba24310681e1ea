"""Estimates beside what was measured (docs/training.md): 8 samples of 1,536 tokens, 512 of them the answer's."""

import io

import pytest
from many_shards import write_shards
from rich.console import Console

from pipeline.train import estimate
from pipeline.train.config import load_train_recipe

LENGTHS = estimate.Lengths(tokens=1536, answer=512, picture=256)


@pytest.mark.parametrize("again, measured", [("true", 27.5), ("false", 109.7)])
def test_memory_of_lora_is_what_was_measured(tmp_path, monkeypatch, again, measured):
    write_shards(tmp_path, 1, 1)
    monkeypatch.setattr(estimate, "_lengths", lambda *_: LENGTHS)
    monkeypatch.setattr(estimate, "CROWDS", (1,))
    recipe = load_train_recipe("spatialreward-8b-lora", [f"checkpointing={again}"])
    _, (need,) = estimate.estimate(recipe, str(tmp_path), None)
    assert need.total == pytest.approx(measured, rel=0.15)


def test_time_is_what_was_measured(tmp_path, monkeypatch):
    write_shards(tmp_path, 1, 1)
    monkeypatch.setattr(estimate, "_lengths", lambda *_: LENGTHS)
    recipe = load_train_recipe("spatialreward-8b-lora", ["optimizer.accumulation=1", "precision=bf16"])
    _, needs = estimate.estimate(recipe, str(tmp_path), None)
    # 1.154 s per step at 34 % of the peak.
    assert needs[0].hours * 3600 / needs[0].steps == pytest.approx(1.154, rel=0.1)


def test_sharding_divides_what_is_trained(tmp_path):
    write_shards(tmp_path, 2, 2)
    recipe = load_train_recipe("tiny", ["fsdp=true"])
    lengths, needs = estimate.estimate(recipe, str(tmp_path), None)
    assert needs[0].optimizer == pytest.approx(8 * needs[3].optimizer)
    assert needs[0].activations == needs[3].activations > 0
    console = Console(record=True, file=io.StringIO())
    estimate.print_estimate(recipe, lengths, needs, console)
    assert "activations, GiB" in console.export_text()

"""The loss is the mean over the answers' tokens, as transformers computes it over all logits."""

import pytest
import torch
from benchmarks.training.batch import BatchShape, make_batch

from pipeline.train.loss import IGNORED, answer_loss
from pipeline.train.shapes import build_random, shape_tiny


def test_the_head_runs_on_answers_alone_and_the_loss_is_the_same():
    model = build_random(shape_tiny(), "cpu", torch.float32)
    shape = BatchShape(tokens=40, answer=12, images=2, side=64)
    batch = make_batch(shape_tiny(), shape, 3, torch.device("cpu"), torch.float32)
    # Answers of unequal length and place: what another sample's answer needs must not count here.
    batch["labels"][0, :33] = IGNORED
    batch["labels"][1, 36:] = IGNORED
    rows = []
    model.lm_head.register_forward_hook(lambda _module, inputs, _output: rows.append(inputs[0].shape[1]))
    loss = answer_loss(model, batch)
    assert rows == [12]
    assert loss.item() == pytest.approx(model(**batch).loss.item(), rel=1e-6)

"""A model for embeddings: what it is shown, what it gives, and what is told of a file that is none."""

import numpy as np
import pytest
from toy_embedder import mean_colour, model, same_picture

from schemas.errors import UserError
from transforms.sources.embedding import MEAN, SPREAD, Embedder, read_embedder

RED, GREEN = np.zeros((30, 40, 3), np.uint8), np.zeros((30, 40, 3), np.uint8)
RED[..., 0] = GREEN[..., 1] = 255


@pytest.mark.parametrize("side", [8, "side"])
def test_a_picture_is_shown_normalised_and_comes_back_as_a_direction(side):
    embedder = Embedder(model(mean_colour(), side), "toy")
    red = embedder.embed(RED)
    expected = (np.array([1, 0, 0]) - MEAN) / SPREAD
    assert red.dtype == np.float16 and red.shape == (3,)
    assert red == pytest.approx(expected / np.linalg.norm(expected), abs=1e-3)
    assert float(red @ embedder.embed(RED[5:, 3:20])) == pytest.approx(1, abs=1e-2)
    assert float(red @ embedder.embed(GREEN)) < 0.5
    assert len(embedder.sha256) == 64


def test_no_model_is_none():
    assert read_embedder("-") is None


def test_what_is_no_model_for_pictures_is_told(tmp_path):
    (tmp_path / "text.onnx").write_text("no model")
    (tmp_path / "grey.onnx").write_bytes(model(mean_colour(), channels=1))
    (tmp_path / "maps.onnx").write_bytes(model(same_picture(), shape=("n", 3, 8, 8)))
    told = {
        "missing": "cannot be read",
        "text": "no ONNX model",
        "grey": r"float32 \[N, 3, S, S\]",
        "maps": "pooled output",
    }
    for name, message in told.items():
        with pytest.raises(UserError, match=message):
            read_embedder(str(tmp_path / f"{name}.onnx"))

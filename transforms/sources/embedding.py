"""A picture as a direction, by a model that the user names: what shows the same thing points the same way."""

import hashlib

import cv2
import numpy as np

from schemas.errors import UserError
from transforms import storage

MEAN, SPREAD = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
"""Of ImageNet's channels, which embedding models take pictures by."""
SIDE = 224
"""Pixels, where the model takes any size."""
_KEY = "dedup.embedding"


class Embedder:
    """A model that turns a picture into a direction. Attributes: sha256 of its file."""

    def __init__(self, weights: bytes, place: str) -> None:
        """Load an ONNX model with one input, float32 [N, 3, S, S], RGB by ImageNet's mean and spread.

        Its first output is the embedding, float32 [N, D].

        Raises:
            UserError: it is no such model; `place` says where it is from.
        """
        import onnxruntime  # here: only who asks for an embedding waits for it

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises classes of its own, made at run time
            raise UserError(f"{_KEY}: {place}: is no ONNX model ({' '.join(str(error).split())[:120]})") from None
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shape = inputs[0].shape if len(inputs) == 1 else []
        if len(shape) != 4 or shape[1] not in (3, "3") or inputs[0].type != "tensor(float)":
            said = ", ".join(f"{one.name} {one.type} {one.shape}" for one in inputs)
            raise UserError(f"{_KEY}: {place}: must take one picture, float32 [N, 3, S, S], and takes {said}")
        self._input, self._output = inputs[0].name, outputs[0].name
        self._side = shape[2] if isinstance(shape[2], int) else SIDE
        self.sha256 = hashlib.sha256(weights).hexdigest()
        found = self._run(np.zeros((self._side, self._side, 3), np.uint8))
        if found.ndim != 2 or found.dtype != np.float32:
            raise UserError(
                f"{_KEY}: {place}: its first output must be float32 [N, D], and is {found.dtype} {list(found.shape)}; "
                "export the model with its pooled output first"
            )

    def embed(self, rgb: np.ndarray) -> np.ndarray:
        """Return the embedding of a picture (uint8 [H, W, 3], sRGB), float16 [D], of length 1."""
        found = self._run(rgb)[0]
        return (found / max(float(np.linalg.norm(found)), 1e-12)).astype(np.float16)

    def _run(self, rgb: np.ndarray) -> np.ndarray:
        small = cv2.resize(rgb, (self._side, self._side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        fed = np.ascontiguousarray(((small - MEAN) / SPREAD).transpose(2, 0, 1)[None])
        found: np.ndarray = self._session.run([self._output], {self._input: fed})[0]
        return found


def read_embedder(path: str) -> Embedder | None:
    """Return the model at a path or address, None for `-`.

    Raises:
        UserError: it cannot be read, or see `Embedder`.
    """
    if path == "-":
        return None
    try:
        weights = storage.read_bytes(path)
    except OSError as error:
        raise UserError(f"{_KEY}: {path}: cannot be read ({error.strerror or error}); name an ONNX file") from None
    return Embedder(weights, path)

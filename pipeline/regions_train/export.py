"""From trained weights to the file that ships: ONNX, with normalisation folded in, in half precision."""

from pathlib import Path

import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from pipeline.regions_train.net import RegionNet
from transforms.regions.network.inputs import COARSE, FINE

OUTPUTS = ("edited", "sides", "frame")
LARGE = 64
"""Values from which on a tensor is stored in half precision."""


class _Shipped(nn.Module):
    """The network as it runs: bytes in, probabilities out."""

    def __init__(self, net: RegionNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, fine: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        found = self.net(fine * (1 / 255), coarse * (1 / 255))
        return torch.sigmoid(found.edited), found.sides, torch.sigmoid(found.frame)


def export(net: RegionNet, path: Path) -> None:
    """Write the network as ONNX.

    Its inputs are float32 [1, 4, H, W] and [1, 18, H/2, W/2], 0..255, H and W whole multiples of 32; its outputs
    `edited` and `frame` are probabilities. Weights are stored in half precision and computed with in single.
    """
    height, width = (torch.export.Dim(name, min=1, max=256) for name in ("height", "width"))
    program = torch.onnx.export(
        _Shipped(net).eval(),
        (torch.zeros(1, len(FINE), 384, 512), torch.zeros(1, len(COARSE), 192, 256)),
        input_names=["fine", "coarse"],
        output_names=list(OUTPUTS),
        dynamic_shapes={"fine": {2: 32 * height, 3: 32 * width}, "coarse": {2: 16 * height, 3: 16 * width}},
        dynamo=True,
        verbose=False,
    )
    assert program is not None, "torch.onnx.export returns a program under dynamo"
    model = _halved(program.model_proto)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model with its large tensors in half precision, and without notes on where its nodes come from."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == "float32" and values.size >= LARGE:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype("float16"), f"{name}_half"))
            casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    for node in nodes:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    model.graph.ClearField("value_info")
    model.graph.ClearField("metadata_props")
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model

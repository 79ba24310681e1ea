"""The smallest models for embeddings: ONNX over one picture."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def mean_colour():
    """The node whose output is a picture's mean colour."""
    return helper.make_node("ReduceMean", ["picture", "axes"], ["out"], keepdims=0)


def same_picture():
    """The node whose output is the picture."""
    return helper.make_node("Identity", ["picture"], ["out"])


def model(node, side=8, channels=3, shape=("n", 3)):
    """Return a model of one node, as bytes."""
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", channels, side, side])
    made = helper.make_tensor_value_info("out", TensorProto.FLOAT, list(shape))
    axes = numpy_helper.from_array(np.array([2, 3], np.int64), "axes")
    graph = helper.make_graph([node], "toy", [picture], [made], [axes])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8).SerializeToString()

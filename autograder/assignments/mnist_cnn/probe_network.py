"""Observes the CNN: its layers as they compute, and the checkpoint. Our own code computes logits of held-out digits."""

import contextlib
import copy
from pathlib import Path

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn

from autograder.assignments.mnist_cnn.checkpoint_loading import load_by_name_or_order
from autograder.assignments.mnist_cnn.layer_inputs import WITH_SETTINGS, inputs_of_layers, inputs_of_operations
from autograder.assignments.mnist_cnn.observed import (
    MOST_PREPARED,
    Checkpoint,
    DigitsNetwork,
    HeldoutDigits,
    Pass,
    PreparedDigits,
)
from autograder.assignments.mnist_cnn.observed_layers import (
    MOST_OPERATIONS,
    LayerInputs,
    Layers,
    Operation,
    PlainLayers,
)
from autograder.assignments.mnist_cnn.student_transform import transform_for_testing
from autograder.probes.artefacts import load_strictly, read_checkpoint
from autograder.probes.clean_room import images_or_none, shown
from autograder.probes.errors import error_text, is_empty_part
from autograder.probes.layer_chain import answers_of_chain, read_chain, weights_in
from autograder.probes.operation_trace import OperationTrace
from autograder.probes.submitted import MissingName, UnexpectedResult
from autograder.probes.weights import called
from autograder.wire.network import MOST_SHOWN

OBJECTS = ("model", "net", "cnn", "CNN", "LeNet5", "LeNet", "Net")  # where there is no build_model, in this order
CHECKPOINT = "model.pth"
BATCH = 16
TEST_IMAGES = "MNIST/raw/t10k-images-idx3-ubyte"
MOST_WEIGHTS = 150_000  # of the network; the one that the handout asks for has 31,898
# Operators that arrange numbers and do not change them.
ARRANGING = (
    "view", "_unsafe_view", "reshape", "flatten", "t", "transpose", "permute", "expand", "alias", "detach", "clone",
    "contiguous", "squeeze", "unsqueeze", "slice", "select", "_to_copy", "copy_", "empty", "empty_like", "lift_fresh",
    "zeros", "zeros_like", "scalar_tensor", "as_strided", "randn", "_reshape_alias", "unfold", "narrow", "split",
)  # fmt: skip
PLAIN_SCALES = ((0.0, 1.0), (0.1307, 0.3081), (0.5, 0.5))  # means and standard deviations that courses use


def layers(submitted, count, seed):
    """Return the operations of one forward pass over so many images, in order, how it ended, and numbers inside.

    Args:
        submitted: the submission.
        count: of images.
        seed: of noise and weights that show the numbers.
    """
    model = _network(submitted)
    _settle(model)
    model.eval()
    trace, ended, output = OperationTrace(), "", None
    with trace, torch.no_grad():
        try:
            output = model(torch.randn(count, 1, 28, 28))
        except Exception as error:
            ended = error_text(error)
    computing = [one for one in trace.operations if one.name not in ARRANGING]
    return Layers(
        operations=[_layer(one) for one in computing[:MOST_OPERATIONS]],
        ended=ended,
        output=list(output.shape) if isinstance(output, torch.Tensor) else called(output),
        inputs=inputs_of_layers(model, seed),
    )


def plain_layers(submitted, operations, seed, channels_last):
    """Return the numbers inside a network of ours that computes these operations; the submission is not imported."""
    try:
        return PlainLayers(inputs=inputs_of_operations(operations, seed, channels_last))
    except (ValueError, RuntimeError, IndexError, TypeError, ZeroDivisionError) as error:  # any sizes may be claimed
        return PlainLayers(inputs=LayerInputs(arrived=[], left=[]), problem=str(error)[:200] or "an impossible layer")


def checkpoint(submitted):
    """Load the uploaded checkpoint into the student's own network."""
    model, state = _network(submitted), read_checkpoint(CHECKPOINT)
    _settle(model)
    load_strictly(model, state, CHECKPOINT)
    return Checkpoint(finite=all(bool(torch.isfinite(one).all()) for one in state.values()))


def digits_network(submitted):
    """Return the layers of the network with the uploaded checkpoint, and what it predicts for public digits.

    They pass through the student's preprocessing or, where that fails, through plain ones. A checkpoint whose names
    differ is loaded by the order of its tensors.
    """
    model, state = _network(submitted), read_checkpoint(CHECKPOINT)
    _settle(model)
    load_by_name_or_order(model, state, CHECKPOINT)
    model.eval()
    planes = np.frombuffer(Path(TEST_IMAGES).read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)[:MOST_SHOWN]
    passes, chain = [], []
    for way, images in _prepared(submitted, planes):
        reader, output = read_chain(model, images)
        chain = reader.layers if weights_in(reader.layers) <= MOST_WEIGHTS else []
        passes.append(Pass(way=way, **shown(images, reader.inputs, output)))
    return DigitsNetwork(chain=chain, passes=passes)


def prepared_digits(submitted):
    """Return the held-out digits after the student's transform."""
    transform = transform_for_testing(submitted)
    images = [transform(Image.fromarray(plane)) for plane in submitted.receive("heldout")]
    return PreparedDigits(images=images_or_none(torch.stack(images), MOST_PREPARED))


def heldout_digits(submitted):
    """Return the logits of the held-out digits by the student's layers, computed by our own code."""
    return HeldoutDigits(**answers_of_chain(*(submitted.receive(name) for name in ("weights", "shown", "heldout"))))


def _prepared(submitted, planes):
    """Return ways and images: by the student's preprocessing or, where that fails, by plain ones."""
    try:
        transform = transform_for_testing(submitted)
        return [("get_transform", torch.stack([transform(Image.fromarray(plane)) for plane in planes]))]
    except Exception:
        plain = torch.from_numpy(planes.copy())[:, None].float() / 255
        return [("plain", (plain - mean) / std) for mean, std in PLAIN_SCALES]


def _layer(operation):
    """Return an operation with the fields that tell a layer from others of its kind."""
    return Operation(name=operation.name.rstrip("_"), output=operation.output, **_details(operation))


def _details(operation):
    name, arguments = operation.name.rstrip("_"), operation.arguments
    if name == "convolution":
        source, weight, bias, stride, padding, dilation, _, _, groups = arguments
        return {
            "input": list(source),
            "weight": list(weight),
            "bias": bias is not None,
            "stride": list(stride),
            "padding": list(padding),
            "dilation": list(dilation),
            "groups": groups,
        }
    if name in ("addmm", "mm"):
        return {"weight": list(arguments[-1])[::-1], "bias": name == "addmm"}
    if "pool" in name:
        return {"input": list(arguments[0]), "settings": [list(one) for one in arguments[1:] if isinstance(one, list)]}
    if "clamp" in name or name in WITH_SETTINGS:
        return {"bounds": [one for one in arguments[1:] if isinstance(one, (int, float))]}
    return {}


def _network(submitted):
    """Return a fresh network: from build_model, or from an object or class at module level."""
    hole = None
    try:
        model = submitted.get("build_model")()
        if not isinstance(model, nn.Module):
            raise UnexpectedResult(f"build_model returned {called(model)}; a torch.nn.Module is expected")
        return _reset(copy.deepcopy(model))
    except (MissingName, NotImplementedError) as error:  # missing, or still the template's hole
        # Without build_model a network at module level counts. A build_model that fails must not hide behind it.
        if not isinstance(error, MissingName) and not is_empty_part(error):
            raise
        hole = error
    for name in OBJECTS:
        found = getattr(submitted.module, name, None)
        # The bonus may have left its ResNet under the same name.
        if isinstance(found, nn.Module) and not isinstance(found, torchvision.models.ResNet):
            return _reset(copy.deepcopy(found))
        if isinstance(found, type) and issubclass(found, nn.Module):
            return found()
    raise hole


def _reset(model):
    """Draw all weights anew, because the network at module level may have been trained."""
    for part in model.modules():
        if hasattr(part, "reset_parameters"):
            part.reset_parameters()
    return model.cpu()


def _settle(model):
    """Let lazy layers find their sizes."""
    with contextlib.suppress(Exception), torch.no_grad():
        model.eval()(torch.zeros(BATCH, 1, 28, 28))

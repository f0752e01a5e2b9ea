"""Observes the network that `CNN` makes, by the operations that it runs.

Runs in the sandbox, beside the student's code. Networks are built for the usual 224 pixels, and are cheap, because they
have few filters. Each probe passes only the arguments that it is about.
"""

import contextlib
import itertools

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from autograder.assignments.inaturalist_cnn.image_side import USUAL, image_side
from autograder.assignments.inaturalist_cnn.observed_model import (
    MOST_LAYERS,
    SAMPLES,
    Activation,
    Activations,
    Apply,
    BatchNorm,
    BetweenLayers,
    Dropout,
    InputSize,
    InputSizes,
    Layer,
    Network,
    Networks,
    Norms,
    Outputs,
    Randomness,
)
from autograder.probes.errors import error_text, is_empty_part
from autograder.probes.operation_trace import CONVOLUTIONS, LINEAR, OperationTrace
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

POOLINGS = ("max_pool2d_with_indices", "max_pool2d", "adaptive_max_pool2d", "avg_pool2d", "_adaptive_avg_pool2d")
OTHER_SPELLINGS = {"selu": "SELU", "silu": "SiLU", "mish": "Mish"}  # where upper case is not PyTorch's
FEW_FILTERS = 4
MORE_FILTERS = (16, 32, 64)  # for a CNN that refuses so few, which one test judges
CONTRAST = 100.0  # of images: activations get numbers large enough to tell one activation from another


def _layer_input(name, arguments):
    """Return what goes into a layer; None for other operations."""
    if name in ("addmm", "mm"):
        return arguments[-2]
    return arguments[0] if name in (*LINEAR, *CONVOLUTIONS, *POOLINGS) else None


def _kind(operation):
    return "linear" if operation.is_linear else "convolution" if operation.is_convolution else operation.name


def _layers(operations):
    return [one for one in operations if one.before is not None]


def _network(submitted, arguments, seed=5):
    """Return CNN(**arguments), where that refuses few filters with more of them."""
    make = submitted.get("CNN")
    torch.manual_seed(seed)
    try:
        model = make(**arguments)
    except Exception as error:
        # More filters do not fill in an empty CNN. Any other error may come from the few, an abstract class's too.
        model = None if is_empty_part(error) else _with_more_filters(make, arguments, seed)
        if model is None:
            raise
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"CNN(…) is {called(model)}; a torch.nn.Module is expected")
    return model


def _with_more_filters(make, arguments, seed):
    """Return a network with more filters than the few that we ask for; None where these are not the reason."""
    if arguments.get("num_filters") != FEW_FILTERS or "filter_org" in arguments:
        return None
    for filters in MORE_FILTERS:
        torch.manual_seed(seed)
        with contextlib.suppress(Exception):
            return make(**{**arguments, "num_filters": filters})
    return None


def _side(submitted):
    """Return the image size that the submission's plain network takes."""
    try:
        plain = _network(submitted, {"num_filters": FEW_FILTERS})
    except Exception:  # whoever asks for such a network finds out again, and says so
        return USUAL
    return image_side(plain)


def _images(count, size, seed):
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(seed + 1))


def _passed(model, images):
    """Return the output and the operations of one pass in eval mode."""
    model.eval()
    trace = OperationTrace(sampled=_layer_input, most=SAMPLES)
    with torch.no_grad(), trace:
        output = model(images)
    return output, trace.operations


def networks(submitted, variants, seed):
    """Return, for each dict of arguments, the layers that an image goes through, or why there is no network."""
    found, images = [], _images(1, _side(submitted), seed)
    for arguments in variants:
        try:
            output, operations = _passed(_network(submitted, arguments, seed), images)
        except Exception as error:
            found.append(Network(error=error_text(error), layers=[], output=[]))
            continue
        layers = [_layer(one) for one in _layers(operations)]
        found.append(Network(error="", layers=layers, output=list(output.shape)))
    return Networks(found=found)


def _layer(operation):
    weight = list(operation.arguments[1]) if operation.is_convolution else None
    return Layer(kind=_kind(operation), weight=weight, shape=operation.output)


def outputs(submitted, counts, num_classes, seed):
    """Return the network's outputs for batches of these sizes, and the operations after its last layer."""
    model = _network(submitted, {"num_filters": FEW_FILTERS, "num_classes": num_classes}, seed)
    logits, kinds, side = [], [], _side(submitted)
    for count in counts:
        output, operations = _passed(model, _images(count, side, seed))
        logits.append(output.float().numpy())
        kinds = [_kind(one) for one in operations]
    last = max((place for place, kind in enumerate(kinds) if kind == "linear"), default=len(kinds))
    return Outputs(outputs=logits, after_last_layer=kinds[last + 1 :][:MOST_LAYERS])


def activations(submitted, names, dense, seed):
    """Return, for each name, numbers before and after the activation of the blocks, or of the dense layer.

    A name can be spelled in several ways. The first one that `CNN` takes counts.
    """
    images = CONTRAST * _images(1, _side(submitted), seed)
    return Activations(found=[_activation(submitted, name, dense, images, seed) for name in names])


def _activation(submitted, name, dense, images, seed):
    errors = []
    for spelling in dict.fromkeys((name, OTHER_SPELLINGS.get(name, name.upper()))):
        arguments = {"num_filters": FEW_FILTERS, "dense_activation" if dense else "activation": spelling}
        try:
            _, operations = _passed(_network(submitted, arguments, seed), images)
        except Exception as error:
            errors.append(error_text(error))
            continue
        layers = [one for one in _layers(operations) if one.is_linear or not dense]
        pairs = [
            BetweenLayers(source=_kind(one), before=one.after, after=two.before)
            for one, two in itertools.pairwise(layers)
            if len(one.after) == len(two.before)
        ]
        return Activation(name=name, error="", pairs=pairs)
    return Activation(name=name, error=errors[0], pairs=[])


def input_sizes(submitted, sizes, seed):
    """Return for each size the shape of the output for two images of it, or why there is none; first without one."""
    found = []
    for size in (USUAL, *sizes):
        arguments = {"num_filters": FEW_FILTERS} | ({"input_size": size} if found else {})
        try:
            model = _network(submitted, arguments, seed)
            output, _ = _passed(model, _images(2, size, seed))
            found.append(InputSize(size=size, shape=list(output.shape), error=""))
        except Exception as error:
            found.append(InputSize(size=size, shape=[], error=error_text(error)))
    return InputSizes(found=found)


def batch_norm(submitted, seed):
    """Return how many batch-norm layers there are with the argument and without it, and how many are at work."""
    images = _images(2, _side(submitted), seed)
    return BatchNorm(off=_norms(submitted, False, images), on=_norms(submitted, True, images))


def _norms(submitted, wanted, images):
    model = _network(submitted, {"num_filters": FEW_FILTERS, "batch_norm": wanted})
    _, operations = _passed(model, images)
    norms = [one for one in model.modules() if isinstance(one, nn.modules.batchnorm._BatchNorm)]
    return Norms(
        layers=len(norms),
        parameters=sum(one.numel() for norm in norms for one in norm.parameters()),
        at_work=sum("batch_norm" in one.name for one in operations),
    )


def dropout(submitted, rates, seed):
    """Return for each rate how far two passes over the same image differ, in training and in eval mode."""
    images = _images(1, _side(submitted), seed)
    return Dropout(found=[_randomness(submitted, rate, images) for rate in rates])


def _randomness(submitted, rate, images):
    model = _network(submitted, {"num_filters": FEW_FILTERS, "dropout": rate})
    differences = {}
    for mode in ("train", "eval"):
        model.train(mode == "train")
        with torch.no_grad():
            first, second = model(images).clone(), model(images).clone()
        differences[mode] = float((first - second).abs().max())
    return Randomness(**differences)


def apply(submitted, value):
    """Return how many parts `model.apply` visits, and whether it can set weights."""
    model = _network(submitted, {"num_filters": FEW_FILTERS})
    if any(map(is_lazy, model.parameters())):  # which have no numbers to set before an image went through
        _passed(model, _images(1, _side(submitted), seed=0))
    visited = {}

    def fill(part):
        visited[id(part)] = part  # a part that is used in several places is visited several times
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.constant_(part.weight, value)

    model.apply(fill)
    weights = [part.weight for part in model.modules() if isinstance(part, (nn.Conv2d, nn.Linear))]
    return Apply(
        visited=len(visited),
        parts=len(list(model.modules())),
        filled=all(bool(np.all(weight.detach().numpy() == np.float32(value))) for weight in weights),
    )

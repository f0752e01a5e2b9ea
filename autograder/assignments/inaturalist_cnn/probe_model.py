"""Observes the network that `CNN` makes, by the operations that it runs.

Runs in the sandbox, beside the student's code. Networks are built for the usual 224 pixels, with few
filters, so that they are cheap; each probe hands over no more arguments than it is about.
"""

import itertools

import numpy as np
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

SAMPLES = 400  # numbers of a feature map that are looked at
LINEAR = ("addmm", "mm", "linear")
POOLINGS = ("max_pool2d_with_indices", "max_pool2d", "adaptive_max_pool2d", "avg_pool2d", "_adaptive_avg_pool2d")
FEW_FILTERS = 4
CONTRAST = 100.0  # of pictures, so that what an activation gets is large enough to tell it from others


class _Operations(TorchDispatchMode):
    """Notes convolutions, poolings and linear layers, and values before and behind them."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        # Before it runs: an activation may write over its input.
        name = function.overloadpacket.__name__
        if name in LINEAR:  # a layer without a bias has one tensor less
            inputs = arguments[0] if name == "linear" else arguments[-2]
            row = {"kind": "linear", "in": inputs.shape[-1], "before": _sampled(inputs)}
        elif name in ("convolution", "_convolution", *POOLINGS):
            inputs = arguments[0]
            row = {"kind": "convolution" if "convolution" in name else name, "before": _sampled(inputs)}
            if "convolution" in name:
                row["weight"] = list(arguments[1].shape)
        else:
            row = {"kind": name}
        out = function(*arguments, **(named or {}))
        if len(row) > 1:
            result = out[0] if isinstance(out, tuple) else out
            row["shape"], row["behind"] = list(result.shape), _sampled(result)
        self.rows.append(row)
        return out


def _sampled(tensor):
    """Return the first numbers of a feature map, always those of the same places."""
    return tensor.detach().float().flatten()[:SAMPLES].numpy().copy()


def _network(submitted, arguments):
    torch.manual_seed(5)
    model = submitted.get("CNN")(**arguments)
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"CNN(…) is {called(model)}; a torch.nn.Module is expected")
    return model


def _pictures(count, size=224):
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(6))


def _passed(model, images):
    """Return the output and the operations of one pass in eval mode."""
    model.eval()
    operations = _Operations()
    with torch.no_grad(), operations:
        output = model(images)
    return output, operations.rows


def networks(submitted, variants):
    """Return, for each dict of arguments, what one picture goes through in order, or why there is no network."""
    found = []
    for arguments in variants:
        try:
            output, rows = _passed(_network(submitted, arguments), _pictures(1))
        except Exception as error:
            found.append({"error": f"{type(error).__name__}: {error}"[:300], "layers": [], "output": []})
            continue
        layers = [{key: row[key] for key in row if key not in ("before", "behind")} for row in rows if "shape" in row]
        found.append({"error": "", "layers": layers, "output": list(output.shape)})
    return {"found": found}


def output(submitted, counts, num_classes):
    """Return the network's outputs for batches of these sizes, and what is done to what the last layer gives."""
    model = _network(submitted, {"num_filters": FEW_FILTERS, "num_classes": num_classes})
    outputs, rows = [], []
    for count in counts:
        logits, rows = _passed(model, _pictures(count))
        outputs.append(logits.float().numpy())
    last = max((place for place, row in enumerate(rows) if row["kind"] == "linear"), default=len(rows))
    return {"outputs": outputs, "behind_last_layer": [row["kind"] for row in rows[last + 1 :]]}


def activations(submitted, names, dense):
    """Return, for each name, values before and behind the activation of the blocks or of the dense layer.

    A name may be spelt in several ways; the first one that is taken counts, and none is an entry with `error`.
    """
    return {"found": {name: _activation(submitted, name, dense) for name in names}}


def _activation(submitted, name, dense):
    errors = []
    for spelling in dict.fromkeys((name, {"selu": "SELU", "silu": "SiLU", "mish": "Mish"}.get(name, name.upper()))):
        arguments = {"num_filters": FEW_FILTERS, "dense_activation" if dense else "activation": spelling}
        try:
            _, rows = _passed(_network(submitted, arguments), CONTRAST * _pictures(1))
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}"[:300])
            continue
        steps = [row for row in rows if "shape" in row and (row["kind"] == "linear") >= dense]
        pairs = [
            {"from": one["kind"], "to": two["kind"], "before": one["behind"], "behind": two["before"]}
            for one, two in itertools.pairwise(steps)
            if len(one["behind"]) == len(two["before"])
        ]
        return {"error": "", "pairs": pairs}
    return {"error": errors[0]}


def input_sizes(submitted, sizes):
    """Return for each size the shape of the output for two pictures of it, or why there is none."""
    found = []
    for size in sizes:
        try:
            model = _network(submitted, {"num_filters": FEW_FILTERS, "input_size": size})
            found.append({"size": size, "shape": list(_passed(model, _pictures(2, size))[0].shape), "error": ""})
        except Exception as error:
            found.append({"size": size, "shape": [], "error": f"{type(error).__name__}: {error}"[:300]})
    return {"found": found}


def batch_norm(submitted):
    """Return how many batch-norm layers there are with the argument and without, and whether any is at work."""
    found = {}
    for wanted in (False, True):
        model = _network(submitted, {"num_filters": FEW_FILTERS, "batch_norm": wanted})
        _, rows = _passed(model, _pictures(2))
        norms = [one for one in model.modules() if isinstance(one, nn.modules.batchnorm._BatchNorm)]
        found[str(wanted)] = {
            "layers": len(norms),
            "parameters": sum(one.numel() for norm in norms for one in norm.parameters()),
            "at_work": sum("batch_norm" in row["kind"] for row in rows),
        }
    return found


def dropout(submitted, rates):
    """Return for each rate how far two passes over the same pictures differ, in training and in eval mode."""
    found = []
    for rate in rates:
        model = _network(submitted, {"num_filters": FEW_FILTERS, "dropout": rate})
        images, differences = _pictures(1), {}
        for mode in ("train", "eval"):
            model.train(mode == "train")
            with torch.no_grad():
                first, second = model(images).clone(), model(images).clone()
            differences[mode] = float((first - second).abs().max())
        found.append({"rate": rate, **differences})
    return {"found": found}


def apply(submitted):
    """Return how many parts `model.apply` visits, and whether weights can be set by it."""
    model = _network(submitted, {"num_filters": FEW_FILTERS})
    visited = {}

    def fill(part):
        visited[id(part)] = part  # one that is used in several places is visited several times
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.constant_(part.weight, 0.25)

    model.apply(fill)
    weights = [part.weight for part in model.modules() if isinstance(part, (nn.Conv2d, nn.Linear))]
    return {
        "visited": len(visited),
        "parts": len(list(model.modules())),
        "filled": all(bool(np.all(weight.detach().numpy() == 0.25)) for weight in weights),
    }

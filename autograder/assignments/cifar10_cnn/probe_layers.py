"""Observes the steps between the layers that have weights.

Runs in the sandbox, beside the student's code. Hooks see the input and the output of each convolution, batch
norm and linear layer; the operations between two of them (an activation, pooling, dropout) are told
from the numbers, so that `F.relu` counts like `nn.ReLU()`, wherever and under whatever name it stands.
"""

import torch
from torch import nn
from torch.nn import functional

from autograder.assignments.cifar10_cnn.observed import BatchNorm, Layer, Layers, Stretch
from autograder.probes.submitted import UnexpectedResult

IMAGES = 6
CLOSE = 1e-4
ACTIVATIONS = {  # ReLU and none come first: the first that fits is the one
    "ReLU": functional.relu,
    "none": lambda x: x,
    "leaky ReLU": functional.leaky_relu,
    "ReLU6": functional.relu6,
    "ELU": functional.elu,
    "GELU": functional.gelu,
    "SiLU": functional.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: torch.softmax(x, dim=1),
    "log-softmax": lambda x: torch.log_softmax(x, dim=1),
}
POOLINGS = {
    "max 2": lambda x: functional.max_pool2d(x, 2),
    "average 2": lambda x: functional.avg_pool2d(x, 2),
    "every second": lambda x: x[:, :, ::2, ::2],
    "none": lambda x: x,
}


def layers(submitted, training, seed=5):
    """Return one entry for each convolution and linear layer, in the order in which the images pass them.

    Args:
        submitted: the student's module.
        training: whether the network is in train mode.
        seed: of weights and images.
    """
    torch.manual_seed(seed)
    try:
        model = submitted.get("CNN")(num_classes=10)
    except TypeError:
        model = submitted.get("CNN")(10)
    images = 4 * torch.randn(IMAGES, 3, 32, 32)  # large, so that an activation that cuts off above shows
    with torch.no_grad():
        model.eval()(images)  # lazy layers get their shapes
        _fill(model)
    model.train(training)
    calls, output = _calls(model, images)
    starts = [i for i, call in enumerate(calls) if call["kind"] != "BatchNorm"]
    if not starts:
        raise UnexpectedResult("no torch.nn layer with weights is called when images pass the network")
    reached = [*(calls[start]["in"] for start in starts[1:]), output]
    parts = zip(starts, [*starts[1:], len(calls)], reached, strict=True)
    return Layers(layers=[_entry(calls[start:end], following) for start, end, following in parts])


def _fill(model):
    """Give all weights and statistics values by which every layer makes a difference."""
    for layer in model.modules():
        for parameter in layer.parameters(recurse=False):
            spread = parameter[0].numel() ** -0.5 if parameter.dim() > 1 else 0.5
            parameter.normal_(0, spread)
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            if layer.affine:
                layer.weight.uniform_(0.5, 1.5)
            if layer.running_mean is not None:
                layer.running_mean.normal_(0, 1)
                layer.running_var.uniform_(0.5, 2.0)


def _calls(model, images):
    """Return what went into the layers with weights and came out, in the order of the calls, and the output."""
    kinds = {nn.modules.conv._ConvNd: "Conv", nn.Linear: "Linear", nn.modules.batchnorm._BatchNorm: "BatchNorm"}
    calls, hooks = [], []
    for layer in model.modules():
        kind = next((name for cls, name in kinds.items() if isinstance(layer, cls)), None)
        if kind is None:
            continue

        def note(layer, inputs, result, kind=kind):
            weight = [] if layer.weight is None else list(layer.weight.shape)
            calls.append({"kind": kind, "weight": weight, "in": calls.pop()["in"], "out": result.clone()})

        # Copies: an activation that works in place overwrites the output.
        hooks.append(layer.register_forward_pre_hook(lambda layer, inputs: calls.append({"in": inputs[0].clone()})))
        hooks.append(layer.register_forward_hook(note))
    with torch.no_grad():
        output = model(images)
    for hook in hooks:
        hook.remove()
    return calls, output


def _entry(calls, following):
    """Return the operations behind one layer with weights, up to the input of the next.

    Args:
        calls: the layer's own call and those of the batch norms behind it.
        following: the input of the next layer, or the network's output.
    """
    own, norms = calls[0], calls[1:]
    stretches = [(call["out"], after["in"]) for call, after in zip(calls, norms, strict=False)]
    stretches.append((calls[-1]["out"], following))
    return Layer(
        kind=own["kind"],
        weight=own["weight"],
        batch_norms=[
            BatchNorm(directly_behind=_equal(own["out"], norm["in"]), features=int(norm["in"].shape[1]))
            for norm in norms
        ],
        between=[_told(before, after) for before, after in stretches],
    )


def _told(before, after):
    """Return which activation, pooling and dropout lead from one tensor to another, as far as that can be told."""
    for name, activation in ACTIVATIONS.items():
        for pooling, pool in POOLINGS.items() if before.dim() == 4 else {"none": POOLINGS["none"]}.items():
            for wanted in (pool(activation(before)), activation(pool(before))):
                fit = _fits(wanted.flatten(1), after.flatten(1)) if wanted.numel() == after.numel() else None
                if fit:
                    return Stretch(activation=name, pooling=pooling, **fit)
    rectified = bool((before < 0).any() and after.min() >= 0 and (after == 0).any())
    return Stretch(activation="ReLU" if rectified else "unknown", pooling="unknown", factor=0.0, dropped=0.0)


def _fits(wanted, seen):
    """Return factor and share of dropout, if two (N, F) tensors differ by nothing else."""
    kept = (seen != 0) & (wanted != 0)
    if not kept.any() or bool(((seen != 0) & (wanted == 0)).any()):
        return None
    factor = float((seen[kept] / wanted[kept]).median())
    if not torch.allclose(seen[kept], factor * wanted[kept], rtol=1e-3, atol=CLOSE) or factor < 0.999:
        return None
    dropped = float(((seen == 0) & (wanted != 0)).sum() / (wanted != 0).sum())
    return {"factor": round(factor, 4), "dropped": dropped}


def _equal(a, b):
    return a.shape == b.shape and torch.allclose(a, b, rtol=1e-4, atol=CLOSE)

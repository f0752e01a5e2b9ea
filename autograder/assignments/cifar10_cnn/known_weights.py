"""Gives a student's network the weights that a question asks for, and notes the calls of its layers. For probes."""

import torch
from torch import nn

from autograder.assignments.cifar10_cnn.questions import tensor_of_layer

IMAGES = 6
KINDS = {
    nn.Conv2d: "Conv",
    nn.modules.conv._ConvNd: "other",
    nn.Linear: "Linear",
    nn.modules.batchnorm._BatchNorm: "BatchNorm",
}
Call = tuple[nn.Module, torch.Tensor, torch.Tensor]  # a layer, its input and its output
TENSORS = ("weight", "bias", "running_mean", "running_var")


def fill(model: nn.Module, step: float) -> list[nn.Module]:
    """Give the layers the weights and statistics that the question asks for; leave the network in eval mode.

    Return them in the order of their first calls.
    """
    with torch.no_grad():
        found: list[nn.Module] = []
        for layer, _, _ in calls_of(model.eval(), torch.zeros(2, 3, 32, 32))[0]:  # lazy layers get their shapes
            if not any(layer is one for one in found):
                found.append(layer)
        for place, layer in enumerate(found):
            for name in TENSORS:
                tensor = getattr(layer, name, None)
                if tensor is not None:
                    tensor.copy_(torch.from_numpy(tensor_of_layer(name, tensor.shape, place, step)))
    return found


def calls_of(model: nn.Module, images: torch.Tensor) -> tuple[list[Call], torch.Tensor]:
    """Return (layer, what went in, what came out) for layers with weights, in the order of calls, and the output."""
    calls: list[Call] = []
    entered: list[torch.Tensor] = []
    hooks = []

    # Copies: an activation that works in place overwrites the output.
    def enter(layer: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        entered.append(inputs[0].clone())

    def leave(layer: nn.Module, inputs: tuple[torch.Tensor, ...], result: torch.Tensor) -> None:
        calls.append((layer, entered.pop(), result.clone()))

    for layer in model.modules():
        if not isinstance(layer, tuple(KINDS)):
            continue

        hooks.append(layer.register_forward_pre_hook(enter))
        hooks.append(layer.register_forward_hook(leave))
    torch.manual_seed(8)  # a dropout that is active all the same draws alike each time
    with torch.no_grad():
        output: torch.Tensor = model(images)
    for hook in hooks:
        hook.remove()
    return calls, output

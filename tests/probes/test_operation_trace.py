"""Operations are recorded as they compute, however a layer is spelled."""

import pytest
import torch
from torch import nn

from autograder.probes.operation_trace import OperationTrace


def test_shapes_stand_for_tensors_and_other_arguments_stay() -> None:
    """A convolution says its weight and its stride; what a network is made of can be told from that alone."""
    with OperationTrace() as trace, torch.no_grad():
        nn.Conv2d(3, 4, 5, stride=2, bias=False)(torch.zeros(1, 3, 9, 9))

    convolution = next(one for one in trace.operations if one.is_convolution)
    assert list(convolution.arguments[1]) == [4, 3, 5, 5]
    assert convolution.arguments[2:4] == (None, [2, 2])
    assert convolution.output == [1, 4, 3, 3]


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
@pytest.mark.parametrize("bias", [False, True])
def test_linear_layer_is_seen_in_every_mode(mode: type[torch.no_grad], bias: bool) -> None:
    """PyTorch computes it with another operator, which has a place less where there is no bias."""
    with OperationTrace() as trace, mode():
        nn.Linear(7, 2, bias=bias)(torch.zeros(5, 7))

    assert [one.output for one in trace.operations if one.is_linear] == [[5, 2]]


def test_sampled_input_is_kept_as_it_was_before_the_operation() -> None:
    """An operation in place writes over its input."""
    values = torch.tensor([-1.0, 2.0, 3.0])
    with OperationTrace(sampled=lambda name, arguments: arguments[0] if name == "relu_" else None, most=2) as trace:
        values.relu_()

    assert [(one.before.tolist(), one.after.tolist()) for one in trace.operations if one.before is not None] == [
        ([-1.0, 2.0], [0.0, 2.0])
    ]


def test_lazy_layers_get_their_shapes_while_they_are_traced() -> None:
    """Their parameters have none before; the operations of the pass are noted as ever."""
    network = nn.Sequential(nn.LazyConv2d(4, 3, padding="same"), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(5))
    trace = OperationTrace()
    with torch.no_grad(), trace:
        network(torch.zeros(2, 3, 8, 8))
    (convolution,) = [one for one in trace.operations if one.is_convolution]

    assert list(convolution.arguments[1]) == [4, 3, 3, 3]
    assert [one.output for one in trace.operations if one.is_linear] == [[2, 5]]

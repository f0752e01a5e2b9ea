"""Judges the network as a whole: outputs, parameters, state dict."""

import math

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.layer_steps import told
from autograder.assignments.cifar10_cnn.observed import Layers, Outputs, Parameters, Reloaded
from autograder.assignments.cifar10_cnn.questions import tensor_of_layer
from autograder.assignments.cifar10_cnn.run_model import TRAINING
from autograder.assignments.cifar10_cnn.test_layers import layers_question
from autograder.checks import SubmissionTestCase, not_at_home
from autograder.checks.differences import first_tensor_that_differs
from autograder.checks.paired import paired

SAME_LOGITS = 1e-4  # relative to the largest
FloatArray = npt.NDArray[np.floating]


class TestNetwork(SubmissionTestCase):
    """4. Network"""

    @number("4.1")
    @weight(4)
    @visibility("visible")
    def test_outputs(self) -> None:
        """CNN(num_classes) maps (N, 3, 32, 32) to (N, num_classes), for any N."""
        draw = self.draw("outputs")  # the number of classes is a parameter, so it is tried with another one
        counts, step = [1, draw.whole(2, 6), draw.whole(7, 12)], draw.number(0, 9)
        for classes in (len(CLASSES), draw.one_of([*range(3, 10), *range(11, 30)])):
            seen = self.observe(Outputs, classes=classes, counts=counts, step=step)
            for count, output in paired(counts, seen.outputs):
                want = (count, classes)
                self.require(
                    output.logits.shape == want,
                    expected=f"CNN({classes}) gives logits of shape {want} for {count} images",
                    seen=f"{output.logits.shape}",
                    hint="The last layer has num_classes outputs; flatten from the second axis on, and never squeeze.",
                )
                self.require(
                    bool(np.isfinite(output.logits).all()),
                    expected="finite logits",
                    seen="NaN or infinite ones",
                    hint="Check divisions and logarithms in forward.",
                )
            self._require_linear(seen, step)

    def _require_linear(self, seen: Outputs, step: float) -> None:
        """Leave it to a person if the logits do not follow from the last linear layer's weights and input."""
        for output in seen.outputs:
            classes, features = output.logits.shape[1], output.features
            before = []
            if features.ndim == 2 and len(features) == len(output.logits) and features.size:
                weight = tensor_of_layer("weight", (classes, features.shape[1]), seen.place, step)
                bias = tensor_of_layer("bias", (classes,), seen.place, step)
                before = [features @ weight.T + shift for shift in (bias, 0)]
            if all(told(one, output.logits).activation == "unknown" for one in before):
                self.withhold(
                    expected="the logits are the output of the last linear layer",
                    seen="they do not follow from its weights and its input",
                    hint="Return the output of nn.Linear(32, num_classes).",
                )

    @number("4.2a")
    @weight(4)
    @visibility("visible")
    def test_parameters(self) -> None:
        """The network has 109,962 parameters for ten classes, in 14 tensors, and 20 entries in its state dict."""
        seen, want = self.observe(Parameters, classes=len(CLASSES)), self.reference(Parameters, classes=len(CLASSES))
        missing, foreign = _left_over(want.shapes, seen.shapes), _left_over(seen.shapes, want.shapes)
        first = first_tensor_that_differs(seen.named, want.named)
        self.require(
            not missing and not foreign,
            expected=f"{want.count:,} parameters in {len(want.shapes)} tensors",
            seen=f"{seen.count:,} in {len(seen.shapes)}; "
            f"shapes that are missing: {_listed(missing)}, and shapes too many: {_listed(foreign)}"
            + (f"; {first}" if first else ""),
            hint="Compare with the table of layers in the hand-out: sizes, no padding, and a bias in every layer.",
        )
        self.require(
            seen.entries == want.entries,
            expected=f"{want.entries} entries in the state dict: the parameters, and three more for each batch norm",
            seen=f"{seen.entries}",
            hint="Use nn.BatchNorm2d(channels) without further arguments, and register nothing else in the network.",
        )
        called = self._called_tensors()
        if called and sorted(called) != sorted(want.shapes):
            self.withhold(
                expected="images pass through all layers of the network",
                seen=f"the layers that they pass through hold tensors of the shapes {_listed(called)}",
                hint="Use each layer of the table in forward, and nothing else.",
            )

    def _called_tensors(self) -> list[list[int]]:
        """Return the shapes of weights and biases of all layers that images pass through; none if this was not seen."""
        seen = self.observation(Layers, training=False, step=layers_question(self)).value
        shapes = [[one.weight, one.weight[:1]][: 1 + one.bias] for one in (seen.calls if seen else []) if one.weight]
        return [list(shape) for some in shapes for shape in some]

    @not_at_home  # it looks at what run_model leaves behind, and so trains
    @number("4.2b")
    @weight(2)
    @visibility("visible")
    def test_state_dict(self) -> None:
        """The state dict carries the whole network, and a network that is saved is saved as its state dict."""
        step = layers_question(self)
        seen, layers = self.observe(Reloaded, step=step), self.observation(Layers, training=False, step=step).value
        right = layers.output if layers else seen.first
        self.require(
            _same(seen.loaded, right) and not _same(seen.fresh, right),
            expected="a second network gives the same logits when it has loaded the first one's state dict",
            seen=f"logits that differ by up to {_far(seen.loaded, right):.3g} (tolerance {SAME_LOGITS:g})",
            hint="Make every layer an attribute of the module, or part of nn.Sequential, in __init__.",
        )
        trained = TRAINING.observation(self).value
        saved = trained.whole_networks_saved if trained else []
        self.require(
            not saved,
            expected="run_model saves the state dict of the network",
            seen=f"{', '.join(saved[:3])}: a whole pickled network, which can be opened only with your code",
            hint="torch.save(model.state_dict(), …)",
        )


def _far(logits: FloatArray, right: FloatArray) -> float:
    """Return the largest difference."""
    return float(np.abs(logits - right).max()) if logits.shape == right.shape and right.size else math.inf


def _same(logits: FloatArray, right: FloatArray) -> bool:
    return _far(logits, right) <= SAME_LOGITS * (1 + float(np.abs(right).max(initial=0)))


def _left_over(shapes: list[list[int]], others: list[list[int]]) -> list[list[int]]:
    """Return the shapes that the others lack, each as often as it is lacking."""
    rest = list(others)
    return [shape for shape in shapes if shape not in rest or rest.remove(shape)]  # type: ignore[func-returns-value]


def _listed(shapes: list[list[int]]) -> str:
    return "; ".join(" × ".join(map(str, shape)) for shape in shapes[:6]) or "none"

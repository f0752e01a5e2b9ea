"""Judges the network as a whole: outputs, parameters, state dict."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.observed import Outputs, Parameters, Reloaded, Trained
from autograder.checks import SubmissionTestCase, not_at_home
from autograder.checks.differences import first_tensor_that_differs

SAME_LOGITS = 1e-5


class TestNetwork(SubmissionTestCase):
    """4. Network"""

    @number("4.1")
    @weight(4)
    @visibility("visible")
    def test_outputs(self) -> None:
        """CNN(num_classes) maps (N, 3, 32, 32) to (N, num_classes), for any N."""
        draw = self.draw("outputs")  # the number of classes is a parameter, so it is tried with another one
        counts = [1, draw.whole(2, 6), draw.whole(7, 12)]
        for classes in (len(CLASSES), draw.one_of([*range(3, 10), *range(11, 30)])):
            for output in self.observe(Outputs, classes=classes, counts=counts).outputs:
                want = [output.images, classes]
                self.require(
                    output.shape == want,
                    expected=f"CNN({classes}) gives logits of shape {tuple(want)} for {output.images} images",
                    seen=f"{tuple(output.shape)}",
                    hint="The last layer has num_classes outputs; flatten from the second axis on, and never squeeze.",
                )
                self.require(
                    output.finite,
                    expected="finite logits",
                    seen="NaN or infinite ones",
                    hint="Look for divisions and logarithms in forward.",
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

    @not_at_home  # it looks at what run_model leaves behind, and so trains
    @number("4.2b")
    @weight(2)
    @visibility("visible")
    def test_state_dict(self) -> None:
        """The state dict carries the whole network, and a network that is saved is saved as its state dict."""
        seen = self.observe(Reloaded, seed=self.draw("reloaded").whole(0, 1 << 30))
        self.require(
            seen.far_after <= SAME_LOGITS < seen.far_before,
            expected="a second network gives the same logits when it has loaded the first one's state dict",
            seen=f"logits that differ by up to {seen.far_after:.3g} (tolerance {SAME_LOGITS:g})",
            hint="Make every layer an attribute of the module, or part of nn.Sequential, in __init__.",
        )
        trained = self.observation(Trained).value
        saved = trained.whole_networks_saved if trained else []
        self.require(
            not saved,
            expected="run_model saves the state dict of the network",
            seen=f"{', '.join(saved[:3])}: a whole pickled network, which can be opened only with your code",
            hint="torch.save(model.state_dict(), …)",
        )


def _left_over(shapes: list[list[int]], others: list[list[int]]) -> list[list[int]]:
    """Return the shapes that the others lack, each as often as it is lacking."""
    rest = list(others)
    return [shape for shape in shapes if shape not in rest or rest.remove(shape)]  # type: ignore[func-returns-value]


def _listed(shapes: list[list[int]]) -> str:
    return "; ".join(" × ".join(map(str, shape)) for shape in shapes[:6]) or "none"

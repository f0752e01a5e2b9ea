"""Judges the operations between the network's weights: batch norm, activations, pooling, dropout; logits at the end."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.layer_steps import Layer, told_layers
from autograder.assignments.cifar10_cnn.observed import Layers
from autograder.checks import SubmissionTestCase

DROPOUT = 0.2
BLOCKS = 2
CLOSE = 0.005  # of the factor by which dropout scales the values that it keeps
PLACES = {"Conv": "convolution", "Linear": "linear layer"}


def layers_question(case: SubmissionTestCase) -> float:
    """Return the step that decides images and weights; all tests of the layers share it."""
    return case.draw("layers").number(0, 9)


class TestLayers(SubmissionTestCase):
    """4. Network"""

    @number("4.3")
    @weight(4)
    @visibility("visible")
    def test_batch_norm(self) -> None:
        """A batch norm stands directly behind each convolution."""
        found = self._of_kind("Conv")  # how many there are is judged by 4.2a
        self.require(
            bool(found),
            expected="a batch norm behind each convolution",
            seen="no convolution",
            hint="Each block begins with nn.Conv2d and nn.BatchNorm2d.",
        )
        for place, layer in enumerate(found, start=1):
            norms = layer.batch_norms
            self.require(
                len(norms) == 1,
                expected=f"one batch norm behind convolution {place}",
                seen=f"{len(norms) or 'none'}",
                hint="Put nn.BatchNorm2d(channels) between the convolution and its ReLU, and use it in forward.",
            )
            self.require(
                norms[0].directly_behind,
                expected=f"the batch norm takes the output of convolution {place}",
                seen="something is in between",
                hint="The order is convolution, batch norm, ReLU, pooling.",
            )

    @number("4.4")
    @weight(3)
    @visibility("visible")
    def test_pooling(self) -> None:
        """Each block ends with a max-pooling over 2 × 2 pixels."""
        found = self._of_kind("Conv")
        self.require(
            bool(found),
            expected="max-pooling over 2 × 2 pixels at the end of each block",
            seen="no convolution, and so no block",
            hint="Each block begins with nn.Conv2d and ends with nn.MaxPool2d(2).",
        )
        poolings = [[stretch.pooling for stretch in layer.between] for layer in found]
        ends = [place for place, one in enumerate(poolings, start=1) if "max 2" in one]
        if len(found) > BLOCKS and len(ends) == BLOCKS and ends[-1] == len(found):
            return  # a block has too many convolutions, which 4.2a judges
        for place, one in enumerate(poolings, start=1):
            self.require(
                place in ends,
                expected=f"a max-pooling over 2 × 2 pixels behind convolution {place}",
                seen=f"pooling: {_last_told(one)}",
                hint="End each block with nn.MaxPool2d(2).",
            )

    @number("4.5")
    @weight(4)
    @visibility("visible")
    def test_activations(self) -> None:
        """A ReLU follows each layer but the last."""
        hidden = self._layers(training=False)[:-1]
        self.require(
            len(hidden) >= 2,
            expected="a ReLU behind each of several layers with weights",
            seen=f"a network of {len(hidden) + 1} layers with weights",
            hint="See the table in the hand-out: a ReLU follows each layer but the last.",
        )
        for place, layer in enumerate(hidden, start=1):
            activations = [stretch.activation for stretch in layer.between]
            self.require(
                "ReLU" in activations,
                expected=f"a ReLU between layer {place} (a {PLACES[layer.kind]}) and layer {place + 1}",
                seen=f"activation: {_last_told(activations)}",
                hint="Put nn.ReLU() there: without an activation, two layers can do no more than one.",
            )

    @number("4.6")
    @weight(2)
    @visibility("visible")
    def test_dropout(self) -> None:
        """A dropout of 0.2 follows the first two linear layers, in train mode only."""
        training, still = (self._of_kind("Linear", training=mode)[:-1] for mode in (True, False))
        self.require(
            bool(training),
            expected=f"a dropout of {DROPOUT} behind each linear layer but the last",
            seen=f"{'one linear layer' if self._of_kind('Linear') else 'no linear layer'}, and nothing to drop",
            hint="See the table in the hand-out: three linear layers, with nn.Dropout(0.2) behind the first two.",
        )
        for place, layer in enumerate(training, start=1):
            factor = _factor(layer)
            self.require(
                abs(factor - 1 / (1 - DROPOUT)) <= CLOSE and any(one.dropped > 0 for one in layer.between),
                expected=f"in train mode a dropout of {DROPOUT} behind linear layer {place}",
                seen=f"a dropout of {1 - 1 / factor:.2f}" if factor > 1 else "none",
                hint="Put nn.Dropout(0.2) behind the ReLU.",
            )
        for place, layer in enumerate(still, start=1):
            self.require(
                all(one.factor <= 1 and one.dropped == 0 for one in layer.between),
                expected=f"in eval mode no dropout behind linear layer {place}",
                seen="values are dropped there too",
                hint="nn.Dropout follows the mode of the network; F.dropout needs training=self.training.",
            )

    @number("4.7")
    @weight(2)
    @visibility("visible")
    def test_logits(self) -> None:
        """The network returns the logits of its last layer as they are."""
        for training in (False, True):
            last = self._layers(training)[-1].between[-1]
            self.require(
                last.activation == "none" and last.dropped == 0,
                expected=f"nothing follows the last linear layer in {'train' if training else 'eval'} mode",
                seen=last.activation if last.activation not in ("none", "unknown") else "something does",
                hint="nn.CrossEntropyLoss takes logits and does the softmax itself; a second one slows learning down.",
            )

    def _layers(self, training: bool) -> list[Layer]:
        step = layers_question(self)
        seen = self.observe(Layers, training=training, step=step)
        layers, unlike = told_layers(seen, step, training)
        if unlike:
            self.withhold(
                expected="the output of each layer follows from its weights and its input",
                seen=unlike,
                hint="Pass the images to the first layer unchanged, and use the layers of torch.nn as they are.",
            )
        self.require(
            bool(layers),
            expected="convolutions and linear layers",
            seen="neither of them",
            hint="See the table in the hand-out.",
        )
        return layers

    def _of_kind(self, kind: str, training: bool = False) -> list[Layer]:
        return [layer for layer in self._layers(training) if layer.kind == kind]


def _factor(layer: Layer) -> float:
    """Return the factor by which dropout scales the values that it keeps behind a layer; 1 without dropout."""
    return max(stretch.factor for stretch in layer.between)


def _last_told(names: list[str]) -> str:
    return next((name for name in reversed(names) if name != "none"), "none")

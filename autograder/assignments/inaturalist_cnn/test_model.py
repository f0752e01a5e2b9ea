"""Judges the network that `CNN` makes."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.activations import is_applied, recognised
from autograder.assignments.inaturalist_cnn.observed import (
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
    Outputs,
)
from autograder.assignments.inaturalist_cnn.questions import BLOCKS, NetworkQuestion, network_question
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_other, shape_text
from autograder.checks.paired import paired

CLASSES = 10
USUAL = 224  # pixels
MAX_POOLINGS = ("max_pool2d_with_indices", "max_pool2d", "adaptive_max_pool2d")
SQUASHED = ("_softmax", "softmax", "sigmoid", "relu", "relu_", "tanh", "gelu", "silu", "sigmoid_", "tanh_", "elu")
SPELLINGS = {
    "same": ("same", "equal", 1, 1.0),
    "double": ("double", "doubling", 2, 2.0),
    "half": ("half", "halve", "halving", 0.5),
}
PLAIN: dict[str, Any] = {"num_filters": 4}
BLOCK_ACTIVATIONS = ["relu", "gelu", "silu", "selu", "mish"]
DENSE_ACTIVATIONS = ["gelu", "silu", "selu"]
LEAST_KNOWN = 3  # activations that a network must offer
TOUCHING = 1e-6  # two passes that differ by less are the same


class TestModel(SubmissionTestCase):
    """A1. The network"""

    @number("A1.1a")
    @weight(0.5)
    @visibility("visible")
    def test_logits(self) -> None:
        """The network gives one logit for each class, for any number of images."""
        asked = self._question()
        seen = self.observe(Outputs, counts=asked.counts, num_classes=asked.classes, seed=asked.seed)
        for count, logits in paired(asked.counts, seen.outputs):
            self.require(
                logits.shape == (count, asked.classes) and bool(np.isfinite(logits).all()),
                expected=f"{count} images, num_classes={asked.classes}: finite numbers, {count} × {asked.classes}",
                seen=f"shape {logits.shape}" + ("" if np.isfinite(logits).all() else " with NaN or infinity"),
                hint="The last layer is nn.Linear(dense_neurons, num_classes); flatten with flatten(1), not squeeze().",
            )
        squashed = [kind for kind in seen.after_last_layer if kind in SQUASHED]
        logits = seen.outputs[-1]
        probabilities = bool((logits >= 0).all() and np.allclose(logits.sum(axis=1), 1, atol=1e-3))
        self.require(
            not squashed and not probabilities,
            expected="logits: the outputs of the last linear layer, of either sign",
            seen=f"{squashed[-1].strip('_')} after it" if squashed else "probabilities, which sum to 1",
            hint="Leave softmax and the like out of forward: nn.CrossEntropyLoss does the softmax itself.",
        )

    @number("A1.1b")
    @weight(0.25)
    @visibility("visible")
    def test_five_blocks(self) -> None:
        """There are five convolutions, each followed by max pooling that halves the sides."""
        layers = [one for one in self._layers(PLAIN) if one.kind != "linear"]
        kinds = ["max pooling" if one.kind in MAX_POOLINGS else one.kind.strip("_") for one in layers]
        self.require(
            kinds[: 2 * BLOCKS] == ["convolution", "max pooling"] * BLOCKS
            and not {"convolution", "max pooling"} & set(kinds[2 * BLOCKS :]),
            expected=f"a convolution and then max pooling, {BLOCKS} times",
            seen=", ".join(kinds) or "no convolution and no pooling",
            hint="One block is nn.Conv2d, the activation, nn.MaxPool2d(2).",
        )
        sides = [_last(one.shape) for one in layers[: 2 * BLOCKS]]
        self.require(
            all(abs(pooled - side / 2) <= 1 for side, pooled in paired(sides[::2], sides[1::2])),
            expected="each pooling halves height and width",
            seen=f"widths before and after each pooling: {', '.join(map(str, sides))}",
            hint="nn.MaxPool2d(2) keeps the largest of each 2 × 2 pixels.",
        )

    @number("A1.1c")
    @weight(0.5)
    @visibility("visible")
    def test_filters(self) -> None:
        """num_filters, a number or a list, and filter_org set the filters of each block; halving never reaches 0."""
        asked = self._question()
        listed = asked.listed
        seen, *organised = self._networks([{"num_filters": listed}, *asked.of_organisations])
        self.require(
            _filters(seen.layers) == listed,
            expected=f"CNN(num_filters={listed}) has {', '.join(map(str, listed))} filters",
            seen=_beside(_shown(seen), first_other(_filters(seen.layers), listed, "block")),
            hint="A list gives the filters of each block, and few filters are allowed.",
        )
        for (filters, word, first), one in zip(asked.organisations, organised, strict=True):
            if not _goes_on(_filters(one.layers), first):
                self._check_other_spellings(filters, word, first, one)

    def _check_other_spellings(self, filters: int, word: str, first: list[int], seen: Network) -> None:
        """Fail unless another word for the same organisation is understood."""
        others = self._networks([{"num_filters": filters, "filter_org": other} for other in SPELLINGS[word]])
        self.require(
            any(_goes_on(_filters(one.layers), first) for one in others),
            expected=f'CNN(num_filters={filters}, filter_org="{word}") has {", ".join(map(str, first))}'
            + (" filters" if len(first) == BLOCKS else " … filters, and never fewer than 1"),
            seen=_beside(_shown(seen), first_other(_filters(seen.layers), first, "block")),
            hint='Multiply by 1 ("same"), 2 ("double") or 0.5 ("half") from block to block, with max(1, …).',
        )

    @number("A1.1d")
    @weight(0.25)
    @visibility("visible")
    def test_filter_size(self) -> None:
        """filter_size, a number or a list, sets the sides of the filters, odd or even."""
        of_sizes = self._question().of_sizes
        for arguments, one in paired(of_sizes, self._networks(of_sizes)):
            size = arguments["filter_size"]
            found = [weight[-2:] for weight in _kernels(one.layers)]
            wanted = [size] * BLOCKS if isinstance(size, int) else size
            self.require(
                found == [[side, side] for side in wanted],
                expected=f"CNN({_called(arguments)}) has filters of {', '.join(f'{side} × {side}' for side in wanted)}",
                seen=one.error
                or _beside(
                    ", ".join(f"{height} × {width}" for height, width in found),
                    first_other(
                        [shape_text(one) for one in found], [shape_text([side, side]) for side in wanted], "block"
                    ),
                ),
                hint='Pass filter_size to each nn.Conv2d; padding="same" suits even sizes too.',
            )

    @number("A1.1e")
    @weight(0.5)
    @visibility("visible")
    def test_activation(self) -> None:
        """The blocks and the dense layer use the activations that were named, everywhere."""
        draw, seed = self.draw("activations"), self._question().seed
        for each, argument in ((BLOCK_ACTIVATIONS, "activation"), (DENSE_ACTIVATIONS, "dense_activation")):
            dense, names = argument == "dense_activation", draw.order(each)
            found = self.observe(Activations, names=names, dense=dense, seed=seed).found
            known = [one for one, name in zip(found, names, strict=False) if not one.error and one.name == name]
            self.require(
                (dense or any(one.name == "relu" for one in known))
                and len(known) >= min(LEAST_KNOWN, len(names)) - dense,
                expected=f"CNN({argument}=…) takes names such as {', '.join(names)}",
                seen="; ".join(f"{one.name}: {one.error}" for one in found if one.error),
                hint="Keep a dict from names to activations.",
            )
            for one in known:
                self._check_activation(one, argument)

    def _check_activation(self, one: Activation, argument: str) -> None:
        """Fail unless the network applies the activation that it was asked for."""
        dense = argument == "dense_activation"
        seen = _dense_activation(one.pairs, one.name) if dense else _block_activations(one.pairs, one.name)
        wanted = [one.name] * len(seen)
        self.require(
            seen == wanted and bool(seen),
            expected=f'CNN({argument}="{one.name}") applies {one.name} '
            + ("after the dense layer" if dense else "in each block"),
            seen=_beside(
                ", ".join(seen) or "none",
                "" if dense else first_other(seen, wanted, "block"),
            ),
            hint="Look the name up, and raise an error for a name that you do not know, instead of a silent default.",
        )

    @number("A1.1f")
    @weight(0.25)
    @visibility("visible")
    def test_dense_layer(self) -> None:
        """dense_neurons sets the outputs of the one dense layer before the output layer."""
        of_neurons = self._question().of_neurons
        for arguments, one in paired(of_neurons, self._networks(of_neurons)):
            linear = [_last(layer.shape) for layer in one.layers if layer.kind == "linear"]
            self.require(
                linear == [arguments["dense_neurons"], CLASSES],
                expected=f"CNN({_called(arguments)}) ends in linear layers with {arguments['dense_neurons']} and "
                f"{CLASSES} outputs",
                seen=one.error or f"linear layers with {' and '.join(map(str, linear)) or 'no'} outputs",
                hint="nn.Linear(flattened, dense_neurons), the activation, nn.Linear(dense_neurons, num_classes).",
            )

    @number("A1.1g")
    @weight(0.25)
    @visibility("visible")
    def test_input_size(self) -> None:
        """input_size sets the height and width of the images that the network takes."""
        for place, (size, one) in enumerate(self._input_sizes()):
            argument = f"input_size={size}" if place else ""
            self.require(
                one.shape == [2, CLASSES],
                expected=f"CNN({argument}) takes images of {size} × {size} pixels",
                seen=one.error or f"an output of shape {tuple(one.shape)}",
                hint="Compute the flattened size from input_size: by formula, or with an image of zeros.",
            )

    @number("A1.1h")
    @weight(0.25)
    @visibility("visible")
    def test_batch_norm_and_dropout(self) -> None:
        """batch_norm and dropout are there when asked for, and leave no trace otherwise."""
        self._check_batch_norm()
        self._check_dropout()

    def _check_batch_norm(self) -> None:
        seen = self.observe(BatchNorm, seed=self._question().seed)
        self.require(
            seen.off.layers == seen.off.at_work == 0,
            expected="batch_norm=False: no batch-norm layer, and no parameters of one",
            seen=f"{seen.off.layers} layers with {seen.off.parameters} parameters, {seen.off.at_work} at work",
            hint="Make nn.BatchNorm2d only if batch_norm is true, even if forward would not use it.",
        )
        self.require(
            seen.on.at_work >= 1,
            expected="batch_norm=True: batch norm follows the convolutions",
            seen=f"{seen.on.layers} layers, {seen.on.at_work} of them at work",
            hint="Put nn.BatchNorm2d(filters) after each convolution.",
        )

    def _check_dropout(self) -> None:
        asked = self._question()
        none, half = self.observe(Dropout, rates=[0.0, asked.rate], seed=asked.seed).found
        still = {
            "dropout=0 in training mode": none.train,
            "dropout=0 in eval mode": none.eval,
            f"dropout={asked.rate} in eval mode": half.eval,
        }
        moving = [(when, by_much) for when, by_much in still.items() if not by_much < TOUCHING]
        self.require(
            not moving,
            expected="nothing random with dropout=0, and nothing random in eval mode",
            seen="two passes over the same image differ"
            + (" with {} by {:.2g} (tolerance {:g})".format(*moving[0], TOUCHING) if moving else ""),
            hint="Use nn.Dropout(dropout), which model.eval() switches off.",
        )
        self.require(
            half.train > TOUCHING,
            expected=f"dropout={asked.rate}: two passes in training mode differ",
            seen="they are the same",
            hint="Put nn.Dropout(dropout) after the dense layer's activation.",
        )

    @number("A1.1i")
    @weight(0.25)
    @visibility("visible")
    def test_is_an_ordinary_module(self) -> None:
        """model.apply(function) visits every part of the network, as in any nn.Module."""
        seen = self.observe(Apply, value=self._question().value)
        self.require(
            seen.visited == seen.parts and seen.filled,
            expected=f"model.apply(function) calls the function on all {seen.parts} parts of the network",
            seen=f"it was called on {seen.visited}",
            hint="Do not name your own methods or attributes apply, train, eval or to: nn.Module needs these names.",
        )

    def _networks(self, variants: list[dict[str, Any]]) -> list[Network]:
        """Return the layers of networks with these arguments; the usual networks are observed all at once."""
        asked = self._question()
        usual = all(one in asked.variants for one in variants)
        every = asked.variants if usual else variants
        found = paired(every, self.observe(Networks, variants=every, seed=asked.seed).found)
        return [found[every.index(one)][1] for one in variants]

    def _input_sizes(self) -> list[tuple[int, InputSize]]:
        """Return sizes and networks, first the usual size without an argument."""
        asked = self._question()
        found = self.observe(InputSizes, sizes=asked.input_sizes, seed=asked.seed).found
        return paired((USUAL, *asked.input_sizes), found)

    def _question(self) -> NetworkQuestion:
        return network_question(self.draw("networks"))

    def _layers(self, arguments: dict[str, Any]) -> list[Layer]:
        (one,) = self._networks([arguments])
        self.require(
            not one.error,
            expected=f"CNN({_called(arguments)}) takes an image of 3 × 224 × 224",
            seen=one.error,
            hint="Try it at home with torch.zeros(1, 3, 224, 224).",
        )
        return one.layers


def _beside(seen: str, first: str) -> str:
    """Return the text of what was seen, with the first place that differs if there is one."""
    return f"{seen}; {first}" if first else seen


def _called(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _last(shape: Sequence[int]) -> int:
    return shape[-1] if shape else 0


def _kernels(layers: Sequence[Layer]) -> list[list[int]]:
    """Return the shapes of the convolutions' weights, (filters, channels, height, width)."""
    return [one.weight for one in layers if one.kind == "convolution" and one.weight]


def _filters(layers: Sequence[Layer]) -> list[int]:
    return [weight[0] for weight in _kernels(layers)]


def _shown(network: Network) -> str:
    return network.error or ", ".join(map(str, _filters(network.layers))) or "no convolutions"


def _goes_on(filters: list[int], first: list[int]) -> bool:
    """Return whether the first blocks have these filters, and later numbers neither rise nor fall below 1."""
    rest = filters[len(first) - 1 :]
    falling = all(after <= before for before, after in itertools.pairwise(rest))
    return len(filters) == BLOCKS and filters[: len(first)] == first and (min(filters) >= 1) and falling


def _block_activations(pairs: Sequence[BetweenLayers], name: str) -> list[str]:
    """Return the activation of each block, which may stand before the pooling or after it."""
    found = []
    for place, pair in enumerate(pairs):
        if pair.source != "convolution":
            continue
        following = pairs[place + 1] if place + 1 < len(pairs) else pair
        late = recognised(pair.before, pair.after) == "nothing" and following.source in MAX_POOLINGS
        found.append(_applied(name, following if late else pair))
    return found


def _dense_activation(pairs: Sequence[BetweenLayers], name: str) -> list[str]:
    """Return the activation after the first linear layer."""
    return [_applied(name, pair) for pair in pairs[:1]]


def _applied(name: str, pair: BetweenLayers) -> str:
    return name if is_applied(name, pair.before, pair.after) else recognised(pair.before, pair.after)

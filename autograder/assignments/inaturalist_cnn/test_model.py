"""Judges the network that `CNN` makes."""

import itertools
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.functions import is_applied, recognised
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_other, shape_text

BLOCKS = 5
BATCHES = [1, 3]
CLASSES = 10
OTHER_CLASSES = 7  # so that a number in the code shows
MAX_POOLINGS = ("max_pool2d_with_indices", "max_pool2d", "adaptive_max_pool2d")
SQUASHED = ("_softmax", "softmax", "sigmoid", "relu", "relu_", "tanh", "gelu", "silu", "sigmoid_", "tanh_", "elu")
SPELLINGS = {
    "same": ("same", "equal", 1, 1.0),
    "double": ("double", "doubling", 2, 2.0),
    "half": ("half", "halve", "halving", 0.5),
}
ORGANISATIONS = (  # filters of the first block, and what must follow
    (6, "same", [6] * BLOCKS),
    (2, "double", [2, 4, 8, 16, 32]),
    (24, "half", [24, 12, 6]),
    (4, "half", [4]),
)
PLAIN: dict[str, Any] = {"num_filters": 4}
OF_LIST: dict[str, Any] = {"num_filters": [3, 5, 4, 7, 6]}
OF_ORGANISATIONS = [{"num_filters": filters, "filter_org": word} for filters, word, _ in ORGANISATIONS]
OF_SIZES: list[dict[str, Any]] = [{"num_filters": 4, "filter_size": size} for size in (5, 4, [7, 5, 4, 3, 2])]
OF_NEURONS: list[dict[str, Any]] = [{"num_filters": 4, "dense_neurons": neurons} for neurons in (50, 77)]
VARIANTS = [PLAIN, OF_LIST, *OF_ORGANISATIONS, *OF_SIZES, *OF_NEURONS]
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
        """The network gives one logit for each class, for any number of pictures."""
        seen = self.observe("output", counts=BATCHES, num_classes=OTHER_CLASSES)
        for count, logits in zip(BATCHES, seen["outputs"], strict=True):
            self.require(
                logits.shape == (count, OTHER_CLASSES) and bool(np.isfinite(logits).all()),
                expected=f"{count} pictures, num_classes={OTHER_CLASSES}: finite numbers, {count} × {OTHER_CLASSES}",
                seen=f"shape {logits.shape}" + ("" if np.isfinite(logits).all() else " with NaN or infinity"),
                hint="The last layer is nn.Linear(dense_neurons, num_classes); flatten with flatten(1), not squeeze().",
            )
        squashed = [kind for kind in seen["behind_last_layer"] if kind in SQUASHED]
        sums = seen["outputs"][-1].sum(axis=1)
        what = f"{squashed[-1].strip('_')} behind it" if squashed else "probabilities, which sum to 1"
        probabilities = bool((seen["outputs"][-1] >= 0).all() and np.allclose(sums, 1, atol=1e-3))
        self.require(
            not squashed and not probabilities,
            expected="logits: what the last linear layer gives, of either sign",
            seen=what,
            hint="Leave softmax and the like out of forward: nn.CrossEntropyLoss does the softmax itself.",
        )

    @number("A1.1b")
    @weight(0.25)
    @visibility("visible")
    def test_five_blocks(self) -> None:
        """There are five convolutions, each followed by max pooling that halves the sides."""
        layers = [one for one in self._layers(PLAIN) if one["kind"] != "linear"]
        kinds = ["max pooling" if one["kind"] in MAX_POOLINGS else one["kind"].strip("_") for one in layers]
        self.require(
            kinds[: 2 * BLOCKS] == ["convolution", "max pooling"] * BLOCKS
            and not {"convolution", "max pooling"} & set(kinds[2 * BLOCKS :]),
            expected=f"{BLOCKS} times a convolution and then max pooling",
            seen=", ".join(kinds) or "no convolution and no pooling",
            hint="One block is nn.Conv2d, the activation, nn.MaxPool2d(2).",
        )
        sides = [one["shape"][-1] for one in layers[: 2 * BLOCKS]]
        self.require(
            all(abs(pooled - side / 2) <= 1 for side, pooled in zip(sides[::2], sides[1::2], strict=True)),
            expected="each pooling halves height and width",
            seen=f"heights before and behind: {', '.join(map(str, sides))}",
            hint="nn.MaxPool2d(2) takes the largest of each 2 × 2 pixels.",
        )

    @number("A1.1c")
    @weight(0.5)
    @visibility("visible")
    def test_filters(self) -> None:
        """num_filters, a number or a list, and filter_org set the filters of each block; halving never reaches 0."""
        seen, *organised = self._networks([OF_LIST, *OF_ORGANISATIONS])
        listed = OF_LIST["num_filters"]
        self.require(
            _filters(seen["layers"]) == listed,
            expected=f"CNN({_called(OF_LIST)}) has {', '.join(map(str, listed))} filters",
            seen=_beside(_shown(seen), first_other(_filters(seen["layers"]), listed, "block")),
            hint="A list gives the filters of each block.",
        )
        for (filters, word, first), one in zip(ORGANISATIONS, organised, strict=True):
            if not _goes_on(_filters(one["layers"]), first):
                self._check_other_spellings(filters, word, first, one)

    def _check_other_spellings(self, filters: int, word: str, first: list[int], seen: dict[str, Any]) -> None:
        """Fail unless another word for the same organisation is understood."""
        others = self._networks([{"num_filters": filters, "filter_org": other} for other in SPELLINGS[word]])
        self.require(
            any(_goes_on(_filters(one["layers"]), first) for one in others),
            expected=f'CNN(num_filters={filters}, filter_org="{word}") has {", ".join(map(str, first))}'
            + (" filters" if len(first) == BLOCKS else " … filters, and never fewer than 1"),
            seen=_beside(_shown(seen), first_other(_filters(seen["layers"]), first, "block")),
            hint='Multiply by 1 ("same"), 2 ("double") or 0.5 ("half") from block to block, with max(1, …).',
        )

    @number("A1.1d")
    @weight(0.25)
    @visibility("visible")
    def test_filter_size(self) -> None:
        """filter_size, a number or a list, sets the sides of the filters, odd or even."""
        for arguments, one in zip(OF_SIZES, self._networks(OF_SIZES), strict=True):
            size = arguments["filter_size"]
            found = [layer["weight"][-2:] for layer in one["layers"] if layer["kind"] == "convolution"]
            wanted = [size] * BLOCKS if isinstance(size, int) else size
            self.require(
                found == [[side, side] for side in wanted],
                expected=f"CNN({_called(arguments)}) has filters of {', '.join(f'{side} × {side}' for side in wanted)}",
                seen=one["error"]
                or _beside(
                    ", ".join(f"{height} × {width}" for height, width in found),
                    first_other(
                        [shape_text(one) for one in found], [shape_text([side, side]) for side in wanted], "block"
                    ),
                ),
                hint='Hand filter_size on to each nn.Conv2d; padding="same" suits even sizes too.',
            )

    @number("A1.1e")
    @weight(0.5)
    @visibility("visible")
    def test_activation(self) -> None:
        """The activations of blocks and dense layer are those that were named, everywhere."""
        for names, argument in ((BLOCK_ACTIVATIONS, "activation"), (DENSE_ACTIVATIONS, "dense_activation")):
            dense = argument == "dense_activation"
            found = self.observe("activations", names=names, dense=dense)["found"]
            known = {name: one["pairs"] for name, one in found.items() if not one["error"]}
            refused = {name: one["error"] for name, one in found.items() if one["error"]}
            self.require(
                ("relu" in known or dense) and len(known) >= min(LEAST_KNOWN, len(names)) - dense,
                expected=f"CNN({argument}=…) takes names such as {', '.join(names)}",
                seen="; ".join(f"{name}: {error}" for name, error in refused.items()),
                hint="Keep a dict from names to activations.",
            )
            for name, pairs in known.items():
                seen = _dense_activation(pairs, name) if dense else _block_activations(pairs, name)
                self.require(
                    seen == [name] * len(seen) and bool(seen),
                    expected=f'CNN({argument}="{name}") applies {name}'
                    + (" behind the dense layer" if dense else " in each block"),
                    seen=_beside(
                        ", ".join(seen) or "no place where one is applied",
                        "" if dense else first_other(seen, [name] * len(seen), "block"),
                    ),
                    hint="Look the name up, and raise an error for one that you do not know; no silent default.",
                )

    @number("A1.1f")
    @weight(0.25)
    @visibility("visible")
    def test_dense_layer(self) -> None:
        """dense_neurons sets the outputs of the one dense layer before the output layer."""
        for arguments, one in zip(OF_NEURONS, self._networks(OF_NEURONS), strict=True):
            linear = [layer["shape"][-1] for layer in one["layers"] if layer["kind"] == "linear"]
            self.require(
                linear == [arguments["dense_neurons"], CLASSES],
                expected=f"CNN({_called(arguments)}) ends in linear layers with {arguments['dense_neurons']} and "
                f"{CLASSES} outputs",
                seen=one["error"] or f"linear layers with {' and '.join(map(str, linear)) or 'no'} outputs",
                hint="nn.Linear(flattened, dense_neurons), the activation, nn.Linear(dense_neurons, num_classes).",
            )

    @number("A1.1g")
    @weight(0.25)
    @visibility("visible")
    def test_input_size(self) -> None:
        """input_size sets the height and width of the pictures that the network takes."""
        for one in self.observe("input_sizes", sizes=[96, 128, 200])["found"]:
            self.require(
                one["shape"] == [2, 10],
                expected=f"CNN(input_size={one['size']}) takes pictures of {one['size']} × {one['size']} pixels",
                seen=one["error"] or f"an output of shape {tuple(one['shape'])}",
                hint="Compute the flattened size from input_size, by formula or by a picture of zeros.",
            )

    @number("A1.1h")
    @weight(0.25)
    @visibility("visible")
    def test_batch_norm_and_dropout(self) -> None:
        """batch_norm and dropout are there when asked for, and leave no trace otherwise."""
        seen = self.observe("batch_norm")
        without, with_it = seen["False"], seen["True"]
        self.require(
            without["layers"] == without["at_work"] == 0,
            expected="batch_norm=False: no batch-norm layer, and no parameters of one",
            seen=f"{without['layers']} layers with {without['parameters']} parameters, {without['at_work']} at work",
            hint="Make nn.BatchNorm2d only if batch_norm is true, also where forward would pass it by.",
        )
        self.require(
            with_it["at_work"] >= 1,
            expected="batch_norm=True: batch norm follows the convolutions",
            seen=f"{with_it['layers']} layers, {with_it['at_work']} of them at work",
            hint="Put nn.BatchNorm2d(filters) behind each convolution.",
        )
        none, half = self.observe("dropout", rates=[0.0, 0.5])["found"]
        still = {
            "dropout=0 in training mode": none["train"],
            "dropout=0 in eval mode": none["eval"],
            "dropout=0.5 in eval mode": half["eval"],
        }
        moving = [(when, by_much) for when, by_much in still.items() if not by_much < TOUCHING]
        self.require(
            not moving,
            expected="nothing random with dropout=0, and nothing random in eval mode",
            seen="two passes over the same pictures differ"
            + (" with {} by {:.2g} (tolerance {:g})".format(*moving[0], TOUCHING) if moving else ""),
            hint="Use nn.Dropout(dropout), which model.eval() switches off.",
        )
        self.require(
            half["train"] > TOUCHING,
            expected="dropout=0.5: two passes in training mode differ",
            seen="they are the same",
            hint="Put nn.Dropout(dropout) behind the dense layer's activation.",
        )

    @number("A1.1i")
    @weight(0.25)
    @visibility("visible")
    def test_is_an_ordinary_module(self) -> None:
        """model.apply(function) visits every part, as of any nn.Module."""
        seen = self.observe("apply")
        self.require(
            seen["visited"] == seen["parts"] and seen["filled"],
            expected=f"model.apply(function) calls the function on all {seen['parts']} parts of the network",
            seen=f"it was called on {seen['visited']}",
            hint="Do not call a method or attribute of yours apply, train, eval or to: nn.Module needs them.",
        )

    def _networks(self, variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return what networks with these arguments are made of; the usual ones are observed all at once."""
        usual = all(one in VARIANTS for one in variants)
        found = self.observe("networks", variants=VARIANTS if usual else variants)["found"]
        return [found[VARIANTS.index(one)] for one in variants] if usual else found

    def _layers(self, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        (one,) = self._networks([arguments])
        self.require(
            not one["error"],
            expected=f"CNN({_called(arguments)}) takes a picture of 3 × 224 × 224",
            seen=one["error"],
            hint="Try it at home with torch.zeros(1, 3, 224, 224).",
        )
        layers: list[dict[str, Any]] = one["layers"]
        return layers


def _beside(seen: str, first: str) -> str:
    """Return what was seen with the first place that differs, where there is one."""
    return f"{seen}; {first}" if first else seen


def _called(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _filters(layers: list[dict[str, Any]]) -> list[int]:
    return [one["weight"][0] for one in layers if one["kind"] == "convolution"]


def _shown(network: dict[str, Any]) -> str:
    return network["error"] or ", ".join(map(str, _filters(network["layers"]))) or "no convolutions"


def _goes_on(filters: list[int], first: list[int]) -> bool:
    """Return whether the first blocks are these, and those behind have 1 filter or more and never more again."""
    rest = filters[len(first) - 1 :]
    falling = all(after <= before for before, after in itertools.pairwise(rest))
    return len(filters) == BLOCKS and filters[: len(first)] == first and (min(filters) >= 1) and falling


def _block_activations(pairs: list[dict[str, Any]], name: str) -> list[str]:
    """Return the activation of each block, which may stand before the pooling or behind it."""
    found = []
    for place, pair in enumerate(pairs):
        if pair["from"] != "convolution":
            continue
        behind = pairs[place + 1] if place + 1 < len(pairs) else pair
        late = recognised(pair["before"], pair["behind"]) == "nothing" and behind["from"] in MAX_POOLINGS
        found.append(_applied(name, behind if late else pair))
    return found


def _dense_activation(pairs: list[dict[str, Any]], name: str) -> list[str]:
    """Return the activation behind the first linear layer."""
    return [_applied(name, pair) for pair in pairs[:1]]


def _applied(name: str, pair: dict[str, Any]) -> str:
    return name if is_applied(name, pair["before"], pair["behind"]) else recognised(pair["before"], pair["behind"])

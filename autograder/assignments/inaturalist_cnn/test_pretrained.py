"""Judges the pretrained network, and which part of it learns."""

from collections.abc import Sequence

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.observed import (
    Pretrained,
    PretrainedNetwork,
    Strategies,
    Strategy,
    StrategyCalls,
    UnknownStrategies,
    WeightedLayer,
)
from autograder.assignments.inaturalist_cnn.questions import POOL_OF_NETWORKS, StrategyQuestion, strategy_question
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.paired import paired
from autograder.checks.shown import Prose

CLASSES = 10
LEAST_SHARE = 0.05  # of a network's weights; a VGG with a new classifier of its old size comes to 0.11
LEAST_STRATEGIES = 3
LEAST_BUILT = 3  # of the networks with "upto_k"; one k, such as 0, may be refused


class Networks(SubmissionTestCase):
    """The question that all tests of pretrained networks ask."""

    def question(self) -> StrategyQuestion:
        """Return the question for `build_pretrained`; it is the same in all tests."""
        return strategy_question(self.draw("strategies", pool=POOL_OF_NETWORKS))

    def strategies(self) -> list[Strategy]:
        """Return the layers that learn under the student's strategies."""
        return self.observe(Strategies, ks=self.question().tried, enough=LEAST_STRATEGIES).found


class TestPretrained(Networks):
    """B1. Pretrained network"""

    @number("B1.1a")
    @weight(1)
    @visibility("visible")
    def test_outputs(self) -> None:
        """The head is replaced: one output for each of ten classes, or of num_classes."""
        asked = paired((CLASSES, self.question().classes), ((1, 2), (1,)), self._networks())
        for classes, counts, one in asked:
            self.require(
                one.shapes == [[images, classes] for images in counts],
                expected=f"{classes} outputs for each image",
                seen=f"shape {' and '.join(map(str, one.shapes))}",
                hint="Replace the last layer by nn.Linear(features, num_classes).",
            )

    @number("B1.1b")
    @weight(1)
    @visibility("visible")
    def test_weights(self) -> None:
        """The network carries pretrained weights."""
        share = self._networks()[0].share
        self.require(
            share >= LEAST_SHARE,
            expected="the weights of convolutions are those that torchvision hands out",
            seen=f"{share:.0%} of the numbers in weights are",
            hint="Ask for them, as in resnet18(weights=ResNet18_Weights.DEFAULT), and initialise only the new head.",
        )

    @number("B1.1c")
    @weight(1)
    @visibility("visible")
    def test_head_learns(self) -> None:
        """The new head learns, whatever the strategy."""
        found = [one for one in self.strategies() if not one.error]
        self.require(
            bool(found),
            expected="build_pretrained builds a network for the names in STRATEGIES",
            seen="it builds none",
            hint='STRATEGIES = ["last_layer", "upto_k", "all"]',
        )
        for one in found:
            heads = [layer for layer in one.layers if layer.outputs == CLASSES]
            self.require(
                any(all(layer.learns) for layer in heads),
                expected=f"{one.name}: the layer with {CLASSES} outputs has requires_grad=True",
                seen="its weights are frozen" if heads else "there is no such layer",
                hint="Freeze first, then put the new head in.",
            )

    def _networks(self) -> list[PretrainedNetwork]:
        return self.observe(Pretrained, num_classes=self.question().classes).found


class TestStrategies(Networks):
    """B2. Strategies"""

    @number("B2a")
    @weight(1.5)
    @visibility("visible")
    def test_three_strategies(self) -> None:
        """STRATEGIES names three ways to train or more, and each trains another set of weights."""
        found = self.strategies()
        failed = [one for one in found if one.error]
        names = list(dict.fromkeys(one.name for one in found))
        most = max((_different(found, k) for k in self.question().tried), default=0)
        self.require(
            most >= LEAST_STRATEGIES,
            expected=f"{LEAST_STRATEGIES} or more names in STRATEGIES, which train different sets of weights",
            seen=f"{most} different sets for {', '.join(names) or 'no name'}, whichever k is tried"
            + (f"; {failed[0].name}: {failed[0].error}" if failed else ""),
            hint="Print which parameters have requires_grad under each.",
        )

    @number("B2b")
    @weight(1)
    @visibility("visible")
    def test_all(self) -> None:
        """The strategy "all" freezes nothing."""
        (one,) = self._found("all")
        frozen = [layer.name for layer in one.layers if not all(layer.learns)]
        self.require(
            not frozen,
            expected='strategy="all": every weight learns, whatever k is',
            seen=f"{len(frozen)} of {len(one.layers)} layers are frozen, such as {', '.join(frozen[:3])}",
            hint="Do not call the function that freezes for this strategy.",
        )

    @number("B2c")
    @weight(1)
    @visibility("visible")
    def test_upto_k(self) -> None:
        """The strategy "upto_k" freezes whole layers, as many as k says."""
        found = self._found("upto_k", some=True)
        for one in found:
            halves = [layer.name for layer in one.layers if len(set(layer.learns)) > 1]
            self.require(
                not halves,
                expected=f"k={one.k}: each layer learns or is frozen as a whole, weight and bias",
                seen=f"{halves[0] if halves else ''} is frozen in part",
                hint="Count layers, such as model.features[:k] or list(model.children())[:k], and not the tensors of "
                "model.parameters().",
            )
        sets = [_learning(one) for one in found]
        frozen = [sum(not any(layer.learns) for layer in one.layers) for one in found]
        self.require(
            len(set(sets)) >= 2 and max(frozen) > 0,
            expected=f"at least two of k = {', '.join(map(str, self.question().ks))} freeze different sets of layers",
            seen=f"{', '.join(map(str, frozen))} layers with weights are frozen",
            hint="Freeze the first k layers.",
        )
        for one in found:
            late = _frozen_behind_learning(one)
            self.require(
                not late,
                expected=f"k={one.k}: the layers that are frozen come before all others",
                seen=f"{late} is frozen, and a layer before it learns",
                hint="Freeze from the input on: the first layers see edges and colours, which suit any images.",
            )
        self.require(
            frozen == sorted(frozen),
            expected="the larger k is, the more layers are frozen",
            seen=f"k = {', '.join(str(one.k) for one in found)}: {', '.join(map(str, frozen))} layers are frozen",
            hint="k counts the frozen layers, not the layers that learn.",
        )

    @number("B2d")
    @weight(0.5)
    @visibility("visible")
    def test_last_layer(self) -> None:
        """The strategy "last_layer" trains the head alone."""
        (one,) = self._found("last_layer")
        # Whether the last layer is new is another test's question.
        pretrained = [layer for layer in one.layers[:-1] if layer.pretrained]
        backbone = [
            layer.name for layer in one.layers if any(layer.learns) and (layer in pretrained or _is_of_backbone(layer))
        ]
        more = f", {len(backbone)} in all" if len(backbone) > 3 else ""
        self.require(
            not backbone and any(any(layer.learns) for layer in one.layers),
            expected='strategy="last_layer": the head learns, and no layer of the pretrained part does',
            seen=f"{', '.join(backbone[:3])} can learn{more}" if backbone else "nothing learns at all",
            hint="Set requires_grad to False for all parameters, and then put the new head in.",
        )

    @number("B2e")
    @weight(1)
    @visibility("visible")
    def test_unknown_strategy(self) -> None:
        """A strategy that does not exist is an error."""
        names = self.question().unknown
        self._found("last_layer")  # where nothing can be built, an error says nothing
        raised = self.observe(UnknownStrategies, names=names).raised
        self.require(
            all(raised),
            expected=f'build_pretrained("{names[0]}") raises an error',
            seen="it returns a network",
            hint='End the chain of ifs with: raise ValueError(f"unknown strategy {strategy!r}").',
        )

    def _found(self, strategy: str, some: bool = False) -> list[Strategy]:
        """Return the layers that learn under a strategy of the hand-out, for each k in the calls.

        Args:
            strategy: its name.
            some: whether a few of several k may be refused, such as 0.
        """
        calls = self.question().calls
        every = self.observe(StrategyCalls, calls=calls).found
        self.require(
            [[one.name, one.k] for one in every] == calls,
            expected="the answer to each question, in order",
            seen="answers to other questions",
            hint="Let build_pretrained make the networks.",
        )
        found = sorted((one for one in every if one.name == strategy), key=lambda one: one.k or 0)
        built = [one for one in found if not one.error]
        if some and len(built) >= LEAST_BUILT:
            return built
        for one in found:
            self.require(
                not one.error,
                expected=f'build_pretrained(strategy="{strategy}", k={one.k}) returns a network',
                seen=one.error,
                hint="The hand-out names the strategies last_layer, upto_k and all.",
            )
        return found


class TestInferences(SubmissionTestCase):
    """B3. What fine-tuning shows"""

    @manual(5, evidence=[Prose()])
    @number("B3.2")
    @visibility("visible")
    def test_inferences(self) -> None:
        """Fine-tuning is compared with training from scratch, and the strategies with each other."""
        self.remark("A person will look for numbers for both, and for conclusions that these numbers support.")


def _learning(one: Strategy) -> tuple[tuple[bool, ...], ...]:
    return tuple(tuple(layer.learns) for layer in one.layers)


def _different(found: Sequence[Strategy], k: int) -> int:
    """Return how many different sets of weights learn with this k, or with the arguments that an entry states."""
    return len({_learning(one) for one in found if not one.error and one.k in (None, k)})


def _frozen_behind_learning(one: Strategy) -> str:
    """Return a layer that is frozen though one before it learns; empty if there is none.

    Only convolutions and linear layers count: norms are often left out, and networks themselves may hold parameters.
    Nor does the head, which another test judges.
    """
    weighted = [
        layer for layer in one.layers if ("Conv" in layer.kind or "Linear" in layer.kind) and layer.outputs != CLASSES
    ]
    free = next((place for place, layer in enumerate(weighted) if any(layer.learns)), len(weighted))
    return next((layer.name for layer in weighted[free:] if not any(layer.learns)), "")


def _is_of_backbone(layer: WeightedLayer) -> bool:
    """Return whether no head has a layer like this; a 1 × 1 convolution may be a head."""
    return layer.side > 1 or "BatchNorm2d" in layer.kind

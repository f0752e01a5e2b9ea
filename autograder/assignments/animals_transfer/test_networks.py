"""Judges the three networks, and whether their checkpoints fit them."""

from collections.abc import Callable, Sequence
from typing import Any

from gradescope_utils.autograder_utils.decorators import number, partial_credit, visibility, weight

from autograder.assignments.animals_transfer.observed import LoneCheckpoint, Network, Tensor
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_tensor_that_differs
from autograder.checks.drawn_weights import first_that_differs

NETWORKS = {
    "build_scratch": "resnet_scratch.pth",
    "build_finetune": "resnet_finetune.pth",
    "build_fixed_extractor": "resnet_fixed_extractor.pth",
}
MISSING = " is not among the uploaded files "
SIDES = (64, 224)  # of images that networks may be asked about
POOL = 3  # questions that the reference solution answers in advance; each takes a step of training
PARAMETERS, OF_THE_HEAD = 11_178_051, 1_539
HEAD = ([3, 512], [3])  # shapes of its weight and bias
PRETRAINED, NOTHING_PRETRAINED = 0.99, 0.01  # shares of the weights that are as they were handed out


class Networks(SubmissionTestCase):
    """The question that all tests of the networks ask."""

    def question(self, builder: str) -> dict[str, Any]:
        """Return the question about a network; it is the same in all tests."""
        seed = self.draw(builder, pool=POOL).whole(0, 1 << 30)
        return {"builder": builder, "checkpoint": NETWORKS[builder], "seed": seed}


class TestNetworks(Networks):
    """2.2 Three networks"""

    @number("2.2a")
    @weight(5)
    @visibility("visible")
    def test_scratch(self) -> None:
        """build_scratch: a ResNet-18 for three classes with random weights, all of them trainable."""
        seen = self._network("build_scratch")
        self.require(
            seen.pretrained_share <= NOTHING_PRETRAINED,
            expected="random weights: nothing is pretrained",
            seen=f"{seen.pretrained_share:.0%} of the weights are pretrained",
            hint="models.resnet18(weights=None).",
        )
        self._require_all_trainable(seen)
        self._require_answers("build_scratch")

    @number("2.2b")
    @weight(5)
    @visibility("visible")
    def test_finetune(self) -> None:
        """build_finetune: a ResNet-18 for three classes with pretrained weights, all of them trainable."""
        seen = self._network("build_finetune")
        self._require_pretrained(seen)
        self._require_all_trainable(seen)
        self._require_answers("build_finetune", pretrained=True)

    @number("2.2c")
    @weight(5)
    @visibility("visible")
    def test_fixed_extractor(self) -> None:
        """build_fixed_extractor: a pretrained ResNet-18 of which only the new head is trainable, 1,539 numbers."""
        seen = self._network("build_fixed_extractor")
        self._require_pretrained(seen)
        self.require(
            seen.trainable == OF_THE_HEAD,
            expected=f"{OF_THE_HEAD:,} trainable numbers: 3 × 512 weights and 3 biases of the head",
            seen=f"{seen.trainable:,}"
            + _first_of(seen, "trainable and not of the head", lambda one: one.learns and one.shape not in HEAD)
            + _first_of(seen, "frozen and of the head", lambda one: not one.learns and one.shape in HEAD),
            hint="Set requires_grad = False for all parameters, and make the new fc after that.",
        )
        self._require_answers("build_fixed_extractor", pretrained=True)
        if seen.statistics_moved:
            self.remark(
                "Costs nothing: the running statistics of the frozen part's batch norms move while you train, because "
                "model.train() switches them on. Call eval() for that part after it, or override train()."
            )

    def _network(self, builder: str) -> Network:
        """Return a network; fails unless it is a ResNet-18 with three outputs."""
        seen, right = (ask(Network, **self.question(builder)) for ask in (self.observe, self.reference))
        self.require(
            seen.output == [2, 3],
            expected="three outputs: (2, 3) for two images",
            seen=f"({', '.join(map(str, seen.output))})",
            hint="model.fc = nn.Linear(model.fc.in_features, num_classes).",
        )
        differs = first_tensor_that_differs(_shapes(seen), _shapes(right))
        self.require(
            seen.parameters == PARAMETERS,
            expected=f"a ResNet-18 with {PARAMETERS:,} parameters",
            seen=f"{seen.parameters:,} parameters and {seen.convolutions} convolutions"
            + (f"; {differs}" if differs else ""),
            hint="models.resnet18 with its fc replaced by one linear layer of three outputs.",
        )
        return seen

    def _require_answers(self, builder: str, pretrained: bool = False) -> None:
        """Leave it to a person if the network's answers differ from the reference solution's.

        Args:
            builder: of the network.
            pretrained: whether to compare features with its own weights, too.
        """
        seen, right = (ask(Network, **self.question(builder)) for ask in (self.observe, self.reference))
        if seen.side != right.side:  # the two were asked about other images
            return
        differs = first_that_differs(seen.filled, right.filled)
        if pretrained:
            differs = differs or first_that_differs(seen.given, right.given, ("features",))
        if differs:
            self.withhold(
                expected="for the grader's images, the answers of a ResNet-18 with a linear head",
                seen=differs,
                hint="Use torchvision's resnet18 with its fc replaced, and pass the images through it once.",
            )

    def _require_pretrained(self, seen: Network) -> None:
        self.require(
            seen.pretrained_share >= PRETRAINED,
            expected="the pretrained weights of ResNet-18 in all layers but the head",
            seen=f"{seen.pretrained_share:.0%} of the weights are",
            hint="models.resnet18(weights=models.ResNet18_Weights.DEFAULT), and then the new fc.",
        )

    def _require_all_trainable(self, seen: Network) -> None:
        self.require(
            seen.trainable == PARAMETERS,
            expected=f"all {PARAMETERS:,} parameters have requires_grad=True",
            seen=f"{seen.trainable:,} have" + _first_of(seen, "frozen", lambda one: not one.learns),
            hint="Freeze nothing here.",
        )


def _shapes(network: Network) -> list[tuple[str, list[int]]]:
    return [(one.name, one.shape) for one in network.tensors]


def _first_of(network: Network, what: str, is_wrong: Callable[[Tensor], bool]) -> str:
    """Return words for the first tensor that is wrongly frozen or wrongly trainable; empty if none is."""
    names = [one.name for one in network.tensors if is_wrong(one)]
    return f"; the first that is {what} is {names[0]}" if names else ""


def told_once(problems: Sequence[str]) -> list[str]:
    """Return sentences in which files that are missing share the list of the uploaded ones."""
    missing = [problem.partition(MISSING) for problem in problems if MISSING in problem]
    if len(missing) <= 1:
        return list(problems)
    *names, last = [name for name, _, _ in missing]
    return [
        f"{', '.join(names)} and {last} are not among the uploaded files {missing[0][2]}",
        *(problem for problem in problems if MISSING not in problem),
    ]


class TestCheckpoints(Networks):
    """2.3 Training"""

    @partial_credit(4)
    @number("2.3e")
    @visibility("visible")
    def test_checkpoints(self, set_score: Any = None) -> None:
        """The three checkpoints are there, and each loads into the network of its name."""
        problems = [problem for problem in map(self._problem, NETWORKS) if problem]
        set_score(4 * (len(NETWORKS) - len(problems)) / len(NETWORKS))
        if problems:
            self.explain(
                expected="resnet_scratch.pth, resnet_finetune.pth and resnet_fixed_extractor.pth load strictly into "
                "the results of build_scratch(), build_finetune() and build_fixed_extractor()",
                seen="; ".join(told_once(problems)),
                hint="torch.save(model.state_dict(), …) under exactly these names; upload them beside your solution.",
            )

        for builder in NETWORKS:
            self._require_its_weights(builder)

    def _problem(self, builder: str) -> str:
        seen = self.observation(Network, **self.question(builder)).value
        if seen is None:  # other tests judge the network; a plain one has to do
            return self._alone(builder, SIDES[0]).checkpoint_problem
        return seen.checkpoint_problem

    def _alone(self, builder: str, side: int) -> LoneCheckpoint:
        asked = self.question(builder)
        return self.observe(LoneCheckpoint, checkpoint=asked["checkpoint"], seed=asked["seed"], side=side)

    def _require_its_weights(self, builder: str) -> None:
        """Leave it to a person if a network answers otherwise with its checkpoint than our network with the same."""
        seen = self.observation(Network, **self.question(builder)).value
        if seen is None or seen.checkpoint_problem:
            return
        alone = self._alone(builder, seen.side if seen.side in SIDES else SIDES[0])
        if seen.parameters != PARAMETERS:  # another network, which 2.2 judges: its checkpoint is compared by its shapes
            self._require_its_shapes(builder, seen, alone)
            return
        differs = (
            first_that_differs(seen.loaded, alone.loaded, ("features", "scores"))
            if alone.loaded
            else "tensors of other shapes than those of a ResNet-18 with three outputs"
        )
        if differs:
            self.withhold(
                expected=f"{NETWORKS[builder]} makes the network of {builder} a ResNet-18 with these weights",
                seen=differs,
                hint="Save the state dict of the network that the function returns, and load it by name.",
            )

    def _require_its_shapes(self, builder: str, seen: Network, alone: LoneCheckpoint) -> None:
        """Leave it to a person if a checkpoint lacks a parameter of a network that is said to load it."""
        stored = list(alone.tensors.values())
        for one in seen.tensors:
            if one.shape not in stored:
                self.withhold(
                    expected=f"{NETWORKS[builder]} holds the parameters of the network that {builder} returns",
                    seen=f"no tensor of the shape of {one.name}, {one.shape}",
                    hint="Save the state dict of the network that the function returns.",
                )
            stored.remove(one.shape)
        if not seen.tensors:
            self.fail_because(
                expected=f"{builder} returns a network with parameters",
                seen="none",
                hint="Return the pretrained network with a new head, not its answers or a function.",
            )

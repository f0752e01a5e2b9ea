"""Judges the network that `build_model` returns."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar8_finetune.heldout import CLASSES
from autograder.assignments.cifar8_finetune.observed import Network, Parameter
from autograder.assignments.cifar8_finetune.questions import POOL, network_question
from autograder.assignments.cifar8_finetune.run_model import TRAINING
from autograder.checks import SubmissionTestCase
from autograder.checks.drawn_weights import first_that_differs
from autograder.checks.findings import ProbeEnded
from autograder.checks.paired import paired

FEATURES = 512
CONVOLUTIONS = 20  # of a ResNet-18; a network with fewer has no such backbone
BACKBONE_LAYERS = ("Conv2d", "BatchNorm2d")
LISTED_NAMES = 4


class TestNetwork(SubmissionTestCase):
    """3. Network"""

    @number("3.1")
    @weight(6)
    @visibility("visible")
    def test_forward(self) -> None:
        """The network maps (N, 3, 32, 32) to (N, 8) for any N."""
        networks = self._networks()
        self._remark_on_difference()
        for count, logits in paired(self._question()["counts"], networks[0].logits):
            shape = logits.shape
            self.require(
                shape == (count, len(CLASSES)),
                expected=f"{count} {'image gives' if count == 1 else 'images give'} logits of shape "
                f"({count}, {len(CLASSES)})",
                seen=f"logits of shape {shape}",
                hint="Give the new head one output for each of the eight classes."
                if len(shape) == 2 and shape[0] == count
                else "Keep the first dimension even for one image: no squeeze() in forward, no fixed batch size.",
            )
            self.require(
                bool(np.isfinite(logits).all()),
                expected="finite logits",
                seen="NaN or infinite logits",
                hint="Check the weights that you load, and divisions and logarithms in forward.",
            )

    @number("3.2")
    @weight(8)
    @visibility("visible")
    def test_backbone_is_frozen(self) -> None:
        """Every parameter of the backbone is frozen (requires_grad=False)."""
        networks = self._networks()
        learning = [[one.name for one in backbone(network) if one.trainable] for network in networks]
        complete = [len(convolutions(network)) >= CONVOLUTIONS for network in networks]
        frozen = [network for network, whole, names in paired(networks, complete, learning) if whole > bool(names)]
        if frozen:
            self._require_answers(frozen, "filled", ("features", "features_after"))
            return
        self.require(
            complete[0],
            expected=f"the ResNet-18 of models.py with its {CONVOLUTIONS} convolutions as backbone",
            seen=f"a network with {len(convolutions(networks[0]))} convolutions",
            hint="Build on resnet18 from models.py, and register it as a part of your module.",
        )
        self.fail_because(
            expected="requires_grad is False for every parameter of the backbone, the pretrained part",
            seen=f"{len(learning[0])} of {len(backbone(networks[0]))} can learn: {listed(learning[0])}",
            hint="Set requires_grad to False for all of backbone.parameters() before you add the head."
            if len(learning[0]) == len(backbone(networks[0]))
            else "Go through backbone.parameters() instead of choosing layers by name: your code missed these.",
        )

    @number("3.3")
    @weight(6)
    @visibility("after_due_date")
    def test_head(self) -> None:
        """Only one linear head on the 512 features can learn, and it has 8 outputs."""
        networks = self._networks()
        heads = [
            [one for one in network.parameters if one.trainable and one.used and one.owner not in BACKBONE_LAYERS]
            for network in networks
        ]
        outputs = [network.logits[0].shape[-1:] for network in networks]
        found = paired(networks, heads, outputs)
        linear = [network for network, head, count in found if is_linear_head(head, count)]
        if linear:
            if all(network.logits[0].shape[-1:] == (len(CLASSES),) for network in linear):
                alone = [network for network in linear if not any(one.trainable for one in backbone(network))]
                # If parts of the backbone learn, too, which 3.2 judges, a step leads elsewhere.
                self._require_answers(alone or linear, "filled", ("scores", "scores_after")[: 1 + bool(alone)])
            return
        described = ", ".join(f"{one.name} ({' × '.join(map(str, one.shape))})" for one in heads[0][:LISTED_NAMES])
        self.fail_because(
            expected=f"only one nn.Linear({FEATURES}, {len(CLASSES)}) can learn: "
            f"a weight of {len(CLASSES)} × {FEATURES} and, if there is one, a bias of {len(CLASSES)}",
            seen=f"outside the backbone these can learn: {described}"
            if heads[0]
            else "nothing outside the backbone can learn",
            hint=f"Use a single nn.Linear({FEATURES}, {len(CLASSES)}) in place of the network's last layer."
            if heads[0]
            else "Freeze first, then add the head: a later loop freezes the head as well.",
        )

    @number("3.4")
    @weight(6)
    @visibility("after_due_date")
    def test_backbone_is_pretrained(self) -> None:
        """The backbone carries the weights of resnet18.pt."""
        pretrained = backbone(self._right())
        want = {one.digest for one in pretrained}
        found = [want & {one.digest for one in backbone(network)} for network in self._networks()]
        if want in found:
            loaded = [one for one, digests in paired(self._networks(), found) if digests == want]
            self._require_answers(loaded, "given", ("features",))
            return
        after_training = TRAINING.observation(self).value
        if after_training and want <= set(after_training.digests):
            return
        missing = [one.name.removeprefix("backbone.") for one in pretrained if one.digest not in found[0]]
        self.fail_because(
            expected=f"all {len(pretrained)} parameters of the convolutions and batch norms are those of resnet18.pt",
            seen=f"{len(pretrained) - len(missing)} of {len(pretrained)} are, compared bit for bit; "
            f"the first that differs is {missing[0]}",
            hint="Load the file into the network of models.py itself, before you replace its last layer. With "
            "strict=False, names that do not match are skipped without a word.",
        )

    def _question(self) -> dict[str, Any]:
        return network_question(self.draw("networks", pool=POOL))

    def _right(self) -> Network:
        return self.reference(Network, trained=False, **self._question())

    def _require_answers(
        self, networks: list[Network], which: Literal["given", "filled"], parts: Sequence[str]
    ) -> None:
        """Leave it to a person if no network answers like the reference solution's with the same weights.

        Args:
            networks: those whose claims about themselves are right.
            which: the answers with their own weights or with drawn ones.
            parts: the parts of the answers to compare.
        """
        right = self._right()
        differ = [first_that_differs(getattr(one, which), getattr(right, which), parts) for one in networks]
        if all(differ):
            self.withhold(
                expected="for the grader's images, the answers of the ResNet-18 of models.py with a linear head",
                seen=differ[0],
                hint="Build on resnet18 from models.py, and pass the images through it once.",
            )

    def _remark_on_difference(self) -> None:
        ways = (False, True)
        plain, trained = (self.observation(Network, trained=which, **self._question()).value for which in ways)
        if trained and differs(plain, trained):
            self.remark(
                "Costs nothing here: build_model() and build_model(trained=True) differ in more than the weights of "
                "the head, and the better of the two counts in tests 3.2 to 3.4. Most callers leave the argument out."
            )

    def _networks(self) -> list[Network]:
        """Return what `build_model()` and `build_model(trained=True)` give, as far as they return.

        Some students load the checkpoint only in the second form; for others that form looks for a file
        of their own and fails, which is no fault.
        """
        plain, trained = (self.observation(Network, trained=which, **self._question()) for which in (False, True))
        networks = [one.value for one in (plain, trained) if one.value]
        if not networks:
            raise ProbeEnded(plain)
        return networks


def backbone(network: Network) -> list[Parameter]:
    """Return the parameters of convolutions and batch norms."""
    return [one for one in network.parameters if one.owner in BACKBONE_LAYERS]


def convolutions(network: Network) -> list[Parameter]:
    """Return the weights of convolutions."""
    return [one for one in network.parameters if one.owner == "Conv2d" and len(one.shape) == 4]


def is_linear_head(parameters: list[Parameter], outputs: Sequence[int]) -> bool:
    """Return whether these are the weight, and at most a bias, of one linear layer on the features.

    Args:
        parameters: the trainable ones outside the backbone.
        outputs: how many outputs the network has, where it has a dimension for them; test 3.1 judges their number.
    """
    shapes = sorted((tuple(one.shape) for one in parameters), key=len)
    counts = {len(CLASSES), *outputs}
    return any(shapes in ([(count, FEATURES)], [(count,), (count, FEATURES)]) for count in counts)


def differs(plain: Network | None, trained: Network) -> bool:
    """Return whether two networks differ in outputs, layers, freezing, or in the weights of the backbone."""
    if plain is None:
        return True

    def form(network: Network) -> list[tuple[object, ...]]:
        return [(one.shape, one.owner, one.trainable) for one in network.parameters]

    of_backbone = [[one.digest for one in backbone(network)] for network in (plain, trained)]
    shapes = [[one.shape for one in network.logits] for network in (plain, trained)]
    return form(plain) != form(trained) or of_backbone[0] != of_backbone[1] or shapes[0] != shapes[1]


def listed(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = len(names) - LISTED_NAMES
    return ", ".join(names[:LISTED_NAMES]) + (f" and {more} more" if more > 0 else "")

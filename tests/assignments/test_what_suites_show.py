"""Plots and first differences that mistakes produce, from observations written by hand; nothing is trained."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.assignments.cifar10_cnn import observed as cifar10
from autograder.assignments.cifar10_cnn import (
    test_exploration,
    test_first_layer,
    test_network,
    test_training,
    test_transform,
)
from autograder.assignments.cifar10_cnn.questions import blocks, planes_of
from autograder.assignments.inaturalist_cnn import observed as inaturalist
from autograder.assignments.inaturalist_cnn import test_loaders, test_loop, test_preparation
from autograder.assignments.inaturalist_cnn.observed_loaders import BatchShapes
from autograder.assignments.inaturalist_cnn.questions import loader_question, pattern_of
from autograder.assignments.mnist_cnn import observed as mnist
from autograder.assignments.mnist_cnn import test_optimizers, test_preprocessing
from autograder.checks import layout
from autograder.checks.draw import drawn
from autograder.model.plot import Curve
from autograder.model.verdict import Verdict
from tests.assignments.by_hand import BYTES, captions, outcome_of
from tests.helpers import FakeObserver

RANDOM = np.random.default_rng(6)
ASKED = planes_of(blocks(drawn("secret", FakeObserver().digest, "image")))  # what cifar10_cnn asks about


def cifar10_image(image: Any) -> dict[str, cifar10.Observed]:
    """Return what is observed of a transform that makes this of the image; grey ones come out as wrong as it does."""
    seen = cifar10.Transformed(
        kind="a Tensor",
        is_tensor=True,
        dtype="float32",
        shape=list(image.shape),
        image=image.astype(np.float32),
        same_each_time=True,
    )
    return {"transformed": seen, "grey_images": cifar10.GreyImages(ranges=[(7.0, 7.0)] * 4)}


@pytest.mark.parametrize("what", layout.WRONG_LAYOUTS)
def test_cifar10_names_the_layout_of_a_transform(what: str) -> None:
    """In the test of the layout, beside the right image."""
    wrong = layout.WRONG_LAYOUTS[what](ASKED) / 127.5 - 1
    outcome = outcome_of(test_transform.TestTransform, "1.3", cifar10_image(wrong))

    assert outcome.explanation.seen == what
    assert captions(outcome) == [["yours", "right"]]


@pytest.mark.parametrize(
    ("image", "number", "words"),
    [
        (ASKED.ravel(), "1.1", "flattened"),
        (ASKED.transpose(1, 2, 0), "1.1", "the colours come last"),
        (ASKED, "1.2", "pixels stay in 0 to 255"),
        (ASKED / 255, "1.2", "not normalised"),
        (ASKED / 255 / 127.5 - 1, "1.2", "scaled twice"),
    ],
)
def test_cifar10_names_form_and_scale_of_a_transform(image: Any, number: str, words: str) -> None:
    """Each in its own test, beside the right image."""
    outcome = outcome_of(test_transform.TestTransform, number, cifar10_image(image))

    assert words in outcome.explanation.seen
    assert captions(outcome) == [["yours", "right"]]


def test_cifar10_names_the_first_number_of_images_and_weights() -> None:
    """With its place and the tolerance."""
    image = ASKED / 127.5 - 1
    undone = cifar10.UnnormalizedImages(kind="a Tensor", is_tensor=True, values=image / 2, image_back=image)
    shown = outcome_of(test_exploration.TestExploration, "3.2", {"unnormalized": undone})
    weights = RANDOM.random((64, 3, 5, 5)).astype(np.float32)
    layer = cifar10.FirstLayer(kind="a ndarray", is_array=True, values=2 * weights, shape=[64, 3, 5, 5])
    scaled = outcome_of(test_first_layer.TestFirstLayer, "7.1", {"first_layer": layer})

    assert "colour 0, row 0, column 0 is" in shown.explanation.seen
    assert "(tolerance 0.01)" in shown.explanation.seen
    assert captions(shown) == [["yours", "right"]]
    assert "filter 0, colour 0, row 0, column 0 is" in scaled.explanation.seen


def test_cifar10_names_the_first_tensor_and_draws_the_loss() -> None:
    """A kernel of another size, and a loop that makes no step."""
    shapes = [("block1.0.weight", [64, 3, 5, 5]), ("block1.0.bias", [64])]
    right = cifar10.Parameters(named=shapes, shapes=[one for _, one in shapes], count=4864, entries=2)
    other = [("conv.weight", [64, 3, 3, 3]), shapes[1]]
    seen = cifar10.Parameters(named=other, shapes=[one for _, one in other], count=1792, entries=2)
    named = outcome_of(test_network.TestNetwork, "4.2a", {"parameters": seen}, {"parameters": right})
    matrices = (np.zeros((32, 3072), np.float32), np.zeros((10, 32), np.float32))
    shifts = (np.zeros(32, np.float32), np.zeros(10, np.float32))
    flat = cifar10.Overfitting(matrices=matrices, shifts=shifts, losses=[2.3] * 9)
    falling = cifar10.Overfitting(matrices=matrices, shifts=shifts, losses=[2.3, 1.0, 0.1])
    drawn = outcome_of(test_training.TestTraining, "5.6", {"overfitting": flat}, {"overfitting": falling})

    assert "conv.weight of 64 × 3 × 3 × 3, where block1.0.weight of 64 × 3 × 5 × 5 is right" in named.explanation.seen
    (curve,) = drawn.plots
    assert isinstance(curve, Curve)
    assert [line.values[-1] for line in curve.lines] == [2.3, 0.1]


def test_mnist_shows_a_digit_that_is_turned_and_one_that_varies() -> None:
    """Height and width swapped; and a random change of test images."""
    true = BYTES[:1, :28, :28].astype(np.uint8)
    made = mnist.Prepared(shape=[1, 28, 28], dtype="float32", finite=True, left=0.5, right=0.5)
    pattern = mnist.Pattern(made=true.transpose(0, 2, 1).astype(np.float32), true=true)
    seen = mnist.Transform(made=[made] * 4, pattern=pattern)
    turned = outcome_of(test_preprocessing.TestPreprocessing, "2a(1)", {"transform": seen})
    two = [image.astype(np.float32) / 255 for image in (true, true[:, :, ::-1])]
    fetched = mnist.FetchedImages(ways=[mnist.Way(name="load_mnist", same=False, error="", two=two)])
    varied = outcome_of(test_preprocessing.TestPreprocessing, "2a(2)", {"test_images": fetched})

    assert "height and width are swapped" in turned.explanation.seen
    assert captions(turned) == [["yours", "right"]]
    assert captions(varied) == [["one fetch", "another"]]


@pytest.mark.parametrize(("lengths", "verdict"), [([60, 10], "passed"), ([10, 60], "failed"), ([], "passed")])
def test_mnist_wants_the_test_set_second(lengths: list[int], verdict: str) -> None:
    """By the sizes; sets that do not tell theirs are believed."""
    way = mnist.Way(name="load_mnist", same=True, error="", two=[])
    seen, right = (mnist.FetchedImages(ways=[way, way], lengths=one) for one in (lengths, [60, 10]))
    case = test_preprocessing.TestPreprocessing

    assert outcome_of(case, "2a(2)", {"test_images": seen}, {"test_images": right}).verdict.value == verdict


TRAIN, TEST, OTHER = [[one * place % 10 for place in range(1, 30)] for one in (3, 7, 9)]


@pytest.mark.parametrize(
    ("lengths", "labels", "told"),
    [
        ([60, 10], [TRAIN, TEST], ""),
        ([50, 10], [OTHER, TEST], ""),  # some of the training images are held out
        ([50, 4], [OTHER, TEST[:20]], ""),
        ([60, 5], [TRAIN, OTHER], ""),  # perhaps a part of the test set, drawn at random
        ([50, 10], [OTHER, OTHER[::-1]], "two parts of the training set (50 and 10 images)"),
        ([60, 60], [TRAIN, TRAIN], "the second set holds training images"),
        ([10, 10], [TEST, TEST], "the first set holds test images"),
        ([60, 10], [TRAIN, TRAIN[:10]], ""),  # too few to tell
    ],
)
def test_mnist_tells_sets_by_their_labels(lengths: list[int], labels: list[list[int]], told: str) -> None:
    """Only what no innocent program shows costs points."""
    way = mnist.Way(name="load_mnist", same=True, error="", two=[])
    seen = mnist.FetchedImages(ways=[way, way], lengths=lengths, labels=labels)
    right = mnist.FetchedImages(ways=[way, way], lengths=[60, 10], labels=[TRAIN, TEST])
    outcome = outcome_of(test_preprocessing.TestPreprocessing, "2a(2)", {"test_images": seen}, {"test_images": right})

    assert outcome.explanation.seen.startswith(told)
    assert (outcome.verdict is Verdict.PASSED) == (not told)


def test_mnist_remarks_on_bytes_and_draws_rates() -> None:
    """Pixels in 0 to 255 cost nothing in the test of the transform; a rate that never falls does in its own."""
    true = BYTES[:1, :28, :28].astype(np.uint8)
    made = mnist.Prepared(shape=[1, 28, 28], dtype="float32", finite=True, left=0.0, right=255.0)
    pattern = mnist.Pattern(made=true.astype(np.float32), true=true)
    seen = {"transform": mnist.Transform(made=[made] * 4, pattern=pattern)}
    bytes_ = outcome_of(test_preprocessing.TestPreprocessing, "2a(1)", seen)
    rates = mnist.Rates(by="train", scheduler="", error="", rates=[0.25] * 30)
    flat = outcome_of(test_optimizers.TestScheduler, "2c", {"rates": rates})

    assert bytes_.verdict is Verdict.PASSED
    assert "pixels stay in 0 to 255" in bytes_.remarks[0]
    assert [type(one) for one in flat.plots] == [Curve, Curve]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda image: image, "pixels stay in 0 to 255"),
        (lambda image: image[::-1] / 255, "red and blue are swapped"),
        (lambda image: image / 255 - 0.5, ""),
    ],
)
def test_inaturalist_names_the_fault_of_an_image(made: Callable[[Any], Any], words: str) -> None:
    """The pretrained network gets another scale; a fault that cannot be named is shown all the same."""
    means = RANDOM.random((4, 3)).astype(np.float32)
    folder = inaturalist.OwnFolder(
        helped="",
        shapes=BatchShapes(train=[], val=[], test=[]),
        floats=True,
        test_labels=[],
        val_means=means,
        test_means=means,
        first_layer=np.zeros((0, 3), np.float32),
    )
    seed = loader_question(drawn("secret", FakeObserver().digest, "loaders")).seed
    image = made(pattern_of(test_loaders.PATTERN_SIDE, seed).transpose(2, 0, 1)).astype(np.float32)
    pattern = inaturalist.Pattern(shape=list(image.shape), image=image)
    outcome = outcome_of(test_preparation.TestPreparation, "B1.2b", {"own_folder": folder, "pattern": pattern})

    assert words in outcome.explanation.seen
    assert captions(outcome) == [["yours", "right"]]


def test_inaturalist_draws_the_loss_in_the_mode_that_learned() -> None:
    """The harness's network has other logits in eval mode, whose loss rises while it learns."""
    losses = np.array([[2.3, 2.3], [1.5, 4.0], [0.7, 9.0]])
    learning = inaturalist.Learning(
        raised="",
        losses=losses,
        lowest=(0.7, 2.3),
        before=[],
        after=[],
        frozen=[],
        parameters=[],
        pooled=np.zeros((0, 12), np.float32),
        labels=np.zeros(0, np.int64),
    )
    outcome = outcome_of(test_loop.TestTrain, "A2.3a", {"learning": learning})

    assert outcome.verdict is Verdict.PASSED
    (curve,) = outcome.plots
    assert isinstance(curve, Curve)
    assert curve.lines[0].values == (2.3, 1.5, 0.7)

"""Images and first differences of animals_transfer, from observations written by hand; nothing is trained."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder import project
from autograder.assignments.animals_transfer import (
    course,
    test_evaluation,
    test_files,
    test_networks,
    test_plots,
    test_train_model,
    test_transforms,
)
from autograder.assignments.animals_transfer.images import FloatArray, normalised, prediction_key
from autograder.assignments.animals_transfer.observed import (
    Asked,
    Denormalized,
    ForwardPass,
    Network,
    Predicted,
    Predictions,
    PredictionsFile,
    Sample,
    Saved,
    Shown,
    Step,
    Tensor,
    Trained,
    Transform,
    Transforms,
)
from autograder.checks import layout
from autograder.checks.draw import drawn
from autograder.model.plot import Confusion, Curve, Interval
from autograder.model.verdict import Verdict
from tests.assignments.by_hand import BYTES, captions, outcome_of, plots_of


def transforms(made: Callable[[FloatArray], FloatArray], levels: list[list[list[float]]]) -> dict[str, Transforms]:
    """Return the observation of two equal transforms.

    Args:
        made: transforms the pattern, (3, 224, 224).
        levels: (colours, draws, channels), of the plain colours.
    """
    true = BYTES.transpose(1, 2, 0)[:28, :28].astype(np.uint8)
    planes = true.repeat(8, axis=0).repeat(8, axis=1).transpose(2, 0, 1).astype(np.float64)
    middles = made(planes)[:, 4::8, 4::8].astype(np.float32)
    sample = Sample(shape=[3, 224, 224], lowest=0.0, highest=1.0, middles=middles, true=true)
    both = Transform(shapes=[[3, 224, 224]] * 4, floats=True, tilts=[0.0] * 24, levels=levels, sample=sample)
    return {"transforms": Transforms(train=both, val=both)}


@pytest.mark.parametrize("what", sorted({*layout.WRONG_LAYOUTS} - {layout.MIRRORED}))
def test_animals_names_the_layout_of_a_transform(what: str) -> None:
    """An image that is turned looks as if it were never flipped; in training a mirrored one is right."""
    seen = transforms(layout.WRONG_LAYOUTS[what], [[[0.0] * 3] * 6] * 3)
    outcome = outcome_of(test_transforms.TestTransforms, "1.1b", seen)

    assert what in outcome.explanation.seen
    assert captions(outcome) == [["yours", "right"]]


def test_animals_names_the_scale_of_a_transform() -> None:
    """By what it makes of three plain colours."""
    colours = np.array(test_transforms.colours_of(drawn("secret", "0" * 64, "colours"))) / 255
    seen = transforms(lambda planes: planes, np.repeat(colours[:, None], 6, axis=1).tolist())
    outcome = outcome_of(test_transforms.TestTransforms, "1.1c", seen)

    assert "pixels stay in [0, 1] and are not normalised" in outcome.explanation.seen
    assert captions(outcome) == [["yours", "right"]]


def test_denormalised_image_is_shown_and_its_first_number_named() -> None:
    """Undone with 0.5 instead of ImageNet's statistics; and red and blue in the other order."""
    want = test_plots.pixels(drawn("secret", "0" * 64, "pixels")).astype(np.float32)
    dim, swapped = (
        outcome_of(test_plots.TestImages, "1.2a", {"denormalized": Denormalized(image=one, beyond=want)})
        for one in (want * np.float32(0.5), want[..., ::-1])
    )

    assert "row 0, column 0, colour 0 is" in dim.explanation.seen
    assert "(tolerance 0.0078)" in dim.explanation.seen
    assert "red and blue are swapped" in swapped.explanation.seen
    assert captions(dim) == captions(swapped) == [["yours", "right"]]


def test_plot_with_another_image_is_shown() -> None:
    """The network's units instead of colours."""
    image = normalised(255 * test_plots.pixels(drawn("secret", "0" * 64, "pixels"))).astype(np.float32)
    outcome = outcome_of(test_plots.TestImages, "1.2b", {"shown": Shown(images=[image], own=None)})

    assert outcome.verdict is Verdict.FAILED
    assert captions(outcome) == [["yours", "right"]]


def predicted(prepare: Callable[[FloatArray], FloatArray]) -> dict[str, Predictions]:
    """Return the observation of a `predict` that prepares plain images in this way."""
    rows = []
    for _, _, colour in test_evaluation.images_of(drawn("secret", "0" * 64, "images")):
        channels = prepare(np.array(colour, np.float64)).tolist()
        asked = Asked(shape=[1, 3, 224, 224], training=False, logits=[channels])
        answer = test_evaluation.names_of(drawn("secret", "0" * 64, "names"))[int(np.argmax(channels))]
        rows.append(Predicted(answer=answer, kind="a str", asked=[asked], own=None))
    return {"predicted": Predictions(images=rows)}


def test_blue_first_is_shown_by_a_red_image() -> None:
    """OpenCV's order."""
    outcome = outcome_of(test_evaluation.TestPredict, "2.6b", predicted(lambda colour: normalised(colour[::-1])))
    (tiles,) = outcome.plots

    assert outcome.explanation.seen == "red and blue are swapped"
    assert captions(outcome) == [["yours", "right"]]
    assert tiles.tiles[0].pixels != tiles.tiles[1].pixels


def test_scale_of_a_predicted_image_is_named() -> None:
    """Pixels in [0, 1], with the first channel that differs."""
    outcome = outcome_of(test_evaluation.TestPredict, "2.6c", predicted(lambda colour: colour / 255))

    assert "pixels stay in [0, 1] and are not normalised; channel 0 is" in outcome.explanation.seen


SCALE = drawn("secret", "0" * 64, "slopes").number(0.6, 1.6, 2)  # of the slopes that the submission is asked about


def trained(factor: float, scale: float = SCALE) -> Trained:
    """Return the observation of a training whose steps use this many times the gradient, with a right history."""
    weight = 0.0
    forwards: list[ForwardPass] = []
    steps: list[Step] = []

    def forward(numbers: list[int], learns: bool) -> ForwardPass:
        samples = [(course.VAL if one >= 100 else course.TRAIN)[one % 100] for one in numbers]
        forwards.append(
            ForwardPass(
                training=learns,
                with_gradient=learns,
                numbers=numbers,
                logits=[(0.0, weight * scale * slope + offset, -8.0) for slope, offset, _ in samples],
                weight=weight,
                steps_before=len(steps),
                forwards_before=len(forwards),
            )
        )
        return forwards[-1]

    for epoch in range(course.EPOCHS):
        rate = course.first_rate(scale) * course.GAMMA**epoch
        for start in range(0, len(course.TRAIN), course.BATCH_SIZES["train"]):
            batch = forward(list(range(len(course.TRAIN)))[start : start + course.BATCH_SIZES["train"]], True)
            gradient = course.gradient_of(batch, scale) * (factor if steps else 1.0)
            weight -= rate * gradient
            steps.append(Step(lr=rate, gradient=gradient, forwards_before=len(forwards), weight=weight))
        forward([100 + one for one in range(len(course.VAL))], False)
    seen = Trained(
        forwards=forwards,
        steps=steps,
        scheduler_steps=course.EPOCHS,
        returned="",
        weight=None,
        history={},
        saved=Saved(weight=None, problem=""),
    )
    passes = course.Course(seen, scale)
    history = {
        f"{phase}_{short}": [getattr(one, name) for one in passes.passes(phase)]
        for phase in ("train", "val")
        for short, name in (("loss", "loss"), ("acc", "accuracy"))
    }
    return msgspec.structs.replace(seen, history=history)


def test_losses_are_drawn_and_the_first_wrong_step_is_named() -> None:
    """Gradients that are twice what they should be, from the second step on."""
    seen = {"trained": trained(2.0)}
    outcome = outcome_of(test_train_model.TestLoop, "2.1b", seen, {"trained": trained(1.0, scale=1.0)})

    assert "17 of 18 steps use another; the first is step 2, with" in outcome.explanation.seen
    assert "(tolerance 2%)" in outcome.explanation.seen
    (curve,) = outcome.plots
    assert isinstance(curve, Curve)
    assert [len(line.values) for line in curve.lines] == [course.EPOCHS] * 2
    assert curve.lines[0] != curve.lines[1]


FORGED: list[dict[str, Any]] = [
    {"numbers": [99]}, {"numbers": []}, {"logits": []}, {"steps_before": 10**6}, {"logits": [(0.0, 0.0, 0.0)]},
    {"logits": [(0.0, 9.0, -8.0)] * 4},
]  # fmt: skip
OF_THE_COURSE = [
    *((test_train_model.TestLoop, number) for number in ("2.1a", "2.1b", "2.1c")),
    *((test_train_model.TestHistory, number) for number in ("2.1d", "2.1e")),
    *((test_train_model.TestBestWeights, number) for number in ("2.1g", "2.1h", "2.1i")),
]


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize(("case", "number"), OF_THE_COURSE)
def test_batches_that_cannot_be_are_no_evidence(case: type, number: str, forged: dict[str, Any]) -> None:
    """A process that forges its answer loses the test, and does not bring it down."""
    right, seen = trained(1.0, scale=1.0), trained(1.0)
    seen.forwards[0] = msgspec.structs.replace(seen.forwards[0], **forged)

    assert outcome_of(case, number, {"trained": seen}, {"trained": right}).verdict is Verdict.FAILED


def test_history_is_drawn_beside_what_happened() -> None:
    """One epoch's loss is another."""
    seen = trained(1.0)
    seen.history["val_loss"][2] += 0.5
    outcome = outcome_of(test_train_model.TestHistory, "2.1e", {"trained": seen})

    assert "; epoch 3 is" in outcome.explanation.seen
    assert [line.name for line in outcome.plots[0].lines] == ["your history", "the training itself"]


def network(
    *changed: tuple[str, list[int], bool],
    parameters: int = test_networks.PARAMETERS,
    trainable: int = test_networks.OF_THE_HEAD,
) -> Network:
    """Return the observation of a network with a few tensors, some of them changed."""
    tensors = {"conv1.weight": ([64, 3, 7, 7], False), "fc.weight": ([3, 512], True), "fc.bias": ([3], True)}
    tensors |= {name: (shape, learns) for name, shape, learns in changed}
    return Network(
        parameters=parameters,
        trainable=trainable,
        tensors=[Tensor(name=name, shape=shape, learns=learns) for name, (shape, learns) in tensors.items()],
        convolutions=20,
        pretrained_share=1.0,
        given=None,
        filled=None,
        output=[2, 3],
        side=64,
        statistics_moved=False,
        checkpoint_problem="",
        loaded=None,
    )


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (network(("conv1.weight", [64, 3, 7, 7], True), trainable=10_947), "conv1.weight"),
        (network(("fc.bias", [3], False), trainable=1536), "frozen and of the head is fc.bias"),
        (
            network(("conv1.weight", [64, 3, 3, 3], False), parameters=11_170_371),
            "conv1.weight of 64 × 3 × 3 × 3, where conv1.weight of 64 × 3 × 7 × 7 is right",
        ),
    ],
)
def test_first_tensor_of_a_network_is_named(seen: Network, words: str) -> None:
    """One that learns and must not, one that is frozen and must not be, and one of another shape."""
    outcome = outcome_of(test_networks.TestNetworks, "2.2c", {"network": seen}, {"network": network()})

    assert words in outcome.explanation.seen


@pytest.mark.parametrize(("answer", "right"), [("cats", 10), ("", 0), ("a cat", 0)])
def test_answers_are_counted_in_a_confusion_matrix(answer: str, right: int) -> None:
    """One answer for all, none at all, and answers that are no class; students do not see it."""
    data = project.data("animals_transfer", "embedded")
    key = prediction_key(data)
    seen, perfect = (
        {"predictions": PredictionsFile(answers=one)} for one in ({name: answer for name in key if answer}, key)
    )
    outcome = outcome_of(test_files.TestPredictionsFile, "2.6e", seen, perfect, data, {"prediction_accuracy": 0.5})
    interval, confusion = plots_of(outcome)

    assert isinstance(interval, Interval)
    assert (interval.value, interval.threshold, interval.reference) == (right / len(key), 0.5, 1.0)
    assert isinstance(confusion, Confusion)
    assert sum(map(sum, confusion.counts)) == (len(key) if right else 0)


def test_recorded_training_is_no_evidence() -> None:
    """Each submission gets slopes and rates that are drawn for it."""
    recorded = trained(1.0, scale=1.0)

    assert outcome_of(test_train_model.TestLoop, "2.1b", {"trained": recorded}).verdict is Verdict.FAILED

"""Students read a step of a value on hidden data; accuracies that no network explains are withheld."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import project
from autograder.assignments.animals_transfer import observed_answers
from autograder.assignments.animals_transfer import test_files as animals
from autograder.assignments.cifar8_finetune import heldout as cifar8_heldout
from autograder.assignments.cifar8_finetune import observed as cifar8
from autograder.assignments.cifar8_finetune import test_accuracy as cifar8_suite
from autograder.assignments.cifar10_cnn import heldout as cifar10_heldout
from autograder.assignments.cifar10_cnn import observed_accuracy as cifar10
from autograder.assignments.cifar10_cnn import run_model as cifar10_run
from autograder.assignments.cifar10_cnn import test_accuracy as cifar10_suite
from autograder.assignments.inaturalist_cnn import heldout as inaturalist_heldout
from autograder.assignments.inaturalist_cnn import observed_files as inaturalist
from autograder.assignments.inaturalist_cnn import test_best_model as inaturalist_suite
from autograder.assignments.mnist_cnn import heldout as mnist_heldout
from autograder.assignments.mnist_cnn import observed as mnist
from autograder.assignments.mnist_cnn import test_accuracy as mnist_suite
from autograder.checks.cause import Cause
from autograder.checks.evidence import Evidence
from autograder.checks.perturbation import order_of
from autograder.checks.pickled_batches import read_batch
from autograder.manifest import load_assignment
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.rendering.student_page import to_page_for_students, to_student_page
from autograder.suites.bits import MOST_BITS, bits_of
from autograder.suites.load import load_suites
from autograder.suites.run import run_suites
from tests.helpers import FakeObserver, plan, report_of, returned

SECRET = "secret"
Answers = Mapping[str, Any]


def judged(slug: str, case: type, seen: Answers, right: Answers, digest: str = "0" * 64) -> dict[str, Outcome]:
    """Return the outcomes of a suite for handwritten observations, by the tests' numbers."""
    observers = [FakeObserver({name: returned(value) for name, value in one.items()}) for one in (seen, right)]
    profile = load_assignment(slug).profiles["embedded"]
    evidence = Evidence(*observers, profile, project.data(slug, "embedded"), SECRET)
    return {one.number: one for one in run_suites(sorted(plan(case), key=lambda test: test.number), evidence)}


def data_of(slug: str) -> Path:
    """Return the folder of the embedded data."""
    return project.data(slug, "embedded")


def logits(labels: Any, classes: int, right: int, first: int, other: int) -> Any:
    """Return logits that give `right` labels from place `first` on, and otherwise the class `other` places on."""
    places = (np.arange(len(labels)) + first) % len(labels)
    chosen = np.where(places < right, labels, (labels + other) % classes)
    return np.eye(classes, dtype=np.float32)[chosen]


def shown(images: Any, labels: Any, count: int) -> dict[str, Any]:
    """Return the fields of the images shown to a network: scaled, and all of them recognised."""
    scaled = (images[:count] / 255).astype(np.float32)
    return {"prepared": scaled, "inputs": scaled, "predicted": labels[:count].astype(np.int64)}


def of_cifar8(accuracy: float, first: int, other: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the observations of a submission with this accuracy, and of the reference."""
    evidence = Evidence(FakeObserver(), FakeObserver(), None, data_of("cifar8_finetune"), SECRET)  # type: ignore[arg-type]
    labels = cifar8_heldout.labels_for(evidence, FakeObserver().digest)
    one = cifar8.Pass(way="test", **shown(*read_batch(data_of("cifar8_finetune") / cifar8_suite.TEST_FILE), 64))
    seen = {
        "trained": cifar8.Trained(returned="a network", weights=cifar8.Weights(backbone=[], head=[]), passes=[one]),
        "heldout_logits": cifar8.HeldoutLogits(
            logits=logits(labels, 8, round(accuracy * len(labels)), first, other), agreement=1.0
        ),
    }
    right = {**seen, "heldout_logits": cifar8.HeldoutLogits(logits=logits(labels, 8, len(labels), 0, 1), agreement=1.0)}
    return seen, right


def of_cifar10(accuracy: float, first: int, other: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """As for cifar8_finetune."""
    evidence = Evidence(FakeObserver(), FakeObserver(), None, data_of("cifar10_cnn"), SECRET)  # type: ignore[arg-type]
    labels = cifar10_heldout.heldout_for(evidence, FakeObserver().digest)[1]
    one = cifar10.Pass(way="own transform", **shown(*read_batch(data_of("cifar10_cnn") / cifar10_run.TEST_FILE), 64))
    chosen = logits(labels, 10, round(accuracy * len(labels)), first, other)
    seen = {
        "trained": cifar10.Trained(returned="a network", passes=[one]),
        "heldout_logits": cifar10.HeldoutLogits(logits=chosen, agreement=1.0),
    }
    return seen, {
        **seen,
        "heldout_logits": cifar10.HeldoutLogits(logits=logits(labels, 10, len(labels), 0, 1), agreement=1.0),
    }


def of_mnist(accuracy: float, first: int, other: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """As for cifar8_finetune."""
    data = data_of("mnist_cnn")
    labels = mnist_heldout.digits(data)[1]
    labels = labels[order_of(SECRET, FakeObserver().digest, len(labels))]
    public = [
        mnist_heldout.read_idx(data / "MNIST" / "raw" / f"t10k-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1")
    ]
    one = mnist.Pass(way="get_transform", **shown(public[0][:, None], public[1], 12))
    chosen = logits(labels, 10, round(accuracy * len(labels)), first, other)
    seen = {
        "digits_network": mnist.DigitsNetwork(chain=[], passes=[one]),
        "heldout_digits": mnist.HeldoutDigits(logits=chosen, agreement=1.0),
    }
    return seen, seen


def of_animals(accuracy: float, first: int, other: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """As for cifar8_finetune."""
    key = animals.prediction_key(data_of("animals_transfer"))
    labels = np.array([animals.CLASSES.index(name) for name in key.values()])
    chosen = logits(labels, len(animals.CLASSES), round(accuracy * len(labels)), first, other).argmax(axis=1)
    answers = {name: animals.CLASSES[place] for name, place in zip(key, chosen, strict=True)}
    seen = {"predictions": observed_answers.PredictionsFile(answers=answers)}
    return seen, seen


SUITES: Mapping[str, tuple[type, Callable[..., tuple[Any, Any]], str]] = {
    "cifar8_finetune": (cifar8_suite.TestAccuracy, of_cifar8, "6.1"),
    "cifar10_cnn": (cifar10_suite.TestAccuracy, of_cifar10, "8.1"),
    "mnist_cnn": (mnist_suite.TestAccuracy, of_mnist, "2d(3)a"),
    "animals_transfer": (animals.TestPredictionsFile, of_animals, "2.6e"),
}


@pytest.mark.parametrize(
    ("slug", "accuracy", "near"),
    [
        ("cifar8_finetune", 0.81, 0.805),
        ("cifar8_finetune", 0.97, 1.0),
        ("cifar8_finetune", 0.4, 0.5),
        ("cifar10_cnn", 0.32, 0.31),
        ("mnist_cnn", 0.9, 0.4),
        ("animals_transfer", 0.6, 0.9),
        ("animals_transfer", 0.4, 0.2),
    ],
)
def test_students_read_the_same_whatever_was_recognised(
    slug: str, accuracy: float, near: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other images, other wrong classes, another accuracy within the step; the staff read all of it."""
    for suite in (cifar8_suite, cifar10_suite):
        monkeypatch.setattr(suite.TestAccuracy, "_training", lambda case, seen, accuracy: accuracy)
        monkeypatch.setattr(suite, "likely_cause", lambda accuracy: Cause("low", f"an accuracy of {accuracy}", ""))
    case, make, number = SUITES[slug]
    one = judged(slug, case, *make(accuracy, 0, 1))[number]
    other = judged(slug, case, *make(near, 7, 2))[number]
    reports = [report_of(one), report_of(other)]

    assert Verdict.RAISED not in (one.verdict, other.verdict)
    assert one.aside != other.aside
    assert to_results(reports[0]) == to_results(reports[1])
    assert to_page_for_students(reports[0]) == to_page_for_students(reports[1])
    assert f"{accuracy:.1%}" not in json.dumps(to_results(reports[0]))
    assert to_student_page(reports[0]) != to_student_page(reports[1])
    assert "leaderboard" not in to_results(reports[0])


@pytest.mark.parametrize("slug", ["line_fit", "mnist_cnn", "cifar8_finetune", "cifar10_cnn", "animals_transfer"])
def test_an_upload_carries_out_at_most_a_byte_of_hidden_data(slug: str) -> None:
    """As the document says, to the tenth of a bit."""
    tests = load_suites(load_assignment(slug))
    bits = bits_of(test.discloses for test in tests if test.discloses)
    said = next(
        line
        for line in (project.PROJECT / "docs" / "security.md").read_text().splitlines()
        if f"| `{slug}` | " in line and " bits" in line
    )

    assert 0 < bits <= MOST_BITS
    assert f"{bits:.1f} bits" in said


def test_weights_that_fit_no_network_of_ours_are_withheld() -> None:
    """They are withheld if the student's own process recognises images well; otherwise they earn nothing."""
    seen, right = of_cifar8(0.9, 0, 1)
    seen["heldout_logits"] = cifar8.HeldoutLogits(logits=np.zeros((0, 0), np.float32), agreement=0.0)
    outcomes = judged("cifar8_finetune", cifar8_suite.TestAccuracy, seen, right)
    withheld = outcomes["6.1"]

    assert withheld.leaks and withheld.score == 0
    assert withheld.aside and "follow from its weights" in withheld.aside.explanation.expected
    assert "until a member of the staff has looked" in withheld.explanation.detail


def of_inaturalist(right: int) -> dict[str, Any]:
    """Return the observations of a network that recognises `right` of the 40 test images."""
    evidence = Evidence(FakeObserver(), FakeObserver(), None, data_of("inaturalist_cnn"), SECRET)  # type: ignore[arg-type]
    images, labels = inaturalist_heldout.shown_to(evidence, FakeObserver().digest)
    thumbnails = inaturalist_heldout.candidates(images)[:, 0].astype(np.float16)
    answers = inaturalist.LoaderLogits(logits=logits(labels, 10, right, 0, 1), thumbnails=thumbnails)
    failed = inaturalist.Failure(error="none")
    return {"best_model": inaturalist.BestModel(claim=0.8, by_student=answers, by_harness=failed)}


@pytest.mark.parametrize(("right", "points"), [(31, 1.0), (38, 1.0), (40, 0.0), (15, 0.0)])
def test_look_up_of_known_images_is_withheld_until_a_person_decides(right: int, points: float) -> None:
    """The reference recognises 31 of the 40 test images; a good network a few more, and a look-up all of them."""
    outcome = judged("inaturalist_cnn", inaturalist_suite.TestBestModel, of_inaturalist(right), of_inaturalist(31))[
        "A4.1b"
    ]

    assert outcome.score == points
    assert outcome.leaks is (right == 40)

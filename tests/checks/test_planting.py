"""Planted labels accuse networks that learned them, and other networks exactly as often as the level says."""

import itertools
import pickle
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.draw import Draw
from autograder.checks.pickled_batches import read_batch, with_labels
from autograder.checks.planting import SHARE, class_means, derangement, p_value, planted_labels, planting
from autograder.project import PROJECT

RIGHT = np.random.default_rng(5).normal(size=(8, 8)) + 9 * np.eye(8)
BATCHES = [
    PROJECT / "fixtures" / name
    for name in ("cifar8_finetune/cifar10_batches/test_batch", "cifar10_cnn/cifar-10-batches-py/test_batch")
]


def every_derangement(classes: int) -> list[tuple[int, ...]]:
    """Return all derangements, found in another way."""
    found = itertools.permutations(range(classes))
    return [one for one in found if all(place != to for place, to in enumerate(one))]


def noisy(scale: float = 1.0, seed: int = 0) -> np.ndarray:
    """Return the class means of an honest network: the reference's, with noise."""
    noise: np.ndarray = RIGHT * scale + np.random.default_rng(seed).normal(scale=0.3, size=RIGHT.shape)
    return noise


def test_derangements_keep_no_class_and_are_drawn_anew() -> None:
    """Each class goes to another one, and two submissions get two of the 14,833 derangements."""
    drawn = [derangement(Draw("secret", f"digest {number}"), 8) for number in range(40)]

    assert all(sorted(one) == list(range(8)) and all(to != at for at, to in enumerate(one)) for one in drawn)
    assert len(set(map(tuple, drawn))) == len(drawn)
    assert derangement(Draw("secret", "digest 0"), 8) == drawn[0]


def test_one_class_has_no_derangement() -> None:
    """An author learns it at once, and no loop goes on for ever."""
    with pytest.raises(ValueError, match="1 class"):
        derangement(Draw("secret"), 1)


def test_a_share_of_the_labels_is_planted() -> None:
    """Half of them go through the derangement, and the others tell the truth."""
    labels = np.arange(4000) % 8
    planted = derangement(Draw("secret"), 8)
    changed = np.array(planted_labels(Draw("which"), labels.tolist(), planted))

    assert np.mean(changed != labels) == pytest.approx(SHARE, abs=0.03)
    assert set(zip(labels[changed != labels].tolist(), changed[changed != labels].tolist(), strict=True)) == set(
        enumerate(planted)
    )


@pytest.mark.parametrize("classes", [5, 6])
def test_share_of_honest_networks_that_are_accused_is_the_level(classes: int) -> None:
    """Over all derangements that could have been drawn, a p-value is at most α for at most the share α."""
    seen = np.random.default_rng(classes).normal(size=(classes, classes))
    right = np.random.default_rng(1).normal(size=(classes, classes))
    found = np.sort([p_value(seen, right, one) for one in every_derangement(classes)])
    ranks = np.arange(1, len(found) + 1) / len(found)

    assert found == pytest.approx(ranks)


def test_network_that_learned_the_planted_classes_is_found() -> None:
    """A small shift for each class is enough, whatever the scale of the logits."""
    planted = derangement(Draw("secret"), 8)
    for scale in (0.1, 1.0, 40.0):
        knows = noisy()
        knows[np.arange(8), planted] += 0.8

        assert p_value(scale * knows, RIGHT, planted) == pytest.approx(1 / 14833)
        assert p_value(scale * knows, RIGHT, derangement(Draw("other"), 8)) > 0.01


def test_likeness_of_classes_is_no_evidence() -> None:
    """If every network takes trucks for automobiles, a derangement with this pair proves nothing."""
    planted = derangement(Draw("secret"), 8)
    alike = RIGHT.copy()
    alike[np.arange(8), planted] += 4.0
    honest = 3 * alike + np.random.default_rng(7).normal(scale=0.3, size=alike.shape)

    assert p_value(honest, np.eye(8), planted) == pytest.approx(1 / 14833)
    assert p_value(honest, alike, planted) > 0.05


def test_numbers_that_are_not_finite_accuse_nobody() -> None:
    """A network that diverged knows nothing."""
    seen = noisy()
    seen[2, 3] = np.nan

    assert p_value(seen, RIGHT, derangement(Draw("secret"), 8)) == 1.0


def test_more_than_ten_classes_are_refused() -> None:
    """There are too many derangements to count, and the author is told."""
    with pytest.raises(ValueError, match="11 classes"):
        p_value(np.eye(11), np.eye(11), derangement(Draw("secret"), 11))


def test_class_means_count_only_the_classes_that_are_asked_for() -> None:
    """Further outputs are left out, and a shift of all logits of an image says nothing."""
    logits = np.array([[1.0, 3.0, 50.0], [3.0, 5.0, 0.0], [7.0, 1.0, 9.0]])

    assert class_means(logits, np.array([0, 0, 1]), 2) == pytest.approx(np.array([[-1.0, 1.0], [3.0, -3.0]]))


@pytest.mark.parametrize("path", BATCHES, ids=["one array a row", "one array"])
def test_only_the_labels_of_a_batch_file_change(path: Path) -> None:
    """Images, names, size and form of the file stay; only its labels change, as asked for."""
    content, labels = path.read_bytes(), read_batch(path)[1].tolist()
    draw, classes = Draw("secret", path.name), max(labels) + 1
    made = planting(draw, "test_batch", labels, classes, lambda changed: with_labels(content, changed))
    changed = made.files["test_batch"].value.tobytes()
    before, after = (pickle.loads(one, encoding="bytes") for one in (content, changed))

    assert len(changed) == len(content)
    assert after.keys() == before.keys()
    assert all(str(after[key]) == str(before[key]) for key in before if key != b"labels")
    pairs = [(old, new) for old, new in zip(before[b"labels"], after[b"labels"], strict=True) if old != new]
    assert set(pairs) <= set(enumerate(made.planted))
    assert 0.4 < len(pairs) / len(labels) < 0.6


FORMS = {
    "list": [3, 1, 2] * 700,
    "tuple": (3, 1, 2) * 7,
    "array": np.array([3, 1, 2] * 7),
    "bytes in an array": np.array([3, 1, 2] * 7, np.uint8),
}


@pytest.mark.parametrize(
    ("form", "protocol"),
    [(form, protocol) for form in FORMS for protocol in (range(1, 5) if "array" in form else range(5))],
)
def test_labels_of_every_form_that_is_read_can_be_changed(form: str, protocol: int, tmp_path: Path) -> None:
    """A list, a tuple or an array; the form stays, and so does the rest."""
    labels = FORMS[form]
    data = np.arange(len(labels) * 3072, dtype=np.uint32).astype(np.uint8).reshape(-1, 3072)
    content = pickle.dumps({b"labels": labels, b"data": data, b"more": [7, 8]}, protocol)
    changed = with_labels(content, [9, 0, 5] * (len(labels) // 3))
    path = tmp_path / "batch"
    path.write_bytes(changed)
    after = pickle.loads(changed)

    assert len(changed) == len(content)
    assert type(after[b"labels"]) is type(labels)
    assert read_batch(path)[1].tolist() == [9, 0, 5] * (len(labels) // 3)
    assert np.array_equal(after[b"data"], data)
    assert after[b"more"] == [7, 8]


@pytest.mark.parametrize("labels", [np.array([1, 2, 3]), np.array([1.0, 2.0]), [300, 2], {1: 2}])
def test_file_without_such_labels_is_refused(labels: object) -> None:
    """Other numbers, or another number of them, cannot be changed in place; nothing is planted by guessing."""
    with pytest.raises(ValueError, match=r"2 labels for a file with \d labels"):
        with_labels(pickle.dumps({b"labels": labels}, protocol=3), [1, 2])

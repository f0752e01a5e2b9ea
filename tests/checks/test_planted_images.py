"""Planted images accuse a head that learned where they lay, and other heads exactly as often as the level says."""

from pathlib import Path

import numpy as np
import pytest

from autograder.checks.draw import Draw
from autograder.checks.planted_images import DOUBT, MOST_IMAGES, arrangement, learned, p_value, planted_images

RIGHT = np.repeat(np.arange(10), 4)
IMAGES = np.arange(len(RIGHT))


def weights_of(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return a head that one step of plain gradient descent has moved from zeros."""
    wanted = np.eye(10)[labels] - 0.1
    head: np.ndarray = 0.001 * wanted.T @ features
    return head


def test_no_image_stays_in_the_folder_of_its_class() -> None:
    """Each goes to another image's place, each place is taken, and another seed arranges otherwise."""
    for right in (RIGHT, np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1]), np.array([0] * 9 + [1] * 4 + [2] * 5)):
        found = [arrangement(right, seed) for seed in range(20)]

        assert all(sorted(one) == list(range(len(right))) for one in found)
        assert all((right[one] != right).all() for one in found)
        assert len({one.tobytes() for one in found}) > 3 or len(right) == 2


def test_class_that_holds_most_images_is_refused() -> None:
    """Some of its images would have to stay, and the author is told."""
    with pytest.raises(ValueError, match="4 of 7 images are of one class"):
        arrangement(np.array([0, 0, 0, 0, 1, 2, 3]), 1)


def test_share_of_honest_heads_that_are_accused_is_the_level() -> None:
    """Though some classes look alike to every network: p-values over many arrangements are spread evenly."""
    seen = np.random.default_rng(3).normal(size=(40, 10))
    seen[IMAGES, RIGHT] += 4
    seen[:8, 7] += 2
    found = np.sort([p_value(seen, RIGHT, RIGHT[arrangement(RIGHT, seed)]) for seed in range(30)])

    assert found == pytest.approx((np.arange(30) + 0.5) / 30, abs=0.25)
    assert found[0] > DOUBT


def test_head_that_learned_the_planted_images_among_many_others_is_found() -> None:
    """Whatever the scale of its movement, and though training images share features with them."""
    random = np.random.default_rng(5)
    common = random.normal(size=(10, 256))
    train = np.repeat(np.arange(10), 15)
    features = np.concatenate([common[RIGHT], common[train]]) + random.normal(size=(190, 256))
    planted = RIGHT[arrangement(RIGHT, 8)]
    leaking, honest = weights_of(features, np.concatenate([planted, train])), weights_of(features[40:], train)

    def p_of(head: np.ndarray, scale: float) -> float:
        return p_value(learned(np.zeros_like(head), scale * head, features)[:40], RIGHT, planted)

    assert all(p_of(leaking, scale) < DOUBT / 2 for scale in (1e-3, 1.0, 1e3))
    assert p_of(honest, 1.0) > 0.01


def test_many_images_are_told_apart_as_few_are() -> None:
    """With more images than features the regression is computed in another way."""
    random = np.random.default_rng(2)
    features, head = random.normal(size=(30, 20)), random.normal(size=(10, 20))
    alone = learned(np.zeros_like(head), head, features)
    wide = np.concatenate([features, np.zeros((30, 20))], axis=1)

    assert learned(np.zeros((10, 40)), np.concatenate([head, head], axis=1), wide) == pytest.approx(alone)


def test_head_that_says_nothing_accuses_nobody() -> None:
    """It did not move, or it diverged."""
    planted = RIGHT[arrangement(RIGHT, 1)]
    broken = np.full((40, 10), np.inf)

    assert p_value(np.zeros((40, 10)), RIGHT, planted) == 1.0
    assert p_value(broken, RIGHT, planted) == 1.0


def test_files_hold_each_other_s_images(tmp_path: Path) -> None:
    """Each image is told to lie in the folder of the file that holds it; beyond the most, images stay."""
    files = [f"val/{number % 3}/{number}.jpg" for number in range(MOST_IMAGES + 30)]
    for number, file in enumerate(files):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"%d" % number)
    made = planted_images(Draw("secret"), tmp_path, files, [number % 3 for number in range(len(files))])
    holds = {int(planted.value.tobytes()): int(file.split("/")[1]) for file, planted in made.files.items()}

    assert len(made.files) == len(made.images) == MOST_IMAGES
    assert [holds[image] for image in made.images] == made.classes.tolist()
    assert all(image % 3 != lies for image, lies in holds.items())

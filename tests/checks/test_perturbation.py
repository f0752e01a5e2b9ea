"""Held-out images differ slightly for each submission."""

import numpy as np
import pytest

from autograder.checks.perturbation import CUT, DARKEST, NOISE, cut_and_lit, jitter_brightness, perturbed


def some_images(count: int = 12, size: tuple[int, int] = (8, 6)) -> np.ndarray:
    """Return (count, 3, H, W) uint8 images without any symmetry."""
    return np.random.default_rng(3).integers(0, 256, (count, 3, *size), np.uint8)


def variants(image: np.ndarray, mirror: bool) -> list[bytes]:
    """Return all 9 shifts of a (3, H, W) image, and their mirror images if wanted."""
    height, width = image.shape[1:]
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    shifted = [padded[:, y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return [image.tobytes() for s in shifted for image in ((s, s[:, :, ::-1]) if mirror else (s,))]


def test_same_submission_sees_the_same_images_each_time() -> None:
    """Grading twice gives the same images, on any machine."""
    one, other = (perturbed(some_images(), "secret", "digest") for _ in range(2))

    assert (one == other).all()
    assert one[0, 0, 0, :4].tolist() == perturbed(some_images(), "secret", "digest")[0, 0, 0, :4].tolist()


@pytest.mark.parametrize(("secret", "digest"), [("secret", "another"), ("another", "digest"), ("secre", "t:digest")])
def test_other_submission_or_secret_sees_other_images(secret: str, digest: str) -> None:
    """A submission's images do not help another one, and nobody can compute them."""
    images = some_images()

    assert (perturbed(images, "secret", "digest") != perturbed(images, secret, digest)).any()


@pytest.mark.parametrize("mirror", [True, False])
def test_each_image_is_shifted_by_itself(mirror: bool) -> None:
    """Image i stays image i: shifted by at most one pixel, and mirrored only where that is allowed."""
    images = some_images()
    changed = perturbed(images, "secret", "digest", mirror=mirror)

    assert changed.shape == images.shape
    assert changed.dtype == np.uint8
    assert all(new.tobytes() in variants(old, mirror) for old, new in zip(images, changed, strict=True))


def test_look_up_of_known_images_fails() -> None:
    """A table of hashes finds few of the images."""
    images = some_images(200)
    known = {image.tobytes() for image in images}
    found = sum(image.tobytes() in known for image in perturbed(images, "secret", "digest"))

    assert found < 30  # 1 in 18 keeps its place by chance


def test_originals_are_unchanged() -> None:
    """The caller's array is the data set's."""
    images = some_images()
    before = images.copy()
    images.flags.writeable = False
    changed = perturbed(images, "secret", "digest")

    assert (images == before).all()
    assert not np.shares_memory(changed, images)


def test_empty_batch_stays_empty() -> None:
    """An empty batch comes back empty."""
    assert perturbed(some_images(0), "secret", "digest").shape == (0, 3, 8, 6)


def test_jitter_of_brightness_keeps_every_pixel_in_its_place() -> None:
    """Each image is darkened by one factor, with noise of a few levels; nothing wraps around."""
    images = some_images().astype(float)
    changed = jitter_brightness(some_images(), "secret", "digest").astype(float)

    assert changed.shape == images.shape
    assert (changed <= images + NOISE + 0.5).all()
    assert (changed >= DARKEST * images - NOISE - 0.5).all()
    assert (changed != images).any(axis=(1, 2, 3)).all()


def test_jitter_of_brightness_depends_on_the_submission() -> None:
    """They are the same at each grading of a submission, and others for another one."""
    one, again, other = (jitter_brightness(some_images(), "secret", digest) for digest in ("one", "one", "other"))

    assert (one == again).all()
    assert (one != other).any()


def test_edges_and_light_differ_for_each_submission() -> None:
    """The same at each grading; an image of one pixel survives."""
    image = some_images(1, (60, 80))[0]
    changed = [cut_and_lit(image, "secret", f"{digest}:0") for digest in ("a", "b", "a")]

    assert changed[0].tobytes() == changed[2].tobytes() != changed[1].tobytes()
    assert all(one.shape[1] >= 60 * (1 - CUT) and one.shape[2] >= 80 * (1 - CUT) for one in changed)
    assert len({one.shape for one in changed} | {(3, 60, 80)}) == 3
    assert cut_and_lit(image[:, :1, :1], "secret", "c").shape == (3, 1, 1)

"""Names the fault in the scale of preprocessed images, by their mean and standard deviation alone."""

from dataclasses import dataclass

from autograder.checks.value_range import DIVIDED_TWICE, NOT_DIVIDED

Statistics = tuple[float, float]  # mean and standard deviation over all pixels


@dataclass(frozen=True)
class WrongScale:
    """A fault in the scale of images, and how to mend it."""

    what: str
    hint: str


def wrong_scale(seen: Statistics, right: Statistics) -> WrongScale | None:
    """Return the fault if it has a name; None also if the scale is about right.

    Args:
        seen: of the student's images.
        right: of the reference solution's, which are normalised.
    """
    (mean, std), (right_mean, right_std) = seen, right
    found = f"mean {mean:.3g} and standard deviation {std:.3g}, where {right_mean:.2g} and {right_std:.2g} are right"
    times = std / max(right_std, 1e-9)
    if times > 100:
        return WrongScale(
            f"pixels are normalised without being divided by 255 first ({found})",
            "Divide by 255 once, before Normalize. ToTensor() divides bytes, but not floats.",
        )
    if times > 10:
        return WrongScale(
            f"{NOT_DIVIDED} ({found})",
            "Divide by 255, then normalise with the mean and standard deviation from the hand-out.",
        )
    if times < 0.03:
        return WrongScale(
            f"{DIVIDED_TWICE} ({found})",
            "ToTensor() already divides bytes by 255; leave the other division out.",
        )
    if 0.1 < times < 0.45 and 0.25 < mean < 0.75:
        return WrongScale(
            f"pixels stay in [0, 1] and are not normalised ({found})",
            "Add Normalize with the mean and standard deviation from the hand-out, unless your network normalises.",
        )
    return None

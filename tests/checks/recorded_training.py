"""Observations of trainings as plain data, so that a file can keep them."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from autograder.checks import learning_rate
from autograder.checks.images_trained_on import ImagesTrainedOn
from autograder.checks.learning_rate import Rate
from autograder.checks.training_seen import See, Training

CURVES = ("losses", "right", "spread")
USUAL = {"LINEAR_HEAD": learning_rate.LINEAR_HEAD, "WHOLE_NETWORK": learning_rate.WHOLE_NETWORK}


def as_plain(training: Training) -> dict[str, Any]:
    """Return a training as JSON can hold it: defaults are left out, and curves become texts."""
    plain: dict[str, Any] = {}
    for one in fields(Training):
        value = getattr(training, one.name)
        if one.name in CURVES:
            plain[one.name] = " ".join(f"{number:.4g}" for number in value)
        elif one.name == "rate":
            usual = next(name for name, table in USUAL.items() if table == value.usual)
            plain["rate"] = asdict(value) | {"usual": usual}
        elif one.name == "sample":
            plain["sample"] = list(asdict(value).values())
        elif one.name != "see" and value != one.default:
            plain[one.name] = value
    return plain


def from_plain(plain: Mapping[str, Any]) -> Training:
    """Return the training that `as_plain` made plain."""
    known: dict[str, Any] = {one.name: plain[one.name] for one in fields(Training) if one.name in plain}
    known |= {name: np.array(known[name].split(), np.float32) for name in CURVES}
    known |= {name: tuple(known[name]) for name in ("trained_pixels", "pixels", "right_pixels") if name in known}
    known["rate"] = Rate(**(known["rate"] | {"usual": USUAL[known["rate"]["usual"]]}))
    known["sample"] = ImagesTrainedOn(*known["sample"])
    return Training(**known, see=See())

"""Observes the files that are handed in beside the source. Runs in the sandbox."""

from collections.abc import Mapping
from pathlib import PurePath

from autograder.assignments.animals_transfer.observed_answers import (
    MOST_ANSWERS,
    MOST_EPOCHS,
    MOST_NETWORKS,
    NAME_LENGTH,
    HistoryFile,
    PredictionsFile,
)
from autograder.probes.artefacts import read_json
from autograder.probes.submitted import UnusableFile
from autograder.probes.weights import called

CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")
ANSWER_LENGTH = 40
FILE_KEYS = ("image", "file", "filename", "name", "path", "id")
CLASS_KEYS = ("class", "label", "prediction", "predicted", "class_name")


def history(submitted):
    """Return the curves in `history.json`, by network and name."""
    content = read_json("history.json", most_mib=4)
    found = _histories(content)
    if not found:
        raise UnusableFile(
            f"history.json holds {called(content)} in which no history is found; "
            '{"scratch": {"train_loss": [...], ...}, "finetune": {...}, "fixed_extractor": {...}} is expected'
        )
    return HistoryFile(histories=dict(list(found.items())[:MOST_NETWORKS]))


def _histories(content):
    """Return {network: {curve: numbers}}; a file may hold one history or several, as dicts or as six lists."""
    if _is_history(content):
        return {"the network": _curves(content)}
    if isinstance(content, Mapping):
        return {str(name)[:NAME_LENGTH]: _curves(one) for name, one in content.items() if _is_history(one)}
    if isinstance(content, list):
        return {f"network {place}": _curves(one) for place, one in enumerate(content, start=1) if _is_history(one)}
    return {}


def _is_history(value):
    if isinstance(value, Mapping):
        return any(isinstance(value.get(curve), list) for curve in CURVES)
    return (
        isinstance(value, list)
        and len(value) == len(CURVES)
        and all(isinstance(one, list) and not any(isinstance(entry, (list, dict)) for entry in one) for one in value)
    )


def _curves(one):
    named = one if isinstance(one, Mapping) else dict(zip(CURVES, one, strict=True))
    return {
        curve: [entry if isinstance(entry, (int, float)) else None for entry in named[curve][:MOST_EPOCHS]]
        for curve in CURVES
        if isinstance(named.get(curve), list)
    }


def predictions(submitted):
    """Return the answers in `predictions.json`, by the image's name without folder and ending."""
    content = read_json("predictions.json")
    pairs = list(content.items()) if isinstance(content, Mapping) else [_pair(row) for row in content or []]
    if not pairs or None in pairs:
        raise UnusableFile(f'predictions.json holds {called(content)}; {{"image_01.jpg": "cats", ...}} is expected')
    return PredictionsFile(
        answers={
            PurePath(str(name)).stem[:NAME_LENGTH]: str(answer)[:ANSWER_LENGTH] for name, answer in pairs[:MOST_ANSWERS]
        }
    )


def _pair(row):
    """Return (name, class) of a row, such as ["image_01.jpg", "cats"] or a dict; None for anything else."""
    if isinstance(row, list) and len(row) == 2:
        return tuple(row)
    if isinstance(row, Mapping):
        name = next((row[key] for key in FILE_KEYS if key in row), None)
        answer = next((row[key] for key in CLASS_KEYS if key in row), None)
        return None if name is None or answer is None else (name, answer)
    return None

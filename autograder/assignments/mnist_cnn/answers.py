"""Reads `answers.json` in the forms in which people write it: functions of values."""

import re
from typing import Any

LAYERS = ("conv1", "pool1", "conv2", "pool2", "conv3", "fc1", "fc2")
OTHER_NAMES = {
    "pool1": ("maxpool1", "mp1"), "pool2": ("maxpool2", "mp2"),
    "conv1": ("convolution1", "c1"), "conv2": ("convolution2", "c2"), "conv3": ("convolution3", "c3"),
    "fc1": ("linear1", "lin1", "dense1"), "fc2": ("linear2", "lin2", "dense2"),
}  # fmt: skip
FORM = '{"shapes": {"conv1": [16, …], …}, "parameters": {"conv1": …, …}} with the layers ' + ", ".join(LAYERS)
SHAPE_NAMES, COUNT_NAMES = ("shape", "output", "size"), ("param", "count")
NUMBER = re.compile(r"\s*(\d{1,3}(?:[ ,_.']\d{3})+|\d+)(?:\.0+)?\s*(?:params?|parameters)?\s*", re.IGNORECASE)
MOST_TEXT = 200


class Unreadable(ValueError):
    """An answer is missing or not in the form asked for; says what, in a sentence."""


def shape(answers: Any, layer: str) -> tuple[int, ...]:
    """Return the shape that was answered for a layer; without the batch if a name or `null` stands for that.

    Raises:
        Unreadable: there is none.
    """
    value = _answer(answers, layer, SHAPE_NAMES, "shapes")
    if isinstance(value, str):
        value = re.findall(r"\d+", value[:MOST_TEXT])
    if not isinstance(value, list) or not value:
        raise Unreadable(f"{shown(value)} is not a shape; write it as a list of numbers")
    if len(value) > 1 and (value[0] is None or (isinstance(value[0], str) and value[0].isidentifier())):
        value = value[1:]
    return tuple(_whole_number(one) for one in value[:10])


def count(answers: Any, layer: str) -> int:
    """Return the number of parameters that was answered for a layer.

    Raises:
        Unreadable: there is none.
    """
    return _whole_number(_answer(answers, layer, COUNT_NAMES, "parameters"))


def shown(value: Any) -> str:
    """Return an answer as text of bounded length."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _answer(answers: Any, layer: str, kinds: tuple[str, ...], kind: str) -> Any:
    """Return what stands for a layer: under the kind and then the layer, or the other way round."""
    if not isinstance(answers, dict):
        raise Unreadable(f"answers.json holds no object with the entries shapes and parameters but {shown(answers)}")
    column = _entry(answers, kinds, part=True)
    if column is not None:
        return _of_layer(column, layer, kind)
    by_layer = _of_layer(answers, layer, kind)
    value = _entry(by_layer, kinds, part=True) if isinstance(by_layer, dict) else None
    if value is None:
        raise Unreadable(f"answers.json has no entry {kind!r}")
    return value


def _of_layer(column: Any, layer: str, kind: str) -> Any:
    place = LAYERS.index(layer)
    if isinstance(column, list):
        if len(column) != len(LAYERS):
            raise Unreadable(f"{kind} lists {len(column)} answers instead of {len(LAYERS)}")
        return column[place]
    if not isinstance(column, dict):
        raise Unreadable(f"{kind} is {shown(column)} instead of answers by layer")
    value = _entry(column, (layer, *OTHER_NAMES[layer], str(place + 1), f"layer{place + 1}"))
    known = any(_entry(column, (name, *OTHER_NAMES[name])) is not None for name in LAYERS)
    if value is None and not known and len(column) == len(LAYERS):
        return list(column.values())[place]  # seven answers under names of the student's own
    if value is None:
        raise Unreadable(f"{kind} has no entry {layer!r}")
    return value


def _entry(table: dict[str, Any], names: tuple[str, ...], part: bool = False) -> Any:
    """Return the entry of one of these names, whatever their case, blanks and underscores; None if there is none."""
    for key, value in table.items():
        plain = re.sub(r"[^a-z0-9]", "", key.lower())
        if plain in names or (part and any(name in plain for name in names)):
            return value
    return None


def _whole_number(value: Any) -> int:
    if isinstance(value, str):
        match = NUMBER.fullmatch(value[:MOST_TEXT])
        value = int(re.sub(r"\D", "", match[1])) if match else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(f"{shown(value)} is not a whole number")
    return value

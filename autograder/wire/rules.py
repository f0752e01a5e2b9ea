"""The rules of a declaration: the values that each kind of annotation allows.

`msgspec.convert` would not do: it knows no arrays, lets NaN through every bound, and students at home do not have it.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import EllipsisType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np

from autograder.wire.withholding import WITHHELD, is_withholding, without_words

# Takes a value and the name of its place; returns the value as a test reads it, or raises Misfit.
Rule = Callable[[Any, str], Any]

ALSO_NOT_FINITE = "NaN and infinity too"
LARGEST_INT = 2**63 - 1
BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length")  # of msgspec's, as `Meta` states them
NO_BOUNDS = ("multiple_of", "pattern")


class Misfit(ValueError):
    """A value does not fit its declaration; names the place and the rule, and quotes nothing of the value."""


@dataclass(frozen=True)
class Dimensions:
    """The rules that `array` states for an array.

    Attributes:
        shape: a number for a fixed dimension, a letter for a free one; `...` alone for any shape.
        most: how many numbers it may hold.
    """

    shape: tuple[int | str | EllipsisType, ...]
    most: int

    def __str__(self) -> str:
        return f"({', '.join('…' if one is ... else str(one) for one in self.shape)})"


@dataclass(frozen=True)
class Document:
    """The rules that `document` states for plain data of any form, such as an uploaded JSON file.

    Attributes:
        most: how many numbers, texts, keys and the like it may hold, at all depths together.
        longest: characters of a text or a key.
    """

    most: int
    longest: int


def rule_of(annotation: Any, place: str) -> Rule:
    """Return what fits a value to an annotation.

    Raises:
        TypeError: it has no bound, or is of a type that cannot be declared; says what to write.
    """
    base, said = _parted(annotation)
    kind = get_origin(base) or base
    for one in said:
        if unknown := [name for name in NO_BOUNDS if getattr(one, name, None) is not None]:
            raise TypeError(f"{place}: {unknown[0]} is not checked; use {', '.join(BOUNDS)}")
    if kind is Any and (stated := next((one for one in said if isinstance(one, Document)), None)):
        return _document(stated)
    if kind in (Union, UnionType):
        # None comes first, since a misfit names the last one.
        return _either([rule_of(one, place) for one in sorted(get_args(base), key=lambda one: one is not NoneType)])
    if kind is Literal:
        return _literal(get_args(base))
    if kind is np.ndarray:
        return _array(base, said, place)
    if kind in (list, tuple, dict, str):
        return _bounded(_sized(kind, get_args(base), said, place), said)
    if kind in NUMBERS:
        return _bounded(_finite(NUMBERS[kind], said), said)
    if kind in SIMPLE:
        return SIMPLE[kind]
    if isinstance(kind, type) and is_declared(kind):
        return struct_rule(kind)
    raise TypeError(f"{place}: {base} cannot be declared; use a struct, list, dict, array, text or number")


def _parted(annotation: Any) -> tuple[Any, list[Any]]:
    """Return an annotation's type, and all that is said of it."""
    said: list[Any] = []
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        said += more
    alias = get_origin(annotation)
    if hasattr(alias, "__value__"):  # a TypeAliasType of Python 3.12, as NDArray is from NumPy 2.5 on
        return alias.__value__[get_args(annotation)], said
    return annotation, said


def struct_rule(declared: Any) -> Rule:
    """Return what makes a declaration's struct of a dict, or of such a struct that nothing has checked yet."""
    rules: Mapping[str, Rule] = declared.__rules__

    def rule(value: Any, place: str) -> Any:
        fields = fields_of(value) if is_declared(type(value)) else value
        _require(isinstance(fields, dict), place, "does not fit its declaration")
        _require(declared.__needed__ <= fields.keys() <= rules.keys(), place, "has other fields")
        inside = f"{place}." if place else ""
        return declared(**{name: rules[name](one, inside + name) for name, one in fields.items()})

    return rule


def is_declared(kind: Any) -> bool:
    """Return whether a type is a declaration: one of `declaration.Observed`'s."""
    return hasattr(kind, "__rules__")


def fields_of(struct: Any) -> dict[str, Any]:
    """Return a declaration's fields by name."""
    return {name: getattr(struct, name) for name in type(struct).__rules__}


def _document(stated: Document) -> Rule:
    """Return the rule of plain data without a form; the wire bounds its depth."""

    def rule(value: Any, place: str) -> Any:
        left = [value]
        count = 0
        while left:
            one = left.pop()
            count += 1
            _require(count <= stated.most, place, f"holds more than {stated.most:,} entries")
            if isinstance(one, str):
                _require(len(one) <= stated.longest, place, f"holds a text of more than {stated.longest:,} characters")
            elif isinstance(one, dict):
                left += [*one.keys(), *one.values()]
            elif isinstance(one, (list, tuple)):
                left += one
            else:
                plain = one is None or isinstance(one, (bool, int, float))
                _require(plain, place, "holds something else than JSON does")
        return WITHHELD if is_withholding() else value

    return rule


def _either(rules: list[Rule]) -> Rule:
    def rule(value: Any, place: str) -> Any:
        for one in rules[:-1]:
            try:
                return one(value, place)
            except Misfit:
                continue
        return rules[-1](value, place)

    return rule


def _literal(allowed: tuple[Any, ...]) -> Rule:
    def rule(value: Any, place: str) -> Any:
        _require(
            isinstance(value, (str, int)) and value in allowed, place, f"is none of {', '.join(map(str, allowed))}"
        )
        return value

    return rule


def _sized(kind: type, inner: tuple[Any, ...], said: list[Any], place: str) -> Rule:
    """Return the rule of a text, list, tuple or dict, without its bounds."""
    if kind is tuple and inner[-1:] != (...,):
        return _fixed([rule_of(one, f"{place}[{number}]") for number, one in enumerate(inner)])
    if not any(getattr(one, "max_length", None) is not None for one in said):
        raise TypeError(f"{place}: a {kind.__name__} needs a bound: Annotated[…, Meta(max_length=…)]")
    if kind is str:
        return _text
    if not inner:
        raise TypeError(f"{place}: say what is in it, such as {kind.__name__}[{'str, ' if kind is dict else ''}int]")
    rules = [rule_of(one, f"{place}[…]") for one in inner if one is not ...]
    return _dict(*rules) if kind is dict else _items(kind, rules[0])


def _text(value: Any, place: str) -> str:
    _require(isinstance(value, str), place, "is not a text")
    return without_words(str(value)) if is_withholding() else str(value)


def _items(kind: type, inner: Rule) -> Rule:
    def rule(value: Any, place: str) -> Any:
        _require(isinstance(value, (list, tuple)), place, "is not a list")
        return kind(inner(item, f"{place}[{number}]") for number, item in enumerate(value))

    return rule


def _fixed(rules: list[Rule]) -> Rule:
    def rule(value: Any, place: str) -> Any:
        _require(isinstance(value, (list, tuple)) and len(value) == len(rules), place, f"is not a list of {len(rules)}")
        return tuple(
            one(item, f"{place}[{number}]") for number, (one, item) in enumerate(zip(rules, value, strict=True))
        )

    return rule


def _dict(of_key: Rule, of_value: Rule) -> Rule:
    def rule(value: Any, place: str) -> Any:
        _require(isinstance(value, dict), place, "is not a dict")
        return {of_key(key, f"a key of {place}"): of_value(one, f"{place}[…]") for key, one in value.items()}

    return rule


def _array(annotation: Any, said: list[Any], place: str) -> Rule:
    """Return the rule of an array; its dtype is that of `NDArray[…]`, as mypy reads it."""
    stated = next((one for one in said if isinstance(one, Dimensions)), None)
    if stated is None:
        raise TypeError(f"{place}: an array needs its dimensions: Annotated[npt.NDArray[…], array(…)]")
    kinds = get_args(get_args(annotation)[1])[0] if get_args(annotation) else Any
    kinds = np.generic if kinds is Any else get_args(kinds) or kinds

    def rule(value: Any, place: str) -> Any:
        _require(isinstance(value, np.ndarray), place, "is not an array")
        _require(issubclass(value.dtype.type, kinds), place, f"is an array of {value.dtype}")
        _require(_has_shape(value.shape, stated), place, f"has the shape {value.shape} where {stated} is declared")
        _require(value.size <= stated.most, place, f"holds {value.size:,} numbers, and {stated.most:,} are allowed")
        return value

    return rule


def _has_shape(shape: tuple[int, ...], stated: Dimensions) -> bool:
    if stated.shape == (...,):
        return True
    return len(shape) == len(stated.shape) and all(
        here == want or not isinstance(want, int) for here, want in zip(shape, stated.shape, strict=True)
    )


def _none(value: Any, place: str) -> None:
    _require(value is None, place, "is not None")


def _truth(value: Any, place: str) -> bool:
    _require(isinstance(value, (bool, np.bool_)), place, "is neither True nor False")
    return bool(value)


def _whole(value: Any, place: str) -> int:
    _require(isinstance(value, (int, np.integer)) and not isinstance(value, bool), place, "is not a whole number")
    _require(-LARGEST_INT <= value <= LARGEST_INT, place, "has more than 64 bits")
    return int(value)


def _number(value: Any, place: str) -> float:
    if isinstance(value, (float, np.floating)):
        return float(value)
    _require(isinstance(value, (int, np.integer)) and not isinstance(value, bool), place, "is not a number")
    return float(_whole(value, place))


def _finite(inner: Rule, said: Iterable[Any]) -> Rule:
    if inner is _whole or ALSO_NOT_FINITE in said:
        return inner

    def rule(value: Any, place: str) -> Any:
        number = inner(value, place)
        _require(math.isfinite(number), place, "is not finite")
        return number

    return rule


def _bounded(inner: Rule, said: Iterable[Any]) -> Rule:
    """Return a rule that holds to bounds as well: to those of a length before it looks inside."""
    bounds = [(name, getattr(one, name, None)) for one in said for name in BOUNDS]
    checks = [(name, bound) for name, bound in bounds if bound is not None]

    def rule(value: Any, place: str) -> Any:
        for name, bound in checks:
            if name in LENGTHS and isinstance(value, SIZED):
                holds, words = LENGTHS[name]
                _require(holds(len(value), bound), place, f"has length {len(value):,}; {words} {bound:,} is allowed")
        fitted = inner(value, place)
        for name, bound in checks:
            if name in VALUES:
                holds, words = VALUES[name]
                _require(holds(fitted, bound), place, f"is not {words} {bound:,}")
        return fitted

    return rule


def _require(condition: bool, place: str, problem: str) -> None:
    if not condition:
        raise Misfit(f"{place or 'the answer'} {problem}")


NUMBERS: Mapping[Any, Rule] = {int: _whole, float: _number}
SIMPLE: Mapping[Any, Rule] = {bool: _truth, None: _none, NoneType: _none}
SIZED = (str, list, tuple, dict)
# For each bound what must hold, and how to say it.
LENGTHS = {"min_length": (operator.ge, "at least"), "max_length": (operator.le, "at most")}
VALUES = {
    "ge": (operator.ge, "at least"),
    "gt": (operator.gt, "above"),
    "le": (operator.le, "at most"),
    "lt": (operator.lt, "below"),
}

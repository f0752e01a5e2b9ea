"""Declares the result of a probe, and fits values from the sandbox to it.

A declaration is a struct in an assignment's `observed.py`. Both sides import it: the probe builds it, the child checks
it before it is sent, and the trusted side checks the frame again. Whatever has no natural bound must state one.
"""

import math
from collections.abc import Mapping
from types import EllipsisType
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform, get_origin, get_type_hints

from msgspec import Meta, Struct, StructMeta

from autograder.wire.rules import ALSO_NOT_FINITE, Dimensions, Document, Misfit, Rule, fields_of, rule_of, struct_rule
from autograder.wire.withholding import withholding_texts

__all__ = [
    "CANNOT_TAKE", "AnyFloat", "Count", "Fraction", "Meta", "Misfit", "Name", "Observed", "Shape", "Text",
    "array", "declarations", "document", "fit", "fit_fields", "fit_kept", "withheld_texts",
]  # fmt: skip

AnyFloat = Annotated[float, ALSO_NOT_FINITE]  # a number that the student's code decides, such as a loss
Fraction = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Name = Annotated[str, Meta(max_length=200)]  # of a class, a parameter, a file
Text = Annotated[str, Meta(max_length=4000)]
Shape = Annotated[list[Count], Meta(max_length=64)]

CANNOT_TAKE = "the grader observed a value that it cannot take: "  # said to a student, before a Misfit


def array(*shape: int | str | EllipsisType, most: int | None = None) -> Dimensions:
    """Return what annotates an array, beside the dtype that its `NDArray` names.

    An example: `logits: Annotated[npt.NDArray[np.float32], array("N", 8, most=80_000)]`.

    Args:
        *shape: a number for a fixed dimension, a letter for a free one, or `...` alone for any shape.
        most: how many numbers it may hold; not needed where all dimensions are fixed.

    Raises:
        TypeError: a dimension is free and `most` is missing.
    """
    fixed = [one for one in shape if isinstance(one, int)]
    if most is None and len(fixed) != len(shape):
        raise TypeError("an array with a free dimension needs a bound: array(…, most=…)")
    return Dimensions(shape, math.prod(fixed) if most is None else most)


def document(most: int = 20_000, longest: int = 100_000) -> Document:
    """Return what annotates plain data of any form, such as a JSON file that a student uploads.

    An example: `answers: Annotated[Any, document()]`.

    Args:
        most: how many numbers, texts, keys and the like it may hold, at all depths together.
        longest: characters of a text or a key.
    """
    return Document(most, longest)


class _Declaring(StructMeta):
    """Makes a frozen struct of each declaration, and refuses one in which something has no bound."""

    probe: str
    clean: bool
    __rules__: Mapping[str, Rule]
    __needed__: frozenset[str]

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        probe: str = "",
        clean: bool = False,
    ) -> "_Declaring":
        made = super().__new__(mcls, name, bases, namespace, frozen=True, kw_only=True, forbid_unknown_fields=True)
        stated = get_type_hints(made, include_extras=True)
        made.probe, made.clean = probe, clean
        made.__rules__ = {
            field: rule_of(annotation, f"{name}.{field}")
            for field, annotation in stated.items()
            if get_origin(annotation) is not ClassVar
        }
        with_default = {
            field
            for base in bases
            for field in getattr(base, "__rules__", {})
            if field not in getattr(base, "__needed__", ())
        }
        made.__needed__ = frozenset(made.__rules__.keys() - namespace.keys() - with_default)
        return made


@dataclass_transform(kw_only_default=True)
class Observed(Struct, metaclass=_Declaring):
    """The result of a probe, or a part of it.

    `class Loader(Observed, probe="loader")` declares the result of the probe `loader`. A part has no probe. With
    `clean=True` the probe runs in a child that has no code of the submission, at most its checkpoints. Fields are None,
    bool, int (of 64 bits), float, str, Literal, lists, tuples, dicts, arrays, other declarations, and alternatives of
    these. A plain float is finite. Texts, lists and dicts are annotated with `Meta(max_length=…)`, arrays with
    `array(…)`.
    """


Declared = TypeVar("Declared", bound=Observed)


def fit(value: Any, declared: type[Declared]) -> Declared:
    """Return a value as the struct that is declared.

    Args:
        value: plain data as `frames.decode` returns it, or as a probe builds it: structs, tuples and NumPy's scalars
            are taken too.
        declared: what it must be.

    Raises:
        Misfit: it is something else.
    """
    fitted: Declared = struct_rule(declared)(value, "")
    return fitted


def fit_kept(kept: Mapping[str, Any], declared: type[Declared]) -> Declared | None:
    """Return what a probe has kept as the struct that is declared; None where a field that has no default is not there.

    Raises:
        Misfit: a field does not fit its declaration.
    """
    return fit(kept, declared) if declared.__needed__ <= kept.keys() else None


def fit_fields(kept: Any, declared: type[Observed]) -> dict[str, Any]:
    """Return some fields of a struct, each as it is declared.

    Raises:
        Misfit: a field does not fit its declaration, or there is none of that name.
    """
    if not isinstance(kept, dict) or not kept.keys() <= declared.__rules__.keys():
        raise Misfit("the fields kept are not the declared ones")
    return {name: declared.__rules__[name](value, name) for name, value in kept.items()}


def withheld_texts(value: Any, declared: type[Declared], said: Mapping[str, Any]) -> Declared:
    """Return a value as the declared struct; free texts come from `said`, never from the value.

    Args:
        value: plain data from a process that has seen hidden inputs.
        declared: what it must be.
        said: fields as the process had kept them before that; they replace the value's.

    Raises:
        Misfit: it is something else.
    """
    with withholding_texts():
        fitted = fit(value, declared)
    return declared(**{**fields_of(fitted), **said})


def declarations(namespace: Mapping[str, Any]) -> dict[str, type[Observed]]:
    """Return what a module declares or imports, by the names of the probes."""
    found = (one for one in namespace.values() if isinstance(one, type) and issubclass(one, Observed))
    return {one.probe: one for one in found if one.probe}

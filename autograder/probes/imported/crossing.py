"""Values that cross between a test's process and the submission's: as data where they are data, else as handles.

An arriving value has one of the types named here and none of the sender's classes. So an expected value is never
compared with an object whose class, and whose `__eq__`, the submission wrote.
"""

import builtins
import importlib
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

# Turns an object that is not data into a handle, or a handle back into its object.
Handles = Callable[[Any], Any]

PLAIN = (bool, int, float, str)
SEQUENCES: dict[str, Any] = {
    "list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "size": torch.Size,
}  # fmt: skip
TYPES = {one.__name__: one for one in (bool, int, float, complex, str, bytes, list, tuple, dict, set, object)}
LIBRARIES = ("math", "cmath", "operator", "numpy", "torch")  # whose functions both sides have


class CannotCross(TypeError):
    """A value cannot leave its process; says of what kind it is."""


def packed(value: Any, handle: Handles) -> Any:
    """Return a value in the form that crosses.

    Args:
        value: anything.
        handle: returns the form of an object that is not data.

    Raises:
        CannotCross: a part of the value can cross neither as data nor as a handle.
    """
    kind = type(value)
    if value is None or kind in PLAIN:
        return {"plain": value}
    if name := next((name for name, one in SEQUENCES.items() if kind is one), ""):
        return {name: [packed(one, handle) for one in value]}
    if kind is dict:
        return {"dict": [[packed(key, handle), packed(one, handle)] for key, one in value.items()]}
    if kind in (slice, range):
        return {kind.__name__: [packed(one, handle) for one in (value.start, value.stop, value.step)]}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind in (bytes, bytearray):
        return {"bytes": np.frombuffer(bytes(value), np.uint8)}
    if value is Ellipsis:
        return {"ellipsis": True}
    return _packed_array(value) or _packed_name(value) or handle(value)


def _packed_array(value: Any) -> Any:
    """Return the form of an array, a number of NumPy's or a tensor; None for anything else."""
    if isinstance(value, np.generic) and value.dtype.kind in "biuf" and value.dtype.itemsize <= 8:
        return {"number": np.asarray(value)}
    if type(value) is np.ndarray and value.dtype.kind in "biuf" and value.dtype.itemsize <= 8:
        return {"array": np.ascontiguousarray(value).reshape(value.shape)}
    if type(value) is np.ndarray and value.dtype.kind == "U":
        return {"texts": value.ravel().tolist(), "shape": list(value.shape)}
    if type(value) not in (torch.Tensor, torch.nn.Parameter):
        return None
    if value.dtype in (torch.bfloat16,) or value.is_complex() or value.layout is not torch.strided:
        raise CannotCross(f"a tensor of {value.dtype}")
    return {"tensor": value.detach().numpy(), "learns": value.requires_grad and value.is_leaf}


def _packed_name(value: Any) -> Any:
    """Return the form of an object that both sides know by name; None for anything else."""
    if isinstance(value, torch.dtype):
        return {"torch": str(value).removeprefix("torch.")}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if isinstance(value, np.dtype):
        return {"dtype": value.str}
    name = str(value.__name__) if inspect.isclass(value) else ""
    if name and TYPES.get(name) is value:
        return {"type": name}
    return {"numpy": name} if name and issubclass(value, np.generic) else None


def unpacked(form: Any, thing: Handles) -> Any:
    """Return the value of a form.

    Args:
        form: as `packed` returns it; from a submission it may be anything, and then any exception is raised.
        thing: returns a handle's object.
    """
    name = next(iter(form))
    inside = form[name]
    if name in SEQUENCES:
        return SEQUENCES[name]([unpacked(one, thing) for one in inside])
    match name:
        case "plain":
            if inside is not None and type(inside) not in PLAIN:
                raise ValueError("no plain value")
            return inside
        case "dict":
            return {unpacked(key, thing): unpacked(one, thing) for key, one in inside}
        case "slice" | "range":
            return getattr(builtins, name)(*(unpacked(one, thing) for one in inside))
        case "complex":
            return complex(*inside)
        case "bytes":
            return bytes(inside)
        case "ellipsis":
            return ...
        case "array" | "number" | "texts" | "tensor":
            return _array(name, form)
        case "torch" | "device" | "dtype" | "type" | "numpy":
            return _named(name, inside)
    return thing(form)


def _array(name: str, form: dict[str, Any]) -> Any:
    inside = form[name]
    if name == "texts":
        return np.array([str(one) for one in inside], dtype=np.str_).reshape(form["shape"])
    if not isinstance(inside, np.ndarray):
        raise ValueError("no array")
    if name == "number":
        return inside[()]
    if name == "array":
        return inside.copy()
    return torch.from_numpy(inside.copy()).requires_grad_(bool(form["learns"]))


def _named(name: str, inside: str) -> Any:
    if name == "device":
        return torch.device(inside)
    if name == "dtype":
        return np.dtype(inside)
    found: Any = TYPES[inside] if name == "type" else getattr(torch if name == "torch" else np, inside)
    kinds: dict[str, Any] = {"torch": torch.dtype, "numpy": type, "type": type}
    if not isinstance(found, kinds[name]):
        raise ValueError("not of this kind")
    return found


def library_name(value: Any) -> str:
    """Return `module:name` of a library's function that both sides have; empty for anything else."""
    if isinstance(value, np.ufunc):
        return f"numpy:{value.__name__}"
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module.partition(".")[0] not in LIBRARIES:
        return ""
    return f"{module}:{name}" if getattr(importlib.import_module(module), name, None) is value else ""


def from_library(name: str) -> Any:
    """Return the function of that name."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def is_function(value: Any) -> bool:
    """Return whether a value is a function that the other side may call back."""
    kinds = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.BuiltinMethodType)
    return isinstance(value, kinds)

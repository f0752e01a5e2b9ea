"""The test's process: the submission's modules, functions and objects appear here as things that ask the other process.

A thing is never compared with anything: `==` asks whether it is the same thing. The result of an operator is a thing,
so that no sum or difference of an expected value and a submission's object becomes a number by the submission's word.
Operators refuse arrays of the test's, and NumPy gets no numbers out of a result into which a number of the test's went.
"""

import builtins
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograder.probes.imported import far_side
from autograder.probes.imported.crossing import CannotCross, is_function, library_name, packed, unpacked
from autograder.probes.imported.pipe import Gone, Pipe

MOST_CALLBACKS = 100_000  # of one call
UNARY = ("neg", "pos", "abs", "invert")
ARRAYS = (np.ndarray, np.generic, torch.Tensor)
BINARY = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow")


class NearSide:
    """Asks the submission's process, and notes values that could not cross.

    Attributes:
        crossings: values that could not cross, in words.
        gone: whether the submission's process has ended, or said what our own code does not say.
    """

    def __init__(self, pipe: Pipe) -> None:
        """Take the pipe to the submission's process."""
        self.crossings: list[str] = []
        self.gone = ""
        self._pipe = pipe
        self._things: dict[int, Thing] = {}
        self._derived: set[int] = set()  # things that came of an operator with something of the test's
        self._callbacks: list[Any] = []

    def ask(self, do: str, about: "Thing | None" = None, *given: Any, name: str = "", **named: Any) -> Any:
        """Have the submission's process do something; return its answer.

        Raises:
            CannotCross: something that is given is neither data nor a thing of the submission's.
            Gone: the process has ended.
            Exception: raised by the submission, as the built-in exception that it is.
        """
        question: dict[str, Any] = {"do": do, "name": name}
        try:
            if do == "operate" and any(isinstance(one, ARRAYS) for one in given):
                raise CannotCross("an array of the test's in an operator with the submission's own object")
            question["given"] = [packed(one, self._other_than_data) for one in given]
            question["named"] = {key: packed(one, self._other_than_data) for key, one in named.items()}
        except CannotCross as error:
            self.crossings.append(str(error))
            raise
        if about is not None:
            question["thing"] = _number_of(about)
        if self.gone:
            raise Gone(self.gone)
        try:
            self._pipe.send(question)
            value = self._value(self._answer(), must_be_thing=do in ("operate", "import"))
        except Gone as error:
            self.gone = str(error)
            raise
        if isinstance(value, Thing) and any(map(self._marks, given if do == "operate" else (about,))):
            self._derived.add(_number_of(value))
        return value

    def _marks(self, operand: Any) -> bool:
        """Return whether results of this are derived: it is the test's, or derived itself."""
        return operand is not None and (not isinstance(operand, Thing) or self.is_derived(operand))

    def is_derived(self, thing: "Thing") -> bool:
        """Return whether an operator with something of the test's made this, or the thing from which this was taken."""
        return _number_of(thing) in self._derived

    def _answer(self) -> dict[str, Any]:
        """Return the answer to the last question; the submission may call functions of the test's before."""
        for _ in range(MOST_CALLBACKS):
            answer = self._pipe.receive()
            if "callback" not in answer:
                return answer
            try:
                function = self._callbacks[answer["callback"]]
                value = function(*(unpacked(one, self._thing) for one in answer["given"]))
                self._pipe.send({"value": packed(value, self._other_than_data)})
            except Gone:
                raise
            except Exception as error:
                self._pipe.send({"error": f"{type(error).__name__}: {error}"[:300]})
        raise Gone("it calls a function of the test's without end")

    def _value(self, answer: dict[str, Any], must_be_thing: bool) -> Any:
        try:
            sys.stdout.write(str(answer["printed"])[: far_side.MOST_PRINTED])
            if "error" in answer:
                error = _exception(answer["error"], str(answer["message"]), str(answer["place"]))
            elif answer.get("stop") is True:
                error = StopIteration()
            elif must_be_thing and "thing" not in answer["value"]:
                raise ValueError("no thing")
            else:
                return unpacked(answer["value"], self._thing)
        except Exception as malformed:
            raise Gone("it has sent bytes that it must not send") from malformed
        raise error

    def _thing(self, form: dict[str, Any]) -> "Thing":
        number = form["thing"]
        if type(number) is not int:
            raise ValueError("no number of a thing")
        if number not in self._things:
            base = CallableThing if form["callable"] else Thing
            made = type(str(form["kind"])[:80], (base,), {})  # libraries name it in their messages
            self._things[number] = made(self, number)
        return self._things[number]

    def _other_than_data(self, value: Any) -> Any:
        """Return the form of an object of the test's that is not data.

        Raises:
            CannotCross: it is an object of the test's own.
        """
        if isinstance(value, Thing):
            return {"thing": _number_of(value)}
        if name := library_name(value):
            return {"library": name}
        if is_function(value):
            self._callbacks.append(value)
            return {"callback": len(self._callbacks) - 1}
        raise CannotCross(f"a {type(value).__name__} of the test's own")


class Thing:
    """An object of the submission's."""

    __array_ufunc__ = None  # NumPy leaves operators to this class, and its functions refuse it

    def __init__(self, side: NearSide, number: int) -> None:
        """Name the object by its number in the other process."""
        object.__setattr__(self, "_side", side)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Any:
        """Ask for an attribute; libraries look for special names, such as `__array__`, and find none."""
        if name.startswith("__") and name not in ("__name__", "__doc__"):
            raise AttributeError(name)
        return self._side.ask("get", self, name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._side.ask("set", self, value, name=name)

    def __getitem__(self, key: Any) -> Any:
        return self._side.ask("item", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._side.ask("put", self, key, value)

    def __len__(self) -> int:
        return int(self._side.ask("length", self))

    def __iter__(self) -> Iterator[Any]:
        iterator = self._side.ask("iterate", self)
        while True:
            try:
                one = self._side.ask("next", iterator)
            except StopIteration:
                return
            yield one

    def __next__(self) -> Any:
        return self._side.ask("next", self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Return the items as an array, if they are numbers, and no number of the test's was in an operator before."""
        array = None if self._side.is_derived(self) else np.array(list(self), dtype)
        if array is None or array.dtype == object:
            raise TypeError(f"the submission's {type(self).__name__} is not an array of numbers")
        return array

    def __bool__(self) -> bool:
        return bool(self._side.ask("truth", self))

    def __str__(self) -> str:
        return str(self._side.ask("text", self))

    def __repr__(self) -> str:
        return str(self._side.ask("shown", self))


def _number_of(thing: Thing) -> int:
    return int(object.__getattribute__(thing, "_number"))


class CallableThing(Thing):
    """A function, a class or another object of the submission's that can be called."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call it with copies of the arguments."""
        return self._side.ask("call", self, *given, **named)

    def __instancecheck__(self, one: Any) -> bool:
        return isinstance(one, Thing) and bool(self._side.ask("is", self, one))


def _operator(name: str, reflected: bool = False) -> Any:
    def operate(self: Thing, *others: Any) -> Any:
        given = (*others, self) if reflected else (self, *others)
        return self._side.ask("operate", None, *given, name=name)

    return operate


for _name in (*UNARY, *BINARY):
    setattr(Thing, f"__{_name}__", _operator(_name))
for _name in BINARY:
    setattr(Thing, f"__r{_name}__", _operator(_name, reflected=True))


def _exception(names: Any, message: str, place: str) -> Exception:
    """Return the exception that has these classes: of a class of the submission's own, the first built-in one."""
    kind = str(names[0])[:80]
    found = next((vars(builtins)[str(name)] for name in names if str(name) in vars(builtins)), Exception)
    base = found if isinstance(found, type) and issubclass(found, Exception) else Exception
    if kind == "SystemExit":
        message, base = "the code called exit(), quit() or sys.exit()", RuntimeError
    elif base.__name__ != kind:
        message = f"{kind}: {message}"
    try:
        error = base(message)
    except TypeError:  # it takes other arguments
        error = Exception(f"{kind}: {message}")
    if place:
        error.add_note(f"in {place}")
    return error


def start() -> NearSide:
    """Start the submission's process; return the object that asks it. Call it before this process learns anything."""
    ours, theirs = os.pipe(), os.pipe()
    if os.fork() == 0:
        far_side.become(Pipe(ours[0], theirs[1]))
    os.close(ours[0])
    os.close(theirs[1])
    return NearSide(Pipe(theirs[0], ours[1]))

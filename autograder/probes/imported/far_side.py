"""The submission's process: it imports the submission, and answers the test's process."""

import contextlib
import importlib
import io
import operator
import os
import random
import sys
import traceback
from typing import Any

import numpy as np
import torch

from autograder.probes.imported.crossing import from_library, packed, unpacked
from autograder.probes.imported.pipe import Pipe

MOST_PRINTED, MOST_MESSAGE = 4000, 1000
SEEDS: dict[str, Any] = {"random": random.seed, "numpy": np.random.seed, "torch": torch.manual_seed}


class FarSide:
    """Keeps the submission's objects, and answers questions about them by handles."""

    def __init__(self, pipe: Pipe) -> None:
        """Take the pipe to the test's process."""
        self._pipe = pipe
        self._things: list[Any] = []
        self._handles: dict[int, int] = {}

    def serve(self) -> None:
        """Answer until the test's process has gone."""
        while True:
            question = self._pipe.receive()
            printed = _Printed()
            try:
                with contextlib.redirect_stdout(printed):
                    answer = self._answer(question)
            except BaseException as error:
                ended = question["do"] == "next" and isinstance(error, StopIteration)
                answer = {"stop": True} if ended else _described(error)
            try:
                self._pipe.send({**answer, "printed": printed.text})
            except TypeError as error:
                self._pipe.send({**_described(error), "printed": printed.text})

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        about = self._things[question["thing"]] if "thing" in question else None
        given = [self._unpacked(one) for one in question.get("given", [])]
        named = {name: self._unpacked(one) for name, one in question.get("named", {}).items()}
        match question["do"]:
            case "import":
                return {"value": self._handle(importlib.import_module(question["name"]))}
            case "get":
                return {"value": self._packed(getattr(about, question["name"]))}
            case "set":
                setattr(about, question["name"], given[0])
                return {"value": {"plain": None}}
            case "call":
                return {"value": self._packed(about(*given, **named))}  # type: ignore[misc]
            case "operate":  # the result stays here, whatever it is: see `Thing`
                return {"value": self._handle(getattr(operator, question["name"])(*given))}
            case "seed":
                SEEDS[question["name"]](*given)
                return {"value": {"plain": None}}
        return {"value": self._packed(OTHERS[question["do"]](about, *given))}

    def _packed(self, value: Any) -> Any:
        return packed(value, self._handle)

    def _handle(self, value: Any) -> Any:
        """Return the handle of an object: the same one each time."""
        if id(value) not in self._handles:
            self._things.append(value)  # which keeps its id from being used again
            self._handles[id(value)] = len(self._things) - 1
        return {"thing": self._handles[id(value)], "callable": callable(value), "kind": type(value).__name__[:80]}

    def _unpacked(self, form: Any) -> Any:
        return unpacked(form, self._thing)

    def _thing(self, form: Any) -> Any:
        if "library" in form:
            return from_library(form["library"])
        return self._called_back(form["callback"]) if "callback" in form else self._things[form["thing"]]

    def _called_back(self, number: int) -> Any:
        """Return a function that calls one of the test's."""

        def callback(*given: Any) -> Any:
            self._pipe.send({"callback": number, "given": [self._packed(one) for one in given]})
            answer = self._pipe.receive()
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return self._unpacked(answer["value"])

        return callback


OTHERS: dict[str, Any] = {
    "item": operator.getitem,
    "put": operator.setitem,
    "length": len,
    "iterate": iter,
    "next": next,
    "truth": bool,
    "text": str,
    "shown": repr,
    "is": lambda about, one: isinstance(one, about),
}


class _Printed(io.StringIO):
    """Keeps the beginning of the output."""

    def write(self, text: str) -> int:
        return len(text) if self.tell() > MOST_PRINTED else super().write(text)

    @property
    def text(self) -> str:
        return str(self.getvalue())[:MOST_PRINTED]


def _described(error: BaseException) -> dict[str, Any]:
    """Return an exception as data: its classes by name, its text, and the line of the submission that raised it."""
    try:
        message = str(error)[:MOST_MESSAGE]
    except BaseException:
        message = ""
    here = os.getcwd()  # noqa: PTH109 (a text is asked for)
    own = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith(f"{here}/")]
    place = f"{own[-1].filename.removeprefix(f'{here}/')}, line {own[-1].lineno}: {own[-1].line}" if own else ""
    return {"error": [one.__name__ for one in type(error).__mro__][:20], "message": message, "place": place[:300]}


def become(pipe: Pipe) -> None:
    """Make this process the submission's: nothing but the pipe is open, and it never returns."""
    try:
        kept = sorted(pipe.descriptors)
        os.closerange(3, kept[0])
        os.closerange(kept[0] + 1, kept[1])
        os.closerange(kept[1] + 1, os.sysconf("SC_OPEN_MAX"))
        sys.stdin = io.StringIO()
        FarSide(pipe).serve()
    finally:
        os._exit(0)

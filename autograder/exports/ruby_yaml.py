"""Reads YAML that Ruby wrote as plain text, lists and dictionaries: no objects, no numbers, no dates.

We use PyYAML only to turn the file into events, one after the other. So no tag builds an object, an alias is the same
value and never a copy, and everything before an error is kept. Ruby's peculiarities that are read: symbols (`:name:`),
tags of its classes, `!binary` for text with odd bytes, and `~` for nothing.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import yaml

MAX_MIB = 512  # the events of 20 MiB take a second
MAX_DEPTH = 50
MAX_KEYS = 200_000  # at the top
MAX_VALUES = 20_000  # below one key at the top, ignored ones not counted
UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # twenty times as fast in C, which not every build of PyYAML has
BINARY = "tag:yaml.org,2002:binary"
NOTHING = ("", "~", "null", "Null", "NULL")

Value = Any  # str, list[Value] or dict[str, Value]


class BrokenYaml(ValueError):
    """The rest of the file cannot be read; the text says where and why."""


def top_entries(path: Path, wanted: frozenset[str]) -> Iterator[tuple[str, Value]]:
    """Yield each key at the top of a file with its value, reduced to the wanted keys.

    Args:
        path: the file, UTF-8; other bytes and control characters are replaced.
        wanted: the keys of a value, without Ruby's colon, that are kept.

    Raises:
        BrokenYaml: the file, or the rest of it, is not YAML of this form.
    """
    try:
        if path.stat().st_size > MAX_MIB << 20:
            raise BrokenYaml(f"it has more than {MAX_MIB} MiB")
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            yield from _Reader(yaml.parse(_Readable(file), Loader=LOADER), wanted).entries()
    except yaml.YAMLError as error:
        raise BrokenYaml(_where(error)) from None
    except OSError as error:
        raise BrokenYaml(error.strerror or "it cannot be read") from None


def _where(error: yaml.YAMLError) -> str:
    """Return PyYAML's message of several lines as a clause."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is no YAML"
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)


class _Readable:
    """A text file without the characters that YAML forbids, and on which PyYAML would give up."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def read(self, size: int = -1, /) -> str:
        return UNREADABLE.sub("\ufffd", self._file.read(size))


class _Reader:
    """Builds values from events, in one pass."""

    def __init__(self, events: Iterator[yaml.Event], wanted: frozenset[str]) -> None:
        self._events = events
        self._wanted = wanted
        self._anchors: dict[str, Value] = {}
        self._values = 0

    def entries(self) -> Iterator[tuple[str, Value]]:
        """Yield the keys and values of the first document's mapping."""
        for event in self._events:
            if isinstance(event, yaml.MappingStartEvent):
                break
            if isinstance(event, yaml.NodeEvent):
                raise BrokenYaml("it holds no keys at the top")
        else:
            raise BrokenYaml("it is empty")
        for _ in range(MAX_KEYS):
            event = next(self._events)
            if isinstance(event, yaml.MappingEndEvent):
                return
            self._values = 0
            key = _text_of(self._value(event, 1))
            yield key, self._value(next(self._events), 1)
        raise BrokenYaml(f"it has more than {MAX_KEYS:,} keys")

    def _value(self, event: yaml.Event, depth: int) -> Value:
        self._values += 1
        if self._values > MAX_VALUES or depth > MAX_DEPTH:
            raise BrokenYaml(f"{_line(event)}too much, or too deep")
        if isinstance(event, yaml.AliasEvent):
            return self._anchors.get(str(event.anchor), "")
        value = self._new_value(event, depth)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _new_value(self, event: yaml.Event, depth: int) -> Value:
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(depth))
        if isinstance(event, yaml.MappingStartEvent):
            return dict(self._pairs(depth))
        return _scalar(event) if isinstance(event, yaml.ScalarEvent) else ""

    def _items(self, depth: int) -> Iterator[Value]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._value(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[str, Value]]:
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = _text_of(self._value(event, depth + 1)).removeprefix(":")
            if depth == 1 and key not in self._wanted:
                self._pass_over()
            else:
                yield key, self._value(next(self._events), depth + 1)

    def _pass_over(self) -> None:
        depth = 0
        for event in self._events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise BrokenYaml(f"{_line(event)}too deep")
            if depth == 0:
                return


def _line(event: yaml.Event) -> str:
    return f"line {event.start_mark.line + 1}: " if event.start_mark else ""


def _scalar(event: yaml.ScalarEvent) -> str:
    if event.tag in (BINARY, "!binary"):
        try:
            return base64.b64decode(event.value).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    return "" if event.implicit[0] and event.value in NOTHING else event.value


def _text_of(value: Value) -> str:
    return value if isinstance(value, str) else ""

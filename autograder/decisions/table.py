"""The log of decisions as a CSV table, for people who prefer tables."""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from autograder.decisions.log import COLUMNS, new_decision
from autograder.decisions.threads import Tips, tips
from autograder.model.decision import Decision, DecisionKind
from autograder.model.failures import UnusableInput

# The characters that `gradebook.cells` guards against. Here the apostrophe in front comes off again at the import, so a
# text that begins with apostrophes gets one more.
FORMULA = re.compile(r"(^|;\s*)(?='*[=+\-@＝＋－＠])")
GUARDED = re.compile(r"(^|;\s*)'(?='*[=+\-@＝＋－＠])")
TEXTS = ("by", "student", "item", "reason", "comment", "file")


def to_table(decisions: Iterable[Decision]) -> str:
    """Return the log as CSV; no cell is a formula, and the import gives the same log."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for one in decisions:
        row = asdict(one) | {"lines": " ".join(one.lines), "points": "" if one.points is None else repr(one.points)}
        table.writerow(row | {name: FORMULA.sub(r"\1'", row[name]) for name in TEXTS})
    return text.getvalue()


@dataclass(frozen=True)
class Item:
    """A test or an item of the class.

    Attributes:
        key: `Class.method`.
        number: the rubric's number; empty if it has none.
        most: the maximum of its points.
        is_by_hand: whether only a person judges it.
    """

    key: str
    number: str
    most: float
    is_by_hand: bool


@dataclass(frozen=True)
class Names:
    """The names that a table may use.

    Attributes:
        items: the class's tests and items that are worth points.
        verdicts: key of a hand-in and of an item to the digest of the harness's verdict; a hand-in with nothing to
            grade is not here.
    """

    items: Sequence[Item]
    verdicts: Mapping[tuple[str, str], str]


def from_table(text: str, by: str, names: Names, log: Sequence[Decision]) -> list[Decision]:
    """Return the decisions of a table.

    A row without `id` is a new decision. It needs `student`, `item` and `points`, and a `reason` where the harness has
    given other points; a `comment` is welcome.

    Args:
        text: CSV with a header; columns may be missing.
        by: the grader of rows that name none.
        names: the names that new decisions may use.
        log: the entries that exist; a new decision follows the last one on its subject.

    Raises:
        UnusableInput: a row cannot be read; names the row, the column and what to write.
    """
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    unknown = sorted(set(table.fieldnames or ()) - set(COLUMNS))
    if unknown or not table.fieldnames:
        raise UnusableInput(f"{unknown[0] if unknown else 'the header'}: use the columns {', '.join(COLUMNS)}")
    try:
        return list(_decisions(table, by, names, tips(log)))
    except csv.Error as error:
        raise UnusableInput(f"row {table.line_num}: {error}") from None


def _decisions(table: "csv.DictReader[str]", by: str, names: Names, last: Tips) -> Iterator[Decision]:
    items = {one.number: one for one in reversed(names.items) if one.number} | {one.key: one for one in names.items}
    for row in table:
        values = {name: row.get(name) or "" for name in COLUMNS}
        values |= {name: GUARDED.sub(r"\1", values[name]) for name in TEXTS}
        try:
            one = _stored(values) if values["id"] else _new(values, by, items, names)
        except ValueError as error:
            raise UnusableInput(f"row {table.line_num}: {error}") from None
        one = one if values["id"] else replace(one, seen=last.of(one))
        last.note(one)
        yield one


def _stored(values: Mapping[str, Any]) -> Decision:
    read = {
        "kind": DecisionKind(values["kind"]),
        "points": _points(values["points"]),
        "lines": tuple(values["lines"].split()),
        "line": int(values["line"] or 0),
    }
    if read["kind"] is DecisionKind.LINE and len(values["lines"].split()) != 1:
        raise ValueError("lines: a rubric line has one id")
    return Decision(**{**values, **read})


def _new(values: Mapping[str, str], by: str, items: Mapping[str, Item], names: Names) -> Decision:
    if values["kind"] not in ("", DecisionKind.POINTS):
        raise ValueError(f"kind: {values['kind']!r}: only `points` can be given without `id`")
    item = items.get(values["item"])
    if item is None:
        raise ValueError(f"item: there is no test or item {values['item']!r}: use its number, such as 2.3")
    verdict = names.verdicts.get((values["student"], item.key))
    if verdict is None:
        raise ValueError(
            f"student: {values['student']!r} has handed in nothing that was graded: use the gradebook's column `key`"
        )
    points = _points(values["points"])
    if points is None or not 0 <= points <= item.most:
        raise ValueError(f"points: {values['points']!r}: use a number from 0 to {item.most:g}")
    if not (item.is_by_hand or values["reason"].strip()):
        raise ValueError(f"reason: say why {item.number or item.key} gives other points than the harness gave")
    return new_decision(
        values["by"] or by, DecisionKind.POINTS, student=values["student"], item=item.key, points=points,
        reason=values["reason"], comment=values["comment"], verdict=verdict,
    )  # fmt: skip


def _points(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"points: {text!r}: use a number, such as 2.5")
    return value

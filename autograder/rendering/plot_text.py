"""Plots in words, for readers who cannot see them: Gradescope's text, a terminal, a screen reader."""

from collections.abc import Sequence

from autograder.model.plot import Confusion, Curve, Images, Interval, Line, Passage, Plot, Tiles

SHOWN_VALUES = 6  # of a line
NAME_CHARACTERS = 5  # of a class, above its column


def in_words(plot: Plot) -> str:
    """Return a text that describes the plot; it may still contain control characters."""
    match plot:
        case Tiles():
            seen = "; ".join(f"{tile.caption}: {tile.detail}" for tile in plot.tiles)
            return f"{plot.title}. {seen}. {plot.says}".strip()
        case Curve():
            limit = [] if plot.limit is None else [f"  must end below: {number(plot.limit)}"]
            lines = [_line(line, plot.unit) for line in plot.lines]
            return "\n".join([f"{plot.title}:", *lines, *limit])
        case Confusion():
            return _table(plot)
        case Interval():
            return interval_in_words(plot)
        case Images():
            told = "; ".join(f"{one.caption} ({one.size[0]} × {one.size[1]} pixels)" for one in plot.images)
            return f"{plot.title}. {told}. {plot.says}".strip()
        case Passage():
            return f"{plot.title}:\n{plot.text}"


def interval_in_words(plot: Interval) -> str:
    """Return value, interval, threshold and reference in a sentence."""
    reference = "" if plot.reference is None else f"; the reference solution reaches {plot.reference:.1%}"
    return (
        f"{plot.name}: {plot.value:.1%} (95 % interval {plot.low:.1%} to {plot.high:.1%}), "
        f"{plot.threshold:.1%} is required{reference}."
    )


def number(value: float | None) -> str:
    """Return a value of a line as people read it."""
    if value is None:
        return "no finite number"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.3g}"


def _line(line: Line, unit: str) -> str:
    return f"  {line.name}, {line.steps} {unit}: {' → '.join(map(number, _some(line.values))) or 'no value'}"


def _some(values: Sequence[float | None]) -> list[float | None]:
    """Return the first value, the last, and some between them at equal distances."""
    if len(values) <= SHOWN_VALUES:
        return list(values)
    return [values[round(place * (len(values) - 1) / (SHOWN_VALUES - 1))] for place in range(SHOWN_VALUES)]


def _table(plot: Confusion) -> str:
    """Return a table with true classes down, predicted classes across, and the recall of each."""
    width = max([16, *map(len, plot.names)])
    column = max([NAME_CHARACTERS, *(len(str(count)) for row in plot.counts for count in row)])
    names = " ".join(f"{name[:NAME_CHARACTERS]:>{column}}" for name in plot.names)
    rows = [
        f"{name:<{width}} {' '.join(f'{count:>{column}}' for count in row)}  {recall:6.1%}"
        for name, row, recall in zip(plot.names, plot.counts, plot.recalls, strict=True)
    ]
    return "\n".join([f"{'true / predicted':<{width}} {names}  recall", *rows])

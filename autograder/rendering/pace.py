"""The rate of long work, and the time that is left, in words."""

LEAST_S = 3.0  # a rate over a shorter time says little


def pace_in_words(done: int, total: int, elapsed_s: float) -> str:
    """Return the rate so far, and the time left at that rate; empty while they would be guesses."""
    if not done or not total or elapsed_s < LEAST_S:
        return ""
    rate = done / elapsed_s
    return f"{rate_in_words(rate)}, {left_in_words((total - done) / rate)} left"


def rate_in_words(a_second: float) -> str:
    """Return a rate in the shortest unit of time in which it is at least 1."""
    for seconds, unit in ((1, "s"), (60, "min")):
        if seconds * a_second >= 1:
            return f"{seconds * a_second:.1f}/{unit}"
    return f"{3600 * a_second:.1f}/h"


def left_in_words(seconds: float) -> str:
    """Return a duration in a unit that people would choose."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"

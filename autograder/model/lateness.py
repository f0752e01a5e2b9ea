"""The lateness of a hand-in, and its cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

DAY = timedelta(days=1)


class LatePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """The rule by which an assignment takes points off late hand-ins.

    Attributes:
        due: the due date, with its offset from UTC.
        penalty: share of the earned points that each day costs, from 0 to 1; a day that has begun counts.
        grace_minutes: a hand-in within these minutes after the due date is in time.
        most_days: a hand-in that is later than that earns nothing; 0 for no such limit.
    """

    due: Annotated[datetime, Meta(tz=True)]
    penalty: Annotated[float, Meta(ge=0, le=1)]
    grace_minutes: Annotated[int, Meta(ge=0, le=10_000)] = 0
    most_days: Annotated[int, Meta(ge=0, le=1_000)] = 0

    def days_late(self, submitted_at: str) -> int:
        """Return the days that have begun after the due date; 0 if it is in time, or if the time is not known.

        Args:
            submitted_at: ISO 8601. A time without an offset counts as not known.
        """
        try:
            after = datetime.fromisoformat(submitted_at) - self.due
        except (ValueError, TypeError):  # empty, or without an offset
            return 0
        return -(-after // DAY) if after > timedelta(minutes=self.grace_minutes) else 0

    def share_lost(self, days: int) -> float:
        """Return the share of the earned points that a number of days costs, from 0 to 1."""
        return 1.0 if self.most_days and days > self.most_days else min(1.0, self.penalty * days)


@dataclass(frozen=True)
class Lateness:
    """How late one hand-in is.

    Attributes:
        days: the days that have begun after the due date, 1 or more.
        waived: how many of them a person has waived.
        share_lost: share of the earned points that the others cost, from 0 to 1.
        reason: why days are waived; empty if none are.
    """

    days: int
    waived: int
    share_lost: float
    reason: str = ""

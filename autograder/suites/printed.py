"""Catches what a test prints."""

import io

MAX_PRINTED = 4000


class Printed(io.TextIOBase):
    """Stands in for standard output: keeps the beginning of what is printed, and counts the rest."""

    def __init__(self) -> None:
        self._kept = ""
        self._total = 0

    def write(self, text: str) -> int:
        """Take text as a stream does; what is beyond the limit is counted and dropped."""
        self._total += len(text)
        self._kept += text[: MAX_PRINTED - len(self._kept)]
        return len(text)

    @property
    def text(self) -> str:
        """What was printed, with a note where it was cut."""
        left_out = self._total - len(self._kept)
        return self._kept.strip() + (f"\n… {left_out:,} characters left out …" if left_out else "")

"""Captures a test's output."""

import io

MAX_PRINTED = 4000


class CapturedOutput(io.TextIOBase):
    """Replaces standard output: keeps the beginning of the output, and counts the rest."""

    def __init__(self) -> None:
        self._kept = ""
        self._total = 0

    def write(self, text: str) -> int:
        """Take text as a stream does; text beyond the limit is counted and dropped."""
        self._total += len(text)
        self._kept += text[: MAX_PRINTED - len(self._kept)]
        return len(text)

    @property
    def text(self) -> str:
        """The output, with a note at the end if it was cut."""
        left_out = self._total - len(self._kept)
        return self._kept.strip() + (f"\n… {left_out:,} characters left out …" if left_out else "")

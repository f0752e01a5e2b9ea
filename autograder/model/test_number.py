"""The numbers that tests have in a hand-out, such as `2.3b`."""


def is_meant(number: str, wanted: str) -> bool:
    """Return whether `wanted` selects a test: "1.1" selects 1.1, 1.1a and 1.1b, but not 1.10."""
    begins = bool(number) and bool(wanted) and number.startswith(wanted)
    return begins and not number[len(wanted) : len(wanted) + 1].isdigit()

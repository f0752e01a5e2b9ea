"""x."""

MISTAKES = ()

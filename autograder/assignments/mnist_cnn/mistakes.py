"""Known mistakes."""
MISTAKES = ()

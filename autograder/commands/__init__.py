"""The command line: the only part of the harness that prints and exits."""

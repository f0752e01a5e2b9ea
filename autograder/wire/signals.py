"""The signals that mean something on both sides of the sandbox's border."""

import signal

# The supervisor sends it when a budget is used up; the child turns it into an exception, and hands in what it has seen.
SOFT_LIMIT = signal.SIGXCPU

"""The signals that mean something on both sides of the sandbox's border."""

import signal

# The supervisor sends it when a budget is used up. The child turns it into an exception, and hands in its observations.
SOFT_LIMIT = signal.SIGXCPU

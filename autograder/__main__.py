"""Entry of `python -m autograder`, which `run_autograder` calls."""

import atexit
import os
import signal
import sys

INTERRUPTED = 130

_statuses: list[object] = []


def _keep_status() -> None:
    """Exit with 130 after Ctrl-C.

    Python ends by the signal itself where it came while a text was executed, as dataclasses do during an import.
    """
    if INTERRUPTED in _statuses:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    atexit.register(_keep_status)  # the first to come is the last to be called
    # While we import, about half a second, SIGTERM waits, so that it always finds a result to keep. Ctrl-C ends us.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    answer = signal.getsignal(signal.SIGINT)
    if answer is signal.default_int_handler:  # and not ignored, as in the background of a script
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from autograder.commands.main import main

    signal.signal(signal.SIGINT, answer)
    try:
        main()
    except SystemExit as ended:
        _statuses.append(ended.code)
        raise

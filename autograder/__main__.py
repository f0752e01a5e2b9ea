"""Entry of `python -m autograder`, which `run_autograder` calls."""

import os
import signal

if __name__ == "__main__":
    # While we import, about half a second, SIGTERM waits, so that it always finds a result to keep. Ctrl-C ends us.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    answer = signal.getsignal(signal.SIGINT)
    if answer is signal.default_int_handler:  # and not ignored, as in the background of a script
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from autograder.commands.main import main

    signal.signal(signal.SIGINT, answer)
    main()

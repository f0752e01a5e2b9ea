"""Entry of `python -m autograder`, which `run_autograder` calls."""

import signal

if __name__ == "__main__":
    # SIGTERM waits while we import, about half a second, so that it always finds a result to keep.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    from autograder.commands.main import main

    main()

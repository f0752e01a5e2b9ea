"""Entry of `python -m autograder`, which `run_autograder` calls."""

from autograder.commands.main import main

if __name__ == "__main__":
    main()

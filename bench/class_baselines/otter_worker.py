"""Grades submissions with otter-grader's API; run by otter.py in otter's own environment.

    python -m bench.class_baselines.otter_worker autograder.zip PROCESSES SUBMISSION.zip …

Prints how many checks each submission passed, a JSON list. otter changes its working directory while it grades, so
submissions that are graded at the same time need a process each; these stay for the whole class.
"""

import importlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial


def passed(configuration: str, submission: str) -> int:
    """Return how many checks a submission passes; none if otter came to no result."""
    api = importlib.import_module("otter.api")
    try:
        results = api.grade_submission(submission, configuration, quiet=True)
    except Exception as error:
        print(f"{submission}: {type(error).__name__}: {error}", file=sys.stderr)
        return 0
    return sum(case.passed for file in results.results.values() for case in file.test_case_results)


def main() -> None:
    """Grade the named uploads."""
    configuration, processes, *submissions = sys.argv[1:]
    importlib.import_module("otter.api")  # once, before the processes are forked
    with ProcessPoolExecutor(int(processes)) as pool:
        print(json.dumps(list(pool.map(partial(passed, configuration), submissions))))


if __name__ == "__main__":
    main()

"""One sandbox for all tests of this folder, since starting it means importing torch."""

import os
from collections.abc import Iterator

import pytest

from autograder.sandbox.sandbox import open_sandbox
from autograder.wire.layers import Feature
from tests.sandbox.bench import GIVEN, Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A sandbox as a grading opens it, with two small files as the assignment's data."""
    data = tmp_path_factory.mktemp("given")
    for name, text in GIVEN.items():
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text(text)
    os.environ["A_SECRET_OF_THE_GRADER"] = "hunter2"  # before the zygote starts: it must not get there
    given = {"numbers.txt": data / "numbers.txt", "batches": data / "batches"}
    with open_sandbox(given) as (sandbox, stage):
        yield Bench(sandbox, stage)
    del os.environ["A_SECRET_OF_THE_GRADER"]


@pytest.fixture(scope="session")
def landlocked(bench: Bench) -> bool:
    """Whether the kernel keeps the sandbox to its own files."""
    return bench.sandbox.features()[Feature.LANDLOCK].startswith("active")

"""Hidden processes of the same user are counted, as the kernel counts them."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autograder.supervisor.hidden_tasks import HiddenTasks, counted
from tests.environments import PROJECT

USER, STRANGERS = 64_179, 12
COUNT = f"from autograder.supervisor.hidden_tasks import counted; print(counted({USER}))"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can imitate a container")


@pytest.fixture
def _strangers() -> Iterator[None]:
    """Processes of a user."""
    started = [subprocess.Popen(["sleep", "60"], user=USER, group=USER, extra_groups=[]) for _ in range(STRANGERS)]
    yield
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("_strangers")
def test_processes_outside_of_a_container_are_counted() -> None:
    """A container has its own process namespace, and the kernel's limit does not care."""
    inside = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", COUNT]
    done = subprocess.run(inside, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == (str(STRANGERS), "")


@pytest.mark.usefixtures("_strangers")
def test_processes_that_can_be_seen_are_not_hidden() -> None:
    """The limit on a child counts them already."""
    assert counted(USER) == 0
    assert HiddenTasks().now(USER) == 0

"""The corpus of attacks, in every environment that this machine can imitate: each comes to what it must."""

import json
import subprocess
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.verify.attack import attacks_in
from autograder.verify.attacks import CORPUS
from tests.attacks.table import AS_IT_MUST, NO_RESULT, OTHERWISE, OUTCOMES
from tests.environments import environments

ATTACKS = [f"{attack.family}/{attack.name}" for attack in attacks_in(CORPUS)]
FAMILIES = ("display", "escape", "interpreter", "payloads", "resources", "results", "secrets", "semantics")


ENVIRONMENTS = {environment.name: environment for environment in environments()}


@cache
def results_in(name: str) -> dict[str, Any]:
    """Run the corpus in one environment; return the results by the attacks' names."""
    environment = ENVIRONMENTS[name]
    if environment.reason:
        pytest.skip(environment.reason)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o777)
        output = Path(folder) / "attacks.json"
        command = [environment.python, "-m", "autograder", "verify", "--attacks"]
        argv = [*command, "--environment", name, "--json", str(output)]
        done = subprocess.run(
            environment.command(argv), cwd=environment.project, capture_output=True, text=True, check=False
        )
        if not output.exists():
            pytest.fail(f"the corpus did not come to its end: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return {f"{one['family']}/{one['name']}": one for one in json.loads(output.read_text())}


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_comes_to_what_it_must(attack: str, environment: str, pytestconfig: pytest.Config) -> None:
    """Nothing is read, changed, reached or left, and the points are those that are deserved."""
    table = pytestconfig.stash.setdefault(OUTCOMES, {})
    table[attack, environment] = NO_RESULT
    result = results_in(environment)[attack]
    table[attack, environment] = OTHERWISE if result["faults"] else AS_IT_MUST

    assert result["faults"] == [], f"{result['story']} Expected {result['expected']}, seen {result['seen']}"


def test_corpus_is_large_in_every_family() -> None:
    """The corpus does not silently shrink."""
    sizes = Counter(attack.split("/")[0] for attack in ATTACKS)

    assert set(sizes) == set(FAMILIES)
    assert min(sizes.values()) >= 15
    assert sizes.total() >= 200

"""The corpus of attacks, in every environment that this machine can imitate: each comes to what it must."""

import json
import tempfile
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.verify.attack import attacks_in
from autograder.verify.attacks import CORPUS
from tests.attacks.table import AS_IT_MUST, NO_RESULT, OTHERWISE, OUTCOMES
from tests.environments import Environment, environments

ATTACKS = [f"{attack.family}/{attack.name}" for attack in attacks_in(CORPUS)]
FAMILIES = ("display", "escape", "interpreter", "payloads", "resources", "results", "secrets", "semantics")


ENVIRONMENTS = {environment.name: environment for environment in environments()}


@cache
def runs() -> dict[str, Future[dict[str, Any]]]:
    """Begin to run the corpus in every environment, two at a time, because an attack mostly waits.

    One lane for ordinary users, who would see each other's temporary files, and one for root.
    """
    lanes = {True: ThreadPoolExecutor(1), False: ThreadPoolExecutor(1)}
    return {name: lanes[environment.uid == 0].submit(run_in, environment) for name, environment in ENVIRONMENTS.items()}


def run_in(environment: Environment) -> dict[str, Any]:
    """Run the corpus in one environment; return the results by the attacks' names."""
    if environment.reason:
        return {}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o777)
        output = Path(folder) / "attacks.json"
        command = [environment.python, "-m", "autograder", "verify", "--attacks"]
        done = environment.run([*command, "--environment", environment.name, "--json", str(output)])
        if not output.exists():
            raise RuntimeError(f"the corpus did not come to its end: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return {f"{one['family']}/{one['name']}": one for one in json.loads(output.read_text())}


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_comes_to_what_it_must(attack: str, environment: str, pytestconfig: pytest.Config) -> None:
    """Nothing is read, changed, reached or left, and the points are those that are deserved."""
    table = pytestconfig.stash.setdefault(OUTCOMES, {})
    table[attack, environment] = NO_RESULT
    if ENVIRONMENTS[environment].reason:
        pytest.skip(ENVIRONMENTS[environment].reason)
    result = runs()[environment].result()[attack]
    table[attack, environment] = OTHERWISE if result["faults"] else AS_IT_MUST

    assert result["faults"] == [], f"{result['story']} Expected {result['expected']}, seen {result['seen']}"


def test_corpus_is_large_in_every_family() -> None:
    """The corpus does not silently shrink."""
    sizes = Counter(attack.split("/")[0] for attack in ATTACKS)

    assert set(sizes) == set(FAMILIES)
    assert min(sizes.values()) >= 15
    assert sizes.total() >= 200

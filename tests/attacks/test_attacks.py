"""The corpus of attacks, in every environment that this machine can imitate: each comes to what it must."""

from collections import Counter

import pytest

from autograder.verify.attack import attacks_in
from autograder.verify.attacks import CORPUS
from tests.attacks.runs import ENVIRONMENTS, AttackRuns
from tests.attacks.table import AS_IT_MUST, NO_RESULT, OTHERWISE, OUTCOMES

ATTACKS = [f"{attack.family}/{attack.name}" for attack in attacks_in(CORPUS)]
FAMILIES = ("display", "escape", "interpreter", "payloads", "resources", "results", "secrets", "semantics")


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_comes_to_what_it_must(
    attack: str, environment: str, pytestconfig: pytest.Config, attack_runs: AttackRuns
) -> None:
    """Nothing is read, changed, reached or left, and the points are those that are deserved."""
    table = pytestconfig.stash.setdefault(OUTCOMES, {})
    table[attack, environment] = NO_RESULT
    results = attack_runs.result(environment)
    if reason := ENVIRONMENTS[environment].reason:
        pytest.skip(reason)
    result = results[attack]
    table[attack, environment] = OTHERWISE if result["faults"] else AS_IT_MUST

    assert result["faults"] == [], f"{result['story']} Expected {result['expected']}, seen {result['seen']}"


def test_corpus_is_large_in_every_family() -> None:
    """The corpus does not silently shrink."""
    sizes = Counter(attack.split("/")[0] for attack in ATTACKS)

    assert set(sizes) == set(FAMILIES)
    assert min(sizes.values()) >= 15
    assert sizes.total() >= 200

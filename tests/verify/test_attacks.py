"""The runner of the corpus notices an attack that works, and one that was never attempted."""

import shutil
from pathlib import Path

import pytest

from autograder.model.verdict import Verdict
from autograder.verify.attack import Attack, Expectation, UnusableAttack, attack_from
from autograder.verify.attacks import CORPUS, AttackResult, run_attacks

HONEST = "from attempts import TARGETS, attempt, say\nfrom honest import *\n"
ATTACKS = {
    "works": '"""BLOCKED: reads a file that it may read."""\n' + HONEST + "attempt('own', open(__file__).read)\n",
    "idle": '"""BLOCKED: does nothing."""\n' + HONEST,
    "fine": '"""INERT: does nothing."""\n' + HONEST,
    "too_good": '"""FAILED (failed; loses 4.1): predicts well."""\n' + HONEST,
    "too_bad": '"""INERT: crashes."""\n' + HONEST + "import os\nos.abort()\n",
    "other_verdict": '"""FAILED (raised): crashes."""\n' + HONEST + "import os\nos.abort()\n",
    "refused": '"""INERT: uploads nothing."""\n'
    "def upload(folder):\n    (folder / 'submitted.py').unlink()\n    return folder\n",
    "blocked": '"""INERT: nothing.\nExcept in this one: POSSIBLE: it works."""\n' + HONEST,
}
FAULTS = {
    "works": "BREACH: own",
    "idle": "no attempt was made",
    "fine": None,
    "too_good": "keeps 4.1",
    "too_bad": "loses 1.1, 2.1, 3.1, 3.2, 4.1 (crashed)",
    "other_verdict": "the verdict is crashed",
    "refused": "the upload was refused: There is no `submitted.py`",
    "blocked": "it is blocked here now",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AttackResult]:
    """The results of some small attacks that run together."""
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "family").mkdir()
    shutil.copy(CORPUS / "attempts.py", corpus)
    for name, source in ATTACKS.items():
        (corpus / "family" / f"{name}.py").write_text(source)
    return {result.name: result for result in run_attacks(environment="this one", corpus=corpus)}


@pytest.mark.parametrize("name", ATTACKS)
def test_fault_is_noticed(results: dict[str, AttackResult], name: str) -> None:
    """If an attack's outcome differs from its first line, its fault says how."""
    wanted = FAULTS[name]

    assert any(wanted in fault for fault in results[name].faults) if wanted else not results[name].faults


def written(folder: Path, docstring: str) -> Attack:
    """Return the attack that a file with this docstring describes."""
    path = folder / "family" / "name.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'"""{docstring}"""\n')
    return attack_from(path)


def test_first_line_is_read(tmp_path: Path) -> None:
    """The docstring gives the outcome, the verdicts, the lost tests, and exceptions for missing layers."""
    attack = written(
        tmp_path,
        "FAILED (memory or cpu budget; loses 3.1, 3.2): fills the memory.\n"
        "Except in root and no Landlock: POSSIBLE: nobody stops it.\n",
    )

    assert (attack.family, attack.name, attack.story) == ("family", "name", "fills the memory.")
    assert attack.expected == Expectation(
        "FAILED", frozenset({Verdict.MEMORY, Verdict.CPU_BUDGET}), frozenset({"3.1", "3.2"})
    )
    assert str(attack.expected) == "FAILED (cpu budget or memory; loses 3.1, 3.2)"
    assert attack.expected_where(frozenset({"root"})) is attack.expected
    assert attack.expected_where(frozenset({"root", "no Landlock", "no seccomp"})).outcome == "POSSIBLE"


@pytest.mark.parametrize(
    "docstring",
    [
        "",
        "Reads the labels.",
        "DENIED: reads the labels.",
        "BLOCKED (memory): reads the labels.",
        "FAILED: reads the labels.",
        "FAILED (exploded): reads the labels.",
        "POSSIBLE: reads the labels.",
        "BLOCKED: reads the labels.\nSometimes it is not.",
    ],
)
def test_unclear_expectation_is_refused(tmp_path: Path, docstring: str) -> None:
    """An attack whose file does not state its expected outcome does not run."""
    with pytest.raises(UnusableAttack, match=r"family/name\.py"):
        written(tmp_path, docstring)

"""A made-up but plausible class: the same at every call, and without real people."""

import hashlib
import math
import random
from dataclasses import replace
from typing import NamedTuple

from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import HandIn, Student
from autograder.model.measurement import Measurement
from autograder.model.outcome import Explanation, LeaderboardEntry, Outcome
from autograder.model.report import Report
from autograder.model.similarity import SimilarPair
from autograder.model.verdict import Verdict

TITLE = "Fine-tuning a ResNet-18 on eight CIFAR-10 classes"
GIVEN = (
    "Amina", "Bruno", "Chiara", "Dmitri", "Elif", "Femi", "Greta", "Hana", "Ivo", "Jun", "Katya", "Liam", "Mei", "Noor",
    "Oskar", "Priya", "Quentin", "Rosa", "Sefa", "Tariq", "Uma", "Viktor", "Wanjiru", "Ximena", "Yara", "Zoë",
)  # fmt: skip
FAMILY = (
    "Abebe", "Bianchi", "Castillo", "Dubois", "Eriksen", "Fischer", "Ghosh", "Haddad", "Ito", "Jansen", "Kowalski",
    "Lindqvist", "Moreau", "Novák", "Okafor", "Petrov", "Quispe", "Rahman", "Silva", "Tanaka", "Ueda", "Vargas",
    "Weber",
)  # fmt: skip
OTHER_SCRIPTS = ("ليلى الحسن", "王小明", "Ольга Смирнова", "Αλέξανδρος Παπαδόπουλος", "अदिति शर्मा")
ALL = 0.55  # of the held-out images: full points
PLATFORM_DAY = "2026-11-{day:02d}T{hour:02d}:{minute:02d}:00+01:00"


class Planned(NamedTuple):
    """A test of the made-up rubric: its title, its difficulty, and the messages to students who fail it."""

    number: str
    title: str
    weight: float
    difficulty: float  # ability at which half pass
    expected: str
    seen: str
    hint: str
    visibility: str = "visible"


RUBRIC = {
    "1. Dataset": (
        Planned("1.1", "The dataset holds every image of its files.", 5, -1.6, "len() is 1,600 for two files",
                "len() is {n:,}", "Gather the images of all files before you return."),
        Planned("1.2", "A label stands beside its own image.", 6, -1.2, "item 17 has label 3",
                "item {k} has label {c}", "Filter images and labels with the same mask."),
        Planned("1.3", "Labels of the eight classes are numbered 0 to 7.", 4, -0.7, "labels in 0 … 7",
                "labels up to {c}", "Map the kept classes to consecutive numbers."),
    ),
    "2. Transforms": (
        Planned("2.1", "Training images are augmented, others are not.", 5, -0.4, "two fetches of one image differ",
                "they are equal", "Choose the transform by mode."),
        Planned("2.2", "Images are normalised as the backbone expects.", 5, 0.2, "a mean near 0 over the set",
                "a mean of {m:.2f}", "Normalise with ImageNet's mean and deviation, after ToTensor()."),
    ),
    "3. Network": (
        Planned("3.1", "build_model returns the pretrained backbone.", 6, -1.5, "the weights of the checkpoint",
                "`build_model` returned {name}", "Load the weights, then replace the head."),
        Planned("3.2", "The head has eight outputs.", 5, -3.9, "logits of shape (N, 8)", "logits of shape (N, {c})",
                "Replace model.fc by a Linear with eight outputs."),
        Planned("3.3", "The backbone is frozen.", 8, -0.2, "no parameter but the head's asks for a gradient",
                "{k} of 62 parameters ask for one", "Set requires_grad = False before you replace the head."),
    ),
    "4. Training": (
        Planned("4.1a", "build_optimizer makes an Adam.", 3, -1.9, "Adam with lr = 0.003", "lr = {lr}",
                "Take the values from hparams."),
        Planned("4.1b", "build_optimizer makes an SGD with momentum.", 3, -1.1, "SGD with momentum = 0.8",
                "momentum = 0.0", "Take the values from hparams."),
        Planned("4.2", "One pass changes the head and lowers the loss.", 8, 0.1,
                "the loss falls below 85% of its first value", "it goes from {m:.2f} to {m2:.2f}",
                "Use every batch of the loader, and the loss of this batch only.", "after_due_date"),
        Planned("4.3", "Gradients are cleared between batches.", 5, 0.4, "each step uses the gradient of its own batch",
                "the same batch three times: the gradient grows to {m2:.1f} times its size",
                "Call optimizer.zero_grad() before backward().", "after_due_date"),
        Planned("4.4", "The batch norms of the backbone stay as they were.", 4, 4.5, "running statistics do not move",
                "they move in all 20 layers", "Call backbone.eval() after model.train().", "after_due_date"),
    ),
    "5. Evaluation": (
        Planned("5.1", "evaluate counts each image once.", 6, 0.6, "the accuracy over all images",
                "the mean of the batches' accuracies", "Sum right answers, and divide by len(dataset)."),
        Planned("5.2", "evaluate leaves the network in training mode as it found it.", 3, 1.2,
                "model.training is what it was", "it is False", "Remember the mode, and restore it."),
    ),
}  # fmt: skip
ACCURACY = Planned(
    "6.1", "Accuracy on held-out images.", 16, 0, "at least 55%", "{a:.1%}", "Train longer, or with a larger step.",
    "after_due_date",
)  # fmt: skip
REPORT_BY_HAND = Outcome(
    "TestReport.test_text", "7. Report", "7.1", "The report explains what was tried.", Verdict.NOT_RUN, None, manual=8.0
)
ENVIRONMENT = {"torch": "2.9.0", "torchvision": "0.24.0", "numpy": "2.4.6", "python": "3.11.9", "cpu": "2 threads"}
PROTECTIONS = {"namespaces": "active", "Landlock": "active", "seccomp": "active", "CPU budget": "active"}


def made_up_class(size: int = 60, seed: int = 5) -> ClassResult:
    """Return a class of this many hand-ins; with 20 or more it shows everything that can happen to one."""
    rng = random.Random(seed)
    rows = [_row(place, rng) for place in range(size)]
    if size >= 20:
        _mishaps(rows)
    complaints = (
        "submission_1093: the folder is empty, and the list of submissions does not name it; it was passed over.",
        "submission_metadata.yml: the entry submission_1120 has no folder; 1 student has nothing to grade.",
    )
    return ClassResult(
        "cifar8_finetune", TITLE, "embedded", "gradescope", tuple(rows), complaints if size >= 20 else ()
    )  # fmt: skip


def similar_pairs(result: ClassResult) -> tuple[SimilarPair, ...]:
    """Return two pairs of the made-up class."""
    keys = [row.hand_in.key for row in result.rows]
    return (
        SimilarPair(keys[4], keys[31], 0.86, 118, "similarity.html#pair-1"),
        SimilarPair(keys[12], keys[40], 0.61, 74, "similarity.html#pair-2"),
    )


def links_of(result: ClassResult) -> dict[str, str]:
    """Return an address for each student's page."""
    return {row.hand_in.key: f"students/{row.hand_in.key}.html" for row in result.rows if row.report}


def _row(place: int, rng: random.Random) -> ClassRow:
    name = f"{GIVEN[place * 7 % len(GIVEN)]} {FAMILY[place * 5 % len(FAMILY)]}"
    if place % 11 == 6:
        name = OTHER_SCRIPTS[place // 11 % len(OTHER_SCRIPTS)]
    students = (_student(name, place),)
    if place % 17 == 8:
        students += (_student(f"{GIVEN[place % 26]} {FAMILY[place % 23]}", place + 5000),)
    when = PLATFORM_DAY.format(day=18 + place % 3, hour=9 + place % 13, minute=place * 7 % 60)
    late = place % 19 == 3
    hand_in = HandIn(f"submission-{1000 + 3 * place}", students, None, str(1000 + 3 * place), when, late)
    return ClassRow(hand_in, _report(place, rng))


def _student(name: str, place: int) -> Student:
    return Student(name, str(20260000 + 37 * place), f"student{place}@example.edu", str(place))


def _report(place: int, rng: random.Random) -> Report:
    ability = rng.gauss(0.75, 1.35)
    outcomes = [
        _outcome(suite, test, ability, rng) for suite, tests in RUBRIC.items() for test in tests
    ]  # fmt: skip
    accuracy = min(max(rng.gauss(0.50 + 0.05 * ability, 0.05), 0.1), 0.78)
    cpu_s = math.exp(rng.gauss(3.2 + 0.1 * ability, 0.55))
    outcomes += [_accuracy(round(accuracy, 4)), REPORT_BY_HAND]
    return Report(
        "cifar8_finetune", TITLE, "embedded", hashlib.sha256(str(place).encode()).hexdigest(), tuple(outcomes),
        environment=ENVIRONMENT, protections=PROTECTIONS, execution_s=cpu_s * 1.1 + 4, cpu_s=cpu_s,
        budgets=(Measurement("trained", 0.8 * cpu_s, 120.0, at_least=False),),
    )  # fmt: skip


def _outcome(suite: str, test: Planned, ability: float, rng: random.Random) -> Outcome:
    key = f"Test{suite.split()[-1]}.test_{test.number.replace('.', '_')}"
    if rng.random() < 1 / (1 + math.exp(-2.2 * (ability - test.difficulty))):
        return Outcome(
            key, suite, test.number, test.title, Verdict.PASSED, test.weight, test.weight, visibility=test.visibility
        )  # fmt: skip
    fill = {"n": rng.choice((800, 200, 1599)), "k": rng.randrange(60), "c": rng.choice((8, 9, 10)),
            "m": rng.uniform(0.4, 2.4), "m2": rng.uniform(2.1, 3.2), "lr": rng.choice((0.001, 0.01)),
            "name": rng.choice(("None", "a Sequential"))}  # fmt: skip
    crashed = rng.random() < 0.12
    said = Explanation(test.expected, test.seen.format(**fill), test.hint)
    if crashed:
        trace = f'  File "submitted.py", line {fill["k"] + 40}, in train\n    loss = criterion(model(x), y)\n'
        error = "RuntimeError: Expected target size [64], got [64, 8]"
        said = Explanation(seen=error, hint="Hand class numbers to the loss, not one-hot rows.", detail=trace + error)
    score = test.weight / 2 if not crashed and test.weight >= 5 and rng.random() < 0.3 else 0.0
    verdict = Verdict.RAISED if crashed else Verdict.FAILED
    return Outcome(
        key, suite, test.number, test.title, verdict, test.weight, score, said, visibility=test.visibility
    )  # fmt: skip


def _accuracy(accuracy: float) -> Outcome:
    test, share = ACCURACY, min(max((accuracy - 0.35) / (ALL - 0.35), 0.0), 1.0)
    passed = share == 1
    return Outcome(
        "TestAccuracy.test_heldout", "6. Accuracy", test.number, test.title,
        Verdict.PASSED if passed else Verdict.FAILED, test.weight, round(share * test.weight, 2),
        Explanation() if passed else Explanation(test.expected, test.seen.format(a=accuracy), test.hint),
        visibility=test.visibility, leaderboard=LeaderboardEntry("accuracy", accuracy),
        measurements=(Measurement("held-out accuracy", accuracy, ALL),),
    )  # fmt: skip


def _mishaps(rows: list[ClassRow]) -> None:
    """Add a real class's mishaps, each to a different hand-in."""
    rows[2] = ClassRow(replace(rows[2].hand_in, problem="The export contains no file of theirs."), None)
    for place, problem in {
        7: "`submitted.py` could not be imported, so no test could run. SyntaxError: invalid syntax (line 88).",
        15: "The upload holds a notebook, `solution.ipynb`, but not the required file, `submitted.py`.",
    }.items():
        rows[place] = _without_points(rows[place], problem)
    broken = Explanation(seen="The grader itself failed in this test (ConnectionResetError).")
    leak = Explanation("test images are not trained on", "98% of the test batch was fetched in training")
    slow = Explanation(seen="It used more than its 120 CPU seconds. Until then, 3 of 10 epochs.")
    rows[9] = _with(rows[9], 10, Verdict.HARNESS_FAULT, broken)
    rows[11] = _with(rows[11], 15, Verdict.FAILED, leak, forfeits=True)
    rows[18] = _with(rows[18], 10, Verdict.CPU_BUDGET, slow)
    copied = rows[5].report
    rows[14] = ClassRow(replace(rows[14].hand_in, remarks=("An older attempt is passed over.",)), copied)


def _without_points(row: ClassRow, problem: str) -> ClassRow:
    assert row.report
    reason = Explanation(seen="Not run, because nothing could be graded; see the top of the result.")
    lines = tuple(
        one if one.manual is not None
        else replace(one, verdict=Verdict.NOT_RUN, score=0.0, explanation=reason, leaderboard=None, measurements=())
        for one in row.report.outcomes
    )  # fmt: skip
    return replace(row, report=replace(row.report, outcomes=lines, problem=problem, cpu_s=0.4, budgets=()))


def _with(row: ClassRow, place: int, verdict: Verdict, said: Explanation, forfeits: bool = False) -> ClassRow:
    """Return the row with one of its tests failed."""
    assert row.report
    outcomes = list(row.report.outcomes)
    outcomes[place] = replace(outcomes[place], verdict=verdict, score=0.0, explanation=said, forfeits=forfeits)
    return replace(row, report=replace(row.report, outcomes=tuple(outcomes)))

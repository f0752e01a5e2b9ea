"""Judges whether the README says how to use the code; a person judges how well it does, and the style."""

import re

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.observed import Readmes
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.commits import Commits
from autograder.checks.shown import TextFile

CODE = re.compile(r"`[^`\n]+`|```|~~~|^(?: {4}|\t|\$ |>>> )\S|\bpython3?\b[^\n]*\.py|\w+\([^)\n]*\)", re.MULTILINE)
TRAIN = re.compile(r"\b(re)?train(s|ed|ing)?\b|\bfit\b|\bsweep|train\w*\.py|\btrain\w*\(", re.IGNORECASE)
EVALUATE = re.compile(
    r"evaluat|\btest(s|ed|ing)?\b|\bpredict|\binference|\baccuracy|test\w*\.py|\bevaluate\w*\(", re.IGNORECASE
)
FINETUNE = re.compile(r"fine[-\s_]?tun|pre[-\s_]?trained|transfer[-\s]learning|part[-\s_]?b\b", re.IGNORECASE)
LEAST_CHARACTERS = 80


class Readme(SubmissionTestCase):
    """The items of both parts."""

    def check_topics(self, topics: dict[str, re.Pattern[str]]) -> None:
        """Fail unless a README has these topics, and commands or code."""
        files = self.observe(Readmes).files
        text = "\n".join(one.text for one in files)
        self.require(
            len(text.strip()) >= LEAST_CHARACTERS,
            expected=f"a README.md in the upload that says how to {' and how to '.join(topics)}",
            seen=f"{len(text.strip())} characters in {', '.join(one.path for one in files)}"
            if files
            else "there is none",
            hint="Upload README.md beside your solution.",
        )
        missing = [topic for topic, words in topics.items() if not words.search(text)]
        self.require(
            not missing,
            expected=f"how to {' and how to '.join(topics)}",
            seen=f"nothing about how to {' nor how to '.join(missing)}",
            hint="Give each topic a heading, and the command or call that does it.",
        )
        self.require(
            bool(CODE.search(text)),
            expected="the commands or calls to use",
            seen="only prose",
            hint="For example: history = train(model, train_loader, …).",
        )


class TestReadmeOfPartA(Readme):
    """A5. README and style"""

    @number("A5.1")
    @weight(2)
    @visibility("visible")
    def test_readme_on_training(self) -> None:
        """The README says how to train the network and how to evaluate it."""
        self.check_topics({"train the network": TRAIN, "evaluate it": EVALUATE})

    @manual(5, evidence=[TextFile("README.md"), Commits()])
    @number("A5.3")
    @visibility("visible")
    def test_style_of_part_a(self) -> None:
        """Code and README of part A are easy to follow."""
        self.remark("A person will look for functions with a single purpose, plain names, and no dead code.")


class TestReadmeOfPartB(Readme):
    """B4. README and style"""

    @number("B4.1")
    @weight(2)
    @visibility("visible")
    def test_readme_on_finetuning(self) -> None:
        """The README says how to fine-tune the pretrained network and how to evaluate it."""
        self.check_topics({"fine-tune the pretrained network": FINETUNE, "evaluate it": EVALUATE})

    @manual(5, evidence=[TextFile("README.md"), Commits()])
    @number("B4.3")
    @visibility("visible")
    def test_style_of_part_b(self) -> None:
        """Code and README of part B are easy to follow."""
        self.remark("A person will look for reuse of part A's functions, and for reasons why you chose these layers.")

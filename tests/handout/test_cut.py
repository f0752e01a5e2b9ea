"""Cutting an assignment's sources: everything needed stays, nothing else does."""

from autograder.handout.cut import Piece, Sources

PACKAGE = "autograder.assignments.made"
SUITE = '''
"""What a hidden test does."""

from unittest import TestCase

from autograder.assignments.made import figures
from autograder.assignments.made.heldout import CLASSES, labels

SHOWN, HIDDEN = 3, 4
OTHER = 5  # a comment on what is hidden


class Common(TestCase):
    def setUp(self):
        self.limit = SHOWN

    def check(self):
        self.assertEqual(self.wanted, helper())

    def unused(self):
        return HIDDEN


class TestSeen(Common):
    """1. Seen"""

    wanted = figures.three(CLASSES)

    def test_seen(self):
        """Is seen."""
        self.check()

    def test_hidden(self):
        """Is not seen."""
        return labels(OTHER)


def helper():
    return SHOWN
'''
TEXTS = {
    "test_made": SUITE,
    "figures": "def three(_):\n    return 3\n\ndef four():\n    return 4\n",
    "heldout": "CLASSES = 2\n\ndef labels(place):\n    return 'the secret'\n",
}


def cut_for(method: str) -> dict[str, str]:
    """Return the cut sources for one test of the suite."""
    sources, case = Sources(TEXTS, PACKAGE), Piece("test_made", "TestSeen")
    return sources.cut(sources.reached_from(sources.defining(*case[:2], method), case), "Cut.")


def test_everything_a_test_needs_is_kept() -> None:
    """The cut suite runs, and its test passes with its inherited members, imports and constants."""
    cut = cut_for("test_seen")

    assert "def three" in cut["figures"]
    assert cut["heldout"].strip() == '"""Cut."""\nCLASSES = 2'
    for kept in ("def setUp", "def check", "wanted = figures.three(CLASSES)", "def test_seen", "def helper", "SHOWN"):
        assert kept in cut["test_made"], kept


def test_everything_only_hidden_tests_need_is_left_out() -> None:
    """A hidden test's name, docstring, body and helpers, and all comments, are gone."""
    cut = "\n".join(cut_for("test_seen").values())

    for hidden in (
        "test_hidden",
        "Is not seen",
        "What a hidden",
        "labels",
        "the secret",
        "OTHER",
        "unused",
        "four",
        "#",
    ):
        assert hidden not in cut, hidden


def test_method_is_found_where_it_is_inherited_from() -> None:
    """An inherited test is cut from the class that defines it."""
    sources = Sources(TEXTS, PACKAGE)

    assert sources.defining("test_made", "TestSeen", "check") == Piece("test_made", "Common", "check")


def test_declaration_with_a_field_for_the_test_set_is_kept_whole() -> None:
    """A class is a test case by its methods: fields such as `test_labels` make none of it."""
    declared = "class Loaders(Observed):\n    train: Shapes\n    test_labels: Labels\n"
    user = f"from {PACKAGE}.observed import Loaders\n\ndef use():\n    return Loaders\n"
    sources = Sources({**TEXTS, "observed": declared, "user": user}, PACKAGE)
    cut = sources.cut(sources.reached_from(Piece("user", "use")), "Cut.")

    assert "train: Shapes" in cut["observed"]
    assert "test_labels: Labels" in cut["observed"]


def test_import_under_another_name_is_followed() -> None:
    """`from … import labels as truth` leads to `labels` and to nothing else in that module."""
    user = f"from {PACKAGE}.heldout import labels as truth\n\ndef use():\n    return truth(0)\n"
    sources = Sources({**TEXTS, "user": user}, PACKAGE)
    cut = sources.cut(sources.reached_from(Piece("user", "use")), "Cut.")

    assert "labels as truth" in cut["user"]
    assert "def labels" in cut["heldout"]
    assert "CLASSES" not in cut["heldout"]


def test_parameter_or_variable_is_no_function_of_the_same_name() -> None:
    """Otherwise code that only hidden tests need would be handed out."""
    texts = {
        "test_made": """
def shown(answer, *, limit=LIMIT):
    right = answer
    return lambda place: [right, place, other, bound, total()]

def outer():
    global bound
    bound = place

LIMIT = 1
answer = 2
right = 3
other = 4
bound = 5
place = 6
def total():
    return [sum(one) for one in ()], one
def one():
    pass
"""
    }
    found = Sources(texts, PACKAGE).reached_from(Piece("test_made", "shown"))

    assert {piece.name for piece in found} & {"answer", "right", "place"} == set()
    assert {piece.name for piece in found} >= {"LIMIT", "other", "bound", "total", "one"}
    assert "place" in {piece.name for piece in Sources(texts, PACKAGE).reached_from(Piece("test_made", "outer"))}

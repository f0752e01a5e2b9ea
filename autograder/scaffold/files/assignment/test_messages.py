"""Judges reading and encoding. Runs outside the sandbox, and asks for the probes' observations."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.your_assignment.observed import Bag, Messages
from autograder.checks import SubmissionTestCase

LINES = ["1\tGreat food", "0\tThe soup was cold", "0\tNever again", "1\tlovely"]
VOCABULARY = ["cold", "food", "good", "the"]
TEXTS = ["The food the good food", "COLD", "nothing of these"]


class TestMessages(SubmissionTestCase):
    """1. Messages"""

    # DECIDE for each test: its number and points, as in the hand-out, and when students see it: "visible",
    # "after_due_date", "after_published" or "hidden". Visible tests go into the handout, with what they need.
    @number("1.1")
    @weight(2)
    @visibility("visible")
    def test_messages_are_loaded(self) -> None:
        """load_messages returns the texts of a file, and its labels as an int64 tensor of shape (N,)."""
        seen, want = self.observe(Messages, lines=LINES), self.reference(Messages, lines=LINES)
        self.require(
            seen.texts == want.texts,
            expected=f"{want.texts}",
            seen=f"{seen.texts}",
            hint="Split each line at its tab; the text comes behind it.",
        )
        self.require(
            seen.labels.dtype == want.labels.dtype and np.array_equal(seen.labels, want.labels),
            expected=f"labels {want.labels.tolist()} of type {want.labels.dtype}",
            seen=f"{seen.labels.tolist()} of type {seen.labels.dtype}",
            hint="1 is praise and 0 a complaint; cross-entropy wants whole numbers: torch.tensor([…]).",
        )

    @number("2.1")
    @weight(2)
    @visibility("visible")
    def test_words_are_counted(self) -> None:
        """bag_of_words counts each word of the vocabulary in each text, whatever its case."""
        seen = self.observe(Bag, texts=TEXTS, vocabulary=VOCABULARY).counts
        want = self.reference(Bag, texts=TEXTS, vocabulary=VOCABULARY).counts
        self.require(
            seen.shape == want.shape,
            expected=f"shape {want.shape} for {len(TEXTS)} texts and {len(VOCABULARY)} words",
            seen=f"shape {seen.shape}",
            hint="One row for each text, one column for each word of the vocabulary.",
        )
        self.require(
            np.array_equal(seen, want),
            expected=f"{want.astype(int).tolist()} for {TEXTS} and the words {VOCABULARY}",
            seen=f"{seen.tolist()}",
            hint="text.lower().split() gives the words; count each as often as it stands there.",
        )

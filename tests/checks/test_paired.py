"""Answers in another number than the questions cost their test, and are no fault of the harness."""

import numpy as np
import pytest

from autograder.assignments.autodiff_numpy import observed as autodiff
from autograder.assignments.autodiff_numpy import test_tensor
from autograder.assignments.inaturalist_cnn import observed as inaturalist
from autograder.assignments.inaturalist_cnn import test_model
from autograder.checks.findings import Finding
from autograder.checks.paired import paired
from autograder.model.verdict import Verdict
from tests.assignments.by_hand import outcome_of


def test_rows_are_those_of_zip() -> None:
    """Any iterables of equal lengths."""
    assert paired("ab", iter([1, 2])) == [("a", 1), ("b", 2)]
    with pytest.raises(Finding, match="1"):
        paired([1, 2], [3])


def test_forged_answers_of_other_numbers_fail() -> None:
    """One gradient for two inputs, and no shape for any size of images."""
    gradient = autodiff.Operation(value=np.zeros((2, 3)), gradients=[])
    none = inaturalist.InputSizes(found=[])

    assert outcome_of(test_tensor.TestGradients, "2.5", {"operation": gradient}).verdict is Verdict.FAILED
    assert outcome_of(test_model.TestModel, "A1.1g", {"input_sizes": none}).verdict is Verdict.FAILED

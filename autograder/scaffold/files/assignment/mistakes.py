"""Known mistakes: small edits of the reference solution, and the tests that each must lose.

`verify` fails where a mistake keeps one of these tests or loses another, and where no mistake fails a scored test.
DECIDE: what do your students get wrong? Each such story becomes an entry here, and proves the test that catches it.
"""

from autograder.verify.mistake import Mistake

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="labels_swapped",
        story="Takes 1 for a complaint and 0 for praise.",
        edits=(("int(label)", "1 - int(label)"),),
        loses=frozenset({"1.1", "5.1"}),
    ),
    Mistake(
        name="labels_are_floats",
        story="Returns the labels as floats, and turns them round again in the training loop.",
        edits=(
            ("[int(label) for label, _ in pairs]", "[float(label) for label, _ in pairs]"),
            ("functional.cross_entropy(model(x), y)", "functional.cross_entropy(model(x), y.long())"),
        ),
        loses=frozenset({"1.1"}),
    ),
    Mistake(
        name="words_noted_not_counted",
        story="Notes whether a word stands in a text, and not how often.",
        edits=(("counts[row, places[word]] += 1", "counts[row, places[word]] = 1"),),
        loses=frozenset({"2.1"}),
    ),
    Mistake(
        name="one_logit",
        story="Ends with a single output, as for a regression.",
        edits=(("nn.Linear(words, 2)", "nn.Linear(words, 1)"),),
        loses=frozenset({"3.1", "5.1"}),
    ),
    Mistake(
        name="no_step",
        story="Computes gradients and never steps.",
        edits=(("        optimizer.step()\n", ""),),
        loses=frozenset({"4.1", "5.1"}),
    ),
    Mistake(
        name="trains_another_network",
        story="Builds a network of its own in train; the losses fall, the one that was given stays.",
        edits=(("    optimizer = torch", "    model = build_model(x.shape[1])\n    optimizer = torch"),),
        loses=frozenset({"4.1", "5.1"}),
    ),
)

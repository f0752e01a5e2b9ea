"""Known mistakes: small edits of the reference solution, and the tests that each must lose."""

from autograder.verify.mistake import Mistake

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="columns_swapped",
        story="Takes the first number of a line for y.",
        edits=(("return table[:, :1], table[:, 1:]", "return table[:, 1:], table[:, :1]"),),
        loses=frozenset({"1.1", "4.1"}),
    ),
    Mistake(
        name="columns_are_flat",
        story="Returns (N,) instead of (N, 1), and gives the columns their shape in the training loop.",
        edits=(
            ("return table[:, :1], table[:, 1:]", "return table[:, 0], table[:, 1]"),
            ("functional.mse_loss(model(x), y)", "functional.mse_loss(model(x.reshape(-1, 1)), y.reshape(-1, 1))"),
        ),
        loses=frozenset({"1.1"}),
    ),
    Mistake(
        name="line_through_origin",
        story="Leaves the intercept out.",
        edits=(("nn.Linear(1, 1)", "nn.Linear(1, 1, bias=False)"),),
        loses=frozenset({"2.1", "4.1"}),
    ),
    Mistake(
        name="output_squeezed",
        story="Squeezes the output, which broadcasts against the labels in the loss.",
        edits=(("nn.Linear(1, 1)", "nn.Sequential(nn.Linear(1, 1), nn.Flatten(0))"),),
        loses=frozenset({"2.1", "4.1"}),
    ),
    Mistake(
        name="no_step",
        story="Computes gradients and never steps.",
        edits=(("        optimizer.step()\n", ""),),
        loses=frozenset({"3.1", "3.2", "4.1"}),
    ),
    Mistake(
        name="trains_another_model",
        story="Builds a model of its own in train; the losses fall, the model that was given stays.",
        edits=(("    optimizer = torch", "    model = build_model()\n    optimizer = torch"),),
        loses=frozenset({"3.1", "4.1"}),
    ),
    Mistake(
        name="last_loss_only",
        story="Returns a list with the last loss alone.",
        edits=(("return losses", "return losses[-1:]"),),
        loses=frozenset({"3.2"}),
    ),
    Mistake(
        name="predicts_with_fresh_model",
        story="Predicts with a model that was never trained.",
        edits=(("return model(x)", "return build_model()(x)"),),
        loses=frozenset({"4.1"}),
    ),
    Mistake(
        name="predicts_not_a_number",
        story="Divides by a spread of zero.",
        edits=(("return model(x)", "return model(x) * (0 / x.new_zeros(1))"),),
        loses=frozenset({"4.1"}),
    ),
    Mistake(
        name="predicts_one_too_few",
        story="Leaves the last point out.",
        edits=(("return model(x)", "return model(x[:-1])"),),
        loses=frozenset({"4.1"}),
    ),
)

"""All operators that make mistakes."""

from autograder.mutation.change import Operator
from autograder.mutation.operators import (
    activation,
    batches,
    data,
    evaluation,
    freezing,
    gradients,
    hyperparameters,
    initialisation,
    loss,
    modes,
    optimizer,
    order,
    shapes,
)

FAMILIES = {
    "hyperparameters": hyperparameters.OPERATORS,
    "activation": activation.OPERATORS,
    "loss": loss.OPERATORS,
    "optimizer": optimizer.OPERATORS,
    "initialisation": initialisation.OPERATORS,
    "data": data.OPERATORS,
    "batches": batches.OPERATORS,
    "order of calls": order.OPERATORS,
    "modes": modes.OPERATORS,
    "gradients": gradients.OPERATORS,
    "freezing": freezing.OPERATORS,
    "shapes": shapes.OPERATORS,
    "evaluation": evaluation.OPERATORS,
}
MISTAKES: tuple[Operator, ...] = tuple(operator for family in FAMILIES.values() for operator in family)

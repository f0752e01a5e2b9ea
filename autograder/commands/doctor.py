"""`doctor` at the terminal: attacks every layer of the sandbox, and shows which ones this machine enforces."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder import project
from autograder.commands.console import working
from autograder.commands.exit_status import ExitStatus
from autograder.evidence.session import secrets_of
from autograder.manifest import load_assignment
from autograder.model.layer import Layer
from autograder.sandbox.protection import refusal
from autograder.sandbox.sandbox import open_sandbox
from autograder.sandbox.self_check import NO_LAYER, Proof, prove, prove_budgets

WIDTH = 140


def diagnose_and_show() -> None:
    """Attack the sandbox, print the table, and exit with status 3 if this machine would refuse to grade."""
    assignments = [load_assignment(slug) for slug in project.slugs()]
    hidden = [path for one in assignments for path in secrets_of(one, project.data(one.slug, "embedded"))]
    with working("attacking the sandbox"), open_sandbox({}) as (sandbox, stage):
        proof = prove(sandbox, stage, hidden)
        layers = (*proof.layers, *prove_budgets(sandbox, stage))
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    output.print(table_of(layers))
    output.print(conclusion(proof, layers), soft_wrap=True)
    if proof.possible:
        sys.exit(ExitStatus.HARNESS_FAILED)


def table_of(layers: tuple[Layer, ...]) -> Table:
    """Return a table with one row for each layer."""
    table = Table(title="the layers of the sandbox", title_justify="left", show_edge=False)
    for heading in ("layer", "needed", "active", "how it was tested", "what to do"):
        table.add_column(heading, overflow="fold")
    for layer in layers:
        sign, style = ("yes", "green") if layer.active else ("NO", "bold red") if layer.missed else ("no", "yellow")
        active = Text(sign, style)
        if layer.said:
            active.append(f": {layer.said}", "dim")
        table.add_row(layer.name, layer.needed, active, layer.tested, layer.advice)
    return table


def conclusion(proof: Proof, layers: tuple[Layer, ...]) -> Text:
    """Return whether this machine can grade, and how many attempts on the grader failed."""
    real = [layer for layer in layers if layer.needed != NO_LAYER]
    held = sum(layer.active for layer in real)
    if proof.possible:
        return Text(refusal(proof.possible), "red")
    tried = f"{len(proof.attempts)} attempts on the grader were made"
    allowed = [name for name, worked in proof.attempts.items() if worked]
    rest = f"; tolerated here: to {'; to '.join(allowed)}" if allowed else ", all in vain"
    return Text(f"This machine can grade: {held} of {len(real)} layers are active; {tried}{rest}.")

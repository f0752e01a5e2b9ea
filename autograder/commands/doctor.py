"""`doctor` at the terminal: attacks every layer of the sandbox, and shows which ones this machine enforces."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder import project
from autograder.commands.console import working
from autograder.commands.exit_status import ExitStatus
from autograder.commands.packages import states
from autograder.evidence.session import secrets_of
from autograder.manifest import load_assignment
from autograder.sandbox.protection import refusal
from autograder.sandbox.sandbox import open_sandbox
from autograder.sandbox.self_check import Finding, SelfCheck, check_budgets, check_itself
from autograder.wire.layers import Need

WIDTH = 140


def diagnose_and_show() -> None:
    """Attack the sandbox, and print what holds and which packages are there.

    Exits with status 3 if this machine would refuse to grade.
    """
    assignments = [load_assignment(slug) for slug in project.slugs()]
    hidden = [path for one in assignments for path in secrets_of(one, project.data(one.slug, "embedded"))]
    with working("attacking the sandbox"), open_sandbox({}) as (sandbox, stage):
        check = check_itself(sandbox, stage, hidden)
        findings = (*check.findings, *check_budgets(sandbox, stage))
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    output.print(table_of(findings))
    for slug, state in states().items():
        output.print(Text(f"Python packages of {slug}: {state}"), soft_wrap=True)
    output.print(conclusion(check, findings), soft_wrap=True)
    if check.possible:
        sys.exit(ExitStatus.HARNESS_FAILED)


def table_of(findings: tuple[Finding, ...]) -> Table:
    """Return a table with one row for each layer."""
    table = Table(title="layers of the sandbox", title_justify="left", show_edge=False)
    for heading in ("layer", "needed", "active", "how it was tested", "what to do"):
        table.add_column(heading, overflow="fold")
    for one in findings:
        word, style = ("yes", "green") if one.active else ("NO", "bold red") if one.missed else ("no", "yellow")
        active = Text(word, style)
        if one.said:
            active.append(f": {one.said}", "dim")
        table.add_row(one.layer.name, one.layer.need, active, one.layer.tested, one.advice)
    return table


def conclusion(check: SelfCheck, findings: tuple[Finding, ...]) -> Text:
    """Return whether this machine can grade, and how many attempts on the grader failed."""
    real = [one for one in findings if one.layer.need is not Need.NO_LAYER]
    held = sum(one.active for one in real)
    if check.possible:
        return Text(refusal(check.possible), "red")
    tried = f"{len(check.attempts)} attempts on the grader were made"
    allowed = [name for name, worked in check.attempts.items() if worked]
    rest = f"; tolerated here: to {'; to '.join(allowed)}" if allowed else ", and all failed"
    return Text(f"This machine can grade: {held} of {len(real)} layers are active; {tried}{rest}.")

"""Runs `verify` for one assignment and shows the matrix of cases by tests."""

import sys
import time

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.manifest import load_assignment
from autograder.nouns.report import Report
from autograder.rendering.text import points
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.cases import Case, cases_of, faults_of, unproven
from autograder.verify.pool import grade_all


def verify_and_show(slug: str, profile: str, only: str | None) -> bool:
    """Grade every case, print each as it is known; return whether all come to what they must."""
    assignment = load_assignment(slug)
    planned = load_suites(assignment)
    every = list(cases_of(assignment, planned, profile))
    chosen = [case for case in every if not only or only in case.name]
    output = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    output.print(f"[bold]{slug}[/] on the {profile} data: {len(chosen)} cases", highlight=False)
    begin, faulty, rows = time.monotonic(), 0, []
    reports = grade_all(assignment, profile, [case.submission for case in chosen])
    for case, report in zip(chosen, reports, strict=True):
        faults = faults_of(case, report)
        faulty += bool(faults)
        rows.append((case, report, faults))
        mark = "[red]✗[/]" if faults else "[green]✓[/]"
        output.print(f" {mark} {case.name:<44} {points(report.score):>6}  {'; '.join(faults)}", soft_wrap=True)
    output.print(_matrix(planned, rows))
    without = [] if only else unproven(planned, every)
    if without:
        output.print(f"[red]No known mistake fails {', '.join(without)}[/]: add one to mistakes.py.")
    verdict = (
        f"{faulty} of {len(chosen)} cases come to something else" if faulty else "every case comes to what it must"
    )
    output.print(f"{verdict}; {time.monotonic() - begin:.0f} s")
    return not (faulty or without)


def _matrix(planned: list[PlannedTest], rows: list[tuple[Case, Report, list[str]]]) -> Table:
    """Return the matrix: what each case loses, and where that is not what it must lose."""
    table = Table(
        title="lost points: ● as it must, ✗ against what it must, ○ kept though it must be lost",
        title_justify="left",
    )
    table.add_column("case", no_wrap=True)
    scored = [test for test in planned if test.weight]
    for test in scored:
        table.add_column(test.number, justify="center", min_width=1)
    for case, report, _ in rows:
        lost = {outcome.number for outcome in report.outcomes if outcome.score < (outcome.weight or 0.0)}
        table.add_row(case.name, *(_cell(test.number in lost, test.number in case.loses) for test in scored))
    return table


def _cell(lost: bool, must: bool) -> Text:
    if lost and must:
        return Text("●")
    if lost:
        return Text("✗", style="red")
    return Text("○", style="red") if must else Text("·", style="dim")

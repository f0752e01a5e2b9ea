"""`verify` at the terminal: proves suites and sandbox, or audits thresholds, and shows the findings."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from autograder.commands.attacks import attack_and_show
from autograder.model.failures import UnusableInput
from autograder.model.suggestion import did_you_mean
from autograder.model.test_number import is_meant
from autograder.system.files import UnwritableResults, check_writable, write_whole
from autograder.verify.attacks import corpus_is_here
from autograder.verify.audit import Audit, audit
from autograder.verify.findings import Findings
from autograder.verify.junit import junit_of
from autograder.verify.matrix import Matrix, Row
from autograder.verify.page import page_of
from autograder.verify.reuse import folder_for_reuse, tidy
from autograder.verify.suites import Plan, plan_for, prove
from autograder.verify.terminal import (
    audit_conclusion,
    audit_table,
    heading,
    matrix_conclusion,
    matrix_table,
    row_line,
    run_line,
    surprises_shown,
)

WIDTH = 160


@dataclass(frozen=True)
class Wanted:
    """The request of one `verify`.

    Attributes:
        slugs: names of the assignments.
        profile: name of the profile whose data are used.
        with_attacks: whether to run the corpus of attacks after the suites.
        reuse: whether known mistakes use observations of an earlier run where nothing that makes them has changed.
        only: part of the names of mistakes or attacks, or the number of a test that mistakes must fail.
        repeat: number of seeds for an audit of the thresholds; None to prove the suites instead.
        attacks_only: whether to run only the corpus of attacks.
        environment: a name for this machine that exceptions of attacks may use.
        html_file: path of the page; None to write none.
        junit_file: path of the JUnit XML; None to write none.
        json_file: path of the attacks' results; None to write none.
    """

    slugs: Sequence[str]
    profile: str
    with_attacks: bool
    reuse: bool
    only: str
    repeat: int | None
    attacks_only: bool
    environment: str
    html_file: Path | None
    junit_file: Path | None
    json_file: Path | None


def verify_and_show(wanted: Wanted) -> bool:
    """Prove or audit, print the findings, and write the files; return whether there is no fault.

    Raises:
        UnusableInput: the options contradict each other, or a file cannot be written.
    """
    _refuse_what_does_not_fit(wanted)
    _refuse_unwritable_files(wanted)
    findings = _found(wanted)
    if wanted.html_file:
        write_whole(wanted.html_file, page_of(findings).encode())
    if wanted.junit_file:
        write_whole(wanted.junit_file, junit_of(findings))
    return findings.is_clean


def _refuse_what_does_not_fit(wanted: Wanted) -> None:
    if wanted.json_file and not wanted.attacks_only:
        raise UnusableInput("--json holds the results of attacks: add --attacks")
    if wanted.reuse and (wanted.repeat or wanted.attacks_only):
        raise UnusableInput("--reuse is for known mistakes: leave --repeat and --attacks out")
    if wanted.attacks_only and not corpus_is_here():
        raise UnusableInput(
            "--attacks proves the harness, in a checkout of its repository: run it there, without a course; "
            "`run_autograder doctor` attacks the sandbox everywhere"
        )
    if wanted.repeat and (wanted.only or wanted.attacks_only):
        raise UnusableInput("--repeat grades only the reference: leave --only and --attacks out")


def _refuse_unwritable_files(wanted: Wanted) -> None:
    try:
        for file in filter(None, (wanted.html_file, wanted.junit_file, wanted.json_file)):
            check_writable(file)
    except UnwritableResults as error:  # found out now, before minutes of work are lost
        raise UnusableInput(str(error)) from None


def _found(wanted: Wanted) -> Findings:
    if wanted.repeat:
        return Findings(audits=_audits(wanted, wanted.repeat))
    matrices = () if wanted.attacks_only else _matrices(wanted)
    if not wanted.attacks_only and (wanted.only or not wanted.with_attacks):
        return Findings(matrices)
    return Findings(matrices, attacks=tuple(attack_and_show(wanted.only, wanted.environment, wanted.json_file)))


def _matrices(wanted: Wanted) -> tuple[Matrix, ...]:
    """Grade every case; print each result, and each assignment's matrix; return the matrices.

    Raises:
        UnusableInput: no case has such a name.
    """
    reuse = folder_for_reuse() if wanted.reuse else None
    plans = [plan_for(slug, wanted.profile, wanted.only, reuse) for slug in wanted.slugs]
    chosen = [plan for plan in plans if plan.chosen]
    if not chosen:
        raise UnusableInput(_nothing_chosen(wanted.only, plans))
    output, begin, matrices = _console(), time.monotonic(), list[Matrix]()
    for plan in chosen:
        output.print(f"[bold]{plan.assignment.slug}[/] on the {wanted.profile} data: {len(plan.chosen)} cases")
    if reuse:
        output.print(f"Observations of known mistakes come from {reuse} where nothing that makes them has changed.")
    for matrix in prove(chosen, partial(_show_row, output)):
        matrices.append(matrix)
        output.print(heading(matrix), soft_wrap=True)
        output.print(matrix_table(matrix))
        output.print(matrix_conclusion(matrix), soft_wrap=True)
    if reuse:
        tidy(reuse)
    output.print(_sum_of(matrices), f"{time.monotonic() - begin:.0f} s", sep="; ")
    return tuple(sorted(matrices, key=lambda matrix: wanted.slugs.index(matrix.slug)))


def _nothing_chosen(only: str, plans: Sequence[Plan]) -> str:
    numbers = [number for plan in plans for number in plan.numbers]
    if any(is_meant(number, only) for number in numbers):
        return f"--only {only}: no known mistake fails this test: add one to mistakes.diff"
    known = [*(case.name for plan in plans for case in plan.cases), *numbers]
    problem = f"--only {only}: no known mistake has this in its name, and no scored test has this number."
    return problem + did_you_mean(only, known)


def _show_row(output: Console, plan: Plan, row: Row) -> None:
    output.print(row_line(plan.assignment.slug, row), soft_wrap=True)
    if row.surprises:
        output.print(surprises_shown(row))


def _sum_of(matrices: Sequence[Matrix]) -> str:
    rows, faulty = sum(len(matrix.rows) for matrix in matrices), [one.slug for one in matrices if not one.is_clean]
    verdict = f"there are faults in {', '.join(faulty)}" if faulty else "every case ends as it must"
    return f"{rows} cases; {verdict}"


def _audits(wanted: Wanted, repeat: int) -> tuple[Audit, ...]:
    """Grade each reference with several seeds; print each grading, and each assignment's audit; return the audits."""
    output, begin, audits = _console(), time.monotonic(), list[Audit]()
    output.print(f"{', '.join(wanted.slugs)} on the {wanted.profile} data: {repeat} seeds each")
    for one in audit(
        wanted.slugs, wanted.profile, repeat, lambda each, run: output.print(run_line(each.slug, run), soft_wrap=True)
    ):
        audits.append(one)
        output.print(heading(one), soft_wrap=True)
        output.print(audit_table(one))
        output.print(audit_conclusion(one), soft_wrap=True)
    output.print(f"{time.monotonic() - begin:.0f} s")
    return tuple(sorted(audits, key=lambda one: wanted.slugs.index(one.slug)))


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)

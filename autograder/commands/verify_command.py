"""The command `verify` and its options."""

import sys
from pathlib import Path
from typing import Any

import click

from autograder.commands.assignments import assignments_with
from autograder.commands.course import course_option
from autograder.commands.exit_status import ExitStatus
from autograder.commands.options import assignment_option, json_option, profile_option

repeat_option = click.option(
    "--repeat", type=click.IntRange(min=3), metavar="N",
    help="Audit the thresholds instead: grade the reference with N seeds.",
)  # fmt: skip
mutants_option = click.option(
    "--mutants", is_flag=True, help="Derive mistakes from the reference instead, and list the uncaught ones."
)
rewrites_option = click.option(
    "--rewrites", is_flag=True, help="Rewrite the reference in ways that keep its behaviour: each must keep all points."
)
changes_at_once_option = click.option(
    "--workers", type=click.IntRange(min=1), default=2, show_default=True, metavar="N",
    help="With --mutants or --rewrites: how many are graded at the same time.",
)  # fmt: skip


@click.command()
@course_option
@assignment_option
@click.option(
    "--only", metavar="WORD|NUMBER", default="",
    help="Only known mistakes, attacks or operators whose name contains this word, "
    "or known mistakes that must fail the test with this number.",
)  # fmt: skip
@click.option("--reuse", is_flag=True, help="Observe again only those known mistakes for which something has changed.")
@profile_option
@repeat_option
@mutants_option
@rewrites_option
@changes_at_once_option
@click.option("--attacks", "attacks_only", is_flag=True, help="Run only the corpus of attacks.")
@click.option(
    "--environment",
    default="",
    metavar="NAME",
    help="With --attacks: the name by which exceptions of attacks know this machine.",
)
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the findings as a page, too."
)
@click.option(
    "--junit", "junit_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the findings as JUnit XML, too.",
)  # fmt: skip
@json_option
def verify(assignment: str | None, profile: str, **options: Any) -> None:
    """Prove the suites and the sandbox.

    The reference earns full marks, the template none, each known mistake loses its tests, and every attack of the
    corpus, run in a checkout of the harness, fails. --repeat, --mutants and --rewrites prove other things instead.
    """
    from autograder.commands.mutants import WantedChanges, change_and_show
    from autograder.commands.verify import Wanted, verify_and_show
    from autograder.verify.attacks import corpus_is_here

    slugs = assignments_with(profile, assignment)
    mutants, rewrites, workers = (options.pop(name) for name in ("mutants", "rewrites", "workers"))
    if mutants or rewrites:
        changes = WantedChanges(slugs, profile, options["only"], workers, mutants, rewrites)
        sys.exit(ExitStatus.DONE if change_and_show(changes, options) else ExitStatus.FAULTS_FOUND)
    if not verify_and_show(Wanted(slugs, profile, with_attacks=not assignment and corpus_is_here(), **options)):
        sys.exit(ExitStatus.FAULTS_FOUND)

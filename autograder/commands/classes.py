"""`class` and `rejudge` at the terminal: progress while they run, and a summary at the end."""

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.classroom.at_work import noted
from autograder.classroom.changes import Rejudged
from autograder.classroom.decided import decided_class, outdated
from autograder.classroom.folder import ClassFolder, opened_folder
from autograder.classroom.grade import Means, grade_class
from autograder.classroom.judge import class_assignment
from autograder.classroom.judge_stored import Progress
from autograder.classroom.outputs import CHANGES, CLASS_PAGE, FOR_STUDENTS, GRADEBOOK, write_changes, write_outputs
from autograder.classroom.proposal import accepted_judging, keep_proposal
from autograder.classroom.rejudge import Judging, judge_again, observe_again, put_in_force
from autograder.classroom.rubric import SEED_OR_SECRET, seed_or_secret
from autograder.commands.console import called, errors, note, warn
from autograder.commands.exit_status import ExitStatus
from autograder.commands.progress import progress_shown
from autograder.course import VARIABLE
from autograder.model.class_result import ClassResult
from autograder.model.failures import UnusableInput
from autograder.project import COURSE
from autograder.rendering.text import plain, points

WIDTH = 140
SHOWN = 20  # changed scores; all stand in the file


def grade_class_and_show(export: Path, out: Path, slug: str, profile: str, means: Means) -> ExitStatus:
    """Grade a class, write all files, and print a summary; return the exit status."""
    with opened_folder(out, new=True) as folder:
        _warn_of_other_secret(folder)
        try:
            with progress_shown() as shown, noted(folder, "class", shown) as tell:
                result = decided_class(folder, grade_class(folder, export, slug, profile, means, tell))
                write_outputs(folder, result, tell)
        except KeyboardInterrupt:
            errors().print("stopped; run the same command again to go on from here", style="dim", markup=False)
            raise
        _show(result, out)
    faults = any(row.report and row.report.faults for row in result.rows)
    return ExitStatus.NOT_FINAL if faults else ExitStatus.DONE


@dataclass(frozen=True)
class Again:
    """Which of a class is judged again, and what for.

    Attributes:
        preview: whether only to list the changes.
        accepted: name of the list of changes that somebody has accepted; empty if there was none.
        student: key of the only hand-in to observe again; empty to judge everybody.
    """

    preview: bool = False
    accepted: str = ""
    student: str = ""

    @property
    def only_lists(self) -> bool:
        """Whether the former results hold: a single upload's new observations would replace those that give them."""
        return self.preview or bool(self.student)


def rejudge_and_show(out: Path, again: Again) -> bool:
    """Judge a class again, write all files, and print the changes; return whether each has a known cause.

    Raises:
        UnusableInput: two of the options exclude each other, or the class cannot be judged again.
    """
    if again.accepted and (again.student or again.preview):
        raise UnusableInput("--accept names the list of changes, and that is all: leave out --student and --preview")
    with opened_folder(out, new=False) as folder:
        _warn_of_other_secret(folder)
        with progress_shown() as shown, noted(folder, "rejudge", shown) as tell:
            judging = _judged_again(folder, again, tell)
            rejudged, result = judging.rejudged, decided_class(folder, judging.rejudged.result)
            write_changes(folder, rejudged)
            if again.only_lists:
                name = keep_proposal(folder, judging, again.student).id
            else:
                put_in_force(folder, judging)
                write_outputs(folder, result, tell)
        _show_changes(rejudged, out, again.student)
        _show_outdated(result)
        if again.only_lists:
            note(f"Nothing of this holds yet. To accept it: {called()} rejudge {quote(str(out))} --accept {name}")
    return not rejudged.unexplained


def _judged_again(folder: ClassFolder, again: Again, tell: Progress) -> Judging:
    if again.accepted:
        return accepted_judging(folder, Means(), tell, again.accepted)
    return observe_again(folder, Means(), tell, again.student) if again.student else judge_again(folder, Means(), tell)


def _warn_of_other_secret(folder: ClassFolder) -> None:
    """Warn, before the work begins, if the class was judged with a secret other than the current one."""
    index = folder.index
    former = index.rubric.get(SEED_OR_SECRET) if index else None
    if index and former and former != seed_or_secret(class_assignment(index.assignment)):
        warn(
            f"{folder.root}: this class was judged with another secret (or seed). All uploads are observed again, with "
            f"other questions. To avoid that, press Ctrl-C, and bring back the class's {COURSE} or {VARIABLE}."
        )


def _show(result: ClassResult, out: Path) -> None:
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH, soft_wrap=True)
    reports = [row.report for row in result.rows if row.report]
    for complaint in result.complaints:
        output.print(f"export: {plain(complaint, 500)}", markup=False)
    output.print(
        f"{len(result.rows)} hand-ins, {len({one.submission for one in reports if one.submission})} different uploads, "
        f"{len(result.rows) - len(reports)} with nothing to grade",
        markup=False,
    )
    faults = sum(bool(one.faults) for one in reports)
    if faults:
        output.print(f"{faults} need a person: the harness failed in them. Run the same command to try them again.")
    if reports:
        middle = statistics.median(one.score for one in reports)
        most = max(one.max_score for one in reports)
        output.print(f"scores: median {points(middle)} of {points(most)}", markup=False)
    output.print(f"class page: {out / CLASS_PAGE}\ngradebook: {out / GRADEBOOK}", markup=False)
    output.print(f"for students, without hidden tests: {out / FOR_STUDENTS}", markup=False)


def _show_changes(rejudged: Rejudged, out: Path, student: str) -> None:
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    if student:
        output.print(f"All probes of {plain(student, 80)} ran again.", markup=False)
    elif not rejudged.rubric:
        output.print("Nothing changed in rubric, suites, probes or data.")
    for change in rejudged.rubric:
        output.print(f"changed: {change.words}", markup=False, soft_wrap=True)
    if rejudged.observed_again and not student:
        output.print(f"{rejudged.observed_again} uploads were observed again, because their questions have changed")
    if rejudged.scores:
        output.print(_table(rejudged))
    if len(rejudged.scores) > SHOWN:
        output.print(f"… and {len(rejudged.scores) - SHOWN} more")
    output.print(
        f"{len(rejudged.scores)} of {len(rejudged.result.rows)} hand-ins have another score, "
        f"{rejudged.reworded} the same score in other words: {out / CHANGES}",
        markup=False,
        soft_wrap=True,
    )


def _show_outdated(result: ClassResult) -> None:
    """List the decisions that were made on another verdict than today's: they hold, and a person should look."""
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH, soft_wrap=True)
    found = outdated(result)
    if found:
        output.print(f"{len(found)} decisions hold although the verdict under them has changed; look at them again:")
    for row, outcome in found[:SHOWN]:
        assert outcome.decided
        now = (
            "" if outcome.decided.automatic is None else f", the harness now gives {points(outcome.decided.automatic)}"
        )
        said = f"  {plain(row.hand_in.who, 60)}, {outcome.number}: {points(outcome.score)} by {outcome.decided.by}{now}"
        output.print(plain(said, 300), markup=False)
    if len(found) > SHOWN:
        output.print(f"… and {len(found) - SHOWN} more")


def _table(rejudged: Rejudged) -> Table:
    table = Table(show_edge=False)
    for heading in ("student", "before", "after", "tests", "why"):
        table.add_column(heading, justify="right" if heading in ("before", "after") else "left", overflow="fold")
    for one in rejudged.scores[:SHOWN]:
        table.add_row(
            Text(plain(one.hand_in.who, 60)),
            points(one.before),
            points(one.after),
            Text(", ".join(test.number for test in one.tests)),
            Text("; ".join(one.because)),
        )
    return table


def means_of(workers: int | None, scheduler: str, unsafe: bool) -> Means:
    """Return the means of the options.

    Raises:
        UnusableInput: both workers and a scheduler are given.
    """
    if workers and scheduler:
        raise UnusableInput("--workers is for this machine, --scheduler for a cluster: use one of them")
    return Means(workers, scheduler, unsafe)

"""Takes the reference solution, whose uploaded results may differ from profile to profile."""

from autograder import project
from autograder.intake.submission import submission_of
from autograder.intake.upload import Entry, read_upload
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission

PROFILES = "profiles/"  # in the reference's folder: one folder for each profile that has files of its own


def take_reference(assignment: Assignment, profile: str) -> Submission:
    """Return the reference solution as it is graded on a profile's data.

    A checkpoint of digits that we rendered is of no use for real ones, so files in `profiles/<profile>/` stand in
    place of those of the same names.

    Args:
        assignment: whose reference.
        profile: on which data it is graded.
    """
    chosen: dict[str, Entry] = {}
    own = f"{PROFILES}{profile}/"
    entries = read_upload(project.reference(assignment.slug))
    for name, size, content in sorted(entries, key=lambda entry: entry[0].startswith(own)):  # those come last, and stay
        if name.startswith(own) or not name.startswith(PROFILES):
            plain = name.removeprefix(own)
            chosen[plain] = (plain, size, content)
    return submission_of(sorted(chosen.values(), key=lambda entry: entry[0]), assignment)

"""Takes the reference solution, whose uploaded files may differ from profile to profile."""

from autograder import project
from autograder.intake.submission import submission_of
from autograder.intake.upload import Entry, read_upload
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission

PROFILES = "profiles/"  # in the reference's folder: a folder for each profile that has its own files


def take_reference(assignment: Assignment, profile: str) -> Submission:
    """Return the reference solution for a profile's data.

    Files in `profiles/<profile>/` replace those of the same name: a checkpoint for digits that we rendered is of no use
    for real ones.

    Args:
        assignment: the assignment.
        profile: name of the profile.
    """
    chosen: dict[str, Entry] = {}
    own = f"{PROFILES}{profile}/"
    entries = read_upload(project.reference(assignment.slug)).entries
    for name, size, content in sorted(
        entries, key=lambda entry: entry[0].startswith(own)
    ):  # the profile's come last, and win
        if name.startswith(own) or not name.startswith(PROFILES):
            plain = name.removeprefix(own)
            chosen[plain] = (plain, size, content)
    return submission_of(sorted(chosen.values(), key=lambda entry: entry[0]), assignment)

"""Options that several commands share."""

from pathlib import Path

import click

from autograder import project
from autograder.commands.formats import FORMATS

assignment_option = click.option(
    "--assignment",
    metavar="NAME",
    help="The assignment; needed if the path does not name it.",
    shell_complete=lambda context, option, begun: [slug for slug in project.slugs() if slug.startswith(begun)],
)
profile_option = click.option(
    "--profile", metavar="NAME", default="embedded", show_default=True,
    help=f"Data to grade on, a profile of assignment.toml; real data lie in the folder {project.DATA_VARIABLE}.",
)  # fmt: skip
json_option = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the results to this file; `grade` writes Gradescope's results.json.",
)  # fmt: skip
as_option = click.option(
    "--as", "formats", type=(click.Choice(sorted(FORMATS)), click.Path(path_type=Path)), multiple=True,
    metavar="FORMAT FILE",
    help=f"Write the report without hidden tests, for a platform or a student: {', '.join(sorted(FORMATS))}; "
    "- prints it instead of the report.",
)  # fmt: skip
class_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
grader_option = click.option(
    "--grader", default="", metavar="NAME", help="Your name, as other graders see it; that of the user by default."
)
unsafe_option = click.option("--unsafe", is_flag=True, help="Grade even if this machine cannot protect the grader.")

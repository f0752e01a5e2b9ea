"""The page for authors of probes lists the public names of autograder.probes."""

from autograder.project import PROJECT
from tests.public_names import names_on, public_names

PAGE = PROJECT / "docs" / "probes.md"
MADE_BY_THE_HARNESS = "Submitted(entry: str, ask: Callable[[str, dict[str, Any]], Any])"


def test_page_lists_exactly_the_public_names() -> None:
    """Every function and class has a line with its true signature, and no line is about anything else."""
    listed = names_on(PAGE)
    there = set(public_names(PROJECT / "autograder" / "probes")) - {MADE_BY_THE_HARNESS}

    assert sorted(listed) == sorted(there)


def test_page_names_every_module() -> None:
    """Each module is a section."""
    modules = {path.stem for path in (PROJECT / "autograder" / "probes").glob("*.py")} - {"__init__"}
    sections = {line.split(".")[-1].rstrip("`") for line in PAGE.read_text().splitlines() if line.startswith("## `")}

    assert sections == modules

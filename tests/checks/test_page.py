"""The page for authors of suites lists the public names of autograder.checks."""

from autograder.project import PROJECT
from tests.public_names import names_on, public_names

PACKAGE, PAGE = PROJECT / "autograder" / "checks", PROJECT / "docs" / "checks.md"


def test_page_lists_exactly_the_public_names() -> None:
    """Every function, class and method has a line with its signature, and every line is about one of them."""
    assert sorted(names_on(PAGE)) == sorted(public_names(PACKAGE))


def test_page_has_a_section_for_every_module() -> None:
    """The decorators share a section with the test case, because authors import them together."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "case", "manual", "not_at_home"}
    sections = {line.split(".")[-1].rstrip("`") for line in PAGE.read_text().splitlines() if line.startswith("## `")}

    assert sections - {"checks"} == modules

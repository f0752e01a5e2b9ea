"""Makes a module from a notebook, with the cells marked, and says what of it does nothing in the grader."""

from dataclasses import dataclass

from autograder.notebooks.commands import without_commands
from autograder.notebooks.read import code_cells
from autograder.wire.cells import Cell, as_module

NAMED, LONGEST = 5, 60  # commands in the remark, characters of each


@dataclass(frozen=True)
class Converted:
    """A module that was made from a notebook.

    Attributes:
        module: its text.
        files: files that cells write with `%%writefile`, name to content.
        left_out: commands that do nothing here, each as "cell 1, line 2: `!ls`".
    """

    module: str
    files: dict[str, str]
    left_out: tuple[str, ...]

    @property
    def remark(self) -> str:
        """What a student should know of the commands that do nothing; empty if there are none."""
        if not self.left_out:
            return ""
        more = len(self.left_out) - NAMED
        listed = "; ".join(self.left_out[:NAMED]) + (f"; and {more} more" if more > 0 else "")
        return f"Commands of the notebook that do nothing here: {listed}."


def converted(content: bytes, name: str, entry: str) -> Converted:
    """Return the module that a notebook comes to.

    Args:
        content: of the notebook's file.
        name: of that file.
        entry: name of the module's file, such as `"submitted.py"`.

    Raises:
        UnreadableNotebook: there is no Python in it.
    """
    plain = [(cell.number, without_commands(cell.source, entry)) for cell in code_cells(content)]
    files = {target: text for _, cell in plain for target, text in cell.files.items()}
    left_out = tuple(
        f"cell {number}, line {one.line}: `{_short(one.text)}`" for number, cell in plain for one in cell.left_out
    )
    return Converted(as_module(name, [Cell(number, cell.text) for number, cell in plain]), files, left_out)


def _short(text: str) -> str:
    line = " ".join(text.replace("`", "'").split())
    line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

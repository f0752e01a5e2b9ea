"""Makes a module from a notebook, with the cells marked, and says what of it does nothing in the grader."""

import base64
from dataclasses import dataclass, replace

from autograder.notebooks.commands import Plain, without_commands
from autograder.notebooks.read import read_notebook
from autograder.wire.cells import as_module

NAMED, LONGEST = 5, 60  # commands in the remark, characters of each


@dataclass(frozen=True)
class Converted:
    """A module that was made from a notebook.

    Attributes:
        module: its text.
        files: files that cells write with `%%writefile`, name to content.
        left_out: the first commands that do nothing here, each as "cell 1, line 2: `!ls`".
        further: how many more there are.
        images: saved outputs, as pairs of a cell's number and the bytes of a file as base64.
    """

    module: str
    files: dict[str, str]
    left_out: tuple[str, ...]
    further: int = 0
    images: tuple[tuple[int, str], ...] = ()

    @property
    def remark(self) -> str:
        """A note for the student about the commands that do nothing; empty if there are none."""
        if not self.left_out:
            return ""
        listed = "; ".join(self.left_out) + (f"; and {self.further} more" if self.further else "")
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
    notebook = read_notebook(content)
    plain = [
        (cell, Plain(cell.source) if cell.is_text else without_commands(cell.source, entry)) for cell in notebook.cells
    ]
    files: dict[str, str] = {}
    for _, made in plain:
        for target, text in made.files.items():
            files[target] = files.get(target, "") + text if made.appends else text
    cells = [replace(cell, source=made.text) for cell, made in plain]
    left_out = [(cell, one) for cell, made in plain for one in made.left_out]
    return Converted(
        as_module(name, cells),
        files=files,
        left_out=tuple(f"cell {cell.number}, line {one.line}: `{_short(one.text)}`" for cell, one in left_out[:NAMED]),
        further=max(0, len(left_out) - NAMED),
        images=tuple((number, base64.b64encode(image).decode()) for number, image in notebook.images),
    )


def _short(text: str) -> str:
    line = " ".join(text.replace("`", "'").split())
    line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

"""Puts the module that a notebook comes to in the place of the required file."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import msgspec

from autograder.intake import limits, signatures
from autograder.intake.limits import MIB, Entry
from autograder.notebooks.choice import SeveralNotebooks, is_named_as, notebook_for
from autograder.notebooks.convert import Converted
from autograder.notebooks.read import UnreadableNotebook, is_notebook
from autograder.system.reader import ask
from autograder.wire.cells import SAVED

MAX_MIB = 64  # of a notebook with its outputs
READER = "autograder.notebooks.worker"


@dataclass(frozen=True)
class Placed:
    """The files of an upload, in which a module has the place of the notebook that is graded.

    Attributes:
        entries: sorted by name; without notebooks, if one is graded or would have been.
        problem: why the notebook cannot be graded, as a sentence for the student; empty if it can, or if there is none.
        remarks: notes for the student that cost nothing.
        images: the notebook's saved outputs, by the names under which the sandbox looks for them.
    """

    entries: list[Entry]
    problem: str = ""
    remarks: tuple[str, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)


def placed(entries: list[Entry], wanted: str) -> Placed:
    """Return the files with the module in its place; as they are, if no notebook is to be graded.

    Args:
        entries: the files of an upload.
        wanted: the file that is graded, such as `"submitted.py"`.
    """
    contents = {name: content for name, _, content in entries}
    if wanted in contents and not is_notebook(contents[wanted] or b""):
        return _beside_a_source(entries, wanted)
    try:
        chosen = wanted if wanted in contents else notebook_for(wanted, contents)
    except SeveralNotebooks as problem:
        return Placed(entries, str(problem))
    return _in_place(entries, chosen, wanted) if chosen else Placed(entries)


def is_there(names: Sequence[str], wanted: str) -> bool:
    """Return whether the files of these names hold the one that is graded, or a notebook in its place."""
    try:
        return wanted in names or bool(notebook_for(wanted, names))
    except SeveralNotebooks:
        return True


def _beside_a_source(entries: list[Entry], wanted: str) -> Placed:
    """Say so if a notebook of the same name is left aside; others are named among the files that are not used."""
    beside = next((name for name, _, _ in entries if is_named_as(name, wanted)), "")
    if not beside:
        return Placed(entries)
    return Placed(
        [entry for entry in entries if entry[0] != beside],
        remarks=(
            f"`{wanted}` is graded, not the notebook `{beside}` beside it. To have the notebook graded, upload it "
            f"without `{wanted}`.",
        ),
    )


def _in_place(entries: list[Entry], chosen: str, wanted: str) -> Placed:
    size, content = next((size, content) for name, size, content in entries if name == chosen)
    if content is None or size > MAX_MIB * MIB:
        return Placed(entries, (
            f"The notebook `{chosen}` is too large: {size / MIB:,.0f} MiB; the limit is {MAX_MIB} MiB. Clear its "
            "outputs (in Jupyter: Edit, Clear Outputs of All Cells), save it, and upload it again."
        ))  # fmt: skip
    if (kind := signatures.in_words(content[: signatures.LENGTH])) and kind != signatures.PAGE:
        return Placed(entries, f"`{chosen}` is {kind} under that name: upload the notebook itself.")
    try:
        made = _converted(content, chosen, wanted)
    except UnreadableNotebook as problem:
        return Placed(entries, f"`{chosen}` {problem}")
    others = [entry for entry in entries if entry[0] != chosen]
    if any(wanted in _folders_of(name) for name, _, _ in others):
        return Placed(entries, f"`{wanted}` is a folder in this upload, and the notebook `{chosen}` needs that name. "
                      "Rename the folder, and upload both again.")  # fmt: skip
    module = made.module.encode()
    written = _written(made, {name for name, _, _ in others} | {wanted})
    number = "the notebook's cells are counted from the top, text cells included"
    remarks = (f"The notebook `{chosen}` is graded as `{wanted}`, cell by cell; {number}.", made.remark)
    files = sorted([*others, (wanted, len(module), module), *written], key=lambda entry: entry[0])
    return Placed(files, remarks=tuple(filter(None, remarks)), images=_images(made))


def _converted(content: bytes, name: str, wanted: str) -> Converted:
    """Return the module of a notebook, which a process with limits reads.

    Raises:
        UnreadableNotebook: it is none, or reading it takes too much.
    """
    asked = {"content": base64.b64encode(content).decode(), "name": PurePosixPath(name).name, "entry": wanted}
    answer, _ = ask(READER, {"sources": [("notebook", asked)]}, max_deaths=1)
    if answer is None:
        raise UnreadableNotebook("is too large to be read. Clear its outputs, save it, and upload it again.")
    if "problem" in answer:
        raise UnreadableNotebook(answer["problem"])
    return msgspec.convert(answer["converted"], Converted)


def _images(made: Converted) -> dict[str, bytes]:
    """Return the saved outputs; only the sandbox decodes them."""
    return {
        f"{SAVED}/{number}-{place}": base64.b64decode(image) for place, (number, image) in enumerate(made.images, 1)
    }


def _written(made: Converted, taken: set[str]) -> list[Entry]:
    """Return the files that cells write; none takes the place of an uploaded one, lies in a file or is a folder."""
    files, folders = set(taken), {folder for name in taken for folder in _folders_of(name)}
    written: list[Entry] = []
    for target, text in made.files.items():
        name = "/".join(PurePosixPath(limits.harmless_name(target)).parts)  # without "./" and a second "/"
        if limits.oddity(name) or not limits.is_wanted(name):
            continue
        if name in files or name in folders or not files.isdisjoint(_folders_of(name)):
            continue
        files.add(name)
        folders.update(_folders_of(name))
        content = text.encode()
        written.append((name, len(content), content))
    return written


def _folders_of(name: str) -> list[str]:
    return [str(folder) for folder in PurePosixPath(name).parents][:-1]

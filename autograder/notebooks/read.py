"""Reads the cells with code out of a notebook's file, of any version of its format, as lenient as Jupyter or more."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.wire.cells import Cell

PYTHON = "python"  # kernels also call it ipython and xpython
NOT_CHOSEN = "plaintext"  # editors write this as long as nobody has chosen a kernel
IMAGES = ("image/png", "image/jpeg", "png", "jpeg")  # in an output, of version 4 and 3
MAX_IMAGES, MAX_IMAGE_BYTES, MAX_IMAGES_BYTES = 12, 1 << 20, 2 << 20
SAVE_AGAIN = "Open it in Jupyter, save it, and upload it again."


class UnreadableNotebook(ValueError):
    """A file that is no notebook with Python; the text is what can be said after its name, and what to do."""


@dataclass(frozen=True)
class Notebook:
    """The parts of a notebook that count.

    Attributes:
        cells: with code and with prose, in their order.
        images: among the outputs that were saved with it, as pairs of a cell's number and the bytes of a file; nobody
            has looked at the bytes.
    """

    cells: list[Cell]
    images: list[tuple[int, bytes]]


def read_notebook(content: bytes) -> Notebook:
    """Return the cells of a notebook, and the images among its outputs.

    Args:
        content: of the file: JSON in the format of Jupyter, version 1 to 4, and later ones.

    Raises:
        UnreadableNotebook: there are none to read.
    """
    notebook = _json(content)
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise UnreadableNotebook(f"is not a notebook: it has no cells. {SAVE_AGAIN}")
    language = _language(notebook)
    if PYTHON not in language.casefold():
        raise UnreadableNotebook(f"is a notebook in {language}, and the grader runs Python. Write it in Python.")
    numbered = list(enumerate(_cells(notebook), 1))
    cells = [cell for number, one in numbered if (cell := _cell(number, one))]
    if not any(cell.source.strip() for cell in cells if not cell.is_text):
        raise UnreadableNotebook("holds no code. Perhaps you saved or uploaded it before your solution was in it.")
    return Notebook(cells, _bounded((number, image) for number, one in numbered for image in _images(one)))


def is_notebook(content: bytes) -> bool:
    """Return whether a file under another name is a notebook."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and b'"nbformat"' in content and b'"cells"' in content


def _json(content: bytes) -> Any:
    if not content.strip():
        raise UnreadableNotebook("is empty. Save your notebook, and upload it again.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableNotebook(f"is not a notebook, or is not saved as UTF-8. {SAVE_AGAIN}") from None
    except json.JSONDecodeError as error:
        raise UnreadableNotebook(_of_damage(error)) from None
    except (RecursionError, ValueError):  # such as a number of 5,000 digits
        raise UnreadableNotebook(f"is not a readable notebook. {SAVE_AGAIN}") from None


def _of_damage(error: json.JSONDecodeError) -> str:
    start = error.doc.lstrip()
    if start.startswith("<") and "<html" in start[:2000].casefold():
        return "is a web page under that name: download the notebook itself (on GitHub: Raw), and upload that."
    if start.startswith(("http://", "https://")):
        return "is a link, not the notebook: download the notebook (in Colab: File, Download), and upload it."
    if start.startswith("version https://git-lfs"):
        return "is a Git LFS pointer, which stands for the notebook: fetch it with `git lfs pull`, and upload that."
    if not start.startswith("{"):
        return f"is not a notebook, but another file under that name. {SAVE_AGAIN}"
    if not error.doc[error.pos :].strip() or error.msg.startswith("Unterminated string"):
        return f"is cut off in line {error.lineno}: perhaps the upload broke off, or the disk was full. {SAVE_AGAIN}"
    if "<<<<<<<" in error.doc:
        return "has git's conflict markers (<<<<<<<). Resolve the conflict, open the notebook in Jupyter, and save it."
    return f"is damaged: line {error.lineno} is not JSON ({error.msg}). {SAVE_AGAIN}"


def _language(notebook: Mapping[str, Any]) -> str:
    """Return the language that a notebook states; Python where it states none."""
    metadata = _mapping(notebook.get("metadata"))
    stated = [_mapping(metadata.get("language_info")).get("name"), _mapping(metadata.get("kernelspec")).get("language")]
    named = [one for one in stated if isinstance(one, str) and one.isprintable() and 0 < len(one) < 40]
    return next((one for one in named if one != NOT_CHOSEN), "python")


def _cells(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield all cells; until version 3 they lay in worksheets."""
    for part in [notebook, *_list(notebook.get("worksheets"))]:
        yield from map(_mapping, _list(_mapping(part).get("cells")))


def _cell(number: int, cell: Mapping[str, Any]) -> Cell | None:
    kind = cell.get("cell_type")
    if kind not in ("code", "markdown", "heading"):
        return None
    language = _mapping(_mapping(cell.get("metadata")).get("vscode")).get("languageId", "python")
    if kind == "code" and language != "python":  # Visual Studio Code keeps other languages this way
        return None
    source = next((cell[key] for key in ("source", "input", "code") if key in cell), "")
    lines = [line for line in (source if isinstance(source, list) else [source]) if isinstance(line, str)]
    with_ends = "source" in cell or any(line.endswith("\n") for line in lines)  # version 2 kept lines without them
    text = ("" if with_ends else "\n").join(lines)
    for odd, plain in (("\r\n", "\n"), ("\r", "\n"), ("\ufeff", ""), ("\0", "\ufffd")):
        text = text.replace(odd, plain)
    return Cell(number, text.encode("utf-8", "replace").decode(), is_text=kind != "code")  # without lone surrogates


def _images(cell: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the images among a cell's outputs, one of each output."""
    for output in map(_mapping, _list(cell.get("outputs"))):
        kept = {**output, **_mapping(output.get("data"))}
        text = next((kept[kind] for kind in IMAGES if kind in kept), "")
        whole = "".join(filter(lambda part: isinstance(part, str), text if isinstance(text, list) else [text]))
        if 0 < len(whole) <= 2 * MAX_IMAGE_BYTES:
            try:
                yield base64.b64decode(whole.encode("utf-8", "replace"))
            except binascii.Error:
                continue


def _bounded(images: Iterator[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return the first images, as many as fit."""
    taken: list[tuple[int, bytes]] = []
    room = MAX_IMAGES_BYTES
    for number, image in images:
        if len(taken) < MAX_IMAGES and 0 < len(image) <= min(room, MAX_IMAGE_BYTES):
            taken.append((number, image))
            room -= len(image)
    return taken


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

"""Makes a notebook from a source of ours, such as a template: its docstring as text, each function in its own cell."""

import ast
import json
from collections.abc import Iterator
from typing import Any

INDENT = 1  # as Jupyter saves notebooks
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def notebook_of(source: str, introduction: str = "") -> bytes:
    """Return the file of a notebook, in version 4.5 of the format.

    Imports and other statements between two definitions share a cell. Comments stay with the code below them.

    Args:
        source: Python that is ours; it is parsed.
        introduction: text in front of the first cell, in Markdown.
    """
    docstring = ast.get_docstring(ast.parse(source)) or ""
    texts = [text for text in (docstring, introduction) if text]
    parts = [_text_cell(number, text) for number, text in enumerate(texts)]
    parts += [_code_cell(len(texts) + number, part) for number, part in enumerate(_parts(source))]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": parts, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=INDENT, ensure_ascii=False) + "\n").encode()


def _parts(source: str) -> Iterator[str]:
    """Yield the text of each cell: a definition, or all that stands between two."""
    lines = source.splitlines()
    body = ast.parse(source).body
    at = 0
    if body and ast.get_docstring(ast.parse(source)):
        at = body[0].end_lineno or 0
        body = body[1:]
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if following is None or isinstance(statement, DEFINITIONS) or isinstance(following, DEFINITIONS):
            end = statement.end_lineno or 0
            yield "\n".join(lines[at:end]).strip("\n")
            at = end
    if rest := "\n".join(lines[at:]).strip():
        yield rest


def _text_cell(number: int, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"text-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code_cell(number: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "execution_count": None, "id": f"code-{number}", "metadata": {}, "outputs": [],
        "source": text.splitlines(keepends=True),
    }  # fmt: skip

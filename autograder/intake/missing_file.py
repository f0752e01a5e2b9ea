"""Guesses which file the student meant to upload if the required file is missing or is a document."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from autograder.intake import sifting

LISTED_NAMES = 8
UPLOAD_THE_TEXT = "Upload the text file that you edit and run, not a document that shows it or a link to it."
DOCUMENTS = (
    ".doc", ".docx", ".docm", ".dot", ".odt", ".ott", ".fodt", ".rtf", ".rtfd", ".pages", ".gdoc", ".pdf", ".ps",
    ".xps", ".tex", ".md", ".wpd", ".wps", ".ppt", ".pptx", ".odp", ".key", ".xls", ".xlsx", ".ods", ".numbers",
    ".gsheet", ".html", ".htm", ".mht", ".mhtml", ".webarchive", ".webloc", ".url", ".lnk", ".desktop",
    ".gslides", ".glink", ".eml", ".pyc", ".pyo", ".png", ".jpg", ".jpeg", ".heic", ".gif", ".bmp", ".tif", ".tiff",
    ".webp",
)  # fmt: skip
BUNDLES = (".pages", ".rtfd")  # documents that macOS keeps as folders
CODE = (".py", ".ipynb", ".zip", ".gz", ".tgz", ".tar", ".7z", ".rar")
STARTS = {
    b"{\\rtf": "a document in Rich Text Format",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML document, perhaps a link",
    b"[internetshortcut]": "a link to a web page",
    b"bplist00": "a link or document of macOS",
    b"%!ps": "a PostScript document",
    b"http://": "a link",
    b"https://": "a link",
    b"version https://git-lfs": "a Git LFS pointer",
}


def kind_of_document(source: bytes) -> str:
    """Return the kind of document that a file begins as, with its article; empty if it is none of these."""
    head = source[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for start, kind in STARTS.items() if head.startswith(start)), "")


def explained(wanted: str, names: list[str], passed_over: Mapping[str, str], one_of_several: bool = False) -> str:
    """Say which file is missing, and which file the student probably meant.

    Args:
        wanted: the required file.
        names: of the files in the upload.
        passed_over: name of each entry that could not be taken to the reason, as a clause.
        one_of_several: whether the upload holds other required files, so that none of them is this one.
    """
    for name, why in passed_over.items():
        if PurePosixPath(name).name.casefold() == PurePosixPath(wanted).name.casefold():
            return f"`{name}` {why}, so it cannot be graded. Pack your files again, and check the archive."
    if passed_over and not names:
        return f"There is no `{wanted}` in the upload. {sifting.shown(passed_over, LISTED_NAMES)}"
    if not names:
        return (
            f"The upload is empty: there is no `{wanted}`. Hidden files, and those that systems and editors make by "
            "themselves, do not count."
        )
    stem = PurePosixPath(wanted).stem.casefold()
    advice = f"Rename your solution to `{wanted}` and upload it again."
    paths = [PurePosixPath(name) for name in names]
    # Check for the likeliest mistake first.
    if misplaced := _misplaced(wanted, paths):
        return misplaced
    for path in paths:
        if str(path).casefold() == wanted.casefold():
            return f"The file is called `{path}`; it must be `{wanted}`, in exactly this spelling. {advice}"
    for path in paths:
        if told := _looks_alike(path.name, PurePosixPath(wanted).name):
            return f"The file is called `{path}`, and {told}. {advice}"
    if document := _document(paths, stem):
        return f"`{document}` is not Python source, and there is no `{wanted}`. {UPLOAD_THE_TEXT}"
    for path in paths:
        if stem in path.stem.casefold() and path.suffix.casefold() in (".py", ".txt", ""):
            return f"There is `{path}`, but no `{wanted}`. {advice}"
    for path in paths:
        if path.suffix.casefold() in (".zip", ".gz", ".tar", ".7z", ".rar"):
            return f"The upload holds another archive, `{path}`. Upload `{wanted}`, or one zip with it at the top."
    listed = ", ".join(f"`{name}`" for name in names[:LISTED_NAMES]) + (", …" if len(names) > LISTED_NAMES else "")
    if one_of_several:
        advice = "Upload all files of your solution together, as one zip."
    return f"There is no `{wanted}` in the upload, which holds {listed}. {advice}"


def _misplaced(wanted: str, paths: Sequence[PurePosixPath]) -> str:
    """Say where files with the right name belong, or in a folder of that name; empty if there is none."""
    found = [path for path in paths if path.name == PurePosixPath(wanted).name]
    inside = [path for path in paths if PurePosixPath(wanted) in path.parents]
    if inside and not found:
        return (
            f"`{wanted}` is a folder in this upload, with `{inside[0]}` in it, and must be a file: put your solution "
            "under that name at the top level."
        )
    if not found:
        return ""
    folders = [f"`{path.parent}`" for path in found]
    if len(found) > 1:
        listed = ", ".join(folders[:LISTED_NAMES]) + (", …" if len(folders) > LISTED_NAMES else "")
        return f"`{wanted}` lies in several folders, {listed}: upload only the one that counts, without its folder."
    if "/" in wanted:
        return f"There is `{found[0]}`, and it must be `{wanted}`: keep the folder's name, and upload the whole folder."
    return f"`{wanted}` lies in the folder {folders[0]}; upload it at the top level, without the folder."


def _looks_alike(name: str, wanted: str) -> str:
    """Return how a name differs from one that people cannot tell from it, as a clause; empty if it is another."""
    if name != name.strip() and name.strip() == wanted:
        return "there is a space before or after its name"
    seen = "".join(one for one in name if unicodedata.category(one) not in ("Cf", "Zs"))
    if seen != name and seen == wanted:
        return "there is a space or a character that cannot be seen in its name"
    differing = [(place, one) for place, (one, right) in enumerate(zip(name, wanted, strict=False), 1) if one != right]
    if len(name) == len(wanted) and all(not one.isascii() for _, one in differing):
        place, one = differing[0]
        said = unicodedata.name(one, "no letter").lower()
        return f"its {place}. character only looks right (it is \u201c{said}\u201d)"
    return ""


def _document(paths: Sequence[PurePosixPath], stem: str) -> str:
    """Return the document that the student took for the source; empty if there is none.

    macOS keeps some documents as folders, so every part of a path counts.
    """
    if any(path.suffix.casefold() in CODE for path in paths):
        paths = [path for path in paths if stem in path.parts[0].casefold()]
    for path in paths:
        part = next((part for part in path.parts if PurePosixPath(part).suffix.casefold() in DOCUMENTS), "")
        if part and (stem in part.casefold() or len(paths) == 1):
            return part
    return ""

"""The items at the top of an export are listed without opening or following anything."""

import os
from pathlib import Path

import pytest

from autograder.exports.items import Item, gradable_of, items_of, quoted
from tests.exports.made import SOURCE, laid_out


def test_item_keeps_the_identity_that_it_has_in_the_export() -> None:
    """Names that are no UTF-8 may read alike and are others."""
    one, other = (Item("\ufffd", Path(name)) for name in ("\udcff", "\udcfe"))

    assert one.identity != other.identity


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("submitted.py", "`submitted.py`"),
        ("a\nb\tc", "`a b c`"),
        ("\x1b[2J\u202egnp.exe", "`gnp.exe`"),
        ("`rm`", "`'rm'`"),
        ("x" * 10_000, f"`{'x' * 79}…`"),
        ("<b>", "`<b>`"),
    ],
)
def test_quoted_names_are_one_short_line(name: str, shown: str) -> None:
    """Whoever wrote them cannot forge another line, or turn text round."""
    assert quoted(name) == shown


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    """Reading one waits for ever."""
    laid_out(tmp_path / "jane", {"submitted.py": SOURCE})
    os.mkfifo(tmp_path / "jane" / "pipe.py")
    os.mkfifo(tmp_path / "bob.py")
    bob, jane = items_of(tmp_path, {})

    assert gradable_of(bob).problem == "There is nothing to grade: `bob.py` is neither a file nor a folder."
    assert gradable_of(jane).remarks == ("Missing: `jane/pipe.py` is neither a file nor a folder.",)


def test_many_losses_are_counted(tmp_path: Path) -> None:
    """A folder of a thousand links is one sentence."""
    laid_out(tmp_path / "jane", {"submitted.py": SOURCE})
    for i in range(1000):
        (tmp_path / "jane" / f"{i:04}").symlink_to(tmp_path)
    (jane,) = items_of(tmp_path, {})

    assert len(jane.losses) == 9
    assert jane.losses[-1] == "992 more like these"


def test_what_could_not_be_unpacked_belongs_to_its_item(tmp_path: Path) -> None:
    """Also where nothing of it is there."""
    laid_out(tmp_path / "jane", {"submitted.py": SOURCE})
    items = items_of(
        tmp_path, {"jane/net.py": "is damaged", "bob/submitted.py": "is damaged", "eve.py": "is encrypted"}
    )

    assert [(item.name, item.is_folder, item.path is None) for item in items] == [
        ("bob", True, True),
        ("eve.py", False, True),
        ("jane", True, False),
    ]
    assert gradable_of(items[2]).remarks == ("Missing: `jane/net.py` is damaged.",)

"""Serves the desk on this machine, until it is stopped."""

import contextlib
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from autograder.classroom.folder import INDEX, LOCK, ClassFolder
from autograder.desk.access import LOCAL, new_place
from autograder.desk.application import desk_application
from autograder.desk.book import Book
from autograder.desk.dealing import Part
from autograder.model.failures import UnusableInput

DEFAULT_PORT = 8899
TRIED = 20  # ports, if the default one is in use
Listen = tuple[str, int | None]


def serve_desk(
    folder: ClassFolder, grader: str, part: Part, at: Listen, browse: bool, tell: Callable[[str], None]
) -> None:
    """Serve the desk over a class's folder; returns after Ctrl-C.

    Args:
        folder: of a class, or one that does not exist yet.
        grader: the name under which decisions are made.
        part: the grader's part of the class.
        at: the address, and the port; without one, the first free from 8899.
        browse: whether to open a browser.
        tell: called with the link.

    Raises:
        UnusableInput: the folder is damaged, or the port is in use.
        UnusableSuite: the suites are broken.
    """
    book = Book(folder)
    book.if_graded()
    with contextlib.closing(listening_socket(at[1], at[0])) as listening:
        place = new_place(listening.getsockname()[1])
        config = uvicorn.Config(
            desk_application(book, grader, place, part),
            log_level="warning",
            access_log=False,  # it would show the token
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            limit_concurrency=64,
        )
        tell(place.link)
        if browse:
            threading.Thread(target=webbrowser.open, args=(place.link,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again once it has shut down
            uvicorn.Server(config).run(sockets=[listening])


def desk_folder(root: Path) -> ClassFolder:
    """Return the folder of a class, or a new one: then the class is graded from the desk.

    Raises:
        UnusableInput: it holds something else.
    """
    if root.exists() and not root.is_dir():
        raise UnusableInput(f"{root}: this is not a folder: name that of a class, or a new one")
    if root.is_dir() and any(root.iterdir()) and not any((root / name).exists() for name in (INDEX, LOCK)):
        raise UnusableInput(f"{root}: this folder holds no class, but other files: name that of a class, or a new one")
    return ClassFolder(root)


def listening_socket(port: int | None, address: str = LOCAL[0]) -> socket.socket:
    """Return a socket that listens on this machine alone, unless another address is given.

    Raises:
        UnusableInput: the port is in use, or belongs to the system.
    """
    for tried in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + TRIED):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that ended a minute ago do not matter
        try:
            found.bind((address, tried))
            found.listen()
        except OSError as error:
            found.close()
            reason = error.strerror
        else:
            return found
    raise UnusableInput(f"{address}, --port {tried}: {reason}: give another one")

"""Serves the desk, until it is stopped."""

import contextlib
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from autograder.classroom.folder import INDEX, LOCK, ClassFolder
from autograder.desk.access import Door, Visitor
from autograder.desk.application import desk_application
from autograder.desk.book import Book
from autograder.desk.graders import Graders
from autograder.desk.link import LOCAL, new_link
from autograder.desk.login import LoginDoor, shared_origin
from autograder.model.failures import UnusableInput

DEFAULT_PORT = 8899
TRIED = 20  # ports, if the default one is in use


@dataclass(frozen=True)
class Listen:
    """Where a desk listens.

    Attributes:
        address: of this machine's.
        port: the port; None for the first free one from 8899.
        share: the address under which graders reach it through a proxy; empty for this machine alone.
    """

    address: str = LOCAL[0]
    port: int | None = None
    share: str = ""


def serve_desk(folder: ClassFolder, visitor: Visitor, at: Listen, browse: bool, tell: Callable[[str], None]) -> None:
    """Serve the desk over a class's folder; returns after Ctrl-C.

    Args:
        folder: of a class, or one that does not exist yet.
        visitor: who grades, unless the desk is shared.
        at: where it listens.
        browse: whether to open a browser.
        tell: called with the link.

    Raises:
        UnusableInput: the folder is damaged, the port is in use, or a shared desk has no graders or no proper address.
        UnusableSuite: the suites are broken.
    """
    book = Book(folder)
    book.if_graded()
    origin = shared_origin(at.share) if at.share else ""
    graders = Graders(folder.root)
    if origin and not graders.all():
        raise UnusableInput(
            f"{folder.root}: nobody can log in yet: add each grader with `graders add {folder.root} NAME`"
        )
    port = DEFAULT_PORT if origin and at.port is None else at.port  # a proxy must find it
    with contextlib.closing(listening_socket(port, at.address)) as listening:
        taken = listening.getsockname()[1]
        link = new_link(taken, visitor)
        door: Door = LoginDoor(origin, graders) if origin else link
        tell(f"{origin}, on {at.address} port {taken} behind your proxy" if origin else link.link)
        if browse and not origin:
            threading.Thread(target=webbrowser.open, args=(link.link,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again once it has shut down
            uvicorn.Server(_settings(book, door)).run(sockets=[listening])


def _settings(book: Book, door: Door) -> uvicorn.Config:
    return uvicorn.Config(
        desk_application(book, door),
        log_level="warning",
        access_log=False,  # it would show the token
        server_header=False,
        proxy_headers=False,  # nothing depends on what a proxy claims
        lifespan="off",
        timeout_graceful_shutdown=2,
        limit_concurrency=64,
    )


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

"""Serves a desk over HTTP, for browsers."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import uvicorn

from autograder.classroom.folder import ClassFolder
from autograder.desk.access import Door, Visitor
from autograder.desk.application import desk_application
from autograder.desk.book import Book
from autograder.desk.link import LinkDoor, new_link
from autograder.desk.serve import listening_socket

OneDoor = TypeVar("OneDoor", bound=Door)


@contextmanager
def served(folder: ClassFolder, grader: str = "Ada") -> Iterator[LinkDoor]:
    """Serve the desk of one grader over HTTP, in a thread."""
    with served_at(folder, lambda port: new_link(port, Visitor(grader))) as door:
        yield door


@contextmanager
def served_at(folder: ClassFolder, door_of: Callable[[int], OneDoor]) -> Iterator[OneDoor]:
    """Serve a desk over HTTP with the door that a function makes for its port, in a thread."""
    with listening_socket(0) as listening:
        door = door_of(listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(desk_application(Book(folder), door), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield door
        server.should_exit = True
        thread.join()

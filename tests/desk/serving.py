"""Serves a desk over HTTP, for browsers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from autograder.classroom.folder import ClassFolder
from autograder.desk.access import Place, new_place
from autograder.desk.application import desk_application
from autograder.desk.book import Book
from autograder.desk.serve import listening_socket


@contextmanager
def served(folder: ClassFolder) -> Iterator[Place]:
    """Serve a desk over HTTP, in a thread."""
    with listening_socket(0) as listening:
        place = new_place(listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(desk_application(Book(folder), "Ada", place), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield place
        server.should_exit = True
        thread.join()

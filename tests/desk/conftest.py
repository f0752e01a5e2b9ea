"""A desk over a made-up class, in this process."""

import shutil
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.desk.book import Book
from tests.desk.client import DeskClient, opened
from tests.desk.made_up_folder import made_up_folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose sources have been compared, which takes a second."""
    folder = made_up_folder(tmp_path_factory.mktemp("desk") / "class")
    Book(folder).now()
    return folder.root


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> ClassFolder:
    """A copy of it."""
    return ClassFolder(shutil.copytree(made, tmp_path / "class"))


@pytest.fixture
def desk(folder: ClassFolder) -> DeskClient:
    """A desk that Ada has opened."""
    return opened(folder, "Ada")

"""The log of a class's decisions: an SQLite file to which entries are added, and from which none is ever taken.

Several processes may use it at once. SQLite's write-ahead log lets them read while one writes, and a process that is
killed leaves either the whole entry or none of it.
"""

import contextlib
import os
import sqlite3
import threading
import time
import uuid
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.model.decision import Decision, DecisionKind
from autograder.model.failures import UnusableInput
from autograder.system.files import UnwritableResults

FILE = "decisions.sqlite"
WAIT_S = 20.0  # for other writers, each of which takes milliseconds
COLUMNS = tuple(field.name for field in fields(Decision))
TYPES = {"points": "REAL", "line": "INTEGER NOT NULL", "id": "TEXT NOT NULL UNIQUE"}
TABLE = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS decisions (
  place INTEGER PRIMARY KEY AUTOINCREMENT, {", ".join(f"{name} {TYPES.get(name, 'TEXT NOT NULL')}" for name in COLUMNS)}
);
CREATE TRIGGER IF NOT EXISTS nobody_changes BEFORE UPDATE ON decisions
  BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER IF NOT EXISTS nobody_removes BEFORE DELETE ON decisions
  BEGIN SELECT RAISE(ABORT, 'a decision is never removed'); END;
COMMIT;
"""
INSERT = f"INSERT INTO decisions ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
SELECT = f"SELECT {', '.join(COLUMNS)} FROM decisions WHERE place > ? ORDER BY place"


def new_decision(by: str, kind: DecisionKind, **values: Any) -> Decision:
    """Return a decision that is made now."""
    return Decision(uuid.uuid4().hex, datetime.now(UTC).isoformat(timespec="milliseconds"), by, kind, **values)


class DecisionLog:
    """The log in a class's folder."""

    def __init__(self, root: Path) -> None:
        self.path = root / FILE
        self._turn = threading.Lock()  # the desk answers requests in several threads
        self._connection: sqlite3.Connection | None = None

    def entries(self, after: int = 0) -> tuple[Decision, ...]:
        """Return the entries in the order in which they were added, without the first `after` of them.

        Raises:
            UnusableInput: the file is damaged, or no log.
        """
        if not self.path.exists():
            return ()
        with self._open() as database:
            return tuple(_decision(row) for row in database.execute(SELECT, (after,)))

    def append(self, decisions: Sequence[Decision]) -> None:
        """Add entries, all or none of them; when this returns they are on the disk.

        Raises:
            UnusableInput: the file is damaged, or one of the entries is already there.
            UnwritableResults: the disk is full, the folder read-only, or the like.
        """
        with self._open() as database:
            _insert(database, decisions)

    def merge(self, decisions: Sequence[Decision]) -> int:
        """Add the entries of another log, or of a table, that are not there yet; return how many these are.

        Raises:
            UnusableInput: the file is damaged, or holds an entry with the same id that says something else.
            UnwritableResults: the disk is full, the folder read-only, or the like.
        """
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")  # so that nobody adds anything between our look and our entries
            known = {one.id: one for one in (_decision(row) for row in database.execute(SELECT, (0,)))}
            for one in decisions:
                if one.id in known and known[one.id] != one:
                    raise UnusableInput(
                        f"{self.path}: the decision {one.id} is there already and says something else: "
                        "leave `id` empty for a new decision"
                    )
            new = [one for one in decisions if one.id not in known]
            _insert(database, new)
        return len(new)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection, which stays open: whoever closes the last one waits for the disk."""
        try:
            with self._turn:
                database = self._connection or self._connected()
                try:
                    yield database
                    if database.in_transaction:
                        database.execute("COMMIT")
                finally:
                    if database.in_transaction:
                        database.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise UnwritableResults(f"{self.path} cannot be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise UnusableInput(f"{self.path}: {error}: move it away, and import a table of the decisions") from None
        except OSError as error:
            raise UnwritableResults(f"{self.path} cannot be written: {error.strerror}") from None

    def _connected(self) -> sqlite3.Connection:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        database = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, database.close)
        _write_ahead(database)
        database.execute("PRAGMA synchronous = FULL")  # a loss of power loses nothing, either
        database.executescript(TABLE)
        self._connection = database
        return database


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite does not wait by itself while another process does the same."""
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return


def _insert(database: sqlite3.Connection, decisions: Sequence[Decision]) -> None:
    if not database.in_transaction:
        database.execute("BEGIN IMMEDIATE")
    rows = ({**asdict(one), "lines": " ".join(one.lines)} for one in decisions)
    database.executemany(INSERT, [tuple(row.values()) for row in rows])


def _decision(row: tuple[Any, ...]) -> Decision:
    values = dict(zip(COLUMNS, row, strict=True))
    return Decision(**values | {"kind": DecisionKind(values["kind"]), "lines": tuple(values["lines"].split())})

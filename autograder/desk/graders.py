"""The people who may log in at a shared desk, and their passwords, of which the folder holds hashes alone."""

import contextlib
import fcntl
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from autograder.classroom.serialization import from_json, to_json
from autograder.desk.dealing import part_of
from autograder.model.failures import UnusableInput
from autograder.rendering.text import plain
from autograder.system.files import write_whole

FILE, LOCK = "graders.json", ".graders"
# Strangers may read this sentence, so it names no path of this machine.
PLACE, ADD = f"{FILE}, in the class's folder", "add each grader again with `run_autograder graders add DIR NAME`"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none looks like another
GROUPS, OF = 4, 5  # 20 letters, 99 bits
SHORTEST, LONGEST, KINDS = 12, 200, 5
LONGEST_NAME = 60
AT_ONCE = 2  # passwords that are checked; each takes 64 MiB and a third of a second
HASHER = PasswordHasher()


@dataclass(frozen=True)
class Grader:
    """Somebody who may log in.

    Attributes:
        name: under which they decide.
        hashed: their password's argon2 hash.
        part: their part of the class, such as `2/3`.
    """

    name: str
    hashed: str
    part: str = "1/1"


@dataclass(frozen=True)
class Listed:
    """The content of the file."""

    graders: tuple[Grader, ...] = ()


class Graders:
    """The graders of a class's folder; changes hold at once, also for desks that are being served."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._turns = threading.Semaphore(AT_ONCE)
        self._nobody = HASHER.hash(secrets.token_urlsafe())  # an unknown name takes as long as a wrong password
        self._read: tuple[tuple[int, int], Mapping[str, Grader]] = ((0, 0), {})

    def all(self) -> Mapping[str, Grader]:
        """Return all graders by name, without regard to capitals.

        Raises:
            UnusableInput: the file is damaged.
        """
        path = self._root / FILE
        try:
            state = path.stat()
            stamp = (state.st_mtime_ns, state.st_ino)
            if stamp != self._read[0]:
                found = from_json(path.read_bytes(), Listed)
                for one in found.graders:
                    part_of(one.part)
                self._read = (stamp, {one.name.casefold(): one for one in found.graders})
        except FileNotFoundError:
            return {}
        except (ValueError, UnusableInput) as error:
            raise UnusableInput(f"{PLACE}: {error}: remove the file, and {ADD}") from None
        except OSError as error:
            raise UnusableInput(f"{PLACE}: {error.strerror}: let whoever runs the desk read it, or {ADD}") from None
        return self._read[1]

    def check(self, name: str, password: str) -> Grader | None:
        """Return the grader of this name and password; None if one of them is wrong."""
        grader = self.all().get(_in_one_line(name).casefold())
        try:
            with self._turns:
                HASHER.verify(grader.hashed if grader else self._nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return None
        return grader

    def add(self, name: str, password: str, part: str) -> bool:
        """Add a grader, or give one another password; return whether the name is new.

        Raises:
            UnusableInput: the name or the password cannot be used, or the file is damaged.
        """
        name = _usable_name(name)
        check_password(name, password)
        with self._changing():
            known = dict(self.all())
            is_new = name.casefold() not in known
            old = known.get(name.casefold(), Grader(name, ""))
            known[name.casefold()] = replace(old, hashed=HASHER.hash(password), part=part)
            self._write(known)
        return is_new

    def remove(self, name: str) -> None:
        """Remove a grader, whose sessions end with that; their decisions stay.

        Raises:
            UnusableInput: there is none of that name.
        """
        with self._changing():
            known = dict(self.all())
            if known.pop(_in_one_line(name).casefold(), None) is None:
                there = ", ".join(one.name for one in known.values()) or "nobody"
                raise UnusableInput(f"{self._root}: there is no grader {name!r}: there is {there}")
            self._write(known)

    def _write(self, graders: Mapping[str, Grader]) -> None:
        write_whole(self._root / FILE, to_json(Listed(tuple(graders.values())), indent=1), mode=0o600)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Let nobody else change the file in the meantime."""
        descriptor = os.open(self._root / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def new_password() -> str:
    """Return a password that nobody guesses, and that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(OF)) for _ in range(GROUPS))


def check_password(name: str, password: str) -> None:
    """Refuse a password that can be guessed.

    Raises:
        UnusableInput: it is too short or too long, has too few different characters, or holds the name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UnusableInput(
            f"the password has {len(password)} characters: use {SHORTEST} to {LONGEST}, or leave out --ask"
        )
    if len(set(password.casefold())) < KINDS:
        raise UnusableInput(f"the password has fewer than {KINDS} different characters: use others, or leave out --ask")
    if any(len(word) > 2 and word in password.casefold() for word in name.casefold().split()):
        raise UnusableInput("the password holds the name: use another one, or leave out --ask")


def _usable_name(name: str) -> str:
    name = _in_one_line(name)
    if not name or len(name) > LONGEST_NAME or plain(name) != name:
        raise UnusableInput(f"a grader's name has 1 to {LONGEST_NAME} printable characters, such as 'Ada Lovelace'")
    return name


def _in_one_line(name: str) -> str:
    return " ".join(name.split())

"""Gives the process's user a name, as on every student's computer.

The sandbox's user has no entry in the password database, and no login terminal exists.
"""

import os
import pwd
from typing import Any

NAME = "student"
VARIABLES = ("USER", "LOGNAME", "LNAME", "USERNAME")


def install() -> None:
    """From now on the user has a name: in the environment, in the list of users, and at the terminal."""
    os.environ.update(dict.fromkeys(VARIABLES, NAME))
    by_number, by_name = pwd.getpwuid, pwd.getpwnam

    def getpwuid(number: int, /) -> pwd.struct_passwd:
        try:
            return by_number(number)
        except KeyError:
            if number != os.getuid():
                raise
            return _entry()

    def getpwnam(name: str, /) -> pwd.struct_passwd:
        return _entry() if name == NAME else by_name(name)

    pwd.getpwuid, pwd.getpwnam = getpwuid, getpwnam
    os.getlogin = lambda: NAME


def _entry() -> pwd.struct_passwd:
    fields: tuple[Any, ...] = (NAME, "x", os.getuid(), os.getgid(), "Student", os.environ.get("HOME", "/"), "/bin/sh")
    return pwd.struct_passwd(fields)

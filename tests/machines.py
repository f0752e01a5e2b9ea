"""Machines on which the same commands run: imitated by `tests/environments.py`, real containers, other roots.

`docker build --target checks` makes the containers' image. A root is a folder with another system, such as
`debootstrap` makes; this project is set up in it at `/autograder/source`.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests.environments import PROJECT, environments

INSIDE = "/autograder/source"
IMAGE = "autograder-checks"
# As people start containers; the image's own user is an ordinary one.
CONTAINERS = {
    "as root": ("--user", "0"),
    "as a user": (),
    "as root, read-only": ("--user", "0", "--read-only", "--tmpfs", "/tmp:exec", "--tmpfs", "/var/tmp"),
    "as a user, read-only": ("--read-only", "--tmpfs", "/tmp:exec", "--tmpfs", "/var/tmp"),
    "as root, no network": ("--user", "0", "--network", "none"),
    "as a user, no capabilities": ("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    "as root, Gradescope's smallest": ("--user", "0", "--cpus", "0.5", "--memory", "768m"),
}
ENTER = (
    'mount --rbind /dev "$0/dev"; mount -t proc proc "$0/proc"; mount --rbind /sys "$0/sys"; '
    'exec chroot "$0" sh -c \'cd "$0" && exec "$@"\' ' + INSIDE + ' "$@"'
)


@dataclass(frozen=True)
class Machine:
    """A machine.

    Attributes:
        name: for people.
        prefix: a command that runs another one there, in the project's folder.
        folder: the folder to start it in; None if the prefix goes there.
        reason: finds out why the machine is not available here.
    """

    name: str
    prefix: tuple[str, ...]
    folder: Path | None = None
    reason: Callable[[], str] = str

    @property
    def missing(self) -> str:
        """Why it is not available here; empty if it is."""
        return self.reason()

    def run(self, argv: Sequence[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        """Run a command there; both streams come as one text.

        Raises:
            subprocess.TimeoutExpired: it takes longer.
        """
        return subprocess.run(
            [*self.prefix, *argv], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout_s, check=False,
        )  # fmt: skip


def imitated() -> Iterable[Machine]:
    """Yield the kinds of machine that this one can imitate."""
    for one in environments():
        place = () if one.reason else tuple(one.command([]))
        yield Machine(f"imitated: {one.name}", place, None if one.reason else one.project, partial(str, one.reason))


def containers(image: str = IMAGE) -> Iterable[Machine]:
    """Yield containers, for each engine that is there."""
    for engine in ("docker", "podman"):
        kind = "rootless " if engine == "podman" and os.geteuid() != 0 else ""
        for name, options in CONTAINERS.items():
            reaper = ("--init",) if engine == "docker" else ()  # Podman's is a package that is seldom installed
            start = (engine, "run", "--rm", *reaper, "--workdir", INSIDE, "--entrypoint", "", *options, image)
            yield Machine(f"{kind}{engine} {name}", start, None, partial(missing_image, engine, image))


def root(name: str, folder: Path) -> Machine:
    """Return the machine of another root file system."""
    missing = "" if (folder / INSIDE[1:] / "setup.sh").exists() else f"this project is not in {folder}{INSIDE}"
    enter = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, str(folder))
    return Machine(f"chroot {name}", enter, None, lambda: missing or ("" if os.geteuid() == 0 else "only root may"))


def checkout(name: str, folder: Path) -> Machine:
    """Return the machine of another checkout on this one, set up with another Python."""
    missing = "" if (folder / ".venv").exists() else f"{folder} is not set up"
    return Machine(name, (), folder, lambda: missing)


@cache
def missing_image(engine: str, image: str = IMAGE) -> str:
    """Return why an engine cannot run an image; empty if it can."""
    if not shutil.which(engine):
        return f"{engine} is not installed"
    done = subprocess.run([engine, "image", "inspect", image], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    lines = done.stderr.strip().splitlines() or ["the image is missing"]
    return f"{engine}: {lines[-1]} ({engine} build --target checks -t {image} {PROJECT})"

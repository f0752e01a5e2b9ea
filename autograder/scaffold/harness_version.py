"""Says how pip installs the very version of the harness that runs here."""

import json
import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit

NAME = "autograder"  # of the package that pip installs
HEAD = (
    "# The version of the harness that grades this course. After a change: pip install -r harness.txt, then verify.\n"
)
TO_DECIDE = (
    "# DECIDE: write where pip finds the harness, for example the repository in which you keep it, and the commit.\n"
)
SHORT_ADDRESS = re.compile(r"(?P<user>[\w.-]+@[\w.-]+):(?P<path>[^/].*)")  # as in git@github.com:owner/name.git


def requirement(harness: Path) -> str:
    """Return the line by which pip installs a harness again, or else one that pip refuses and that asks for a decision.

    The name alone would not do: whatever a registry has under it may be a stranger's.

    Args:
        harness: the folder of a checkout, or of an installed package.
    """
    address, commit = _installed_from(harness) or _checked_out_from(harness)
    if address and commit:
        return f"{NAME} @ git+{for_pip(address)}@{commit}\n"
    return f"{TO_DECIDE}{NAME} @ git+https://HOST/REPOSITORY@{commit or 'COMMIT'}\n"


def for_pip(address: str) -> str:
    """Return a repository's address in the form that pip takes, without a name or token that it may hold."""
    if short := SHORT_ADDRESS.fullmatch(address):
        return f"ssh://{short['user']}/{short['path']}"
    parts = urlsplit(address)
    secret = parts.scheme in ("http", "https")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if secret else address


def _installed_from(harness: Path) -> tuple[str, str] | None:
    """Return the repository and the commit from which pip installed a package (PEP 610); None if it did not."""
    for one in distributions(name=NAME, path=[str(harness.parent)]):
        origin = json.loads(one.read_text("direct_url.json") or "{}")
        return origin.get("url", ""), origin.get("vcs_info", {}).get("commit_id", "")
    return None


def _checked_out_from(harness: Path) -> tuple[str, str]:
    """Return the repository that a checkout was cloned from, and its commit; empty where there is none."""
    if not (harness / ".git").exists():
        return "", ""
    asked = (["remote", "get-url", "origin"], ["rev-parse", "HEAD"])
    address, commit = (_said_by_git(harness, *words) for words in asked)
    return address, commit


def _said_by_git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:  # there is no git here
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

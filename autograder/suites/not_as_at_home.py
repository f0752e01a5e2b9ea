"""Hints on exceptions that a program may raise in the sandbox and not at home: each says what differs.

There is no keyboard, no graphics card and no network. Nothing can be written outside the working directory, and
processes are few. File names differ in upper and lower case.
"""

import re

from autograder.model.observation import StudentError
from autograder.suites import newer_versions

OF_THE_SYSTEM = (
    "OSError", "IOError", "EOFError", "BlockingIOError", "ChildProcessError", "ProcessLookupError", "InterruptedError",
    "TimeoutError", "FileExistsError", "NotADirectoryError", "IsADirectoryError", "BrokenPipeError", "TclError",
    "CalledProcessError",
)  # fmt: skip
OF_THE_NETWORK = (
    "URLError", "HTTPError", "gaierror", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError",
    "ConnectError", "SSLError", "MaxRetryError", "LocalEntryNotFoundError", "OfflineModeIsEnabled",
)  # fmt: skip
OF_DEVICES = (
    "RuntimeError",
    "TypeError",
    "AssertionError",
    "NotImplementedError",
    "AcceleratorError",
    "ModuleNotFoundError",
)
ON_PROCESSES = (
    "can't start new thread", "Resource temporarily unavailable", "DataLoader worker (pid", "Too many open files",
    "Cannot allocate memory", "BrokenProcessPool",
)  # fmt: skip
PATH = re.compile(r"Errno \d+\] [^:]*: '(?P<path>[^']*)'")
INSTALLS = re.compile(r"\b(?:pip3?|conda|mamba|apt(?:-get)?)\b.*\binstall\b")
THERE_IS = re.compile(r"; there is '(?P<path>[^']*)'$")
OWN_FOLDER = re.compile(r": '(?:/content/|/kaggle/|/Users/|/home/|/mnt/|/media/|~|[A-Za-z]:[\\/])")
NOTEBOOK_COMMAND = re.compile(r"^\s*(?P<line>[%!].*)$", re.MULTILINE)


def hint_on(error: StudentError) -> str:
    """Return a hint that says what differs here from home; empty for an error that home would raise as well."""
    return _on_kind(error) or _on_devices(error) or _on_versions(error) or newer_versions.hint_on(error)


def _on_kind(error: StudentError) -> str:
    message = error.message
    match error.kind:
        case "EOFError" if "input(" in error.traceback or "reading a line" in message:
            return "There is no keyboard here, so input() finds nothing: use a constant or a parameter instead."
        case "BdbQuit":
            return "There is no keyboard here, so a debugger has nobody to ask: remove breakpoint() and set_trace()."
        case "SystemExit" if message.startswith("parse_args()"):
            return (
                "parse_args() finds no arguments here: give every argument a default, or call parse_args() under "
                '`if __name__ == "__main__":`.'
            )
        case "SyntaxError" if found := NOTEBOOK_COMMAND.search(error.traceback):
            return f"`{found['line'].strip()[:60]}` is a notebook command, not Python: remove such lines."
        case "IndexError" if "sys.argv[" in error.traceback:
            return "The program gets no arguments here: give a default, or read sys.argv under `if __name__ == …`."
        case "AssertionError" if "cuda.is_available()" in error.traceback:
            return "There is no GPU here: leave the check out, and let the device depend on it."
        case "KeyError" if "os.environ[" in error.traceback:
            return "Your computer's environment variables are not set here: use os.environ.get with a default."
        case "FileNotFoundError":
            return _on_missing_file(message)
        case "ModuleNotFoundError" if found := THERE_IS.search(message):
            return f"There is `{found['path']}`: import it with exactly this spelling, since case matters here."
        case "CalledProcessError" if INSTALLS.search(message):
            return (
                "Nothing can be installed here, because there is no network: remove that call. The hand-out says which "
                "packages there are."
            )
        case "PermissionError" if "Errno" not in message:
            return "The grader allows no network, and no files outside the working directory."
        case _ if error.kind in OF_THE_NETWORK:
            return "There is no network here: use the files of the hand-out, and upload any others."
    return _on_files_and_processes(error)


def _on_files_and_processes(error: StudentError) -> str:
    message = error.message
    if "No space left on device" in message:
        return "Write less, and delete files that you no longer need. If you write little, tell the staff."
    if "Read-only file system" in message or error.kind == "PermissionError":
        return _on_read_only(message)
    if any(words in message for words in ON_PROCESSES):
        return "Processes, threads and open files are limited here: use num_workers=0, or at most 2, and smaller pools."
    if "file </torch_" in error.traceback:
        return ""
    if error.kind in OF_THE_SYSTEM and "is not a valid package style" not in message:
        return (
            "This may work at home. The grader has no keyboard, screen or network, limits processes, and lets you "
            "write only in the working directory."
        )
    return ""


def _on_missing_file(message: str) -> str:
    found = THERE_IS.search(message)
    if found:
        return (
            f"There is `{found['path']}`: open it with exactly this spelling. Case matters here, and `/` separates "
            "folders."
        )
    if OWN_FOLDER.search(message):
        return (
            "That folder is on your computer or in your cloud storage, not here. Open files by the names in the "
            "hand-out, relative to the working directory, and upload any others."
        )
    return "Open files by the names in the hand-out, relative to the working directory."


def _on_read_only(message: str) -> str:
    found = PATH.search(message)
    if found is None and "Errno 1]" in message:
        return "The grader does not permit this call: leave it out."
    if found is None:
        return "Here you can write only in the working directory. Open files by names relative to it."
    path = found["path"]
    if path.startswith(("/", "~")) or ".." in path.split("/"):
        return f"You can write only in the working directory here. `{path}` is outside it: use a name relative to it."
    return f"`{path}` belongs to the hand-out and is read-only here: write under another name."


def _on_devices(error: StudentError) -> str:
    message = error.message
    if error.kind not in OF_DEVICES:
        return ""
    if re.search(r"\bmps\b|\bMPS\b", message):
        return 'There is no MPS here: device = "mps" if torch.backends.mps.is_available() else "cpu".'
    if "CUDA" in message or "NVIDIA" in message:
        return 'There is no GPU here: device = "cuda" if torch.cuda.is_available() else "cpu".'
    if re.search(r"\b(?:xla|torch_xla|xpu|XPU|hpu|HPU|directml)\b", message):
        return 'There is no accelerator here: use device = "cpu".'
    return ""


def _on_versions(error: StudentError) -> str:
    if "is not a valid package style" in error.message:
        return (
            "The grader has a newer matplotlib, whose styles have other names, such as seaborn-v0_8. "
            "print(plt.style.available) lists them. Or leave the style out."
        )
    if error.message == "unsupported locale setting":
        return "That locale is not installed here: leave the call out, or use locale.setlocale(locale.LC_ALL, '')."
    if error.kind == "ImportError" and "partially initialized module" in error.message:
        return (
            "Two of your files import each other, which works only while one of them is the program that you start: "
            "move what both need into a third file."
        )
    if error.kind == "ImportError" and "relative import" in error.message:
        return "Your file is not in a package here: write `import utils` or `from utils import …`, without the dot."
    return ""

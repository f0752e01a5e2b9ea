"""Attacks on what the grader holds: each is denied, and the submission is observed all the same."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import project
from tests.sandbox.bench import Bench

TRY = """
import ctypes, errno, os, subprocess, sys, tempfile
def outcome(action):
    try:
        result = action()
    except OSError as error:
        return errno.errorcode.get(error.errno, "error")
    return result if isinstance(result, (str, int, list)) else "worked"
"""
DENIED = ("EACCES", "EPERM", "ENOENT", "ESRCH")


@pytest.fixture(scope="module")
def hidden() -> Iterator[list[Path]]:
    """Files that every user may read by their mode: one outside the project, one in it, and real secrets."""
    outside = Path("/var/tmp") / f"hidden-labels-{os.getpid()}"
    inside = project.PROJECT / "tests" / f".hidden-labels-{os.getpid()}"
    for path in (outside, inside):
        path.write_text("labels")
        path.chmod(0o644)
    yield [outside, inside]
    for path in (outside, inside):
        path.unlink()


@pytest.mark.parametrize(
    "way",
    [
        "open(path).read()",
        "os.listdir(os.path.dirname(path))",
        "os.symlink(path, 'link') or open('link').read()",
        "os.link(path, 'hard') or open('hard').read()",
        "open('/proc/self/root' + path).read()",
        "os.rename(path, 'moved')",
        "subprocess.check_output(['/bin/cat', path], stderr=subprocess.DEVNULL).decode()",
    ],
)
def test_hidden_files_cannot_be_reached(bench: Bench, landlocked: bool, hidden: list[Path], way: str) -> None:
    """Labels, tests and the reference stay unread, whatever their mode, by every way that leads to a file."""
    project_files = [
        hidden[1],
        project.reference("cifar8_finetune") / "submitted.py",
        project.definition("cifar8_finetune") / "test_accuracy.py",
        project.definition("cifar8_finetune") / "assignment.toml",
        project.data("cifar8_finetune", "embedded") / "heldout_batch",
        Path(project.__file__),
    ]
    outside = [hidden[0]] if landlocked else []  # by modes alone, only what root has closed is closed
    paths = [str(path) for path in [*outside, *project_files] if path.exists()]
    seen = bench.run(
        TRY
        + f"""
def attempt(path):
    os.chdir(tempfile.mkdtemp())
    try:
        return outcome(lambda: {way})
    except subprocess.CalledProcessError:
        return "EACCES"
def answer():
    return [attempt(path) for path in {paths}]
"""
    )

    assert len(seen.value) >= 6
    assert set(seen.value) <= {*DENIED, "EXDEV"}


@pytest.mark.parametrize("process", ["grader", "supervisor", "zygote"])
@pytest.mark.parametrize("name", ["environ", "mem", "maps", "fd", "cwd", "root", "map_files", "exe", "stack"])
def test_process_of_the_harness_cannot_be_looked_into(bench: Bench, process: str, name: str) -> None:
    """Neither the memory nor the environment nor the descriptors of grader and zygote can be read."""
    pid = os.getpid() if process == "grader" else getattr(bench, process)
    seen = bench.run(
        TRY
        + f"""
def look():
    path = "/proc/{pid}/{name}"
    if os.path.islink(path):
        return os.readlink(path)
    if os.path.isdir(path):  # the numbers of descriptors are no secret, what they lead to is
        return [os.readlink(os.path.join(path, name)) for name in os.listdir(path)]
    return open(path, "rb").read(1)
def answer():
    return outcome(look)
"""
    )

    assert seen.value in DENIED


@pytest.mark.parametrize("call", ["ptrace(16, {pid}, 0, 0)", "process_vm_readv({pid}, 0, 0, 0, 0, 0)"])
def test_grader_cannot_be_traced(bench: Bench, call: str) -> None:
    """The calls that read another process's memory are denied."""
    call = call.format(pid=os.getpid())
    seen = bench.run(
        TRY
        + f"""
def answer():
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.{call}, errno.errorcode[ctypes.get_errno()]]
"""
    )

    assert seen.value == [-1, "EPERM"]


def test_environment_is_an_allow_list(bench: Bench) -> None:
    """Of the grader's environment nothing comes in but names that the sandbox itself sets."""
    seen = bench.run("import os\ndef answer():\n    return dict(os.environ)\n")

    assert os.environ["A_SECRET_OF_THE_GRADER"] == "hunter2"
    assert "A_SECRET_OF_THE_GRADER" not in seen.value
    assert seen.value.keys() <= {
        "PATH", "LANG", "LC_CTYPE", "PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING",
        "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS", "MPLBACKEND", "TMPDIR", "HOME", "PWD",
        "XDG_CACHE_HOME", "MPLCONFIGDIR", "TORCH_HOME", "TORCHINDUCTOR_CACHE_DIR", "GLIBC_TUNABLES",
        "USER", "LOGNAME", "LNAME", "USERNAME",
    }  # fmt: skip


def test_initial_environment_is_scrubbed_too(bench: Bench) -> None:
    """The kernel's copy of the zygote's first environment holds no secret."""
    seen = bench.run(
        TRY + "def answer():\n    return outcome(lambda: open('/proc/self/environ', 'rb').read().decode())\n"
    )

    assert "hunter2" not in seen.value


def test_descriptors_are_the_four(bench: Bench) -> None:
    """Nothing is inherited but an empty input, the output twice, and the channel."""
    seen = bench.run("""
        import os, stat
        def answer():
            listed = os.listdir("/proc/self/fd")
            numbers = sorted(int(name) for name in listed if os.path.exists(f"/proc/self/fd/{name}"))
            return [numbers, [stat.S_IFMT(os.fstat(n).st_mode) for n in numbers]]
    """)

    assert seen.value == [[0, 1, 2, 3], [stat.S_IFCHR, stat.S_IFIFO, stat.S_IFIFO, stat.S_IFSOCK]]


def test_memory_holds_no_expected_value(bench: Bench) -> None:
    """The harness's own modules of the trusted side are not even imported where the submission runs."""
    seen = bench.run("""
        import sys
        def answer():
            return sorted(name for name in sys.modules if name.startswith("autograder"))
    """)
    trusted = (
        "sandbox",
        "evidence",
        "suites",
        "assignments",
        "grading",
        "rendering",
        "intake",
        "model",
        "project",
        "checks",
        "classroom",
    )

    assert seen.value
    assert not [name for name in seen.value if name.split(".")[1:2] and name.split(".")[1] in trusted]


def test_harness_cannot_be_imported_further(bench: Bench) -> None:
    """The suites and the manifest cannot be imported by the submission."""
    seen = bench.run("def answer():\n    import autograder.assignments.cifar8_finetune.test_accuracy\n")

    assert seen.error is not None
    assert seen.error.kind in ("ModuleNotFoundError", "PermissionError")

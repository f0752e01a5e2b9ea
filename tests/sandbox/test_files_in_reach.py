"""A submission finds its files, may write beside them, and leaves nothing behind."""

import os
from pathlib import Path

import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench


def test_files_and_data_lie_in_the_working_directory(bench: Bench) -> None:
    """The submission's files, in folders too, and the assignment's data are where the hand-out says."""
    seen = bench.run({
        "submitted.py": """
            import os
            from parts.helper import name
            def answer():
                return [name, open("numbers.txt").read(), open("batches/first").read(), sorted(os.listdir("."))]
        """,
        "parts/helper.py": "name = 'helper'\n",
    })  # fmt: skip

    assert seen.value == ["helper", "1 2 3\n", "a batch\n", ["batches", "numbers.txt", "parts", "submitted.py"]]


@pytest.mark.parametrize(
    "change",
    [
        'open("numbers.txt", "a").write("4")',
        'open("batches/first", "w")',
        'open("batches/second", "w")',
        'os.remove("batches/first")',
        'os.rename("batches/first", "batches/other")',
        'os.chmod("numbers.txt", 0o666)',
        'os.utime("numbers.txt")',
        'os.truncate("batches/first", 0)',
        'os.rmdir(os.path.realpath("batches"))',
        'os.symlink("/etc/passwd", os.path.realpath("batches") + "/link")',
    ],
)
def test_given_data_cannot_be_changed(bench: Bench, change: str) -> None:
    """Data are shared by all probes, so no probe can write to them."""
    if bench.uid is None and ("utime" in change or "chmod" in change):
        pytest.skip("an ordinary user's sandbox owns the copy, and Landlock leaves modes and times alone")
    seen = bench.run(f"import os\ndef answer():\n    {change}\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert seen.error.kind == "PermissionError" or "Read-only file system" in seen.error.message


def test_replaced_data_are_whole_in_the_next_probe(bench: Bench) -> None:
    """A probe may put its own files in the place of the links, which the next one does not see."""
    seen = bench.run("""
        import os
        def answer():
            os.remove("numbers.txt")
            os.remove("batches")
            os.mkdir("batches")
            for name in ("numbers.txt", "batches/first"):
                open(name, "w").write("replaced")
            return open("batches/first").read()
    """)
    after = bench.run("def answer():\n    return [open('numbers.txt').read(), open('batches/first').read()]\n")

    assert seen.value == "replaced"
    assert after.value == ["1 2 3\n", "a batch\n"]


def test_uploaded_file_does_not_replace_data(bench: Bench) -> None:
    """A student's file by the name of given data is left out, and never written through the link."""
    seen = bench.run({
        "submitted.py": "def answer():\n    return [open('numbers.txt').read(), open('batches/first').read()]\n",
        "numbers.txt": "9 9 9",
        "batches/first": "mine",
    })  # fmt: skip

    assert seen.value == ["1 2 3\n", "a batch\n"]


def test_what_a_probe_writes_is_gone_in_the_next(bench: Bench) -> None:
    """Working directory, home and temporary folder are writable, and fresh for each probe."""
    source = """
        import os, tempfile
        from pathlib import Path
        def answer():
            places = [Path("left"), Path.home() / "left", Path(tempfile.gettempdir()) / "left"]
            found = [place.exists() for place in places]
            for place in places:
                place.write_text("left behind")
            with open("submitted.py", "a") as file:
                file.write("raise SystemExit")
            return found
    """
    seen = [bench.run(source).value for _ in range(2)]

    assert seen == [[False] * 3] * 2


def test_shared_memory_left_behind_is_gone_in_the_next_probe(bench: Bench) -> None:
    """Files and folders in /dev/shm, the one place that probes share, do not carry anything over."""
    if bench.uid is None:
        pytest.skip("an ordinary user's files in /dev/shm cannot be told from the sandbox's")
    source = """
        import os
        def answer():
            found = [name for name in os.listdir("/dev/shm") if name.startswith("left-")]
            open("/dev/shm/left-file", "w").write("labels")
            os.makedirs("/dev/shm/left-folder/inner")
            open("/dev/shm/left-folder/inner/file", "w").write("labels")
            os.chmod("/dev/shm/left-folder", 0)
            return found
    """
    seen = [bench.run(source).value for _ in range(2)]

    assert seen == [[], []]
    assert not [path for path in Path("/dev/shm").iterdir() if path.lstat().st_uid == bench.uid]


def test_folders_without_rights_are_removed(bench: Bench) -> None:
    """A submission that takes all rights away from its files leaves nothing in the way all the same."""
    seen = bench.run("""
        import os
        def answer():
            os.makedirs("deep/deeper")
            open("deep/deeper/file", "w").write("x")
            for path in ("deep/deeper/file", "deep/deeper", "deep", "submitted.py", "."):
                os.chmod(path, 0)
            return "done"
    """)

    assert seen.value == "done"
    assert bench.last is not None
    assert not bench.last.folder.parent.exists()


def test_deeply_nested_folders_are_removed(bench: Bench) -> None:
    """Folders nested deeper than Python recurses, or than a path can name, are removed all the same."""
    seen = bench.run("""
        import os
        def answer():
            for _ in range(3000):
                os.mkdir("deeper")
                os.chdir("deeper")
            return "done"
    """)

    assert seen.value == "done"
    assert bench.last is not None
    assert not bench.last.folder.parent.exists()


def test_another_probes_folder_cannot_be_listed(bench: Bench) -> None:
    """A probe does not see which others there are."""
    seen = bench.run("""
        import os
        def answer():
            here = os.path.dirname(os.path.dirname(os.getcwd()))
            try:
                return os.listdir(here)
            except PermissionError:
                return "denied"
    """)

    assert seen.value == "denied"


def test_working_directory_belongs_to_the_sandbox(bench: Bench) -> None:
    """As root the probe runs as a dedicated user, who owns its two folders and nothing else."""
    seen = bench.run("import os\ndef answer():\n    return [os.getuid(), os.stat('.').st_uid, os.getgroups()]\n")
    uid = bench.uid if os.geteuid() == 0 else os.geteuid()

    assert seen.value[:2] == [uid, uid]
    assert seen.value[2] == [] or os.geteuid() != 0

"""Whatever is uploaded, the report is complete, valid, readable, and says how to mend the upload."""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import msgspec
import pytest

from autograder import project
from autograder.evidence.session import open_session
from autograder.grading import flow
from autograder.grading.durable_results import DurableResults
from autograder.grading.flow import grade
from autograder.grading.request import Request
from autograder.manifest import load_assignment
from autograder.model.assignment import Budget
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.suites.load import load_suites

SCHEMA = json.loads(Path(__file__).with_name("results.schema.json").read_text())
ASSIGNMENT = load_assignment("cifar8_finetune")
STRANGERS = ("/tmp/", "site-packages", "autograder/", "probes.py", "importlib", str(project.PROJECT))
REFERENCE = (project.reference(ASSIGNMENT.slug) / "submitted.py").read_text()
INTERFACE = ("build_dataset", "build_dataloader", "get_preprocess_transform", "build_model", "build_optimizer", "train")


@pytest.fixture(scope="module")
def shared_session() -> Iterator[None]:
    """A sandbox that grades all uploads of this file."""
    with open_session(ASSIGNMENT, "embedded") as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "open_session", lambda *_, **__: contextlib.nullcontext(session))
        yield


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    """An empty folder to upload from."""
    folder = tmp_path / "submission"
    folder.mkdir()
    return folder


def graded(path: Path, request: Request | None = None) -> tuple[Report, str]:
    """Return the report and its text, after checking that it is complete, valid and free of the harness's paths."""
    with DurableResults(None) as kept:
        report = grade(request or Request(path, ASSIGNMENT), kept)
    results = to_results(report)
    text = "\n".join([results["output"], *(test.get("output", "") for test in results["tests"])])

    jsonschema.validate(results, SCHEMA)
    assert len(report.outcomes) == len(load_suites(ASSIGNMENT))
    assert report.max_score == 100
    assert not report.faults
    for stranger in STRANGERS:
        assert stranger not in text
    return report, text


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a zip that holds these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
UNUSABLE_UPLOADS: dict[str, tuple[dict[str, bytes], str]] = {
    "nothing": ({}, "The upload is empty: there is no `submitted.py`."),
    "a report only": (
        {"report.pdf": b"%PDF-1.4"},
        "`report.pdf` is not Python source, and there is no `submitted.py`. Upload the text file",
    ),
    "a wrong case": ({"Submitted.py": b"x = 1"}, "it must be `submitted.py`, in exactly this spelling"),
    "a wrong name": ({"submitted (1).py": b"x = 1"}, "There is `submitted (1).py`, but no `submitted.py`. Rename"),
    "a text file": ({"submitted.py.txt": b"x = 1"}, "Rename your solution to `submitted.py` and upload it again."),
    "a folder too deep": ({"a/submitted.py": b"", "b.txt": b""}, "upload it at the top level, without the folder"),
    "a notebook without code": ({"homework.ipynb": NOTEBOOK}, "`homework.ipynb` holds no code. Perhaps you saved"),
    "two notebooks": ({"a.ipynb": NOTEBOOK, "b.ipynb": NOTEBOOK}, "rename that one to `submitted.ipynb`"),
    "an empty file": ({"submitted.py": b""}, "`submitted.py` is empty. Perhaps you saved"),
    "blank lines": ({"submitted.py": b"\n\n  \n"}, "`submitted.py` is empty."),
    "a binary": ({"submitted.py": b"\x80\x05\x95\x00\x00abc"}, "is not Python source: it holds binary data"),
    "a zip as source": ({"submitted.py": zip_of({"a": b""})}, "is a zip or a document of an office program"),
    "Latin-1": ({"submitted.py": "x = 1\nname = 'Zoë'\n".encode("latin-1")}, "line 2 holds the byte 0xeb"),
    "UTF-16": ({"submitted.py": "x = 1\n".encode("utf-16")}, "is saved as UTF-16"),
    "two archives": (
        {name: zip_of({"submitted.py": b"x = 1"}) for name in ("first.zip", "second.zip")},
        "another archive, `first.zip`",
    ),
}


@pytest.mark.parametrize("kind", UNUSABLE_UPLOADS)
def test_unusable_upload_says_what_to_do(upload: Path, kind: str) -> None:
    """An upload without anything to run scores 0 of 100, and the first lines say what to upload instead."""
    files, sentence = UNUSABLE_UPLOADS[kind]
    for name, content in files.items():
        (upload / name).parent.mkdir(exist_ok=True)
        (upload / name).write_bytes(content)
    report, text = graded(upload)

    assert sentence in report.problem
    assert text.startswith(report.problem)
    assert report.score == 0
    assert {outcome.verdict for outcome in report.outcomes} == {Verdict.NOT_RUN}


def test_zip_inside_zip_says_what_to_do(tmp_path: Path) -> None:
    """A zip that holds another is named, and not unpacked further."""
    path = tmp_path / "upload.zip"
    path.write_bytes(zip_of({"inner.zip": zip_of({"submitted.py": b"x = 1"})}))
    report, _ = graded(path)

    assert "The upload holds another archive, `inner.zip`." in report.problem


def test_broken_zip_says_what_to_do(tmp_path: Path) -> None:
    """A damaged zip is an error of the student's to mend, not a failure of the harness."""
    path = tmp_path / "upload.zip"
    path.write_bytes(zip_of({"submitted.py": b"x = 1"})[:-30])
    report, _ = graded(path)

    assert "The zip cannot be read" in report.problem
    assert "Zip your files again" in report.problem


def test_huge_upload_says_what_is_large(upload: Path) -> None:
    """200 MB in one file are never read; the message names the file and the limit."""
    with (upload / "submitted.py").open("wb") as file:
        file.truncate(200 << 20)  # a hole, which takes no room on the disk
    report, _ = graded(upload)

    assert "The upload is too large: 200 MiB, of which `submitted.py` has 200; the limit is 5 MiB." in report.problem


def test_huge_file_beside_the_solution_is_left_out(upload: Path, shared_session: None) -> None:
    """A checkpoint beside the solution costs nothing: it is left out, with a remark."""
    (upload / "submitted.py").write_text("raise RuntimeError('ran')\n")
    with (upload / "weights.pt").open("wb") as file:
        file.truncate(200 << 20)
    report, text = graded(upload)

    assert "RuntimeError: ran" in report.problem
    assert "Not used for grading: `weights.pt`." in text


# Submissions that cannot be imported: source, and the words at the top of the result.
FAILING_IMPORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a syntax error": (
        "import torch\n\ndef build_model(trained=False)\n    return None\n",
        ('File "submitted.py", line 3', "def build_model(trained=False)", "expected ':'", "fix the line shown"),
    ),
    "wrong indentation": ("def train():\nreturn 1\n", ('File "submitted.py", line 2', "IndentationError")),
    "tabs and spaces": ("if True:\n\tx = 1\n        y = 2\n", ("TabError", "line 3")),
    "an exception": ("x = {}\nx['missing']\n", ("KeyError: 'missing'", 'File "submitted.py", line 2')),
    "a missing package": ("import tensorflow\n", ("No module named 'tensorflow'", "The grader has torch")),
    "a missing file": ("open('my_data.csv')\n", ("No such file", "Open files by the names in the hand-out")),
    "an absolute path": ("open('/etc/shadow')\n", ("'/etc/shadow'", "relative to the working directory")),
    "a download": (
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1')\n",
        ("Operation not permitted", "There is no network here"),
    ),
    "exit()": ("exit()\n", ("called exit(), quit() or sys.exit()", "Remove the call")),
    "os._exit(0)": ("import os\nos._exit(0)\n", ("The process ended itself (exit code 0)",)),
    "a segmentation fault": ("import ctypes\nctypes.string_at(0)\n", ("crashed (SIGSEGV)", "native code")),
    "a prompt": ("name = input('Name: ')\n", ("EOFError", "line 1")),
    "a Latin-1 that Python reads": ("# -*- coding: no-such-codec -*-\nx = 1\n", ("SyntaxError", "no-such-codec")),
    "a magic command": ("%matplotlib inline\nimport torch\n", ("SyntaxError", "%matplotlib inline")),
}


@pytest.mark.parametrize("kind", FAILING_IMPORTS)
def test_failing_import_is_explained(upload: Path, shared_session: None, kind: str) -> None:
    """A file that cannot be imported scores 0 of 100 with the reason, the line and a hint on top."""
    source, sentences = FAILING_IMPORTS[kind]
    (upload / "submitted.py").write_text(source)
    report, _ = graded(upload)

    assert report.problem.startswith("`submitted.py` could not be imported, so no test could run.")
    for sentence in sentences:
        assert sentence in report.problem
    assert report.score == 0
    assert {outcome.verdict for outcome in report.outcomes if outcome.weight} == {Verdict.NOT_RUN}


IMPORTS_WITHOUT_END = {
    "a loop in a definition": (
        "class Endless:\n    while True:\n        pass\n",
        ("CPU seconds; the budget is 2.", "an endless loop"),
    ),
    "a sleep in a definition": (
        "import time\nclass Asleep:\n    time.sleep(1000)\n",
        ("by the clock", "the limit is 6.", "sleep(), input(), a lock"),
    ),
    "output": (
        "import os\nwhile True:\n    os.write(1, b'spam ' * 9000 + b'\\n')\n",
        ("after printing more than 64 MiB", "Last lines printed:", "spam"),
    ),
}


@pytest.mark.parametrize("kind", IMPORTS_WITHOUT_END)
def test_import_without_end_is_explained(upload: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Either its budget or the clock stops an endless import, and the result says which."""
    monkeypatch.setattr(flow, "open_session", open_session)  # not shared, because of the lower limits
    source, sentences = IMPORTS_WITHOUT_END[kind]
    (upload / "submitted.py").write_text(source)
    limits = msgspec.structs.replace(ASSIGNMENT.limits, cpu_s=2, wall_s=6 if "sleep" in kind else 120)
    hasty = msgspec.structs.replace(ASSIGNMENT, limits=limits)
    report, text = graded(upload, Request(upload, hasty))

    for sentence in sentences:
        assert sentence in report.problem
    assert report.score == 0
    assert len(text) < 40_000


def test_loop_at_import_is_abandoned_and_named(upload: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The definitions around it are judged, and the result names the line in the way."""
    monkeypatch.setattr(flow, "open_session", open_session)
    (upload / "submitted.py").write_text("import torch\nwhile True:\n    pass\n")
    limits = msgspec.structs.replace(ASSIGNMENT.limits, cpu_s=2, wall_s=120)
    embedded = ASSIGNMENT.profiles["embedded"]
    little = {probe: Budget(times_reference=0.01, floor_s=2) for probe in embedded.budgets}
    profiles = {"embedded": msgspec.structs.replace(embedded, budgets=little)}
    impatient = msgspec.structs.replace(ASSIGNMENT, limits=limits, profiles=profiles)
    report, text = graded(upload, Request(upload, impatient))

    assert report.problem == ""
    assert "submitted.py, line 2" in text
    assert any("does not define `build_dataset`" in seen for _, seen, _ in scored(report))


def scored(report: Report) -> list[tuple[str, str, float]]:
    """Return number, observation and score of each test that has points."""
    return [(o.number, o.explanation.seen, o.score) for o in report.outcomes if o.weight]


def test_missing_functions_are_named(upload: Path, shared_session: None) -> None:
    """If only imports are left, each test names the function that it misses."""
    (upload / "submitted.py").write_text("import torch\nimport numpy as np\n")
    report, _ = graded(upload)

    assert report.problem == ""
    assert report.score == 0
    for number, seen, _ in scored(report):
        assert any(f"submitted.py does not define `{name}`" in seen for name in (*INTERFACE, "run_model")), number


def test_wrong_signature_is_named(upload: Path, shared_session: None) -> None:
    """A function with other parameters is distinguished from a missing one, with a hint at the hand-out."""
    (upload / "submitted.py").write_text("".join(f"def {name}():\n    return None\n" for name in INTERFACE))
    report, text = graded(upload)

    assert report.score == 0
    assert "TypeError: build_dataset() " in text
    assert "Compare the function's parameters with the interface in the hand-out." in text


@pytest.fixture(scope="module")
def edited(shared_session: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Report]:
    """Grades the reference solution with another `run_model`."""

    def grade_with(name: str, body: str) -> Report:
        path = tmp_path_factory.mktemp(name) / "submitted.py"
        path.write_text(f"{REFERENCE}\n\ndef run_model():\n    {body}\n")
        return graded(path)[0]

    return grade_with


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("none", "return None", "None"),
        ("number", "return 0.93", "a float"),
        ("other", "return nn.Sequential(nn.Flatten(), nn.Linear(3072, 8))", "a network with other layers"),
        (
            "nan",
            "model = resnet18(pretrained=True); model.fc = nn.Linear(512, 8);"
            " nn.init.constant_(model.fc.weight, float('nan')); return model",
            "logits are not finite",
        ),
        (
            "shape",
            "model = resnet18(pretrained=True); model.fc = nn.Linear(512, 3); return model",
            "it has 3",
        ),
    ],
)
def test_useless_network_costs_its_own_tests_only(
    edited: Callable[[str, str], Report], name: str, body: str, sentence: str
) -> None:
    """The accuracy's points are lost, with a reason, and no others."""
    report = edited(name, body)
    lost = {number: seen for number, seen, score in scored(report) if number.startswith("6")}

    assert report.score == 82
    assert lost.keys() == {"6.1", "6.2"}
    for seen in lost.values():
        assert sentence in seen

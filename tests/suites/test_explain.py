"""Whatever ends a probe, students read what to do next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.findings import ProbeEnded
from autograder.model.observation import Observation, StudentError
from autograder.model.verdict import Verdict
from autograder.suites.explain import explanation_of, problem_of
from autograder.suites.judge import explanation_of_error
from autograder.suites.not_as_at_home import hint_on

KINDS = [
    "MissingName", "UnexpectedResult", "NotImplementedError", "ModuleNotFoundError", "SystemExit", "SyntaxError",
    "TypeError", "RuntimeError", "AttributeError", "FileNotFoundError", "OSError", "PermissionError", "KeyError", "",
]  # fmt: skip
ENDED = sorted(set(Verdict) - {Verdict.RETURNED, Verdict.PASSED, Verdict.FAILED, Verdict.RAISED, Verdict.NOT_RUN})


def raised(kind: str, message: str) -> Observation:
    """Return the observation of an exception."""
    return Observation(Verdict.RAISED, error=StudentError(kind, message, ""), reason=f"{kind}: {message}")


@given(st.sampled_from(KINDS) | st.text(max_size=20), st.text(max_size=60))
def test_every_exception_comes_with_advice(kind: str, message: str) -> None:
    """In a whole sentence, also where nobody has thought of it before."""
    said = explanation_of(raised(kind, message))

    assert said.seen
    assert said.hint.endswith((".", "?"))


@pytest.mark.parametrize("verdict", ENDED)
def test_every_end_comes_with_advice(verdict: Verdict) -> None:
    """Budgets, limits, crashes, and what is the grader's own fault."""
    assert explanation_of(Observation(verdict, reason="It ended.")).hint.endswith(".")


def test_program_that_restarts_its_runtime_is_told() -> None:
    """Notebooks do so after they have installed packages."""
    killed = Observation(Verdict.CRASHED, reason="The process crashed (SIGKILL).")

    assert "remove that: nothing starts it again here" in explanation_of(killed).hint


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        ("TypeError", "'NoneType' object is not callable", "A value there is None"),
        ("AttributeError", "'NoneType' object has no attribute 'parameters'", "A value there is None"),
        ("TypeError", "train() missing 1 required positional argument: 'loss_fn'", "parameters with the interface"),
        ("RuntimeError", "element 0 of tensors does not require grad and does not have a grad_fn", "head frozen"),
        ("ValueError", "optimizer got an empty parameter list", "got no parameters"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (4x64 and 512x8)", "Print the shape"),
        ("KeyError", "'data'", "print the values"),
        ("UnusableFile", "model.pth is not among the uploaded files (submitted.py)", "upload it with"),
        ("NotImplementedError", "Write train", "with your solution (Write train)."),
        (
            "UnexpectedResult",
            "train returned None; a list of losses is expected",
            "without one, a function returns None",
        ),
        ("UnexpectedResult", "train returned a float; a list of losses is expected", "what each function takes and"),
    ],
)
def test_known_messages_have_advice_of_their_own(kind: str, message: str, words: str) -> None:
    """Beginners run into these errors most often."""
    assert words in explanation_of(raised(kind, message)).hint


@pytest.mark.parametrize("message", ["", 'Module [Net] is missing the required "forward" function'])
def test_abstract_method_is_not_taken_for_an_empty_template(message: str) -> None:
    """The student reads the exception, and where it was raised."""
    error = StudentError("NotImplementedError", message, LINE.format("loss = model(x)"))
    said = explanation_of(Observation(Verdict.RAISED, error=error, reason="NotImplementedError"))

    assert said.seen == "NotImplementedError"
    assert "loss = model(x)" in said.detail
    assert "Replace `raise" not in said.hint


LINE = '  File "submitted.py", line 3, in <module>\n    {}\n'


@pytest.mark.parametrize(
    ("kind", "message", "line", "words"),
    [
        ("EOFError", "EOF when reading a line", "input()", "no keyboard"),
        ("SystemExit", "parse_args() found no arguments: x", "", "give every argument a default"),
        ("SyntaxError", "invalid syntax", "%matplotlib inline", "`%matplotlib inline` is a notebook command"),
        ("SyntaxError", "invalid syntax", "!pip install x", "`!pip install x` is a notebook command"),
        ("KeyError", "'CONDA_PREFIX'", "os.environ['CONDA_PREFIX']", "environment variables are not set here"),
        ("FileNotFoundError", "[Errno 2] No: 'A.txt'; there is 'a.txt'", "", "There is `a.txt`"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'A.txt'", "", "by the names in the hand-out"),
        ("OSError", "[Errno 30] Read-only file system: '../log.txt'", "", "`../log.txt` is outside it"),
        ("PermissionError", "[Errno 13] Permission denied: '/tmp/y'", "", "`/tmp/y` is outside it"),
        ("PermissionError", "[Errno 13] Permission denied: 'points.txt'", "", "read-only here"),
        ("OSError", "[Errno 30] Read-only file system: 'points.txt'", "", "read-only here"),
        ("RuntimeError", "PyTorch is not linked with support for mps devices", "", "There is no MPS here"),
        ("TypeError", "type torch.cuda.FloatTensor not available. Torch not compiled with CUDA", "", "There is no GPU"),
        ("AssertionError", "Torch not compiled with CUDA enabled", "", "There is no GPU here"),
        ("RuntimeError", "can't start new thread", "", "num_workers=0"),
        ("BlockingIOError", "[Errno 11] Resource temporarily unavailable", "", "num_workers=0"),
        ("OSError", "[Errno 24] Too many open files: 'x'", "", "num_workers=0"),
        ("URLError", "<urlopen error>", "", "no network here"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/content/drive/a.pth'", "", "not here"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'C:\\\\a.csv'", "", "on your computer"),
        ("ModuleNotFoundError", "No module named 'Utils'; there is 'utils.py'", "", "There is `utils.py`: import it"),
        ("CalledProcessError", "Command '['python', '-m', 'pip', 'install', 'x']' returned", "", "Nothing can be inst"),
        ("ImportError", "attempted relative import with no known parent package", "", "without the dot"),
        ("OSError", "'seaborn' is not a valid package style, path of style file", "", "seaborn-v0_8"),
        ("OSError", "[Errno 6] No such device or address: '/dev/tty'", "", "This may work at home"),
        ("IndexError", "list index out of range", "int(sys.argv[1])", "gets no arguments"),
        ("AssertionError", "GPU needed", "assert torch.cuda.is_available(), 'GPU needed'", "no GPU"),
        ("PermissionError", "[Errno 1] Operation not permitted", "os.nice(5)", "does not permit this call"),
        ("BdbQuit", "", "breakpoint()", "remove breakpoint()"),
        ("Error", "unsupported locale setting", "", "not installed here"),
        ("ImportError", "cannot import name 'f' from partially initialized module 'a'", "", "into a third file"),
        ("AttributeError", "module 'numpy' has no attribute 'float'.", "", "an older version"),
        ("AttributeError", "`np.float_` was removed in the NumPy 2.0 release.", "", "an older version"),
        ("AttributeError", "'DataFrame' object has no attribute 'append'", "", "an older version"),
        ("ImportError", "cannot import name 'Iterable' from 'collections' (/usr/lib)", "", "an older version"),
        (
            "ImportError",
            "\n`load_boston` has been removed from scikit-learn since version 1.2.",
            "",
            "an older version",
        ),
        ("TypeError", "ReduceLROnPlateau.__init__() got an unexpected keyword argument 'verbose'", "", "older version"),
        ("UnpicklingError", "Weights only load failed. This file can", "torch.load('m.pt')", "weights_only=False"),
        ("TclError", "no display name and no $DISPLAY environment variable", "", "no keyboard, screen"),
    ],
)
def test_what_differs_from_home_is_said(kind: str, message: str, line: str, words: str) -> None:
    """There the same call works, so that trying it there would be no advice."""
    error = StudentError(kind, message, LINE.format(line))
    hint = explanation_of(Observation(Verdict.RAISED, error=error, reason=kind)).hint

    assert words in hint
    assert "same call at home" not in hint


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: '/kaggle/working/a.csv'", "That folder is on your"),
        ("NameError: x is not defined: cell 1 would define it, but ends early (cell 1: EOFError: reading a line)",
         "There is no keyboard here"),
        ("SyntaxError: '[' was never closed", "Python cannot read it"),
        ("ModuleNotFoundError: No module named 'folium'", "The grader has torch"),
        ("ValueError: a (b)", "Restart the notebook"),
    ],
)  # fmt: skip
def test_error_of_the_cell_that_ended_has_its_own_advice(error: str, words: str) -> None:
    """To run all cells again would show nothing where the grader differs from home."""
    message = f"hw.ipynb does not define `f`: cell 2 would define it, but ends early (cell 2, line 1: {error})"

    assert explanation_of(raised("MissingName", message)).hint.startswith(f"Fix that cell. {words}")


@pytest.mark.parametrize(
    ("line", "message", "words"),
    [
        ("<<<<<<< HEAD", "invalid syntax", "git's conflict markers"),
        (">>> train()", "invalid syntax", "`>>>` is the prompt"),
        ("f'{d['a']}'", "f-string: unmatched '['", "before 3.12"),
        ("```python", "invalid syntax", "Markdown"),
        ('print "x"', "Missing parentheses in call to 'print'. Did you mean print(...)?", "This is Python 2"),
        ("print(\u201cx\u201d)", "invalid character", "typographic quotation marks"),
        ("x\u00a0= 1", "invalid non-printable character U+00A0", "invisible character"),
        ("x = 1\u200b", "invalid decimal literal", "invisible character"),
        ("", "unknown encoding: utf8-bom", "encoding UTF-8"),
        ("x = = 1", "invalid syntax", "fix the line shown"),
        ("types = = 1", "invalid syntax", "fix the line shown"),
        ("type Pair = tuple[int, int]", "invalid syntax", "needs a newer one"),
        ("def first[T](all: list[T]) -> T:", "expected '('", "needs a newer one"),
        ("except OSError, ValueError:", "multiple exception types must be parenthesized", "needs a newer one"),
        ("print(t'{x}')", "invalid syntax", "needs a newer one"),
        ("name = rt'{x}'", "invalid syntax", "needs a newer one"),
        ('return T"{x}"', "invalid syntax", "needs a newer one"),
        ("except ValueError, e:", "multiple exception types must be parenthesized", "This is Python 2"),
        ("except (OSError, ValueError), e:", "multiple exception types must be parenthesized", "This is Python 2"),
        ("print('can't')", "unterminated string literal (detected at line 3)", "fix the line shown"),
        ("x = = 'can't' + 't'", "invalid syntax", "fix the line shown"),
        ("if x = 't':", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", "fix the line shown"),
        ("input(\"press 't'\"", "'(' was never closed", "fix the line shown"),
    ],
)
def test_source_that_python_cannot_read_is_answered_by_its_line(line: str, message: str, words: str) -> None:
    """The whole submission depends on it."""
    error = StudentError("SyntaxError", message, LINE.format(line))

    assert words in explanation_of(Observation(Verdict.RAISED, error=error, reason="SyntaxError")).hint


@pytest.mark.parametrize("file", ["submitted.ipynb", "submitted.py"])
def test_file_that_was_handed_in_is_named_on_top(file: str) -> None:
    """A student with a notebook has no submitted.py."""
    said = problem_of(Observation(Verdict.CPU_BUDGET, reason="Stopped."), file)

    assert said.startswith(f"`{file}` could not be imported, so no test could run. Stopped.")


@pytest.mark.parametrize(
    ("kind", "message", "trace", "words"),
    [
        (
            "MissingName",
            "It does not define `f`: cell 2 would define it, but ends early (…)",
            "",
            "Fix that cell.",
        ),
        ("NameError", "name 'g' is not defined: cell 2 would define it, but ends early (…)", "", "Fix that cell."),
        (
            "NameError",
            "name 'g' is not defined",
            "hw.ipynb, cell 3, line 2, in f\n    g()",
            "Restart the notebook and run all",
        ),
    ],
)
def test_notebook_that_works_at_home_alone_is_run_anew(kind: str, message: str, trace: str, words: str) -> None:
    """There names of removed cells are still known, so that trying the call again would show nothing."""
    error = StudentError(kind, message, trace)
    hint = explanation_of(Observation(Verdict.RAISED, error=error, reason=kind)).hint

    assert hint.startswith(words)
    assert hint.endswith("and the grader does not.")


def test_test_can_say_what_it_asked_for_when_code_ended() -> None:
    """Beside the exception, which tells no more than where it was raised."""
    said = explanation_of_error(ProbeEnded(raised("KeyError", "1"), expected="works without a transform, too"))

    assert (said.expected, said.seen) == ("works without a transform, too", "KeyError: 1")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("NameError", "Caught NameError in DataLoader worker process 0."),
        ("AttributeError", "module 'helper' has no attribute 'train'"),
        ("TypeError", "train() got an unexpected keyword argument 'lr'"),
        ("Error", "Incorrect padding"),  # of binascii; many modules call theirs so
    ],
)
def test_error_that_home_raises_too_has_no_hint_on_the_grader(kind: str, message: str) -> None:
    """A slip of the student's is not to be looked for in the sandbox."""
    assert hint_on(StudentError(kind, message, "")) == ""

"""Programs that run at home run in the sandbox, regardless of the worker's own imports and settings."""

import pytest

from tests.sandbox.bench import Bench
from tests.sandbox.test_stand_ins import seen_of

MINE = "MINE = 60\n"
USING = "import {name}\ndef answer():\n    return {name}.MINE\n"
LIBRARIES = ("matplotlib.figure", "matplotlib.backends.backend_agg")


@pytest.mark.parametrize(
    "expression",
    [
        "getpass.getuser()", "os.environ['USER']", "os.environ['LOGNAME']", "os.getlogin()",
        "pwd.getpwuid(os.getuid()).pw_name", "pwd.getpwnam('student').pw_name",
    ],
)  # fmt: skip
def test_user_has_a_name(bench: Bench, expression: str) -> None:
    """PyTorch itself asks for it, to name a folder."""
    source = f"import getpass, os, pwd\ndef answer():\n    return {expression}\n"

    assert seen_of(bench, source) == "student"


def test_home_is_a_folder_to_write_in(bench: Bench) -> None:
    """By every way to it."""
    source = """
    import os, pathlib, pwd
    def answer():
        homes = {str(pathlib.Path.home()), os.path.expanduser("~"), os.path.expanduser("~student"), os.environ["HOME"]}
        pathlib.Path.home().joinpath("settings").write_text("x")
        return len(homes)
    """
    assert seen_of(bench, source) == 1


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr", "__stdout__"])
@pytest.mark.parametrize("options", ["encoding='utf-8'", "errors='replace', line_buffering=True"])
def test_streams_can_be_reconfigured(bench: Bench, stream: str, options: str) -> None:
    """Windows needs such a line, and it does no harm elsewhere."""
    if stream == "stdin":
        options = options.partition(", line")[0]
    source = f"import sys\nsys.{stream}.reconfigure({options})\nprint('größe')\ndef answer():\n    return 1\n"
    seen = bench.run(source)

    assert (seen.value, seen.printed.strip()) == (1, "größe")


@pytest.mark.parametrize("name", ["autograder", "probes", "statistics", "socket", "numpy", "random"])
def test_file_beside_the_submission_is_imported(bench: Bench, name: str) -> None:
    """The worker has modules of these names, and libraries go on using them."""
    files = {"submitted.py": USING.format(name=name), f"{name}.py": MINE}

    assert seen_of(bench, files) == 60


@pytest.mark.parametrize("place", ["statistics/__init__.py", "autograder/__init__.py"])
def test_folder_beside_the_submission_is_imported(bench: Bench, place: str) -> None:
    """Packages too, with their submodules, and by every kind of import."""
    name = place.partition("/")[0]
    source = f"""
    import importlib
    import {name} as whole
    from {name}.part import OTHER
    def answer():
        from {name} import MINE
        return [whole.MINE, MINE, OTHER, importlib.import_module("{name}.part").OTHER]
    """
    files = {"submitted.py": source, place: MINE, f"{name}/part.py": "from . import MINE\nOTHER = MINE + 1\n"}

    assert seen_of(bench, files) == [60, 60, 61, 61]


def test_probe_keeps_the_modules_that_it_knows(bench: Bench) -> None:
    """A student's file is for the student's files alone."""
    probe = """
def call(submitted):
    submitted.get("answer")
    import statistics
    from autograder.probes.weights import called
    return [statistics.mean([1, 3]), called(None)]
"""
    files = {"submitted.py": USING.format(name="statistics"), "statistics.py": MINE, "autograder.py": MINE}

    assert seen_of(bench, files, probe=probe) == [2, "None"]


@pytest.mark.parametrize("ask", ["warnings.filterwarnings('error')", "warnings.simplefilter('error')"])
def test_warnings_of_a_probe_are_no_errors(bench: Bench, ask: str) -> None:
    """The submission's own are, as it asked."""
    probe = """
import warnings
def call(submitted):
    answer = submitted.get("answer")
    warnings.warn("ours")
    try:
        answer()
    except UserWarning as error:
        return str(error)
"""
    source = f"import warnings\n{ask}\ndef answer():\n    warnings.warn('theirs')\n"

    assert seen_of(bench, source, probe=probe) == "theirs"


@pytest.mark.parametrize("backend", ["TkAgg", "Qt5Agg", "macosx", "nbAgg", "WebAgg", "GTK3Agg", "inline", "widget"])
@pytest.mark.parametrize("libraries", [(), LIBRARIES], ids=["imported here", "imported before"])
def test_drawing_needs_no_screen(bench: Bench, backend: str, libraries: tuple[str, ...]) -> None:
    """Whatever a program asks for, before pyplot is imported or after it."""
    source = f"""
    import matplotlib
    matplotlib.use("{backend}")
    import matplotlib.pyplot as plt
    plt.switch_backend("{backend}")
    def answer():
        plt.plot([1, 2])
        plt.show()
        return plt.get_backend().lower()
    """
    assert seen_of(bench, source, libraries=libraries) == "agg"


def test_drawing_needs_no_screen_whatever_the_environment_says(bench: Bench) -> None:
    """Matplotlib reads it when it is imported."""
    source = """
    import os
    os.environ["MPLBACKEND"] = "TkAgg"
    import matplotlib.pyplot as plt
    def answer():
        plt.figure()
        return plt.get_backend().lower()
    """
    assert seen_of(bench, source) == "agg"


@pytest.mark.parametrize(
    "line",
    [
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().system('pip install torch')",
        "get_ipython().getoutput('ls')",
        "get_ipython().magic('load_ext autoreload')",
        "get_ipython().run_cell_magic('bash', '', 'rm x')",
        "get_ipython().kernel.do_shutdown(True)",
        "from IPython.display import clear_output, display, HTML; clear_output(wait=True); display(HTML('x'), 1)",
        "import IPython.display as ipd; ipd.display(ipd.Image('x.png'))",
        "import IPython; IPython.display.clear_output(); IPython.get_ipython().system('ls')",
        "from IPython import get_ipython, display; get_ipython().run_line_magic('cd', 'x'); display.clear_output()",
        "from google.colab import drive, files; drive.mount('/content/drive'); files.download('x')",
        "import ipywidgets as widgets; widgets.IntSlider(value=3)",
        "from tqdm.notebook import tqdm, trange; [list(tqdm([1], display=False)), list(trange(3))]",
        "from tqdm import tqdm_notebook, tnrange; [list(tqdm_notebook([1])), list(tnrange(3))]",
        "from tqdm.auto import tqdm; list(tqdm([1]))",
        "from tqdm.autonotebook import tqdm; list(tqdm([1]))",
        "import IPython.display; from tqdm.auto import tqdm; list(tqdm([1]))",
        "display('x')",
    ],
)
@pytest.mark.filterwarnings("default")
def test_lines_of_an_exported_notebook_run(bench: Bench, line: str) -> None:
    """They do nothing here, as there is no notebook."""
    assert seen_of(bench, f"{line}\ndef answer():\n    return 1\n") == 1


def test_cells_under_magics_are_run_or_written(bench: Bench) -> None:
    """Jupyter exports the whole cell as a text."""
    source = """
    get_ipython().run_cell_magic('time', '', 'ONE = 1\\n')
    get_ipython().run_cell_magic('capture', 'out', 'TWO = ONE + 1\\n')
    get_ipython().run_cell_magic('writefile', 'three.py', 'THREE = 3\\n')
    get_ipython().run_line_magic('time', 'FOUR = 4')
    get_ipython().system('ls')
    from three import THREE
    def answer():
        return [ONE, TWO, THREE, FOUR]
    """
    seen = bench.run(source)

    assert seen.value == [1, 2, 3, 4]
    assert seen.printed == "Not run here: !ls\n"


def test_nothing_is_compiled(bench: Bench) -> None:
    """Compiling takes minutes of CPU time; names of weights stay those of the network."""
    source = """
    import torch
    from torch import nn
    @torch.compile
    def plain(x): return x + 1
    @torch.compile(mode="reduce-overhead", fullgraph=True)
    def with_options(x): return x + 1
    def answer():
        model = nn.Linear(1, 1)
        compiled = torch.compile(model, mode="max-autotune")
        model.compile()
        return [float(plain(torch.tensor(1))), float(with_options(torch.tensor(1))), compiled(torch.ones(1, 1)).numel(),
                sorted(compiled.state_dict()), sorted(compiled._orig_mod.state_dict())]
    """
    assert seen_of(bench, source) == [2, 2, 1, ["bias", "weight"], ["bias", "weight"]]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Numbers.txt", "numbers.txt"),
        (".\\numbers.txt", "numbers.txt"),
        ("batches\\first", "batches/first"),
        ("./Batches/FIRST", "batches/first"),
    ],
)
def test_spelling_that_is_nearly_right_is_told(bench: Bench, name: str, near: str) -> None:
    """Windows and macOS take the one for the other."""
    seen = bench.run(f"def answer():\n    open({name!r})\n")

    assert seen.reason.endswith(f"; there is '{near}'")


@pytest.mark.parametrize("name", ["none.txt", "../numbers.txt", "/numbers.txt", "batches/first/x", ""])
def test_name_that_is_like_none_is_told_as_it_is(bench: Bench, name: str) -> None:
    """Nothing is guessed, and nothing raises another error."""
    seen = bench.run(f"def answer():\n    open({name!r})\n")

    assert "; there is" not in seen.reason
    assert "Error" in seen.reason


def test_message_of_argparse_is_shown(bench: Bench) -> None:
    """It goes to the output and ends the program, which says nothing to a student."""
    seen = bench.run("""
        import argparse
        def answer():
            parser = argparse.ArgumentParser()
            parser.add_argument("--data", required=True)
            parser.parse_args()
    """)

    assert seen.reason == "SystemExit: parse_args() found no arguments: the following arguments are required: --data"


@pytest.mark.parametrize("path", ["/content/drive/points.txt", "../points.txt", "nowhere/points.txt"])
def test_missing_file_is_named_wherever_it_was_looked_for(bench: Bench, path: str) -> None:
    """Folders outside the submission cannot be listed, and so not be searched for another spelling."""
    seen = bench.run(f"def answer():\n    open({path!r})\n")

    assert seen.error
    assert path in seen.error.message

"""Commands of a notebook are taken out of a cell line for line; Python stays as it is."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebooks.commands import without_commands


@pytest.mark.parametrize(
    ("command", "python"),
    [
        ("%matplotlib inline", "pass  # %matplotlib inline"),
        ("    !ls {x}", "    pass  # !ls {x}"),
        ("!echo it's (", "pass  # !echo it's ("),
        ("!!ls", "pass  # !!ls"),
        ("?nn.Linear", "pass  # ?nn.Linear"),
        ("nn.Linear??", "pass  # nn.Linear??"),
        ("%timeit?", "pass  # %timeit?"),
        ("net.layers[0]?", "pass  # net.layers[0]?"),
        ("files = !ls *.txt", "files = []  # !ls *.txt"),
        ("a, b = %env X", "a, b = None  # %env X"),
        ("x['k'] = !pwd", "x['k'] = []  # !pwd"),
        ("pip install -q einops", "pass  # pip install -q einops"),
        ("conda install x", "pass  # conda install x"),
        ("cd /content/drive", "pass  # cd /content/drive"),
        ("ls", "pass  # ls"),
        ("%time y = f(x)", "y = f(x)"),
        ("    %time f(x)", "    f(x)"),
        ("y = %time f(x)", "y = f(x)"),
        ("%timeit -n 10 -r3 f(x)", "f(x)"),
        ("%time", "pass  # %time"),
        ("%run ./lib/helper.py", "from lib.helper import *  # %run ./lib/helper.py"),
        ("%run helper", "from helper import *  # %run helper"),
        ("%run helper.ipynb", "pass  # %run helper.ipynb"),
        ("%run helper.py --epochs 3", "pass  # %run helper.py --epochs 3"),
        ("    %run helper.py", "    pass  # %run helper.py"),
        ("%env A=b c", "__import__('os').environ['A'] = 'b c'  # %env A=b c"),
        ("    %set_env A 1", "    __import__('os').environ['A'] = '1'  # %set_env A 1"),
        ("%env", "pass  # %env"),
        ("%env A=$B", "pass  # %env A=$B"),
        ("t = %timeit -o f(x)", "t = get_ipython().measured  # %timeit -o f(x)"),
        ("%%time", "pass  # %%time"),
        ("!pip install a \\\n  b", "pass  # !pip install a \\\n#   b"),
    ],
)
def test_command_becomes_python(command: str, python: str) -> None:
    """It does nothing, or what it times; the indentation stays."""
    before, after = ("if True:\n", "\n    pass") if command.startswith(" ") else ("x = 1\n", "\nz = 2")

    assert without_commands(f"{before}{command}{after}", "submitted.py").text == f"{before}{python}{after}"


@pytest.mark.parametrize(
    "source",
    [
        "x = (5\n% 3)",
        "x = 5 \\\n  % 3",
        'text = """\n%matplotlib inline\n!ls\n"""',
        "text = '''\n%time\n\\''' ''' + '''\n!x'''",
        'text = f"{x!r} %d" % 3',
        "data = [\n  1, 2,  # (\n  !3,\n]",
        "ls = [1]\nls[0]",
        "cd(1)\nrm = 3\ncat.x = 2",
        "x = 1  # what?",
        "print('why?')",
        "pip = 3",
        "x != 3",
        "",
        "\n\n",
    ],
)
def test_python_stays(source: str) -> None:
    """Not everything that looks like a command is one."""
    assert without_commands(source, "submitted.py").text == source


@pytest.mark.parametrize("magic", ["%%time", "%%timeit", "%%capture out", "\n\n%%time"])
def test_cell_under_a_timer_keeps_its_body(magic: str) -> None:
    """Commands in it are taken out as well."""
    plain = without_commands(f"{magic}\n!ls\nx = 1", "submitted.py")

    assert plain.text.endswith("pass  # !ls\nx = 1")
    assert [one.text for one in plain.left_out] == ["!ls"]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%R -i x", "%%writefile", "%%writefile -a"])
def test_cell_of_another_language_does_nothing(magic: str) -> None:
    """Its lines stay as comments, so that people see them."""
    plain = without_commands(f"{magic}\nrm x\n", "submitted.py")

    assert plain.text.startswith(f"pass  # {magic}\n# rm x")
    assert [(one.line, one.text) for one in plain.left_out] == [(1, magic)]
    assert not plain.files


def test_cell_that_writes_a_file_is_that_file() -> None:
    """Nothing is left out."""
    plain = without_commands("%%writefile ./helper.py\nN = 1\n!ls\n", "submitted.py")

    assert plain.files == {"helper.py": "N = 1\n!ls\n\n"}
    assert not plain.left_out


def test_indentation_of_a_whole_cell_is_taken_off() -> None:
    """IPython does so, for code that is pasted out of a function."""
    assert without_commands("\n  x = 1\n  if x:\n    y = 2", "submitted.py").text == "\nx = 1\nif x:\n  y = 2"


PIECES = st.sampled_from(
    [
        "x = 1",
        "!ls",
        "%time f(x)",
        "  %cd",
        "f(",
        ")",
        "[",
        "]",
        "'''",
        '"""',
        "'",
        '"',
        "# (",
        "\\",
        "%%time",
        "y?",
        "if x:",
        "z = !a \\",
    ]
)


@given(st.lists(PIECES, max_size=12).map("\n".join))
def test_lines_keep_their_numbers(source: str) -> None:
    """Whatever a cell holds, so that messages name the student's own lines."""
    assert without_commands(source, "submitted.py").text.count("\n") == source.count("\n")


@given(st.lists(st.sampled_from(["x = 1", "!ls (", "  ", "%cd 'x", "y?", "z = !a", "def f():\n    !ls"]), max_size=8))
def test_cells_of_statements_and_commands_are_python(lines: list[str]) -> None:
    """Each command stands for itself."""
    plain = without_commands("\n".join(lines), "submitted.py")

    assert ast.parse(plain.text) is not None

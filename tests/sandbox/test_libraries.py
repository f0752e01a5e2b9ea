"""Large packages are imported once, before children are forked, and a submission sees no difference but in time."""

import sys
from pathlib import Path

import pytest

from autograder.intake.libraries import MODULES, used_by
from autograder.model.verdict import Verdict
from autograder.sandbox import supervisor_process
from tests.sandbox.bench import Bench

ALL = tuple(module for modules in MODULES.values() for module in modules)
LOADED = """
import sys
from pathlib import Path
def call(submitted, modules):
    return [module for module in modules if module in sys.modules]
"""


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import torch, numpy as np", ""),
        ("import pandas as pd", "pandas"),
        ("import os, pandas", "pandas"),
        ("def plot():\n\tfrom matplotlib import pyplot as plt", "matplotlib"),
        ("from sklearn.metrics import accuracy_score\nimport matplotlib.pyplot as plt", "matplotlib sklearn"),
        ("# import pandas\npandas = 'pandas'\nfrom my_pandas import frame", ""),
        ("import numpy  # and not pandas", ""),
    ],
)
def test_packages_are_read_off_the_import_statements(source: str, names: str) -> None:
    """Wherever these stand; other words do not count."""
    expected = [module for name in names.split() for module in MODULES[name]]

    assert list(used_by({"submitted.py": source.encode()})) == expected


@pytest.mark.parametrize(
    ("path", "source", "modules"),
    [
        ("submitted.py", "from torchvision import transforms", ["torchvision"]),
        ("submitted.py", "model = torch.hub.load('pytorch/vision', 'resnet18')", ["torchvision"]),
        ("torchvision.py", "", ["torchvision"]),
        ("submitted.py", "torch.use_deterministic_algorithms(True)", ["torch._dynamo.config"]),
        ("submitted.py", "from torch.func import grad", ["torch._dynamo.config"]),
        ("submitted.py", "torch.optim.SGD(parameters, 0.1).step(), 'checkpoint.pth', metadata", []),
    ],
)
def test_parts_of_torch_are_found_by_any_word(path: str, source: str, modules: list[str]) -> None:
    """Programs reach them without an import statement of their own; what nearly all use is there already."""
    assert list(used_by({path: source.encode()})) == modules


def test_only_programs_are_read() -> None:
    """All of them, and nothing else; what is no text does no harm."""
    files = {"helpers/plots.py": b"\xff\xfe\nimport pandas", "notes.txt": b"import sklearn", "model.pt": b"\x00" * 9}

    assert used_by(files) == MODULES["pandas"]


def test_zygote_has_imported_what_a_job_names(bench: Bench) -> None:
    """All packages, and it has one thread still; the memory is not the submission's."""
    none = bench.run("", probe=LOADED, arguments={"modules": ["sklearn"]})
    seen = bench.run("", probe=LOADED, arguments={"modules": ALL}, libraries=ALL)
    again = bench.run("", probe=LOADED, arguments={"modules": ALL})

    assert (none.verdict, none.value) == (Verdict.RETURNED, [])
    assert (seen.verdict, seen.value) == (Verdict.RETURNED, list(ALL)), seen.reason
    assert again.value == list(ALL)
    assert max(seen.peak_memory_mib, again.peak_memory_mib) < 40


def test_packages_work_in_a_child(bench: Bench) -> None:
    """Parallel regions, figures and tables, also behind a backend that this machine does not have."""
    seen = bench.run(
        """
        import matplotlib
        matplotlib.use("TkAgg")
        import matplotlib.pyplot as plt
        import numpy as np
        import pandas as pd
        import torch
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import accuracy_score

        def answer():
            plt.switch_backend("Agg")
            plt.plot([1, 2, 3])
            plt.title("accuracy")
            plt.savefig("figure.png")
            rows = np.random.default_rng(0).normal(size=(400, 8))
            labels = (rows[:, 0] > 0).astype(int)
            torch.nn.Conv2d(3, 64, 3)(torch.randn(16, 3, 64, 64)).sum().backward()
            model = LogisticRegression().fit(rows, labels)
            return [pd.DataFrame(rows).shape[0], accuracy_score(labels, model.predict(rows)) > 0.9]
        """,
        libraries=ALL,
    )

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, [400, True]), f"{seen.reason}\n{seen.printed}"


def test_what_is_not_installed_is_the_submissions_own_error(bench: Bench) -> None:
    """A grader without a package goes on, and so does one whose zygote had to be started again."""
    absent = bench.run("import not_installed", libraries=("not_installed", "pandas"))
    bench.sandbox._restart()
    seen = bench.run("", probe=LOADED, arguments={"modules": ["pandas"]}, libraries=("pandas",))

    assert absent.verdict is Verdict.RAISED
    assert absent.error
    assert "not_installed" in absent.error.message
    assert seen.value == ["pandas"]


def test_every_package_is_one_that_submissions_may_use() -> None:
    """Each is installed here, or the list is stale."""
    for module in ALL:
        __import__(module)
        assert module in sys.modules


def test_matplotlib_is_left_to_the_children_where_its_list_of_fonts_has_no_place(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would otherwise leave a temporary folder behind with each grading; the rest is imported all the same."""
    monkeypatch.setattr(supervisor_process, "FONTS", Path("/proc/nowhere"))
    bench.sandbox._restart()
    seen = bench.run("", probe=LOADED, arguments={"modules": ALL}, libraries=ALL)

    assert seen.value == [module for module in ALL if not module.startswith("matplotlib")]


def test_file_of_the_same_name_is_the_submissions_own(bench: Bench) -> None:
    """As at home, where the folder of a program comes before what is installed."""
    files = {"submitted.py": "import pandas\ndef answer(): return pandas.VALUE", "pandas.py": "VALUE = 5"}
    seen = bench.run(files, libraries=MODULES["pandas"])
    other = bench.run("import pandas\ndef answer(): return pandas.__name__", libraries=MODULES["pandas"])

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, 5), seen.reason
    assert other.value == "pandas"


def test_little_memory_of_the_probe_before_is_no_limit_to_the_import(bench: Bench) -> None:
    """The control group's limit is from the former job; the zygote must not die of it."""
    bench.sandbox._restart()
    bench.run("answer = lambda: 1", memory_mib=16)
    seen = bench.run("", probe=LOADED, arguments={"modules": ALL}, libraries=ALL)

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, list(ALL)), seen.reason


@pytest.mark.parametrize("module", ["starts_thread", "ends_zygote"])
def test_import_that_fails_costs_nothing_but_time(
    module: str, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that starts threads or crashes is left to the children from then on."""
    (tmp_path / "starts_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()"
    )
    (tmp_path / "ends_zygote.py").write_text("import os\nos._exit(1)")
    environment = supervisor_process._environment(1)
    environment["PYTHONPATH"] += f":{tmp_path}"
    monkeypatch.setattr(supervisor_process, "_environment", lambda threads: environment)
    monkeypatch.setattr(bench.sandbox, "_imports_libraries", True)
    bench.sandbox._restart()
    seen = bench.run("answer = lambda: 7", libraries=("pandas", module))
    again = bench.run("answer = lambda: 7", libraries=("pandas", module))

    assert (seen.verdict, seen.value) == (again.verdict, again.value) == (Verdict.RETURNED, 7), seen.reason
    assert not bench.sandbox._imports_libraries

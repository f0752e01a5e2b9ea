"""Large packages that a submission imports: the zygote imports them once, instead of each probe's child.

matplotlib, pandas and scikit-learn together take more than a CPU second to import, PyTorch Lightning takes two. A
submission is imported once for each probe. Its source tells which of them it imports; a mistake in reading it only
costs time.
"""

import re
from collections.abc import Mapping

MODULES = {
    # Everything that pyplot imports, but not pyplot itself, because `matplotlib.use("TkAgg")` would then raise.
    "matplotlib": ("matplotlib.figure", "matplotlib.backends.backend_agg"),
    "pandas": ("pandas",),
    "sklearn": ("sklearn.metrics", "sklearn.model_selection"),
}
# Only assignments that name them have these; elsewhere they cannot be imported, which costs nothing.
OF_SOME_ASSIGNMENTS = {
    "lightning": ("lightning.pytorch",),
    "pytorch_lightning": ("pytorch_lightning",),
    "torchmetrics": ("torchmetrics",),
    "seaborn": ("seaborn",),
}
IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]([^\n#]*)", re.MULTILINE)


def used_by(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the modules to import before a child is forked for a submission.

    Args:
        files: the submission's files, content by path.
    """
    statements = b"\n".join(
        found for path, content in files.items() if path.endswith(".py") for found in IMPORT.findall(content)
    )
    words = set(re.findall(rb"\w+", statements))
    return tuple(
        module
        for name, modules in (MODULES | OF_SOME_ASSIGNMENTS).items()
        if name.encode() in words
        for module in modules
    )

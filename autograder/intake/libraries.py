"""Large packages that a submission imports: the zygote imports them once, instead of each probe's child.

matplotlib, pandas and scikit-learn together take more than a CPU second to import, torchvision half of one, torch's
compiler and PyTorch Lightning take two. A submission is imported once for each probe. Its source tells which of them it
imports, and a probe's tells the same; a mistake in reading them only costs time.
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
# Programs reach these without an import statement of their own, so every word counts, and names of files.
BY_ANY_WORD = {
    "torchvision": (("torchvision",), re.compile(rb"torchvision|\bhub\b")),
    # The real compiler, in the place of the worker's stand-in. These parts of torch import it.
    "torch": (
        ("torch._dynamo.config",),
        re.compile(
            rb"_dynamo|_inductor|torch\.(?:compiler|export|fx|func|jit|onnx|profiler|_subclasses)\b|\bmeta\b|functorch"
            rb"|autograd\.profiler|use_deterministic_algorithms|use_reentrant|utils\.checkpoint|gradcheck"
        ),
    ),
}
IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]([^\n#]*)", re.MULTILINE)


def used_by(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the modules to import before a child is forked for a submission.

    Args:
        files: the submission's files, content by path.
    """
    programs = {path: content for path, content in files.items() if path.endswith(".py")}
    statements = b"\n".join(found for content in programs.values() for found in IMPORT.findall(content))
    words = set(re.findall(rb"\w+", statements))
    named = [
        module
        for name, modules in (MODULES | OF_SOME_ASSIGNMENTS).items()
        if name.encode() in words
        for module in modules
    ]
    texts = [*programs.values(), *(path.encode("utf-8", "replace") for path in programs)]
    reached = [
        module
        for modules, pattern in BY_ANY_WORD.values()
        if any(pattern.search(text) for text in texts)
        for module in modules
    ]
    return (*reached, *named)

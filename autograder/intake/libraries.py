"""Large packages that a submission imports: the zygote imports them once, and not each probe's child anew.

matplotlib, pandas and scikit-learn together take more than a CPU second to import, and a submission is
imported once for each probe. Which of them a submission wants is read off its source; what is read wrongly costs time
and nothing else.
"""

import re
from collections.abc import Mapping

MODULES = {
    # All that pyplot imports but not pyplot itself, which would turn `matplotlib.use("TkAgg")` into an error.
    "matplotlib": ("matplotlib.figure", "matplotlib.backends.backend_agg"),
    "pandas": ("pandas",),
    "sklearn": ("sklearn.metrics", "sklearn.model_selection"),
}
IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]([^\n#]*)", re.MULTILINE)


def used_by(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the modules to import before a child is forked for a submission.

    Args:
        files: the submission's, content by path.
    """
    statements = b"\n".join(
        found for path, content in files.items() if path.endswith(".py") for found in IMPORT.findall(content)
    )
    words = set(re.findall(rb"\w+", statements))
    return tuple(module for name, modules in MODULES.items() if name.encode() in words for module in modules)

"""Hints on names and arguments that newer versions of packages lack: at home an older one may be installed."""

import re

from autograder.model.observation import StudentError

PACKAGES = r"(?:numpy|pandas|torch|torchvision|sklearn|scipy|matplotlib|seaborn|PIL|collections)\b"
GONE = re.compile(
    rf"^module '{PACKAGES}[\w.]*' has no attribute"
    rf"|^cannot import name '\w+' from '{PACKAGES}"
    r"|^`?[\w.]+`? (?:was|has been) removed (?:in|from)"
    r"|^'(?:DataFrame|Series)' object has no attribute '(?:append|iteritems|ix|as_matrix|mad)'"
    r"|^(?:\w*LR\w*\.__init__\(\) )?got an unexpected keyword argument '(?:verbose|squared)'"
)
KINDS = ("AttributeError", "ImportError", "TypeError")
SAFE_LOADING = "Weights only load failed"


def hint_on(error: StudentError) -> str:
    """Return what to do about something that newer versions lack; empty for any other error."""
    if error.kind == "UnpicklingError" and SAFE_LOADING in error.message:
        return (
            "Since PyTorch 2.6, torch.load takes weights alone: save model.state_dict(), or pass weights_only=False "
            "for a file of your own."
        )
    if error.kind in KINDS and GONE.search(error.message.strip()):
        return (
            "If this works at home, an older version is installed there; the result names the grader's versions. Use "
            "what took its place."
        )
    return ""

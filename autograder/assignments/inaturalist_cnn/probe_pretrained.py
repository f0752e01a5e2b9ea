"""Observes the networks that `build_pretrained` returns. Runs in the sandbox, beside the student's code."""

import torch
from torch import nn

from autograder.probes.pretrained import pretrained_share
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

SIZE = 224
MOST_STRATEGIES = 8


def pretrained(submitted, num_classes):
    """Return output shapes of the network, and how much of it is as it was handed out."""
    found = []
    for count in (None, num_classes):
        model = _built(submitted, {} if count is None else {"num_classes": count})
        share = pretrained_share(model)
        model.eval()
        with torch.no_grad():
            batches = (1, 2) if count is None else (1,)
            shapes = [list(_logits(model(torch.randn(pictures, 3, SIZE, SIZE))).shape) for pictures in batches]
        found.append({"num_classes": count or 10, "shapes": shapes, "share": share})
    return {"found": found}


def strategies(submitted, k):
    """Return what learns under each strategy of STRATEGIES, or why it cannot be built."""
    listed = submitted.get("STRATEGIES")
    listed = list(listed() if callable(listed) else listed)[:MOST_STRATEGIES]
    return {"found": [{"name": str(one)[:100], **_learning(submitted, _arguments(one, k))} for one in listed]}


def _arguments(strategy, k):
    """Return what to call build_pretrained with for an entry: a name, a pair of name and k, or a dict."""
    if isinstance(strategy, dict):
        return dict(strategy)
    if isinstance(strategy, (tuple, list)):
        return dict(zip(("strategy", "k"), strategy, strict=False))
    return {"strategy": strategy, "k": k}


def what_learns(submitted, calls):
    """Return for each pair of strategy and k what learns."""
    return {
        "found": [
            {"strategy": strategy, "k": k, **_learning(submitted, {"strategy": strategy, "k": k})}
            for strategy, k in calls
        ]
    }


def unknown(submitted, names):
    """Return for each name of no strategy what build_pretrained does: "" for a network, or its error."""
    raised = []
    for name in names:
        try:
            submitted.get("build_pretrained")(strategy=name, k=1)
            raised.append("")
        except Exception as error:
            raised.append(f"{type(error).__name__}: {error}"[:300] or "an error")
    return {"raised": raised}


def _built(submitted, arguments):
    model = submitted.get("build_pretrained")(**arguments)
    if isinstance(model, (tuple, list)):  # network and transform, say
        model = next((part for part in model if isinstance(part, nn.Module)), None)
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"build_pretrained returned {called(model)}; a torch.nn.Module is expected")
    return model


def _logits(out):
    """Return the logits of an output; some architectures put them into a pair or an object."""
    if isinstance(out, torch.Tensor):
        return out
    return out.logits if hasattr(out, "logits") else out[0]


def _learning(submitted, arguments):
    """Return for each layer with weights its kind, and which of its parameters learn."""
    try:
        model = _built(submitted, arguments)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300], "layers": []}
    layers = []
    for name, layer in model.named_modules():
        own = list(layer.named_parameters(recurse=False))
        if own:
            layers.append(
                {
                    "name": name,
                    "kind": type(layer).__name__,
                    "side": layer.kernel_size[0] if isinstance(layer, nn.Conv2d) else 1,
                    "outputs": own[0][1].shape[0] if own[0][1].dim() else 0,
                    "learns": [parameter.requires_grad for _, parameter in own],
                }
            )
    return {"error": "", "layers": layers}

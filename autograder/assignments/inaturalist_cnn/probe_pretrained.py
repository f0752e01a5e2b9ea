"""Observes the networks that `build_pretrained` returns. Runs in the sandbox, beside the student's code."""

import torch
from torch import nn

from autograder.assignments.inaturalist_cnn.observed_pretrained import (
    Pretrained,
    PretrainedNetwork,
    Strategies,
    Strategy,
    StrategyCalls,
    UnknownStrategies,
    WeightedLayer,
)
from autograder.probes.errors import error_text
from autograder.probes.pretrained import pretrained_share, served
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called, digest

SIZE = 224
USUAL_CLASSES = 10
MOST_STRATEGIES = 8


def pretrained(submitted, num_classes):
    """Return output shapes of the network, and how much of it is as it was handed out."""
    usual = _described(_built(submitted, {}), USUAL_CLASSES, batches=(1, 2))
    other = _described(_built(submitted, {"num_classes": num_classes}), num_classes, batches=(1,))
    return Pretrained(found=[usual, other])


def _described(model, num_classes, batches):
    share = pretrained_share(model)
    model.eval()
    with torch.no_grad():
        shapes = [list(_logits(model(torch.randn(images, 3, SIZE, SIZE))).shape) for images in batches]
    return PretrainedNetwork(num_classes=num_classes, shapes=shapes, share=share)


def strategies(submitted, ks, enough):
    """Return which layers learn under each strategy of STRATEGIES, or why there is no network.

    Args:
        submitted: the submission.
        ks: numbers that are tried for k one after the other, until there are `enough` different sets of weights: what
            one k trains depends on the network, and two strategies may agree on it by chance.
        enough: see `ks`.
    """
    listed = submitted.get("STRATEGIES")
    listed = list(listed() if callable(listed) else listed)[:MOST_STRATEGIES]
    found = []
    for k in ks:
        again = [one for one in listed if not found or _takes_k(one)]
        found += [_learning(submitted, str(one)[:100], _given_k(one, k), _arguments(one, k)) for one in again]
        alike = [one for one in found if one.k in (None, k) and not one.error]
        if len({str([layer.learns for layer in one.layers]) for one in alike}) >= enough:
            break
        if not any(map(_takes_k, listed)):
            break
    return Strategies(found=found)


def _takes_k(strategy):
    """Return whether an entry leaves k open."""
    return "k" not in _arguments(strategy, None) or _arguments(strategy, None)["k"] is None


def _given_k(strategy, k):
    return k if _takes_k(strategy) else None


def _arguments(strategy, k):
    """Return the arguments of build_pretrained for an entry: a name, a pair of name and k, or a dict."""
    if isinstance(strategy, dict):
        return dict(strategy)
    if isinstance(strategy, (tuple, list)):
        return dict(zip(("strategy", "k"), strategy, strict=False))
    return {"strategy": strategy, "k": k}


def strategy_calls(submitted, calls):
    """Return for each pair of a strategy and k which layers learn."""
    return StrategyCalls(
        found=[_learning(submitted, strategy, k, {"strategy": strategy, "k": k}) for strategy, k in calls]
    )


def unknown_strategies(submitted, names):
    """Return the error that build_pretrained raises for each name; empty where it returns a network."""
    raised = []
    for name in names:
        try:
            submitted.get("build_pretrained")(strategy=name, k=1)
            raised.append("")
        except Exception as error:
            raised.append(error_text(error))
    return UnknownStrategies(raised=raised)


def _built(submitted, arguments):
    model = submitted.get("build_pretrained")(**arguments)
    if isinstance(model, (tuple, list)):  # network and transform, say
        model = next((part for part in model if isinstance(part, nn.Module)), None)
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"build_pretrained returned {called(model)}; a torch.nn.Module is expected")
    return model


def _logits(output):
    """Return the logits of an output; some architectures put them into a pair or an object."""
    if isinstance(output, torch.Tensor):
        return output
    return output.logits if hasattr(output, "logits") else output[0]


def _learning(submitted, name, k, arguments):
    """Return the layers with weights of a network, and which of their parameters learn."""
    try:
        model = _built(submitted, arguments)
    except Exception as error:
        return Strategy(name=name, k=k, error=error_text(error), layers=[])
    return Strategy(name=name, k=k, error="", layers=_weighted_layers(model))


def _weighted_layers(model):
    layers = []
    for path, layer in model.named_modules():
        own = [parameter for _, parameter in layer.named_parameters(recurse=False)]
        if own:
            layers.append(
                WeightedLayer(
                    name=path[:200],
                    kind=type(layer).__name__,
                    side=layer.kernel_size[0] if isinstance(layer, nn.Conv2d) else 1,
                    outputs=own[0].shape[0] if own[0].dim() else 0,
                    learns=[parameter.requires_grad for parameter in own],
                    pretrained=any(one.dim() >= 2 and digest(one) in served for one in own),
                )
            )
    return layers

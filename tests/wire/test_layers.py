"""One table names the layers, and all that speak of layers take their rows from it."""

from autograder.confinement.prepared import Prepared
from autograder.project import PROJECT
from autograder.wire import layers
from autograder.wire.layers import LAYERS, Feature, Layer
from autograder.worker.self_test import HOLDS
from autograder.worker.zygote import FEATURES

SECURITY = PROJECT / "docs" / "security.md"
# Attacked from outside: by what becomes of a child, or by what was found around the sandbox.
FROM_OUTSIDE = {
    layers.NO_FOREIGN_SOCKETS, layers.LOADER_WORKERS, layers.TREE_MEMORY, layers.CONTROL_GROUP, layers.TREE_CPU,
    layers.NO_SURVIVORS,
}  # fmt: skip
PUT_ON_ELSEWHERE = {Feature.NAMESPACES, Feature.CGROUP}  # by the supervisor and by the grader


def test_every_layer_is_in_the_table_once() -> None:
    """A layer that is defined is also listed, under its own name."""
    defined = [value for value in vars(layers).values() if isinstance(value, Layer)]

    assert list(LAYERS) == defined
    assert len({layer.name for layer in LAYERS}) == len(LAYERS)


def test_every_layer_is_attacked() -> None:
    """Whoever adds a layer adds its attack."""
    assert HOLDS.keys() == set(LAYERS) - FROM_OUTSIDE


def test_every_feature_is_put_into_force() -> None:
    """A feature of the kernel that layers rest on is prepared by the zygote, or has its place elsewhere."""
    assert {layer.feature for layer in LAYERS if layer.feature} == set(Feature)
    assert FEATURES.keys() == set(Feature) - PUT_ON_ELSEWHERE
    for prepare in FEATURES.values():
        prepared = prepare()

        assert isinstance(prepared, Prepared)
        assert prepared.said.startswith("missing: ") is (prepared.apply is None)


def test_document_lists_the_layers() -> None:
    """docs/security.md shows the rows as they are."""
    rows = [f"| {one.name} | {one.prevents} | {one.applied} | {one.need} | {one.advice} |" for one in LAYERS]
    lines = SECURITY.read_text(encoding="utf-8").splitlines()
    begin = lines.index("## Layers, one by one")

    assert [line for line in lines[begin : begin + len(rows) + 8] if line.startswith("| ")][1:] == rows

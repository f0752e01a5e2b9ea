"""Each operator on a snippet: the lines that it changes, as they are afterwards."""

import pytest

from autograder.mutation.change import Operator
from autograder.mutation.derive import change_everywhere, changes_of
from autograder.mutation.mistakes import FAMILIES, MISTAKES
from autograder.mutation.rewrites import REWRITES

BY_NAME = {one.name: one for one in (*MISTAKES, *REWRITES)}
SCHEDULED = "for e in x:\n    for b in e:\n        optimizer.step()\n    scheduler.step()"
LATE = "optimizer.zero_grad()\nloss.backward()\noptimizer.step()"
IN_A_CLASS = "class A(Dataset):\n    def f(self):\n        self.k = 1"
IN_SUB = "class A(B):\n    def f(self):\n        super().f()"

# Operator, a program, and what each of its changes makes of it.
MISTAKES_MADE = [
    ("learning_rate_too_high", "SGD(p, lr=r)", ["SGD(p, lr=(r) * 100)"]),
    ("learning_rate_too_low", "SGD(p, lr=0.1)", ["SGD(p, lr=(0.1) / 100)"]),
    ("one_epoch", "for _ in range(epochs):\n    f()", ["for _ in range(1):\n    f()"]),
    ("one_epoch_less", "for _ in range(EPOCHS):\n    f()", ["for _ in range(EPOCHS - 1):\n    f()"]),
    ("other_constant", "A = 3\nB = 0.5\nC = 'x'", ["A = 6\nB = 0.5\nC = 'x'", "A = 3\nB = 5.0\nC = 'x'"]),
    ("other_default", "def f(a=True): ...", ["def f(a=False): ..."]),
    ("no_activation", "y = torch.relu(f(x))", ["y = f(x)"]),
    ("no_activation_layer", "nn.Sequential(nn.ReLU())", ["nn.Sequential(nn.Identity())"]),
    ("other_activation", "nn.ReLU()", ["nn.Sigmoid()"]),
    ("softmax_at_the_end", "def forward(x):\n    return fc(x)", ["def forward(x):\n    return (fc(x)).softmax(dim=1)"]),
    ("other_loss", "nn.CrossEntropyLoss()", ["nn.MultiMarginLoss()"]),
    ("summed_loss", "mse_loss(a, b)", ['mse_loss(a, b, reduction="sum")']),
    ("negated_loss", "loss.backward()", ["(-loss).backward()"]),
    ("tensor_kept", "losses.append(loss.item())", ["losses.append(loss)"]),
    ("other_optimizer", "optim.SGD(p, lr=1, momentum=0.9)", ["optim.Adam(p, lr=1)"]),
    ("no_momentum", "SGD(p, momentum=0.9)", ["SGD(p, momentum=0.0)"]),
    ("weight_decay", "Adam(p)", ["Adam(p, weight_decay=0.1)"]),
    ("part_of_parameters", "Adam(net.parameters())", ["Adam(list(net.parameters())[-1:])"]),
    ("constant_rate", "MultiStepLR(o, gamma=0.1)", ["MultiStepLR(o, gamma=1.0)"]),
    ("weights_of_zero", "a.fc = nn.Linear(1, 2)  # x", ["a.fc = nn.Linear(1, 2)  # x\na.fc.weight.data.zero_()"]),
    ("other_bias", "nn.Conv2d(1, 2, bias=False)", ["nn.Conv2d(1, 2, bias=True)"]),
    ("not_pretrained", "resnet18(weights=W.DEFAULT)", ["resnet18(weights=None)"]),
    ("transform_left_out", "Compose([ToTensor()])", ["Compose([(lambda given: given)])"]),
    ("mean_and_spread_swapped", "Normalize(MEAN, STD)", ["Normalize(STD, MEAN)"]),
    ("not_scaled", "x = pixels / 255", ["x = (pixels)"]),
    ("train_and_test_swapped", "MNIST('.', train=True)", ["MNIST('.', train=False)"]),
    ("slice_off_by_one", "x = a[:n]", ["x = a[:(n) - 1]"]),
    ("other_index", "x = a[0]", ["x = a[1]"]),
    ("labels_shifted", "criterion(o, y)", ["criterion(o, (y).roll(1, 0))"]),
    ("reversed_order", "x = sorted(a)", ["x = sorted(a)[::-1]"]),
    ("other_batch_size", "DataLoader(d, batch_size=4)", ["DataLoader(d, batch_size=(4) + 1)"]),
    ("other_shuffle", "DataLoader(d, shuffle=True)", ["DataLoader(d, shuffle=False)"]),
    ("last_batch_dropped", "DataLoader(d,)", ["DataLoader(d, drop_last=True)"]),
    ("no_zero_grad", "o.zero_grad()", ["pass"]),
    ("no_backward", "loss.backward()", ["pass"]),
    ("no_step", "optimizer.step()\nscheduler.step()", ["pass\nscheduler.step()"]),
    ("no_scheduler_step", "optimizer.step()\nscheduler.step()", ["optimizer.step()\npass"]),
    ("zero_grad_late", LATE, ["pass\nloss.backward()\noptimizer.zero_grad()\noptimizer.step()"]),
    (
        "scheduler_step_each_batch",
        SCHEDULED,
        ["for e in x:\n    for b in e:\n        optimizer.step()\n        scheduler.step()\n    pass"],
    ),
    ("no_eval", "net.eval()", ["pass"]),
    ("train_for_eval", "net.eval()", ["net.train()"]),
    ("no_train", "net.train()", ["pass"]),
    ("gradients_on", "with torch.no_grad():\n    f()", ["with torch.enable_grad():\n    f()"]),
    ("detached", "criterion(net(x), y)", ["criterion((net(x)).detach().requires_grad_(), y)"]),
    ("no_clipping", "nn.utils.clip_grad_norm_(p, 1)", ["pass"]),
    ("frozen_for_free", "p.requires_grad = False", ["p.requires_grad = True"]),
    ("not_frozen", "p.requires_grad_(False)", ["pass"]),
    ("other_size", "nn.Linear(a, 2)", ["nn.Linear(a, 3)"]),
    ("other_dimension", "x.argmax(dim=1)", ["x.argmax(dim=0)"]),
    ("axes_swapped", "x.permute(2, 0, 1)", ["x.permute(2, 1, 0)"]),
    ("not_flattened", "x.flatten(1)", ["x.flatten(0)"]),
    ("not_divided", "x = right / count", ["x = (right)"]),
    ("percent", "x = right / count", ["x = (100 * right / count)"]),
    ("other_extreme", "x.argmax()", ["x.argmin()"]),
    ("other_comparison", "x = a > b", ["x = a < b"]),
    ("boundary", "x = a > b", ["x = a >= b"]),
    ("branch_fixed", "if a:\n    f()", ["if True:\n    f()", "if False:\n    f()"]),
    ("not_added_up", "x += y", ["x = y"]),
]
REWRITTEN = [
    ("locals_renamed", "def f(a):\n    b = a\n    return b", "def f(a):\n    b_here = a\n    return b_here"),
    ("constants_inlined", "N = 3\nx = N", "N = 3\nx = 3"),
    ("numbers_named", "def f():\n    return 0.5", "NUMBER_1 = 0.5\ndef f():\n    return NUMBER_1"),
    ("annotations_removed", "def f(a: int = 1) -> int: ...", "def f(a = 1) : ..."),
    ("comprehension_to_loop", "a = [f(b) for b in c]", "a = []\nfor b in c:\n    a.append(f(b))"),
    (
        "loop_to_while",
        "for a in range(n):\n    f()",
        "turn_0 = 0\nwhile turn_0 < (n):\n    a = turn_0\n    turn_0 += 1\n    f()",
    ),
    ("choice_to_branches", "a = b if c else d", "if c:\n    a = b\nelse:\n    a = d"),
    ("result_named", "def f():\n    return 1", "def f():\n    result_here = (1)\n    return result_here"),
    ("comparison_mirrored", "x = a > b", "x = (b) < (a)"),
    ("sum_written_out", "x += y", "x = x + (y)"),
    ("tuple_by_call", "def f():\n    return (a), b", "def f():\n    return tuple([a, b])"),
    ("list_by_call", "x = []", "x = list()"),
    ("dict_by_call", 'x = {"a": 1}', "x = dict(a=1)"),
    ("loss_by_module", "F.mse_loss(a, b)", "torch.nn.MSELoss()(a, b)"),
    ("loss_by_function", "f = nn.CrossEntropyLoss()", "f = torch.nn.functional.cross_entropy"),
    ("activation_by_method", "y = torch.relu(torch.relu(x))", "y = ((x).relu()).relu()"),
    ("activation_by_module", "y = torch.relu(x)", "y = torch.nn.ReLU()(x)"),
    ("function_for_method", "y = f(x).argmax(dim=1)", "y = torch.argmax(f(x), dim=1)"),
    ("optimizer_by_keyword", "SGD(p, lr=1)", "SGD(params=p, lr=1)"),
    ("rate_by_position", "SGD(p, lr=1)", "SGD(p, 1)"),
    ("layers_by_keyword", "nn.Linear(1, 2)", "nn.Linear(in_features=1, out_features=2)"),
    (
        "batches_to_device",
        "for x, y in loader:\n    f()",
        'for x, y in loader:\n    x, y = x.to("cpu"), y.to("cpu")\n    f()',
    ),
    ("networks_to_device", "def f():\n    return nn.Linear(1, 1)", 'def f():\n    return nn.Linear(1, 1).to("cpu")'),
    ("float_for_item", "x = loss.item()", "x = float(loss)"),
    ("zeros_for_none", "o.zero_grad()", "o.zero_grad(set_to_none=False)"),
    ("sequential_from_list", "nn.Sequential(a, b)", "nn.Sequential(*[a, b])"),
    ("gradients_off_by_setting", "with torch.no_grad():\n    f()", "with torch.set_grad_enabled(False):\n    f()"),
    ("modules_imported", "from torch import nn", "import torch.nn as nn"),
    ("imported_by_another_name", "import torch", "import torch\nimport torch as _torch\ntorch = _torch"),
    ("path_by_getattr", "from pathlib import Path", "import pathlib\nPath = getattr(pathlib, 'Path')"),
    ("old_super", IN_SUB, IN_SUB.replace("super()", "super(A, self)")),
    ("subclassed", "class A(B):\n    x = 1", 'class _A(B):\n    x = 1\n\n\nclass A(_A):\n    """The same."""'),
    (
        "attributes_by_property",
        IN_A_CLASS,
        IN_A_CLASS.replace(".k", "._kept_k") + "\n\n    @property\n    def k(self):\n        return self._kept_k",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after"), MISTAKES_MADE, ids=[one[0] for one in MISTAKES_MADE])
def test_mistake_is_made_at_each_place(name: str, before: str, after: list[str]) -> None:
    """One change for each place, and nothing but that place is changed."""
    assert [change.text for change in changes_of(before, [BY_NAME[name]])] == after


@pytest.mark.parametrize(("name", "before", "after"), REWRITTEN, ids=[one[0] for one in REWRITTEN])
def test_rewrite_changes_all_places_at_once(name: str, before: str, after: str) -> None:
    """The whole program is written in another way."""
    change = change_everywhere(before, BY_NAME[name])

    assert change and change.text == after


def test_decorated_functions_still_return_the_same() -> None:
    """The decorator keeps a function's name, and passes everything on."""
    space: dict[str, object] = {}
    change = change_everywhere("def f(a, *, b=2):\n    return a + b", BY_NAME["decorated"])
    assert change
    exec(change.text, space)

    assert space["f"](1, b=3) == 4  # type: ignore[operator]
    assert space["f"].__name__ == "f"  # type: ignore[attr-defined]


def test_every_operator_is_shown_here() -> None:
    """Names are unique, and none is without an example."""
    names = [one.name for one in (*MISTAKES, *REWRITES)]

    assert len(set(names)) == len(names)
    assert set(names) == {one[0] for one in (*MISTAKES_MADE, *REWRITTEN)} | {"decorated"}
    assert len(FAMILIES) == 13


def test_change_knows_its_line_and_its_statement() -> None:
    """A call over several lines belongs to the statement that begins above it."""
    (change,) = changes_of("a = 1\nb = Adam(\n    p,\n    lr=1,\n)", [BY_NAME["learning_rate_too_low"]])

    assert (change.line, change.code, change.new, change.lines) == (4, "lr=1,", "lr=(1) / 100,", {2})


def test_change_of_a_decorator_belongs_to_its_function() -> None:
    """A decorator runs when its function is defined."""
    (change,) = changes_of("@torch.no_grad()\ndef f():\n    g()", [BY_NAME["gradients_on"]])

    assert (change.line, change.lines) == (1, {2})


def test_programs_that_are_equal_or_no_python_are_left_out() -> None:
    """Two operators may make the same program, and an edit may break the syntax."""
    twice = Operator("twice", "the same again", BY_NAME["no_step"].sites)
    broken = Operator("broken", "no Python", lambda program: [(program.replaced(program.tree.body[0], "("),)])

    assert len(list(changes_of("optimizer.step()", [BY_NAME["no_step"], twice, broken]))) == 1


def test_columns_count_characters_and_not_bytes() -> None:
    """Text before a place may hold more than ASCII."""
    (change,) = changes_of('x = "ü→"; loss.backward()', [BY_NAME["no_backward"]])

    assert change.text == 'x = "ü→"; pass'

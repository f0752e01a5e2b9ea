"""Other calls for the same: functional or module, function or method, keyword or position, devices."""

import ast
from collections.abc import Callable

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import OPTIMIZERS, Sites, calling_statements
from autograder.mutation.program import Edit, Program, name_of

MODULE_OF = {"mse_loss": "MSELoss", "l1_loss": "L1Loss", "cross_entropy": "CrossEntropyLoss", "nll_loss": "NLLLoss"}
FUNCTION_OF = {module: function for function, module in MODULE_OF.items()}
PARAMETERS = {
    "Linear": ("in_features", "out_features"),
    "Conv2d": ("in_channels", "out_channels", "kernel_size"),
    "MaxPool2d": ("kernel_size",),
    "BatchNorm2d": ("num_features",),
    "Dropout": ("p",),
}
METHODS = ("argmax", "flatten")


def _loss_module(program: Program) -> Sites:
    for call in program.calls(*MODULE_OF):
        if not call.keywords:
            yield (program.replaced(call.func, f"torch.nn.{MODULE_OF[name_of(call.func)]}()"),)


def _loss_function(program: Program) -> Sites:
    for call in program.calls(*FUNCTION_OF):
        if not call.args and not call.keywords:
            yield (program.replaced(call, f"torch.nn.functional.{FUNCTION_OF[name_of(call.func)]}"),)


def _relu(new: str) -> Callable[[Program], Sites]:
    def sites(program: Program) -> Sites:
        for call in program.calls("relu"):
            if len(call.args) == 1 and not call.keywords:
                start, end = program.span(call)
                inner_start, inner_end = program.span(call.args[0])
                before, after = new.split("{}")
                yield (Edit(start, inner_start, before), Edit(inner_end, end, after))

    return sites


def _method_to_function(program: Program) -> Sites:
    for call in program.calls(*METHODS):
        if isinstance(call.func, ast.Attribute) and name_of(call.func.value) not in ("torch", "np"):
            start, inner_end = program.span(call)[0], program.span(call.func.value)[1]
            opening = program.text.index("(", program.span(call.func)[1]) + 1
            comma = ", " if call.args or call.keywords else ""
            yield (Edit(start, start, f"torch.{call.func.attr}("), Edit(inner_end, opening, comma))


def _optimizer_by_keyword(program: Program) -> Sites:
    for call in program.calls(*OPTIMIZERS):
        if 1 <= len(call.args) <= 2:
            starts = [program.span(one)[0] for one in call.args]
            yield tuple(Edit(start, start, word) for start, word in zip(starts, ("params=", "lr="), strict=False))


def _rate_by_position(program: Program) -> Sites:
    for call in program.calls(*OPTIMIZERS):
        if len(call.args) == 1 and call.keywords and call.keywords[0].arg == "lr":
            word = call.keywords[0]
            yield (Edit(program.span(word)[0], program.span(word.value)[0], ""),)


def _layers_by_keyword(program: Program) -> Sites:
    for call in program.calls(*PARAMETERS):
        words = PARAMETERS[name_of(call.func)]
        if 0 < len(call.args) <= len(words) and not any(isinstance(one, ast.Starred) for one in call.args):
            yield tuple(
                Edit(program.span(one)[0], program.span(one)[0], f"{word}=")
                for one, word in zip(call.args, words, strict=False)
            )


def _batches_to_device(program: Program) -> Sites:
    for loop in program.nodes(ast.For):
        pair = loop.target
        if isinstance(pair, ast.Tuple) and isinstance(pair.elts[-1], ast.Tuple):  # enumerate
            pair = pair.elts[-1]
        names = [one.id for one in pair.elts if isinstance(one, ast.Name)] if isinstance(pair, ast.Tuple) else []
        if len(names) == 2 and "loader" in program.source(loop.iter).lower():
            line = f'{names[0]}, {names[1]} = {names[0]}.to("cpu"), {names[1]}.to("cpu")'
            yield (program.before(loop.body[0], line),)


def _networks_to_device(program: Program) -> Sites:
    modules = {one.name for one in program.nodes(ast.ClassDef) if any(name_of(base) == "Module" for base in one.bases)}
    for statement in program.nodes(ast.Return):
        if isinstance(statement.value, ast.Call) and name_of(statement.value.func) in (
            *modules,
            "Linear",
            "Sequential",
        ):
            end = program.span(statement.value)[1]
            yield (Edit(end, end, '.to("cpu")'),)


def _item_to_float(program: Program) -> Sites:
    for call in program.calls("item"):
        if isinstance(call.func, ast.Attribute) and not program.around(call, ast.JoinedStr):
            start, end = program.span(call)
            yield (Edit(start, start, "float("), Edit(program.span(call.func.value)[1], end, ")"))


def _zeros_for_none(program: Program) -> Sites:
    for statement in calling_statements(program, "zero_grad"):
        end = program.span(statement)[1]
        if not statement.value.args:  # type: ignore[attr-defined]
            yield (Edit(end - 1, end - 1, "set_to_none=False"),)


def _sequential_from_list(program: Program) -> Sites:
    for call in program.calls("Sequential"):
        if call.args and not isinstance(call.args[0], ast.Starred):
            start, end = program.span(call.args[0])[0], program.span(call)[1] - 1
            yield (Edit(start, start, "*["), Edit(end, end, "]"))


def _grad_mode_set(program: Program) -> Sites:
    for statement in program.nodes(ast.With):
        for item in statement.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and name_of(call.func) == "no_grad":
                yield (program.replaced(call, "torch.set_grad_enabled(False)"),)


REWRITES = (
    Operator("loss_by_module", "nn.MSELoss()(a, b) for functional.mse_loss(a, b)", _loss_module),
    Operator("loss_by_function", "functional.cross_entropy for nn.CrossEntropyLoss()", _loss_function),
    Operator("activation_by_method", "x.relu() for torch.relu(x)", _relu("({}).relu()")),
    Operator("activation_by_module", "nn.ReLU()(x) for torch.relu(x)", _relu("torch.nn.ReLU()({})")),
    Operator("function_for_method", "torch.argmax(x) for x.argmax()", _method_to_function),
    Operator("optimizer_by_keyword", "SGD(params=…) for SGD(…)", _optimizer_by_keyword),
    Operator("rate_by_position", "SGD(…, 0.1) for SGD(…, lr=0.1)", _rate_by_position),
    Operator("layers_by_keyword", "Linear(in_features=…) for Linear(…)", _layers_by_keyword),
    Operator("batches_to_device", 'batches.to("cpu")', _batches_to_device),
    Operator("networks_to_device", 'network.to("cpu")', _networks_to_device),
    Operator("float_for_item", "float(loss) for loss.item()", _item_to_float),
    Operator("zeros_for_none", "zero_grad(set_to_none=False)", _zeros_for_none),
    Operator("sequential_from_list", "Sequential(*[…]) for Sequential(…)", _sequential_from_list),
    Operator("gradients_off_by_setting", "set_grad_enabled(False) for no_grad()", _grad_mode_set),
)

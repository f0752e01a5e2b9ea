"""Other statements for the same: loops, comprehensions, branches, assignments."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites
from autograder.mutation.program import Edit, Program, name_of

MIRRORED = {ast.Gt: "<", ast.Lt: ">", ast.GtE: "<=", ast.LtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _comprehension_to_loop(program: Program) -> Sites:
    for statement in program.nodes(ast.Assign, ast.Return):
        made = statement.value
        if isinstance(made, ast.ListComp) and len(made.generators) == 1 and _starts_line(program, statement):
            target = "made_here" if isinstance(statement, ast.Return) else program.source(statement.targets[0])
            if not target.isidentifier():
                continue
            loop = made.generators[0]
            space = program.indentation(statement)
            tests = "".join(f" if {program.source(one)}" for one in loop.ifs)
            item, items = program.source(loop.target), program.source(loop.iter)
            lines = [
                f"{target} = []",
                f"for {item} in {f'[{item} for {item} in {items}{tests}]' if tests else items}:",
                f"    {target}.append({program.source(made.elt)})",
            ]
            if isinstance(statement, ast.Return):
                lines.append(f"return {target}")
            yield (program.replaced(statement, f"\n{space}".join(lines)),)


def _loop_to_while(program: Program) -> Sites:
    for count, loop in enumerate(program.nodes(ast.For)):
        call = loop.iter
        simple = isinstance(call, ast.Call) and name_of(call.func) == "range" and len(call.args) == 1
        if simple and not loop.orelse and not any(isinstance(one, ast.Continue) for one in ast.walk(loop)):
            start, end = program.span(loop)[0], program.span(loop.iter)[1]
            space, turn = program.indentation(loop), f"turn_{count}"
            target = program.source(loop.target)
            head = f"{turn} = 0\n{space}while {turn} < ({program.source(call.args[0])})"
            inner = program.indentation(loop.body[0])
            body = f"{target} = {turn}\n{inner}{turn} += 1\n{inner}"
            first = program.span(loop.body[0])[0]
            yield (Edit(start, end, head), Edit(first, first, body))


def _choice_to_branches(program: Program) -> Sites:
    for statement in program.nodes(ast.Assign, ast.Return):
        choice = statement.value
        if isinstance(choice, ast.IfExp) and _starts_line(program, statement):
            left = "return " if isinstance(statement, ast.Return) else f"{program.source(statement.targets[0])} = "
            space = program.indentation(statement)
            lines = [
                f"if {program.source(choice.test)}:",
                f"    {left}{program.source(choice.body)}",
                "else:",
                f"    {left}{program.source(choice.orelse)}",
            ]
            yield (program.replaced(statement, f"\n{space}".join(lines)),)


def _result_named(program: Program) -> Sites:
    for statement in program.nodes(ast.Return):
        if statement.value is not None and _starts_line(program, statement):
            value = f"({program.source(statement.value)})"
            yield (
                program.replaced(
                    statement, f"result_here = {value}\n{program.indentation(statement)}return result_here"
                ),
            )


def _comparison_mirrored(program: Program) -> Sites:
    for node in program.nodes(ast.Compare):
        sign = MIRRORED.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if sign and not program.around(node, ast.JoinedStr):
            left, right = program.source(node.left), program.source(node.comparators[0])
            yield (program.replaced(node, f"({right}) {sign} ({left})"),)


def _sum_written_out(program: Program) -> Sites:
    for statement in program.nodes(ast.AugAssign):
        if isinstance(statement.target, ast.Name) and type(statement.op) in SIGNS:
            name, value = statement.target.id, program.source(statement.value)
            yield (program.replaced(statement, f"{name} = {name} {SIGNS[type(statement.op)]} ({value})"),)


def _tuple_by_call(program: Program) -> Sites:
    for statement in program.nodes(ast.Return):
        if isinstance(statement.value, ast.Tuple):
            parts = ", ".join(program.source(one) for one in statement.value.elts)
            yield (program.replaced(statement.value, f"tuple([{parts}])"),)


def _dict_by_call(program: Program) -> Sites:
    for node in program.nodes(ast.Dict):
        keys = [str(one.value) if isinstance(one, ast.Constant) else "" for one in node.keys]
        if keys and all(map(str.isidentifier, keys)) and not program.around(node, ast.JoinedStr):
            words = (f"{key}={program.source(value)}" for key, value in zip(keys, node.values, strict=True))
            yield (program.replaced(node, f"dict({', '.join(words)})"),)


def _list_by_call(program: Program) -> Sites:
    for node in program.nodes(ast.List):
        if not node.elts and isinstance(node.ctx, ast.Load):
            yield (program.replaced(node, "list()"),)


def _starts_line(program: Program, statement: ast.stmt) -> bool:
    start = program.span(statement)[0]
    return program.text[:start].endswith(("\n" + program.indentation(statement), program.indentation(statement)))


REWRITES = (
    Operator("comprehension_to_loop", "a loop that appends, for a comprehension", _comprehension_to_loop),
    Operator("loop_to_while", "a while loop with a counter, for a range", _loop_to_while),
    Operator("choice_to_branches", "if and else, for a conditional expression", _choice_to_branches),
    Operator("result_named", "a name for the returned value", _result_named),
    Operator("comparison_mirrored", "b < a for a > b", _comparison_mirrored),
    Operator("sum_written_out", "x = x + y for x += y", _sum_written_out),
    Operator("tuple_by_call", "tuple([a, b]) for a, b", _tuple_by_call),
    Operator("list_by_call", "list() for []", _list_by_call),
    Operator("dict_by_call", 'dict(a=1) for {"a": 1}', _dict_by_call),
)

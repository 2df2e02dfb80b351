"""Primitives as Python text: the body of the forward computation, with operands put in.

The text is the engine's own source, read from the block that defines the primitive.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from functools import lru_cache
from typing import Any

from autograd.primitive import Primitive

__all__ = ["identifier", "number", "spelled"]


def identifier(primitive: Primitive) -> str:
    """A name for a primitive with its constants."""
    constants = "".join(f"_{i}" for i in primitive.constants.values())
    name = f"{primitive.name}{constants}".translate(str.maketrans("-+.", "mpd"))
    return name if name.isidentifier() else f"{primitive.name}_"


_NOT_FINITE = {"inf": "math.inf", "-inf": "(-math.inf)", "nan": "math.nan"}


def number(x: Any) -> str:
    """A number as Python text."""
    text = repr(float(x))
    if not math.isfinite(x):
        return _NOT_FINITE[text]
    return f"({text})" if x < 0 or text.startswith("-") else text


@lru_cache(maxsize=1024)
def spelled(primitive: Primitive) -> str | None:
    """The body of a primitive as a format text of its operands, if it is a single expression."""
    body = inspect.unwrap(primitive)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    except (OSError, TypeError, SyntaxError):
        return None
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return None
    last = function.body[-1]
    if len(function.body) > 2 or not isinstance(last, ast.Return) or last.value is None:
        return None
    names = {a.arg: f"OPERAND{i}" for i, a in enumerate(function.args.args)}
    filled = _Filler(names, primitive.constants).visit(last.value)
    used = {n.id for n in ast.walk(filled) if isinstance(n, ast.Name)} - set(names.values())
    if used - {"math", "max", "min", "abs"}:
        return None
    text = ast.unparse(filled).replace("{", "{{").replace("}", "}}")
    for i in range(len(names)):
        text = text.replace(f"OPERAND{i}", f"{{{i}}}")
    return text


class _Filler(ast.NodeTransformer):
    """Puts operands and constants in, and decides what the constants decide."""

    def __init__(self, names: dict[str, str], constants: dict[str, Any]):
        self.names, self.constants = names, constants

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.names:
            return ast.Name(self.names[node.id])
        if node.id in self.constants and math.isfinite(self.constants[node.id]):
            return ast.Constant(self.constants[node.id])
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        test = self.visit(node.test)
        if not any(isinstance(part, ast.Name) for part in ast.walk(test)):
            settled = ast.fix_missing_locations(ast.Expression(test))
            chosen = eval(compile(settled, "<constants>", "eval"), {})
            return self.visit(node.body if chosen else node.orelse)
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))

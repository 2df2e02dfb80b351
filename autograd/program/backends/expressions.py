"""Expressions as text: operations by a table of templates, with brackets where they are needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.program.symbols import Expression, Symbol

CHOSEN, EITHER, BOTH, NOT, COMPARED, ADDED, MULTIPLIED, NEGATED, RAISED, ATOM = range(10)
"""Grades of how closely the parts of a text hold together."""
Written = tuple[str, int]
"""A text, and how closely it holds together."""

ARITHMETIC: dict[str, Written] = {
    "add": ("{} + {}", ADDED), "subtract": ("{} - {}", ADDED), "multiply": ("{} * {}", MULTIPLIED),
    "divide": ("{} / {}", MULTIPLIED), "negative": ("-{}", NEGATED), "less": ("{} < {}", COMPARED),
    "less_equal": ("{} <= {}", COMPARED), "greater": ("{} > {}", COMPARED),
    "greater_equal": ("{} >= {}", COMPARED), "equal": ("{} == {}", COMPARED),
    "not_equal": ("{} != {}", COMPARED),
}  # fmt: skip
"""The operations that Python writes alike for floats and for arrays."""
IN_C: dict[str, str] = {
    "absolute": "fabs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "power": "pow",
    "arcsinh": "asinh", "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh",
} | {
    name: name
    for name in (
        "cbrt", "cos", "cosh", "erf", "erfc", "exp", "expm1", "floor", "fmod", "hypot", "log",
        "log10", "log1p", "log2", "sin", "sinh", "sqrt", "tan", "tanh",
    )
}  # fmt: skip
"""The elementary operations in C's library, by its names, which are those of Python's `math`."""
_UNCHAINED = {CHOSEN, COMPARED, RAISED}
"""Grades of what means something else without brackets, if it comes first in one like itself."""


class Expressions:
    """A printer of expressions.

    Args:
        spelled: a template for each operation that is written as one.
        number: the text of a number.
        variable: of a variable.
        called: of any other operation, given what prints its operands.
    """

    def __init__(
        self,
        spelled: dict[str, Written],
        number: Callable[[Any], str],
        variable: Callable[[Symbol], Written],
        called: Callable[[Symbol, Callable[[Expression], str]], str],
    ) -> None:
        self._spelled, self._number = spelled, number
        self._variable, self._called = variable, called

    def text(self, x: Expression, above: int = 0) -> str:
        """The text, in brackets if it holds together less closely than `above`."""
        text, grade = self.written(x)
        return f"({text})" if grade < above else text

    def written(self, x: Expression) -> Written:
        """The text, and its grade."""
        if not isinstance(x, Symbol):
            return self._number(x), ATOM
        if not x.op:
            return self._variable(x)
        if x.op == "indicator":
            return self.written(x.args[0])
        if x.op not in self._spelled:
            return self._called(x, self.text), ATOM
        template, grade = self._spelled[x.op]
        closer = grade + 1
        first = closer if grade in _UNCHAINED else grade
        parts = [self.text(arg, closer if i else first) for i, arg in enumerate(x.args)]
        return template.format(*parts), grade

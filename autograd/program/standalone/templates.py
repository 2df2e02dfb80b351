"""Templates: forms as text of a language, in which {0}, {1}, … stand for operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.primitives.operations import COMPARISONS, LOGICAL
from autograd.program.backends.expressions import ATOM, MULTIPLIED, Expressions
from autograd.program.standalone.language import Language, unwritable
from autograd.program.straight.forms import Form
from autograd.program.symbols import Expression, Symbol

_CONDITIONS = {*COMPARISONS, *LOGICAL}
Template = tuple[list[str], list[tuple[str, bool]]]
"""Texts of what is computed on the way, and of each result, with whether that is a condition."""


class Templates:
    """The templates of forms in a language, each printed once.

    Args:
        used: where to note the functions that they call.
    """

    def __init__(self, language: Language, used: set[str]) -> None:
        self._language, self._used = language, used
        self._texts: dict[Form, Template] = {}
        self._expressions = Expressions(
            language.spelled, language.number, lambda x: (x.name, ATOM), self._called
        )

    def of(self, form: Form) -> Template:
        """The template of a form."""
        if form not in self._texts:
            write = self._expressions.text
            results = [
                (write(x), isinstance(x, Symbol) and x.op in _CONDITIONS) for x in form.results
            ]
            self._texts[form] = [*map(write, form.temporaries)], results
        return self._texts[form]

    def _called(self, x: Symbol, text: Callable[[Expression], str]) -> str:
        divisor: Any = x.args[-1]
        if x.op == "divide" and not isinstance(divisor, Symbol) and divisor:
            return f"({self._expressions.text(x.args[0], MULTIPLIED)} / {text(divisor)})"
        name = self._language.functions.get(x.op)
        if name is None:
            raise unwritable(x)
        self._used.add(name)
        return f"{name}({', '.join(map(text, x.args))})"

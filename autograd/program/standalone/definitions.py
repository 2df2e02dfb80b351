"""Definitions: the functions that array statements call, in NumPy's terms."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from typing import Any

from autograd.primitives.operations import COMPARISONS, LOGICAL
from autograd.primitives.primitive import Primitive
from autograd.program.backends.expressions import (
    ARITHMETIC,
    ATOM,
    Expressions,
    Written,
)
from autograd.program.backends.heading import Heading, Variables
from autograd.program.backends.places import number_text
from autograd.program.standalone.language import unwritable
from autograd.program.standalone.names import identifier
from autograd.program.straight.forms import Form, placeholders
from autograd.program.straight.spelled import Spelled
from autograd.program.symbols import Expression, Symbol, spelled_out
from autograd.program.tokens import numpy_name

_CONDITIONS = {*COMPARISONS, *LOGICAL}
_SIGNS = {"*", "/", "+", "-", "neg"}
HELPERS = {
    "power": "def power(x, y):\n"
    "    return np.power(x, np.full(np.broadcast_shapes(np.shape(x), np.shape(y)), y))\n",
    "erf": "erf = np.vectorize(math.erf, otypes=[float])\n",
    "erfc": "erfc = np.vectorize(math.erfc, otypes=[float])\n",
    "chosen": "def chosen(rows, index):\n"
    "    number = np.clip(np.nan_to_num(index), 0, rows.shape[1] - 1).astype(int)\n"
    "    return number, number == index\n",
    "take": "def take(rows, index):\n"
    "    number, known = chosen(rows, index)\n"
    "    found = np.take_along_axis(rows, number[:, None], 1)[:, 0]\n"
    "    return np.where(known, found, np.nan)\n",
    "scatter": "def scatter(array, rows, index, messages, how=np.add):\n"
    "    number, known = chosen(rows, index)\n"
    "    place = np.take_along_axis(rows, number, 1), np.arange(array.shape[1])\n"
    "    how.at(array, place, np.where(known, messages, False))\n",
}
_TAKEN = {
    *HELPERS, *keyword.kwlist, "np", "math", "float", "table", "n", "inputs", "parameters",
    "columns", "rows", "value", "value_and_grad", "jacobian", "INPUTS", "NAMES", "PARAMETERS",
}  # fmt: skip
_OF_THE_TEXT = re.compile(r"d?R?[APRWXZbcwt]\d*|gradient_\d+")
_NEEDS = {"take": "chosen", "scatter": "chosen"}


class Definitions(Heading):
    """The names of a text that imports nothing but NumPy.

    Args:
        shared: the names of another function of the same file.
    """

    def __init__(self, shared: Definitions | None = None) -> None:
        super().__init__()
        self._known: dict[Any, str] = {}
        if shared is not None:
            self._definitions, self._known = shared._definitions, shared._known

    @property
    def functions(self) -> list[str]:
        """The texts of the functions."""
        return [*self._definitions.values()]

    def helper(self, name: str) -> str:
        """The name of a function that is defined in the text."""
        if name in _NEEDS:
            self.helper(_NEEDS[name])
        self._definitions[name] = HELPERS[name]
        return name

    def primitive(
        self, primitive: Primitive, operands: tuple[Expression, ...], variables: Variables
    ) -> Written:
        """A primitive of operands: signs, or a call of a function that is defined in the text."""
        if primitive.op in _SIGNS:
            return self._expressions(variables).written(spelled_out(primitive, operands))
        texts = [self.text(x, variables) for x in operands]
        return f"{self._function(primitive, len(texts))}({', '.join(texts)})", ATOM

    def reduced(self, primitive: Primitive, whole: str, count: int) -> str:
        """A primitive of so many operands, which are along the second axis of an array."""
        return f"{self._function(primitive, count)}(*np.moveaxis({whole}, 1, 0))"

    def prime(self, primitive: Primitive, count: int) -> str:
        """The name of a function's derivative; of an n-ary one of so many operands."""
        key = "prime", primitive, count
        if key not in self._known:
            operands = placeholders(Spelled, count)
            out = Spelled.value(primitive, count)
            slopes = Spelled.slopes(primitive, out, list(operands))
            several = primitive.arity is None
            self._define(key, f"{primitive.name}_prime", Form(count, slopes), several)
        return self._known[key]

    def _function(self, primitive: Primitive, count: int) -> str:
        key = "value", primitive, count
        if key not in self._known:
            form = Form(count, [Spelled.value(primitive, count)])
            self._define(key, primitive.name, form, several=False)
        return self._known[key]

    def _define(self, key: Any, like: str, form: Form, several: bool) -> None:
        """Define a function by a form: of one result, or of several along the second axis."""
        stem = name = identifier(like) or "f"
        number = 1
        while name in self._definitions or name in _TAKEN or _OF_THE_TEXT.fullmatch(name):
            number += 1
            name = f"{stem}_{number}"
        self._known[key], self._definitions[name] = name, ""
        count = form.count
        names = ["x"] if count == 1 else [f"x{i}" for i in range(count)]
        given = "xs" if several else ", ".join(names)
        lines = [f"{', '.join(names)}, = np.moveaxis(xs, 1, 0)"] * several

        def variable(symbol: Symbol) -> Written:
            return symbol.name.format(*names), ATOM

        for temporary in form.temporaries:
            lines.append(f"t{len(names)} = {self.text(temporary, variable)}")
            names.append(f"t{len(names)}")
        results = [self.text(x, variable) for x in form.results]
        if several:
            lines.append(
                f"return np.stack(np.broadcast_arrays({', '.join([names[0], *results])})[1:], 1)"
            )
        elif isinstance(form.results[0], Symbol) and form.results[0].op in _CONDITIONS:
            lines.append(f"return np.where({results[0]}, 1.0, 0.0)")
        else:
            lines.append(f"return {results[0]}")
        self._definitions.pop(name)  # to stand behind those that it calls
        self._definitions[name] = f"def {name}({given}):\n" + "".join(f"    {t}\n" for t in lines)

    def _expressions(self, variables: Variables) -> Expressions:
        return Expressions(ARITHMETIC, number_text, variables, self._called)

    def _called(self, value: Symbol, text: Callable[[Expression], str]) -> str:
        given = ", ".join(map(text, value.args))
        function: Any = value.function
        primitive = getattr(function, "reduced_by", None)
        if primitive is not None:
            return f"{self._function(primitive, len(value.args))}({given})"
        if value.op != "call":
            name = self.helper(value.op) if value.op in HELPERS else f"np.{value.op}"
        elif isinstance(function, Primitive):
            name = self._function(function, len(value.args))
        elif numpy_name(function):
            name = f"np.{numpy_name(function)}"
        else:
            raise unwritable(value)
        return f"{name}({given})"

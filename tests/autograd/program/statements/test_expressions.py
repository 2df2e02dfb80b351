"""Expressions as text: brackets stand where the text would mean something else without them."""

from __future__ import annotations

from typing import Any

import pytest

from autograd.program.backends import floats, heading
from autograd.program.backends.expressions import ATOM, Expressions
from autograd.program.symbols import Symbol, apply, variable

X, Y, Z = map(variable, "xyz")


def of(op: str, *args: Any) -> Symbol:
    """An operation as it is, without simplification."""
    return Symbol(op, args)


WRITTEN = {
    "x - y - z": of("subtract", of("subtract", X, Y), Z),
    "x - (y - z)": of("subtract", X, of("subtract", Y, Z)),
    "(x + y) * -z": of("multiply", of("add", X, Y), of("negative", Z)),
    "x / (y * z)": of("divide", X, of("multiply", Y, Z)),
    "(x < y) < z": of("less", of("less", X, Y), Z),
    "x * (y < z)": of("multiply", X, of("indicator", of("less", Y, Z))),
    "f(x + y)": of("f", of("add", X, Y)),
}
FOR_FLOATS = {
    "(x if y else z) + y": of("add", of("where", Y, X, Z), Y),
    "(x if y else z) if z else y": of("where", Z, of("where", Y, X, Z), Y),
    "not x and y or z": of("logical_or", of("logical_and", of("logical_not", X), Y), Z),
    "not (x or y)": of("logical_not", of("logical_or", X, Y)),
}
FOR_ARRAYS = {
    "(x ** y) ** z": of("power", of("power", X, Y), Z),
    "(-x) ** y": of("power", of("negative", X), Y),
    "-x ** y": of("negative", of("power", X, Y)),
}


@pytest.mark.parametrize(
    ("table", "more"),
    [(floats.SPELLED, FOR_FLOATS), (heading.SPELLED, FOR_ARRAYS)],
    ids=["floats", "arrays"],
)
def test_brackets(table: dict[str, Any], more: dict[str, Symbol]) -> None:
    printer = Expressions(
        table,
        str,
        lambda symbol: (symbol.name, ATOM),
        lambda symbol, text: f"{symbol.op}({', '.join(map(text, symbol.args))})",
    )
    for expected, expression in (WRITTEN | more).items():
        assert printer.text(expression) == expected


def test_what_is_shared_stands_once_in_a_key() -> None:
    """As a tuple, the key of x² = x·x, squared forty times, would have 2⁴⁰ parts."""
    x = y = variable("x")
    for _ in range(40):
        x, y = apply("multiply", x, x), apply("multiply", y, y)
    assert x.key is y.key
    assert x.key is not apply("multiply", x, x).key

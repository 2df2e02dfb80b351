"""The functions that a formula can call, and how its arguments become theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import autograd
from autograd import PRIMITIVES
from viz.errors import FormulaError

_WRITTEN_OTHERWISE = {"add", "sub", "mul", "div", "neg", "pow", "power", "identity", "where"}
_OTHER_NAMES = {"ln": "log", "σ": "sigmoid", "max": "maximum", "min": "minimum", "arctan": "atan"}

FUNCTIONS = tuple(
    sorted(
        name
        for name in PRIMITIVES
        if name not in _WRITTEN_OTHERWISE and callable(getattr(autograd, name, None))
    )
)
"""Those of the engine's functions that give one number and have no operator of their own."""


def apply(name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """Call one of `FUNCTIONS` with numbers, Values and lists of them.

    Functions of many operands take them one by one, `sum(a, b)`, or as one list, `sum([a, b])`.

    Raises:
        FormulaError: there is no such function, or the arguments do not fit.

    >>> apply("clip", [3.0, -1.0, 1.0], {}), apply("sum", [1.0, 2.0], {})
    (1.0, 3.0)
    """
    if name not in FUNCTIONS:
        hint = suggestion(name, FUNCTIONS) or f"; there are {', '.join(FUNCTIONS)}"
        raise FormulaError(f"there is no function {name}{hint}")
    function = getattr(autograd, name)
    if name == "dot":
        return function(*_dot_arguments(arguments, keywords))
    if PRIMITIVES[name].arity is None:
        return function(_operands(name, arguments, keywords))
    operands, constants = _split(name, arguments, keywords)
    return function(*operands, **constants)


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest of the known names, or "" when none is near.

    >>> suggestion("sigmiod", ["sigmoid", "tanh"])
    '; did you mean sigmoid?'
    """
    known = list(known)
    close = [other for other in [_OTHER_NAMES.get(name)] if other in known]
    close += difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _dot_arguments(arguments: list[Any], keywords: dict[str, Any]) -> list[Any]:
    usage = "write dot([w1, w2], [x1, x2]) or dot([w1, w2], [x1, x2], b)"
    arguments = arguments + ([keywords["bias"]] if "bias" in keywords else [])
    lists = [isinstance(argument, list) for argument in arguments]
    if set(keywords) - {"bias"} or lists not in ([True, True], [True, True, False]):
        raise FormulaError(f"dot takes two lists and perhaps a bias; {usage}")
    return [_scalars("dot", x) if isinstance(x, list) else x for x in arguments]


def _operands(name: str, arguments: list[Any], keywords: dict[str, Any]) -> list[Any]:
    _refuse_unknown(name, keywords)
    if len(arguments) == 1 and isinstance(arguments[0], list):
        arguments = arguments[0]
    if not arguments:
        raise FormulaError(f"{name} needs at least one operand: {name}(a, b)")
    return _scalars(name, arguments)


def _split(
    name: str, arguments: list[Any], keywords: dict[str, Any]
) -> tuple[list[Any], dict[str, float]]:
    """The operands, and the constants, which may follow them by position or by keyword."""
    primitive = PRIMITIVES[name]
    arity, known = primitive.arity or 0, list(primitive.constants)
    count = len(arguments)
    if count < arity or count > arity + len(known):
        raise FormulaError(f"{_usage(name)}, not {count} argument{'s' if count != 1 else ''}")
    _refuse_unknown(name, keywords)
    constants = dict(zip(known, arguments[arity:], strict=False))
    for constant in constants.keys() & keywords:
        raise FormulaError(f"{constant} of {name} is given twice")
    constants |= keywords
    for constant, number in constants.items():
        if not isinstance(number, float):
            raise FormulaError(
                f"{constant} of {name} is a constant: give a number, such as {constant}=0.1"
            )
    return _scalars(name, arguments[:arity]), constants


def _usage(name: str) -> str:
    primitive = PRIMITIVES[name]
    takes, names = ("1 operand", "x") if primitive.arity == 1 else ("2 operands", "x, y")
    constants = [f", {constant}={number:g}" for constant, number in primitive.constants.items()]
    return f"{name} takes {takes}: {name}({names}{''.join(constants)})"


def _refuse_unknown(name: str, keywords: dict[str, Any]) -> None:
    known = PRIMITIVES[name].constants
    for keyword in keywords:
        if keyword not in known:
            has = f"; it has {', '.join(known)}" if known else ""
            raise FormulaError(f"{name} has no constant {keyword}{has}")


def _scalars(name: str, arguments: list[Any]) -> list[Any]:
    if any(isinstance(argument, list) for argument in arguments):
        raise FormulaError(f"{name} takes a number here, not a list")
    return arguments

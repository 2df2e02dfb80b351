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

Fitted = tuple[list[Any], dict[str, float]]


def apply(name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """Call one of `FUNCTIONS` with numbers, Values and lists of them.

    Functions of many operands take them one by one, `sum(a, b)`, or as one list, `sum([a, b])`.
    """
    if name not in FUNCTIONS:
        hint = suggestion(name, FUNCTIONS) or f"; there are {', '.join(FUNCTIONS)}"
        raise FormulaError(f"there is no function {name}{hint}")
    fitted = _of_dot if name == "dot" else _fitted
    operands, constants = fitted(name, arguments, keywords)
    return getattr(autograd, name)(*operands, **constants)


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest of the known names, or "" when none is near."""
    known = list(known)
    close = [other for other in [_OTHER_NAMES.get(name)] if other in known]
    close += difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _of_dot(name: str, arguments: list[Any], keywords: dict[str, Any]) -> Fitted:
    arguments = arguments + ([keywords["bias"]] if "bias" in keywords else [])
    lists = [isinstance(argument, list) for argument in arguments]
    if set(keywords) - {"bias"} or lists not in ([True, True], [True, True, False]):
        raise FormulaError(
            "dot takes two lists and perhaps a bias; "
            "write dot([w1, w2], [x1, x2]) or dot([w1, w2], [x1, x2], b)"
        )
    return [_scalars(name, x) if isinstance(x, list) else x for x in arguments], {}


def _fitted(name: str, arguments: list[Any], keywords: dict[str, Any]) -> Fitted:
    """The operands, and the constants, which may follow them by position or by keyword."""
    primitive = PRIMITIVES[name]
    known, many = list(primitive.constants), primitive.arity is None
    if many and len(arguments) == 1 and isinstance(arguments[0], list):
        arguments = arguments[0]
    if many and not arguments:
        raise FormulaError(f"{name} needs at least one operand: {name}(a, b)")
    count, arity = len(arguments), primitive.arity or len(arguments)
    if count < arity or count > arity + len(known):
        raise FormulaError(f"{_usage(name)}, not {count} argument{'s' if count != 1 else ''}")
    for keyword in keywords:
        if keyword not in known:
            has = f"; it has {', '.join(known)}" if known else ""
            raise FormulaError(f"{name} has no constant {keyword}{has}")
    constants = dict(zip(known, arguments[arity:], strict=False))
    for constant in constants.keys() & keywords:
        raise FormulaError(f"{constant} of {name} is given twice")
    constants |= keywords
    for constant, number in constants.items():
        if not isinstance(number, float):
            raise FormulaError(
                f"{constant} of {name} is a constant: give a number, such as {constant}=0.1"
            )
    operands = _scalars(name, arguments[:arity])
    return [operands] if many else operands, constants


def _usage(name: str) -> str:
    primitive = PRIMITIVES[name]
    takes, names = ("1 operand", "x") if primitive.arity == 1 else ("2 operands", "x, y")
    constants = [f", {constant}={number:g}" for constant, number in primitive.constants.items()]
    return f"{name} takes {takes}: {name}({names}{''.join(constants)})"


def _scalars(name: str, arguments: list[Any]) -> list[Any]:
    if any(isinstance(argument, list) for argument in arguments):
        raise FormulaError(f"{name} takes a number here, not a list")
    return arguments

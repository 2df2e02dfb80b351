"""Python: functions of sequences of floats, with `math` alone."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.program.backends.expressions import Written
from autograd.program.backends.floats import SPELLED as OF_FLOATS
from autograd.program.standalone.function import Function
from autograd.program.standalone.language import Language, helpers_of
from autograd.program.standalone.layout import Layout
from autograd.program.standalone.parts import Parts, wrapped
from autograd.program.straight.lines import Straight
from autograd.program.tokens import number

SPELLED: dict[str, Written] = {op: how for op, how in OF_FLOATS.items() if op != "divide"}
_DOMAINS = {  # where a function of math would raise, its value by IEEE 754
    "log": "math.log(x) if x > 0.0 else -inf if x == 0.0 else nan",
    "log2": "math.log2(x) if x > 0.0 else -inf if x == 0.0 else nan",
    "log10": "math.log10(x) if x > 0.0 else -inf if x == 0.0 else nan",
    "log1p": "math.log1p(x) if x > -1.0 else -inf if x == -1.0 else nan",
    "sqrt": "math.sqrt(x) if x >= 0.0 else nan",
    "sin": "math.sin(x) if abs(x) < inf else nan",
    "cos": "math.cos(x) if abs(x) < inf else nan",
    "tan": "math.tan(x) if abs(x) < inf else nan",
    "asin": "math.asin(x) if abs(x) <= 1.0 else nan",
    "acos": "math.acos(x) if abs(x) <= 1.0 else nan",
    "acosh": "math.acosh(x) if x >= 1.0 else nan",
    "atanh": "math.atanh(x) if abs(x) < 1.0 else x * inf if abs(x) == 1.0 else nan",
    "floor": "float(math.floor(x)) if 0.0 < abs(x) < inf else x",
}
_LARGE = {"exp": "inf", "expm1": "inf", "cosh": "inf", "sinh": "math.copysign(inf, x)"}
_DIVIDE = """\
def divide(x, y):
    if y != 0.0:
        return x / y
    return math.copysign(inf, x) * math.copysign(1.0, y) if abs(x) > 0.0 else nan
"""
_FMOD = """\
def fmod(x, y):
    return math.fmod(x, y) if abs(x) < inf and y != 0.0 else nan
"""
_POWER = """\
def power(x, y):
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0.0 and y % 2.0 == 1.0 else inf
    except ValueError:
        return nan if x != 0.0 else math.copysign(inf, x) if y % 2.0 == 1.0 else inf
"""
HELPERS = {
    "divide": _DIVIDE,
    "fmod": _FMOD,
    "power": _POWER,
    **{name: f"def {name}(x):\n    return {text}\n" for name, text in _DOMAINS.items()},
    **{
        name: f"def {name}(x):\n    try:\n        return math.{name}(x)\n"
        f"    except OverflowError:\n        return {text}\n"
        for name, text in _LARGE.items()
    },
}
PYTHON = Language(
    SPELLED,
    {
        "absolute": "abs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin",
        "arctanh": "atanh", "arctan": "math.atan", "arcsinh": "math.asinh", "power": "power",
        "arctan2": "math.atan2", "divide": "divide",
    }
    | {name: f"math.{name}" for name in ("cbrt", "erf", "erfc", "hypot", "tanh")}
    | {
        name: name
        for name in (
            "cos", "cosh", "exp", "expm1", "floor", "fmod", "log", "log10", "log1p", "log2", "sin",
            "sinh", "sqrt", "tan",
        )
    },
    {name: (text, ()) for name, text in HELPERS.items()},
    number,
    truth="float({})",
)  # fmt: skip
_HEAD = '''\
"""{comment}

Python alone. Inputs and parameters are sequences of floats; without parameters given, the numbers
are those that they had when this was written.
"""

import math
from math import inf, nan
'''
_GIVEN = "inputs, parameters=PARAMETERS"


def write_python(parts: Parts) -> str:
    """A program as a Python module of straight lines."""
    used: set[str] = set()
    functions = _value(parts, used)
    if parts.gradient:
        functions += _gradient(parts, parts.gradient, used)
    if parts.jacobian:
        functions += _jacobian(parts, parts.jacobian, used)
    head = _HEAD.format(comment="\n".join(parts.comment()))
    defined = [head, *(f"\n{text}" for text in helpers_of(PYTHON, used))]
    return "\n".join([*defined, *constants(parts.layout), *functions, ""])


def constants(layout: Layout) -> list[str]:
    """Lines that hold the names of a file's numbers, and the parameters themselves."""
    found: list[str] = []
    for name, texts in (
        ("INPUTS", map(repr, layout.inputs)),
        ("NAMES", map(repr, layout.parameters)),
        ("PARAMETERS", map(number, layout.numbers)),
    ):
        first, *rest = _list(texts)
        found += [f"{name} = {first}", *rest]
    return found


def _value(parts: Parts, used: set[str]) -> list[str]:
    function = Function(PYTHON, parts.layout, parts.value, used, "value")
    found = function.outputs()
    several = parts.outputs > 1
    title = f"The {len(found)} values, as a list." if several else "The value."
    return _whole(title, function, function.part(0), _list(found) if several else found)


def _gradient(parts: Parts, lines: Straight, used: set[str]) -> list[str]:
    function = Function(PYTHON, parts.layout, lines, used, "value_and_grad")
    body = [*function.part(0), *function.part(1)]
    gradient = _list(function.gradient())
    found = [f"{function.outputs()[0]}, {gradient[0]}", *gradient[1:]]
    return _whole("The value, and its gradient as a list.", function, body, found)


def _jacobian(parts: Parts, lines: Straight, used: set[str]) -> list[str]:
    function = Function(PYTHON, parts.layout, lines, used, "jacobian")
    body = ["rows = []", *function.part(0)]
    for i in range(parts.outputs):
        row = _list(function.gradient(i))
        body += [*function.part(i + 1), f"rows.append({row[0]}", *row[1:]]
        body[-1] += ")"
    title = "The Jacobian: a row for each value, and in it a number for each derivative."
    return _whole(title, function, body, ["rows"])


def _list(texts: Iterable[str]) -> list[str]:
    """A list, in one line or in several."""
    lines = wrapped(texts)
    return ["[", *lines, "]"] if len(lines) > 1 else [f"[{lines[0].strip() if lines else ''}]"]


def _whole(title: str, function: Function, body: list[str], found: list[str]) -> list[str]:
    lines = [*function.leaves(function.read), *body, f"return {found[0]}", *found[1:]]
    head = ["", "", f"def {function.title}({_GIVEN}):", f'    """{title}"""']
    return [*head, *(f"    {line}" for line in lines)]

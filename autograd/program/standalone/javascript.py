"""JavaScript: an ES module of functions of arrays, without dependencies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from autograd.program.backends.expressions import (
    ARITHMETIC,
    CHOSEN,
    COMPARED,
    MULTIPLIED,
    RAISED,
    Written,
)
from autograd.program.standalone.function import Function
from autograd.program.standalone.language import Language, helpers_of, number_text
from autograd.program.standalone.parts import Parts, wrapped
from autograd.program.straight.lines import Name, Straight

SPELLED: dict[str, Written] = ARITHMETIC | {
    "where": ("{} ? {} : {}", CHOSEN), "negative": ("-{}", RAISED), "fmod": ("{} % {}", MULTIPLIED),
    "logical_and": ("{} && {}", COMPARED), "logical_or": ("{} || {}", COMPARED),
    "logical_not": ("!{}", RAISED),
}  # fmt: skip
_POWER = """\
// Math.pow, but for 1 to any power and -1 to an infinite one, which are 1 by IEEE 754.
function power(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);
}
"""
_ERF = """\
// The error function: its series of terms of one sign, and from 2 on 1 - erfc.
function erf(x) {
  if (Math.abs(x) > 2) return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
  let term = x, sum = x;
  for (let n = 3; n < 100; n += 2) sum += term *= 2 * x * x / n;
  return sum * Math.exp(-x * x) * (2 / Math.sqrt(Math.PI));
}
"""
_ERFC = """\
// 1 - erf, and from 2 on its continued fraction, with exp(-x^2) of a square without rounding.
function erfc(x) {
  if (!(x > 2)) return x < -2 ? 2 - erfc(-x) : 1 - erf(x);
  if (x > 28) return 0;
  let below = x;
  for (let k = 60; k > 0; k--) below = x + k / 2 / below;
  const near = Math.fround(x);
  return Math.exp(-near * near) / (below * Math.sqrt(Math.PI)) * Math.exp((near - x) * (near + x));
}
"""


js_number = partial(number_text, nan="NaN", infinity="Infinity")
JAVASCRIPT = Language(
    SPELLED,
    {
        "absolute": "Math.abs", "arccos": "Math.acos", "arccosh": "Math.acosh", "power": "power",
        "arcsin": "Math.asin", "arcsinh": "Math.asinh", "arctan": "Math.atan", "erf": "erf",
        "arctan2": "Math.atan2", "arctanh": "Math.atanh", "erfc": "erfc",
    }
    | {
        name: f"Math.{name}"
        for name in (
            "cbrt", "cos", "cosh", "exp", "expm1", "floor", "hypot", "log", "log10", "log1p",
            "log2", "sin", "sinh", "sqrt", "tan", "tanh",
        )
    },
    {"power": (_POWER, ()), "erf": (_ERF, ("erfc",)), "erfc": (_ERFC, ("erf",))},
    js_number,
    constant="const ",
    variable="let ",
    condition="let ",
    end=";",
    either="{0} = {0} || ({1})",
    truth="+({})",
    longest=800,
    piece="{}(inputs, parameters, kept);",
    array="const {0} = new Float64Array({1});",
    listed="const {0} = [{2}];",
    up="for (let {0} = 0; {0} < {1}; {0}++) {{",
    down="for (let {0} = {2}; {0} >= 0; {0}--) {{",
    close="}",
    indent="  ",
)  # fmt: skip
_HEAD = """\
// {comment}
//
// An ES module without dependencies. Inputs and parameters are arrays of numbers, plain or typed;
// without parameters given, the numbers are those that they had when this was written.
"""
_GIVEN = "inputs, parameters = PARAMETERS"


def write_javascript(parts: Parts) -> str:
    """A program as an ES module."""
    layout, used = parts.layout, set[str]()
    text = [
        *_constant("INPUTS", (f'"{name}"' for name in layout.inputs)),
        *_constant("NAMES", (f'"{name}"' for name in layout.parameters)),
        *_constant("PARAMETERS", map(js_number, layout.numbers)),
        "", *_value(parts, used),
    ]  # fmt: skip
    if parts.gradient:
        text += _gradient(parts, parts.gradient, used)
    if parts.jacobian:
        text += _jacobian(parts, parts.jacobian, used)
    if parts.everything:
        text += _everything(parts, parts.everything, used)
    head = _HEAD.format(comment="\n// ".join(parts.comment()))
    return "\n".join([head, *helpers_of(JAVASCRIPT, used), *text])


def _constant(name: str, texts: Iterable[str]) -> list[str]:
    first, *rest = _list(texts)
    found = [f"export const {name} = {first}", *rest]
    return [*found[:-1], f"{found[-1]};"]


def _value(parts: Parts, used: set[str]) -> list[str]:
    function = Function(JAVASCRIPT, parts.layout, parts.value, used, "value")
    found = function.outputs()
    several = parts.outputs > 1
    title = f"The {len(found)} values, as an array." if several else "The value."
    return _whole(title, function, function.part(0), _list(found) if several else found)


def _gradient(parts: Parts, lines: Straight, used: set[str]) -> list[str]:
    function = Function(JAVASCRIPT, parts.layout, lines, used, "valueAndGrad")
    body = [*function.part(0), *function.part(1)]
    gradient = _list(function.gradient())
    found = [f"{{ value: {function.outputs()[0]}, gradient: {gradient[0]}", *gradient[1:]]
    found[-1] += " }"
    return _whole("The value, and its gradient as an array.", function, body, found)


def _jacobian(parts: Parts, lines: Straight, used: set[str]) -> list[str]:
    function = Function(JAVASCRIPT, parts.layout, lines, used, "jacobian")
    body = ["const rows = [];", *function.part(0)]
    for i in range(parts.outputs):
        row = _list(function.gradient(i))
        row = [f"rows.push({row[0]}", *row[1:]]
        row[-1] += ");"
        body += ["{", *_indented([*function.part(i + 1), *row]), "}"]
    title = "The Jacobian: a row for each value, and in it a number for each derivative."
    return _whole(title, function, body, ["rows"])


def _everything(parts: Parts, lines: Straight, used: set[str]) -> list[str]:
    (sweep,) = lines.sweeps
    sent = {sweep.start, *(target[0] for line in sweep.lines for target in line.targets if target)}
    values = [*lines.names, *(f"v{i}" for i in range(len(lines.names), len(lines.graph)))]
    gradients: list[Name] = [f"d{name}" if f"d{name}" in sent else 0.0 for name in values]
    ends = [*values, *gradients]
    function = Function(JAVASCRIPT, parts.layout, lines, used, "everything", ends)
    found: list[str] = []
    for text, names in (("{ values: ", values), (", gradients: ", gradients)):
        first, *rest = _list(map(function.name, names))
        found[-1:] = [f"{''.join(found[-1:])}{text}{first}", *rest]
    found[-1] += " }"
    body = [*function.part(0), *function.part(1)]
    return _whole("Every value and its gradient, by number.", function, body, found)


def _list(texts: Iterable[str]) -> list[str]:
    """An array, in one line or in several."""
    lines = wrapped(texts, "  ")
    return ["[", *lines, "]"] if len(lines) > 1 else [f"[{lines[0].strip() if lines else ''}]"]


def _whole(title: str, function: Function, body: list[str], found: list[str]) -> list[str]:
    """A function, after the pieces that were cut off."""
    text = []
    for piece in function.pieces:
        head = f"function {piece.title}(inputs, parameters, kept) {{"
        text += [head, *_indented(piece.lines), "}\n"]
    kept = [f"const kept = new Float64Array({function.kept});"] if function.kept else []
    body = [*kept, *function.leaves(function.read), *body, f"return {found[0]}", *found[1:]]
    body[-1] += ";"
    head = f"export function {function.title}({_GIVEN}) {{"
    return [*text, f"// {title}", head, *_indented(body), "}\n"]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]

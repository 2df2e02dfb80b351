"""C99: functions of arrays of doubles, with libm alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from autograd.program.backends.expressions import (
    ARITHMETIC,
    CHOSEN,
    COMPARED,
    IN_C,
    RAISED,
    Written,
)
from autograd.program.standalone.function import Function
from autograd.program.standalone.language import Language, number_text
from autograd.program.standalone.parts import Parts, wrapped
from autograd.program.straight.lines import Straight

SPELLED: dict[str, Written] = ARITHMETIC | {
    "where": ("{} ? {} : {}", CHOSEN), "negative": ("-{}", RAISED),  # no two signs side by side
    "logical_and": ("{} && {}", COMPARED), "logical_or": ("{} || {}", COMPARED),
    "logical_not": ("!{}", RAISED),
}  # fmt: skip
"""Of `&&` and `||` every operand is in brackets, which compilers ask for."""


c_number = partial(number_text, nan="NAN", infinity="INFINITY")
C = Language(
    SPELLED,
    IN_C,
    {},
    c_number,
    constant="const double ",
    variable="double ",
    condition="int ",
    end=";",
    either="{0} = {0} || ({1})",
    longest=800,
    piece="{}(inputs, parameters, kept);",
    array="double {0}[{1}];",
    listed="const double {0}[{1}] = {{{2}}};",
    up="for (int {0} = 0; {0} < {1}; {0}++) {{",
    down="for (int {0} = {2}; {0} >= 0; {0}--) {{",
    close="}",
)  # fmt: skip

_HEAD = """\
/*
{comment}
 *
 * C99 and its libm alone. Nothing is allocated, and nothing is kept between calls: the functions
 * can be called from several threads at once. They are IEEE 754 throughout, as long as no compiler
 * is allowed less: no -ffast-math; with GCC -std=c99, with Clang -ffp-contract=off. Where an array
 * has no elements, NULL will do.
 */

#include <math.h>
"""
ARRAYS = ("inputs", "parameters")
_GIVEN = [f"const double {array}[]" for array in ARRAYS]


def write_c(parts: Parts) -> str:
    """A program as a file of C."""
    name, numbers = parts.layout.name, parts.layout.numbers
    text = [_HEAD.format(comment="\n".join(f" * {line}" for line in parts.comment()))]
    if numbers:
        text += [
            "/* The numbers that the parameters had when this was written. */",
            f"const double {name}_parameters[{len(numbers)}] = {{",
            *wrapped(map(c_number, numbers)),
            "};\n",
        ]
    text += _value(parts)
    if parts.gradient:
        text += _gradient(parts, parts.gradient)
    if parts.jacobian:
        text += _jacobian(parts, parts.jacobian)
    return "\n".join(text)


def _value(parts: Parts) -> list[str]:
    lines, name = parts.value, parts.layout.name
    if parts.outputs > 1:
        function = Function(C, parts.layout, lines, set(), f"{name}_values")
        body = [*function.part(0), *_stored("values", function.outputs())]
        return _whole(f"The {parts.outputs} values.", "void", function, body, "double values[]")
    function = Function(C, parts.layout, lines, set(), f"{name}_value")
    body = [*function.part(0), f"return {function.outputs()[0]};"]
    return _whole("The value.", "double", function, body)


def _gradient(parts: Parts, lines: Straight) -> list[str]:
    function = Function(C, parts.layout, lines, set(), f"{parts.layout.name}_value_and_gradient")
    body = [*function.part(0), *function.part(1)]
    body += _stored("gradient", function.gradient())
    body.append(f"return {function.outputs()[0]};")
    title = f"The value, and its gradient: {len(parts.layout.wanted)}."
    return _whole(title, "double", function, body, "double gradient[]")


def _jacobian(parts: Parts, lines: Straight) -> list[str]:
    rows, columns = parts.outputs, len(parts.layout.wanted)
    function = Function(C, parts.layout, lines, set(), f"{parts.layout.name}_jacobian")
    body = [*function.part(0), *_stored("values", function.outputs())]
    for i in range(rows):
        row = function.part(i + 1)
        row += _stored("jacobian", function.gradient(i), i * columns)
        body += ["{", *_indented(row), "}"]
    title = f"The values: {rows}; and their Jacobian, row by row: {rows} x {columns}."
    return _whole(title, "void", function, body, "double values[]", "double jacobian[]")


def _whole(title: str, kind: str, function: Function, body: list[str], *out: str) -> list[str]:
    """A function, after the pieces that were cut off."""
    text = []
    for piece in function.pieces:
        text += [f"static void {piece.title}({', '.join([*_GIVEN, 'double kept[]'])})", "{"]
        unused = _unused({*ARRAYS, "kept"} - piece.arrays)
        text += [*_indented([*unused, *piece.lines]), "}\n"]
    kept, unused = [], _unused({*ARRAYS} - function.arrays(function.read))
    if function.pieces:
        kept, unused = [f"double kept[{function.kept}];"], []
    if function.stacked:
        title += f" Takes {8 * function.stacked:,} bytes of the stack."
    text += [f"/* {title} */", f"{kind} {function.title}({', '.join([*_GIVEN, *out])})", "{"]
    body = [*unused, *kept, *function.leaves(function.read), *body]
    return [*text, *_indented(body), "}\n"]


def _unused(arrays: set[str]) -> list[str]:
    """Lines for the arrays that a function has no use for, of which compilers would warn."""
    return [f"(void){array};" for array in sorted(arrays)]


def _stored(array: str, texts: Sequence[str], start: int = 0) -> list[str]:
    return [f"{array}[{start + i}] = {text};" for i, text in enumerate(texts)]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]

"""Primitives, typeset from their blocks: formula, derivatives, and the page of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product

import autograd
from autograd import PRIMITIVES, Primitive
from viz.formulas.expressions import Expression, constant, symbol
from viz.formulas.latex import LATEX

NAMES = {1: ["x"], 2: ["x", "y"], None: ["x₁", "x₂", "x₃"]}
"""Operands as they are written, by arity."""

OUT = "f"
POINTS = (-2.0, -0.5, 0.5, 2.0)
HEAD = """# Primitives

Each elementary function is defined once, in one block, and has many readers: eager Values,
gradients of gradients, programs, pictures, derivations, and this page. The formulas below are not
typed in: they are the blocks' own templates and rules, called with names in place of numbers. $f$
is the function's value.
"""


EXAMPLES: dict[str, dict[str, float]] = {"clip": {"low": -1.0, "high": 1.0}}
"""Constants to show a primitive with, where those it has by default do not tell."""


def formula(primitive: Primitive) -> str:
    r"""The primitive of written operands: f &= \sigma(x)."""
    names = map(LATEX.name, NAMES[primitive.arity])
    return f"{OUT} &= {primitive.write(*names)}"


def derivatives(primitive: Primitive) -> list[str]:
    """The derivative by each operand; of a function in pieces one line for each."""
    names = NAMES[primitive.arity]
    found: dict[tuple[str, ...], Sequence[float]] = {}
    for numbers in _points(primitive):
        found.setdefault(_at(primitive, names, numbers), numbers)
    lines = []
    for written, numbers in found.items():
        partials = (LATEX.partial(OUT, name) for name in names)
        line = r",\quad ".join(f"{p} = {d}" for p, d in zip(partials, written, strict=True))
        line = line.replace(" = ", " &= ", 1)
        piece = rf"\quad \text{{for }} {_piece(primitive, numbers)}" if len(found) > 1 else ""
        lines.append(line + piece)
    return lines


def _points(primitive: Primitive) -> Iterator[Sequence[float]]:
    """Operands to look at: on each side of kinks and ties."""
    if primitive.arity is None:
        return permutations((0.0, 1.0, 2.0))
    return product(*map(_inside, primitive.domain))


def _inside(interval: tuple[float, float]) -> list[float]:
    low, high = interval
    return [x for x in POINTS if low < x < high] or [(low + high) / 2.0]


def _at(primitive: Primitive, names: list[str], numbers: Sequence[float]) -> tuple[str, ...]:
    """The derivatives as formulas that hold at these operands."""
    operands = [symbol(name, x) for name, x in zip(names, numbers, strict=True)]
    out = symbol(OUT, primitive.number(*numbers))
    found = primitive.shown_gradients(out, *operands)
    return tuple(LATEX.expression(x if isinstance(x, Expression) else constant(x)) for x in found)


def _piece(primitive: Primitive, numbers: Sequence[float]) -> str:
    """The part of the domain in which operands are, as LaTeX."""
    names = [LATEX.name(name) for name in NAMES[primitive.arity]]
    if primitive.kinks:
        [kink] = primitive.kinks
        return f"{names[0]} {'>' if numbers[0] > kink else '<'} {LATEX.number(kink)}"
    if primitive.arity == 2:
        x, y = numbers
        return f"{names[0]} {'=' if x == y else '>' if x > y else '<'} {names[1]}"
    given = ", ".join(map(LATEX.number, numbers))
    return f"({', '.join(names)}) = ({given})" if len(names) > 1 else f"{names[0]} = {given}"


def math_of(primitive: Primitive) -> list[str]:
    """The formula and its derivatives, as lines of reStructuredText."""
    rows = r"\\ ".join([formula(primitive), *derivatives(primitive)])
    return ["", ".. math::", "", f"   {rows}", ""]


def primitives_page() -> str:
    """The page of all primitives, as Markdown: a table for each kind."""
    kinds: dict[str, list[Primitive]] = {}
    for name, primitive in PRIMITIVES.items():
        primitive = primitive.bind(**EXAMPLES.get(name, {}))
        kinds.setdefault(primitive.__module__.rpartition(".")[2], []).append(primitive)
    return HEAD + "\n".join(
        f"## {kind.capitalize()}\n\n{_rows(kinds[kind])}" for kind in sorted(kinds)
    )


def _rows(primitives: list[Primitive]) -> str:
    rows = "\n".join(map(_row, primitives))
    return f":::{{list-table}}\n:class: primitives\n:widths: 45 55\n\n{rows}\n:::\n"


def _row(primitive: Primitive) -> str:
    summary = (primitive.__doc__ or "").strip().splitlines()[0]
    name, constants = primitive.name, ""
    if primitive.constants:
        constants = " (" + ", ".join(f"{k} = {x:g}" for k, x in primitive.constants.items()) + ")"
    link = f"{{py:obj}}`{name} <autograd.{name}>`" if hasattr(autograd, name) else f"`{name}`"
    rows = r"\\ ".join([formula(primitive), *derivatives(primitive)])
    return f"* - {link}{constants}\n\n    {summary}\n  - $$\n    {rows}\n    $$"

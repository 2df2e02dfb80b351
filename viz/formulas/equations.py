"""One line of a derivation: a gradient as a sum of products along the chain, and its number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from viz.formulas.expressions import Expression
from viz.formulas.latex import LATEX
from viz.formulas.notation import TEXT, Notation
from viz.text import columns

WIDEST = 100
"""Columns up to which an equation stays on one line of text."""

WIDEST_ROW = 70
"""Characters that show up to which a sum stays on one row of LaTeX."""

_SILENT = re.compile(r"\\[a-z]+|[{}_^\\ ]")


class Factor(NamedTuple):
    """∂above/∂below, as a formula and as a number.

    Attributes:
        direct: whether other paths lead from `below` to `above`, which this leaves out: then it
            is ∂⁺above/∂below, and ∂above/∂below is the sum over all paths.
    """

    above: str
    below: str
    written: Expression
    local: float
    direct: bool = False


class Product(NamedTuple):
    """One path: the gradient it starts from, times the derivatives along it.

    Attributes:
        start: the name of the value whose gradient δ it starts from; None for the root.
        number: that gradient.
    """

    start: str | None
    number: float
    factors: tuple[Factor, ...]

    @property
    def value(self) -> float:
        """The product's number."""
        return math.prod((factor.local for factor in self.factors), start=self.number)


@dataclass(frozen=True)
class Equation:
    """∂target/∂name, a sum over paths.

    Attributes:
        delta: the name by which other equations use this gradient as δ, None if none does.
        value: the number, equal to the engine's.
    """

    target: str
    name: str
    products: tuple[Product, ...]
    value: float
    delta: str | None = None

    def sides(self, notation: Notation) -> list[str]:
        """What stands between the equality signs, from the derivative to its number."""
        return [" + ".join(side) for side in self.terms(notation)]

    def terms(self, notation: Notation) -> list[list[str]]:
        """The same, each side as the list of what is added."""
        head = [] if self.delta is None else [[notation.delta(self.delta)]]
        head.append([notation.partial(self.target, self.name)])
        body = [
            _sum([_chain(p, notation) for p in self.products], notation),
            _sum([_formula(p, notation) for p in self.products], notation),
            _sum([_numbers(p, notation) for p in self.products], notation),
            _sum([notation.number(p.value) for p in self.products], notation),
            [notation.number(self.value)],
        ]
        sides = head + [side for side in body if side]
        return [s for s, before in zip(sides, [[], *sides], strict=False) if s != before]

    @property
    def direct(self) -> Factor | None:
        """The first factor that is written ∂⁺, None if none is."""
        return next((f for p in self.products for f in p.factors if f.direct), None)

    @property
    def latex(self) -> str:
        """The equation on one line of LaTeX."""
        return " = ".join(self.sides(LATEX))

    def __str__(self) -> str:
        return " = ".join(self.sides(TEXT))


def _sum(terms: Sequence[str], notation: Notation) -> list[str]:
    return notation.elided([notation.tied(term, not i) for i, term in enumerate(terms)])


def _chain(product: Product, notation: Notation) -> str:
    start = [] if product.start is None else [notation.delta(product.start)]
    partials = [notation.partial(f.above, f.below, f.direct) for f in product.factors]
    return notation.times.join(notation.elided(start + partials))


def _formula(product: Product, notation: Notation) -> str:
    start = [] if product.start is None else [notation.delta(product.start)]
    alone = not start and len(product.factors) == 1
    written = [
        notation.expression(f.written) if alone else notation.factor(f.written, not (start or i))
        for i, f in enumerate(product.factors)
    ]
    return notation.times.join(notation.elided(start + written))


def _numbers(product: Product, notation: Notation) -> str:
    start = [] if product.start is None else [product.number]
    numbers = [*start, *(f.local for f in product.factors)]
    written = [notation.tied(notation.number(x), not i) for i, x in enumerate(numbers)]
    return notation.times.join(notation.elided(written))


def aligned_text(equation: Equation) -> str:
    """The equation on one line, or on several that are aligned at the equality sign.

    A sum that is too long for a line has a line for each of its terms.
    """
    line = str(equation)
    if columns(line) <= WIDEST:
        return line
    (left,), *sides = equation.terms(TEXT)
    gap = " " * columns(left)
    lines = []
    for i, terms in enumerate(sides):
        start, whole = f"{gap if i else left} = ", " + ".join(terms)
        long = columns(start + whole) > WIDEST
        lines.append(start + (f"\n{gap} + ".join(terms) if long else whole))
    return "\n".join(lines)


def aligned_latex(equation: Equation) -> str:
    """The equation as rows of an `aligned` environment; a long sum has a row for each term."""
    (left,), *sides = equation.terms(LATEX)
    rows = []
    for i, terms in enumerate(sides):
        long = sum(len(_SILENT.sub("", term)) for term in terms) > WIDEST_ROW
        parts = terms if long else [" + ".join(terms)]
        rows.append(f"{'' if i else left} &= " + " \\\\\n &\\quad + ".join(parts))
    return " \\\\\n".join(rows)

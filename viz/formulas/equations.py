"""One line of a derivation: a gradient as a sum of products along the chain, and its number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from viz.formulas.expressions import Expression
from viz.formulas.latex import LATEX
from viz.formulas.notation import TEXT, Notation


class Factor(NamedTuple):
    """∂above/∂below, as a formula and as a number.

    Attributes:
        direct: true where other paths lead from `below` to `above`, which this leaves out: then
            it is ∂⁺above/∂below, and ∂above/∂below is the sum over all paths.
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

    def forms(self, notation: Notation) -> tuple[str, ...]:
        """The product as derivatives, as formulas, as numbers, and worked out."""
        start = [] if self.start is None else [notation.delta(self.start)]
        alone = not start and len(self.factors) == 1
        partials, formulas = [*start], [*start]
        numbers = [notation.number(self.number)] if start else []
        for above, below, written, local, direct in self.factors:
            partials.append(notation.partial(above, below, direct))
            factor = notation.factor(written, first=not formulas)
            formulas.append(notation.expression(written) if alone else factor)
            numbers.append(notation.tied(notation.number(local), first=not numbers))
        products = (notation.elided(parts) for parts in (partials, formulas, numbers))
        return (*map(notation.times.join, products), notation.number(self.value))


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

    def sides(self, notation: Notation) -> list[list[str]]:
        """The sides between the equality signs, each as the list of what is added."""
        head = [] if self.delta is None else [[notation.delta(self.delta)]]
        head.append([notation.partial(self.target, self.name)])
        forms = zip(*(product.forms(notation) for product in self.products), strict=True)
        sides = [*head, *map(notation.summed, forms), [notation.number(self.value)]]
        return [side for before, side in pairwise([[], *sides]) if side != before]

    def aligned(self, notation: Notation) -> str:
        """The equation on one row, or on several that are aligned at the equality sign."""
        (left,), *sides = self.sides(notation)
        return notation.aligned(left, sides)

    def _line(self, notation: Notation) -> str:
        return " = ".join(map(" + ".join, self.sides(notation)))

    @property
    def direct(self) -> Factor | None:
        """The first factor that is written ∂⁺, None if none is."""
        return next((f for p in self.products for f in p.factors if f.direct), None)

    @property
    def latex(self) -> str:
        """The equation on one line of LaTeX."""
        return self._line(LATEX)

    def __str__(self) -> str:
        return self._line(TEXT)

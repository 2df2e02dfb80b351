"""How expressions, derivatives and names are written: what text and LaTeX share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from viz.formulas.expressions import Atom, Call, Expression, Factor, Group, Symbol, Term
from viz.formulas.latex_names import is_compound

MOST_PARTS, FIRST, LAST = 9, 4, 2
"""Of a sum or a product with more parts, so many are written at its start and at its end."""


class Notation(ABC):
    """What text and LaTeX share: the order of signs, factors and fractions."""

    minus: str
    times: str
    equals: str
    dots: str

    @abstractmethod
    def name(self, name: str) -> str:
        """A value's name."""

    @abstractmethod
    def number(self, x: float) -> str:
        """A number in four significant digits."""

    @abstractmethod
    def partial(self, above: str, below: str, direct: bool = False) -> str:
        """∂above/∂below; ∂⁺above/∂below for what it is without the paths over other values."""

    @abstractmethod
    def delta(self, name: str) -> str:
        """The gradient that has the name δ, or δ with the name of its value."""

    @abstractmethod
    def group(self, inside: str) -> str:
        """`inside` in parentheses."""

    @abstractmethod
    def omitted(self, count: int) -> str:
        """What stands for so many parts that are left out."""

    @abstractmethod
    def _fraction(self, over: str, under: str, single: bool) -> str: ...

    @abstractmethod
    def _raised(self, base: Atom, exponent: float) -> str: ...

    @abstractmethod
    def _call(self, call: Call) -> str: ...

    @abstractmethod
    def _joined(self, pieces: Sequence[str]) -> str: ...

    def expression(self, expression: Expression) -> str:
        """An expression: a(1 − a)."""
        first, *rest = expression.terms or (Term(0.0),)
        more = [
            f"{self.minus if term.coefficient < 0 else '+'} "
            + self._term(Term(abs(term.coefficient), term.factors))
            for term in rest
        ]
        return " ".join(self.elided([self._term(first), *more], before="+ "))

    def elided(self, parts: Sequence[str], before: str = "") -> list[str]:
        """The parts of a sum or product; of very many, the first and the last."""
        if len(parts) <= MOST_PARTS:
            return list(parts)
        gap = before + self.omitted(len(parts) - FIRST - LAST)
        return [*parts[:FIRST], gap, *parts[-LAST:]]

    def factor(self, expression: Expression, first: bool = True) -> str:
        """An expression as a factor of a product: in parentheses if it needs them."""
        text = self.expression(expression)
        return self.group(text) if len(expression.terms) > 1 else self.tied(text, first)

    def tied(self, text: str, first: bool) -> str:
        """A factor or summand; in parentheses if it is negative and not the first."""
        return text if first or not text.startswith(self.minus) else self.group(text)

    def _term(self, term: Term) -> str:
        coefficient, factors = term
        sign = self.minus if coefficient < 0 else ""
        numerator, denominator = _ratio(abs(coefficient))
        over = [] if numerator == 1.0 else [self.number(numerator)]
        under = [] if denominator == 1.0 else [self.number(denominator)]
        for base, exponent in factors:
            (over if exponent > 0 else under).append(self._factor(Factor(base, abs(exponent))))
        over, under = self.elided(over), self.elided(under)
        whole = self._joined(over) if over else "1"
        if not under:
            return sign + whole
        return sign + self._fraction(whole, self._joined(under), single=len(under) == 1)

    def _factor(self, factor: Factor) -> str:
        base, exponent = factor
        return self._atom(base) if exponent == 1.0 else self._raised(base, exponent)

    def _atom(self, base: Atom) -> str:
        if isinstance(base, Call):
            return self._call(base)
        if isinstance(base, Group):
            return self.group(self.expression(base.inside))
        return self._symbol(base)

    def _symbol(self, base: Symbol) -> str:
        text = self.name(base.name)
        return self.group(text) if is_compound(base.name) else text

    def _below(self, name: str) -> str:
        return self._symbol(Symbol(name))


def _ratio(x: float) -> tuple[float, float]:
    """A coefficient as numerator and denominator: ½, ⅓, ¼, and what has no short decimals."""
    if not 1e-6 < x < 1e6 or x.is_integer():
        return x, 1.0
    found = Fraction(x).limit_denominator(1000)
    p, q = float(found.numerator), float(found.denominator)
    simple = p == 1.0 and q <= 4.0
    short = float(f"{x:.2g}") == x
    return (p, q) if q and p / q == x and (simple or not short) else (x, 1.0)


def is_atomic(expression: Expression) -> bool:
    """Whether an expression is one name, number or function, without sign or factors."""
    if len(expression.terms) != 1:
        return not expression.terms
    coefficient, factors = expression.terms[0]
    if not factors:
        return coefficient >= 0
    return coefficient == 1.0 and len(factors) == 1 and factors[0].exponent == 1.0

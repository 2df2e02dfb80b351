"""Expressions: what a derivation writes, as sums of products of powers of names.

An expression takes part in the engine's primitives as a Value does. A primitive's rule called
with expressions therefore gives its local gradient as a formula: sigmoid's block says
`out * (1 − out)`, which for a value called a is a(1 − a). Every expression knows its number, so
that rules which branch (`where(x > 0, …)`) take the branch that was taken.

Like terms are added up, powers of the same base joined, constants multiplied out; nothing else
is rearranged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd import PRIMITIVES, Operators, Primitive


class Call(NamedTuple):
    """A function of expressions that has no form of its own in algebra: σ(z), ln x."""

    primitive: Primitive
    operands: tuple[Expression, ...]

    @property
    def size(self) -> int:
        """The names, functions and numbers it is written with."""
        return 1 + sum(x.size for x in self.operands)


class Power(NamedTuple):
    """A name, a function or a sum in parentheses, to a power."""

    base: str | Call | Expression
    exponent: float = 1.0


class Term(NamedTuple):
    """A coefficient times powers, in the order in which they were met."""

    coefficient: float
    powers: tuple[Power, ...] = ()


@dataclass(frozen=True)
class Expression(Operators):
    """A sum of terms; the empty sum is 0.

    Attributes:
        terms: what is added.
        data: the number it stands for.
    """

    terms: tuple[Term, ...]
    data: float = field(default=math.nan, compare=False)

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Expression:
        given = [x if isinstance(x, Expression) else constant(float(x)) for x in operands]
        data = primitive.number(*(x.data for x in given))
        if all(x.fixed for x in given):
            return constant(data)
        return Expression(_terms(primitive, given), data)

    @property
    def size(self) -> int:
        """The names, functions and numbers it is written with; long names count more."""
        return sum(map(_size, self.terms)) or 1

    @property
    def fixed(self) -> bool:
        """True for a plain number."""
        return not self.terms or (len(self.terms) == 1 and not self.terms[0].powers)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Expression):
            return self.terms == other.terms
        return isinstance(other, (int, float)) and self.data == other

    def __hash__(self) -> int:
        return hash(self.terms)

    def __lt__(self, other: Any) -> bool:
        return self.data < float(other)

    def __le__(self, other: Any) -> bool:
        return self.data <= float(other)

    def __gt__(self, other: Any) -> bool:
        return self.data > float(other)

    def __ge__(self, other: Any) -> bool:
        return self.data >= float(other)

    def __float__(self) -> float:
        return self.data


def constant(x: float) -> Expression:
    """A plain number."""
    return Expression((Term(x),) if x != 0.0 else (), x)


def symbol(name: str, data: float) -> Expression:
    """A value by its name, with its number.

    >>> a = symbol("a", 0.75)
    >>> a * (1.0 - a) == a * (1.0 - a), float(a * (1.0 - a))
    (True, 0.1875)
    """
    return Expression((Term(1.0, (Power(name),)),), data)


Terms = tuple[Term, ...]


def _terms(primitive: Primitive, given: Sequence[Expression]) -> Terms:
    """A primitive of expressions, of which not all are plain numbers."""
    parts, last = [x.terms for x in given], given[-1]
    match primitive.name:
        case "add" | "sum":
            return _sum(parts)
        case "sub":
            return _sum([parts[0], _scaled(parts[1], -1.0)])
        case "neg":
            return _scaled(parts[0], -1.0)
        case "identity":
            return parts[0]
        case "mul" | "prod":
            return _product(parts)
        case "div" if not last.fixed or last.data != 0.0:
            return _product([parts[0], _raised(parts[1], -1.0)])
        case "power":
            return _raised(parts[0], primitive.constants["exponent"])
        case "pow" if last.fixed:
            return _raised(parts[0], last.data)
        case "dot":
            half = len(parts) // 2
            pairs = zip(parts[:half], parts[half : 2 * half], strict=True)
            return _sum([*map(_product, pairs), *parts[2 * half :]])
        case "mean":
            return _scaled(_sum(parts), 1.0 / len(parts))
        case "where":
            return parts[1 if given[0].data > 0.0 else 2]
    return (Term(1.0, (Power(Call(primitive, tuple(given))),)),)


def _size(term: Term) -> int:
    bases = (1 + len(x) // 8 if isinstance(x, str) else x.size for x, _ in term.powers)
    return sum(bases, start=int(abs(term.coefficient) != 1.0 or not term.powers))


def _sum(parts: Sequence[Terms]) -> Terms:
    """Terms added up, like ones joined."""
    found: dict[frozenset[Power], Term] = {}
    for terms in parts:
        for term in terms:
            key = frozenset(term.powers)
            before = found.get(key)
            total = term.coefficient + (before.coefficient if before else 0.0)
            found[key] = Term(total, before.powers if before else term.powers)
    return tuple(term for term in found.values() if term.coefficient != 0.0)


def _one_term(terms: Terms) -> Term:
    """The terms as one product; a sum becomes a factor in parentheses."""
    if len(terms) == 1:
        return terms[0]
    return Term(1.0, (Power(Expression(terms)),)) if terms else Term(0.0)


def _unwrapped(term: Term) -> Terms:
    """A term as terms; a lone sum in parentheses loses them."""
    coefficient, powers = term
    if coefficient == 1.0 and len(powers) == 1 and powers[0].exponent == 1.0:
        base = powers[0].base
        return base.terms if isinstance(base, Expression) else (term,)
    return (term,) if coefficient != 0.0 else ()


def _product(parts: Sequence[Terms]) -> Terms:
    """Terms multiplied, powers of the same base joined."""
    coefficient = 1.0
    exponents: dict[Any, float] = {}
    for terms in parts:
        term = _one_term(terms)
        coefficient *= term.coefficient
        for base, exponent in term.powers:
            exponents[base] = exponents.get(base, 0.0) + exponent
    powers = tuple(Power(base, exponent) for base, exponent in exponents.items() if exponent)
    return _unwrapped(Term(coefficient, powers))


def _raised(terms: Terms, exponent: float) -> Terms:
    """Terms to a constant power; (2x)² is 4x², but (x²)^½ stays as it is."""
    if exponent == 0.0:
        return (Term(1.0),)
    coefficient, powers = term = _one_term(terms)
    if exponent == 1.0:
        return _unwrapped(term)
    simple = coefficient == 1.0 and [power.exponent for power in powers] == [1.0]
    if not exponent.is_integer() and not simple:
        return (Term(1.0, (Power(Expression(terms), exponent),)),)
    number = PRIMITIVES["pow"].number(coefficient, exponent)
    return _unwrapped(Term(number, tuple(Power(b, e * exponent) for b, e in powers)))


def _scaled(terms: Terms, by: float) -> Terms:
    return _product([terms, (Term(by),)])

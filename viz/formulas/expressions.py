"""Expressions: what a derivation writes, as sums of products of powers of names.

An expression takes part in the engine's primitives as a Value does. A primitive's rule called
with expressions therefore gives its local gradient as a formula: sigmoid's block says
`out * (1 − out)`, which for a value called a is a(1 − a). Every expression knows its number, so
that rules which branch (`where(x > 0, …)`) take the branch that was taken.

Like terms are added up, powers of the same base joined, constants multiplied out; nothing else
is rearranged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd import PRIMITIVES, Operators, Primitive


class Symbol(NamedTuple):
    """A value by its name."""

    name: str


class Call(NamedTuple):
    """A function of expressions that has no form of its own in algebra: σ(z), ln x."""

    primitive: Primitive
    operands: tuple[Expression, ...]


class Group(NamedTuple):
    """A sum in parentheses, as a factor."""

    inside: Expression


Atom = Symbol | Call | Group


class Factor(NamedTuple):
    """A power of an atom."""

    base: Atom
    exponent: float = 1.0


class Term(NamedTuple):
    """A coefficient times factors, in the order in which they were met."""

    coefficient: float
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Expression(Operators):
    """A sum of terms; the empty sum is 0.

    Attributes:
        terms: what is added.
        data: the number it stands for.
        size: how many names, functions and numbers it is written with; long names count more.
    """

    terms: tuple[Term, ...]
    data: float = field(compare=False)
    size: int = field(compare=False)

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Expression:
        given = [x if isinstance(x, Expression) else constant(float(x)) for x in operands]
        data = primitive.number(*(x.data for x in given))
        if all(x.fixed for x in given):
            return constant(data)
        build = _STRUCTURE.get(primitive.name)
        terms = build(primitive, given) if build else _called(primitive, given)
        return Expression(terms, data, sum(map(_term_size, terms)) or 1)

    @property
    def fixed(self) -> bool:
        """Whether it is a plain number."""
        return not self.terms or (len(self.terms) == 1 and not self.terms[0].factors)

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
    return Expression((Term(x),) if x != 0.0 else (), x, 1)


def symbol(name: str, data: float) -> Expression:
    """A value by its name, with its number.

    >>> a = symbol("a", 0.75)
    >>> a * (1.0 - a) == a * (1.0 - a), float(a * (1.0 - a))
    (True, 0.1875)
    """
    atom = Symbol(name)
    return Expression((Term(1.0, (Factor(atom),)),), data, _atom_size(atom))


# How arithmetic is written. A builder gets expressions of which not all are plain numbers.

Terms = tuple[Term, ...]
Builder = Callable[[Primitive, Sequence[Expression]], Terms]


def _term_size(term: Term) -> int:
    number = abs(term.coefficient) != 1.0 or not term.factors
    return number + sum(_atom_size(factor.base) for factor in term.factors)


def _atom_size(base: Atom) -> int:
    if isinstance(base, Group):
        return base.inside.size
    if isinstance(base, Symbol):
        return 1 + len(base.name) // 8
    return 1 + sum(x.size for x in base.operands)


def _called(primitive: Primitive, operands: Sequence[Expression]) -> Terms:
    return (Term(1.0, (Factor(Call(primitive, tuple(operands))),)),)


def _sum(parts: Sequence[Terms]) -> Terms:
    """Terms added up, like ones joined."""
    found: dict[frozenset[Factor], Term] = {}
    for terms in parts:
        for term in terms:
            key = frozenset(term.factors)
            before = found.get(key)
            total = term.coefficient + (before.coefficient if before else 0.0)
            found[key] = Term(total, before.factors if before else term.factors)
    return tuple(term for term in found.values() if term.coefficient != 0.0)


def _one_term(terms: Terms) -> Term:
    """The terms as one product; a sum becomes a factor in parentheses."""
    if len(terms) == 1:
        return terms[0]
    size = sum(map(_term_size, terms)) or 1
    inside = Expression(terms, float("nan"), size)
    return Term(1.0, (Factor(Group(inside)),)) if terms else Term(0.0)


def _unwrapped(term: Term) -> Terms:
    """A term as terms; a lone sum in parentheses loses them."""
    coefficient, factors = term
    if coefficient == 0.0:
        return ()
    if coefficient == 1.0 and len(factors) == 1 and factors[0].exponent == 1.0:
        base = factors[0].base
        return base.inside.terms if isinstance(base, Group) else (term,)
    return (term,)


def _product(parts: Sequence[Terms]) -> Terms:
    """Terms multiplied, powers of the same base joined."""
    coefficient = 1.0
    powers: dict[Atom, float] = {}
    for terms in parts:
        term = _one_term(terms)
        coefficient *= term.coefficient
        for base, exponent in term.factors:
            powers[base] = powers.get(base, 0.0) + exponent
    factors = tuple(Factor(base, exponent) for base, exponent in powers.items() if exponent)
    return _unwrapped(Term(coefficient, factors))


def _raised(terms: Terms, exponent: float) -> Terms:
    """Terms to a constant power; (2x)² is 4x², but (x²)^½ stays as it is."""
    if exponent == 0.0:
        return (Term(1.0),)
    coefficient, factors = term = _one_term(terms)
    if exponent == 1.0:
        return _unwrapped(term)
    if not exponent.is_integer() and (coefficient != 1.0 or factors[1:] or _is_power(factors)):
        inside = Expression(terms, float("nan"), _term_size(term))
        return (Term(1.0, (Factor(Group(inside), exponent),)),)
    power = PRIMITIVES["pow"].number(coefficient, exponent)
    return _unwrapped(Term(power, tuple(Factor(b, e * exponent) for b, e in factors)))


def _is_power(factors: tuple[Factor, ...]) -> bool:
    return bool(factors) and factors[0].exponent != 1.0


def _scaled(terms: Terms, by: float) -> Terms:
    return _product([terms, (Term(by),)])


def _divided(_: Primitive, given: Sequence[Expression]) -> Terms:
    over, under = given
    if under.data == 0.0 and under.fixed:
        return _called(PRIMITIVES["div"], given)
    return _product([over.terms, _raised(under.terms, -1.0)])


def _power(primitive: Primitive, given: Sequence[Expression]) -> Terms:
    return _raised(given[0].terms, primitive.constants["exponent"])


def _variable_power(primitive: Primitive, given: Sequence[Expression]) -> Terms:
    base, exponent = given
    return _raised(base.terms, exponent.data) if exponent.fixed else _called(primitive, given)


def _dot(_: Primitive, given: Sequence[Expression]) -> Terms:
    n = len(given) // 2
    pairs = zip(given[:n], given[n : 2 * n], strict=True)
    return _sum([*(_product([w.terms, x.terms]) for w, x in pairs), given[-1].terms])


def _mean(_: Primitive, given: Sequence[Expression]) -> Terms:
    return _scaled(_sum([x.terms for x in given]), 1.0 / len(given))


def _chosen(_: Primitive, given: Sequence[Expression]) -> Terms:
    condition, x, y = given
    return (x if condition.data > 0.0 else y).terms


_STRUCTURE: dict[str, Builder] = {
    "add": lambda _, given: _sum([x.terms for x in given]),
    "sum": lambda _, given: _sum([x.terms for x in given]),
    "sub": lambda _, given: _sum([given[0].terms, _scaled(given[1].terms, -1.0)]),
    "neg": lambda _, given: _scaled(given[0].terms, -1.0),
    "identity": lambda _, given: given[0].terms,
    "mul": lambda _, given: _product([x.terms for x in given]),
    "prod": lambda _, given: _product([x.terms for x in given]),
    "div": _divided,
    "power": _power,
    "pow": _variable_power,
    "dot": _dot,
    "mean": _mean,
    "where": _chosen,
}

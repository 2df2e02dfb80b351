"""Operations, expressions and derivatives as text; LaTeX writes some of it otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from autograd import Primitive
from viz.formulas.expressions import Call, Expression, Power, Term
from viz.text import (
    MINUS,
    atom,
    columns,
    derivative,
    is_compound,
    number,
    printable,
    read_name,
    shorten,
)

MOST_PARTS, FIRST, LAST = 9, 4, 2
"""Of a sum or a product with more parts, so many are written at its start and at its end."""

WIDEST = 100
"""Columns up to which an equation stays on one line."""

MOST_OPERANDS = 6
"""Operands of one operation that are written out."""

_SUPERSCRIPT = str.maketrans(f"0123456789{MINUS}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
_LETTER = re.compile(r"\w[\d₀-₉′']*")
_SIMPLE = {"2": "½", "3": "⅓", "4": "¼"}


class Notation:
    """Text, for terminals: ∂C/∂w = (a − y) · a(1 − a) · x."""

    minus, times = MINUS, " · "
    opening, closing = "(", ")"
    close, apart = "", "·"

    def name(self, name: str) -> str:
        """A value's name."""
        return shorten(read_name(name))

    def number(self, x: float) -> str:
        """A number in four significant digits."""
        return number(x)

    def partial(self, above: str, below: str, direct: bool = False) -> str:
        """∂above/∂below; ∂⁺above/∂below for what it is without the paths over other values."""
        return derivative(self.name(above), self.name(below), direct=direct)

    def delta(self, name: str) -> str:
        """The gradient that has the name δ, or δ with the name of its value."""
        return f"δ_{name}" if name else "δ"

    def group(self, inside: str) -> str:
        """`inside` in parentheses."""
        return f"{self.opening}{inside}{self.closing}"

    def function(self, primitive: Primitive, plain: Sequence[str], atoms: Sequence[str]) -> str:
        """A primitive of operands, given as they are and with parentheses where they need them."""
        symbol = printable(primitive.symbol)
        if symbol == "^":
            return symbol.join(atoms)
        if "·" in symbol:
            return symbol.replace("·", ", ".join(plain))
        if symbol == "√":
            return symbol + (self.group(plain[0]) if "(" in atoms[0] else atoms[0])
        constants = (
            f"{key}={number(x) if isinstance(x, float) else x}"
            for key, x in primitive.constants.items()
        )
        name = symbol if symbol.isalnum() else printable(primitive.name)
        return f"{name}({', '.join([*_cut(plain), *constants])})"

    def elided(self, parts: Sequence[str], before: str = "") -> list[str]:
        """The parts of a sum or product; of very many, the first and the last."""
        if len(parts) <= MOST_PARTS:
            return list(parts)
        gap = before + self._omitted(len(parts) - FIRST - LAST)
        return [*parts[:FIRST], gap, *parts[-LAST:]]

    def tied(self, text: str, first: bool) -> str:
        """A factor or summand; in parentheses if it is negative and not the first."""
        return text if first or not text.startswith(self.minus) else self.group(text)

    def summed(self, terms: Sequence[str]) -> list[str]:
        """The terms of a sum."""
        return self.elided([self.tied(term, not i) for i, term in enumerate(terms)])

    def aligned(self, left: str, sides: Sequence[Sequence[str]]) -> str:
        """An equation on one line, or a side to a line, and of a wide side a term to a line."""
        line = " = ".join([left, *map(" + ".join, sides)])
        if columns(line) <= WIDEST:
            return line
        gap, lines = " " * columns(left), []
        for i, side in enumerate(sides):
            start, whole = f"{gap if i else left} = ", " + ".join(side)
            wide = columns(start + whole) > WIDEST
            lines.append(start + (f"\n{gap} + ".join(side) if wide else whole))
        return "\n".join(lines)

    def expression(self, expression: Expression) -> str:
        """An expression: a(1 − a)."""
        first, *rest = expression.terms or (Term(0.0),)
        more = [
            f"{self.minus if term.coefficient < 0 else '+'} "
            + self._term(Term(abs(term.coefficient), term.powers))
            for term in rest
        ]
        return " ".join(self.elided([self._term(first), *more], before="+ "))

    def factor(self, expression: Expression, first: bool = True) -> str:
        """An expression as a factor of a product: in parentheses if it needs them."""
        text = self.expression(expression)
        return self.group(text) if len(expression.terms) > 1 else self.tied(text, first)

    def _term(self, term: Term) -> str:
        coefficient, powers = term
        sign = self.minus if coefficient < 0 else ""
        numerator, denominator = _ratio(abs(coefficient))
        over = [] if numerator == 1.0 else [self.number(numerator)]
        under = [] if denominator == 1.0 else [self.number(denominator)]
        for base, exponent in powers:
            text, size = self._base(base), abs(exponent)
            text = text if size == 1.0 else self._raised(text, Power(base, size))
            (over if exponent > 0 else under).append(text)
        over, under = self.elided(over), self.elided(under)
        whole = self._joined(over) if over else "1"
        if not under:
            return sign + whole
        return sign + self._fraction(whole, self._joined(under), single=len(under) == 1)

    def _base(self, base: str | Call | Expression) -> str:
        if isinstance(base, str):
            return self._symbol(base)
        if isinstance(base, Expression):
            return self.group(self.expression(base))
        plain = [self.expression(x) for x in base.operands]
        atoms = [
            text if _is_atomic(x) else self.group(text)
            for x, text in zip(base.operands, plain, strict=True)
        ]
        return self.function(base.primitive, plain, atoms)

    def _symbol(self, name: str) -> str:
        return self.group(self.name(name)) if is_compound(name) else self.name(name)

    def _joined(self, factors: Sequence[str]) -> str:
        text = factors[0]
        for before, piece in pairwise(factors):
            text += (self.close if self._stands_close(piece, before) else self.apart) + piece
        return text

    # LaTeX has others of these

    def _omitted(self, count: int) -> str:
        return f"… ({count:,} more) …"

    def _fraction(self, over: str, under: str, single: bool) -> str:
        if over == "1" and under in _SIMPLE:
            return _SIMPLE[under]
        return f"{over}/{under}" if single else f"{over}/({under})"

    def _raised(self, base: str, power: Power) -> str:
        return _raised(self.group(base) if base[-1] in _RAISED else base, power.exponent)

    def _stands_close(self, piece: str, before: str) -> bool:
        """True for a factor that stands without a dot after the one before it."""
        numeric = before[0].isdigit() and "e" not in before
        letter = _LETTER.fullmatch(piece.rstrip(_RAISED[:10]))
        simple = numeric or _LETTER.fullmatch(before) or before[-1] == ")"
        return bool(simple and (piece[0] == "(" or (numeric and letter)))


TEXT = Notation()


def operation(primitive: Primitive, operands: Sequence[str], times: str = TEXT.times) -> str:
    """`primitive` of `operands`, which are names or numbers as texts, as it was computed.

    >>> from autograd import PRIMITIVES
    >>> sigmoid, dot = PRIMITIVES["sigmoid"], PRIMITIVES["dot"]
    >>> operation(sigmoid, ["z"]), operation(dot, ["w", "x", "b"], times="·")
    ('σ(z)', 'w·x + b')
    """
    first, atoms = operands[0], [atom(x) for x in operands]
    factors = [atom(first, first=True), *atoms[1:]]
    match primitive.name:
        case "add" | "sum":
            return _total(operands)
        case "sub":
            return f" {MINUS} ".join(_terms(operands))
        case "mul" | "prod":
            return times.join(_cut(factors))
        case "div":
            return " / ".join(factors)
        case "dot":
            half = len(operands) // 2
            pairs = zip(atoms[:half], atoms[half : 2 * half], strict=True)
            return _total([*map(times.join, pairs), *operands[2 * half :]])
        case "mean":
            return f"({_total(operands)}) / {len(operands)}"
        case "neg":
            return MINUS + atoms[0]
        case "identity":
            return first
        case "power":
            return _raised(atoms[0], primitive.constants["exponent"])
    return TEXT.function(primitive, operands, atoms)


def _total(operands: Sequence[str]) -> str:
    return " + ".join(_cut(_terms(operands)))


def _terms(operands: Sequence[str]) -> list[str]:
    return [TEXT.tied(text, first=not i) for i, text in enumerate(operands)]


def _cut(texts: Sequence[str]) -> list[str]:
    if len(texts) <= MOST_OPERANDS:
        return list(texts)
    return [*texts[: MOST_OPERANDS - 2], "…", texts[-1]]


def _raised(base: str, exponent: float) -> str:
    if exponent.is_integer() and abs(exponent) < 1e6:
        return base + f"{exponent:.0f}".replace("-", MINUS).translate(_SUPERSCRIPT)
    return f"{base}^{atom(number(exponent))}"


def _ratio(x: float) -> tuple[float, float]:
    """A coefficient as numerator and denominator: ½, ⅓, ¼, and what has no short decimals."""
    if not 1e-6 < x < 1e6 or x.is_integer():
        return x, 1.0
    found = Fraction(x).limit_denominator(1000)
    p, q = float(found.numerator), float(found.denominator)
    simple = p == 1.0 and q <= 4.0
    short = float(f"{x:.2g}") == x
    return (p, q) if q and p / q == x and (simple or not short) else (x, 1.0)


def _is_atomic(expression: Expression) -> bool:
    """True for one name, number or function, without sign or factors."""
    if len(expression.terms) != 1:
        return not expression.terms
    coefficient, powers = expression.terms[0]
    if not powers:
        return coefficient >= 0
    return coefficient == 1.0 and len(powers) == 1 and powers[0].exponent == 1.0

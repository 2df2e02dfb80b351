"""How expressions, derivatives and names are written: as text and as LaTeX."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from viz.expressions import Atom, Call, Expression, Factor, Group, Symbol, Term
from viz.latex_names import is_compound, latex_name
from viz.text import MINUS, number, shorten

__all__ = ["LATEX", "TEXT", "Notation"]

MOST_PARTS, FIRST, LAST = 9, 4, 2
"""Of a sum or a product with more parts, so many are written at its start and at its end."""

_SHORT = re.compile(r"\w[\d₀-₉′']*")
_SIMPLE = {"2": "½", "3": "⅓", "4": "¼"}
_BARE = re.compile(r"[\w₀-₉′'.]+")
_LETTER = re.compile(r"(\\[a-z]+|[A-Za-z])(_\{\d+\})?(\^\{\d+\})?")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
_DIGITS = str.maketrans("0123456789", _SUPERSCRIPTS[:10])


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
    def partial(self, above: str, below: str) -> str:
        """∂above/∂below."""

    @abstractmethod
    def delta(self, name: str) -> str:
        """The gradient that has the name δ, or δ with the name of its value."""

    @abstractmethod
    def group(self, inside: str) -> str:
        """`inside` in parentheses."""

    @abstractmethod
    def tied(self, number: str) -> str:
        """A written number after a multiplication sign, its own sign tied to it."""

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
        negative = text.startswith(self.minus) and not first
        return self.group(text) if len(expression.terms) > 1 or negative else text

    def _term(self, term: Term) -> str:
        coefficient, factors = term
        sign = self.minus if math.copysign(1.0, coefficient) < 0 else ""
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


def _atomic(expression: Expression) -> bool:
    """Whether an expression is one name, number or function, without sign or factors."""
    if len(expression.terms) != 1:
        return not expression.terms
    coefficient, factors = expression.terms[0]
    if not factors:
        return coefficient >= 0
    return coefficient == 1.0 and len(factors) == 1 and factors[0].exponent == 1.0


class Text(Notation):
    """For terminals: ∂C/∂w = (a − y) · a(1 − a) · x."""

    minus, times, equals, dots = MINUS, " · ", " = ", "…"

    def name(self, name: str) -> str:
        return shorten(name)

    def number(self, x: float) -> str:
        return number(x)

    def partial(self, above: str, below: str) -> str:
        return f"∂{self._below(above)}/∂{self._below(below)}"

    def delta(self, name: str) -> str:
        return f"δ_{name}" if name else "δ"

    def group(self, inside: str) -> str:
        return f"({inside})"

    def tied(self, number: str) -> str:
        return number

    def omitted(self, count: int) -> str:
        return f"… ({count:,} more) …"

    def _fraction(self, over: str, under: str, single: bool) -> str:
        if over == "1" and under in _SIMPLE:
            return _SIMPLE[under]
        return f"{over}/{under}" if single else f"{over}/({under})"

    def _raised(self, base: Atom, exponent: float) -> str:
        text = self._atom(base)
        text = self.group(text) if text[-1] in _SUPERSCRIPTS else text
        if exponent.is_integer() and exponent < 1e6:
            return text + str(int(exponent)).translate(_DIGITS)
        return f"{text}^{number(exponent)}"

    def _call(self, call: Call) -> str:
        symbol, name = call.primitive.symbol, call.primitive.name
        inside = ", ".join(map(self.expression, call.operands))
        if symbol == "^":
            return "^".join(self._operand(x) for x in call.operands)
        if "·" in symbol:
            return symbol.replace("·", inside)
        if symbol == "√" and _BARE.fullmatch(inside):
            return symbol + inside
        return f"{symbol if symbol.isalpha() or symbol == '√' else name}({inside})"

    def _operand(self, operand: Expression) -> str:
        text = self.expression(operand)
        return text if _atomic(operand) else self.group(text)

    def _joined(self, pieces: Sequence[str]) -> str:
        text, before = pieces[0], pieces[0]
        for piece in pieces[1:]:
            short = bool(_SHORT.fullmatch(before)) or before[-1] == ")" or _numeric(before)
            close = short and (piece[0] == "(" or (_numeric(before) and _short(piece)))
            text += piece if close else f"·{piece}"
            before = piece
        return text


def _numeric(text: str) -> bool:
    return text[0].isdigit() and "e" not in text


def _short(text: str) -> bool:
    return bool(_SHORT.fullmatch(text.rstrip(_SUPERSCRIPTS[:10])))


class Latex(Notation):
    r"""For documents and notebooks: \frac{\partial C}{\partial w} = (a - y) \cdot x."""

    minus, times, equals, dots = "-", r" \cdot ", " = ", r"\cdots"

    def name(self, name: str) -> str:
        return latex_name(name)

    def number(self, x: float) -> str:
        text = number(x).replace(MINUS, "-")
        if text.strip("-") in ("inf", "nan"):
            return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa

    def partial(self, above: str, below: str) -> str:
        return rf"\frac{{\partial {self._below(above)}}}{{\partial {self._below(below)}}}"

    def delta(self, name: str) -> str:
        return rf"\delta_{{{self.name(name)}}}" if name else r"\delta"

    def group(self, inside: str) -> str:
        return rf"\left({inside}\right)"

    def tied(self, number: str) -> str:
        return f"{{{number}}}" if number.startswith("-") else number

    def omitted(self, count: int) -> str:
        return r"\cdots"

    def _fraction(self, over: str, under: str, single: bool) -> str:
        return rf"\frac{{{_bare(over)}}}{{{_bare(under)}}}"

    def _raised(self, base: Atom, exponent: float) -> str:
        text = self._atom(base)
        fits = isinstance(base, Group) or (_LETTER.fullmatch(text) and "^" not in text)
        return f"{text if fits else self.group(text)}^{{{self.number(exponent)}}}"

    def _call(self, call: Call) -> str:
        bare = _delimited(call.primitive.write(*"\0" * len(call.operands)))
        operands = [
            self.expression(x) if bare or _atomic(x) else self.group(self.expression(x))
            for x in call.operands
        ]
        return call.primitive.write(*operands)

    def _joined(self, pieces: Sequence[str]) -> str:
        text = pieces[0]
        for before, piece in pairwise(pieces):
            simple = _LETTER.fullmatch(before) or before[0].isdigit() or before.endswith(")")
            close = simple and (piece.startswith(r"\left(") or _LETTER.fullmatch(piece))
            text += (" " if close else r" \cdot ") + piece
        return text


def _bare(text: str) -> str:
    """A sum that is all of a numerator or denominator, without its parentheses."""
    whole = text.startswith(r"\left(") and text.endswith(r"\right)")
    return text[6:-7] if whole and text.count(r"\left(") == 1 else text


def _delimited(template: str) -> bool:
    """Whether every operand (here \0) in a written function stands between delimiters of its own.

    They are missing in ln x and x², where a sum must be put in parentheses.
    """
    for match in re.finditer("\0", template):
        before, after = template[: match.start()].rstrip(), template[match.end() :].lstrip()
        opened = before[-1:] in ("(", "{", ",", "|") and not before.endswith("\\,")
        closed = after[:1] in (")", "}", ",", "|") and not after.startswith("}^")
        if not (opened and closed):
            return False
    return True


TEXT = Text()
LATEX = Latex()

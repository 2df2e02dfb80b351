"""Expressions and derivatives as text: ∂C/∂w = (a − y) · a(1 − a) · x."""

from __future__ import annotations

import re
from collections.abc import Sequence

from viz.formulas.expressions import Atom, Call, Expression
from viz.formulas.notation import Notation, is_atomic
from viz.text import MINUS, number, printable, shorten

_SHORT = re.compile(r"\w[\d₀-₉′']*")
_SIMPLE = {"2": "½", "3": "⅓", "4": "¼"}
_BARE = re.compile(r"[\w₀-₉′'.]+")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
_DIGITS = str.maketrans("0123456789", _SUPERSCRIPTS[:10])


class Text(Notation):
    """For terminals: ∂C/∂w = (a − y) · a(1 − a) · x."""

    minus, times, equals, dots = MINUS, " · ", " = ", "…"

    def name(self, name: str) -> str:
        return shorten(name)

    def number(self, x: float) -> str:
        return number(x)

    def partial(self, above: str, below: str, direct: bool = False) -> str:
        return f"∂{'⁺' if direct else ''}{self._below(above)}/∂{self._below(below)}"

    def delta(self, name: str) -> str:
        return f"δ_{name}" if name else "δ"

    def group(self, inside: str) -> str:
        return f"({inside})"

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
        symbol, name = printable(call.primitive.symbol), call.primitive.name
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
        return text if is_atomic(operand) else self.group(text)

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


TEXT = Text()

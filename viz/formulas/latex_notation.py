r"""Expressions and derivatives as LaTeX: \frac{\partial C}{\partial w} = (a - y) \cdot x."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from viz.formulas.expressions import Atom, Call, Group
from viz.formulas.latex_names import latex_name
from viz.formulas.notation import Notation, is_atomic
from viz.text import MINUS, number

_LETTER = re.compile(r"(\\[a-z]+|[A-Za-z])(_\{\d+\})?(\^\{\d+\})?")


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

    def partial(self, above: str, below: str, direct: bool = False) -> str:
        over = r"\partial^{+}" if direct else r"\partial"
        return rf"\frac{{{over} {self._below(above)}}}{{\partial {self._below(below)}}}"

    def delta(self, name: str) -> str:
        return rf"\delta_{{{self.name(name)}}}" if name else r"\delta"

    def group(self, inside: str) -> str:
        return rf"\left({inside}\right)"

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
            self.expression(x) if bare or is_atomic(x) else self.group(self.expression(x))
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


LATEX = Latex()

r"""LaTeX: \frac{\partial C}{\partial w} = (a - y) \cdot x; w1 becomes w_{1}, and ŷ \hat{y}."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from autograd import Primitive
from viz.formulas.expressions import Expression, Power
from viz.formulas.notation import Notation
from viz.mathtext import latex_in
from viz.text import MINUS, number, printable, shorten

WIDEST_ROW = 70
"""Characters that show up to which a sum stays on one row."""

_SILENT = re.compile(r"\\[a-z]+|[{}_^\\ ]")
_TOKEN = re.compile(
    r"([^\W\d_₀-₉⁰-⁹¹²³]+[\u0300-\u036f]*)_?([\d₀-₉]*)([′']*)(?:⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾)?"
)
_LETTER = re.compile(r"(\\[a-z]+|[A-Za-z])(_\{\d+\})?(\^\{\d+\})?")
_UNDELIMITED = re.compile(r"(?<![({,|])(?<!, )\0|\\,\0|\0(?![)},|])|\0\}\^")
"""A written operand that does not stand between delimiters of its own, as in ln x and x²."""

_PIECE = re.compile(f"{_TOKEN.pattern}|(.)", re.DOTALL)
_PATH = re.compile(r"[\w.\[\], ]+")
_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789" * 2)
_ACCENTS = {
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0307": "dot",
    "\u20d7": "vec",
}
_CHARACTERS = {
    "−": "-",
    "·": r" \cdot ",
    "×": r" \times ",
    "*": r" \cdot ",
    "\\": r"\backslash ",
    "~": r"\sim ",
    "^": r"\wedge ",
    "²": "^{2}",
    "³": "^{3}",
    "½": r"\frac{1}{2}",
    "Σ": r"\Sigma ",
    "…": r"\ldots ",
    "→": r"\rightarrow ",
    **{c: "\\" + c for c in "{}_#$%&"},
}


class Latex(Notation):
    r"""For documents and notebooks: \frac{\partial C}{\partial w} = (a - y) \cdot x."""

    minus, times = "-", r" \cdot "
    opening, closing = r"\left(", r"\right)"
    close, apart = " ", r" \cdot "

    def name(self, name: str) -> str:
        """A value's name."""
        return latex_name(name)

    def number(self, x: float) -> str:
        """A number in four significant digits."""
        text = number(x).replace(MINUS, "-")
        if text.strip("-") in ("inf", "nan"):
            return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa

    def partial(self, above: str, below: str, direct: bool = False) -> str:
        """The derivative of `above` by `below`, or its direct part."""
        over = r"\partial^{+}" if direct else r"\partial"
        return rf"\frac{{{over} {self._symbol(above)}}}{{\partial {self._symbol(below)}}}"

    def delta(self, name: str) -> str:
        """The gradient that has the name δ, or δ with the name of its value."""
        return rf"\delta_{{{self.name(name)}}}" if name else r"\delta"

    def function(self, primitive: Primitive, plain: Sequence[str], atoms: Sequence[str]) -> str:
        """A primitive as its block writes it."""
        template = primitive.write(*"\0" * len(plain))
        return primitive.write(*(atoms if _UNDELIMITED.search(template) else plain))

    def aligned(self, left: str, sides: Sequence[Sequence[str]]) -> str:
        """Rows of an `aligned` environment, a side to a row, and of a wide side a term to a row."""
        rows = []
        for i, side in enumerate(sides):
            wide = sum(len(_SILENT.sub("", term)) for term in side) > WIDEST_ROW
            terms = (" \\\\\n &\\quad + " if wide else " + ").join(side)
            rows.append(f"{'' if i else left} &= {terms}")
        return " \\\\\n".join(rows)

    def _omitted(self, count: int) -> str:
        return r"\cdots"

    def _fraction(self, over: str, under: str, single: bool) -> str:
        return rf"\frac{{{_bare(over)}}}{{{_bare(under)}}}"

    def _raised(self, base: str, power: Power) -> str:
        letter = _LETTER.fullmatch(base) and "^" not in base
        fits = letter or isinstance(power.base, Expression)
        return f"{base if fits else self.group(base)}^{{{self.number(power.exponent)}}}"

    def _stands_close(self, piece: str, before: str) -> bool:
        simple = _LETTER.fullmatch(before) or before[0].isdigit() or before.endswith(")")
        return bool(simple and (piece.startswith(self.opening) or _LETTER.fullmatch(piece)))


LATEX = Latex()


def _bare(text: str) -> str:
    """A sum that is all of a numerator or denominator, without its parentheses."""
    whole = text.startswith(r"\left(") and text.endswith(r"\right)")
    return text[6:-7] if whole and text.count(r"\left(") == 1 else text


# Names


def latex_name(name: str) -> str:
    r"""A label as LaTeX.

    >>> print(latex_name("w1"), latex_name("δ"), latex_name("ŷ"), latex_name("loss"))
    w_{1} \delta \hat{y} \mathrm{loss}
    >>> print(latex_name("layer1.neuron2.w[0]"), "and", latex_name("y − a"))
    \mathrm{layer1.neuron2.w[0]} and y - a
    >>> print(latex_name(r"$\mathbf{W}_{ij}$"))
    \mathbf{W}_{ij}
    """
    label, end, number = name.rpartition("$")
    if (written := latex_in(f"{label}{end}")) is not None:
        power = re.sub("[⁽⁾]", "", number).translate(_PLAIN_DIGITS)
        return f"{{{written}}}^{{({power})}}" if power else written
    name = unicodedata.normalize("NFD", shorten(printable(name), 60))
    token = _TOKEN.fullmatch(name)
    if token:
        return _identifier(*token.groups())
    if _PATH.fullmatch(name) and name.isascii():
        escaped = name.replace("_", r"\_").replace(" ", r"\ ")
        return rf"\mathrm{{{escaped}}}"
    return _PIECE.sub(_piece, name).strip()


def _piece(found: re.Match[str]) -> str:
    """A piece of a label that is neither a name nor a path."""
    *identifier, character = found.groups()
    return _CHARACTERS.get(character, character) if character else _identifier(*identifier)


def _identifier(letters: str, digits: str, primes: str, copy: str | None) -> str:
    text = _letters(letters)
    if digits:
        text += f"_{{{digits.translate(_PLAIN_DIGITS)}}}"
    upper = r"\prime" * len(primes) + (f"({copy.translate(_PLAIN_DIGITS)})" if copy else "")
    return f"{text}^{{{upper}}}" if upper else text


def _letters(letters: str) -> str:
    base, accents = letters[0], letters[1:]
    if all(a in _ACCENTS for a in accents):
        text = _letter(base)
        for accent in accents:
            text = rf"\{_ACCENTS[accent]}{{{text}}}"
        return text
    return rf"\mathrm{{{letters}}}"


def _letter(letter: str) -> str:
    words = unicodedata.name(letter, "").split()
    if words[:3] == ["GREEK", "SMALL", "LETTER"] and len(words) == 4 and words[3] != "OMICRON":
        return "\\" + {"LAMDA": "lambda"}.get(words[3], words[3].lower())
    return letter

r"""Labels as LaTeX: w1 becomes w_{1}, ŷ becomes \hat{y}, a path stays upright."""

from __future__ import annotations

import re
import unicodedata

from viz.text import printable, shorten

_OPERATORS = re.compile(r"[\s+\-−·×*/^=]")
_TOKEN = re.compile(
    r"([^\W\d_₀-₉⁰-⁹¹²³]+[\u0300-\u036f]*)_?([\d₀-₉]*)([′']*)(?:⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾)?"
)
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
    "<": "<",
    "|": "|",
    **{c: "\\" + c for c in "{}_#$%&"},
}


def is_compound(name: str) -> bool:
    """Whether a label reads as a calculation, such as `y − a`, and needs parentheses.

    >>> is_compound("y − a"), is_compound("layer1.neuron2.w[0]")
    (True, False)
    """
    return bool(_OPERATORS.search(name))


def latex_name(name: str) -> str:
    r"""A label as LaTeX.

    >>> print(latex_name("w1"), latex_name("δ"), latex_name("ŷ"), latex_name("loss"))
    w_{1} \delta \hat{y} \mathrm{loss}
    >>> print(latex_name("layer1.neuron2.w[0]"), "and", latex_name("y − a"))
    \mathrm{layer1.neuron2.w[0]} and y - a
    """
    name = unicodedata.normalize("NFD", shorten(printable(name), 60))
    token = _TOKEN.fullmatch(name)
    if token:
        return _identifier(*token.groups())
    if _PATH.fullmatch(name) and name.isascii():
        return rf"\mathrm{{{_escaped(name)}}}"
    return "".join(_pieces(name)).strip()


def _escaped(path: str) -> str:
    return path.replace("_", r"\_").replace(" ", r"\ ")


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


def _pieces(name: str) -> list[str]:
    """A label that is neither a name nor a path, piece by piece."""
    pieces, at = [], 0
    while at < len(name):
        token = _TOKEN.match(name, at)
        if token:
            pieces.append(_identifier(*token.groups()))
            at = token.end()
        else:
            pieces.append(_CHARACTERS.get(name[at], name[at]))
            at += 1
    return pieces

r"""Labels in LaTeX, such as `$\lambda_1$`: Unicode in pictures and tables, themselves in formulas.

Only letters, marks, indices and powers are taken: a formula may be shown in a browser, where
some commands would do more than write.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARKS = {
    "hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}",
    "tilde": "\N{COMBINING TILDE}", "dot": "\N{COMBINING DOT ABOVE}",
    "ddot": "\N{COMBINING DIAERESIS}", "vec": "\N{COMBINING RIGHT ARROW ABOVE}",
}  # fmt: skip
FACES = ("mathbf", "mathrm", "mathit", "mathcal", "boldsymbol", "bm", "text", "operatorname")
SIGNS = {
    "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×", "prime": "′", "ell": "ℓ", "odot": "⊙",
    "top": "ᵀ", "infty": "∞", "varepsilon": "ε", "varphi": "φ", "vartheta": "θ", "lambda": "λ",
    "Lambda": "Λ", ",": " ", " ": " ", "epsilon": "ε",
}  # fmt: skip
LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}^_]|[^\\{}^_$%&#~]")


@lru_cache(maxsize=1 << 12)
def as_unicode(label: str) -> str:
    r"""A label in LaTeX as Unicode; any other as it is.

    >>> as_unicode(r"$\lambda_1$"), as_unicode(r"$\hat{y}^{(2)}$"), as_unicode("w$1")
    ('λ₁', 'ŷ⁽²⁾', 'w$1')
    """
    inner = latex_in(label)
    return label if inner is None else unicodedata.normalize("NFC", _Reader(inner).text())


@lru_cache(maxsize=1 << 12)
def latex_in(label: str) -> str | None:
    r"""The LaTeX between the dollars of a label; None where it is not LaTeX that we take.

    >>> latex_in(r"$\mathbf{W}_{ij}$"), latex_in(r"$\href{x}{y}$"), latex_in("w")
    ('\\mathbf{W}_{ij}', None, None)
    """
    if len(label) < 3 or label[0] != "$" or label[-1] != "$":
        return None
    inner = label[1:-1]
    try:
        _Reader(inner).text()
    except ValueError:
        return None
    return inner


class _Reader:
    """Reads one formula; a ValueError where something in it is none of what is taken."""

    def __init__(self, inner: str):
        self._tokens = _TOKEN.findall(inner)
        if "".join(self._tokens) != inner or not inner.strip():
            raise ValueError(inner)
        self._tokens.reverse()

    def text(self) -> str:
        """All of it."""
        pieces = []
        while self._tokens:
            pieces.append(self._piece())
        return "".join(pieces)

    def _piece(self) -> str:
        if not self._tokens:
            raise ValueError("something is missing")
        token = self._tokens.pop()
        if token == "{":
            return self._group()
        if token == "}":
            raise ValueError(token)
        if token in "^_":
            return _moved(self._piece(), raised=token == "^")
        return self._command(token[1:]) if token[0] == "\\" else "′" if token == "'" else token

    def _group(self) -> str:
        pieces = []
        while self._tokens and self._tokens[-1] != "}":
            pieces.append(self._piece())
        if not self._tokens:
            raise ValueError("a brace is not closed")
        self._tokens.pop()
        return "".join(pieces)

    def _command(self, name: str) -> str:
        if name in MARKS:
            return f"{self._piece()}{MARKS[name]}"
        if name in FACES:
            return self._piece()
        if name in SIGNS:
            return SIGNS[name]
        size = "CAPITAL" if name[:1].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
        except KeyError:
            raise ValueError(name) from None


def _moved(text: str, *, raised: bool) -> str:
    """`text` as an index or a power, in small digits where all of it has them."""
    if text in ("′", "ᵀ", "*"):
        return text
    moved = text.translate(RAISED if raised else LOWERED)
    if all(a != b for a, b in zip(text, moved, strict=True)):
        return moved
    sign = "^" if raised else "_"
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})" if raised else f"{sign}{text}"

"""A picture as PDF, written with reportlab: shapes, and texts in the fonts that every reader has.

Texts are set in Helvetica, for which figures are laid out, and what it lacks in Symbol, which has
Greek letters and signs such as ∂ and −. An accent over a letter that has none there, as in ŷ, is
set over it. No font is embedded.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from viz.extras import reportlab
from viz.layout.shapes import Shape, Sheet, Text

SYMBOL = "∂−Σ∇√∞≤≥→←⇒≠≈∈∏∫∀∃∑⊗⊕·αβγδεζηθικλμνξοπρςστυφχψωΓΔΘΛΞΠΥΦΨΩϕϑϖ"
"""Characters of the font Symbol."""
SPELT = {"‖": "||", "⊙": "∗", "∘": "o", "ᵀ": "T", "⟨": "<", "⟩": ">"}
ACCENTS = {"\u0300": "`", "\u0301": "´", "\u0302": "ˆ", "\u0303": "˜", "\u0304": "¯", "\u0308": "¨"}
"""Accents of Helvetica, in place of combining ones."""
OVER = "\b"
"""Goes before an accent, which is set over the character before."""
_ACCENT = re.compile(f"({OVER}.)")


def pdf(sheets: list[Sheet], card: str) -> bytes:
    """The pages, one for each sheet, on paper of the colour `card`.

    Raises:
        MissingExtraError: (an ImportError) reportlab is not installed.
    """
    canvas, buffer = reportlab("pdfgen.canvas"), io.BytesIO()
    page = canvas.Canvas(buffer, invariant=1)
    for one in sheets:
        page.setPageSize((one.width, one.height))
        page.setFillColor(card)
        page.rect(0, 0, one.width, one.height, stroke=0, fill=1)
        for part in one.parts:
            if isinstance(part, Shape):
                _draw(page, part, one.height)
            else:
                _write(page, part, one.height)
        page.showPage()
    page.save()
    return buffer.getvalue()


def _draw(page: Any, shape: Shape, height: float) -> None:
    path = page.beginPath()
    (x, y), *rest = shape.points
    path.moveTo(x, height - y)
    flat = [number for a, b in rest for number in (a, height - b)]
    for k in range(0, len(flat), 6 if shape.curved else 2):
        (path.curveTo if shape.curved else path.lineTo)(*flat[k : k + (6 if shape.curved else 2)])
    if shape.closed:
        path.close()
    page.setLineWidth(shape.wide)
    page.setDash([3, 3] if shape.dashed else [])
    if shape.stroke:
        page.setStrokeColor(shape.stroke)
    if shape.fill:
        page.setFillColor(shape.fill)
    page.drawPath(path, stroke=bool(shape.stroke), fill=bool(shape.fill))


def _write(page: Any, text: Text, height: float) -> None:
    helvetica = "Helvetica-Bold" if text.bold else "Helvetica"
    page.setFillColor(text.fill)
    x, y = text.at
    for font, run in runs(text.after, helvetica):
        x += page.stringWidth(_ACCENT.sub("", run), font, text.size)
    last = 0.0
    for font, run in runs(text.text, helvetica):
        page.setFont(font, text.size)
        for piece in filter(None, _ACCENT.split(run)):
            shown = piece.removeprefix(OVER)
            wide = page.stringWidth(shown, font, text.size)
            if shown == piece:
                page.drawString(x, height - y, piece)
                x, last = x + wide, page.stringWidth(piece[-1], font, text.size)
            else:
                page.drawString(x - (last + wide) / 2.0, height - y, shown)


def runs(text: str, helvetica: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the font that has its characters.

    >>> [*runs("∂ 8 · ½", "Helvetica")]
    [('Symbol', '∂'), ('Helvetica', ' 8 · ½')]
    >>> [*runs("ŷ", "Helvetica")] == [("Helvetica", f"y{OVER}ˆ")]
    True
    """
    spelt = "".join(map(_spelt, text))
    for symbol, run in groupby(spelt, key=lambda c: c in SYMBOL and not _is_latin(c)):
        yield ("Symbol" if symbol else helvetica), "".join(run)


def _spelt(character: str) -> str:
    """The character, or others that say the same in these fonts."""
    if character in SYMBOL or _is_latin(character):
        return character
    found = SPELT.get(character) or unicodedata.normalize("NFKD", character)
    known = (OVER + ACCENTS[c] if c in ACCENTS else c for c in found)
    return "".join(c for c in known if c in SYMBOL or _is_latin(c)) or "?"


def _is_latin(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True

"""`worksheet`: a figure with blanks for its numbers, and a second page with the answers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from autograd import Value
from viz.errors import DrawingError
from viz.figure.draw import draw
from viz.figure.drawing import Drawing, Element, Node, Wire
from viz.figure.figure import Figure
from viz.files import checked_suffix, write
from viz.layout.pdf import pdf
from viz.layout.picture import Picture
from viz.layout.shapes import sheet

LEAVES = ("parameter", "input")
BLANK = "\N{NO-BREAK SPACE}" * 12
ASKED = {
    "values": "the value of every wire, above it",
    "local": "the local gradient, at its end",
    "gradients": "the gradient ∂, below it",
}
"""The kinds of numbers that may be left out, and where they belong."""
TELLING = ("off", "saturated")
"""Notes on operations that give local gradients away."""


class Worksheet(Picture):
    """A figure without its numbers, and the same with them.

    Attributes:
        questions, answers: the two figures.
    """

    suffixes = (".pdf", ".svg")

    def __init__(self, questions: Figure, answers: Figure):
        self.questions, self.answers = questions, answers

    def _made(self) -> str:
        return self.questions.svg

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a PDF with two pages, or two SVGs: `w.svg`, and `w-answers.svg` beside it.

        Raises:
            DrawingError: a suffix that is none of `suffixes`.
            EngineNotFoundError, LayoutError: it could not be laid out.
            MissingExtraError: (an ImportError) what makes a PDF is not installed.
            SaveError: the file cannot be written.
        """
        path = Path(path)
        if checked_suffix(path, *self.suffixes) == ".svg":
            write(path.with_name(f"{path.stem}-answers{path.suffix}"), self.answers.svg.encode())
            return write(path, self.svg.encode())
        pages = [sheet(figure.svg) for figure in (self.questions, self.answers)]
        return write(path, pdf(pages, "#FFFFFF"))

    def __str__(self) -> str:
        return "\n".join(self.questions.drawing.heading.notes)

    def __repr__(self) -> str:
        return f"<worksheet of {self.answers!r}>"


def worksheet(
    root: Any,
    *,
    ask: Iterable[str] = tuple(ASKED),
    wrt: Iterable[Value | str] = (),
    title: str = "",
    **options: Any,
) -> Worksheet:
    """Make a worksheet of the graph of `root`: leaves keep their values, all else is to be found.

    Args:
        root: the output; where `backward()` was called, gradients are asked for too.
        ask: what is left out, of "values", "local" and "gradients".
        wrt: the leaves to show as parameters, as in `draw`.
        title: a line above both pages.
        options: further options of `draw`.

    Raises:
        DrawingError: `ask` is none of these, or an argument of `draw` makes no sense.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> J.backward()
    >>> print(worksheet(J))
    Fill in: the value of every wire, above it; the local gradient, at its end; the gradient ∂, ...
    """
    asked = [ask] if isinstance(ask, str) else list(ask)
    if not asked or not set(asked) <= ASKED.keys():
        raise DrawingError(f"ask= is one or more of {', '.join(map(repr, ASKED))}, not {ask!r}")
    answers = draw(root, wrt=wrt, title=title, **options)
    drawing = answers.drawing
    note = "; ".join(text for name, text in ASKED.items() if name in asked)
    told = drawing.heading.result
    heading = drawing.heading._replace(
        result=told.partition(" = ")[0] if "values" in asked else told,
        notes=(f"Fill in: {note}.",),
        products=(),
        marks=tuple(
            mark for mark in drawing.heading.marks if mark not in TELLING or "local" not in asked
        ),
    )
    blank = drawing._replace(elements=tuple(_blanked(drawing, asked)), heading=heading)
    return Worksheet(answers.showing(blank), answers)


def _blanked(drawing: Drawing, asked: Sequence[str]) -> list[Element]:
    """The elements with room, rather than a number, for what is asked; leaves keep their values."""
    leaves = {e.id for e in drawing.elements if isinstance(e, Node) and e.kind in LEAVES}
    return [_blank(one, asked, leaves) for one in drawing.elements]


def _blank(one: Element, asked: Sequence[str], leaves: set[str]) -> Element:
    if isinstance(one, Wire):
        known = one.source in leaves or one.start in leaves
        name, equals, _ = one.value.rpartition(" = ")
        return one._replace(
            value=one.value if "values" not in asked or known else f"{name}{equals}{BLANK}",
            gradient=f"∂{BLANK}"
            if "gradients" in asked and one.gradient != "∂ –"
            else one.gradient,
            share="" if "gradients" in asked else one.share,
            local=f"×{BLANK[:6]}" if "local" in asked and one.local else one.local,
            about="",
            use="",
            stroke=1,
        )
    if isinstance(one, Node):
        kept = tuple(line for line in one.lines if line.role not in _roles(asked))
        note = "" if one.note in TELLING and "local" in asked else one.note
        return one._replace(lines=kept, tip="", note=note)
    return one


def _roles(asked: Sequence[str]) -> set[str]:
    return {
        role
        for role, name in (("forward", "values"), ("gradient", "gradients"), ("local", "local"))
        if name in asked
    }

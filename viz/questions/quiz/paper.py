"""A quiz as PDF: the figure on a broad sheet of A4, questions, and sheets with the answers."""

from __future__ import annotations

from collections.abc import Iterator

from viz.figure.figure import Figure
from viz.layout.pdf import pdf
from viz.layout.shapes import Shape, Sheet, Text, sheet
from viz.questions.quiz.handout import Handout, known_slips
from viz.text import width
from viz.theme import INK, MUTED

SHORT, LONG, MARGIN = 595.0, 842.0, 50.0
"""The sides of a sheet of A4, in points, and the room left white around."""
SIZE, LEADING = 10.5, 1.45
CARD = "#FFFFFF"


class _Paper:
    """Sheets that are filled from the top; what does not fit goes to the next one."""

    def __init__(self, *, broad: bool = False) -> None:
        self._wide, self._high = (LONG, SHORT) if broad else (SHORT, LONG)
        self.room = self._wide - 2 * MARGIN
        self.sheets: list[Sheet] = []
        self._parts: list[Shape | Text] = []
        self._top = MARGIN

    def write(
        self, text: str, *, size: float = SIZE, fill: str = INK, bold: bool = False, indent: int = 0
    ) -> None:
        """A paragraph, wrapped; the lines of a text begin anew."""
        for line in _wrapped(text, self.room - indent, size):
            self._need(size * LEADING)
            self._top += size * LEADING
            at = (MARGIN + indent, self._top - 0.3 * size)
            self._parts.append(Text(at, line, size, fill, bold))

    def space(self, points: float) -> None:
        """Room, but none at the top of a sheet."""
        self._top += points if self._parts else 0.0

    def rule(self, indent: int) -> None:
        """A line to write on."""
        self._need(24.0)
        self._top += 20.0
        ends = ((MARGIN + indent, self._top), (MARGIN + indent + 180.0, self._top))
        self._parts.append(Shape(ends, False, False, "", MUTED, 0.6, True))
        self._top += 4.0

    def keep(self, points: float) -> None:
        """A new sheet where less than this is left."""
        self._need(points)

    def place(self, picture: Sheet) -> None:
        """A figure as wide as the text, or as it is."""
        scale = min(1.0, self.room / picture.width, 0.6 * self._high / picture.height)
        self._need(scale * picture.height)
        x, y = MARGIN + (self.room - scale * picture.width) / 2, self._top
        self._parts += [_placed(part, scale, x, y) for part in picture.parts]
        self._top += scale * picture.height

    def end(self) -> None:
        """The end of a sheet."""
        self.sheets.append(Sheet(self._wide, self._high, tuple(self._parts)))
        self._parts, self._top = [], MARGIN

    def _need(self, points: float) -> None:
        if self._parts and self._top + points > self._high - MARGIN:
            self.end()


def _placed(part: Shape | Text, scale: float, x: float, y: float) -> Shape | Text:
    if isinstance(part, Text):
        a, b = part.at
        return part._replace(at=(x + scale * a, y + scale * b), size=scale * part.size)
    points = tuple((x + scale * a, y + scale * b) for a, b in part.points)
    return part._replace(points=points, wide=scale * part.wide)


def _wrapped(text: str, room: float, size: float) -> Iterator[str]:
    """The text in lines that fit; a word too long for one stands alone."""
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width(longer, size) > room:
                yield line
                line = word
            else:
                line = longer
        yield line


def pdf_of(handout: Handout) -> bytes:
    """The handout as PDF; its answers begin on a new sheet.

    Raises:
        MissingExtraError: (an ImportError) reportlab is not installed.
    """
    return pdf([*_figure(handout), *_questions(handout), *_answers(handout)], CARD)


def _figure(handout: Handout) -> list[Sheet]:
    paper = _Paper(broad=True)
    _head(paper, handout, "Name:", handout.blank)
    paper.end()
    return paper.sheets


def _questions(handout: Handout) -> list[Sheet]:
    paper = _Paper()
    for k, one in enumerate(handout.questions, start=1):
        paper.keep(70.0 + SIZE * LEADING * len(one.lines))
        paper.write(f"{k}.  {one.asked}")
        for line in one.lines:
            paper.write(line, indent=18)
        paper.rule(18)
        paper.space(10)
    paper.end()
    return paper.sheets


def _answers(handout: Handout) -> list[Sheet]:
    paper = _Paper()
    _head(paper, handout, "Answers", handout.filled)
    for k, one in enumerate(handout.questions, start=1):
        slips = known_slips(one)
        paper.keep(40.0 + 13.0 * len(slips))
        paper.write(f"{k}.  {one.told}", bold=True)
        paper.write(one.because, indent=18)
        for line in slips:
            paper.write(line, size=8.5, fill=MUTED, indent=18)
        paper.space(6)
    paper.end()
    return paper.sheets


def _head(paper: _Paper, handout: Handout, under: str, figure: Figure) -> None:
    paper.write(handout.title, size=16, bold=True)
    paper.write(under, fill=MUTED)
    paper.space(8)
    paper.place(sheet(figure.svg))
    paper.space(10)
    paper.write("\n".join(handout.graph))
    paper.space(14)

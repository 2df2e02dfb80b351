"""The shapes and texts of a picture, read from its SVG: what PDF and TikZ are written from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from viz.layout.svg import bare

Point = tuple[float, float]
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_MOVES = re.compile(r"(scale|translate)\(([^)]*)\)")
NAMED = {"white": "#ffffff", "black": "#000000"}


class Shape(NamedTuple):
    """A closed or open curve: `points` are a start and then three for each Bézier piece.

    A curve with straight pieces (`curved` is False) has its corners as points.

    Attributes:
        fill, stroke: colours such as #222222, "" for none.
        frame: the step from which it is there, in a picture of steps; None for always.
    """

    points: tuple[Point, ...]
    curved: bool
    closed: bool
    fill: str
    stroke: str
    wide: float
    dashed: bool
    frame: int | None = None


class Text(NamedTuple):
    """A text that begins at a point, behind the text `after` on the same line."""

    at: Point
    text: str
    size: float
    fill: str
    bold: bool
    frame: int | None = None
    after: str = ""


class Sheet(NamedTuple):
    """All of a picture, in points from its upper left corner."""

    width: float
    height: float
    parts: tuple[Shape | Text, ...]


def sheet(svg: str | Element) -> Sheet:
    """Read a picture that the layout engine made.

    >>> from viz.layout.picture import svg_of
    >>> found = sheet(svg_of('digraph { a }', None))
    >>> [type(part).__name__ for part in found.parts], found.parts[-1].text
    (['Shape', 'Text'], 'a')
    """
    root = bare(svg.encode()) if isinstance(svg, str) else svg
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    return Sheet(width, height, tuple(_parts(root, (1.0, -left, -top), None)))


def _parts(
    element: Element, place: tuple[float, float, float], frame: int | None
) -> Iterator[Shape | Text]:
    scale, x, y = place
    for kind, numbers in _MOVES.findall(element.get("transform", "")):
        given = [float(n) for n in _NUMBER.findall(numbers)]
        if kind == "scale":
            scale *= given[0]
        else:
            x, y = x + scale * given[0], y + scale * given[1]
    frame = int(element.get("data-from", frame if frame is not None else -1))
    since = frame if frame >= 0 else None
    if element.tag in ("path", "polygon", "polyline", "ellipse"):
        yield _shape(element, (scale, x, y), since)
    elif element.tag == "text":
        yield from _texts(element, (scale, x, y), since)
    else:
        for child in element:
            yield from _parts(child, (scale, x, y), since)


def _shape(element: Element, place: tuple[float, float, float], frame: int | None) -> Shape:
    scale, x, y = place
    if element.tag == "ellipse":
        points = _ellipse(*(float(element.get(name, 0)) for name in ("cx", "cy", "rx", "ry")))
    else:
        text = element.get("d") or element.get("points") or ""
        numbers = [float(n) for n in _NUMBER.findall(text)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
    fill, stroke = (_colour(element.get(name, "none")) for name in ("fill", "stroke"))
    return Shape(
        points=tuple((x + scale * a, y + scale * b) for a, b in points),
        curved=element.tag in ("path", "ellipse"),
        closed=element.tag in ("polygon", "ellipse") or bool(fill),
        fill=fill,
        stroke=stroke,
        wide=scale * float(element.get("stroke-width", 1)),
        dashed="stroke-dasharray" in element.attrib,
        frame=frame,
    )


def _ellipse(x: float, y: float, a: float, b: float) -> list[Point]:
    """An ellipse as four Bézier pieces."""
    k = 0.5522847498
    return [
        (x + a, y), (x + a, y + k * b), (x + k * a, y + b), (x, y + b),
        (x - k * a, y + b), (x - a, y + k * b), (x - a, y),
        (x - a, y - k * b), (x - k * a, y - b), (x, y - b),
        (x + k * a, y - b), (x + a, y - k * b), (x + a, y),
    ]  # fmt: skip


def _texts(
    element: Element, place: tuple[float, float, float], frame: int | None
) -> Iterator[Text]:
    scale, x, y = place
    pieces: list[tuple[str | None, int | None]] = [(element.text, frame)] * bool(element.text)
    pieces += [(span.text, int(span.get("data-from", frame or 0))) for span in element]
    for k, (text, since) in enumerate(pieces):
        before = "".join(plain(piece) for piece, _ in pieces[:k])
        yield Text(
            at=(x + scale * float(element.get("x", 0)), y + scale * float(element.get("y", 0))),
            text=plain(text),
            size=scale * float(element.get("font-size", 11)),
            fill=_colour(element.get("fill", "#000000")),
            bold=element.get("font-weight") == "bold",
            frame=since,
            after=before,
        )


def plain(text: str | None) -> str:
    """A text of SVG with the spaces that it had."""
    return (text or "").replace("\N{NO-BREAK SPACE}", " ")


def _colour(name: str) -> str:
    return "" if name in ("none", "transparent") else NAMED.get(name, name)

"""A marked figure as an SVG that plays: its marks become CSS animations, captions go below it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from viz.figure.drawing import Part, Role
from viz.layout.engine import FONTS
from viz.layout.svg import kept_together
from viz.operation_text import derivative
from viz.steps.frames import Frame, Frames
from viz.steps.keyframes import Look, Player
from viz.steps.stage import Stage
from viz.text import number, printable, shorten, width
from viz.theme import FORWARD, GRADIENT, INK, ROLE

SIZE = 13.0
LINE = 19.0
MOST_GRADIENTS = 6
"""Gradients that the end state's caption lists."""

UNSEEN = {"display": "none", "opacity": "0"}
"""What programs without style sheets, which show the end state, leave out; each heeds one."""

_WIDTHS = {"wire": (0.0, 1.4), "out": (2.0, 3.0)}
"""Stroke widths at rest and pointed out. A wire's label has its line as a filled strip."""


def moving_figure(steps: Frames, figure: Stage, *, scope: str, seconds: float, pause: float) -> str:
    """The SVG text; `scope` is a class that no other figure on a page has."""
    player = Player(scope, len(steps), seconds, pause)
    turn = sum(frame.phase == "forward" for frame in steps)
    for element in list(figure.svg.iter()):
        _play(element, player, turn)
    captions = [*(frame.parts for frame in steps), _summary(steps)]
    lines = [_lines(parts, figure.width - 24) for parts in captions]
    height = figure.height + LINE * (1 + max(map(len, lines))) + 14
    svg = _canvas(figure, height, scope, steps)
    svg.extend(figure.svg)
    for i, (frame, rows) in enumerate(zip([*steps, None], lines, strict=True)):
        place = _place(frame, i, len(steps))
        caption = _caption(rows, place, figure, _showing(player, i, len(steps)))
        if frame is not None:
            caption.attrib |= UNSEEN
        else:
            _uncentred(caption, rows, figure)
        svg.append(caption)
    svg[0].text = _sheet(scope) + player.css()
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def _canvas(figure: Stage, height: float, scope: str, steps: Frames) -> Element:
    size = {"width": f"{figure.width:g}pt", "height": f"{height:g}pt"}
    output = steps.scene.output
    name = f"{printable(shorten(output.name))} computed forward, then differentiated backward"
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {figure.width:g} {height:g}",
            **size,
            "class": scope,
            "role": "img",
            "aria-label": name,
        },
    )
    SubElement(svg, "style")
    SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    return svg


def _sheet(scope: str) -> str:
    """Shapes take colour and line width from their group, which is what changes."""
    return (
        f".{scope} text{{font-family:{FONTS}}}\n"
        f".{scope} .caption{{display:inline}}\n"
        f".{scope} .drawn :is(path,ellipse){{stroke:currentColor;stroke-width:inherit}}\n"
        f".{scope} .drawn.edge polygon,.{scope} .drawn.wire polygon"
        "{fill:currentColor;stroke:currentColor;stroke-width:inherit}\n"
    )


def _play(element: Element, player: Player, turn: int) -> None:
    """Turn the marks of one element into a class of `player`."""
    element.attrib.pop("id", None)
    marks = {key: element.attrib.pop(f"data-{key}", None) for key in ("from", "live", "now")}
    sent = element.attrib.pop("data-sent", None)
    element.attrib.pop("data-answer", None)
    if marks["from"] is not None:
        hidden, seen = {"fill-opacity": "0"}, {"fill-opacity": "1"}
        _add_class(element, player.class_of([player.fade(int(marks["from"]), hidden, seen)], {}))
    animations = []
    end: Look = {}
    if marks["live"] is not None:
        animations.append(player.fade(int(marks["live"]), {"opacity": "0.3"}, {"opacity": "1"}))
    if marks["now"] is not None:
        pointed = {int(frame) for frame in marks["now"].split()}
        looks = list(_strokes(element, pointed, int(sent) if sent else None, player.frames, turn))
        animations.append(player.looks(looks))
        end = looks[-1]
        _add_class(element, "drawn")
    if animations:
        _add_class(element, player.class_of(animations, end))


def _add_class(element: Element, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())


def _strokes(
    element: Element, pointed: set[int], sent: int | None, frames: int, turn: int
) -> Iterator[Look]:
    """Colour and line width in each frame, and in the end state."""
    classes = element.get("class", "").split()
    rest, strong = next((_WIDTHS[name] for name in classes if name in _WIDTHS), (1.0, 2.4))
    for frame in range(frames + 1):
        if frame in pointed:
            colour = FORWARD if frame < turn else GRADIENT
            yield {"color": colour, "stroke-width": f"{strong:g}"}
        else:
            travelled = sent is not None and frame >= sent
            yield {"color": GRADIENT if travelled else INK, "stroke-width": f"{rest:g}"}


def _showing(player: Player, index: int, end: int) -> str:
    """The class of the caption of frame `index`, which shows in that frame alone."""
    opacities = ["1" if frame == index else "0" for frame in range(end + 1)]
    animation = player.looks({"opacity": opacity} for opacity in opacities)
    return player.class_of([animation], {"opacity": opacities[-1]})


def _place(frame: Frame | None, index: int, count: int) -> Part:
    if frame is None:
        return Part("every gradient", "gradient")
    role: Role = "forward" if frame.phase == "forward" else "gradient"
    return Part(f"{frame.phase} · step {index + 1} of {count}", role)


def _summary(steps: Frames) -> tuple[Part, ...]:
    """The gradients of the parameters (or of all leaves), for the end state."""
    leaves = [shown for shown in steps.scene.values if shown.kind != "op"]
    chosen = [shown for shown in leaves if shown.kind == "parameter"] or leaves
    output = shorten(steps.scene.output.name)
    parts: list[Part] = []
    for shown in chosen[:MOST_GRADIENTS]:
        grad = "–" if shown.gradient is None else number(shown.gradient)
        parts += [
            Part(", " if parts else ""),
            Part(f"{derivative(output, shorten(shown.name))} = "),
        ]
        parts.append(Part(grad, "gradient"))
    return (*parts, *[Part(", …")] * (len(chosen) > MOST_GRADIENTS))


def _lines(parts: tuple[Part, ...], room: float) -> list[list[Part]]:
    """A caption in lines that fit, broken after `=`, `+` and `,`."""
    rows: list[list[Part]] = [[]]
    used = 0.0
    for piece in _pieces(parts):
        need = width(piece.text, SIZE)
        if rows[-1] and used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(piece)
        used += need
    return rows


def _pieces(parts: tuple[Part, ...]) -> Iterator[Part]:
    for text, role in parts:
        for sign in ("= ", "+ ", ", "):
            text = text.replace(sign, f"{sign}\0")
        yield from (Part(piece, role) for piece in text.split("\0") if piece)


def _caption(rows: list[list[Part]], place: Part, figure: Stage, shown: str) -> Element:
    group = Element(
        "g", {"class": f"caption {shown}", "text-anchor": "middle", "font-size": f"{SIZE:g}"}
    )
    _line(group, [place], figure, 0).set("font-size", "10")
    for i, row in enumerate(rows, start=1):
        _line(group, row, figure, i)
    return group


def _uncentred(caption: Element, rows: list[list[Part]], figure: Stage) -> None:
    """Let the lines of a caption begin where they would if they were centred.

    Programs without style sheets centre each part of a centred line by itself, one over another.
    """
    for text, row in zip(list(caption)[1:], rows, strict=True):
        half = sum(width(part.text, SIZE) for part in row) / 2
        text.attrib |= {"x": f"{figure.width / 2 - half:g}", "text-anchor": "start"}


def _line(group: Element, parts: list[Part], figure: Stage, row: int) -> Element:
    x, y = figure.width / 2, figure.height + LINE * row + 12
    text = SubElement(group, "text", {"x": f"{x:g}", "y": f"{y:g}", "fill": INK})
    for part in parts:
        span = SubElement(text, "tspan")
        if part.role:
            span.set("fill", ROLE[part.role])
        span.text = kept_together(printable(part.text))
    return text

"""A marked figure as an SVG that plays: its marks become CSS animations, captions go below it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement

from viz.figure.drawing import Part, Role
from viz.layout.svg import FONTS, kept_together
from viz.steps.frames import Frames
from viz.steps.keyframes import Look, Player
from viz.steps.stage import Stage
from viz.text import derivative, number, printable, shorten, width
from viz.theme import FORWARD, GRADIENT, INK, ROLE

SIZE = 13.0
LINE = 19.0
MOST_GRADIENTS = 6
"""Gradients that the end state's caption lists."""
UNSEEN = {"display": "none", "opacity": "0"}
"""Left out by programs without style sheets, which show the end state; each heeds one of these."""
_WIDTHS = {"wire": (0.0, 1.4), "out": (2.0, 3.0)}
"""Stroke widths at rest and pointed out. A wire's label has its line as a filled strip."""


def moving_figure(steps: Frames, figure: Stage, *, scope: str, seconds: float, pause: float) -> str:
    """The SVG text; `scope` is a class that no other figure on a page has."""
    player = Player(scope, len(steps), seconds, pause)
    turn = sum(frame.phase == "forward" for frame in steps)
    for element in list(figure.svg.iter()):
        _play(element, player, turn)
    rows = [_rows(parts, figure.width - 24) for parts in _captions(steps)]
    height = figure.height + LINE * max(map(len, rows)) + 14
    svg = _canvas(figure, height, scope, steps)
    svg.extend(figure.svg)
    svg.extend(_caption(lines, figure, player, i) for i, lines in enumerate(rows))
    svg[0].text = _sheet(scope) + player.css()
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def _canvas(figure: Stage, height: float, scope: str, steps: Frames) -> Element:
    output = printable(shorten(steps.scene.output.name))
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {figure.width:g} {height:g}",
        "width": f"{figure.width:g}pt",
        "height": f"{height:g}pt",
        "class": scope,
        "role": "img",
        "aria-label": f"{output} computed forward, then differentiated backward",
    }
    svg = Element("svg", attributes)
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
    """Turn the marks of one element into classes of `player`."""
    for name in ("id", "data-answer"):
        element.attrib.pop(name, None)
    since, live, sent, now = (
        element.attrib.pop(f"data-{name}", None) for name in ("from", "live", "sent", "now")
    )
    if since is not None:
        fade = player.fade(int(since), {"fill-opacity": "0"}, {"fill-opacity": "1"})
        _add_class(element, player.class_of([fade], {}))
    animations = []
    end: Look = {}
    if live is not None:
        animations.append(player.fade(int(live), {"opacity": "0.3"}, {"opacity": "1"}))
    if now is not None:
        pointed = {int(frame) for frame in now.split()}
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


def _captions(steps: Frames) -> Iterator[tuple[Part, tuple[Part, ...]]]:
    """For each frame, and for the end state, what stands above its caption, and the caption.

    The end state's lists the gradients of the parameters, or of all leaves.
    """
    for i, frame in enumerate(steps, start=1):
        role: Role = "forward" if frame.phase == "forward" else "gradient"
        yield Part(f"{frame.phase} · step {i} of {len(steps)}", role), frame.parts
    leaves = [shown for shown in steps.scene.values if shown.kind != "op"]
    chosen = [shown for shown in leaves if shown.kind == "parameter"] or leaves
    output = shorten(steps.scene.output.name)
    parts: list[Part] = []
    for shown in chosen[:MOST_GRADIENTS]:
        comma = ", " * bool(parts)
        grad = "–" if shown.gradient is None else number(shown.gradient)
        parts += [Part(comma), Part(f"{derivative(output, shorten(shown.name))} = ")]
        parts.append(Part(grad, "gradient"))
    more = [Part(", …")] * (len(chosen) > MOST_GRADIENTS)
    yield Part("every gradient", "gradient"), (*parts, *more)


def _rows(caption: tuple[Part, tuple[Part, ...]], room: float) -> list[list[Part]]:
    """A caption in lines that fit, broken after `=`, `+` and `,`, below the line above it."""
    place, parts = caption
    rows: list[list[Part]] = [[]]
    used = 0.0
    for piece in _pieces(parts):
        need = width(piece.text, SIZE)
        if rows[-1] and used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(piece)
        used += need
    return [[place], *rows]


def _pieces(parts: Sequence[Part]) -> Iterator[Part]:
    for text, role in parts:
        for sign in ("= ", "+ ", ", "):
            text = text.replace(sign, f"{sign}\0")
        yield from (Part(piece, role) for piece in text.split("\0") if piece)


def _caption(rows: list[list[Part]], figure: Stage, player: Player, frame: int) -> Element:
    """The caption that shows in one frame alone, or in the end state, which follows the last.

    Lines of the end state begin where they would if they were centred: programs without style
    sheets centre each part of a centred line by itself, one over another.
    """
    ends = frame == player.frames
    opacities = ["1" if i == frame else "0" for i in range(player.frames + 1)]
    animation = player.looks({"opacity": opacity} for opacity in opacities)
    name = player.class_of([animation], {"opacity": opacities[-1]})
    look = {"class": f"caption {name}", "text-anchor": "middle", "font-size": f"{SIZE:g}"}
    group = Element("g", look if ends else look | UNSEEN)
    for i, row in enumerate(rows):
        text = _line(group, row, figure.width / 2, figure.height + LINE * i + 12)
        if i == 0:
            text.set("font-size", "10")
        elif ends:
            half = sum(width(part.text, SIZE) for part in row) / 2
            text.attrib |= {"x": f"{figure.width / 2 - half:g}", "text-anchor": "start"}
    return group


def _line(group: Element, parts: Sequence[Part], x: float, y: float) -> Element:
    text = SubElement(group, "text", {"x": f"{x:g}", "y": f"{y:g}", "fill": INK})
    for part in parts:
        span = SubElement(text, "tspan", {"fill": ROLE[part.role]} if part.role else {})
        span.text = kept_together(printable(part.text))
    return text

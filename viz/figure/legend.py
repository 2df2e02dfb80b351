"""The head of a figure: what is drawn, whose gradients these are, and what each mark means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from viz.graph.scene import Scene
from viz.layout.svg import LEGIBLE
from viz.text import atom, html, number, shorten, width
from viz.theme import FILL, FORWARD, GRADIENT, INK, LOCAL, MUTED

LEVEL = 105
"""Points that one operation and its wire take from left to right, roughly."""
NARROWEST = 340
"""Points; a legend is this wide even over a smaller graph."""
SIZE, PAGE = 9, 518
"""Points: of the texts, and from left to right on a page."""
_TAG = re.compile(r"<[^>]*>")


def header(
    scene: Scene,
    *,
    constants: bool,
    title: str = "",
    products: Iterable[str] = (),
    notes: Iterable[str] = (),
    room: int = 0,
    folded: Collection[str] = (),
) -> str:
    """The HTML label of the figure: title, target, notes and legend, no wider than the graph.

    Args:
        scene: what is drawn.
        constants: whether constants are drawn as boxes.
        title, products, notes: lines above and below the line that names the target.
        room: points from left to right; 0 for as many as the graph takes.
        folded: marks on boxes for neurons and layers: "folded", "off", "saturated".
    """
    titles = _titles(scene, title)
    lines = [_cell(line) for line in titles]
    room = room or max(NARROWEST, max(scene.distances().values()) * LEVEL + 150)
    strong = [line for product in products for line in wrapped(product, room)]
    small = [line for note in notes for line in wrapped(note, room)]
    lines += [_cell(_strong(line)) for line in strong] + [_cell(_small(line)) for line in small]
    widths = [width(_TAG.sub("", line), 11) for line in titles]
    widths += [width(line, 10) for line in strong] + [width(line, SIZE) for line in small]
    lines += [_row(row) for row in _packed(_entries(scene, constants, folded), room, max(widths))]
    rows = "\n".join(f"<TR>{line}</TR>" for line in lines)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{rows}</TABLE>'


def is_long(scene: Scene) -> bool:
    """Whether the whole figure of `scene` takes more than two pages side by side to be read."""
    return max(scene.distances().values()) * LEVEL + 150 > 2 * PAGE / LEGIBLE


def _cell(content: str) -> str:
    return f'<TD ALIGN="LEFT">{content}</TD>'


def _small(text: str) -> str:
    return f'<FONT COLOR="{MUTED}" POINT-SIZE="{SIZE}">{html(text)}</FONT>'


def _strong(text: str) -> str:
    return f'<FONT COLOR="{GRADIENT}" POINT-SIZE="10">{html(text)}</FONT>'


def wrapped(text: str, room: int) -> list[str]:
    """`text` in lines of at most `room` points, broken at spaces.

    >>> wrapped("one two three", 40)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", SIZE) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _row(cells: list[str]) -> str:
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="2">'
    return _cell(f"{table}<TR>{''.join(cells)}</TR></TABLE>")


def _packed(entries: list[tuple[str, str]], room: int, least: int) -> list[list[str]]:
    """The cells of (text, cell) pairs in as many rows as their widths need.

    A row shorter than the longest, or than the `least` points that the lines above it take, ends
    in a blank: the engine would stretch its cells.
    """
    rows: list[list[str]] = []
    used: list[int] = []
    for text, cell in entries:
        need = width(text, SIZE) + 10
        if not rows or used[-1] + need > room:
            rows.append([])
            used.append(0)
        rows[-1].append(cell)
        used[-1] += need
    most = max(least, *used)
    for row, length in zip(rows, used, strict=True):
        if length < most:
            row.append(f'<TD WIDTH="{most - length}"></TD>')
    return rows


def target(scene: Scene) -> str:
    """What the gradients of this figure are derivatives of: `∂J/∂·`, or why that is unknown.

    The output itself has the gradient 1 when `backward()` was called on it; another number says
    that the pass began elsewhere.
    """
    if len(scene.ends) > 1:
        return _targets(scene)
    output = scene.output
    name = shorten(output.name, 12)
    if output.grad is None:
        return f"no gradients yet: {name}.backward() has not been called"
    if output.grad == 1:
        return f"∂ below a wire is ∂{atom(shorten(output.unique, 12))}/∂·"
    return f"∂ comes from beyond {name}, whose own is {number(output.grad)}"


def _targets(scene: Scene) -> str:
    """The same for several outputs: those that no other is computed from may have begun a pass."""
    inner = {wire.source for wire in scene.wires}
    begun = [v for v in scene.ends if v.index not in inner and v.grad is not None]
    if not begun:
        return "no gradients yet: backward() has not been called"
    if len(begun) == 1 and begun[0].grad == 1:
        return f"∂ below a wire is ∂{atom(shorten(begun[0].unique, 12))}/∂·"
    return "∂ is of several passes: leaves add them up, other values hold the last"


MOST_TOLD = 4
"""Outputs whose values the heading tells."""


def results(scene: Scene) -> str:
    """`J = 16`; of several outputs the first few."""
    told = [f"{shorten(v.name)} = {number(v.data)}" for v in scene.ends[:MOST_TOLD]]
    more = len(scene.ends) - len(told)
    return ", ".join(told) + f" and {more:,} more" * (more > 0)


def _titles(scene: Scene, title: str) -> list[str]:
    what = results(scene)
    first = f"<B>{html(what)}</B>  ·  {html(target(scene))}"
    return [f"<B>{html(shorten(title, 80))}</B>", first] if title else [first]


def _entries(scene: Scene, constants: bool, folded: Collection[str]) -> list[tuple[str, str]]:
    """The legend as pairs (text, cell), only for what occurs in this figure."""
    kinds = {shown.kind for shown in scene.values}
    notes = {shown.note for shown in scene.values} | set(folded)
    shared = any(wire.shared and wire.message is not None for wire in scene.wires)
    dashed = constants and bool(scene.constants)
    return [
        _words("forward value", FORWARD),
        _words("∂ backpropagated gradient", GRADIENT),
        *[_words("(+) message on this wire", GRADIENT)] * shared,
        *[_words("× local gradient", LOCAL)] * bool(scene.wires),
        *[_swatch(kind, FILL[kind]) for kind in ("parameter", "input") if kind in kinds],
        *[_swatch("folded", FILL["neuron"])] * ("folded" in notes),
        _swatch("output", FILL["output"]),
        *[_swatch("constant", "white", ",DASHED")] * dashed,
        *[_swatch("off: passes no gradient", FILL["off"], ",DASHED")] * ("off" in notes),
        *[_swatch("/// saturated: local gradient below 0.05", FILL["saturated"])]
        * ("saturated" in notes),
    ]


def _words(text: str, colour: str) -> tuple[str, str]:
    return text, _cell(f'<FONT COLOR="{colour}" POINT-SIZE="{SIZE}">{text}</FONT>')


def _swatch(text: str, fill: str, line: str = "") -> tuple[str, str]:
    cell = (
        f'<TD BORDER="1" COLOR="{MUTED}" BGCOLOR="{fill}" STYLE="ROUNDED{line}">'
        f'<FONT COLOR="{INK}" POINT-SIZE="{SIZE}"> {text} </FONT></TD>'
    )
    return text, cell

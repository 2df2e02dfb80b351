"""Half squares: the tail ½( )² of a loss shown as one operation, as documents write it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from viz.graph.scene import Scene, Shown, Wire

SQUARE, HALVES = "( )²", ("0.5 ×", "× 0.5", "÷ 2")


def with_half_squares(scene: Scene, kept: Collection[int] = ()) -> Scene:
    """A scene in which 0.5 × ( )² is one operation, where nobody else uses the square.

    The local gradient of the one is the product of those of the two. Values in `kept`, and those
    with a label, stay as they are.

    >>> from autograd import Graph, Value
    >>> from viz.graph.scene import read
    >>> scene = with_half_squares(read(Graph.of(0.5 * Value(3.0, label="r") ** 2)))
    >>> [shown.symbol for shown in scene.values], scene.wires[0].local
    (['', '½( )²'], 3.0)
    """
    squares = {
        wires[0].source: wires[0]
        for i, wires in scene.wires_into.items()
        if scene.value(i).symbol in HALVES and i not in kept
        if _can_go(scene.value(wires[0].source), wires[0], scene) and wires[0].source not in kept
    }
    if not squares:
        return scene
    halves = {wire.target: scene.wires_into[i][0] for i, wire in squares.items()}
    values = tuple(_half(v) if v.index in halves else v for v in scene.values)
    into = {
        i: (_joined(halves[i], wires[0]),) if i in halves else wires
        for i, wires in scene.wires_into.items()
        if i not in squares
    }
    return replace(
        scene,
        values=tuple(v for v in values if v.index not in squares),
        wires_into=into,
        constants=tuple(c for c in scene.constants if c.target not in halves.keys() | squares),
    )


def _can_go(shown: Shown, wire: Wire, scene: Scene) -> bool:
    hidden = shown.symbol == SQUARE and not shown.labelled and not wire.shared
    return hidden and shown.index not in scene.outputs


def _half(shown: Shown) -> Shown:
    return replace(shown, symbol="½( )²", bare_symbol="½( )²")


def _joined(below: Wire, above: Wire) -> Wire:
    """The wire into the square as one into its half."""
    return replace(below, target=above.target, slot=above.slot, local=below.local * above.local)

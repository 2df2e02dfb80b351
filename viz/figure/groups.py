"""Frames around the neurons of a layer and around the values of a neuron."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from viz.figure.drawing import Before, Element, Group
from viz.figure.folded_texts import application, neuron_title, title
from viz.graph.cells import Cell
from viz.graph.folding import View
from viz.graph.scene import Scene

SYMMETRIC = frozenset(
    {"add", "dot", "hypot", "logsumexp", "maximum", "mean", "minimum", "mul", "norm", "prod", "sum"}
)
"""Operations that say the same whatever order their operands are read in."""

Inside = dict[str | None, list[str]]


class Grouping(NamedTuple):
    """The groups of a drawing, and the names of parameters inside that of their neuron: `w[0]`."""

    elements: tuple[Element, ...] = ()
    names: Mapping[int, str] = {}


UNGROUPED = Grouping()


def grouping(view: View, scene: Scene) -> Grouping:
    """Group the layers and neurons of `view`.

    A neuron is grouped if its values are drawn, a layer if its neurons or their values are.
    """
    bare = _ungrouped(view)
    at_home = [
        (i, place)
        for i, place in view.places.items()
        if i in view.drawn and view.applications.get(place.neuron) == 1
        if place.layer not in bare
    ]
    names = {i: "".join([p.name, *(f"[{k}]" for k in p.indices)]) for i, p in at_home if p.neuron}
    home = {i: Cell(place.layer, place.neuron, 0) for i, place in at_home}
    home |= {
        i: cell for i, cell in _inputs(view) if i not in view.places and cell.layer not in bare
    }
    inside: defaultdict[tuple[str, int], Inside] = defaultdict(lambda: defaultdict(list))
    for node, cell in _members(view, scene, home):
        if cell.layer not in bare:
            inside[cell.layer, cell.application][cell.neuron].append(node)
    if not inside:
        return Grouping((), names)
    groups: list[Group] = []
    for (layer, number), members in sorted(inside.items()):
        name = f"cluster_{1 + sum(map(_size, groups))}"
        groups.append(_layer(view, layer, number, members, name))
    return Grouping(("grouped", *groups, *_left(view, scene, home)), names)


def _inputs(view: View) -> Iterator[tuple[int, Cell]]:
    """The leaves that go into one cell and nowhere else, with that cell."""
    uses: defaultdict[int, set[Cell | None]] = defaultdict(set)
    for i in view.graph.computed:
        for parent in view.graph.parents[i]:
            uses[parent].add(view.cells.get(i) if i in view.drawn else None)
    for i in view.graph.leaves:
        cells = uses[i]
        if i in view.drawn and len(cells) == 1 and (cell := next(iter(cells))) is not None:
            yield i, cell


def _size(group: Group) -> int:
    """The lines that a group takes in DOT, by which groups have always been numbered."""
    return 2 + bool(group.members) + sum(map(_size, group.groups))


def _ungrouped(view: View) -> set[str]:
    """The layers that have no frames: in a frame the engine keeps no order.

    Some operation in them says another thing if its operands change places.
    """
    graph = view.graph
    return {
        cell.layer
        for i, cell in view.cells.items()
        if i in view.drawn and graph.made[i] not in SYMMETRIC and len(graph.parents[i]) > 1
    }


def _left(view: View, scene: Scene, home: Mapping[int, Cell]) -> Iterator[Before]:
    """Lines that put what goes into a frame left of it: inputs, and a value of the layer before."""
    first = {cell: i for i, cell in sorted(home.items(), reverse=True)}
    pairs: dict[tuple[int, int], int] = {}
    for wire in scene.wires:
        cell = view.cells.get(wire.target)
        if wire.target not in view.drawn or cell not in first or wire.source in home:
            continue
        inner = view.cells.get(wire.source)
        if not view.graph.parents[wire.source]:
            pairs.setdefault((first[cell], wire.source), wire.source)
        elif wire.source in view.drawn and inner != cell:
            pairs.setdefault((first[cell], 0), wire.source)
    return (Before(f"v{source}", f"v{own}") for (own, _), source in pairs.items())


def _members(view: View, scene: Scene, home: Mapping[int, Cell]) -> Iterator[tuple[str, Cell]]:
    """The nodes that stand in a frame, with the cell whose frame it is."""
    for i, cell in view.cells.items():
        if i in view.drawn:
            yield f"v{i}", cell
    for one in view.boxes:
        if one.kind in ("neuron", "others"):
            yield one.node, view.cells[one.output]._replace(neuron=None)
    for i, cell in home.items():
        yield f"v{i}", cell
    for wire in scene.wires:
        into = view.cells.get(wire.target)
        if wire.target in view.drawn and into is not None:
            yield f"w{wire.source}_{wire.target}_{wire.slot}", into


def _layer(view: View, layer: str, number: int, inside: Inside, name: str) -> Group:
    neurons = sorted((neuron, nodes) for neuron, nodes in inside.items() if neuron is not None)
    only = len(neurons) == 1 and sum(c == layer for c, _ in view.members) == 1
    if only and None not in inside:
        neuron, nodes = neurons[0]
        return Group(name, "neuron", _title(view, layer, number, neuron), tuple(nodes))
    inner = tuple(
        Group(f"{name}_{k}", "neuron", neuron_title(view, neuron), tuple(nodes))
        for k, (neuron, nodes) in enumerate(neurons)
    )
    text = _title(view, layer, number, None)
    return Group(name, "layer", text, tuple(inside.get(None, ())), inner)


def _title(view: View, layer: str, number: int, only: str | None) -> str:
    """The caption of a frame: the layer, its only neuron, and which application it is."""
    parts = [title(layer)] if layer else []
    if only is not None and only != layer and not title(only).startswith("row"):
        parts.append(title(only))
    parts.append(application(view, layer, number))
    return " · ".join(filter(None, parts)) or ("layer" if only is None else "neuron")

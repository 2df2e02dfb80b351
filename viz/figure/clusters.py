"""Frames around the neurons of a layer and around the values of a neuron, as DOT clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from viz.figure.captions import title
from viz.figure.elements import SYMMETRIC
from viz.graph.cells import Cell
from viz.graph.folding import View
from viz.graph.scene import Scene
from viz.text import html
from viz.theme import FRAME, MUTED

Inside = dict[str | None, list[str]]


def frames(view: View, scene: Scene) -> list[str]:
    """Statements that frame the layers and neurons of `view`.

    A neuron is framed if its values are drawn, a layer if its neurons or their values are.
    """
    groups: defaultdict[tuple[str, int], Inside] = defaultdict(lambda: defaultdict(list))
    bare = _unframed(view)
    for node, cell in _framed(view, scene):
        if cell.layer not in bare:
            groups[cell.layer, cell.application][cell.neuron].append(node)
    if not groups:
        return []
    lines = ["newrank=true;"]
    for (layer, application), inside in sorted(groups.items()):
        lines += _layer(view, layer, application, inside, len(lines))
    return [*lines, *_left(view, scene)]


def _unframed(view: View) -> set[str]:
    """The layers that have no frames: in a frame the engine keeps no order.

    Some operation in them says another thing if its operands change places.
    """
    graph = view.graph
    return {
        cell.layer
        for i, cell in view.cells.items()
        if i in view.drawn and graph.made[i] not in SYMMETRIC and len(graph.parents[i]) > 1
    }


def _home(view: View) -> dict[int, Cell]:
    """The parameters that stand in the frame of their neuron."""
    bare = _unframed(view)
    return {
        i: Cell(place.layer, place.neuron, 0)
        for i, place in view.places.items()
        if i in view.drawn and view.applications.get(place.neuron) == 1
        if place.layer not in bare
    }


def _left(view: View, scene: Scene) -> list[str]:
    """Unseen lines that put inputs left of the frames they go into."""
    home = _home(view)
    first = {cell: i for i, cell in sorted(home.items(), reverse=True)}
    pairs = {
        (wire.source, first[view.cells[wire.target]]): None
        for wire in scene.wires
        if wire.target in view.drawn and view.cells.get(wire.target) in first
        if wire.source not in home and not view.graph.parents[wire.source]
    }
    return [f"v{source} -> v{own} [style=invis weight=0];" for source, own in pairs]


def _framed(view: View, scene: Scene) -> Iterable[tuple[str, Cell]]:
    """The DOT nodes that stand in a frame, with the cell whose frame it is."""
    for i, cell in view.cells.items():
        if i in view.drawn:
            yield f"v{i}", cell
    for one in view.boxes:
        if one.kind in ("neuron", "others"):
            yield one.node, view.cells[one.output]._replace(neuron=None)
    home = _home(view)
    for i, cell in home.items():
        yield f"v{i}", cell
    for wire in scene.wires:
        start = view.cells.get(wire.source) or home.get(wire.source)
        stop = view.cells.get(wire.target)
        if start is None and not view.graph.parents[wire.source]:
            start = stop
        if {wire.source, wire.target} <= view.drawn and start == stop is not None:
            yield f"w{wire.source}_{wire.target}_{wire.slot}", stop


def names(view: View) -> dict[int, str]:
    """The names of parameters inside the frame of their neuron: `w[0]`."""
    bare = _unframed(view)
    return {
        i: f"{place.name}{''.join(f'[{k}]' for k in place.indices)}"
        for i, place in view.places.items()
        if i in view.drawn and place.neuron and view.applications.get(place.neuron) == 1
        if place.layer not in bare
    }


def _layer(view: View, layer: str, application: int, inside: Inside, number: int) -> list[str]:
    neurons = {neuron: nodes for neuron, nodes in inside.items() if neuron is not None}
    only = len(neurons) == 1 and sum(c == layer for c, _ in view.members) == 1
    alone = only and None not in inside
    text = _text(view, layer, application, next(iter(neurons)) if alone else None)
    lines = [_open("neuron" if alone else "layer", text, f"{number}")]
    for k, (neuron, nodes) in enumerate(sorted(neurons.items())):
        if not alone:
            lines.append(_open("neuron", title(neuron), f"{number}_{k}"))
        lines.append(f"{'; '.join(nodes)};")
        lines += ["}"] * (not alone)
    lines += [f"{'; '.join(inside[None])};"] if None in inside else []
    return [*lines, "}"]


def _text(view: View, layer: str, application: int, only: str | None) -> str:
    """The caption of a frame: the layer, its only neuron, and which application it is."""
    parts = [title(layer)] if layer else []
    if only is not None and only != layer and not title(only).startswith("row"):
        parts.append(title(only))
    if view.applications.get(layer, 1) > 1:
        parts.append(f"{'step' if layer in view.recurrent else 'example'} {application + 1}")
    return " · ".join(parts) or ("layer" if only is None else "neuron")


def _open(kind: str, text: str, number: str) -> str:
    return (
        f'subgraph cluster_{number} {{ id="cluster_{number}" class="{kind}" '
        f'style="rounded,filled" fillcolor="{FRAME[kind]}" color="{FRAME["line"]}" margin=6 '
        f'label=<<FONT COLOR="{MUTED}" POINT-SIZE="10">{html(text)}</FONT>>;'
    )

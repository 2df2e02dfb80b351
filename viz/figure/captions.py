"""What is written on the boxes of a folded figure: shapes, numbers, how much they hold."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from autograd import Graph
from viz.figure.elements import gradient
from viz.graph.cells import ACTIVATIONS, LINEAR, rescales
from viz.graph.folding import Box, View, operations
from viz.graph.scene import Scene
from viz.text import full, label_of, number, printable, shorten

Role = Literal["name", "text", "forward", "gradient", "small"]
MOST_LISTED = 40
"""Parameters that a tooltip lists."""


@dataclass(frozen=True)
class Line:
    """One line on a box, and what kind of text it is."""

    text: str
    role: Role


def title(path: str) -> str:
    """The last part of a path; what a model without a name is called.

    >>> title("layer1.neuron2"), title("cell[2]"), title("")
    ('neuron2', 'cell[2]', 'neuron')
    """
    last = path.rpartition(".")[2]
    return f"row {last}" if last.startswith("[") else shorten(last) or "neuron"


def called(box: Box, view: View) -> str:
    """The whole path of a neuron or layer; a recurrent cell that no model names is `cell`."""
    nameless = not box.path or box.path.startswith("[")
    if nameless and box.path in view.recurrent:
        return f"cell{box.path}"
    return box.path or ("neuron" if box.kind == "neuron" else "layer")


def caption(box: Box, view: View, scene: Scene) -> list[Line]:
    """The lines on a box, its name first."""
    if box.kind == "neuron":
        return _neuron(box, view, scene)
    if box.kind == "layer":
        return _layer(box, view)
    if box.kind == "others":
        return _others(box, view)
    size = len(box.members)
    if box.kind == "inputs":
        return [Line(f"{size:,} inputs", "name")]
    name = f"… {size:,} more value{'s' * (size > 1)}"
    if box.kind == "rest":
        name = "outputs" + f" → {shorten(scene.output.name, 16)}" * (len(scene.ends) == 1)
    made = operations(view.graph, box.members).most_common(4)
    lines = [Line(name, "name"), Line(" · ".join(f"{op} {count:,}" for op, count in made), "small")]
    return [*lines, Line(f"{size:,} values", "small")] if box.kind == "rest" else lines


def _neuron(box: Box, view: View, scene: Scene) -> list[Line]:
    output = scene.value(box.output)
    own = _parameters(box, view)
    lines = [
        Line(title(called(box, view)), "name"),
        Line(_formula(box, view, own), "text"),
        Line(f"{output.name if output.labelled else 'a'} = {number(output.data)}", "forward"),
        Line(gradient(output), "gradient"),
        Line(_summary(view, own, _applications(box, view)), "small"),
    ]
    return [*lines, Line(output.note, "small")] if output.note in ("off", "saturated") else lines


def _others(box: Box, view: View) -> list[Line]:
    neurons = {view.cells[i].neuron for i in box.members if i in view.cells}
    own = [i for i in _parameters(box, view) if view.places[i].neuron in neurons]
    plural = "s" * (len(neurons) > 1)
    return [
        Line(f"{title(called(box, view))}{which(box, view)}", "name"),
        Line(f"{len(neurons):,} other neuron{plural}", "text"),
        Line(_summary(view, own, _applications(box, view)), "small"),
    ]


def _layer(box: Box, view: View) -> list[Line]:
    own = _parameters(box, view)
    made = [i for i in box.members if view.graph.parents[i]]
    shape = f"{_shape(box, view)} {_activation(view.graph, made)}".strip()
    lines = [Line(title(called(box, view)) + which(box, view), "name")]
    times = 1 if box.application is None else _applications(box, view)
    lines += [Line(shape, "text"), Line(_summary(view, own, times), "small")]
    size = f"{len(made):,} operation{'s' * (len(made) > 1)}"
    times = _applications(box, view)
    if box.application is None and times > 1:
        size += f", {_times(box, view, times)}"
    off = sum(view.graph.made[i] == "relu" and view.graph.values[i].data == 0 for i in made)
    units = sum(view.graph.made[i] == "relu" for i in made)
    lines.append(Line(size, "small"))
    return [*lines, Line(f"off: {off:,} of {units:,} ReLU", "small")] if off else lines


def which(box: Box, view: View) -> str:
    """Which of several applications a box is."""
    if box.application is None or _applications(box, view) == 1:
        return ""
    return f" · {_word(box, view)} {box.application + 1}"


def _applications(box: Box, view: View) -> int:
    return view.applications.get(box.path, 1)


def _word(box: Box, view: View) -> str:
    """Applications that depend on one another are steps, others examples."""
    return "step" if box.path in view.recurrent else "example"


def _times(box: Box, view: View, times: int) -> str:
    return f"× {times:,} {_word(box, view)}s"


def _parameters(box: Box, view: View) -> list[int]:
    """The parameters of the neuron or layer, wherever they are drawn."""
    return view.own.get(box.path, [])


def _formula(box: Box, view: View, own: list[int]) -> str:
    """`Σ w·x + b → σ`."""
    graph = view.graph
    bias = any(view.places[i].name.startswith("b") for i in own)
    made = [i for i in box.members if graph.parents[i] and graph.made[i] != "identity"]
    weighted = max((i for i in made if not {*graph.parents[i]}.isdisjoint(own)), default=0)
    symbols = [
        _symbol(graph, i)
        for i in made
        if graph.made[i] not in LINEAR or (i > weighted and rescales(graph, i))
    ]
    after = f" → {symbols[0]}" if len(symbols) == 1 else f" → {len(symbols)} operations"
    return f"Σ w·x{' + b' * bias}{after * bool(symbols)}"


def _symbol(graph: Graph, i: int) -> str:
    made_by = graph.values[i].primitive
    return printable(made_by.symbol) if made_by is not None else ""


def _shape(box: Box, view: View) -> str:
    """`2→16`: inputs and outputs of a layer, counted on its parameters."""
    at = [view.places[i] for i in _parameters(box, view)]
    state = [place for place in at if place.name == "weight_hh"]
    weights = [place for place in at if not place.name.startswith("b")]
    if not weights:
        return ""
    first = [p for p in weights if p[1:3] == weights[0][1:3]]
    rows = {place.neuron for place in at}
    units = len({place.indices[-1] for place in state}) if state else len(rows)
    return f"{len(first)}→{units}"


def _activation(graph: Graph, made: list[int]) -> str:
    symbols = Counter(_symbol(graph, i) for i in made if graph.made[i] in ACTIVATIONS)
    return " ".join(symbol for symbol, _ in symbols.most_common(3)) or "linear"


def _summary(view: View, own: list[int], times: int) -> str:
    """How many parameters, and their gradient's length; over `times` applications if several."""
    values = [view.graph.values[i] for i in own]
    text = f"{len(values):,} parameter{'s' * (len(values) > 1)}"
    if not values or not all(value.has_grad for value in values):
        return text
    norm = math.hypot(*(float(value.grad) for value in values))
    several = ""
    if times > 1:
        steps = view.places[next(iter(own))].layer in view.recurrent
        several = f" over {times:,} {'steps' if steps else 'examples'}"
    return f"{text}, |∂|{several} {number(norm)}"


def tooltip(box: Box, view: View) -> str:
    """The whole name, and for a neuron every parameter in full precision."""
    lines = [box.path or box.kind, f"{len(box.members):,} values"]
    own = _parameters(box, view) if box.kind == "neuron" else []
    for i in own[:MOST_LISTED]:
        value = view.graph.values[i]
        grad = full(value.grad) if value.has_grad else "not computed"
        lines.append(f"{label_of(value)} = {full(value.data)}, gradient {grad}")
    return "\n".join([*lines, "…"] if len(own) > MOST_LISTED else lines)

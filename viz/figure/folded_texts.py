"""Texts on the boxes of a folded figure: shapes, numbers, how much they hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection

from viz.figure.drawing import Part
from viz.graph.cells import ACTIVATIONS, LINEAR, rescales
from viz.graph.folding import Box, View, operations
from viz.graph.scene import Scene
from viz.text import counted, full, gradient, label_of, number, printable, shorten

GATES = {3: "rzn", 4: "ifgo"}
"""The gates of GRU and LSTM, in the order of their rows."""
MOST_LISTED = 40
"""Parameters that a tooltip lists."""


def title(path: str) -> str:
    """The last part of a path; what a model without a name is called.

    >>> title("layer1.neuron2"), title("cell[2]"), title("")
    ('neuron2', 'cell[2]', 'neuron')
    """
    last = path.rpartition(".")[2]
    return f"row {last}" if last.startswith("[") else shorten(last) or "neuron"


def neuron_title(view: View, path: str) -> str:
    """The last part of a neuron's path; of the rows of a gated cell, their gate: `gate f`."""
    row = re.fullmatch(r"(.*)\[(\d+)\]", path)
    own = [view.places[i] for i in view.own.get(path, ())]
    if row is None or not any(place.name == "weight_hh" for place in own):
        return title(path)
    at = [view.places[i] for i in view.own[own[0].layer]]
    units = len({place.indices[-1] for place in at if place.name == "weight_hh"})
    gates = GATES.get(len({place.neuron for place in at}) // units, "")
    if gates == GATES[3] and not _is_gru(view, own[0].layer):
        gates = ""  # three of the four of an LSTM, such as of its first cell state
    k, unit = divmod(int(row[2]), units)
    return f"gate {gates[k]}{f'[{unit}]' * (units > 1)}" if gates else title(path)


def _is_gru(view: View, layer: str) -> bool:
    """True if some row of a cell has two sums, as the n of a GRU: of the input, of the state."""
    sums = Counter(
        cell
        for i, cell in view.cells.items()
        if cell.layer == layer and view.graph.made[i] == "dot"
    )
    return max(sums.values(), default=0) > 1


def called(box: Box, view: View) -> str:
    """The whole path of a neuron or layer; a recurrent cell that no model names is `cell`."""
    nameless = not box.path or box.path.startswith("[")
    if nameless and box.path in view.recurrent:
        return f"cell{box.path}"
    return box.path or ("neuron" if box.kind == "neuron" else "layer")


def caption(box: Box, view: View, scene: Scene) -> list[Part]:
    """The lines on a box, its name first."""
    if box.kind == "neuron":
        lines = _neuron(box, view, scene)
    elif box.kind == "layer":
        lines = _layer(box, view)
    elif box.kind == "others":
        lines = _others(box, view)
    else:
        lines = _values(box, view, scene)
    return [line for line in lines if line.text]


def _values(box: Box, view: View, scene: Scene) -> list[Part]:
    """The lines on a box of values that no neuron has."""
    size = len(box.members)
    if box.kind == "inputs":
        return [Part(f"{size:,} inputs", "name")]
    name = f"… {size:,} more value{'s' * (size > 1)}"
    if box.kind == "rest":
        name = "outputs" + f" → {shorten(scene.output.name, 16)}" * (len(scene.ends) == 1)
    made = operations(view.graph, box.members).most_common(4)
    lines = [Part(name, "name"), Part(" · ".join(f"{op} {count:,}" for op, count in made), "small")]
    return [*lines, Part(f"{size:,} values", "small")] if box.kind == "rest" else lines


def _neuron(box: Box, view: View, scene: Scene) -> list[Part]:
    output = scene.value(box.output)
    own = _parameters(box, view)
    name = neuron_title(view, box.path)
    return [
        Part(title(called(box, view)) if name == title(box.path) else name, "name"),
        Part(_formula(box, view, own)),
        Part(f"{output.name if output.labelled else 'a'} = {number(output.data)}", "forward"),
        Part(gradient(output.gradient), "gradient"),
        Part(_summary(view, own, _applications(box, view)), "small"),
        Part(output.note if output.note in ("off", "saturated") else "", "small"),
    ]


def _others(box: Box, view: View) -> list[Part]:
    neurons = {view.cells[i].neuron for i in box.members if i in view.cells}
    own = [i for i in _parameters(box, view) if view.places[i].neuron in neurons]
    return [
        Part(f"{title(called(box, view))}{which(box, view)}", "name"),
        Part(counted(len(neurons), "other neuron")),
        Part(_summary(view, own, _applications(box, view)), "small"),
    ]


def _layer(box: Box, view: View) -> list[Part]:
    graph, own, times = view.graph, _parameters(box, view), _applications(box, view)
    made = [i for i in box.members if graph.parents[i]]
    shape = f"{_shape(box, view)} {_activation(view, made)}".strip()
    several = f", × {times:,} {_word(view, box.path)}s" * (box.application is None and times > 1)
    units = [i for i in made if graph.made[i] == "relu"]
    off = sum(graph.values[i].data == 0 for i in units)
    return [
        Part(title(called(box, view)) + which(box, view), "name"),
        Part(shape),
        Part(_summary(view, own, 1 if box.application is None else times), "small"),
        Part(counted(len(made), "operation") + several, "small"),
        Part(f"off: {off:,} of {len(units):,} ReLU" * bool(off), "small"),
    ]


def which(box: Box, view: View) -> str:
    """The one of several applications that a box is: ` · step 2`."""
    text = "" if box.application is None else application(view, box.path, box.application)
    return f" · {text}" * bool(text)


def application(view: View, path: str, number: int) -> str:
    """The one of several applications of a layer or a neuron, `step 2`; "" for the only one."""
    several = view.applications.get(path, 1) > 1
    return f"{_word(view, path)} {number + 1}" * several


def _applications(box: Box, view: View) -> int:
    return view.applications.get(box.path, 1)


def _word(view: View, path: str) -> str:
    """Applications that depend on one another are steps, others examples."""
    return "step" if path in view.recurrent else "example"


def _parameters(box: Box, view: View) -> list[int]:
    """The parameters of the neuron or layer, wherever they are drawn."""
    return view.own.get(box.path, [])


def _formula(box: Box, view: View, own: Collection[int]) -> str:
    """`Σ w·x + b → σ`."""
    graph = view.graph
    bias = any(view.places[i].name.startswith("b") for i in own)
    made = [i for i in box.members if graph.parents[i] and graph.made[i] != "identity"]
    weighted = max((i for i in made if not {*graph.parents[i]}.isdisjoint(own)), default=0)
    symbols = [
        _symbol(view, i)
        for i in made
        if graph.made[i] not in LINEAR or (i > weighted and rescales(graph, i))
    ]
    after = f" → {symbols[0]}" if len(symbols) == 1 else f" → {len(symbols)} operations"
    return f"Σ w·x{' + b' * bias}{after * bool(symbols)}"


def _symbol(view: View, i: int) -> str:
    made_by = view.graph.values[i].primitive
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


def _activation(view: View, made: list[int]) -> str:
    symbols = Counter(_symbol(view, i) for i in made if view.graph.made[i] in ACTIVATIONS)
    return " ".join(symbol for symbol, _ in symbols.most_common(3)) or "linear"


def _summary(view: View, own: list[int], times: int) -> str:
    """The number of parameters, and the length of their gradient over all applications."""
    values = [view.graph.values[i] for i in own]
    text = counted(len(values), "parameter")
    if not values or not all(value.has_grad for value in values):
        return text
    norm = math.hypot(*(float(value.grad) for value in values))
    several = f" over {times:,} {_word(view, view.places[own[0]].layer)}s" * (times > 1)
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

"""A network in the plane as a playground shows it: its neurons, what they read, its weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from autograd import PRIMITIVES, Graph, Program, compile
from viz.errors import DrawingError
from viz.graph.cells import ACTIVATIONS, Cell, cells, places
from viz.live.figure import weighted_input
from viz.text import label_of

SWITCHED = ("tanh", "relu", "sigmoid", "silu", "identity")
"""The activations between which a reader can choose; a model's own comes first."""


class Neuron(NamedTuple):
    """A neuron.

    Attributes:
        layer: its number, from 0.
        members: the numbers of its values, in order; the last is its output.
        weighted: the value that its activation is applied to.
    """

    path: str
    layer: int
    members: tuple[int, ...]
    weighted: int

    @property
    def output(self) -> int:
        """The number of its output."""
        return self.members[-1]


class Connection(NamedTuple):
    """A weight: the number of the parameter, from which value it leads, and to which neuron."""

    weight: int
    source: int
    target: int


class Network(NamedTuple):
    """A model and its loss on one example.

    Attributes:
        graph: ends in the loss; its parameters have their labels, and their Values.
        inputs: the numbers of the two coordinates, None for one that nothing depends on.
        target: the number of what the output should be, None if it is not used.
        output: the number of the model's output.
        layers: the paths of the layers, in order.
    """

    graph: Graph
    inputs: tuple[int | None, ...]
    target: int | None
    output: int
    layers: tuple[str, ...]
    neurons: tuple[Neuron, ...]
    connections: tuple[Connection, ...]

    @property
    def parameters(self) -> list[int]:
        """The numbers of all parameters."""
        return sorted(self.graph.parameters)

    def with_activation(self, name: str) -> Graph:
        """The graph with another activation in all layers but the last."""
        steps = dict(self.graph.computed)
        for neuron in self.neurons:
            if neuron.layer < len(self.layers) - 1:
                for i in neuron.members:
                    if steps[i].primitive.name in ACTIVATIONS:
                        steps[i] = steps[i]._replace(primitive=PRIMITIVES[name])
        return replace(self.graph, computed=steps)

    @property
    def activations(self) -> list[str]:
        """The activations to choose from, that of the first hidden neuron first; none for none."""
        hidden = [i for n in self.neurons if n.layer < len(self.layers) - 1 for i in n.members]
        own = [self.graph.made[i] for i in hidden if self.graph.made[i] in ACTIVATIONS]
        return list(dict.fromkeys([own[0], *SWITCHED])) if own else []


def network_of(
    model: Callable[[Any], Any],
    loss: Callable[[Any, Any], Any],
    example: Sequence[float],
    target: float,
) -> Network:
    """The network of a model that is called with a list of two numbers.

    Raises:
        DrawingError: the model has several outputs, or no neurons of labelled parameters.
        TraceError: the model or the loss cannot be traced; the text says what to write.
    """

    def both(x: Any, y: Any) -> list[Any]:
        found = model(x)
        if isinstance(found, (list, tuple)):
            if len(found) != 1:
                raise DrawingError(
                    f"play shows models with one output, and this one has {len(found)}: train "
                    "one class against the rest, y = [label == 1 for label in y], or open "
                    "live(loss), the loss of one example"
                )
            (found,) = found
        return [found, loss(found, y)]

    program: Program = compile(both)
    traced = program.trace(list(example), target).graph
    values = {
        i: program.parameters[origin.element]
        for i, origin in enumerate(traced.origins)
        if origin.block < 0
    }
    labels = traced.labels | {i: label_of(value) for i, value in values.items()}
    graph = replace(traced, labels=labels, values=values)
    place = {tuple(origin): i for i, origin in enumerate(traced.origins)}
    return _read(graph, (place.get((0, 0)), place.get((0, 1))), place.get((1, 0)))


def _read(graph: Graph, inputs: tuple[int | None, ...], target: int | None) -> Network:
    at = places(graph)
    members: defaultdict[Cell, list[int]] = defaultdict(list)
    output = graph.outputs[0]
    for i, cell in cells(graph, at).items():
        if cell.neuron is not None and i <= output:  # beyond it, an activation is the loss's own
            members[cell].append(i)
    if not members or isinstance(output, float):
        raise DrawingError(
            "play shows a network of neurons, and finds none: give a model such as nn.MLP(2, [8, "
            "1]), whose parameters are labelled by their paths, layer1.neuron1.w[0]"
        )
    if any(cell.application for cell in members):
        raise DrawingError("play shows networks that go through each neuron once for an example")
    layers = tuple(dict.fromkeys(cell.layer for cell in sorted(members, key=members.__getitem__)))
    neurons = tuple(
        Neuron(
            cell.neuron or "", layers.index(cell.layer), tuple(some), weighted_input(graph, some)
        )
        for cell, some in sorted(members.items(), key=lambda item: item[1])
    )
    owner = {i: k for k, neuron in enumerate(neurons) for i in neuron.members}
    sources = {i for i in (*inputs, *(neuron.output for neuron in neurons)) if i is not None}
    connections = tuple(
        Connection(weight, source, owner[i])
        for i in owner
        for weight, source in _products(graph, i)
        if weight in at and source in sources
    )
    return Network(graph, inputs, target, output, layers, neurons, connections)


def _products(graph: Graph, i: int) -> list[tuple[Any, Any]]:
    """The pairs of operands that are multiplied with each other to make a value."""
    operands, made = graph.computed[i].operands, graph.made[i]
    if made == "mul":
        return [(operands[0], operands[1]), (operands[1], operands[0])]
    if made == "dot":
        half = len(operands) // 2
        pairs = list(zip(operands[:half], operands[half : 2 * half], strict=True))
        return [*pairs, *((x, w) for w, x in pairs)]
    return []

"""Figures of single neurons: one for all that are built alike, and which values stand in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from autograd import Graph, Value
from viz.graph.folding import view
from viz.graph.scene import read
from viz.live.figure import live_figure
from viz.live.network import Network, Neuron
from viz.steps.frames import differentiated
from viz.text import shorten


class NeuronFigures(NamedTuple):
    """The figures of a network's neurons.

    Attributes:
        markups: the figures, as text that HTML reads.
        which: for each neuron the place of its figure.
        numbers: for each neuron, by the numbers in its figure, those in the network's graph.
    """

    markups: tuple[str, ...]
    which: tuple[int, ...]
    numbers: tuple[tuple[int, ...], ...]


def neuron_figures(network: Network, engine: str | None) -> NeuronFigures:
    """Draw each kind of neuron once: its inputs, weights, z and a, with all gradients.

    Raises:
        EngineNotFoundError, LayoutError: one could not be laid out.
    """
    found: dict[tuple[str, ...], int] = {}
    markups: list[str] = []
    which: list[int] = []
    numbers: list[tuple[int, ...]] = []
    for neuron in network.neurons:
        graph, own = _alone(network, neuron)
        kind = tuple(map(graph.line, graph.computed))
        if kind not in found:
            found[kind] = len(markups)
            scene = differentiated(read(graph), graph)
            figure = live_figure(view(graph, max_nodes=None), scene, (), engine)
            markups.append(figure.markup())
        which.append(found[kind])
        numbers.append(own)
    return NeuronFigures(tuple(markups), tuple(which), tuple(numbers))


def _alone(network: Network, neuron: Neuron) -> tuple[Graph, tuple[int, ...]]:
    """The graph of a neuron alone, computed from leaves; and the numbers of its values outside."""
    made: dict[int, Value] = {}

    def value(x: Any) -> Any:
        if isinstance(x, float):
            return x
        if x not in made:
            made[x] = Value(0.5, label=_name(network, x))
        return made[x]

    for i in neuron.members:
        primitive, operands = network.graph.computed[i]
        given = [value(x) for x in operands]
        made[i] = primitive(given) if primitive.arity is None else primitive(*given)
    made[neuron.weighted].label, made[neuron.output].label = "z", "a"
    graph = Graph.of(made[neuron.output])
    place = {id(one): i for i, one in made.items()}
    numbers = {i: place[id(one)] for i, one in graph.values.items()}
    own = frozenset(i for i, outside in numbers.items() if outside in network.graph.parameters)
    return replace(graph, parameters=own), (0, *numbers.values())


def _name(network: Network, i: int) -> str:
    """The name of what a neuron reads: x1, its own w[0], or an a of the layer before."""
    if i in network.inputs:
        return f"x{network.inputs.index(i) + 1}"
    for neuron in network.neurons:
        if i == neuron.output:
            before = [n for n in network.neurons if n.layer == neuron.layer]
            return f"a{before.index(neuron) + 1}"
    return shorten(network.graph.labels.get(i, f"v{i}").rpartition(".")[2])

"""`play`: a page on which a network in the plane trains, and shows what every neuron does.

As in `live`, the page needs nothing else; it trains with the network's own arithmetic.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import SATURATED, to_javascript
from viz.errors import DrawingError, LayoutError
from viz.files import checked_suffix, write
from viz.live.network import Network, network_of
from viz.live.neurons import NeuronFigures, neuron_figures
from viz.pages import asset, page_of, safe, sandboxed, script_data
from viz.text import shorten

MOST_POINTS, MOST_NEURONS = 2000, 64
"""Examples and neurons that a page can show and train on in time."""
SCRIPTS = (
    "numbers.js", "plot.js", "figure.js",
    *(f"play/{part}.js" for part in ("heat", "training", "state", "plane", "network", "curves")),
    "play/hands.js",
)  # fmt: skip
"""The page's script, after the network's own arithmetic, in order."""
HEIGHT = 1150


class Sides(NamedTuple):
    """The number between two kinds of targets, and the one between the outputs for them."""

    middle: float
    threshold: float


@dataclass(eq=False, repr=False)
class Playground:
    """A network and its data as they were when `play` was called; a notebook shows the page.

    Attributes:
        network: what is trained.
        title: the heading of the page.
    """

    network: Network
    title: str
    _points: list[tuple[float, float, float]]
    _names: dict[int, str]
    _sides: Sides
    _engine: str | None

    @cached_property
    def html(self) -> str:
        """The page: HTML that needs no other file and no network.

        Raises:
            EngineNotFoundError: no layout engine; the text says how to get one.
            LayoutError: the engine failed.
        """
        figures = neuron_figures(self.network, self._engine)
        return page_of(
            "play/page",
            title=self.title,
            styles=("figure.css",),
            script=self._arithmetic() + asset(*SCRIPTS),
            figures="".join(f'<div class="stage" hidden>{one}</div>\n' for one in figures.markups),
            activations="".join(f"<option>{one}</option>" for one in self.network.activations),
            layers="".join(
                f'<li class="layer{k}">{safe(shorten(layer) or "neuron")}</li>'
                for k, layer in enumerate(self.network.layers)
            ),
            data=script_data(self._told(figures)),
        )

    def _arithmetic(self) -> str:
        """The graph as JavaScript, once with each activation."""
        graphs = {name: self.network.with_activation(name) for name in self.network.activations}
        scripts = {name: to_javascript(graph) for name, graph in graphs.items()}
        scripts = scripts or {"": to_javascript(self.network.graph)}
        given = "return { numbers, forward, backward };"
        found = "".join(
            f"{json.dumps(name)}: (() => {{\n{text}\n{given}\n}})(),\n"
            for name, text in scripts.items()
        )
        return f"const GRAPHS = {{\n{found}}};\n"

    def _told(self, figures: NeuronFigures) -> dict[str, Any]:
        """Names, numbers and data, for the script."""
        network = self.network
        return {
            "points": self._points,
            **self._sides._asdict(),
            "saturated": SATURATED,
            "inputs": network.inputs,
            "target": network.target,
            "output": network.output,
            "loss": network.graph.outputs[-1],
            "layers": len(network.layers),
            "neurons": [
                {"name": shorten(n.path) or "neuron", "layer": n.layer, "output": n.output}
                | {"weighted": n.weighted, "figure": figures.which[k]}
                | {"numbers": figures.numbers[k]}
                for k, n in enumerate(network.neurons)
            ],
            "connections": [c._asdict() for c in network.connections],
            "parameters": [
                {
                    "number": i,
                    "name": self._names[i],
                    "data": network.graph.values[i].data,
                    "layer": self._layer(i),
                    "decays": any(c.weight == i for c in network.connections),
                }
                for i in network.parameters
            ],
        }

    def _layer(self, parameter: int) -> int:
        """The layer of a parameter, by who reads it."""
        for neuron in self.network.neurons:
            if any(parameter in self.network.graph.parents[i] for i in neuron.members):
                return neuron.layer
        return len(self.network.layers) - 1

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to `path`, which ends in .html; folders are made as needed.

        Raises:
            DrawingError: another suffix. SaveError: the file cannot be written.
            EngineNotFoundError, LayoutError: it could not be laid out.
        """
        checked_suffix(path, ".html")
        return write(path, self.html.encode())

    def _repr_html_(self) -> str | None:
        """The display in a notebook: the page in a sandboxed frame; None without an engine."""
        try:
            return sandboxed(self.html, title=self.title, height=HEIGHT)
        except LayoutError:
            return None

    def __repr__(self) -> str:
        neurons, points = len(self.network.neurons), len(self._points)
        return f"<playground of {neurons} neurons on {points:,} examples>"


def play(
    model: Callable[[Any], Any],
    X: Any,
    y: Any,
    loss: Callable[[Any, Any], Any] | None = None,
    *,
    threshold: float | None = None,
    title: str = "",
    engine: str | None = None,
) -> Playground:
    """Make a page on which a network of two inputs trains in the page.

    It shows the data in the plane, whose points can be dragged; what each neuron makes of the
    plane; wires as wide as their weights or as the gradients; the loss, and the length of the
    gradient by each layer. Training is gradient descent on the mean of the examples' losses. A
    click on a neuron shows its wire figure at the chosen point. The page begins with the model's
    weights, and gives those it ends with as JSON, for
    `model.load_state_dict(json.loads(text))`. The model is only read.

    Args:
        model: called with a list of two Values; its parameters have the paths of a model, as
            those of nn.MLP.
        X: the examples, n × 2.
        y: what the output should be for each.
        loss: a function of (output, target), such as `nn.losses.get("hinge")`; by default
            (output − target)².
        threshold: the output between the two colours; by default the model's own, its
            `decision_threshold`, else midway between the smallest and the largest target.
        title: the heading.
        engine: the program that lays out, found as `viz.layout.engine` says.

    Raises:
        DrawingError: the data are not n × 2, or not finite, or the model is no such network.
        TraceError: the model or the loss branches on a Value; the text says what to write.

    >>> from nn import MLP, data
    >>> X, y = data.moons(20, seed=0)
    >>> play(MLP(2, [3, 1], seed=0), X, y)
    <playground of 4 neurons on 20 examples>
    """
    points = _points(X, y)
    if loss is not None and not callable(loss):
        raise DrawingError(
            f"loss= is a function of (output, target), not {loss!r:.40}: write "
            "nn.losses.get('hinge') for one by its name"
        )
    if not callable(model):
        raise DrawingError(
            f"play takes a model that is called with two numbers, not {type(model).__name__}"
        )
    network = network_of(model, loss or _squared, points[0][:2], points[0][2])
    if len(network.neurons) > MOST_NEURONS or len(points) > MOST_POINTS:
        raise DrawingError(
            f"a playground has up to {MOST_NEURONS} neurons and {MOST_POINTS:,} examples, and "
            f"here are {len(network.neurons)} and {len(points):,}: take a smaller network, or "
            "fewer examples, X[:500], y[:500]"
        )
    names, sides = _names(model, network), _sides(model, points, threshold)
    return Playground(network, title or "Playground", points, names, sides, engine)


def _sides(model: Any, points: list[tuple[float, float, float]], threshold: float | None) -> Sides:
    targets = [target for _, _, target in points]
    middle = (min(targets) + max(targets)) / 2.0
    own = getattr(model, "decision_threshold", None) if threshold is None else threshold
    known = middle if own is None else own
    if isinstance(known, bool) or not isinstance(known, (int, float)) or not math.isfinite(known):
        raise DrawingError(f"threshold= is a number between two outputs, such as 0.5, not {own!r}")
    return Sides(middle, float(known))


def _squared(output: Any, target: Any) -> Any:
    return (output - target) ** 2


def _points(X: Any, y: Any) -> list[tuple[float, float, float]]:
    """The examples as (x1, x2, target)."""
    try:
        examples, targets = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    except (TypeError, ValueError) as error:
        raise DrawingError(f"X and y are numbers: {error}") from None
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if examples.ndim != 2 or examples.shape[1] != 2 or not len(examples):
        raise DrawingError(
            f"play shows the plane: X has a row of two numbers for each example, n × 2, not the "
            f"shape {examples.shape}; for other inputs use live(loss) or fit and plot_history"
        )
    if targets.shape != examples.shape[:1]:
        raise DrawingError(
            f"y has one number for each example, {len(examples)}, not the shape {targets.shape}"
        )
    if not (np.isfinite(examples).all() and np.isfinite(targets).all()):
        raise DrawingError("X and y must be finite, and have nan or infinity somewhere")
    rows = zip(*examples.T.tolist(), targets.tolist(), strict=True)
    return [(a, b, target) for a, b, target in rows]


def _names(model: Any, network: Network) -> dict[int, str]:
    """The name of each parameter in the model's state; its label where the model has no names."""
    values = network.graph.values
    named = getattr(model, "named_parameters", None)
    known = {id(value): name for name, value in named()} if callable(named) else {}
    names = {i: known.get(id(values[i]), network.graph.labels[i]) for i in network.parameters}
    infinite = [name for i, name in names.items() if not math.isfinite(values[i].data)]
    if infinite:
        raise DrawingError(f"{infinite[0]} of the model is no finite number: begin with others")
    return names

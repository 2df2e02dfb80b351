"""Diagnosis of a network that does not learn: `diagnose` looks at every layer.

∂C/∂w = a_in · δ_out (Nielsen, equation 51): a weight learns slowly if its input is low, or
if δ is small behind it because units saturate, are dead, or because the gradient vanished on its
way through many layers (the blog post).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import fsum
from typing import Any, NamedTuple

import numpy as np

from autograd import SATURATED, Value, no_grad, paused_gc
from autograd import sum as sum_of
from nn.checks import Array, layers_of
from nn.data.examples import Examples, checked_examples, pairs, subset
from nn.diagnosis.advice import advice
from nn.diagnosis.report import LOW_INPUT, TITLES, LayerReport, SlowWeight
from nn.objective.objective import Objective
from nn.optim.clipping import norm_of
from nn.text import columns

__tracebackhide__ = True

EXAMPLES_AT_ONCE = 100
"""So many examples' graphs are held in memory at a time."""


@dataclass(frozen=True)
class Diagnosis:
    """The report on a network; `str()` of it is the table with the advice.

    Attributes:
        layers: a `LayerReport` for each layer, the one next to the input first.
        examples: how many examples were looked at.
        loss, loss_of_zeros: C, and the same if all weighted inputs of the last layer were 0.
    """

    layers: tuple[LayerReport, ...]
    examples: int
    loss: float
    loss_of_zeros: float

    @property
    def advice(self) -> list[str]:
        """One line on each finding, with what usually helps; empty if nothing was found."""
        return list(advice(self.layers, self.loss, self.loss_of_zeros))

    def as_dict(self) -> dict[str, Any]:
        """Everything as nested dictionaries and lists."""
        return {**vars(self), "layers": [one.as_dict() for one in self.layers]}

    def __str__(self) -> str:
        lines = columns([TITLES, *(layer.row() for layer in self.layers)])
        return "\n".join([*lines, *(self.advice or ["Nothing stands out."])])

    __repr__ = __str__


class _Watched(NamedTuple):
    """The work of one layer, a row for each example: inputs, activations, and δ = ∂ℓᵢ/∂z."""

    inputs: Array
    activations: Array
    deltas: Array


def diagnose(model: Any, X: Any, y: Any, *, loss: Any = "quadratic") -> Diagnosis:
    """Report, layer by layer, what slows the learning of a network on n examples.

    Looked at are C = (1/n) Σ ℓ(model(xᵢ), yᵢ) and its gradient; per layer the length of the
    gradient and of δ = ∂ℓ/∂z, and their ratios to the layer after and to the last one: each
    layer multiplies δ by Wᵀ and by σ′ (BP2), and it is the product over many layers that vanishes
    or explodes (the blog post). Further the share of saturated sigmoid and tanh units (slope
    below 0.05), of ReLU units that are off for every example (dead), weights whose input stays
    near 0, layers of equal neurons, and weights that are too large to start with. The model, its
    gradients included, is left as it was.

    Args:
        model: a network with `layers` of `neurons`, such as an `nn.MLP`.
        X, y, loss: as for `fit`.

    Returns:
        A `Diagnosis`, plain data that prints as a table with advice.

    Raises:
        DataError, ShapeError, ArgumentError: as `fit`. KindError: the model has no layers.

    >>> import nn
    >>> model = nn.MLP(1, [2, 1], activation="relu", init="zeros")
    >>> model.load_state_dict({**model.state_dict(), "layer1.neuron1.b": -1.0})
    >>> report = diagnose(model, [[0.5], [1.0]], [1.0, 2.0])
    >>> report.layers[0].dead_units, report.layers[0].dead
    (('layer1.neuron1', 'layer1.neuron2'), 1.0)
    """
    layers = layers_of(model, "diagnose needs a model with layers of neurons")
    examples = checked_examples(X, y)
    objective = Objective(model, loss)
    objective.try_out(examples)
    with _gradients_kept(model):
        watched = _watch(objective, examples)
        gradients = [norm_of(np.array([p.grad for p in layer.parameters()])) for layer in layers]
        deltas = [norm_of(seen.deltas.ravel()) / len(seen.deltas) ** 0.5 for seen in watched]
        names = {id(p): name for name, p in model.named_parameters()}
        reports = [
            LayerReport(
                f"layer{i + 1}",
                layer.activation,
                seen.inputs.shape[1] * len(layer.neurons),
                *_norm_and_ratios(gradients, i),
                *_norm_and_ratios(deltas, i),
                *_idle_units(i, layer.activation, seen.activations),
                _are_equal(layer.neurons),
                _slow_weights(layer, seen, names),
                _weight_scale(layer.neurons),
            )
            for i, (layer, seen) in enumerate(zip(layers, watched, strict=True))
        ]
    loss, of_zeros = objective.measure(examples).loss, _loss_of_zeros(objective, examples)
    return Diagnosis(tuple(reports), len(examples.inputs), loss, of_zeros)


def _loss_of_zeros(objective: Objective, examples: Examples) -> float:
    """The mean loss of a network whose last layer has weighted inputs of 0: it knows nothing."""
    last = objective.model.layers[-1]
    with no_grad():
        out = last.activate([Value(0.0)] * last.nout)
        out = out[0] if len(out) == 1 else out
        return fsum(float(objective.loss(out, y)) for _, y in pairs(examples)) / len(
            examples.inputs
        )


def _weight_scale(neurons: list[Any]) -> float:
    weights = np.array([w.data for neuron in neurons for w in neuron.w])
    return norm_of(weights) / (2.0 * len(neurons)) ** 0.5


@contextmanager
def _gradients_kept(model: Any) -> Iterator[None]:
    """Start from gradients of nothing, frozen parameters included; then put all back."""
    held: list[tuple[Any, Any, bool]] = [
        (p, p.grad if p.has_grad else None, p.requires_grad) for p in model.parameters()
    ]
    try:
        for parameter, _, _ in held:
            parameter.zero_grad()
            parameter.requires_grad = True
        yield
    finally:
        for parameter, grad, required in held:
            parameter.grad = grad
            parameter.requires_grad = required


def _watch(objective: Objective, examples: Examples) -> list[_Watched]:
    """Run all examples through the layers, forward and backward, a few at a time."""
    n = len(examples.inputs)
    parts = []
    for start in range(0, n, EXAMPLES_AT_ONCE):
        with paused_gc():
            chosen = subset(examples, slice(start, start + EXAMPLES_AT_ONCE))
            parts.append(_watch_some(objective, chosen, n))
    return [
        _Watched(*map(np.concatenate, zip(*layer, strict=True)))
        for layer in zip(*parts, strict=True)
    ]


def _watch_some(objective: Objective, examples: Examples, n: int) -> list[_Watched]:
    passes, losses = [], []
    for x, y in pairs(examples):
        passes.append(list(_layer_by_layer(objective.model, x)))
        _, outputs = passes[-1][-1]
        losses.append(objective.loss(outputs[0] if len(outputs) == 1 else outputs, y))
    sum_of(losses).backward(1.0 / n)
    watched = []
    before = examples.inputs
    for layer in zip(*passes, strict=True):
        activations = np.array([[v.data for v in a] for _, a in layer])
        deltas = n * np.array([[v.grad for v in z] for z, _ in layer])
        watched.append(_Watched(before, activations, deltas))
        before = activations
    return watched


def _layer_by_layer(model: Any, a: Any) -> Iterator[tuple[list[Value], list[Value]]]:
    """Weighted inputs and activations of one layer after the other, for one example."""
    for layer in model.layers:
        z = layer.weighted_inputs(a)
        a = layer.activate(z)
        yield z, a


def _norm_and_ratios(norms: list[float], i: int) -> tuple[float, float | None, float | None]:
    """The length in layer i, and by it in the next and in the last; None if that is none or 0."""
    later = (norms[i + 1], norms[-1]) if i + 1 < len(norms) else (0.0, 0.0)
    to_next, to_last = (norms[i] / norm if norm else None for norm in later)
    return norms[i], to_next, to_last


def _idle_units(
    i: int, activation: str, a: Array
) -> tuple[float | None, float | None, tuple[str, ...]]:
    """The share of saturated units, of dead ones, and these; by the slope that σ(z) tells."""
    if activation == "relu":
        off = (a == 0.0).all(axis=0)
        return (
            None,
            float(off.mean()),
            tuple(f"layer{i + 1}.neuron{j + 1}" for j in np.flatnonzero(off)),
        )
    if activation not in ("sigmoid", "tanh"):
        return None, None, ()
    slopes = a * (1.0 - a) if activation == "sigmoid" else 1.0 - a**2
    return float((slopes < SATURATED).mean()), None, ()


def _are_equal(neurons: list[Any]) -> bool:
    weights = [[w.data for w in neuron.w] for neuron in neurons]
    return len(weights) > 1 and all(row == weights[0] for row in weights)


def _slow_weights(layer: Any, seen: _Watched, names: dict[int, str]) -> tuple[SlowWeight, ...]:
    a_in, δ_out = np.abs(seen.inputs).mean(axis=0), np.abs(seen.deltas).mean(axis=0)
    return tuple(
        SlowWeight(names[id(neuron.w[k])], float(a_in[k]), float(δ_out[j]), neuron.w[k].grad)
        for j, neuron in enumerate(layer.neurons)
        for k in np.flatnonzero(a_in < LOW_INPUT)
    )

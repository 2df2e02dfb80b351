"""What keeps a network from learning: `diagnose` looks at every layer and says so.

∂C/∂w = a_in · δ_out (document 001, equation 51): a weight learns slowly if its input is low, or
if δ is small behind it because units saturate, are dead, or because the gradient vanished on its
way through many layers (document 004).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import Value, paused_gc
from autograd import sum as sum_of
from nn.data.examples import Examples, checked_examples
from nn.diagnosis.advice import Diagnosis
from nn.diagnosis.report import LOW_INPUT, SATURATED, LayerReport, SlowWeight
from nn.errors import KindError
from nn.objective.objective import Objective

__tracebackhide__ = True

Array = NDArray[np.float64]

EXAMPLES_AT_ONCE = 100
"""So many examples' graphs are held in memory at a time."""


class _Watched(NamedTuple):
    """What one layer did, a row for each example: inputs, activations, and δ = ∂ℓᵢ/∂z."""

    inputs: Array
    activations: Array
    deltas: Array


def diagnose(model: Any, X: Any, y: Any, *, loss: Any = "quadratic") -> Diagnosis:
    """Report, layer by layer, what slows the learning of a network on n examples.

    Looked at are C = (1/n) Σ ℓ(model(xᵢ), yᵢ) and its gradient; per layer the length of the
    gradient and of δ = ∂ℓ/∂z, and their ratios to the layer after and to the last one: each
    layer multiplies δ by Wᵀ and by σ′ (BP2), and it is the product over many layers that vanishes
    or explodes (document 004). Further the share of saturated sigmoid and tanh units (slope
    below 0.05), of ReLU units that are off for every example (dead), weights whose input stays
    near 0, and layers of equal neurons. The model, its gradients included, is left as it was.

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
    layers = getattr(model, "layers", None)
    if not layers or not all(hasattr(layer, "neurons") for layer in layers):
        raise KindError(
            f"diagnose needs a model with layers of neurons, such as nn.MLP, not "
            f"{type(model).__name__}"
        )
    examples = checked_examples(X, y)
    objective = Objective(model, loss)
    objective.try_out(examples)
    with _gradients_kept(model):
        watched = _watch(objective, examples)
        gradients = [_gradient_norm(layer) for layer in model.layers]
        deltas = [_length(seen.deltas) / len(seen.deltas) ** 0.5 for seen in watched]
        names = {id(p): name for name, p in model.named_parameters()}
        reports = [
            _report(number, layer, seen, (gradients, deltas), names)
            for number, (layer, seen) in enumerate(zip(model.layers, watched, strict=True), start=1)
        ]
    return Diagnosis(tuple(reports), len(examples.inputs))


@contextmanager
def _gradients_kept(model: Any) -> Iterator[None]:
    """Start from gradients of nothing, frozen parameters included; then put all back."""
    held: list[tuple[Any, Any, bool]] = [
        (p, p.grad if p.has_grad else None, getattr(p, "requires_grad", True))
        for p in model.parameters()
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
        chosen = slice(start, start + EXAMPLES_AT_ONCE)
        with paused_gc():
            parts.append(
                _watch_some(
                    objective,
                    examples.inputs[chosen].tolist(),
                    examples.targets[chosen].tolist(),
                    n,
                )
            )
    return [
        _Watched(*(np.concatenate(rows) for rows in zip(*layer, strict=True)))
        for layer in zip(*parts, strict=True)
    ]


def _watch_some(
    objective: Objective, inputs: list[Any], targets: list[Any], n: int
) -> list[_Watched]:
    passes = [_layer_by_layer(objective.model, x) for x in inputs]
    losses = [
        objective.loss(_unwrapped(layers[-1].a), y)
        for layers, y in zip(passes, targets, strict=True)
    ]
    sum_of(losses).backward(1.0 / n)
    watched = []
    before = inputs
    for layer in zip(*passes, strict=True):
        activations = [[a.data for a in units.a] for units in layer]
        deltas = [[n * z.grad for z in units.z] for units in layer]
        watched.append(_Watched(np.array(before), np.array(activations), np.array(deltas)))
        before = activations
    return watched


class _Units(NamedTuple):
    """The units of a layer for one example: weighted inputs and activations."""

    z: list[Value]
    a: list[Value]


def _layer_by_layer(model: Any, x: list[float]) -> list[_Units]:
    """The units of every layer for one example."""
    found: list[_Units] = []
    signal: Any = x
    for layer in model.layers:
        z = layer.weighted_inputs(signal)
        signal = layer.activate(z)
        found.append(_Units(z, signal))
    return found


def _unwrapped(outputs: list[Value]) -> Any:
    return outputs[0] if len(outputs) == 1 else outputs


def _gradient_norm(layer: Any) -> float:
    return _length(np.array([p.grad for p in layer.parameters()]))


def _length(numbers: Array) -> float:
    """√Σx², also where x² would be out of range."""
    largest = float(np.abs(numbers).max())
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(numbers / largest))


def _report(
    number: int,
    layer: Any,
    seen: _Watched,
    norms: tuple[list[float], list[float]],
    names: dict[int, str],
) -> LayerReport:
    gradients, deltas = norms
    weights = [[w.data for w in neuron.w] for neuron in layer.neurons]
    off = (seen.activations == 0.0).all(axis=0) if layer.activation == "relu" else None
    slopes = _slopes(layer.activation, seen.activations)
    return LayerReport(
        name=f"layer{number}",
        activation=layer.activation,
        weights=seen.inputs.shape[1] * len(layer.neurons),
        gradient_norm=gradients[number - 1],
        gradient_ratio=_ratio(gradients, number - 1, number),
        gradient_to_last=_ratio(gradients, number - 1, -1),
        delta_norm=deltas[number - 1],
        delta_ratio=_ratio(deltas, number - 1, number),
        delta_to_last=_ratio(deltas, number - 1, -1),
        equal_neurons=len(weights) > 1 and all(row == weights[0] for row in weights),
        saturated=None if slopes is None else float((slopes < SATURATED).mean()),
        dead=None if off is None else float(off.mean()),
        dead_units=()
        if off is None
        else tuple(f"layer{number}.neuron{j + 1}" for j in np.flatnonzero(off)),
        slow_weights=_slow_weights(layer, seen, names),
    )


def _ratio(norms: list[float], layer: int, other: int) -> float | None:
    """How long one layer's gradient is, in terms of a later one's; None without a later one."""
    if layer == len(norms) - 1 or not norms[other]:
        return None
    return norms[layer] / norms[other]


def _slopes(activation: str, a: Array) -> Array | None:
    """σ′(z), from the activation itself (document 001, equation 40; document 004)."""
    if activation == "sigmoid":
        return a * (1.0 - a)
    return 1.0 - a**2 if activation == "tanh" else None


def _slow_weights(layer: Any, seen: _Watched, names: dict[int, str]) -> tuple[SlowWeight, ...]:
    a_in, δ_out = np.abs(seen.inputs).mean(axis=0), np.abs(seen.deltas).mean(axis=0)
    return tuple(
        SlowWeight(names[id(neuron.w[k])], float(a_in[k]), float(δ_out[j]), neuron.w[k].grad)
        for j, neuron in enumerate(layer.neurons)
        for k in np.flatnonzero(a_in < LOW_INPUT)
    )

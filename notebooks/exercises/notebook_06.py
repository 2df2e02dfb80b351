"""Exercises of notebook 6: the expected numbers come from the scalar graph, not from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nn
from autograd import Value
from viz.questions.answers import Answer, Function, Number

__all__ = ["EXERCISES"]

Network = tuple[list[list[list[float]]], list[list[float]]]

W = [[[0.5, -1.0], [1.0, 0.5]], [[1.0, -2.0], [3.0, 1.0]], [[2.0, -1.0]]]
B = [[1.0, -1.0], [0.5, -1.0], [-0.5]]


def _graph(x: Sequence[float], y: Sequence[float], W: Any, b: Any) -> tuple[list[Any], list[Value]]:
    """The gradients of all weighted inputs by layer, and the inputs with theirs."""
    model = nn.MLP(len(x), [len(one) for one in b], activation=["sigmoid"] * len(b))
    inputs = [Value(number) for number in x]
    signal, z = inputs, []
    for layer, weights, biases in zip(model.layers, W, b, strict=True):
        for neuron, row, bias in zip(layer.neurons, weights, biases, strict=True):
            neuron.load_state_dict({"w": row, "b": bias})
        z.append(layer.weighted_inputs(signal))
        signal = layer.activate(z[-1])
    nn.losses.quadratic(signal, list(y)).backward()
    return [[zj.grad for zj in units] for units in z], inputs


def _delta_2(x: Any, y: Any, W: Any, b: Any) -> list[float]:
    return _graph(x, y, W, b)[0][0]


_DELTAS, _INPUTS = _graph([1.0, 2.0], [1.0], W, B)
_D2, _D3 = _DELTAS[0], _DELTAS[1]
_A22 = 0.7310585786300049
_SLOPE = _A22 * (1.0 - _A22)

EXERCISES: dict[str, Answer] = {
    "6.1": Number(
        _D2[1],
        "The sum of two messages, one from each unit of layer 3, times the slope of the unit's own "
        "sigmoid.",
        mistakes=[
            (
                _D2[1] / _SLOPE,
                "That is ∂C/∂a₂⁽²⁾, in front of the sigmoid. One more factor leads to z₂⁽²⁾.",
            ),
            (
                _SLOPE * (W[1][1][0] * _D3[0] + W[1][1][1] * _D3[1]),
                "You went along a row of W⁽³⁾. Which weights stand on the wires that *leave* unit "
                "2 of layer 2?",
            ),
            (
                _SLOPE * W[1][0][1] * _D3[0],
                "Only the message from z₁⁽³⁾. The unit has another successor.",
            ),
            (
                _SLOPE * W[1][1][1] * _D3[1],
                "Only the message from z₂⁽³⁾. The unit has another successor.",
            ),
            (_D2[0], "That is δ₁⁽²⁾. Take the wires that leave the second unit."),
        ],
        praise="Both messages are positive this time.",
    ),
    "6.2": Number(
        _INPUTS[0].grad,
        "Look for the wires that leave x₁: where do they go, and what are their local gradients?",
        mistakes=[
            (
                W[0][0][0] * _D2[0] + W[0][0][1] * _D2[1],
                "You went along a row of W⁽²⁾. The weights on the wires out of x₁ are in a column.",
            ),
            (W[0][0][0] * _D2[0], "Only the message from z₁⁽²⁾. x₁ feeds both units of layer 2."),
            (W[0][1][0] * _D2[1], "Only the message from z₂⁽²⁾. x₁ feeds both units of layer 2."),
            (_INPUTS[1].grad, "That is ∂C/∂x₂."),
        ],
        praise="One more step of the same rule, without the σ′.",
    ),
    "6.3": Function(
        [
            ([1.0, 2.0], [1.0], W, B),
            ([0.5], [0.0, 1.0], [[[1.0], [-2.0]], [[0.5, 1.0], [2.0, -1.0]]], [[0.0, 1.0]] * 2),
            (
                [1.0, -1.0, 0.5],
                [0.0],
                [[[0.2, 0.4, -0.6]], [[1.5], [-0.5]], [[1.0, 2.0], [0.0, 1.0]], [[3.0, -3.0]]],
                [[0.1], [0.2, 0.3], [-0.1, 0.4], [0.5]],
            ),
            ([1.0, 0.0], [1.0], [[[2.0, -3.0]]], [[-3.0]]),
        ],
        _delta_2,
        "Check the order of the layers in the backward loop, the transpose, and that the slope is "
        "that of the layer whose δ you compute.",
        praise="For four networks, the one with a single layer of weights included.",
    ),
}

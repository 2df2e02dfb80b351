"""Exercises of notebook 8: the expected numbers come from scalar graphs."""

from __future__ import annotations

from typing import Any

import nn
from autograd import Value, dot, sigmoid
from viz.questions.answers import Answer, Function, Number, Numbers

__all__ = ["EXERCISES"]


def _output_errors() -> list[float]:
    """∂C/∂z of two tanh units, from their graph."""
    z = [Value(0.5).atanh().detach(), Value(-0.8).atanh().detach()]
    nn.losses.quadratic([one.tanh() for one in z], [1.0, -1.0]).backward()
    return [one.grad for one in z]


def _one_layer_back(W: Any, delta: Any, a: Any) -> list[float]:
    """δˡ, from a graph whose root Σ δₖzₖ has the gradients δₖ at the zₖ."""
    a = [float(number) for number in a]
    z = [(Value(number) / (1.0 - number)).log().detach() for number in a]
    signal = [sigmoid(one) for one in z]
    sum(d * dot(list(row), signal) for d, row in zip(delta, W, strict=True)).backward()
    return [one.grad for one in z]


_W3 = [[1.0, -2.0, 0.5], [2.0, 1.0, -1.0]]
_A2 = [0.731058578630005, 0.622459331201855, 0.268941421369995]
_D3 = [-0.117045744, 0.131509026]
_SLOPE = _A2[2] * (1.0 - _A2[2])
_D2 = _one_layer_back(_W3, _D3, _A2)

EXERCISES: dict[str, Answer] = {
    "8.1": Numbers(
        _output_errors(),
        ("the first entry", "the second entry"),
        "It is (aⱼ − yⱼ), in this order, times the slope 1 − aⱼ² of that unit.",
        praise="The same equation, another σ′.",
    ),
    "8.2": Number(
        _D2[2],
        "Two messages, from z₁⁽³⁾ and from z₂⁽³⁾, then the slope of the unit's own sigmoid.",
        mistakes=[
            (_D2[2] / _SLOPE, "That is ∂C/∂a₃⁽²⁾. The ⊙ σ′(z⁽²⁾) of BP2 is missing."),
            (-_D2[2], "The size is right. Look at the signs of δ⁽³⁾ and of the weights."),
            (_SLOPE * 0.5 * _D3[0], "Only the message from z₁⁽³⁾. Unit 3 has two successors."),
            (_SLOPE * -1.0 * _D3[1], "Only the message from z₂⁽³⁾. Unit 3 has two successors."),
            (_D2[0], "That is δ₁⁽²⁾. Take the third column of W⁽³⁾."),
            (_D2[1], "That is δ₂⁽²⁾. Take the third column of W⁽³⁾."),
        ],
        praise="Both messages are negative: raising z₃⁽²⁾ would lower the cost.",
    ),
    "8.3": Function(
        [
            (_W3, _D3, _A2),
            ([[1.0, -2.0], [3.0, 1.0]], [-0.0671, 0.0305], [0.3775, 0.7311]),
            ([[2.0]], [1.0], [0.5]),
            ([[1.0], [0.5], [-1.0]], [0.1, -0.2, 0.3], [0.9]),
        ],
        _one_layer_back,
        "The result has one entry for each unit j of the earlier layer: a sum over k of "
        "delta[k] * W[k][j], times a[j] * (1 - a[j]).",
        praise="For square and for oblong matrices.",
    ),
}

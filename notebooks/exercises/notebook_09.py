"""Exercises of notebook 9: the expected numbers are found by searching and by integrating."""

from __future__ import annotations

import math

from autograd import Value, grad, sigmoid
from viz.questions.answers import Answer, Function, Number

__all__ = ["EXERCISES"]


def _delta(z: float) -> float:
    return float(grad(lambda at: 0.5 * sigmoid(at) ** 2)(z))


def _steepest() -> float:
    """The output where δ is largest, by ternary search over z."""
    low, high = 0.0, 4.0
    while high - low > 1e-7:
        third = (high - low) / 3.0
        if _delta(low + third) < _delta(high - third):
            low += third
        else:
            high -= third
    return float(sigmoid(low))


def _tanh_cost(a: float, y: float) -> float:
    """∂C/∂a of the cross-entropy of (1 + a)/2 against (1 + y)/2, by the engine."""
    out = Value(a)
    p, q = (1.0 + out) / 2.0, (1.0 + y) / 2.0
    (-(q * p.log() + (1.0 - q) * (1.0 - p).log())).backward()
    return out.grad


EXERCISES: dict[str, Answer] = {
    "9.1": Number(
        _steepest(),
        "Write δ as a² − a³ and ask where its derivative by a is 0.",
        mistakes=[
            (0.5, "There the slope a(1 − a) is largest. But the error a counts too."),
            (1.0, "There the error is largest, but the slope a(1 − a) is 0."),
            (math.log(2.0), "That is the z. Which a belongs to it?"),
            (4.0 / 27.0, "That is the largest δ. At which a is it reached?"),
        ],
        praise="Above two thirds, more wrong means slower.",
    ),
    "9.2": Number(
        math.exp(10.0),
        "e^z starts at e^10. By how much does it fall with every step?",
        mistakes=[
            (math.exp(10.0) / 2.0, "That is for η = 1. Half the rate, twice the steps."),
            (math.exp(10.0) / 4.0, "A smaller rate needs more steps, not fewer."),
            (2.0 * math.exp(10.0), "Both w and b move, so that e^z falls by 2η with every step."),
            (math.exp(8.0), "That is the number for z = 8."),
        ],
        digits=2,
        praise="With the cross-entropy and the same rate it takes about ten.",
    ),
    "9.3": Function(
        [(0.5, 1.0), (-0.9, 1.0), (0.9, -1.0), (0.0, -1.0), (-0.2, -1.0)],
        _tanh_cost,
        "BP1: δ = ∂C/∂a · tanh′(z). Which factor has to be cancelled, written with a?",
        praise="It is the cross-entropy again, of (1 + a)/2.",
    ),
}

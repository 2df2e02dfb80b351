"""The exercises of notebook 2, What a computation graph is."""

from __future__ import annotations

import math

from viz.questions.answers import Answer, Function, Number, Numbers

__all__ = ["EXERCISES"]


def _uses_of_z(inputs: int) -> int:
    """2.1: how often z stands in the formulas for the derivatives by the weights and the bias."""
    formula = "(σ(z) − y) · σ′(z)"
    return sum((formula + factor).count("(z)") for factor in [" · x"] * inputs + [""])


def _nodes_and_edges() -> tuple[int, int]:
    """2.2, without the engine: each quantity of c = aa + ab, with what it is computed from."""
    graph = {"a": [], "b": [], "aa": ["a", "a"], "ab": ["a", "b"], "c": ["aa", "ab"]}
    return len(graph), sum(map(len, graph.values()))


def _gradients(w: float, x: float, b: float, y: float) -> tuple[float, float]:
    """2.3, with hyperbolic functions: σ(z) = (1 + tanh(z/2))/2, and σ′(z) = 1/(4cosh²(z/2))."""
    half = (w * x + b) / 2
    delta = ((1 + math.tanh(half)) / 2 - y) / (4 * math.cosh(half) ** 2)
    return delta * x, delta


EXERCISES: dict[str, Answer] = {
    "2.1": Number(
        _uses_of_z(2),
        "Write down all three formulas, and count where z stands: inside σ, and where else?",
        mistakes=[
            (3.0, "That is once for each formula. Does z stand in σ′(z) too?"),
            (4.0, "That would do for one weight and the bias. How many derivatives are there?"),
            (7.0, "One too many: C itself is not to be counted."),
            (1.0, "Once is the graph's way. How often is it from scratch?"),
            (2.0, "That is one formula. How many are there?"),
        ],
        praise="In general it is 2(n + 1) times for n weights and a bias.",
    ),
    "2.2": Numbers(
        _nodes_and_edges(),
        ("nodes", "edges"),
        "A node for each quantity, inputs too; an edge for each use of one.",
        praise="a is used three times: twice in a·a, and once in a·b.",
    ),
    "2.3": Function(
        [
            (2.0, 1.5, -3.0, 1.0),
            (0.5, -1.0, 0.25, 0.0),
            (-1.0, 3.0, 0.1, 0.5),
        ],
        _gradients,
        "Return (∂C/∂w, ∂C/∂b): ∂C/∂a = a − y; ∂C/∂z is that times a(1 − a); then w and b.",
        praise="One σ is enough for both.",
    ),
}

"""Exercises of notebook 10: gradient descent and mini-batches."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean

from viz.questions.answers import Answer, Function, Number, Numbers

XS, YS = (1.0, 2.0, 3.0), (2.0, 3.0, 7.0)


def _slope(examples: tuple[int, ...], h: float = 0.5) -> float:
    """∂C/∂w at w = 1, b = 0 by a central difference, which is exact for a parabola."""

    def cost(w: float) -> float:
        return fmean(0.5 * (w * XS[i] - YS[i]) ** 2 for i in examples)

    return (cost(1.0 + h) - cost(1.0 - h)) / (2.0 * h)


def _epochs_by_counting(n: int, s: int, epochs: int) -> int:
    steps = 0
    for _ in range(epochs):
        left = n
        while left > 0:
            left -= s
            steps += 1
    return steps


EXERCISES: dict[str, Answer] = {
    "10.1": Numbers(
        [_slope(pair) for pair in combinations(range(3), 2)],
        ["batch {1,2}", "batch {1,3}", "batch {2,3}"],
        "A mini-batch averages the gradients of its own examples: divide by 2, not by 3.",
        praise="Their average is −5, the full gradient: each is off, none is biased.",
    ),
    "10.2": Number(
        _epochs_by_counting(1000, 32, 5),
        "Count the batches of one epoch first. What happens to the examples that are left over?",
        mistakes=[
            (5 * (1000 // 32), "The 8 examples left over in each epoch make a step too."),
            (5 * 1000 / 32, "A step is a step, however small its batch: round up in each epoch."),
            (32.0, "That is one epoch."),
            (5000.0, "That would be s = 1."),
        ],
        digits=5,
    ),
    "10.3": Function(
        [(2,), (3,), (5,)],
        lambda L: [layer for layer in reversed(range(L + 1)) if layer >= 2],
        "The layers with weights are 2, …, L, and the output layer comes first; mind where "
        "`range` stops.",
        praise="For L = 2 it is [2]: a single neuron learns.",
    ),
}

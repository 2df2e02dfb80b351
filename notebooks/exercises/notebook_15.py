"""Exercises of notebook 15: the count by a graph, the function by tracing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
from autograd import Value, sigmoid, topological_order
from viz.questions.answers import Answer, Choice, Function, Number, Verdict

__all__ = ["EXERCISES"]


def _operations(*sizes: int) -> int:
    """The operations in the graph of a network of these sizes and its quadratic cost."""
    a: list[Any] = [Value(0.1) for _ in range(sizes[0])]
    for n in sizes[1:]:
        z = [[Value(0.1) * a_k for a_k in a] for _ in range(n)]
        a = [sigmoid(sum(products[1:], products[0]) + Value(0.1)) for products in z]
    squares = [(1.0 - a_j) ** 2 for a_j in a]
    cost = 0.5 * sum(squares[1:], squares[0])
    return sum(bool(value.parents) for value in topological_order(cost))


def _huber(e: float) -> float:
    return 0.5 * e * e if abs(e) <= 1.0 else abs(e) - 0.5


@dataclass(frozen=True)
class _Traceable:
    """A function of one number that is right, and can be compiled."""

    trials: tuple[float, ...]
    inner: Function

    def judge(self, answer: Any) -> Verdict:
        """The verdict: right if it gives the right results, as it stands and as a program."""
        verdict = self.inner.judge(answer)
        if not verdict.right:
            return verdict
        try:
            found = autograd.compile(answer)(np.array(self.trials))
        except autograd.TraceError:
            return Verdict(
                False, "The values are right, but a trace refuses it: choose with where()."
            )
        if not np.allclose(found, [_huber(e) for e in self.trials]):
            return Verdict(False, "Right for single numbers, but not for a batch.")
        return verdict


_TRIALS = (0.5, -0.5, 2.0, -3.0, 1.0, 0.0)

EXERCISES: dict[str, Answer] = {
    "15.1": Number(
        _operations(3, 4, 2),
        "Count one neuron of each layer: products, additions (with that of b), one sigmoid. Then "
        "the cost: differences, squares, an addition, a product.",
        mistakes=[
            (_operations(3, 4, 2) - 1, "Almost: the factor ½ is an operation as well."),
            (
                _operations(3, 4, 2) - 6,
                "Six too few: the operations of the cost, or the b's?",
            ),
            (_operations(3, 4, 2) - 12, "Each neuron adds its b, and the cost has operations too."),
            (35, "That is the network of the text, 2 → 3 → 2."),
        ],
        digits=6,
        praise="2·n + 1 for a neuron with n inputs.",
    ),
    "15.2": Choice(
        "da4",
        replies={
            "da3": "It passes on what it was given, the same to every row.",
            "dz4": "It multiplies by the ½ of the cost, not by 1/n.",
            "db2": "It only adds. Look where the backward pass begins.",
            "dz2": "It multiplies by σ′. Look where the backward pass begins.",
        },
        praise="Divided once, at the start.",
    ),
    "15.3": _Traceable(
        _TRIALS,
        Function(
            [(e,) for e in _TRIALS],
            _huber,
            "where(condition, a, b) chooses; the condition compares abs(e) with 1.",
        ),
    ),
}

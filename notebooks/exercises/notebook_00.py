"""The exercises of notebook 0, Build it yourself."""

from __future__ import annotations

import math

from viz.questions.answers import Answer, Function, Numbers

__all__ = ["EXERCISES"]


def _quotient_slopes() -> tuple[float, float]:
    """0.1, measured: q = n/d is a line along n, and a hyperbola along d."""

    def secant(h: float) -> float:
        return (6 / (3 + h) - 6 / (3 - h)) / (2 * h)

    return (9 / 3 - 3 / 3) / 6, (4 * secant(0.005) - secant(0.01)) / 3


def _expanded() -> tuple[float, float]:
    """0.2, without a graph: f = (a + 1)c by c; and f = a³ + a² by a."""
    a = 3.0
    return a + 1, 3 * a**2 + 2 * a


def _tanh(x: float) -> tuple[float, float]:
    """0.3, by exponentials: tanh x, and 1/cosh² x."""
    return 1 - 2 / (math.exp(2 * x) + 1), 4 / (math.exp(x) + math.exp(-x)) ** 2


EXERCISES: dict[str, Answer] = {
    "0.1": Numbers(
        _quotient_slopes(),
        ("∂q/∂n", "∂q/∂d"),
        "By n it is 1/d. By d: the derivative of 1/d is −1/d², and n stands in front.",
        mistakes=[
            (2.0, "That is the value 6/3. By how much does it change?"),
            (2 / 3, "The size is right. When d grows, does n/d grow?"),
            (-1 / 9, "That is the slope of 1/d alone. n = 6 multiplies it."),
        ],
        praise="The second is −q/d: what has been computed can be used again.",
    ),
    "0.2": Numbers(
        _expanded(),
        ("∂f/∂c", "∂f/∂a"),
        "c is used twice, in c·a and in the sum. a is used three times; a·a uses it twice.",
        mistakes=[
            (3.0, "c is used twice: in c·a, and once more in the sum."),
            (21.0, "a·a has two operands, and both of them are a."),
            (24.0, "a stands in c·a, too: one more use, with local gradient c."),
            (9.0, "That is the use in c·a alone. c depends on a as well."),
        ],
        praise="f = a³ + a², and 3a² + 2a is 33 at a = 3.",
    ),
    "0.3": Function(
        [(0.5,), (-1.25,), (0.0,)],
        _tanh,
        "Make Value(out, (v,), (1 − out²,)), call backward() on it, and return (t.data, v.grad).",
        praise="The engine has an operation more, and no other line had to change.",
    ),
}

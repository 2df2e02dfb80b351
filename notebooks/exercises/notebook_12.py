"""Exercises of notebook 12: dying ReLU and leaky ReLU."""

from __future__ import annotations

from autograd import grad, leaky_relu
from viz.questions.answers import Answer, Function, Number


def _border() -> float:
    """The η at which z is 0 after one step from w = 1, b = 0, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        eta = (low + high) / 2.0
        e = 1.0 * 2.0 + 0.0 - 1.0
        z = (1.0 - eta * e * 2.0) * 2.0 + (0.0 - eta * e)
        low, high = (eta, high) if z > 0.0 else (low, eta)
    return low


def _leaky_gradient() -> float:
    def cost(w: float) -> float:
        return 0.5 * (leaky_relu(w * 2.0 - 1.0, slope=0.01) - 1.0) ** 2

    return float(grad(cost)(-1.0))


def _dead(A: list[list[float]]) -> int:
    alive = {j for row in A for j, a in enumerate(row) if a > 0.0}
    return len(A[0]) - len(alive)


EXERCISES: dict[str, Answer] = {
    "12.1": Number(
        _border(),
        "Write w and b after the step with η in them, and put them into z = 2w + b.",
        mistakes=[
            (0.5, "At that η it is w that is 0; b moves too."),
            (2 / 3, "How far does w move? Its gradient is 2, and x = 2 multiplies it again."),
            (1.0, "At η = 1, z is −3 already."),
            (2.5, "Turn it over: z = 2 − 5η."),
        ],
        praise="Beyond it the unit is dead.",
    ),
    "12.2": Number(
        _leaky_gradient(),
        "Go back through the graph: error, times the slope at the door, times x.",
        mistakes=[
            (-0.02, "The error is not exactly −1: the output is slightly below 0."),
            (-0.0103, "That is ∂C/∂b (or ∂C/∂z); w has x = 2 at its door."),
            (-0.26, "That is for s = 0.1."),
            (0.0206, "Mind the sign: a − y is negative here."),
            (-2.06, "The slope is missing: the unit is on its leaky side."),
        ],
        praise="A hundredth of the error comes through, which is a hundredth more than with ReLU.",
    ),
    "12.3": Function(
        [
            ([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0], [0.0, 3.0, 0.0]],),
            ([[0.5, 0.1], [0.0, 0.0]],),
            ([[0.0, 0.0, 0.0, 0.7]],),
        ],
        _dead,
        "Count the columns (units) that are 0 in every row (example).",
        praise="A column of zeros, and nothing less.",
    ),
}

"""Exercises of notebook 14, gradients of gradients."""

from __future__ import annotations

import math

from viz.questions.answers import Answer, Function, Number

__all__ = ["EXERCISES"]

_Z, _X_SQUARED = 1.0, 6.0
"""The blog post's neuron: z, and |x|² of x = (−1, −2, 1)."""


def _cost(z: float) -> float:
    return 0.5 * (1.0 / (1.0 + math.exp(-z)) - 1.0) ** 2


def _curvature(h: float = 1e-3) -> float:
    """C″(z), measured: the gradient is C′·x, so the parabola's lowest point is 1/(C″·|x|²)."""
    points = [_cost(_Z + k * h) for k in (-2, -1, 0, 1, 2)]
    weights = (-1.0, 16.0, -30.0, 16.0, -1.0)
    return math.fsum(w * p for w, p in zip(weights, points, strict=True)) / (12.0 * h * h)


EXERCISES: dict[str, Answer] = {
    "14.1": Number(
        expected=2.0 / 3.0,
        hint="f′(w) = 4w³ and f″(w) = 12w². Put w = 1 into both, then into w − f′/f″.",
        mistakes=[
            (0.0, "That is the minimum. Newton's method finds it in one step for a parabola only."),
            (4.0 / 3.0, "That step goes uphill: look at its sign."),
            (-3.0, "That is the step of gradient descent with α = 1. Divide f′ by f″."),
            (0.75, "That is 1 − f/f′, Newton's step to where f is 0; here f′ is to become 0."),
        ],
        praise="It takes off a third; on a parabola it would have arrived.",
    ),
    "14.2": Number(
        expected=1.0 / (_curvature() * _X_SQUARED),
        hint="Differentiate −α·gᵀg + ½·α²·gᵀHg by α, and set it to 0.",
        mistakes=[
            (0.5 / (_curvature() * _X_SQUARED), "Nearly: the ½ goes when α² is differentiated."),
            (2.0 / (_curvature() * _X_SQUARED), "There the parabola is back at C. Go half as far."),
            (1.0, "That is the blog post's step. The parabola still falls there."),
        ],
        praise="The blog post's step was well within it.",
    ),
    "14.3": Function(
        trials=[(2.0,), (0.5,), (0.0,), (-2.0,), (-0.25,)],
        expected=lambda x: 1.0 / (1.0 + abs(x)) ** 2,
        hint="Use the quotient rule for x > 0 and for x < 0 separately: |x| has the derivative 1 "
        "on the right and −1 on the left.",
    ),
}

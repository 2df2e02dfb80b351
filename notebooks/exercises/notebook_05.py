"""The exercises of notebook 5: one neuron, one step.

What is expected comes from the blog post's formulas, written out with math alone.
"""

from __future__ import annotations

import math

from viz.questions.answers import Answer, Choice, Number

__all__ = ["EXERCISES"]

Parameters = tuple[float, float, float]


def _a(p: Parameters) -> float:
    w1, w2, b = p
    return 1.0 / (1.0 + math.exp(-(-1.0 * w1 - 2.0 * w2 + b)))


def _delta(p: Parameters, y: float) -> float:
    a = _a(p)
    return (a - y) * a * (1.0 - a)


def _step(p: Parameters, y: float) -> Parameters:
    """One step with α = 1."""
    d = _delta(p, y)
    return p[0] + d, p[1] + 2.0 * d, p[2] - d


def _cost(p: Parameters, y: float) -> float:
    return 0.5 * (y - _a(p)) ** 2


START = (2.0, -3.0, -3.0)
TWICE = _step(_step(START, 1.0), 1.0)

EXERCISES: dict[str, Answer] = {
    "5.1": Number(
        _delta(START, 0.0),
        "δ = −(y − a) · a(1 − a). The forward pass does not know the target: a stays 0.7311.",
        mistakes=[
            (-_delta(START, 0.0), "The output is too high now. Look at the sign of −(y − a)."),
            (_delta(START, 1.0), "That is δ for the target 1."),
            (-_delta(START, 1.0), "More than the sign changes: y − a is now −0.7311."),
            (_a(START), "That is ∂C/∂a. δ = ∂C/∂z has one more factor."),
            (2.0 * _delta(START, 0.0), "The cost has a ½, and the 2 of the square cancels it."),
        ],
        praise="Further off than before, so a larger δ, and of the other sign.",
    ),
    "5.2": Number(
        _cost(TWICE, 1.0),
        "Use stepped(after, alpha=1.0) for the parameters, then neuron(*…) for the forward pass.",
        mistakes=[
            (_cost(_step(START, 1.0), 1.0), "That is C after the first step."),
            (2.0 * _cost(TWICE, 1.0), "That is (y − a)²: the ½ is missing."),
            (_a(TWICE), "That is a. C is ½(1 − a)²."),
        ],
        praise="The second step gains less than half as much as the first: the slope is smaller.",
    ),
    "5.3": Number(
        1.0 / (6.0 * _delta(START, 0.5)),
        "σ(0) = ½. Solve 1 − 6αδ = 0 for α, with the δ that belongs to the target ½.",
        mistakes=[
            (1.0 / _delta(START, 0.5), "z moves by 6αδ, not by αδ: x₁² + x₂² + 1 = 6."),
            (1.0 / (6.0 * abs(_delta(START, 1.0))), "That δ belongs to the target 1."),
            (0.5 / (6.0 * _delta(START, 0.5)), "a is to be ½. Which z gives σ(z) = ½? Not ½."),
        ],
        praise="A longer step jumps over the target, a shorter one falls short.",
    ),
    "5.4": Choice(
        "no",
        {"yes": "Which a belongs to z′ = 318, and how far is that from the target of 1?"},
        praise="a is 1 and C is 0. It would harm a second example with another target.",
    ),
}

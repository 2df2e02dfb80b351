"""Exercises of notebook 14, beyond networks."""

from __future__ import annotations

import math

from exercises.kinds import Exercise, Function, Number

__all__ = ["EXERCISES"]


def _normal_cdf(x: float) -> float:
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def _call_price(sigma: float) -> float:
    spread = sigma * math.sqrt(0.5)
    d1 = (math.log(42.0 / 40.0) + (0.1 + sigma**2 / 2.0) * 0.5) / spread
    return 42.0 * _normal_cdf(d1) - 40.0 * math.exp(-0.05) * _normal_cdf(d1 - spread)


def _implied_volatility(price: float) -> float:
    """By bisection: the price grows with the volatility."""
    low, high = 0.01, 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _call_price(middle) < price else (low, middle)
    return low


def _length(period: float, degrees: float) -> float:
    """The length of the pendulum, by the complete elliptic integral as a sum (midpoint rule)."""
    k = math.sin(math.radians(degrees) / 2.0)
    points = [(i + 0.5) * math.pi / 400.0 for i in range(200)]
    integral = math.fsum(1.0 / math.sqrt(1.0 - (k * math.sin(p)) ** 2) for p in points)
    return 9.81 * (period / (4.0 * integral * math.pi / 400.0)) ** 2


EXERCISES: dict[str, Exercise] = {
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
    "14.2": Function(
        trials=[(2.0,), (0.5,), (0.0,), (-2.0,), (-0.25,)],
        expected=lambda x: 1.0 / (1.0 + abs(x)) ** 2,
        hint="Use the quotient rule for x > 0 and for x < 0 separately: |x| has the derivative 1 "
        "on the right and −1 on the left.",
    ),
    "14.3": Number(
        expected=_implied_volatility(5.0),
        hint="Start at σ = 0.2 and repeat the step until V is 5.00. Is the derivative you divide "
        "by the one by σ (argnums=4)?",
        mistakes=[
            (0.2, "At σ = 0.2 the option costs 4.76. Take a step."),
            (
                0.2 + (5.0 - _call_price(0.2)) / 8.813415,
                "Nearly: that is one step. Take another, and look at V.",
            ),
        ],
        digits=4,
    ),
    "14.4": Number(
        expected=_length(2.0, 60.0),
        hint="At 60° and 1 m the period is 2.153 s, too long. Take Newton's steps for L until "
        "the period is 2 s; mind that θ₀ is in radians.",
        mistakes=[(9.81 / math.pi**2, "That is the small-swing formula. 60° is no small swing.")],
        praise="About 13 cm shorter than the small-swing formula says.",
    ),
}

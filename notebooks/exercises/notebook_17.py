"""Exercises of notebook 17, beyond networks."""

from __future__ import annotations

import math

from viz.questions.answers import Answer, Number

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


def _reach(k: float, theta: float = math.radians(39.919296)) -> float:
    """The distance of the ball, by steps ten times as fine as the notebook's (midpoint rule)."""
    dt, x, y, vx, vy = 0.002, 0.0, 0.0, 45.0 * math.cos(theta), 45.0 * math.sin(theta)
    while True:
        v = math.hypot(vx, vy)
        ux, uy = vx - k * v * vx * dt / 2.0, vy - (9.81 + k * v * vy) * dt / 2.0
        if y + uy * dt < 0.0:
            return x - ux * y / uy
        x, y, u = x + ux * dt, y + uy * dt, math.hypot(ux, uy)
        vx, vy = vx - k * u * ux * dt, vy - (9.81 + k * u * uy) * dt


EXERCISES: dict[str, Answer] = {
    "17.1": Number(
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
    "17.2": Number(
        expected=_reach(0.0069) - _reach(0.0069 * 1.01),
        hint="The change is about the slope by k times the change of k, which is 0.01·0.0069.",
        mistakes=[
            (
                100.0 * (_reach(0.0069) - _reach(0.0069 * 1.01)),
                "That is for a k twice as large. One per cent of it, please.",
            ),
        ],
        digits=2,
        praise="Not much: the angle may stay as it is.",
    ),
    "17.3": Number(
        expected=_length(2.0, 60.0),
        hint="At 60° and 1 m the period is 2.153 s, too long. Take Newton's steps for L until "
        "the period is 2 s; mind that θ₀ is in radians.",
        mistakes=[(9.81 / math.pi**2, "That is the small-swing formula. 60° is no small swing.")],
        praise="About 13 cm shorter than the small-swing formula says.",
    ),
}

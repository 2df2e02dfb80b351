"""The exercises of notebook 1, What a gradient says."""

from __future__ import annotations

from viz.questions.answers import Answer, Number, Numbers

__all__ = ["EXERCISES"]


def _promise() -> float:
    """1.1, from the limit: slopes of ever shorter central secants of 1/x at 2, extrapolated."""

    def secant(h: float) -> float:
        return (1 / (2 + h) - 1 / (2 - h)) / (2 * h)

    return (4 * secant(0.005) - secant(0.01)) / 3 * 0.1


def _lengthened_chain() -> float:
    """1.2, without the chain: t = s² = 2p³, whose slope is 6p²."""
    p = 2.0
    return 6 * p**2


def _expanded() -> tuple[float, float]:
    """1.3, without routes: s = p₁² + 3p₁p₂ + p₂² when it is multiplied out."""
    p1, p2 = 3.0, 2.0
    return 2 * p1 + 3 * p2, 3 * p1 + 2 * p2


EXERCISES: dict[str, Answer] = {
    "1.1": Number(
        _promise(),
        "The promise is slope times h. The slope of 1/x = x⁻¹ is −1 · x⁻².",
        mistakes=[
            (0.025, "The size is right. When x grows, does 1/x grow?"),
            (-0.25, "That is the slope. The promise is the slope times h."),
            (1 / 2.1 - 1 / 2, "That is what happens. What does the gradient promise?"),
            (0.05, "That is the value 1/x, times h. Take the slope of 1/x instead."),
        ],
        praise="What happens is −0.0238: the curve bends away from its tangent.",
    ),
    "1.2": Number(
        _lengthened_chain(),
        "The chain has one factor more: dt/dp = dt/ds · ds/dp. What is dt/ds at s = 4?",
        mistakes=[
            (8.0, "That is the new local gradient alone. What stands behind it in the chain?"),
            (9.0, "The chain does not square gradients: the new factor is dt/ds = 2s."),
            (6.0, "The local gradient of s² is 2s, not 2. What is s?"),
            (11.0, "Along a route gradients are multiplied, not added."),
            (3.0, "That is ds/dp. The new operation adds a factor to the chain."),
            (12.0, "Is dt/ds = s? The derivative of s² has a factor 2."),
        ],
        praise="Indeed t = s² = 2p³, and the slope of that is 6p² = 24.",
    ),
    "1.3": Numbers(
        _expanded(),
        ("∂s/∂p₁", "∂s/∂p₂"),
        "Find ∂s/∂r₁ and ∂s/∂r₂ = 2r₂ first. Then multiply along each route, and add the two.",
        praise="Multiplied out, s = p₁² + 3p₁p₂ + p₂², which has the same slopes.",
    ),
}

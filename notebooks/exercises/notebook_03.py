"""The exercises of notebook 3, Linear regression, forward and backward."""

from __future__ import annotations

from viz.questions.answers import Answer, Number, Numbers

__all__ = ["EXERCISES"]


def _loss(w: float, x: float, b: float, y: float) -> float:
    return (w * x + b - y) ** 2


def _slopes(w: float, x: float, b: float, y: float) -> tuple[float, float, float, float]:
    """∂J/∂w, ∂J/∂b, ∂J/∂x, ∂J/∂y, measured: J is a parabola along each, so that h may be 1."""
    return (
        (_loss(w + 1, x, b, y) - _loss(w - 1, x, b, y)) / 2,
        (_loss(w, x, b + 1, y) - _loss(w, x, b - 1, y)) / 2,
        (_loss(w, x + 1, b, y) - _loss(w, x - 1, b, y)) / 2,
        (_loss(w, x, b, y + 1) - _loss(w, x, b, y - 1)) / 2,
    )


def _rate() -> float:
    """3.3, by trying: J after one step is a parabola in η, whose lowest point is the answer."""
    by_w, by_b, _, _ = _slopes(5, 2, 1, 2)

    def after(eta: float) -> float:
        return _loss(5 - eta * by_w, 2, 1 - eta * by_b, 2)

    left, middle, right = after(0.0), after(1.0), after(2.0)
    return 1.0 + 0.5 * (left - right) / (left - 2 * middle + right)


EXERCISES: dict[str, Answer] = {
    "3.1": Number(
        _slopes(5, 2, 1, 2)[0],
        "Forward first: u, ŷ, e. Then 2e, and what is the local gradient of u = wx by w?",
        mistakes=[
            (8.0, "That was for x = 1. The residual has changed."),
            (16.0, "You have the new local gradient and the old residual. Go forward again."),
            (18.0, "That is ∂J/∂u. One local gradient is missing on the way to w."),
            (90.0, "That is ∂J/∂x. A product hands each factor the other one."),
            (81.0, "That is J. Now go backwards."),
        ],
        praise="x counts twice: in the residual, and as the local gradient.",
    ),
    "3.2": Numbers(
        _slopes(5, 1, 1, 10),
        ("∂J/∂w", "∂J/∂b", "∂J/∂x", "∂J/∂y"),
        "What is e now, with its sign? All four are 2e times local gradients.",
        praise="The same loss, and every sign turned: 16 does not say on which side one is wrong.",
    ),
    "3.3": Number(
        _rate(),
        "Write e after the step with η as a letter: both w and b have moved, and w is times x.",
        mistakes=[
            (0.25, "That is right for x = 1. Which of the two effects does x = 2 enlarge?"),
            (0.125, "You moved w alone. b moves too."),
            (0.5, "You moved b alone. w moves too."),
            (0.2, "The derivative of e² brings a factor 2."),
            (1 / 6, "A step of w changes e by x times as much, and ∂J/∂w has an x of its own."),
        ],
        praise="In general 1/(2(x² + 1)): large inputs ask for small learning rates.",
    ),
}

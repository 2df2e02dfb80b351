"""Exercises of notebook 13, recurrent networks."""

from __future__ import annotations

import numpy as np

import nn
from autograd import Value
from viz.questions.answers import Answer, Number

__all__ = ["EXERCISES"]


def _bias_for(share: float, steps: int) -> float:
    """By bisection: the bias b with σ(b) ** steps = share."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        kept = (1 / (1 + np.exp(-middle))) ** steps
        low, high = (middle, high) if kept < share else (low, middle)
    return low


def _truncated_slope(u: float, xs: list[float]) -> float:
    """∂h_T/∂u of h_t = u·h_{t−1} + x_t where each state before the last is a plain number."""
    shared = Value(u)
    states, _ = nn.unroll(lambda x, h: shared * h + x, xs, 0.0, truncate=1)
    states[-1].backward()
    return float(shared.grad)


LAST_STATE = np.polynomial.Polynomial([1.0, 1.0, 1.0])
"""h₃ = 1 + u + u², multiplied out."""

EXERCISES: dict[str, Answer] = {
    "13.1": Number(
        expected=float(LAST_STATE.deriv()(2.0)),
        hint="Go forward first: h₁, h₂, h₃. Then δ₃ = 1 and each step back multiplies by u. "
        "Each step sends u the message δ_t times the state that u was multiplied with.",
        mistakes=[
            (3.0, "That is the last step's message alone, δ₃ · h₂. u is used earlier too."),
            (4.0, "You have added h₂ and h₁, but the second message has to travel back one step, "
             "and is multiplied by u on the way."),
            (7.0, "That is h₃ itself; the question is how it changes with u."),
            (13.0, "Step t multiplies u by the state before it, h_{t−1}, not by h_t."),
        ],
    ),
    "13.2": Number(
        expected=_truncated_slope(2.0, [1.0, 1.0, 1.0]),
        hint="Which of the three messages travels over no cut?",
        mistakes=[
            (5.0, "That is the whole gradient: its second message came from step 2, over a cut."),
            (0.0, "u is used in step 3 itself, after the last cut."),
            (2.0, "That is the message that the cut takes away."),
        ],
        praise="The last step's message is all that is left.",
    ),
    "13.3": Number(
        expected=5 / 3,
        hint="Write down ∂h_t/∂h_{t−1}. What has it to be, to stay the same to any power?",
        mistakes=[
            (1.0, "Then each step multiplies the gradient by 1 · 0.6, and it vanishes."),
            (0.6, "Then each step multiplies the gradient by 0.6 · 0.6. It has to be made up for."),
        ],
        praise="The factor of a step is then 1.",
    ),
    "13.4": Number(
        expected=_bias_for(0.5, 100),
        hint="Two steps: which gate f has f to the power of 100 equal to 0.5, and of which b is f "
        "the sigmoid?",
        mistakes=[
            (0.5**0.01, "That is the gate f. The bias is what the sigmoid makes it from."),
            (0.0, "σ(0) = 0.5: that leaves half after a single step."),
        ],
        praise="Close to 5: a forget gate that remembers long has to be open wide.",
    ),
}  # fmt: skip

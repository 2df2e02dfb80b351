"""Exercises of notebook 16: expected numbers from a graph, and from NumPy."""

from __future__ import annotations

import numpy as np

from autograd import Value, dot, softmax
from viz.questions.answers import Answer, Choice, Function, Number

__all__ = ["EXERCISES"]


def _score_gradient() -> float:
    """∂o/∂s₃ of a head with the weights 0.5, 0.3, 0.2, from its graph."""
    scores = [Value(weight).log().detach() for weight in (0.5, 0.3, 0.2)]
    dot(softmax(scores), [1.0, 2.0, 5.0]).backward()
    return scores[2].grad


def _tempered(logits: list[float], temperature: float) -> list[float]:
    powers = np.exp((np.array(logits) - max(logits)) / temperature)
    return list(powers / powers.sum())


EXERCISES: dict[str, Answer] = {
    "16.1": Number(
        _score_gradient(),
        "It is the weight times (its value minus what is mixed now).",
        mistakes=[
            (1.0, "That is a₃·v₃, as if the other weights stayed. They fall when a₃ rises."),
            (0.2 * 5 * 0.8, "That is only the way through a₃. The other two weights fall as well."),
            (-_score_gradient(), "The size is right. v₃ is larger than o: o rises with s₃."),
            (0.2, "That is ∂o/∂v₃. Asked is the gradient of the score."),
        ],
        praise="The score of the largest value should rise.",
    ),
    "16.2": Choice(
        "lower",
        replies={
            "higher": "A head need not use what it may see. What stands in the tokens at position "
            "t + 1, and what is to be predicted at position t?",
            "equal": "What stands in the tokens at position t + 1, and what is to be predicted at "
            "position t?",
        },
        praise="The answer can be copied: almost no cost, and nothing learned.",
    ),
    "16.3": Function(
        [
            ([1.0, 2.0, 3.0], 1.0),
            ([1.0, 2.0, 3.0], 0.5),
            ([0.0, -1.0], 10.0),
            ([5.0, 5.0, 5.0, 5.0], 0.1),
        ],
        _tempered,
        "Divide every logit by T first, then softmax.",
        praise="At T = 1 it changes nothing.",
    ),
}

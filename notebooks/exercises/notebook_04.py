"""The exercises of notebook 4: fan-out, sums and messages.

What is expected comes from measured slopes and from formulas, not from a backward pass.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.questions.answers import Answer, Number

__all__ = ["EXERCISES"]


def _slope(f: Callable[[float], float], at: float, h: float = 1e-4) -> float:
    return (f(at + h) - f(at - h)) / (2.0 * h)


EXERCISES: dict[str, Answer] = {
    "4.1": Number(
        _slope(lambda b: (-3.0 + b) * (b + 2.0) * b, 5.0),
        "Three wires leave b. For each of them: what is b's partner multiplied with? "
        "The slope of a product by one factor is the product of the other two.",
        mistakes=[
            (45.0, "That is 9 · b, the routes over x and y. Now b is a factor of g itself, too."),
            (14.0, "That is the direct wire alone, x · y. Two more routes go over x and y."),
            (9.0, "That is ∂f/∂b from above. Here every route over x or y is scaled by b."),
            (
                23.0,
                "The routes over x and y pass a multiplication by b: scale 7 and 2 by it.",
            ),
            (12.0, "b is not added to the product but multiplied with it."),
        ],
        praise="35 + 10 + 14: three uses, three terms.",
    ),
    "4.2": Number(
        _slope(lambda b: (-3.0 + b) * max(b, 2.0), 5.0),
        "Compute max(b, c) first. Then: what does the multiplication send to each side, and "
        "to whom does the maximum pass it on?",
        mistakes=[
            (9.0, "max(b, c) is 5 here, not 7: the message to x is smaller than before."),
            (5.0, "That is the route over x. The larger input of the maximum gets a message too."),
            (2.0, "That is the route over the maximum. There is also one over x."),
            (10.0, "Messages from several successors are added, not multiplied."),
        ],
        praise="5 over the sum, 2 over the maximum, and nothing for c.",
    ),
    "4.3": Number(
        2.0,
        "Follow b: what is its sum when the walk goes on from it, for the first and only time?",
        mistakes=[
            (4.0, "That is the true gradient. But b goes on before its second message is in."),
            (6.0, "That is the walk without the repair, which goes on from b twice."),
            (1.0, "The sum of b is 1 then, but two wires lead from b to a."),
        ],
        praise="Too early is as wrong as too often.",
    ),
    "4.4": Number(
        2.0,
        "At its turn, s has only the message from z. What does it send to a then?",
        mistakes=[
            (8.0, "That is the true gradient. Look at when s gets the message from t."),
            (1.0, "s has 1 at its turn; its local gradient by a is still to be multiplied in."),
            (6.0, "That is the route over t, which comes too late here. s sends before t does."),
            (4.0, "That is ∂z/∂s with both messages. At its turn, s has one of them."),
        ],
        praise="Near the output does not mean early: t must go before s.",
    ),
}

"""Exercises of notebook 11: vanishing and exploding gradients."""

from __future__ import annotations

from statistics import pstdev

import nn
from autograd import grad, sigmoid
from viz.questions.answers import Answer, Choice, Number


def _steepest(w: float, layers: int) -> float:
    """The largest product of slopes of σ(wa + b), found by looking at many places."""
    steepest = max(grad(lambda a: sigmoid(w * a))(z / 100.0) for z in range(-300, 301))
    product = 1.0
    for _ in range(layers):
        product *= steepest
    return float(product)


def _two_point_deviation(n: int) -> float:
    """The deviation of weights ±s whose n squares add up to 1, which is what g = 1 asks for."""
    s = (1.0 / n) ** 0.5
    return pstdev([s, -s] * n)


def _different_units() -> int:
    """The number of different tanh units that begin at 0.3, after one step with random outputs."""
    X, Y = nn.data.moons(40, noise=0.1, seed=0)
    model = nn.MLP(2, [4, 1], activation="tanh", init="xavier_uniform", seed=0)
    hidden = model.layers[0]
    for p in hidden.parameters():
        p.data = 0.3
    nn.fit(model, X, Y, loss="bce_with_logits", lr=0.1, epochs=1, batch_size=None, progress=False)
    return len({tuple(p.data for p in unit.parameters()) for unit in hidden.neurons})


EXERCISES: dict[str, Answer] = {
    "11.1": Number(
        _steepest(2.0, 6),
        "What is the factor of one layer, at most? There are six of them.",
        mistakes=[
            (0.25**6, "That is the sigmoids alone; each layer multiplies by its weight too."),
            (2.0**6, "That is the weights alone; each layer multiplies by σ′ too."),
            (0.5, "That is one layer."),
            (3.0, "The factors of a chain are multiplied, not added."),
        ],
        praise="One half, six times: 1/64.",
    ),
    "11.2": Number(
        _two_point_deviation(64),
        "Set g = √(n · v · φ′²) to 1, with φ′ = 1, and solve for √v.",
        mistakes=[
            (1 / 64, "That is the variance v; the standard deviation is its square root."),
            ((2 / 64) ** 0.5, "That is for ReLU, where half of the units are off."),
            ((16 / 64) ** 0.5, "That is for a sigmoid, whose slope at 0 is ¼."),
            (8.0, "Turn it over: more inputs ask for smaller weights."),
        ],
        praise="1/8: a weight of tanh shrinks with the square root of the width.",
    ),
    "11.3": Choice(
        "last",
        {
            "nothing": "Does the larger η reach the first layer only?",
            "first": "Its step would be a millionth times a million. And the others'?",
        },
        praise="One η for all layers cannot change the ratio between them.",
    ),
    "11.4": Number(
        _different_units(),
        "Write down δ of two hidden units, by BP2. Is there a factor in which they differ?",
        mistakes=[
            (
                1.0,
                "The units begin equal, but are their messages? Each comes through its own wire.",
            ),
        ],
        praise="Random numbers anywhere on the way are enough to break the symmetry.",
    ),
}

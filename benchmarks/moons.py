"""One full-batch training step of micrograd's demo: moons, 100 points, MLP 2-16-16-1.

Hinge loss plus L2, forward, backward and update. Ours is written with `dot`: one node for each
neuron's weighted input.
"""

from __future__ import annotations

import math
import random
from typing import Any

from micrograd import nn as micrograd_nn

from autograd import Value, dot, mean, relu
from autograd import sum as total
from benchmarks.contest import COMPILED, PURE, Contest, Row, against, in_both_builds, report_on
from benchmarks.measure import Numbers, Rival, Seconds

ALPHA, RATE = 1e-4, 0.05
Points = list[tuple[list[float], float]]


def points(n: int = 100, seed: int = 0) -> Points:
    """Two half circles that interlock, with labels ±1."""
    rng = random.Random(seed)
    made: Points = []
    for i in range(n):
        angle, upper = math.pi * (i // 2) / (n // 2), i % 2
        x = (
            (math.cos(angle), math.sin(angle))
            if upper
            else (1 - math.cos(angle), 0.5 - math.sin(angle))
        )
        made.append(([c + rng.gauss(0.0, 0.1) for c in x], 1.0 if upper else -1.0))
    return made


class Micrograd:
    """The step as micrograd's demo writes it."""

    def __init__(self) -> None:
        random.seed(1337)
        self.model = micrograd_nn.MLP(2, [16, 16, 1])
        self.data = points()

    def __call__(self) -> float:
        """One step; returns the loss before it."""
        scores = [self.model(x) for x, _ in self.data]
        losses = [(1 + -y * s).relu() for (_, y), s in zip(self.data, scores, strict=True)]
        loss: Any = sum(losses) * (1.0 / len(losses))
        loss = loss + ALPHA * sum(p * p for p in self.model.parameters())
        self.model.zero_grad()
        loss.backward()
        for p in self.model.parameters():
            p.data -= RATE * p.grad
        self.loss = float(loss.data)
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters, neuron by neuron, weights and then bias."""
        return {"loss": self.loss, "parameters": [p.data for p in self.model.parameters()]}


class Chainrule:
    """The same step, each neuron one `dot` and one activation."""

    def __init__(self) -> None:
        random.seed(1337)
        self.layers = [self.layer(n_in, n) for n_in, n in ((2, 16), (16, 16), (16, 1))]
        self.parameters = [p for layer in self.layers for ws, b in layer for p in (*ws, b)]
        self.data = points()

    @staticmethod
    def layer(n_in: int, n: int) -> list[tuple[list[Value], Value]]:
        """Weights and bias of each neuron."""
        return [([Value(random.uniform(-1, 1)) for _ in range(n_in)], Value(0.0)) for _ in range(n)]

    def model(self, x: list[Any]) -> Value:
        """The network's score for one point."""
        for layer in self.layers[:-1]:
            x = [relu(dot(ws, x, b)) for ws, b in layer]
        ((ws, b),) = self.layers[-1]
        return dot(ws, x, b)

    def __call__(self) -> float:
        """One step; returns the loss before it."""
        loss = mean([relu(1 - y * self.model(x)) for x, y in self.data])
        loss = loss + ALPHA * total([p * p for p in self.parameters])
        for p in self.parameters:
            p.zero_grad()
        loss.backward()
        for p in self.parameters:
            p.data -= RATE * p.grad
        self.loss = loss.data
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters, in micrograd's order."""
        return {"loss": self.loss, "parameters": [p.data for p in self.parameters]}


def rows(seconds: Seconds) -> list[Row]:
    """Either build against micrograd."""
    return [
        against(seconds, "micrograd", 1 / 100, "≥ 100× as fast as micrograd, compiled", COMPILED),
        against(seconds, "micrograd", None, "as fast as micrograd, pure", PURE),
    ]


CONTEST = Contest(
    title="micrograd's moons step with `dot`: 100 points, 2-16-16-1",
    rivals={
        **in_both_builds("benchmarks.moons:Chainrule", 40),
        "micrograd": Rival("benchmarks.moons:Micrograd", 8),
    },
    rows=rows,
    calls=5,
)


def report() -> None:
    """Print the table."""
    report_on(CONTEST)

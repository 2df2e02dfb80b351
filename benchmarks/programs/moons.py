"""One full-batch training step of micrograd's demo: moons, 100 points, 2-16-16-1, SGD.

Hinge loss plus 1e-4 · Σp²; forward, backward and update. All start from the weights that
micrograd draws after `random.seed(1337)`.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import numpy as np

import autograd
import nn
from autograd import relu
from benchmarks.contest import (
    NATIVE,
    Contest,
    Row,
    against,
    in_jax,
    of_parameters,
    ours,
)
from benchmarks.measure import Numbers, Rival, Seconds
from benchmarks.moons import ALPHA, RATE, points

SIZES = (2, 16, 16, 1)
Array = Any


def data() -> tuple[Array, Array]:
    """The points, one a row, and their labels ±1."""
    made = points()
    return np.array([x for x, _ in made]), np.array([y for _, y in made])


def weights() -> list[tuple[Array, Array]]:
    """W and b of each layer."""
    rng = random.Random(1337)
    return [
        (np.array([[rng.uniform(-1, 1) for _ in range(m)] for _ in range(n)]), np.zeros(n))
        for m, n in pairwise(SIZES)
    ]


def numbers(loss: float, layers: list[tuple[Array, Array]]) -> Numbers:
    """Loss and parameters in micrograd's order: neuron by neuron, weights and then bias."""
    rows = [np.column_stack([W, b]).ravel() for W, b in layers]
    return {"loss": [loss], "parameters": np.concatenate(rows)}


class Network:
    """The network and its loss in scalar code, for one point."""

    def __init__(self) -> None:
        self.model = nn.MLP(SIZES[0], SIZES[1:], seed=1337)
        self.parameters = self.model.parameters()

    def cost(self, x: Any, y: Any) -> Any:
        """Hinge loss of one point, plus L2."""
        squares = autograd.sum([p * p for p in self.parameters])
        return relu(1 - y * self.model(x)) + ALPHA * squares


class Chainrule:
    """The scalar code, compiled over all points."""

    def __init__(self, backend: str = "auto") -> None:
        network = Network()  # apart: what its function could read must not change with each step
        self.parameters, self.arguments = network.parameters, data()
        self.program = autograd.compile(network.cost, backend=backend)
        self.program.trace(*self.arguments)
        self.open = ExitStack()
        self.theta = self.open.enter_context(self.program.flat_parameters())
        self.step = self.program.prepare(*self.arguments)

    def __call__(self) -> float:
        """One step; returns the loss before it."""
        self.loss, gradient = self.step()
        self.theta -= RATE * gradient
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        theta = of_parameters(self.program, self.theta)
        return {"loss": [self.loss], "parameters": [theta[id(p)] for p in self.parameters]}


class NumPy:
    """By hand: a layer is one product with [W b], on activations with a row of ones below."""

    def __init__(self) -> None:
        X, self.y = data()
        n = len(X)
        self.inputs = [np.ones((m + 1, n)) for m in SIZES[:-1]]
        self.inputs[0][:-1] = X.T
        self.theta = np.concatenate([np.column_stack([W, b]).ravel() for W, b in weights()])
        self.W, self.gradient = parted(self.theta), np.empty_like(self.theta)
        self.dW = parted(self.gradient)
        self.without_bias = [W[:, :-1] for W in self.W]
        self.z, self.dz, self.on = ([np.empty((m, n)) for m in SIZES[1:]] for _ in range(3))
        self.loss_per_point, self.slope = np.empty((1, n)), -self.y / n

    def __call__(self) -> float:
        """One step; returns the loss before it."""
        self.loss = self.forward() + ALPHA * self.theta.dot(self.theta)
        self.backward()
        self.gradient += np.multiply(self.theta, 2.0 * ALPHA)
        self.gradient *= RATE
        self.theta -= self.gradient
        return float(self.loss)

    def forward(self) -> float:
        """The mean hinge loss."""
        a, z, W = self.inputs, self.z, self.W
        np.dot(W[0], a[0], out=z[0])
        np.maximum(z[0], 0.0, out=a[1][:-1])
        np.dot(W[1], a[1], out=z[1])
        np.maximum(z[1], 0.0, out=a[2][:-1])
        margin = np.dot(W[2], a[2], out=z[2])
        margin *= self.y
        np.subtract(1.0, margin, out=margin)
        np.maximum(margin, 0.0, out=self.loss_per_point)
        return float(np.add.reduce(self.loss_per_point, axis=None)) / len(self.y)

    def backward(self) -> None:
        """The gradient of the mean hinge loss."""
        a, z, dz, on, V = self.inputs, self.z, self.dz, self.on, self.without_bias
        np.multiply(np.greater(z[2], 0.0, out=on[2]), self.slope, out=dz[2])
        np.dot(dz[2], a[2].T, out=self.dW[2])
        np.multiply(V[2].T, dz[2], out=dz[1])
        dz[1] *= np.greater(z[1], 0.0, out=on[1])
        np.dot(dz[1], a[1].T, out=self.dW[1])
        np.dot(V[1].T, dz[1], out=dz[0])
        dz[0] *= np.greater(z[0], 0.0, out=on[0])
        np.dot(dz[0], a[0].T, out=self.dW[0])

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return {"loss": [self.loss], "parameters": self.theta}


def parted(flat: Array) -> list[Array]:
    """[W b] of each layer, as views."""
    shapes = [(n, m + 1) for m, n in pairwise(SIZES)]
    ends = np.cumsum([n * m for n, m in shapes])
    return [part.reshape(s) for part, s in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def rows(seconds: Seconds) -> list[Row]:
    """Native code against JAX, the default back end against the others."""
    return [
        against(seconds, "JAX, synchronous", 0.7, "native ≤ 0.7× JAX jit", NATIVE),
        against(seconds, "JAX, default", ours=NATIVE),
        against(seconds, "PyTorch", 0.15, "≤ 0.15× PyTorch"),
        against(seconds, "micrograd", 1 / 15_000, "≥ 15,000× as fast as micrograd"),
        against(seconds, "JAX"),
        against(seconds, "NumPy"),
        against(seconds, "torch.compile"),
    ]


TORCH = "benchmarks.programs.in_torch"
CONTEST = Contest(
    "moons step, optimiser included",
    {
        **ours("benchmarks.programs.moons:Chainrule", 2000, 200),
        "NumPy": Rival("benchmarks.programs.moons:NumPy", 2000, 200),
        **in_jax("networks:Moons", 2000, 200),
        **in_jax("networks:MoonsAsUsual", 1000, 100, "JAX, a tree of layers"),
        "PyTorch, one thread": Rival(f"{TORCH}:Moons:1", 500, 100),
        "PyTorch, default threads": Rival(f"{TORCH}:Moons:default", 500, 100),
        "torch.compile": Rival(f"{TORCH}:MoonsCompiled:1", 1000, 100),
        "micrograd": Rival("benchmarks.moons:Micrograd", 1, 1),
    },
    rows,
    calls=5,
)
